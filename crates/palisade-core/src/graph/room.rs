//! What stands in the way of what is to come, and how it gives room: by going, or by giving up what only one can have.

use std::collections::{BTreeMap, BTreeSet};

use crate::key::Key;
use crate::live::{Live, Object, State};
use crate::plan::{Change, Plan};

/// The live objects that must be gone before something else can be made, and so must those that hold on to them.
/// What is spared goes as late as what waits for it allows.
pub(crate) fn vacated(plan: &Plan, live: &Live, spared: &BTreeSet<Key>) -> BTreeSet<Key> {
    let removes = |key: &&Key| plan.changes.get(*key).is_some_and(Change::removes);
    let stands = |(key, obstacles): (&Key, &BTreeSet<Key>)| {
        let standing = obstacles.iter().filter(removes).filter(|it| !yields(plan, key, it));
        standing.cloned().collect::<Vec<Key>>()
    };
    let mut todo: Vec<Key> = plan.obstacles.iter().flat_map(stands).collect();
    let mut vacated = BTreeSet::new();
    while let Some(key) = todo.pop() {
        if !spared.contains(&key) && vacated.insert(key.clone()) {
            todo.extend(live.users(&key).filter(removes).cloned());
        }
    }
    vacated
}

/// Whether what is wanted of `key` can be there beside `obstacle`, which goes, once that has given up what only one can
/// have.
pub(super) fn yields(plan: &Plan, key: &Key, obstacle: &Key) -> bool {
    let want = plan.changes.get(key).and_then(Change::want);
    let live = plan.changes.get(obstacle).filter(|it| it.removes()).and_then(Change::live);
    let can_change = |it: &&Object| matches!(it.state, State::Usable | State::Pending);
    want.zip(live.filter(can_change)).is_some_and(|(want, live)| !want.clashes(&live.spec.yielding(want)))
}

/// What is made at first without what something that goes has yet.
pub(super) fn waiting(plan: &Plan, vacated: &BTreeSet<Key>) -> BTreeSet<Key> {
    let waits = |(key, obstacles): &(&Key, &BTreeSet<Key>)| {
        obstacles.iter().any(|it| !vacated.contains(it) && yields(plan, key, it))
    };
    plan.obstacles.iter().filter(waits).map(|(key, _)| key.clone()).collect()
}

/// The live objects that change in place so that something else has room, and give it by naming less: an endpoint that
/// gives up a table.
pub(super) fn yielding(plan: &Plan) -> BTreeSet<Key> {
    let gives_by_naming_less =
        |key: &Key, obstacle: &Key| match (plan.changes.get(key), plan.changes.get(obstacle)) {
            (Some(change), Some(Change::Update { from, want: then, .. })) => {
                let kept: BTreeSet<&Key> = then.names().collect();
                let dropped = from.names().filter(|it| !kept.contains(it)).cloned().collect();
                change.want().is_some_and(|want| !want.clashes(&from.without(&dropped)))
            }
            _ => false,
        };
    let giving = plan.obstacles.iter().flat_map(|(key, obstacles)| {
        obstacles.iter().filter(move |it| gives_by_naming_less(key, it)).cloned()
    });
    giving.collect()
}

/// For each object that is in the way, what waits for its room.
pub(super) fn heirs<'a>(plan: &'a Plan, waiting: &BTreeSet<Key>) -> BTreeMap<&'a Key, Vec<&'a Key>> {
    let mut heirs: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
    for (key, obstacles) in plan.obstacles.iter().filter(|(key, _)| waiting.contains(*key)) {
        for it in obstacles {
            heirs.entry(it).or_default().push(key);
        }
    }
    heirs
}
