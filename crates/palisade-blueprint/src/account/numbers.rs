//! Which numbers the entries of an ACL get, so that live ones stay where they are.

use std::collections::BTreeMap;

use palisade_core::kinds::network_acl::Entry;

use crate::tables::acl::{BlocksOf, Rules};

/// Gives each entry a number that its rule owns: the one that it has live, else the lowest free one.
///
/// The entries of a rule all do the same, so their order among themselves means nothing.
pub(crate) fn assign(
    rules: &Rules,
    live: &BTreeMap<u16, Entry>,
    blocks_of: BlocksOf<'_>,
) -> BTreeMap<u16, Entry> {
    let mut numbered: BTreeMap<u16, Entry> = BTreeMap::new();
    for (rule, next) in rules.owned() {
        let mut wanted = rule.entries(blocks_of);
        for (number, entry) in live.range(rule.number.it..next) {
            if wanted.remove(entry) {
                numbered.insert(*number, *entry);
            }
        }
        let free: Vec<u16> = (rule.number.it..next).filter(|it| !numbered.contains_key(it)).collect();
        numbered.extend(free.into_iter().zip(wanted));
    }
    numbered
}
