//! How long proofs take: of `ml-3az`, and of every two tiers of networks that are larger than any.

use divan::{AllocProfiler, Bencher};
use palisade_blueprint::{Draft, Input, parse};
use palisade_core::guarantee::{End, Expect, Guarantee, Place, Terms};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Element, Live};
use palisade_testkit::networks::tiers;
use palisade_verify::{Proof, Verdict, World, prove, without_effect};

/// It counts what is allocated.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// With 3 subnets, 10 groups and 100 rules each.
const N_TIERS: [u32; 3] = [25, 50, 100];

fn main() {
    divan::main();
}

fn ml_3az() -> Draft {
    let text = include_str!("../../../blueprints/ml-3az.toml");
    let files = |path: &str| match path {
        "policies/s3-own-buckets.json" => {
            Ok(include_str!("../../../blueprints/policies/s3-own-buckets.json").to_owned())
        }
        _ => Err("no such file".to_owned()),
    };
    parse(&Input::new("ml-3az.toml", text), &files).draft.expect("a blueprint without mistakes")
}

/// Every two tiers, and each with the internet, both ways.
fn guarantees(terms: &Terms) -> Vec<Guarantee> {
    let tiers = terms.tiers.keys().map(|it| Place::Tier(it.clone()));
    let ends: Vec<Place> = tiers.chain([Place::Internet]).collect();
    let pairs = ends.iter().flat_map(|from| ends.iter().map(move |to| (from.clone(), to.clone())));
    let pairs = pairs.filter(|(from, to)| from != to);
    let guarantee = |(from, to): (Place, Place)| Guarantee {
        name: format!("{from} to {to}"),
        from: End::any(from),
        to: End::any(to),
        expect: Expect::OneWayIsolated,
        traffic: vec![Traffic::All],
        client_ports: Ports::ALL,
        assume: None,
        span: 0..0,
        is_implied: false,
    };
    pairs.map(guarantee).collect()
}

#[divan::bench]
fn all_that_can_be_asked_of_ml_3az(bencher: Bencher<'_, '_>) {
    let draft = ml_3az();
    let (facts, live) = (draft.fixtures(), draft.assumed());
    let network = draft.resolve(&facts, &live).expect("a network").network;
    let mut terms = draft.terms(&facts, &live);
    let more = guarantees(&terms);
    terms.guarantees.extend(more);
    bencher.bench_local(|| prove(&World::wanted(&network, &live, &terms)).len());
}

#[divan::bench(args = N_TIERS, sample_count = 5)]
fn every_two_tiers(bencher: Bencher<'_, '_>, n_tiers: u32) {
    let (network, terms) = tiers(n_tiers);
    let live = Live::default();
    bencher.bench_local(|| {
        let world = World::wanted(&network, &live, &terms);
        let proofs = prove(&world);
        assert!(proofs.iter().all(|it: &Proof<'_>| it.verdict == Verdict::Holds));
        proofs.len()
    });
}

#[divan::bench(args = N_TIERS, sample_count = 5)]
fn what_has_no_effect(bencher: Bencher<'_, '_>, n_tiers: u32) {
    let (network, terms) = tiers(n_tiers);
    let live = Live::default();
    let everywhere = |_: &Element| Some(0..0);
    bencher.bench_local(|| without_effect(&World::wanted(&network, &live, &terms), &everywhere).len());
}
