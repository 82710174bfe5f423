//! A security group: the stateful filter of the interfaces that carry it. It can only allow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::vpc::{self, HasIpv6, Vpc, everywhere};
use super::{InSpec, Kind, Request, Resource};
use crate::block::{Block, BlockHandle};
use crate::cloud::{Reason, Refused};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::{self, Stamp, Tags};
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
    Cidr(Block),
    /// Any interface that carries a group; its own, too.
    Group(Key),
    /// Any address in a prefix list.
    PrefixList(Key),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Cidr(cidr) => cidr.fmt(f),
            // A VPC's default group, whose id is not known before the VPC is there.
            Peer::Group(key) if *key == vpc::itself() => f.write_str("itself"),
            Peer::Group(key) => key.fmt(f),
            // A list that somebody else keeps is known by its id.
            Peer::PrefixList(key) if key.is_existing() => f.write_str(&key.name),
            Peer::PrefixList(key) => key.fmt(f),
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
    Cidr(BlockHandle),
    /// Any interface that carries a group.
    Group(Handle),
    /// Any address in a prefix list.
    PrefixList(Handle),
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.peer {
            PeerHandle::Cidr(cidr) => write!(f, "{} {cidr}", self.traffic),
            PeerHandle::Group(group) => write!(f, "{} {group}", self.traffic),
            PeerHandle::PrefixList(list) => write!(f, "{} {list}", self.traffic),
        }
    }
}

impl Permission {
    /// Returns what must be known of the other end to send it.
    pub(super) fn peer_handle(&self) -> Option<&Handle> {
        match &self.peer {
            PeerHandle::Cidr(block) => block.handle(),
            PeerHandle::Group(handle) | PeerHandle::PrefixList(handle) => Some(handle),
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
        direction.pick(&self.inbound, &self.outbound)
    }

    fn rules_mut(&mut self, direction: Direction) -> &mut Rules {
        direction.pick(&mut self.inbound, &mut self.outbound)
    }

    /// Returns the rules that AWS gives every new group, one for each address family of the VPC (VPC user guide,
    /// "Security group rules").
    pub fn default_egress(has_ipv6: HasIpv6) -> Vec<Rule> {
        let rule = |cidr: Block| Rule { traffic: Traffic::All, peer: Peer::Cidr(cidr) };
        everywhere(has_ipv6).into_iter().map(rule).collect()
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
        self.inbound.keys().chain(self.outbound.keys()).filter_map(Rule::named).collect()
    }

    /// The two that SageMaker makes for a domain's file system say so in a tag.
    fn derived_from(&self, tags: &Tags) -> Option<Key> {
        tags.get(tags::OF_SAGEMAKER).map(|domain| Key::new(Kind::Domain, domain))
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
        for direction in Direction::BOTH {
            map_rules(self.rules_mut(direction), rename);
        }
    }

    fn diff(&self, live: &SecurityGroup) -> Diff {
        let diff = Diff::default()
            .replace("vpc", &live.vpc, &self.vpc)
            .replace("description", &live.description, &self.description);
        Direction::BOTH.into_iter().fold(diff, |diff, direction| {
            self::diff(diff, "", direction, live.rules(direction), self.rules(direction))
        })
    }

    /// `make` has revoked the default egress, unless it is wanted.
    fn born(&self, _key: &Key, scope: &Scope<'_>) -> SecurityGroup {
        let egress = SecurityGroup::default_egress(scope.has_ipv6(&self.vpc)).into_iter();
        let wanted = egress.filter(|it| self.outbound.contains_key(it));
        let outbound = wanted.map(|it| (it, String::new())).collect();
        SecurityGroup { inbound: Rules::new(), outbound, ..self.clone() }
    }

    fn without(&self, gone: &BTreeSet<Key>) -> SecurityGroup {
        let mut left = self.clone();
        for direction in Direction::BOTH {
            left.rules_mut(direction).retain(|rule, _| rule.named().is_none_or(|it| !gone.contains(it)));
        }
        left
    }

    /// The allow-all egress of a new group is revoked before anything can carry the group.
    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let SecurityGroup { vpc, description, .. } = self;
        let (stamp, name) = (scope.stamp(key), scope.unique_name(key));
        let create = Call::Create { stamp, vpc: scope.id(vpc), name, description: description.clone() };
        let egress = SecurityGroup::default_egress(scope.has_ipv6(vpc)).into_iter();
        let unwanted = egress.filter(|it| !self.outbound.contains_key(it));
        let rules: Vec<Permission> = unwanted.map(|it| permission(&it, "", vpc, scope)).collect();
        let (group, direction) = (Handle::new_id(key), Direction::Outbound);
        let revoke = (!rules.is_empty()).then_some(Call::Revoke { group, direction, rules });
        [create].into_iter().chain(revoke).collect()
    }

