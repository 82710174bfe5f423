//! A security group: the stateful filter of the interfaces that carry it. It can only allow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;
use crate::traffic::{Direction, Traffic};

/// Rules with their descriptions; empty is none. AWS does not count the description to a rule's identity.
pub type Rules = BTreeMap<Rule, String>;

/// A security group with its rules, one source or destination each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SecurityGroup {
    /// The VPC.
    pub vpc: Key,
    /// The group's description; cannot change.
    pub description: String,
    /// What may open a connection to a carrier of the group.
    #[serde(with = "crate::pairs")]
    pub inbound: Rules,
    /// Where a carrier of the group may open a connection to.
    #[serde(with = "crate::pairs")]
    pub outbound: Rules,
}

/// One rule of a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rule {
    /// Which packets.
    pub traffic: Traffic,
    /// The other end.
    pub peer: Peer,
}

/// The other end of a rule. AWS takes exactly one kind in a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// Any address in a block.
    Cidr(IpNet),
    /// Any interface that carries a group; its own, too.
    Group(Key),
    /// Any address in a prefix list, by its AWS id.
    PrefixList(String),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Cidr(cidr) => cidr.fmt(f),
            Peer::Group(key) => key.fmt(f),
            Peer::PrefixList(id) => f.write_str(id),
        }
    }
}

/// A rule in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Permission {
    /// Which packets.
    pub traffic: Traffic,
    /// The other end.
    pub peer: PeerHandle,
    /// The rule's description; empty is none.
    pub description: String,
}

/// The other end of a rule in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeerHandle {
    /// Any address in a block.
    Cidr(IpNet),
    /// Any interface that carries a group.
    Group(Handle),
    /// Any address in a prefix list, by its AWS id.
    PrefixList(String),
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.peer {
            PeerHandle::Cidr(cidr) => write!(f, "{} {cidr}", self.traffic),
            PeerHandle::Group(group) => write!(f, "{} {group}", self.traffic),
            PeerHandle::PrefixList(id) => write!(f, "{} {id}", self.traffic),
        }
    }
}

/// The requests of a security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateSecurityGroup`: the new group lets everything out.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
        /// Unique in the VPC, so it ends in the generation.
        name: String,
        /// The description.
        description: String,
    },
    /// `AuthorizeSecurityGroupIngress` or `…Egress`: all or none of the rules.
    Authorize {
        /// The group.
        group: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The rules to add.
        rules: Vec<Permission>,
    },
    /// `UpdateSecurityGroupRuleDescriptionsIngress` or `…Egress`.
    Describe {
        /// The group.
        group: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The rules with their new descriptions.
        rules: Vec<Permission>,
    },
    /// `RevokeSecurityGroupIngress` or `…Egress`.
    Revoke {
        /// The group.
        group: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The rules to take away.
        rules: Vec<Permission>,
    },
    /// `DeleteSecurityGroup`: refused while an interface carries it or another group names it.
    Delete {
        /// The group.
        group: Handle,
    },
}

impl SecurityGroup {
    /// Returns the rules of one direction.
    pub fn rules(&self, direction: Direction) -> &Rules {
        match direction {
            Direction::Inbound => &self.inbound,
            Direction::Outbound => &self.outbound,
        }
    }

    fn rules_mut(&mut self, direction: Direction) -> &mut Rules {
        match direction {
            Direction::Inbound => &mut self.inbound,
            Direction::Outbound => &mut self.outbound,
        }
    }

    /// Returns the rule that AWS gives every new group of an IPv4 VPC (VPC user guide, "Security group rules").
    pub fn default_egress() -> Rule {
        let everywhere = "0.0.0.0/0".parse().expect("a CIDR");
        Rule { traffic: Traffic::All, peer: Peer::Cidr(everywhere) }
    }
}

