//! A managed prefix list: blocks of addresses under one name, which rules of groups can name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource, Wait};
use crate::cloud::{Reason, Refused};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::{Live, State};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// How many entries one request adds or removes (EC2 API reference, `ModifyManagedPrefixList`).
pub const ENTRIES_PER_REQUEST: usize = 100;

/// A prefix list with its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PrefixList {
    /// The address family; cannot change.
    pub family: Family,
    /// How many entries there is room for: what a rule that names the list counts as.
    pub max_entries: u32,
    /// The blocks with their descriptions; empty is none.
    pub entries: BTreeMap<IpNet, String>,
}

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// Returns AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Family::Ipv4 => "IPv4",
            Family::Ipv6 => "IPv6",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The requests of a prefix list. Each change but the first names the version that it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateManagedPrefixList`, with as many entries as it takes.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// Its name, which AWS does not want unique.
        name: String,
        /// The family.
        family: Family,
        /// How many entries there is room for.
        max_entries: u32,
        /// The first entries.
        entries: BTreeMap<IpNet, String>,
    },
    /// `ModifyManagedPrefixList`, entries: all of it becomes the next version at once.
    Modify {
        /// The list.
        list: Handle,
        /// Its present version.
        version: Handle,
        /// Entries to add.
        add: BTreeMap<IpNet, String>,
        /// Entries to take away.
        remove: BTreeSet<IpNet>,
    },
    /// `ModifyManagedPrefixList`, `MaxEntries`, which AWS does not take together with entries.
    Resize {
        /// The list.
        list: Handle,
        /// How many entries there shall be room for.
        max_entries: u32,
    },
    /// `DescribeManagedPrefixLists` until the last change is done; teaches the version.
    AwaitReady {
        /// The list's key, whose part the answer teaches.
        key: Key,
        /// The list.
        list: Handle,
    },
    /// `DeleteManagedPrefixList`: refused while something names it.
    Delete {
        /// The list.
        list: Handle,
    },
}

impl Resource for PrefixList {
    const KIND: Kind = Kind::PrefixList;
    const NAME: &'static str = "prefix-list";
    const ID_PREFIX: &'static str = "pl";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        Vec::new()
    }

    fn map_keys(&mut self, _rename: &mut dyn FnMut(&mut Key)) {}

    fn diff(&self, live: &PrefixList) -> Diff {
        let diff = Diff::default()
            .replace("family", &live.family, &self.family)
            .update("max-entries", &live.max_entries, &self.max_entries);
        let described = |description: &String| match description.is_empty() {
            true => "listed".to_owned(),
            false => format!("listed: {description}"),
        };
        let blocks: BTreeSet<&IpNet> = live.entries.keys().chain(self.entries.keys()).collect();
        blocks.into_iter().fold(diff, |diff, block| {
            let (had, wanted) = (live.entries.get(block).map(described), self.entries.get(block).map(described));
            diff.entry(format_args!("entry {block}"), had.as_ref(), wanted.as_ref())
        })
    }

    fn born(&self, _key: &Key, _scope: &Scope<'_>) -> PrefixList {
        let entries = self.entries.clone().into_iter().take(ENTRIES_PER_REQUEST).collect();
        PrefixList { entries, ..self.clone() }
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let PrefixList { family, max_entries, entries } = self.born(key, scope);
        let (stamp, name) = (scope.stamp(key), scope.unique_name(key));
        let create = Call::Create { stamp, name, family, max_entries, entries };
        [create].into_iter().chain(self.settle(key, &Handle::new_id(key))).collect()
    }

    fn settle(&self, key: &Key, object: &Handle) -> Vec<Call> {
        vec![Call::AwaitReady { key: key.clone(), list: object.clone() }]
    }

    /// Room before entries, entries before less room. What gets another description goes and comes back, since AWS does
    /// not take a block in both lists of one request.
    fn wire(&self, live: &PrefixList, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let is_new = |block: &&IpNet| !live.entries.contains_key(*block);
        let is_other = |(block, text): &(&IpNet, &String)| self.entries.get(*block).is_some_and(|it| it != *text);
        let gone = live.entries.keys().filter(|it| !self.entries.contains_key(it));
        let redescribed: Vec<&IpNet> = live.entries.iter().filter(is_other).map(|(block, _)| block).collect();
        let add: Vec<&IpNet> = self.entries.keys().filter(is_new).collect();
        let remove: Vec<&IpNet> = gone.chain(redescribed.iter().copied()).collect();
        let list = scope.id(key);
        let modify = |add: &[&IpNet], remove: &[&IpNet]| Call::Modify {
            list: list.clone(),
            version: scope.part(key, Part::Version),
            add: add.iter().map(|it| (**it, self.entries[*it].clone())).collect(),
            remove: remove.iter().map(|it| **it).collect(),
        };
        let resize = |max_entries: u32| Call::Resize { list: list.clone(), max_entries };
        let mut changes = Vec::new();
        changes.extend((live.max_entries < self.max_entries).then(|| resize(self.max_entries)));
        let (mut adds, mut removes) = (add.chunks(ENTRIES_PER_REQUEST), remove.chunks(ENTRIES_PER_REQUEST));
        let batches = add.len().max(remove.len()).div_ceil(ENTRIES_PER_REQUEST);
        let mut batch = || modify(adds.next().unwrap_or_default(), removes.next().unwrap_or_default());
        changes.extend((0..batches).map(|_| batch()));
        changes.extend(redescribed.chunks(ENTRIES_PER_REQUEST).map(|it| modify(it, &[])));
        changes.extend((self.max_entries < live.max_entries).then(|| resize(self.max_entries)));
        let wait = || Call::AwaitReady { key: key.clone(), list: list.clone() };
        changes.into_iter().flat_map(|it| [it, wait()]).collect()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { list: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, family, max_entries, entries, name } => {
                refuse_crowd(entries.len(), *max_entries)?;
                let (family, max_entries, entries) = (*family, *max_entries, entries.clone());
                live.create(stamp, PrefixList { family, max_entries, entries })?;
                live.set_part(&stamp.key, Part::Name, name.clone());
                live.set_part(&stamp.key, Part::Version, "1".to_owned());
                Ok(())
            }
            Call::Modify { list, add, remove, .. } => {
                live.edit(list, |it: &mut PrefixList| modify(it, add, remove))?;
                let key = live.key_of(list)?;
                let version = live.find(&key).and_then(|it| it.parts.get(&Part::Version)?.parse::<u64>().ok());
                live.set_part(&key, Part::Version, (version.unwrap_or(0) + 1).to_string());
                Ok(())
            }
            Call::Resize { list, max_entries } => live.edit(list, |it: &mut PrefixList| {
                refuse_crowd(it.entries.len(), *max_entries)?;
                it.max_entries = *max_entries;
                Ok(())
            }),
            Call::AwaitReady { list, .. } => live.set_state(list, State::Usable),
            Call::Delete { list } => live.delete(list),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        match call {
            Call::Modify { list, add, remove, .. } => live.spec_of::<PrefixList>(list).is_some_and(|it| {
                add.iter().all(|(block, text)| it.entries.get(block) == Some(text))
                    && remove.iter().all(|block| !it.entries.contains_key(block))
            }),
            Call::Delete { list } => live.is_gone(list),
            Call::Create { .. } | Call::Resize { .. } | Call::AwaitReady { .. } => false,
        }
    }
}

fn modify(
    list: &mut PrefixList,
    add: &BTreeMap<IpNet, String>,
    remove: &BTreeSet<IpNet>,
) -> Result<(), Refused> {
    if let Some(block) = remove.iter().find(|it| !list.entries.contains_key(it)) {
        return Err(Refused::new(Reason::Invalid, format!("there is no entry {block}")));
    }
    let n_entries = (list.entries.len() + add.len()).saturating_sub(remove.len());
    refuse_crowd(n_entries, list.max_entries)?;
    list.entries.retain(|block, _| !remove.contains(block));
    list.entries.extend(add.clone());
    Ok(())
}

fn refuse_crowd(n_entries: usize, max_entries: u32) -> Result<(), Refused> {
    match usize::try_from(max_entries).is_ok_and(|it| n_entries <= it) {
        true => Ok(()),
        false => Err(Refused::new(Reason::Invalid, format!("{n_entries} entries are more than {max_entries}"))),
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateManagedPrefixList",
            Call::Modify { .. } | Call::Resize { .. } => "ModifyManagedPrefixList",
            Call::AwaitReady { .. } => "DescribeManagedPrefixLists",
            Call::Delete { .. } => "DeleteManagedPrefixList",
        }
    }

    fn details(&self) -> String {
        let some = |blocks: Vec<&IpNet>, sign: &str| {
            let shown: Vec<String> = blocks.iter().take(3).map(|it| format!("{sign}{it}")).collect();
            let more = blocks.len().saturating_sub(3);
            let more = (0 < more).then(|| format!("{sign}{more} more"));
            shown.into_iter().chain(more).collect::<Vec<_>>()
        };
        match self {
            Call::Create { stamp, name, family, max_entries, entries } => {
                let entries = some(entries.keys().collect(), "").join(", ");
                format!("{} {family} as {name}, up to {max_entries}: {entries}", stamp.key)
            }
            Call::Modify { list, add, remove, .. } => {
                let (add, remove) = (some(add.keys().collect(), "+"), some(remove.iter().collect(), "-"));
                format!("{list} {}", [add, remove].concat().join(", "))
            }
            Call::Resize { list, max_entries } => format!("{list} max-entries={max_entries}"),
            Call::AwaitReady { list, .. } => format!("until {list} is ready"),
            Call::Delete { list } => list.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { .. } => Vec::new(),
            Call::Modify { list, version, .. } => vec![list, version],
            Call::Resize { list, .. } | Call::AwaitReady { list, .. } | Call::Delete { list } => vec![list],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    fn learns(&self) -> Vec<(&Key, Part)> {
        match self {
            Call::Create { stamp, .. } => vec![(&stamp.key, Part::Id)],
            Call::AwaitReady { key, .. } => vec![(key, Part::Version)],
            _ => Vec::new(),
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }

    fn steers(&self) -> bool {
        matches!(self, Call::Modify { .. })
    }

    /// Typical times are field reports, deadlines the usual tools' own; AWS promises neither.
    fn wait(&self) -> Option<Wait> {
        matches!(self, Call::AwaitReady { .. }).then_some(Wait { typical_s: 5, deadline_s: 900 })
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::testing::{network, reached, requests};

    fn want(max_entries: u32, entries: &[(&str, &str)]) -> crate::Network {
        let entry = |(block, text): &(&str, &str)| (block.parse().expect("a CIDR"), (*text).to_owned());
        let entries = entries.iter().map(entry).collect();
        network([("prefix-list.corp", PrefixList { family: Family::Ipv4, max_entries, entries }.into())])
    }

    fn many(numbers: std::ops::Range<u8>) -> crate::Network {
        let entries = numbers.map(|it| (IpNet::V4(ipnet::Ipv4Net::new_assert([10, it, 0, 0].into(), 16)), String::new()));
        let list = PrefixList { family: Family::Ipv4, max_entries: 250, entries: entries.collect() };
        network([("prefix-list.corp", list.into())])
    }

    #[test]
    fn a_swap_is_one_request_and_room_is_made_before() {
        let live = reached(&want(1, &[("10.0.0.0/8", "")]), &Live::default());
        assert_snapshot!(requests(&want(1, &[("192.168.0.0/16", "")]), &live), @"
        | ModifyManagedPrefixList pl-00000000000000001 +192.168.0.0/16, -10.0.0.0/8
          DescribeManagedPrefixLists until pl-00000000000000001 is ready
        ");
        assert_snapshot!(requests(&want(2, &[("10.0.0.0/8", ""), ("192.168.0.0/16", "")]), &live), @"
        | ModifyManagedPrefixList pl-00000000000000001 max-entries=2
        | DescribeManagedPrefixLists until pl-00000000000000001 is ready
        | ModifyManagedPrefixList pl-00000000000000001 +192.168.0.0/16
          DescribeManagedPrefixLists until pl-00000000000000001 is ready
        ");
        let live = reached(&want(2, &[("10.0.0.0/8", ""), ("192.168.0.0/16", "")]), &Live::default());
        assert_snapshot!(requests(&want(1, &[("10.0.0.0/8", "")]), &live), @"
        | ModifyManagedPrefixList pl-00000000000000001 -192.168.0.0/16
          DescribeManagedPrefixLists until pl-00000000000000001 is ready
          ModifyManagedPrefixList pl-00000000000000001 max-entries=1
          DescribeManagedPrefixLists until pl-00000000000000001 is ready
        ");
    }

    #[test]
    fn another_description_takes_two_requests() {
        let live = reached(&want(1, &[("10.0.0.0/8", "one")]), &Live::default());
        assert_snapshot!(requests(&want(1, &[("10.0.0.0/8", "two")]), &live), @"
        | ModifyManagedPrefixList pl-00000000000000001 -10.0.0.0/8
        | DescribeManagedPrefixLists until pl-00000000000000001 is ready
        | ModifyManagedPrefixList pl-00000000000000001 +10.0.0.0/8
          DescribeManagedPrefixLists until pl-00000000000000001 is ready
        ");
    }

    #[test]
    fn entries_go_in_batches() {
        assert_snapshot!(requests(&many(0..250), &Live::default()), @"
        CreateManagedPrefixList prefix-list.corp IPv4 as t.corp.1, up to 250: 10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16, 97 more
        DescribeManagedPrefixLists until <prefix-list.corp> is ready
        ModifyManagedPrefixList <prefix-list.corp> +10.100.0.0/16, +10.101.0.0/16, +10.102.0.0/16, +97 more
        DescribeManagedPrefixLists until <prefix-list.corp> is ready
        ModifyManagedPrefixList <prefix-list.corp> +10.200.0.0/16, +10.201.0.0/16, +10.202.0.0/16, +47 more
        DescribeManagedPrefixLists until <prefix-list.corp> is ready
        ");
        let live = reached(&many(0..120), &Live::default());
        assert_snapshot!(requests(&many(130..250), &live), @"
        | ModifyManagedPrefixList pl-00000000000000001 +10.130.0.0/16, +10.131.0.0/16, +10.132.0.0/16, +97 more, -10.0.0.0/16, -10.1.0.0/16, -10.2.0.0/16, -97 more
        | DescribeManagedPrefixLists until pl-00000000000000001 is ready
        | ModifyManagedPrefixList pl-00000000000000001 +10.230.0.0/16, +10.231.0.0/16, +10.232.0.0/16, +17 more, -10.100.0.0/16, -10.101.0.0/16, -10.102.0.0/16, -17 more
          DescribeManagedPrefixLists until pl-00000000000000001 is ready
        ");
    }
}
