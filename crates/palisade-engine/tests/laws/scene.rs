//! How a law reaches a network: by planning, rehearsing and applying, as the binary does.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use palisade_core::tags::Origin;
use palisade_core::{
    Cloud, Document, Facts, Graph, Intent, Key, Live, Memory, Needs, Network, Object, Observed, Owner, Plan,
    Problem, Report, Spec, Stamp, plan, rehearse_to_the_end, tags,
};
use palisade_engine::{Interrupt, Limits, Run, apply};
use palisade_testkit::faults::{Fault, FaultyCloud};
use palisade_testkit::lives::Life;
use proptest::prelude::*;
use tokio::sync::mpsc::unbounded_channel;

pub(crate) fn needs(want: &Network) -> Needs {
    Needs { blueprint: want.blueprint.clone(), moves: want.moves.clone(), ..Needs::default() }
}

/// Plans as somebody does who says `--replace` wherever a plan asks for that word: the guards are tested where they belong.
pub(crate) fn intended(want: &Network, live: &Live) -> Plan {
    let mut intent = Intent { destroy: want.resources.is_empty(), ..Intent::default() };
    loop {
        let plan = plan(want, live, &intent);
        let asked = plan.problems.iter().filter_map(|it| match it {
            Problem::Guarded { key, diff } if !diff.is_empty() => Some(key),
            Problem::Held { by, .. } => Some(by),
            _ => None,
        });
        let asked: BTreeSet<Key> = asked.filter(|it| !intent.replace.contains(*it)).cloned().collect();
        if asked.is_empty() {
            return plan;
        }
        intent.replace.extend(asked);
    }
}

/// Plans, insists that the plan rehearses to its end, and applies it. Nothing is done if the plan has problems.
pub(crate) async fn reach(cloud: &Arc<FaultyCloud>, want: &Network) -> (Plan, Report) {
    let needs = needs(want);
    let observed = read(cloud, &needs).await;
    let plan = intended(want, &observed.live);
    if !plan.problems.is_empty() {
        return (plan, Report::default());
    }
    let graph = Graph::new(&plan, want, &observed.live).expect("a plan can be ordered");
    rehearse_to_the_end(&graph, want, &observed.live).expect("a plan rehearses to its end");
    let run = Run { graph: &graph, live: &observed.live, needs: &needs };
    let report = carried_out(cloud, run).await;
    (plan, report)
}

/// Carries out a plan, until its end or until it is killed.
pub(crate) async fn carried_out(cloud: &Arc<FaultyCloud>, run: Run<'_>) -> Report {
    let interrupt = Interrupt { hard: cloud.killed.clone(), ..Interrupt::default() };
    let (events, _nobody) = unbounded_channel();
    apply(cloud.clone(), run, Limits::default(), events, interrupt).await
}

/// Reads what there is, as often as it takes.
pub(crate) async fn read(cloud: &Arc<FaultyCloud>, needs: &Needs) -> Observed {
    loop {
        if let Ok(observed) = cloud.observe(needs).await {
            return observed;
        }
    }
}

/// Returns the same cloud in fair weather.
pub(crate) fn settled(faulty: &FaultyCloud) -> Arc<FaultyCloud> {
    cloud(faulty.memory.world().clone(), BTreeMap::new(), vec![1])
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

/// Returns the same world after it has been in use for a while.
pub(crate) async fn lived(live: Live, want: &Network, life: &Life) -> Result<Observed, TestCaseError> {
    let mut world = built(live, want).await?;
    life.happen(&mut world.live);
    Ok(world)
}

/// Everything that was asked for is there, once, and nothing else of ours.
pub(crate) async fn assert_landed(cloud: &FaultyCloud, want: &Network) -> Result<(), TestCaseError> {
    let observed = cloud.observe(&needs(want)).await.expect("reading never fails here");
    let live = &observed.live;
    prop_assert!(live.duplicates().is_empty());
    let is_left =
        |object: &Object| matches!(&object.owner, Owner::Derived { of } if live.object(of).is_none());
    let left = live.objects().iter().filter(|(_, it)| is_left(it) && !lies_elsewhere(it, live));
    prop_assert_eq!(left.collect::<Vec<_>>(), Vec::new());
    // What has run and is no longer asked for stays as a record.
    let is_ours = |(key, it): &(&Key, &Object)| match it.owner {
        Owner::Foreign | Owner::Derived { .. } => false,
        _ => !key.kind.is_run() || want.resources.contains_key(*key),
    };
    let ours = || live.objects().iter().filter(is_ours);
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

/// Whether something is in a place that others have built: what AWS has made there for ours stays, as all there does.
pub(crate) fn lies_elsewhere(object: &Object, live: &Live) -> bool {
    let is_foreign = |it: &&Key| live.find(it).is_some_and(|it| it.owner == Owner::Foreign);
    object.spec.refs().iter().any(is_foreign)
}

/// Returns what is wanted, where that which nobody asked about is as it is.
fn left_alone_as_it_is(want: &Network, live: &Live) -> BTreeMap<Key, Spec> {
    let mut wanted = want.resources.clone();
    for (key, spec) in &mut wanted {
        if let Some(there) = live.object(key) {
            leave_alone(spec, &there.spec);
        }
    }
    wanted
}

/// Puts what a blueprint leaves open to what there is: the defaults of a VPC, fields of SageMaker's that it does not set,
/// where a job has run, whether a notebook is stopped.
pub(crate) fn leave_alone(want: &mut Spec, live: &Spec) {
    match (want, live) {
        (Spec::Vpc(it), Spec::Vpc(there)) => {
            it.defaults.group = it.defaults.group.take().or_else(|| there.defaults.group.clone());
            it.defaults.acl = it.defaults.acl.take().or_else(|| there.defaults.acl.clone());
        }
        (Spec::TrainingJob(it), Spec::TrainingJob(there)) => {
            it.links = there.links.clone();
            leave_fields_alone(&mut it.settings, &there.settings);
        }
        (Spec::ProcessingJob(it), Spec::ProcessingJob(there)) => {
            it.links = there.links.clone();
            leave_fields_alone(&mut it.settings, &there.settings);
        }
        (Spec::Notebook(it), Spec::Notebook(there)) => {
            it.stopped = there.stopped;
            leave_fields_alone(&mut it.settings, &there.settings);
        }
        (Spec::Domain(it), Spec::Domain(there)) => leave_fields_alone(&mut it.settings, &there.settings),
        (Spec::UserProfile(it), Spec::UserProfile(there)) => {
            leave_fields_alone(&mut it.settings, &there.settings);
        }
        (Spec::InferenceEndpoint(it), Spec::InferenceEndpoint(there)) => {
            leave_fields_alone(&mut it.settings, &there.settings);
        }
        _ => {}
    }
}

fn leave_fields_alone(want: &mut Document, live: &Document) {
    let open = live.0.iter().filter(|(field, _)| want.get(field).is_none());
    let open: Vec<_> = open.map(|(field, value)| (field.clone(), value.clone())).collect();
    want.0.extend(open);
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
