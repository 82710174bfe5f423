//! The laws say something only if the generated networks get into every corner.

use std::collections::BTreeMap;

use palisade_core::{
    Change, Facts, Graph, Intent, Key, Kind, Live, Memory, Network, Plan, Spec, StepId, plan,
    rehearse_to_the_end,
};
use palisade_testkit::networks::sample;

/// Returns the live state after applying `want` to `live`, and how it was reached.
fn step(want: &Network, live: &Live) -> (Plan, Graph, Live) {
    let vpc = Key::new(Kind::Vpc, "main");
    let differs =
        live.object(&vpc).is_some_and(|it| want.resources[&vpc].diff(&it.spec).forces_replacement());
    let replace = differs.then_some(vpc).into_iter().collect();
    let plan = plan(want, live, &Intent { replace, destroy: false });
    let graph = Graph::new(&plan, want, live).expect("a plan can be ordered");
    let end = rehearse_to_the_end(&graph, want, live).expect("a plan rehearses to its end");
    (plan, graph, end)
}

fn name_each_other(network: &Network) -> bool {
    let groups = network.resources.iter().filter(|(key, _)| key.kind == Kind::SecurityGroup);
    let mut pairs = groups.flat_map(|(key, spec)| spec.peers().into_iter().map(move |peer| (key, peer)));
    pairs.any(|(key, peer)| {
        let back = network.resources.get(peer).map(Spec::peers).unwrap_or_default();
        key != peer && back.contains(&key)
    })
}

#[test]
fn every_kind_meets_every_change_and_every_way_of_ordering() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *seen.entry(what).or_default() += 1;
    let world = Memory::empty("111122223333", "us-east-1", Facts::default());
    for (first, second) in sample(1_500) {
        let empty = world.world().live.clone();
        let (_, _, live) = step(&first, &empty);
        let (plan, graph, _) = step(&second, &live);
        for (key, change) in &plan.changes {
            let word = match change {
                Change::Create { .. } => "create",
                Change::Update { .. } => "update",
                Change::Replace { .. } => "replace",
                Change::Delete { .. } => "delete",
            };
            count(format!("{word} {}", key.kind.as_str()));
        }
        for (id, step) in &graph.steps {
            let early = matches!(id, StepId::Wire(key) if step.after.contains(&StepId::Unwire(key.clone())));
            let late = matches!(id, StepId::Unwire(key) if step.after.contains(&StepId::Wire(key.clone())));
            count(format!("lets go early: {early}, late: {late}, in the lane: {}", 0 < step.n_lane_calls));
        }
        if name_each_other(&second) {
            count("mutual groups".to_owned());
        }
        if !plan.obstacles.is_empty() {
            count("obstacles".to_owned());
        }
    }
    let kinds = Kind::ALL.iter().filter(|it| **it != Kind::Vpc);
    let mut wanted: Vec<String> = kinds
        // An update of a NAT gateway or an address is one of its tags.
        .flat_map(|kind| ["create", "update", "delete"].map(|word| format!("{word} {}", kind.as_str())))
        .collect();
    let replaced =
        ["vpc", "subnet", "igw", "nat", "route-table", "network-acl", "security-group", "endpoint"];
    wanted.extend(replaced.map(|kind| format!("replace {kind}")));
    wanted.extend(["mutual groups", "obstacles"].map(str::to_owned));
    wanted.push("lets go early: true, late: false, in the lane: true".to_owned());
    wanted.push("lets go early: false, late: true, in the lane: true".to_owned());
    let rare: Vec<&String> = wanted.iter().filter(|it| seen.get(*it).copied().unwrap_or(0) < 3).collect();
    assert!(rare.is_empty(), "hardly ever seen: {rare:?}\nseen: {seen:#?}");
}
