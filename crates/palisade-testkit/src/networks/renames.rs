//! What is called otherwise: objects, tiers, the whole blueprint.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::{Key, Kind, Move, Moves, Network};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{BLUEPRINT, key, subnet_key};

/// Renames that do not get in each other's way: the language refuses two of them from or to the same thing.
#[derive(Clone, Debug)]
pub(super) struct Renames {
    renames: Vec<(Kind, u8, How)>,
    tiers: Vec<(u8, How)>,
    of_blueprint: bool,
}

#[derive(Clone, Copy, Debug)]
enum How {
    /// To a name that nothing has had.
    Fresh,
    /// By way of a name that nothing has had for long.
    Chain,
    /// With the next one, the other way round.
    Swap,
}

/// Half of all edits rename nothing.
pub(super) fn choices() -> impl Strategy<Value = Renames> {
    let how = || prop::sample::select(vec![How::Fresh, How::Chain, How::Swap]);
    let kinds = Kind::ALL.iter().copied();
    let kinds = kinds.filter(|it| !matches!(it, Kind::Vpc | Kind::InternetGateway | Kind::EgressOnlyGateway));
    // A name of SageMaker's is what an object is: the language refuses to rename one. AWS alone makes mount targets.
    let kinds = kinds.filter(|it| !it.is_of_sagemaker() && *it != Kind::MountTarget);
    let renames = vec((prop::sample::select(kinds.collect::<Vec<Kind>>()), 0u8..3, how()), 0..5);
    let some = (renames, vec((0u8..3, how()), 0..2), prop::bool::weighted(0.3));
    let none = || (Vec::new(), Vec::new(), false);
    prop_oneof![Just(none()), some].prop_map(|(renames, tiers, of_blueprint)| Renames {
        renames,
        tiers,
        of_blueprint,
    })
}

impl Renames {
    /// Returns the network with its new names, and with what they were.
    pub(super) fn applied_to(&self, mut network: Network) -> Network {
        let moves = Moves { moves: self.moves(), blueprints: BTreeSet::new() };
        let rename = |key: &Key| moves.end_of(key);
        let resources = std::mem::take(&mut network.resources).into_iter().map(|(key, mut spec)| {
            spec.map_keys(&mut |it| *it = rename(it));
            (rename(&key), spec)
        });
        network.resources = resources.collect();
        let renewals = std::mem::take(&mut network.renewals).into_iter();
        network.renewals = renewals.map(|(nat, address)| (rename(&nat), rename(&address))).collect();
        network.moves = moves;
        if self.of_blueprint {
            network.moves.blueprints.insert(BLUEPRINT.to_owned());
            network.blueprint = format!("{BLUEPRINT}-again");
        }
        network
    }

    fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (n, how) in &self.tiers {
            let names: Vec<String> = how.names(|n| format!("n{n}"), "tier-", *n);
            if names.iter().all(|it| taken.insert(it.clone())) {
                let step = |(from, to): (String, String)| Move::Tier { from, to };
                moves.extend(how.steps(&names).into_iter().map(step));
            }
        }
        let has_tiers = !moves.is_empty();
        let mut taken: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
        for (kind, n, how) in &self.renames {
            let is_of_tier = matches!(kind, Kind::Subnet | Kind::RouteTable | Kind::NetworkAcl);
            let names = how.names(|n| name(*kind, n), "", *n);
            let taken = taken.entry(*kind).or_default();
            let is_free = names.iter().all(|it| !taken.contains(it));
            if is_free && !(is_of_tier && has_tiers) {
                taken.extend(names.iter().cloned());
                let step = |(from, to): (String, String)| Move::Key {
                    from: Key::new(*kind, from),
                    to: Key::new(*kind, to),
                };
                moves.extend(how.steps(&names).into_iter().map(step));
            }
        }
        moves
    }
}

impl How {
    /// Returns the names that are part of it, in order.
    fn names(self, name: impl Fn(u8) -> String, prefix: &str, n: u8) -> Vec<String> {
        let (was, fresh, between) = (name(n), format!("{prefix}m{n}"), format!("{prefix}x{n}"));
        match self {
            How::Fresh => vec![was, fresh],
            How::Chain => vec![was, between, fresh],
            How::Swap => vec![was, name((n + 1) % 3)],
        }
    }

    fn steps(self, names: &[String]) -> Vec<(String, String)> {
        let steps = names.windows(2).map(|it| (it[0].clone(), it[1].clone()));
        let back = matches!(self, How::Swap).then(|| (names[1].clone(), names[0].clone()));
        steps.chain(back).collect()
    }
}

fn name(kind: Kind, n: u8) -> String {
    match kind {
        Kind::Subnet => subnet_key(n).name.to_string(),
        kind => key(kind, n).name.to_string(),
    }
}