    fn wire(&self, live: &SecurityGroup, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = Vec::new();
        for direction in Direction::BOTH {
            let had = live.rules(direction);
            let wanted = self.rules(direction).iter();
            let to_permission = |(rule, text): (&Rule, &String)| permission(rule, text, &self.vpc, scope);
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
            let rules: Vec<Permission> = gone.map(|(rule, text)| permission(rule, text, &self.vpc, scope)).collect();
            (!rules.is_empty()).then(|| Call::Revoke { group: scope.id(key), direction, rules })
        };
        Direction::BOTH.into_iter().filter_map(revoke).collect()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { group: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc, name, description } => {
                let (vpc, description) = (live.key_of(vpc)?, description.clone());
                let has_ipv6 = live.find(&vpc).and_then(|it| Vpc::of(&it.spec)).map_or(HasIpv6::No, Vpc::has_ipv6);
                let egress = SecurityGroup::default_egress(has_ipv6).into_iter();
                let (inbound, outbound) = (Rules::new(), egress.map(|it| (it, String::new())).collect());
                live.create(stamp, SecurityGroup { vpc, description, inbound, outbound })?;
                live.set_part(&stamp.key, Part::Name, name.clone());
                Ok(())
            }
            Call::Authorize { group, direction, rules } => {
                let rules = resolve(live, &vpc_of(live, group)?, rules)?;
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
                let rules = resolve(live, &vpc_of(live, group)?, rules)?;
                live.edit(group, |it: &mut SecurityGroup| {
                    let own = it.rules_mut(*direction);
                    all_there(&rules, own, *direction)?;
                    own.extend(rules);
                    Ok(())
                })
            }
            Call::Revoke { group, direction, rules } => {
                let rules = resolve(live, &vpc_of(live, group)?, rules)?;
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
        let meant = |group: &Handle, rules: &[Permission]| resolve(live, &vpc_of(live, group)?, rules);
        match call {
            Call::Create { .. } | Call::Describe { .. } => false,
            Call::Authorize { group, direction, rules } => match (own(group, direction), meant(group, rules)) {
                (Some(own), Ok(rules)) => rules.keys().all(|it| own.contains_key(it)),
                _ => false,
            },
            Call::Revoke { group, direction, rules } => match (own(group, direction), meant(group, rules)) {
                (Some(own), Ok(rules)) => rules.keys().all(|it| !own.contains_key(it)),
                (own, _) => own.is_none(),
            },
            Call::Delete { group } => live.is_gone(group),
        }
    }
}

impl Rule {
    /// Returns the object that the rule names.
    pub fn named(&self) -> Option<&Key> {
        match &self.peer {
            Peer::Group(key) | Peer::PrefixList(key) => Some(key),
            Peer::Cidr(_) => None,
        }
    }
}

/// Renames what rules name.
pub(super) fn map_rules(rules: &mut Rules, rename: &mut dyn FnMut(&mut Key)) {
    let renamed = std::mem::take(rules).into_iter().map(|(mut rule, description)| {
        match &mut rule.peer {
            Peer::Group(key) | Peer::PrefixList(key) => rename(key),
            Peer::Cidr(_) => {}
        }
        (rule, description)
    });
    *rules = renamed.collect();
}

/// Adds the rules of one direction that come, go or get another description.
pub(super) fn diff(diff: Diff, owner: &str, direction: Direction, live: &Rules, want: &Rules) -> Diff {
    let rules: BTreeSet<&Rule> = live.keys().chain(want.keys()).collect();
    rules.into_iter().fold(diff, |diff, rule| {
        let (way, end) = (direction.as_str(), direction.preposition());
        let (had, wanted) = (live.get(rule).map(Allowed), want.get(rule).map(Allowed));
        let name = format_args!("{owner}{way} {} {end} {}", rule.traffic, rule.peer);
        diff.entry(name, had.as_ref(), wanted.as_ref())
    })
}

/// A rule that is there, with its description.
#[derive(PartialEq, Eq)]
struct Allowed<'a>(&'a String);

impl fmt::Display for Allowed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => f.write_str("allowed"),
            false => write!(f, "allowed: {}", self.0),
        }
    }
}

