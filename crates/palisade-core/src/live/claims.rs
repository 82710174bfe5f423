//! Who has what only one can have, so that a clash is found without looking at everything.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use smol_str::SmolStr;

use super::Live;
use crate::key::Key;
use crate::kinds::{Kind, Spec};

/// What only one object of a kind can have: something that has a name, or a block of addresses of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    of: SmolStr,
    block: Ipv4Net,
}

impl Claim {
    /// Returns the claim to the whole of something.
    pub fn whole(of: impl Into<SmolStr>) -> Claim {
        Claim { of: of.into(), block: Ipv4Net::default() }
    }

    /// Returns the claim to a block of addresses of something.
    pub fn block(of: impl Into<SmolStr>, block: Ipv4Net) -> Claim {
        Claim { of: of.into(), block }
    }
}

/// The claims of all objects, by what is claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    of: BTreeMap<(Kind, SmolStr), Blocks>,
}

/// Who claims each block, by its first address and its length.
type Blocks = BTreeMap<(u32, u8), BTreeSet<Key>>;

impl Claims {
    pub(super) fn insert(&mut self, key: &Key, claims: Vec<Claim>) {
        for Claim { of, block } in claims {
            let blocks = self.of.entry((key.kind, of)).or_default();
            blocks.entry(place(block)).or_default().insert(key.clone());
        }
    }

    pub(super) fn remove(&mut self, key: &Key, claims: Vec<Claim>) {
        for Claim { of, block } in claims {
            let of = (key.kind, of);
            let Some(blocks) = self.of.get_mut(&of) else { continue };
            if let Some(keys) = blocks.get_mut(&place(block)) {
                keys.remove(key);
                if keys.is_empty() {
                    blocks.remove(&place(block));
                }
            }
            if blocks.is_empty() {
                self.of.remove(&of);
            }
        }
    }

    /// Returns who claims the same, or a part of it. Of two blocks that overlap, one lies in the other.
    fn rivals(&self, kind: Kind, claim: Claim) -> Vec<&Key> {
        let Some(blocks) = self.of.get(&(kind, claim.of)) else { return Vec::new() };
        let (block, last) = (claim.block, u32::from(claim.block.broadcast()));
        let inside = blocks.range(place(block)..=(last, u8::MAX)).map(|(_, keys)| keys);
        let around = (0..block.prefix_len()).filter_map(|length| {
            let around = Ipv4Net::new_assert(block.network(), length).trunc();
            blocks.get(&place(around))
        });
        inside.chain(around).flatten().collect()
    }
}

fn place(block: Ipv4Net) -> (u32, u8) {
    (block.network().into(), block.prefix_len())
}

impl Live {
    /// Returns the objects that something may clash with, in order: all that do, and hardly any other.
    pub fn rivals(&self, spec: &Spec) -> BTreeSet<&Key> {
        spec.claims().into_iter().flat_map(|it| self.claims.rivals(spec.kind(), it)).collect()
    }
}
