//! Renames: what has one key now and had another one before.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::kinds::Kind;
use crate::tags::Origin;

/// The renames that a blueprint lists. An object keeps its AWS id; only its tags change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    /// No two of them from or to the same thing.
    pub moves: Vec<Move>,
    /// Earlier names of the whole blueprint: what belongs to them belongs to it.
    pub blueprints: BTreeSet<String>,
}

/// One rename.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// Of one object.
    Key {
        /// What it was.
        from: Key,
        /// What it is.
        to: Key,
    },
    /// Of a tier: its subnets, tables and ACL.
    Tier {
        /// What it was called.
        from: String,
        /// What it is called.
        to: String,
    },
}

impl Move {
    /// Returns what `key` is called after this rename, if it is about it.
    pub fn apply(&self, key: &Key) -> Option<Key> {
        match self {
            Move::Key { from, to } => (from == key).then(|| to.clone()),
            Move::Tier { from, to } => {
                let rest = key.name.strip_prefix(from.as_str())?;
                let is_of_tier = matches!(key.kind, Kind::Subnet | Kind::RouteTable | Kind::NetworkAcl);
                let is_whole_name = rest.is_empty() || rest.starts_with('@');
                (is_of_tier && is_whole_name).then(|| Key::new(key.kind, format!("{to}{rest}")))
            }
        }
    }

    /// Returns what `key` was called before this rename, if it is about it.
    fn undo(&self, key: &Key) -> Option<Key> {
        let back = match self.clone() {
            Move::Key { from, to } => Move::Key { from: to, to: from },
            Move::Tier { from, to } => Move::Tier { from: to, to: from },
        };
        back.apply(key)
    }
}

impl Moves {
    /// Returns what an object of `key` is called once every rename is done: chains are followed to their end, and what
    /// changes places with others takes one step.
    pub fn end_of(&self, key: &Key) -> Key {
        let mut end = key.clone();
        for _ in &self.moves {
            match self.next(&end) {
                Some(next) if next == *key => return self.next(key).unwrap_or(next),
                Some(next) => end = next,
                None => break,
            }
        }
        end
    }

    /// Returns a key that means `key`.
    pub(crate) fn origin_of(&self, key: &Key) -> Option<Key> {
        self.moves.iter().filter_map(|it| it.undo(key)).find(|it| self.end_of(it) == *key)
    }

    /// What speaks of one object counts more than what speaks of its tier.
    fn next(&self, key: &Key) -> Option<Key> {
        let (of_keys, of_tiers): (Vec<&Move>, Vec<&Move>) =
            self.moves.iter().partition(|it| matches!(it, Move::Key { .. }));
        of_keys.into_iter().chain(of_tiers).find_map(|it| it.apply(key))
    }

    /// Returns the key that an object means whose tag says `key`, and says that it was `moved_from` elsewhere before.
    ///
    /// Without the latter, two objects that have changed places would do so again with every plan.
    pub(crate) fn meaning(&self, key: &Key, moved_from: Option<&Origin>) -> Key {
        match moved_from {
            Some(from) if self.end_of(&from.key) == *key => key.clone(),
            _ => self.end_of(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(moves: &[(&str, &str)], key: &str) -> String {
        let one = |(from, to): &(&str, &str)| match (from.strip_prefix("tier:"), to.strip_prefix("tier:")) {
            (Some(from), Some(to)) => Move::Tier { from: from.to_owned(), to: to.to_owned() },
            _ => Move::Key { from: from.parse().expect("a key"), to: to.parse().expect("a key") },
        };
        let moves = Moves { moves: moves.iter().map(one).collect(), ..Moves::default() };
        moves.end_of(&key.parse().expect("a key")).to_string()
    }

    #[test]
    fn a_tier_takes_its_subnets_tables_and_acl_along() {
        let moves = [("tier:batch", "tier:training")];
        assert_eq!(end(&moves, "subnet.batch@a"), "subnet.training@a");
        assert_eq!(end(&moves, "network-acl.batch"), "network-acl.training");
        assert_eq!(end(&moves, "subnet.batches@a"), "subnet.batches@a");
        assert_eq!(end(&moves, "security-group.batch"), "security-group.batch");
    }

    #[test]
    fn a_chain_is_followed_to_its_end_and_a_swap_takes_one_step() {
        let chain = [("endpoint.a", "endpoint.b"), ("endpoint.b", "endpoint.c")];
        assert_eq!(end(&chain, "endpoint.a"), "endpoint.c");
        assert_eq!(end(&chain, "endpoint.b"), "endpoint.c");
        let swap = [("tier:a", "tier:b"), ("tier:b", "tier:a")];
        assert_eq!(end(&swap, "subnet.a@a"), "subnet.b@a");
        assert_eq!(end(&swap, "subnet.b@a"), "subnet.a@a");
    }

    #[test]
    fn what_speaks_of_one_object_counts_more() {
        let moves = [("tier:a", "tier:b"), ("subnet.a@c", "subnet.c@c")];
        assert_eq!(end(&moves, "subnet.a@c"), "subnet.c@c");
        assert_eq!(end(&moves, "subnet.a@a"), "subnet.b@a");
    }
}
