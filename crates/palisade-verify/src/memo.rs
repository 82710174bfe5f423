//! What proofs ask for again and again, made once.
//!
//! A filter is asked for once for each two ends of each promise; there are as many filters as objects.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::Direction;
use palisade_core::{Key, Spec};

use crate::passing::Passing;
use crate::set::Set;

/// Sets that follow from the objects of a world alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memo {
    acls: BTreeMap<(Key, Direction), OnceLock<Passing>>,
    groups: BTreeMap<(Key, Direction), OnceLock<Admitted>>,
    tables: BTreeMap<Key, OnceLock<Vec<Passing>>>,
    /// By source, and by destination.
    pub(crate) internet: [OnceLock<Set>; 2],
}

/// What the rules of a group admit in one direction.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    /// By the addresses at the other end.
    pub(crate) by_address: Vec<Passing>,
    /// By a group that is carried there.
    pub(crate) by_group: Vec<(Key, Set)>,
}

impl Memo {
    /// Returns one that has room for what follows from these objects.
    pub(crate) fn of(specs: &BTreeMap<&Key, &Spec>) -> Memo {
        let mut memo = Memo::default();
        for (key, spec) in specs {
            let both = || Direction::BOTH.map(|it| ((*key).clone(), it));
            if NetworkAcl::of(spec).is_some() {
                memo.acls.extend(both().map(|it| (it, OnceLock::new())));
            } else if SecurityGroup::of(spec).is_some() {
                memo.groups.extend(both().map(|it| (it, OnceLock::new())));
            } else if Subnet::of(spec).is_some() {
                memo.tables.insert((*key).clone(), OnceLock::new());
            }
        }
        memo
    }

    /// Returns what passes an ACL, by what makes it the first time.
    pub(crate) fn acl(
        &self,
        key: &Key,
        direction: Direction,
        make: impl FnOnce() -> Passing,
    ) -> Cow<'_, Passing> {
        match self.acls.get(&(key.clone(), direction)) {
            Some(room) => Cow::Borrowed(room.get_or_init(make)),
            None => Cow::Owned(make()),
        }
    }

    /// Returns what a group admits, by what makes it the first time.
    pub(crate) fn group(
        &self,
        key: &Key,
        direction: Direction,
        make: impl FnOnce() -> Admitted,
    ) -> Option<&Admitted> {
        self.groups.get(&(key.clone(), direction)).map(|room| room.get_or_init(make))
    }

    /// Returns where the parts of the table of a subnet lead from, by what makes it the first time.
    pub(crate) fn table(&self, subnet: &Key, make: impl FnOnce() -> Vec<Passing>) -> Vec<Passing> {
        match self.tables.get(subnet) {
            Some(room) => room.get_or_init(make).clone(),
            None => make(),
        }
    }
}
