//! The security group and the ACL that AWS makes with every VPC.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Call;
use crate::block::Block;
use crate::handle::Part;
use crate::key::Key;
use crate::kinds::Kind;
use crate::kinds::network_acl::{self, Action, Entry};
use crate::kinds::security_group::{self, Peer, Rule, Rules, SecurityGroup};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::traffic::{Direction, Traffic};

/// What is in them. Each is none where it is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Defaults {
    /// The default security group.
    pub group: Option<DefaultGroup>,
    /// The default ACL.
    pub acl: Option<DefaultAcl>,
}

/// The rules of the default security group. It is named by [`itself`] in them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultGroup {
    /// What may open a connection to a carrier of the group.
    #[serde(with = "crate::pairs")]
    pub inbound: Rules,
    /// Where a carrier of the group may open a connection to.
    #[serde(with = "crate::pairs")]
    pub outbound: Rules,
}

/// The entries of the default ACL, AWS's final denial left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultAcl {
    /// What may come in.
    pub inbound: BTreeMap<u16, Entry>,
    /// What may go out.
    pub outbound: BTreeMap<u16, Entry>,
}

/// Returns the key by which the default group names itself: its id is not known before the VPC is there.
pub fn itself() -> Key {
    Key::new(Kind::SecurityGroup, "sg-itself")
}

impl DefaultGroup {
    pub(super) fn of(&self, direction: Direction) -> &Rules {
        direction.pick(&self.inbound, &self.outbound)
    }

    pub(super) fn of_mut(&mut self, direction: Direction) -> &mut Rules {
        direction.pick(&mut self.inbound, &mut self.outbound)
    }
}

impl DefaultAcl {
    pub(super) fn of(&self, direction: Direction) -> &BTreeMap<u16, Entry> {
        direction.pick(&self.inbound, &self.outbound)
    }

    pub(super) fn of_mut(&mut self, direction: Direction) -> &mut BTreeMap<u16, Entry> {
        direction.pick(&mut self.inbound, &mut self.outbound)
    }
}

/// What passes an ACL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// Everything.
    All,
    /// Some of it, and whether that is enough is not said.
    Some,
    /// Nothing.
    None,
}

impl DefaultAcl {
    /// Returns how much passes, of the families that the VPC has.
    pub fn passing(&self, has_ipv6: HasIpv6) -> Passing {
        let is_allowed = |it: &&Entry| it.action == Action::Allow;
        if Direction::BOTH.iter().any(|it| !self.of(*it).values().any(|it| is_allowed(&it))) {
            return Passing::None;
        }
        let all = everywhere(has_ipv6);
        // Before the first denial, everything is allowed.
        let is_open = |direction: Direction, whole: &Block| {
            let mut of_family =
                self.of(direction).values().filter(|it| it.cidr.is_ipv6() == whole.is_ipv6()).take_while(is_allowed);
            of_family.any(|it| it.traffic == Traffic::All && it.cidr == *whole)
        };
        let is_open = Direction::BOTH.iter().all(|it| all.iter().all(|whole| is_open(*it, whole)));
        if is_open { Passing::All } else { Passing::Some }
    }
}

impl Defaults {
    /// Returns what AWS makes: a group that admits itself and lets everything out, and an ACL that lets everything pass
    /// (VPC user guide, "Default security groups" and "Default network ACL").
    pub fn as_created(has_ipv6: HasIpv6) -> Defaults {
        let admits_itself = Rule { traffic: Traffic::All, peer: Peer::Group(itself()) };
        let group = DefaultGroup {
            inbound: [(admits_itself, String::new())].into(),
            outbound: SecurityGroup::default_egress(has_ipv6).into_iter().map(|it| (it, String::new())).collect(),
        };
        let everything = |(number, cidr): (u16, Block)| {
            (number, Entry { action: Action::Allow, traffic: Traffic::All, cidr })
        };
        let entries: BTreeMap<u16, Entry> = (100..).zip(everywhere(has_ipv6)).map(everything).collect();
        let acl = DefaultAcl { inbound: entries.clone(), outbound: entries };
        Defaults { group: Some(group), acl: Some(acl) }
    }

    /// Adds what differs to a VPC's diff.
    pub(super) fn diff(&self, live: &Defaults, mut diff: Diff) -> Diff {
        if let Some((had, wanted)) = live.group.as_ref().zip(self.group.as_ref()) {
            for direction in Direction::BOTH {
                let (had, wanted) = (had.of(direction), wanted.of(direction));
                diff = security_group::diff(diff, "default group: ", direction, had, wanted);
            }
        }
        if let Some((had, wanted)) = live.acl.as_ref().zip(self.acl.as_ref()) {
            for direction in Direction::BOTH {
                let (had, wanted) = (had.of(direction), wanted.of(direction));
                diff = network_acl::diff(diff, "default ACL: ", direction, had, wanted);
            }
        }
        diff
    }

    /// Returns the requests that take away what is not wanted. Nothing is ever put in: the language asks for empty ones,
    /// or for their being left alone.
    pub(super) fn clear(&self, live: &Defaults, vpc: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = Vec::new();
        if let Some((had, wanted)) = live.group.as_ref().zip(self.group.as_ref()) {
            let revoke = |direction: Direction| {
                let gone = had.of(direction).iter().filter(|(rule, _)| !wanted.of(direction).contains_key(rule));
                let rules: Vec<_> =
                    gone.map(|(rule, text)| security_group::permission(rule, text, vpc, scope)).collect();
                let group = scope.part(vpc, Part::DefaultGroup);
                (!rules.is_empty()).then_some(Call::RevokeDefault { group, direction, rules })
            };
            let revokes: Vec<Call> = Direction::BOTH.into_iter().filter_map(revoke).collect();
            let must_learn = !revokes.is_empty() && scope.must_learn(vpc, Part::DefaultGroup);
            calls.extend(must_learn.then(|| Call::LearnDefaultGroup { key: vpc.clone(), vpc: scope.id(vpc) }));
            calls.extend(revokes);
        }
        if let Some((had, wanted)) = live.acl.as_ref().zip(self.acl.as_ref()) {
            let delete = |direction: Direction| {
                let gone = had.of(direction).keys().filter(move |it| !wanted.of(direction).contains_key(it));
                gone.map(move |number| Call::DeleteDefaultEntry {
                    acl: scope.part(vpc, Part::DefaultAcl),
                    direction,
                    number: *number,
                })
            };
            let deletes: Vec<Call> = Direction::BOTH.into_iter().flat_map(delete).collect();
            let must_learn = !deletes.is_empty() && scope.must_learn(vpc, Part::DefaultAcl);
            calls.extend(must_learn.then(|| Call::LearnDefaultAcl { key: vpc.clone(), vpc: scope.id(vpc) }));
            calls.extend(deletes);
        }
        calls
    }
}

/// Whether a VPC has IPv6, which decides what AWS puts into what it makes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HasIpv6 {
    /// It has.
    Yes,
    /// It has not.
    No,
}

/// Returns every address of the families that a VPC has.
pub fn everywhere(has_ipv6: HasIpv6) -> Vec<Block> {
    let cidr = |text: &str| Block::Cidr(text.parse().expect("a block that is written here"));
    match has_ipv6 {
        HasIpv6::Yes => vec![cidr("0.0.0.0/0"), cidr("::/0")],
        HasIpv6::No => vec![cidr("0.0.0.0/0")],
    }
}
