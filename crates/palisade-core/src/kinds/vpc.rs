//! A VPC: one private address space, with the group, the ACL and the DHCP options that AWS hangs on it.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::security_group::{self, Permission, Rules};
use super::{Kind, Resource, Spec, list};
use crate::cloud::{Reason, Refused};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::{Live, State};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::traffic::Direction;

mod calls;
mod defaults;

pub use calls::Call;
pub use defaults::{DefaultAcl, DefaultGroup, Defaults, HasIpv6, Passing, everywhere, itself};

/// A VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Vpc {
    /// The primary block, /16 to /28; cannot change.
    pub cidr: Ipv4Net,
    /// Further blocks.
    #[serde(default)]
    pub secondary_cidrs: BTreeSet<Ipv4Net>,
    /// Whether it has an IPv6 block, of Amazon's choice.
    #[serde(default)]
    pub ipv6: bool,
    /// Whether the VPC has a DNS resolver. Private DNS of endpoints needs it.
    pub dns_support: bool,
    /// Whether instances get DNS names. Private DNS of endpoints needs this too.
    pub dns_hostnames: bool,
    /// The DHCP options; none is AWS's own.
    #[serde(default)]
    pub dhcp: Option<Key>,
    /// What AWS made with it.
    #[serde(default)]
    pub defaults: Defaults,
}

impl Vpc {
    /// Returns what `CreateVpc` alone gives (VPC user guide, "DNS attributes in your VPC").
    pub fn as_created(cidr: Ipv4Net, has_ipv6: HasIpv6) -> Vpc {
        Vpc {
            cidr,
            secondary_cidrs: BTreeSet::new(),
            ipv6: has_ipv6 == HasIpv6::Yes,
            dns_support: true,
            dns_hostnames: false,
            dhcp: None,
            defaults: Defaults::as_created(has_ipv6),
        }
    }

    /// Returns whether it has IPv6.
    pub fn has_ipv6(&self) -> HasIpv6 {
        if self.ipv6 { HasIpv6::Yes } else { HasIpv6::No }
    }
}

