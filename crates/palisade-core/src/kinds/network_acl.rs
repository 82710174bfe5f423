//! A network ACL: a subnet's stateless filter. Rules have numbers; the first that matches decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::block::{Block, BlockHandle};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;
use crate::traffic::{Direction, Traffic};

mod in_place;

/// The highest number of an entry of ours; AWS's own final deny is above it (VPC user guide, "Network ACL rules").
pub const NUMBER_MAX: u16 = 32766;

/// A network ACL with its numbered entries, AWS's final deny left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NetworkAcl {
    /// The VPC.
    pub vpc: Key,
    /// What may come in.
    pub inbound: BTreeMap<u16, Entry>,
    /// What may go out.
    pub outbound: BTreeMap<u16, Entry>,
}

/// One entry of an ACL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// What happens to a packet that matches.
    pub action: Action,
    /// Which packets match.
    pub traffic: Traffic,
    /// Where they come from or go to.
    pub cidr: Block,
}

/// An entry in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewEntry {
    /// What happens to a packet that matches.
    pub action: Action,
    /// Which packets match.
    pub traffic: Traffic,
    /// Where they come from or go to.
    pub cidr: BlockHandle,
}

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Lets it pass.
    Allow,
    /// Drops it.
    Deny,
}

impl Action {
    /// Returns the word of AWS and of the blueprint.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Allow => "allow",
            Action::Deny => "deny",
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.action.as_str(), self.traffic, self.cidr)
    }
}

impl fmt::Display for NewEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.action.as_str(), self.traffic, self.cidr)
    }
}

/// The requests of a network ACL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateNetworkAcl`: denies everything until it has entries.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
    },
    /// `CreateNetworkAclEntry`.
    CreateEntry {
        /// The ACL.
        acl: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The entry's number.
        number: u16,
        /// The entry.
        entry: NewEntry,
    },
    /// `ReplaceNetworkAclEntry`: another entry under the same number, with no moment in between.
    ReplaceEntry {
        /// The ACL.
        acl: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The entry's number.
        number: u16,
        /// The entry.
        entry: NewEntry,
    },
    /// `DeleteNetworkAclEntry`.
    DeleteEntry {
        /// The ACL.
        acl: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The entry's number.
        number: u16,
    },
    /// `DeleteNetworkAcl`: refused while a subnet follows it.
    Delete {
        /// The ACL.
        acl: Handle,
    },
}

impl NetworkAcl {
    /// Returns the entries of one direction.
    pub fn entries(&self, direction: Direction) -> &BTreeMap<u16, Entry> {
        direction.pick(&self.inbound, &self.outbound)
    }

    fn entries_mut(&mut self, direction: Direction) -> &mut BTreeMap<u16, Entry> {
        direction.pick(&mut self.inbound, &mut self.outbound)
    }
}

/// Adds the entries of one direction that come, go or change.
pub(super) fn diff(
    diff: Diff,
    owner: &str,
    direction: Direction,
    live: &BTreeMap<u16, Entry>,
    want: &BTreeMap<u16, Entry>,
) -> Diff {
    let numbers: BTreeSet<&u16> = live.keys().chain(want.keys()).collect();
    numbers.into_iter().fold(diff, |diff, number| {
        let name = format!("{owner}{} {number}", direction.as_str());
        diff.entry(name, live.get(number), want.get(number))
    })
}

impl Resource for NetworkAcl {
    const KIND: Kind = Kind::NetworkAcl;
    const NAME: &'static str = "network-acl";
    const ID_PREFIX: &'static str = "acl";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        vec![&self.vpc]
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
    }

    fn diff(&self, live: &NetworkAcl) -> Diff {
        let mut diff = Diff::default().replace("vpc", &live.vpc, &self.vpc);
        for direction in Direction::BOTH {
            let (had, wanted) = (live.entries(direction), self.entries(direction));
            diff = self::diff(diff, "", direction, had, wanted);
            if !in_place::is_harmless(had, wanted) {
                let name = format!("{} order", direction.as_str());
                diff = diff.replace(&name, &"entries in their places", &"entries in places that no order of single changes reaches without harm");
            }
        }
        diff
    }

    fn born(&self, _key: &Key, _scope: &Scope<'_>) -> NetworkAcl {
        NetworkAcl { vpc: self.vpc.clone(), inbound: BTreeMap::new(), outbound: BTreeMap::new() }
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Create { stamp: scope.stamp(key), vpc: scope.id(&self.vpc) }]
    }

    fn wire(&self, live: &NetworkAcl, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let write = |direction: Direction| {
            let (had, wanted) = (live.entries(direction), self.entries(direction));
            in_place::written(had, wanted).into_iter().map(move |number| {
                let Entry { action, traffic, cidr } = wanted[&number];
                let entry = NewEntry { action, traffic, cidr: scope.block(cidr, &self.vpc) };
                let acl = scope.id(key);
                match had.contains_key(&number) {
                    true => Call::ReplaceEntry { acl, direction, number, entry },
                    false => Call::CreateEntry { acl, direction, number, entry },
                }
            })
        };
        Direction::BOTH.into_iter().flat_map(write).collect()
    }

    fn unwire(&self, live: &NetworkAcl, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let delete = |direction: Direction| {
            let gone = in_place::deleted(live.entries(direction), self.entries(direction));
            gone.into_iter().map(move |number| Call::DeleteEntry { acl: scope.id(key), direction, number })
        };
        Direction::BOTH.into_iter().flat_map(delete).collect()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { acl: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc } => {
                let vpc = live.key_of(vpc)?;
                live.create(stamp, NetworkAcl { vpc, inbound: BTreeMap::new(), outbound: BTreeMap::new() })
            }
            Call::CreateEntry { acl, direction, number, entry } => {
                let entry = read(live, acl, entry)?;
                live.edit(acl, |it: &mut NetworkAcl| match it.entries(*direction).contains_key(number) {
                    false => {
                        it.entries_mut(*direction).insert(*number, entry);
                        Ok(())
                    }
                    true => {
                        Err(Refused::new(Reason::Exists, format!("{} entry {number} exists", direction.as_str())))
                    }
                })
            }
            Call::ReplaceEntry { acl, direction, number, entry } => {
                let entry = read(live, acl, entry)?;
                live.edit(acl, |it: &mut NetworkAcl| {
                    let old = it.entries_mut(*direction).get_mut(number);
                    *old.ok_or_else(|| no_entry(*direction, *number))? = entry;
                    Ok(())
                })
            }
            Call::DeleteEntry { acl, direction, number } => live.edit(acl, |it: &mut NetworkAcl| {
                let old = it.entries_mut(*direction).remove(number);
                old.map(drop).ok_or_else(|| no_entry(*direction, *number))
            }),
            Call::Delete { acl } => live.delete(acl),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        let at = |acl: &Handle, direction: &Direction, number: &u16| {
            live.spec_of::<NetworkAcl>(acl).and_then(|it| it.entries(*direction).get(number))
        };
        match call {
            Call::Create { .. } => false,
            Call::CreateEntry { acl, direction, number, entry }
            | Call::ReplaceEntry { acl, direction, number, entry } => {
                read(live, acl, entry).is_ok_and(|it| at(acl, direction, number) == Some(&it))
            }
            Call::DeleteEntry { acl, direction, number } => at(acl, direction, number).is_none(),
            Call::Delete { acl } => live.is_gone(acl),
        }
    }
}