impl Resource for SecurityGroup {
    const KIND: Kind = Kind::SecurityGroup;
    const NAME: &'static str = "security-group";
    const ID_PREFIX: &'static str = "sg";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        vec![&self.vpc]
    }

    fn peers(&self) -> Vec<&Key> {
        self.inbound.keys().chain(self.outbound.keys()).filter_map(Rule::group).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
        for direction in [Direction::Inbound, Direction::Outbound] {
            let rules = std::mem::take(self.rules_mut(direction));
            let renamed = rules.into_iter().map(|(mut rule, description)| {
                if let Peer::Group(key) = &mut rule.peer {
                    rename(key);
                }
                (rule, description)
            });
            *self.rules_mut(direction) = renamed.collect();
        }
    }

    fn diff(&self, live: &SecurityGroup) -> Diff {
        let diff = Diff::default()
            .replace("vpc", &live.vpc, &self.vpc)
            .replace("description", &live.description, &self.description);
        [Direction::Inbound, Direction::Outbound].into_iter().fold(diff, |diff, direction| {
            let (had, wanted) = (live.rules(direction), self.rules(direction));
            let rules: BTreeSet<&Rule> = had.keys().chain(wanted.keys()).collect();
            rules.into_iter().fold(diff, |diff, rule| {
                let name = format!("{} {} {} {}", direction.as_str(), rule.traffic, direction.preposition(), rule.peer);
                let described = |description: &String| match description.is_empty() {
                    true => "allowed".to_owned(),
                    false => format!("allowed: {description}"),
                };
                diff.entry(name, had.get(rule).map(described).as_ref(), wanted.get(rule).map(described).as_ref())
            })
        })
    }

    /// `make` has revoked the default egress, unless it is wanted.
    fn born(&self) -> SecurityGroup {
        let egress = SecurityGroup::default_egress();
        let outbound = match self.outbound.contains_key(&egress) {
            true => Rules::from([(egress, String::new())]),
            false => Rules::new(),
        };
        SecurityGroup { inbound: Rules::new(), outbound, ..self.clone() }
    }

    fn without(&self, gone: &BTreeSet<Key>) -> SecurityGroup {
        let mut left = self.clone();
        for direction in [Direction::Inbound, Direction::Outbound] {
            left.rules_mut(direction).retain(|rule, _| rule.group().is_none_or(|it| !gone.contains(it)));
        }
        left
    }

    /// The allow-all egress of a new group is revoked before anything can carry the group.
    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let SecurityGroup { vpc, description, .. } = self;
        let (stamp, name) = (scope.stamp(key), scope.unique_name(key));
        let create = Call::Create { stamp, vpc: scope.id(vpc), name, description: description.clone() };
        let egress = SecurityGroup::default_egress();
        let revoke = Call::Revoke {
            group: Handle::new_id(key),
            direction: Direction::Outbound,
            rules: vec![permission(&egress, "", scope)],
        };
        let revoke = (!self.outbound.contains_key(&egress)).then_some(revoke);
        [create].into_iter().chain(revoke).collect()
    }

    fn wire(&self, live: &SecurityGroup, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = Vec::new();
        for direction in [Direction::Inbound, Direction::Outbound] {
            let had = live.rules(direction);
            let wanted = self.rules(direction).iter();
            let to_permission = |(rule, text): (&Rule, &String)| permission(rule, text, scope);
            let new = wanted.clone().filter(|(rule, _)| !had.contains_key(rule)).map(to_permission);
            let described = wanted.filter(|(rule, text)| had.get(rule).is_some_and(|it| it != *text)).map(to_permission);
            let (new, described): (Vec<_>, Vec<_>) = (new.collect(), described.collect());
            let group = scope.id(key);
            if !new.is_empty() {
                calls.push(Call::Authorize { group: group.clone(), direction, rules: new });
            }
            if !described.is_empty() {
                calls.push(Call::Describe { group, direction, rules: described });
            }
        }
        calls
    }

    fn unwire(&self, live: &SecurityGroup, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let revoke = |direction: Direction| {
            let gone = live.rules(direction).iter().filter(|(rule, _)| !self.rules(direction).contains_key(rule));
            let rules: Vec<Permission> = gone.map(|(rule, text)| permission(rule, text, scope)).collect();
            (!rules.is_empty()).then(|| Call::Revoke { group: scope.id(key), direction, rules })
        };
        [Direction::Inbound, Direction::Outbound].into_iter().filter_map(revoke).collect()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { group: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc, description, .. } => {
                let (vpc, description) = (live.key_of(vpc)?, description.clone());
                let outbound = Rules::from([(SecurityGroup::default_egress(), String::new())]);
                live.create(stamp, SecurityGroup { vpc, description, inbound: Rules::new(), outbound })
            }
            Call::Authorize { group, direction, rules } => {
                let rules = resolve(live, rules)?;
                live.edit(group, |it: &mut SecurityGroup| {
                    let own = it.rules_mut(*direction);
                    if let Some((rule, _)) = rules.iter().find(|(rule, _)| own.contains_key(rule)) {
                        let message = format!("{} {} {} exists", direction.as_str(), rule.traffic, rule.peer);
                        return Err(Refused::new(Reason::Exists, message));
                    }
                    own.extend(rules);
                    Ok(())
                })
            }
            Call::Describe { group, direction, rules } => {
                let rules = resolve(live, rules)?;
                live.edit(group, |it: &mut SecurityGroup| {
                    let own = it.rules_mut(*direction);
                    all_there(&rules, own, *direction)?;
                    own.extend(rules);
                    Ok(())
                })
            }
            Call::Revoke { group, direction, rules } => {
                let rules = resolve(live, rules)?;
                live.edit(group, |it: &mut SecurityGroup| {
                    let own = it.rules_mut(*direction);
                    all_there(&rules, own, *direction)?;
                    own.retain(|rule, _| !rules.contains_key(rule));
                    Ok(())
                })
            }
            Call::Delete { group } => live.delete(group),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        let own = |group: &Handle, direction: &Direction| live.spec_of::<SecurityGroup>(group).map(|it| it.rules(*direction));
        match call {
            Call::Create { .. } | Call::Describe { .. } => false,
            Call::Authorize { group, direction, rules } => match (own(group, direction), resolve(live, rules)) {
                (Some(own), Ok(rules)) => rules.keys().all(|it| own.contains_key(it)),
                _ => false,
            },
            Call::Revoke { group, direction, rules } => match (own(group, direction), resolve(live, rules)) {
                (Some(own), Ok(rules)) => rules.keys().all(|it| !own.contains_key(it)),
                (own, _) => own.is_none(),
            },
            Call::Delete { group } => live.is_gone(group),
        }
    }
}