impl Resource for Vpc {
    const KIND: Kind = Kind::Vpc;
    const NAME: &'static str = "vpc";
    const ID_PREFIX: &'static str = "vpc";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        self.dhcp.iter().collect()
    }

    /// Whom somebody has let into the default group.
    fn peers(&self) -> Vec<&Key> {
        let rules = self.defaults.group.iter().flat_map(|it| it.inbound.keys().chain(it.outbound.keys()));
        rules.filter_map(security_group::Rule::named).filter(|it| **it != itself()).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        self.dhcp.iter_mut().for_each(&mut *rename);
        for direction in Direction::BOTH {
            self.defaults.group.iter_mut().for_each(|it| security_group::map_rules(it.of_mut(direction), rename));
        }
    }

    fn diff(&self, live: &Vpc) -> Diff {
        let on_off = |it: bool| if it { "Amazon's" } else { "none" };
        let dhcp = |it: &Option<Key>| it.as_ref().map_or_else(|| "AWS's own".to_owned(), Key::to_string);
        let diff = Diff::default()
            .replace("cidr", &live.cidr, &self.cidr)
            .set("secondary-cidr", &live.secondary_cidrs, &self.secondary_cidrs)
            .update("ipv6", &on_off(live.ipv6), &on_off(self.ipv6))
            .update("dns-support", &live.dns_support, &self.dns_support)
            .update("dns-hostnames", &live.dns_hostnames, &self.dns_hostnames)
            .update("dhcp", &dhcp(&live.dhcp), &dhcp(&self.dhcp));
        self.defaults.diff(&live.defaults, diff)
    }

    fn without(&self, gone: &BTreeSet<Key>) -> Vpc {
        Vpc { dhcp: self.dhcp.clone().filter(|it| !gone.contains(it)), ..self.clone() }
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = vec![Call::Create { stamp: scope.stamp(key), cidr: self.cidr, ipv6: self.ipv6 }];
        let created = Vpc::as_created(self.cidr, self.has_ipv6());
        calls.extend(created.settle(key, &Handle::new_id(key)));
        calls.extend(self.wire(&created, key, scope));
        calls.extend(self.unwire(&created, key, scope));
        calls.extend(self.release(&created, key, scope));
        calls
    }

    fn settle(&self, key: &Key, object: &Handle) -> Vec<Call> {
        let cidrs = self.secondary_cidrs.iter().map(|cidr| Call::AwaitCidr { vpc: object.clone(), cidr: *cidr });
        let ipv6 = self.ipv6.then(|| Call::AwaitIpv6 { key: key.clone(), vpc: object.clone() });
        cidrs.chain(ipv6).collect()
    }

    /// AWS wants support before host names.
    fn wire(&self, live: &Vpc, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let vpc = scope.id(key);
        let support = Call::SetDnsSupport { vpc: vpc.clone(), enabled: true };
        let hostnames = Call::SetDnsHostnames { vpc: vpc.clone(), enabled: true };
        let support = (self.dns_support && !live.dns_support).then_some(support);
        let hostnames = (self.dns_hostnames && !live.dns_hostnames).then_some(hostnames);
        let dns = support.into_iter().chain(hostnames);
        let new_cidrs = self.secondary_cidrs.difference(&live.secondary_cidrs);
        let associate = |cidr: &Ipv4Net| {
            let associate = Call::AssociateCidr { key: key.clone(), vpc: vpc.clone(), cidr: *cidr };
            [associate, Call::AwaitCidr { vpc: vpc.clone(), cidr: *cidr }]
        };
        let ipv6 = [
            Call::AssociateIpv6 { vpc: vpc.clone() },
            Call::AwaitIpv6 { key: key.clone(), vpc: vpc.clone() },
        ];
        let ipv6 = ipv6.into_iter().filter(|_| self.ipv6 && !live.ipv6);
        let dhcp = self.dhcp.as_ref().filter(|it| live.dhcp.as_ref() != Some(*it)).map(|it| scope.id(it));
        let dhcp = dhcp.map(|it| Call::SetDhcp { vpc: vpc.clone(), dhcp: Some(it) });
        dns.chain(new_cidrs.flat_map(associate)).chain(ipv6).chain(dhcp).collect()
    }

    fn unwire(&self, live: &Vpc, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let vpc = scope.id(key);
        let mut calls = self.defaults.clear(&live.defaults, key, scope);
        let no_dhcp = self.dhcp.is_none() && live.dhcp.is_some();
        calls.extend(no_dhcp.then_some(Call::SetDhcp { vpc, dhcp: None }));
        calls
    }

    /// Host names before support, the other way round than in wiring.
    fn release(&self, live: &Vpc, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let vpc = scope.id(key);
        let mut calls = Vec::new();
        let no_hostnames = live.dns_hostnames && !self.dns_hostnames;
        calls.extend(no_hostnames.then(|| Call::SetDnsHostnames { vpc: vpc.clone(), enabled: false }));
        let no_support = live.dns_support && !self.dns_support;
        calls.extend(no_support.then(|| Call::SetDnsSupport { vpc: vpc.clone(), enabled: false }));
        let no_ipv6 = (live.ipv6 && !self.ipv6).then_some(Part::Ipv6Association);
        let no_cidrs = live.secondary_cidrs.difference(&self.secondary_cidrs).copied().map(Part::CidrAssociation);
        let associations = no_cidrs.chain(no_ipv6).map(|part| scope.part(key, part));
        calls.extend(associations.map(|association| Call::Disassociate { vpc: vpc.clone(), association }));
        calls
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { vpc: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, cidr, ipv6 } => {
                let has_ipv6 = if *ipv6 { HasIpv6::Yes } else { HasIpv6::No };
                live.create(stamp, Vpc::as_created(*cidr, has_ipv6))?;
                live.mint_part(&stamp.key, Part::DefaultAcl, "acl");
                live.mint_part(&stamp.key, Part::DefaultGroup, "sg");
                live.mint_part(&stamp.key, Part::MainTable, "rtb");
                if *ipv6 {
                    live.mint_ipv6_prefix(&stamp.key);
                    live.mint_part(&stamp.key, Part::Ipv6Association, "vpc-cidr-assoc");
                }
                Ok(())
            }
            Call::SetDnsSupport { vpc, enabled } => set(live, vpc, |it| it.dns_support = *enabled),
            Call::SetDnsHostnames { vpc, enabled } => set(live, vpc, |it| it.dns_hostnames = *enabled),
            Call::AssociateCidr { vpc, cidr, .. } => associate_cidr(live, vpc, *cidr),
            Call::AssociateIpv6 { vpc } => associate_ipv6(live, vpc),
            Call::Disassociate { vpc, association } => disassociate(live, vpc, association),
            Call::SetDhcp { vpc, dhcp } => {
                let dhcp = dhcp.as_ref().map(|it| live.key_of(it)).transpose()?;
                set(live, vpc, |it| it.dhcp = dhcp)
            }
            Call::RevokeDefault { group, direction, rules } => {
                let rules = own_rules(live, group, rules)?;
                live.edit(group, |it: &mut Vpc| {
                    let Some(own) = it.defaults.group.as_mut().map(|it| it.of_mut(*direction)) else { return Ok(()) };
                    security_group::all_there(&rules, own, *direction)?;
                    own.retain(|rule, _| !rules.contains_key(rule));
                    Ok(())
                })
            }
            Call::DeleteDefaultEntry { acl, direction, number } => live.edit(acl, |it: &mut Vpc| {
                let entries = it.defaults.acl.as_mut().map(|it| it.of_mut(*direction));
                let gone = entries.and_then(|it| it.remove(number));
                let message = || format!("there is no {} entry {number}", direction.as_str());
                gone.map(drop).ok_or_else(|| Refused::new(Reason::NotFound, message()))
            }),
            Call::AwaitCidr { vpc, cidr } => await_block(live, vpc, |it| it.secondary_cidrs.contains(cidr)),
            Call::AwaitIpv6 { vpc, .. } => await_block(live, vpc, |it| it.ipv6),
            Call::LearnDefaultGroup { vpc, .. } | Call::LearnDefaultAcl { vpc, .. } => live.resolve(vpc).map(drop),
            Call::Delete { vpc } => live.delete(vpc),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        let vpc = |handle: &Handle| live.spec_of::<Vpc>(handle);
        match call {
            Call::AssociateCidr { vpc: it, cidr, .. } => vpc(it).is_some_and(|it| it.secondary_cidrs.contains(cidr)),
            Call::AssociateIpv6 { vpc: it } => vpc(it).is_some_and(|it| it.ipv6),
            Call::Disassociate { association, .. } => live.is_gone(association),
            Call::RevokeDefault { group, direction, rules } => {
                let own = vpc(group).and_then(|it| it.defaults.group.as_ref()).map(|it| it.of(*direction));
                let rules = own_rules(live, group, rules).ok();
                own.zip(rules).is_some_and(|(own, rules)| rules.keys().all(|it| !own.contains_key(it)))
            }
            Call::DeleteDefaultEntry { acl, direction, number } => {
                let own = vpc(acl).and_then(|it| it.defaults.acl.as_ref());
                own.is_none_or(|it| !it.of(*direction).contains_key(number))
            }
            Call::Delete { vpc } => live.is_gone(vpc),
            _ => false,
        }
    }
}

