//! How a law reaches a network: by planning, rehearsing and applying, as the binary does.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::tags::Origin;
use palisade_core::{
    Cloud, Facts, Graph, Intent, Key, Kind, Live, Memory, Needs, Network, Object, Observed, Owner, Plan,
    Report, Spec, Stamp, plan, rehearse_to_the_end, tags,
};
use palisade_engine::{Interrupt, Limits, Run, apply};
use palisade_testkit::faults::{Fault, FaultyCloud};
use proptest::prelude::*;
use tokio::sync::mpsc::unbounded_channel;

pub(crate) fn needs(want: &Network) -> Needs {
    Needs { blueprint: want.blueprint.clone(), moves: want.moves.clone(), ..Needs::default() }
}

/// Replaces the VPC where a network wants another one: the guard against that is tested where it belongs.
pub(crate) fn intended(want: &Network, live: &Live) -> Plan {
    let vpc = Key::new(Kind::Vpc, "main");
    let forces = |spec: &Spec| live.object(&vpc).is_some_and(|it| spec.diff(&it.spec).forces_replacement());
    let differs = want.resources.get(&vpc).is_some_and(forces);
    let replace = differs.then_some(vpc).into_iter().collect();
    let destroy = want.resources.is_empty();
    plan(want, live, &Intent { replace, destroy })
}

/// Plans, insists that the plan rehearses to its end, and applies it. Nothing is done if the plan has problems.
pub(crate) async fn reach(cloud: &Arc<FaultyCloud>, want: &Network) -> (Plan, Report) {
    let needs = needs(want);
    let observed = cloud.observe(&needs).await.expect("reading never fails here");
    let plan = intended(want, &observed.live);
    if !plan.problems.is_empty() {
        return (plan, Report::default());
    }
    let graph = Graph::new(&plan, want, &observed.live).expect("a plan can be ordered");
    rehearse_to_the_end(&graph, want, &observed.live).expect("a plan rehearses to its end");
    let interrupt = Interrupt { hard: cloud.killed.clone(), ..Interrupt::default() };
    let run = Run { graph: &graph, live: &observed.live, needs: &needs };
    let (events, _nobody) = unbounded_channel();
    let report = apply(cloud.clone(), run, Limits::default(), events, interrupt).await;
    (plan, report)
}

/// Returns the world as the owner of a network sees it.
pub(crate) async fn seen_for(want: &Network, live: Live) -> Live {
    let observed = Memory::new(world(live)).observe(&needs(want)).await;
    observed.expect("reading memory never fails").live
}

pub(crate) fn world(live: Live) -> Observed {
    Observed { live, ..Memory::empty("111122223333", "us-east-1", Facts::default()).world().clone() }
}

pub(crate) fn cloud(
    world: Observed,
    faults: BTreeMap<usize, Fault>,
    latency_ms: Vec<u8>,
) -> Arc<FaultyCloud> {
    Arc::new(FaultyCloud::new(Memory::new(world), faults, latency_ms))
}

/// Returns a world in which everything that the network wants has been built, beside what is there already.
pub(crate) async fn built(live: Live, want: &Network) -> Result<Observed, TestCaseError> {
    let cloud = cloud(world(live), BTreeMap::new(), vec![1]);
    let (plan, report) = reach(&cloud, want).await;
    prop_assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
    prop_assert!(report.is_complete(), "{report:#?}");
    let world = cloud.memory.world().clone();
    Ok(world)
}

/// Everything that was asked for is there, once, and nothing else of ours.
pub(crate) async fn assert_landed(cloud: &FaultyCloud, want: &Network) -> Result<(), TestCaseError> {
    let observed = cloud.observe(&needs(want)).await.expect("reading never fails here");
    let live = &observed.live;
    prop_assert!(live.duplicates().is_empty());
    let ours = || live.objects().iter().filter(|(_, it)| it.owner != Owner::Foreign);
    let specs: BTreeMap<_, _> = ours().map(|(key, it)| (key.clone(), it.spec.clone())).collect();
    prop_assert_eq!(&specs, &left_alone_as_it_is(want, live));
    let again = intended(want, live);
    prop_assert!(again.changes.is_empty() && again.problems.is_empty(), "{again:#?}");
    for (key, object) in ours() {
        let mut stamped = Stamp::new(key, object.generation, &want.tags_of(key));
        if let Some(from) = object.tags.get(tags::MOVED_FROM) {
            let origin: Origin = from.parse().expect("an origin");
            prop_assert!(origin.blueprint.is_none_or(|it| want.moves.blueprints.contains(&it)));
            prop_assert_eq!(&want.moves.end_of(&origin.key), key);
            stamped.tags.insert(tags::MOVED_FROM.to_owned(), from.clone());
        }
        prop_assert_eq!(&object.tags, &stamped.tags);
    }
    Ok(())
}

/// Returns what is wanted, where the defaults that nobody asked about are as they are.
fn left_alone_as_it_is(want: &Network, live: &Live) -> BTreeMap<Key, Spec> {
    let mut wanted = want.resources.clone();
    for (key, spec) in &mut wanted {
        let there = live.object(key).and_then(|it| Vpc::of(&it.spec));
        if let Some((it, there)) = Vpc::of_mut(spec).zip(there) {
            if it.defaults.group.is_none() {
                it.defaults.group = there.defaults.group.clone();
            }
            if it.defaults.acl.is_none() {
                it.defaults.acl = there.defaults.acl.clone();
            }
        }
    }
    wanted
}

/// What is not ours, by AWS ids throughout: ours may get other keys.
pub(crate) fn foreign_objects(live: &Live) -> BTreeMap<String, Object> {
    let foreign = live.objects().values().filter(|it| it.owner == Owner::Foreign);
    let by_id = foreign.cloned().map(|mut object| {
        object.spec.map_keys(&mut |it| {
            if let Some(named) = live.object(it) {
                *it = Key::new(it.kind, &named.id);
            }
        });
        (object.id.clone(), object)
    });
    by_id.collect()
}

/// Returns the AWS ids of what there is, by key.
pub(crate) fn ids(live: &Live) -> BTreeMap<Key, String> {
    live.objects().iter().map(|(key, it)| (key.clone(), it.id.clone())).collect()
}

/// Runs with time that passes only when nobody has anything to do.
pub(crate) fn in_virtual_time<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(test)
}
