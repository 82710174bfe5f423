//! How long the pure stages of a plan take, on networks of 100, 1,000 and 10,000 objects.
//!
//! `together` is what a plan costs beyond reading: diff, order and rehearsal, which plans once more from its end.

use divan::Bencher;
use palisade_core::{Graph, Intent, Live, Network, Plan, Spec, plan, rehearse_to_the_end};
use palisade_testkit::networks::{full_acls, large};

const SIZES: [u32; 3] = [100, 1_000, 10_000];

fn main() {
    divan::main();
}

fn diff(want: &Network, live: &Live) -> Plan {
    let plan = plan(want, live, &Intent::default());
    assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
    plan
}

fn together(want: &Network, live: &Live) -> Live {
    let plan = diff(want, live);
    let graph = Graph::new(&plan, want, live).expect("an order");
    rehearse_to_the_end(&graph, want, live).expect("an end with nothing left to do")
}

/// A network of `n_objects`, and AWS as it is once it is built.
fn built(n_objects: u32) -> (Network, Live) {
    let want = large(n_objects);
    let live = together(&want, &Live::default());
    (want, live)
}

/// Every group gets another description, and so another generation; all that names it moves.
fn with_other_groups(mut network: Network) -> Network {
    for spec in network.resources.values_mut() {
        if let Spec::SecurityGroup(group) = spec {
            group.description.push_str(", renewed");
        }
    }
    network
}

mod of_what_is_new {
    use super::*;

    #[divan::bench(args = SIZES)]
    fn diff(bencher: Bencher<'_, '_>, n_objects: u32) {
        let (want, live) = (large(n_objects), Live::default());
        bencher.bench(|| super::diff(&want, &live));
    }

    #[divan::bench(args = SIZES)]
    fn order(bencher: Bencher<'_, '_>, n_objects: u32) {
        let (want, live) = (large(n_objects), Live::default());
        let plan = super::diff(&want, &live);
        bencher.bench(|| Graph::new(&plan, &want, &live));
    }

    #[divan::bench(args = SIZES)]
    fn rehearse(bencher: Bencher<'_, '_>, n_objects: u32) {
        let (want, live) = (large(n_objects), Live::default());
        let plan = super::diff(&want, &live);
        let graph = Graph::new(&plan, &want, &live).expect("an order");
        bencher.bench(|| rehearse_to_the_end(&graph, &want, &live));
    }

    #[divan::bench(args = SIZES)]
    fn together(bencher: Bencher<'_, '_>, n_objects: u32) {
        let (want, live) = (large(n_objects), Live::default());
        bencher.bench(|| super::together(&want, &live));
    }
}

mod of_what_is_there {
    use super::*;

    #[divan::bench(args = SIZES)]
    fn nothing_to_do(bencher: Bencher<'_, '_>, n_objects: u32) {
        let (want, live) = built(n_objects);
        bencher.bench(|| super::diff(&want, &live));
    }

    /// All entries of 8 ACLs change, each list with as many as AWS takes: whether that harms a packet is asked of every
    /// region that the entries tell apart.
    #[divan::bench]
    fn every_entry_of_full_acls_changed(bencher: Bencher<'_, '_>) {
        const N_ACLS: u32 = 8;
        let live = super::together(&full_acls(N_ACLS, 443), &Live::default());
        let want = full_acls(N_ACLS, 8443);
        bencher.bench(|| super::together(&want, &live));
    }

    #[divan::bench(args = SIZES)]
    fn every_group_replaced(bencher: Bencher<'_, '_>, n_objects: u32) {
        let (want, live) = built(n_objects);
        let want = with_other_groups(want);
        bencher.bench(|| together(&want, &live));
    }
}