fn set(live: &mut Live, vpc: &Handle, change: impl FnOnce(&mut Vpc)) -> Result<(), Refused> {
    live.edit(vpc, |it: &mut Vpc| {
        change(it);
        Ok(())
    })
}

/// Returns the rules of the default group that a request means.
fn own_rules(live: &Live, group: &Handle, rules: &[Permission]) -> Result<Rules, Refused> {
    let vpc = live.key_of(group)?;
    let mut rules = security_group::resolve(live, &vpc, rules)?;
    let id = live.find(&vpc).and_then(|it| it.parts.get(&Part::DefaultGroup));
    security_group::map_rules(&mut rules, &mut |key| {
        if id.is_some_and(|it| *it == key.name) {
            *key = itself();
        }
    });
    Ok(rules)
}

fn associate_cidr(live: &mut Live, vpc: &Handle, cidr: Ipv4Net) -> Result<(), Refused> {
    let key = live.key_of(vpc)?;
    live.edit(vpc, |it: &mut Vpc| {
        let overlaps = |own: &Ipv4Net| own.contains(&cidr) || cidr.contains(own);
        let own = it.secondary_cidrs.iter().chain([&it.cidr]).copied().find(overlaps);
        match own {
            Some(own) => Err(Refused::new(Reason::Clash, format!("`{key}` has {own} already"))),
            None => {
                it.secondary_cidrs.insert(cidr);
                Ok(())
            }
        }
    })?;
    live.mint_part(&key, Part::CidrAssociation(cidr), "vpc-cidr-assoc");
    live.set_state(vpc, State::Pending)
}