/// Returns the entry that a request makes of an ACL.
fn read(live: &Live, acl: &Handle, entry: &NewEntry) -> Result<Entry, Refused> {
    let NewEntry { action, traffic, cidr } = entry;
    let vpc = live.spec_of::<NetworkAcl>(acl).map(|it| it.vpc.clone());
    let vpc = vpc.ok_or_else(|| Refused::new(Reason::NotFound, format!("`{acl}` does not exist")))?;
    Ok(Entry { action: *action, traffic: *traffic, cidr: live.block(cidr, &vpc)? })
}

fn no_entry(direction: Direction, number: u16) -> Refused {
    Refused::new(Reason::NotFound, format!("there is no {} entry {number}", direction.as_str()))
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateNetworkAcl",
            Call::CreateEntry { .. } => "CreateNetworkAclEntry",
            Call::ReplaceEntry { .. } => "ReplaceNetworkAclEntry",
            Call::DeleteEntry { .. } => "DeleteNetworkAclEntry",
            Call::Delete { .. } => "DeleteNetworkAcl",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc } => format!("{} of {vpc}", stamp.key),
            Call::CreateEntry { acl, direction, number, entry }
            | Call::ReplaceEntry { acl, direction, number, entry } => {
                format!("{acl} {} {number} {entry}", direction.as_str())
            }
            Call::DeleteEntry { acl, direction, number } => format!("{acl} {} {number}", direction.as_str()),
            Call::Delete { acl } => acl.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, .. } => vec![vpc],
            Call::CreateEntry { acl, entry, .. } | Call::ReplaceEntry { acl, entry, .. } => {
                [acl].into_iter().chain(entry.cidr.handle()).collect()
            }
            Call::DeleteEntry { acl, .. } | Call::Delete { acl } => vec![acl],
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
        matches!(self, Call::CreateEntry { .. } | Call::ReplaceEntry { .. } | Call::DeleteEntry { .. })
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::testing::{network, reached, requests};
    use crate::traffic::Ports;

    fn want(inbound: &[(u16, Action, u16)]) -> crate::Network {
        let vpc = crate::testing::vpc();
        let cidr = "10.0.0.0/8".parse().expect("a CIDR");
        let entry = |(number, action, port): &(u16, Action, u16)| {
            (*number, Entry { action: *action, traffic: Traffic::Tcp(Ports::one(*port)), cidr })
        };
        let inbound = inbound.iter().map(entry).collect();
        let acl = NetworkAcl { vpc: Key::new(Kind::Vpc, "main"), inbound, outbound: BTreeMap::new() };
        network([("vpc.main", vpc.into()), ("network-acl.x", acl.into())])
    }

    #[test]
    fn an_entry_is_swapped_under_its_number_and_denials_come_first() {
        let live = reached(&want(&[(100, Action::Allow, 80), (110, Action::Allow, 22)]), &Live::default());
        let want = want(&[(90, Action::Deny, 22), (100, Action::Allow, 443), (120, Action::Allow, 8443)]);
        assert_snapshot!(requests(&want, &live), @"
        | CreateNetworkAclEntry acl-00000000000000005 inbound 90 deny tcp 22 10.0.0.0/8
        | ReplaceNetworkAclEntry acl-00000000000000005 inbound 100 allow tcp 443 10.0.0.0/8
        | CreateNetworkAclEntry acl-00000000000000005 inbound 120 allow tcp 8443 10.0.0.0/8
        | DeleteNetworkAclEntry acl-00000000000000005 inbound 110
        ");
    }
}