impl Rule {
    fn group(&self) -> Option<&Key> {
        match &self.peer {
            Peer::Group(key) => Some(key),
            Peer::Cidr(_) | Peer::PrefixList(_) => None,
        }
    }
}

fn permission(rule: &Rule, description: &str, scope: &Scope<'_>) -> Permission {
    let peer = match &rule.peer {
        Peer::Cidr(cidr) => PeerHandle::Cidr(*cidr),
        Peer::Group(key) => PeerHandle::Group(scope.id(key)),
        Peer::PrefixList(id) => PeerHandle::PrefixList(id.clone()),
    };
    Permission { traffic: rule.traffic, peer, description: description.to_owned() }
}

fn resolve(live: &Live, rules: &[Permission]) -> Result<Rules, Refused> {
    let rule = |it: &Permission| {
        let peer = match &it.peer {
            PeerHandle::Cidr(cidr) => Peer::Cidr(*cidr),
            PeerHandle::Group(Handle::Value(id)) => Peer::Group(live.group_key(id)),
            PeerHandle::Group(group) => Peer::Group(live.key_of(group)?),
            PeerHandle::PrefixList(id) => Peer::PrefixList(id.clone()),
        };
        Ok((Rule { traffic: it.traffic, peer }, it.description.clone()))
    };
    rules.iter().map(rule).collect()
}

fn all_there(rules: &Rules, own: &Rules, direction: Direction) -> Result<(), Refused> {
    match rules.keys().find(|rule| !own.contains_key(rule)) {
        None => Ok(()),
        Some(rule) => {
            let message = format!("there is no {} {} {}", direction.as_str(), rule.traffic, rule.peer);
            Err(Refused::new(Reason::NotFound, message))
        }
    }
}