/// Nobody waits for a block that is not even on its way.
fn await_block(live: &mut Live, vpc: &Handle, has_it: impl Fn(&Vpc) -> bool) -> Result<(), Refused> {
    match live.spec_of::<Vpc>(vpc).is_some_and(has_it) {
        true => live.set_state(vpc, State::Usable),
        false => Err(Refused::new(Reason::NotFound, format!("`{vpc}` has no such block"))),
    }
}

fn associate_ipv6(live: &mut Live, vpc: &Handle) -> Result<(), Refused> {
    let key = live.key_of(vpc)?;
    live.edit(vpc, |it: &mut Vpc| match std::mem::replace(&mut it.ipv6, true) {
        true => Err(Refused::new(Reason::Exists, format!("`{key}` has an IPv6 block already"))),
        false => Ok(()),
    })?;
    live.mint_ipv6_prefix(&key);
    live.mint_part(&key, Part::Ipv6Association, "vpc-cidr-assoc");
    live.set_state(vpc, State::Pending)
}

/// AWS refuses to take a block away while a subnet lies in it.
fn disassociate(live: &mut Live, vpc: &Handle, association: &Handle) -> Result<(), Refused> {
    let (key, part) = live.resolve(association)?;
    let is_inside = |it: &&Key| match live.object(it).map(|it| &it.spec) {
        Some(Spec::Subnet(subnet)) => match part {
            Part::CidrAssociation(cidr) => cidr.contains(&subnet.cidr),
            _ => subnet.ipv6.is_some(),
        },
        _ => false,
    };
    let inside: Vec<&Key> = live.users(&key).filter(is_inside).collect();
    if !inside.is_empty() {
        let message = format!("the block is in use by {}", list(&inside));
        return Err(Refused::new(Reason::InUse, message));
    }
    set(live, vpc, |it| match part {
        Part::CidrAssociation(cidr) => drop(it.secondary_cidrs.remove(&cidr)),
        _ => it.ipv6 = false,
    })?;
    live.drop_part(&key, part);
    if part == Part::Ipv6Association {
        live.drop_part(&key, Part::Ipv6Prefix);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::kinds::dhcp_options::DhcpOptions;
    use crate::testing::{network, reached, requests};

    fn vpc() -> Vpc {
        let cidr = "10.0.0.0/16".parse().expect("a CIDR");
        Vpc { defaults: Defaults::default(), ..Vpc::as_created(cidr, HasIpv6::No) }
    }

    fn want(vpc: Vpc) -> crate::Network {
        network([("vpc.main", vpc.into())])
    }

    fn dns(dns_support: bool, dns_hostnames: bool) -> crate::Network {
        want(Vpc { dns_support, dns_hostnames, ..vpc() })
    }

    #[test]
    fn host_names_go_off_before_support_and_come_after_it() {
        let on = reached(&dns(true, true), &Live::default());
        assert_snapshot!(requests(&dns(false, false), &on), @"
        | ModifyVpcAttribute vpc-00000000000000001 dns-hostnames=false
        | ModifyVpcAttribute vpc-00000000000000001 dns-support=false
        ");
        let off = reached(&dns(false, false), &Live::default());
        assert_snapshot!(requests(&dns(true, true), &off), @"
        | ModifyVpcAttribute vpc-00000000000000001 dns-support=true
        | ModifyVpcAttribute vpc-00000000000000001 dns-hostnames=true
        ");
    }

    #[test]
    fn what_aws_makes_with_it_is_emptied_at_once() {
        let defaults = Defaults { group: Some(DefaultGroup::default()), acl: Some(DefaultAcl::default()) };
        let want = want(Vpc { ipv6: true, defaults, ..vpc() });
        assert_snapshot!(requests(&want, &Live::default()), @"
        CreateVpc vpc.main 10.0.0.0/16 with an IPv6 block of Amazon's
        DescribeVpcs until <vpc.main> has an IPv6 block
        DescribeSecurityGroups the default of <vpc.main>
        RevokeSecurityGroupIngress <vpc.main/default-group>: all <vpc.main/default-group>
        RevokeSecurityGroupEgress <vpc.main/default-group>: all 0.0.0.0/0, all ::/0
        DescribeNetworkAcls the default of <vpc.main>
        DeleteNetworkAclEntry <vpc.main/default-acl> inbound 100
        DeleteNetworkAclEntry <vpc.main/default-acl> inbound 101
        DeleteNetworkAclEntry <vpc.main/default-acl> outbound 100
        DeleteNetworkAclEntry <vpc.main/default-acl> outbound 101
        ");
        let live = reached(&want, &Live::default());
        assert_snapshot!(requests(&want, &live), @"");
    }

    #[test]
    fn further_blocks_come_and_go() {
        let secondary = |text: &str| Vpc { secondary_cidrs: [text.parse().expect("a CIDR")].into(), ..vpc() };
        let live = reached(&want(secondary("100.64.0.0/16")), &Live::default());
        let want = want(Vpc { ipv6: true, ..secondary("100.65.0.0/16") });
        assert_snapshot!(requests(&want, &live), @"
        AssociateVpcCidrBlock vpc-00000000000000001 100.65.0.0/16
        DescribeVpcs until vpc-00000000000000001 has 100.65.0.0/16
        AssociateVpcCidrBlock vpc-00000000000000001 an IPv6 block of Amazon's
        DescribeVpcs until vpc-00000000000000001 has an IPv6 block
        DisassociateVpcCidrBlock <vpc.main/cidr-association(100.64.0.0/16)>
        ");
        let live = reached(&want, &live);
        assert_snapshot!(requests(&self::want(vpc()), &live), @"
        DisassociateVpcCidrBlock <vpc.main/cidr-association(100.65.0.0/16)>
        DisassociateVpcCidrBlock <vpc.main/ipv6-association>
        ");
    }

    #[test]
    fn other_dhcp_options_are_there_before_the_old_ones_go() {
        let with = |domain: &str| {
            let dhcp = DhcpOptions { domain_name: Some(domain.to_owned()), ..DhcpOptions::default() };
            let key: Key = "dhcp.main".parse().expect("a key");
            network([("vpc.main", Vpc { dhcp: Some(key), ..vpc() }.into()), ("dhcp.main", dhcp.into())])
        };
        assert_snapshot!(requests(&with("a.example"), &Live::default()), @"
        CreateDhcpOptions dhcp.main domain-name a.example
        CreateVpc vpc.main 10.0.0.0/16
        AssociateDhcpOptions <vpc.main> with <dhcp.main>
        ");
        let live = reached(&with("a.example"), &Live::default());
        assert_snapshot!(requests(&with("b.example"), &live), @"
        CreateDhcpOptions dhcp.main domain-name b.example
        AssociateDhcpOptions vpc-00000000000000002 with <dhcp.main>
        DeleteDhcpOptions dopt-00000000000000001
        ");
        assert_snapshot!(requests(&want(vpc()), &live), @"
        AssociateDhcpOptions vpc-00000000000000002 with the default set
        DeleteDhcpOptions dopt-00000000000000001
        ");
    }
}