/// Returns what a request says of a rule of a group in `vpc`.
pub(super) fn permission(rule: &Rule, description: &str, vpc: &Key, scope: &Scope<'_>) -> Permission {
    let peer = match &rule.peer {
        Peer::Cidr(block) => PeerHandle::Cidr(scope.block(*block, vpc)),
        Peer::Group(key) if *key == vpc::itself() => PeerHandle::Group(scope.part(vpc, Part::DefaultGroup)),
        Peer::Group(key) => PeerHandle::Group(scope.id(key)),
        Peer::PrefixList(key) => PeerHandle::PrefixList(scope.id(key)),
    };
    Permission { traffic: rule.traffic, peer, description: description.to_owned() }
}

/// Returns the rules that a request means for a group in `vpc`.
pub(super) fn resolve(live: &Live, vpc: &Key, rules: &[Permission]) -> Result<Rules, Refused> {
    let rule = |it: &Permission| {
        let peer = match &it.peer {
            PeerHandle::Cidr(block) => Peer::Cidr(live.block(block, vpc)?),
            PeerHandle::Group(group) => Peer::Group(live.named(Kind::SecurityGroup, group)?),
            PeerHandle::PrefixList(list) => Peer::PrefixList(live.named(Kind::PrefixList, list)?),
        };
        Ok((Rule { traffic: it.traffic, peer }, it.description.clone()))
    };
    rules.iter().map(rule).collect()
}

fn vpc_of(live: &Live, group: &Handle) -> Result<Key, Refused> {
    let vpc = live.spec_of::<SecurityGroup>(group).map(|it| it.vpc.clone());
    vpc.ok_or_else(|| Refused::new(Reason::NotFound, format!("`{group}` does not exist")))
}

/// Refuses to go on if one of the rules is not there.
pub(super) fn all_there(rules: &Rules, own: &Rules, direction: Direction) -> Result<(), Refused> {
    match rules.keys().find(|rule| !own.contains_key(rule)) {
        None => Ok(()),
        Some(rule) => {
            let message = format!("there is no {} {} {}", direction.as_str(), rule.traffic, rule.peer);
            Err(Refused::new(Reason::NotFound, message))
        }
    }
}

impl Live {
    /// Returns the key of what a rule names. What is not read, such as a group beyond a peering or a list of AWS's own,
    /// is known by its id, and so is the group that AWS made with a VPC.
    fn named(&self, kind: Kind, handle: &Handle) -> Result<Key, Refused> {
        let id = match (self.resolve(handle), handle) {
            (Ok((key, Part::Id)), _) if key.kind == kind => return Ok(key),
            (Ok((vpc, Part::DefaultGroup)), _) => self.find(&vpc).and_then(|it| it.parts.get(&Part::DefaultGroup)),
            (_, Handle::Value(id)) => Some(id),
            (_, Handle::Part { .. }) => None,
        };
        let id = id.ok_or_else(|| Refused::new(Reason::NotFound, format!("`{handle}` does not exist")))?;
        Ok(Key::new(kind, id))
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
                [group].into_iter().chain(rules.iter().filter_map(Permission::peer_handle)).collect()
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
    use crate::testing::{network, reached, requests};
    use crate::traffic::{Icmp, Ports};

    fn want(outbound: &[(Rule, &str)]) -> crate::Network {
        let vpc = crate::testing::vpc();
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
        let everything = want(&[(SecurityGroup::default_egress(HasIpv6::No).remove(0), "out")]);
        assert_snapshot!(requests(&everything, &Live::default()), @r#"
        CreateVpc vpc.main 10.0.0.0/16
        CreateSecurityGroup security-group.x of <vpc.main> as t.x.1
        UpdateSecurityGroupRuleDescriptionsEgress <security-group.x>: all 0.0.0.0/0 = "out"
        "#);
    }

    #[test]
    fn a_name_that_somebody_has_in_other_letters_is_taken() {
        let mut live = reached(&network([("vpc.main", crate::testing::vpc().into())]), &Live::default());
        let vpc = Key::new(Kind::Vpc, "main");
        let (inbound, outbound) = (Rules::new(), Rules::new());
        let theirs = SecurityGroup { vpc, description: "theirs".to_owned(), inbound, outbound };
        live.insert_existing("sg-0abc", theirs, vec![(Part::Name, "T.X.1".to_owned())]);
        assert_snapshot!(requests(&want(&[]), &live), @"
        CreateSecurityGroup security-group.x of vpc-00000000000000001 as t.x.2
        RevokeSecurityGroupEgress <security-group.x>: all 0.0.0.0/0
        ");
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
