//! What files are there, which says whether something that is not described does not exist.

use std::collections::{BTreeMap, BTreeSet};

/// In which folders each of the CLI's keys was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Completeness {
    folders: BTreeMap<String, BTreeSet<String>>,
    /// The folders in which each VPC is described.
    of_vpcs: BTreeMap<String, BTreeSet<String>>,
}

impl Completeness {
    /// Takes note that a file has a key.
    pub(crate) fn saw(&mut self, key: &str, path: &str) {
        self.folders.entry(key.to_owned()).or_default().insert(folder(path).to_owned());
    }

    /// Takes note of where a VPC is described.
    pub(crate) fn saw_vpc(&mut self, vpc: &str, path: &str) {
        self.of_vpcs.entry(vpc.to_owned()).or_default().insert(folder(path).to_owned());
    }

    /// Returns whether everything of a kind is described that is in the account and region of a VPC: accounts and regions
    /// are in folders of their own, or there is one only.
    pub(crate) fn is_all_of(&self, key: &str, vpc: &str) -> bool {
        let Some(found) = self.folders.get(key) else { return false };
        let places: BTreeSet<&String> = self.of_vpcs.values().flatten().collect();
        places.len() < 2 || self.of_vpcs.get(vpc).is_some_and(|it| !it.is_disjoint(found))
    }

    /// Returns whether everything of a kind is described that is in any account and region of which a VPC is.
    pub(crate) fn is_all_everywhere(&self, key: &str) -> bool {
        self.folders.contains_key(key) && self.of_vpcs.keys().all(|vpc| self.is_all_of(key, vpc))
    }

    /// Returns whether any file has a key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.folders.contains_key(key)
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