impl Live {
    /// A group of another VPC (over a peering) is not read, so an id that is not here stays an id.
    fn group_key(&self, id: &str) -> Key {
        let group = Handle::Value(id.to_owned());
        self.key_of(&group).unwrap_or_else(|_| Key::new(Kind::SecurityGroup, id))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateSecurityGroup",
            Call::Authorize { direction: Direction::Inbound, .. } => "AuthorizeSecurityGroupIngress",
            Call::Authorize { .. } => "AuthorizeSecurityGroupEgress",
            Call::Describe { direction: Direction::Inbound, .. } => "UpdateSecurityGroupRuleDescriptionsIngress",
            Call::Describe { .. } => "UpdateSecurityGroupRuleDescriptionsEgress",
            Call::Revoke { direction: Direction::Inbound, .. } => "RevokeSecurityGroupIngress",
            Call::Revoke { .. } => "RevokeSecurityGroupEgress",
            Call::Delete { .. } => "DeleteSecurityGroup",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc, name, .. } => format!("{} of {vpc} as {name}", stamp.key),
            Call::Authorize { group, rules, .. } | Call::Revoke { group, rules, .. } => {
                let rules: Vec<String> = rules.iter().map(Permission::to_string).collect();
                format!("{group}: {}", rules.join(", "))
            }
            Call::Describe { group, rules, .. } => {
                let rules: Vec<String> = rules.iter().map(|it| format!("{it} = {:?}", it.description)).collect();
                format!("{group}: {}", rules.join(", "))
            }
            Call::Delete { group } => group.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, .. } => vec![vpc],
            Call::Authorize { group, rules, .. }
            | Call::Describe { group, rules, .. }
            | Call::Revoke { group, rules, .. } => {
                let peers = rules.iter().filter_map(|it| match &it.peer {
                    PeerHandle::Group(group) => Some(group),
                    _ => None,
                });
                [group].into_iter().chain(peers).collect()
            }
            Call::Delete { group } => vec![group],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }

    fn steers(&self) -> bool {
        matches!(self, Call::Authorize { .. } | Call::Revoke { .. })
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::kinds::vpc::Vpc;
    use crate::testing::{network, reached, requests};
    use crate::traffic::{Icmp, Ports};

    fn want(outbound: &[(Rule, &str)]) -> crate::Network {
        let vpc = Vpc { cidr: "10.0.0.0/16".parse().expect("a CIDR"), dns_support: true, dns_hostnames: false };
        let outbound = outbound.iter().map(|(rule, text)| (rule.clone(), (*text).to_owned())).collect();
        let (vpc_key, description) = (Key::new(Kind::Vpc, "main"), "a group".to_owned());
        let group = SecurityGroup { vpc: vpc_key, description, inbound: Rules::new(), outbound };
        network([("vpc.main", vpc.into()), ("security-group.x", group.into())])
    }

    fn to(peer: &str, traffic: Traffic) -> Rule {
        Rule { traffic, peer: Peer::Cidr(peer.parse().expect("a CIDR")) }
    }

    #[test]
    fn the_default_egress_is_revoked_unless_it_is_wanted() {
        assert_snapshot!(requests(&want(&[]), &Live::default()), @"
        CreateVpc vpc.main 10.0.0.0/16
        CreateSecurityGroup security-group.x of <vpc.main> as t.x.1
        RevokeSecurityGroupEgress <security-group.x>: all 0.0.0.0/0
        ");
        let everything = want(&[(SecurityGroup::default_egress(), "out")]);
        assert_snapshot!(requests(&everything, &Live::default()), @r#"
        CreateVpc vpc.main 10.0.0.0/16
        CreateSecurityGroup security-group.x of <vpc.main> as t.x.1
        UpdateSecurityGroupRuleDescriptionsEgress <security-group.x>: all 0.0.0.0/0 = "out"
        "#);
    }

    #[test]
    fn rules_are_sent_together_and_a_description_is_no_rule() {
        let https = to("10.0.0.0/8", Traffic::Tcp(Ports::one(443)));
        let live = reached(&want(&[(https.clone(), "one"), (to("10.1.0.0/16", Traffic::All), "")]), &Live::default());
        let want = want(&[
            (https, "two"),
            (to("10.2.0.0/16", Traffic::Icmp(Icmp::Type(8))), ""),
            (to("10.3.0.0/16", Traffic::Udp(Ports::ALL)), ""),
        ]);
        assert_snapshot!(requests(&want, &live), @r#"
        | AuthorizeSecurityGroupEgress sg-00000000000000005: udp all ports 10.3.0.0/16, icmp type 8 10.2.0.0/16
          UpdateSecurityGroupRuleDescriptionsEgress sg-00000000000000005: tcp 443 10.0.0.0/8 = "two"
        | RevokeSecurityGroupEgress sg-00000000000000005: all 10.1.0.0/16
        "#);
    }
}
