//! Generated networks of every kind: groups that name each other, tables that share gateways, endpoints that move.
//!
//! Every network is valid by itself. Two of them share keys, so that going from one to the other updates, replaces,
//! renames and removes.

use ipnet::{IpNet, Ipv4Net};
use palisade_core::{Key, Kind, Live, Network};
use proptest::prelude::*;

use crate::lives::{Life, lives};
use crate::worlds::{self, Site, sites};
use endpoints::Endpoints;
use filters::Filters;
use ground::Ground;
use paths::Paths;
use renames::Renames;
use workloads::Workloads;

mod endpoints;
mod filters;
mod ground;
mod large;
mod paths;
mod renames;
mod tiers;
mod workloads;

pub use large::{full_acls, large};
pub use tiers::tiers;

/// The name of every generated blueprint, before it is renamed.
pub const BLUEPRINT: &str = "law";

/// Two networks for one place, and what is there before both.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What others have built.
    pub world: Live,
    /// What is there first.
    pub first: Network,
    /// What happens then.
    pub life: Life,
    /// What is wanted then.
    pub second: Network,
}

/// The choices that a network is made of. An index into something that is not there chooses nothing.
#[derive(Clone, Debug)]
struct Choices {
    ground: Ground,
    paths: Paths,
    filters: Filters,
    endpoints: Endpoints,
    workloads: Workloads,
}

/// What the parts of a network know of the place that they are in.
struct Place {
    vpc: Key,
    /// The blocks that subnets may lie in, the primary one first.
    blocks: Vec<Ipv4Net>,
    has_ipv6: bool,
    gateway: Option<Key>,
    egress: Option<Key>,
    /// What others have built, which ours may name.
    theirs: Vec<Key>,
}

/// Which choices of one network another one shares, a bit each.
#[derive(Clone, Copy)]
struct Kept(u32);

impl Kept {
    fn choose<T: Clone>(self, bit: u8, first: &T, own: T) -> T {
        if self.0 >> bit & 1 == 1 { first.clone() } else { own }
    }
}

/// Returns any valid network, and what is there before it.
pub fn networks() -> impl Strategy<Value = (Live, Network)> {
    (sites(), choices()).prop_map(|(site, it)| (worlds::of_others(site), it.network(site)))
}

/// Returns any two valid networks, the second having about half of its choices from the first: what an edit is.
/// Some of what both have is called otherwise in the second.
pub fn edits() -> impl Strategy<Value = Edit> {
    (sites(), choices(), lives(), choices(), any::<u32>(), renames::choices()).prop_map(
        |(site, first, life, other, kept, renames)| {
            let second = other.keeping(&first, Kept(kept)).network(site);
            Edit {
                world: worlds::of_others(site),
                first: first.network(site),
                life,
                second: renames.applied_to(second),
            }
        },
    )
}

/// Returns edits in which nothing but names change.
pub fn renamings() -> impl Strategy<Value = Edit> {
    (sites(), choices(), renames::choices()).prop_map(|(site, choices, renames): (_, _, Renames)| {
        let first = choices.network(site);
        let (world, second) = (worlds::of_others(site), renames.applied_to(first.clone()));
        Edit { world, first, life: Life::default(), second }
    })
}

/// Returns a fixed vector of values with the distribution of a strategy, for tests that are no properties.
pub fn sample<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>, n: usize) -> Vec<T> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let one = |_| strategy.new_tree(&mut runner).expect("nothing is filtered").current();
    (0..n).map(one).collect()
}

fn choices() -> impl Strategy<Value = Choices> {
    let parts =
        (ground::choices(), paths::choices(), filters::choices(), endpoints::choices(), workloads::choices());
    parts.prop_map(|(ground, paths, filters, endpoints, workloads)| Choices {
        ground,
        paths,
        filters,
        endpoints,
        workloads,
    })
}

impl Choices {
    /// Returns these choices with the `kept` ones of `first` in their place.
    fn keeping(self, first: &Choices, kept: Kept) -> Choices {
        Choices {
            ground: self.ground.keeping(&first.ground, kept),
            paths: self.paths.keeping(&first.paths, kept),
            filters: self.filters.keeping(&first.filters, kept),
            endpoints: self.endpoints.keeping(&first.endpoints, kept),
            workloads: self.workloads.keeping(&first.workloads, kept),
        }
    }

    fn network(&self, site: Site) -> Network {
        let mut network = Network::empty(BLUEPRINT);
        let place = self.ground.add_to(&mut network, site);
        self.paths.add_to(&mut network, &place);
        self.filters.add_to(&mut network, &place);
        self.endpoints.add_to(&mut network, &place);
        self.workloads.add_to(&mut network, &place);
        network
    }
}

fn key(kind: Kind, n: u8) -> Key {
    Key::new(kind, format!("n{n}"))
}

/// Tiers have subnets in one or two zones, and a table and an ACL of their name.
fn subnet_key(n: u8) -> Key {
    Key::new(Kind::Subnet, format!("n{}@{}", n / 2, ["a", "b"][usize::from(n % 2)]))
}

fn cidr(text: &str) -> IpNet {
    text.parse().expect("a CIDR")
}
