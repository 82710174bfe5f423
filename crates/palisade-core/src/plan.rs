//! From what there is to what is wanted: which objects change, and what stands in the way.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

pub use crate::diff::{Diff, Field};
use crate::key::Key;
use crate::kinds::Spec;
use crate::live::{Live, Object, Owner};
use crate::network::Network;
use crate::tags::TagDiff;
pub use problem::{Problem, Protection};

mod checks;
mod problem;

/// The change that each object needs. What needs none is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The changes; an elder that goes is under the key of its AWS id.
    pub changes: BTreeMap<Key, Change>,
    /// For what is made or changed: the live objects that cannot be there at the same time, and that give way.
    pub obstacles: BTreeMap<Key, BTreeSet<Key>>,
    /// Why this plan must not run. Empty for a plan that may.
    pub problems: Vec<Problem>,
}

/// What happens to one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// There is none yet.
    Create {
        /// What it will be.
        want: Spec,
    },
    /// It changes in place.
    Update {
        /// What there is.
        live: Object,
        /// What there is, with those that this plan replaces under their AWS ids: what the diff compares with.
        from: Spec,
        /// What it will be.
        want: Spec,
        /// What differs.
        diff: Diff,
        /// Which tags differ.
        tags: TagDiff,
    },
    /// A new object takes its place.
    Replace {
        /// What there is.
        live: Object,
        /// See [`Change::Update`].
        from: Spec,
        /// What it will be.
        want: Spec,
        /// What differs.
        diff: Diff,
    },
    /// It goes.
    Delete {
        /// What there is.
        live: Object,
    },
}

impl Change {
    /// Returns what there is now, if anything.
    pub fn live(&self) -> Option<&Object> {
        match self {
            Change::Create { .. } => None,
            Change::Update { live, .. } | Change::Replace { live, .. } | Change::Delete { live } => {
                Some(live)
            }
        }
    }

    /// Returns what there will be, if anything.
    pub fn want(&self) -> Option<&Spec> {
        match self {
            Change::Create { want } | Change::Update { want, .. } | Change::Replace { want, .. } => {
                Some(want)
            }
            Change::Delete { .. } => None,
        }
    }

    /// Returns whether a new object is made.
    pub fn makes(&self) -> bool {
        matches!(self, Change::Create { .. } | Change::Replace { .. })
    }

    /// Returns whether the present object is removed.
    pub fn removes(&self) -> bool {
        matches!(self, Change::Replace { .. } | Change::Delete { .. })
    }
}

/// What the caller wants beyond the network itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// Replaced on purpose, also where nothing differs. Lifts the guard on the VPC, if it names it.
    pub replace: BTreeSet<Key>,
    /// Whether everything may go.
    pub destroy: bool,
}

/// Compares what is wanted with what there is.
pub fn plan(want: &Network, live: &Live, intent: &Intent) -> Plan {
    let replaced = replaced(want, live, intent);
    let mut plan = Plan::default();
    for (key, spec) in &want.resources {
        if let Some(change) = change(key, spec, want, live, &replaced, intent) {
            plan.changes.insert(key.clone(), change);
        }
    }
    for (key, object) in live.objects() {
        let is_left_over = match object.owner {
            Owner::Blueprint => !want.resources.contains_key(key) && !key.kind.is_run(),
            Owner::Deposed { .. } => !key.kind.is_run(),
            Owner::Derived { .. } | Owner::Foreign => false,
        };
        if is_left_over {
            plan.changes.insert(key.clone(), Change::Delete { live: object.clone() });
        }
    }
    let derived = left_behind(&plan, live);
    plan.changes
        .extend(derived.into_iter().map(|(key, live)| (key.clone(), Change::Delete { live: live.clone() })));
    checks::find_problems(&mut plan, want, live, &replaced, intent);
    plan
}

/// What AWS has made for something that goes, or that is gone; and what it has made in a subnet, for a profile or for a
/// space that goes. What lies in a place that is not ours stays, as everything there.
fn left_behind<'a>(plan: &Plan, live: &'a Live) -> BTreeMap<&'a Key, &'a Object> {
    let is_foreign = |it: &&Key| live.object(it).is_some_and(|it| it.owner == Owner::Foreign);
    let is_derived = |(_, it): &(&Key, &Object)| matches!(it.owner, Owner::Derived { .. });
    let derived = live.objects().iter().filter(is_derived);
    let mut staying: Vec<(&Key, &Object)> =
        derived.filter(|(_, it)| !it.spec.refs().iter().any(is_foreign)).collect();
    let mut left: BTreeMap<&Key, &Object> = BTreeMap::new();
    loop {
        let removes = |it: &Key| left.contains_key(it) || plan.changes.get(it).is_some_and(Change::removes);
        let goes = |(_, it): &(&Key, &Object)| {
            let of_what_goes =
                matches!(&it.owner, Owner::Derived { of } if live.object(of).is_none() || removes(of));
            of_what_goes || it.spec.refs().into_iter().any(removes)
        };
        let (going, rest): (Vec<_>, Vec<_>) = staying.into_iter().partition(goes);
        if going.is_empty() {
            return left;
        }
        left.extend(going);
        staying = rest;
    }
}

/// The keys that get a new object: because a field forces it, because somebody asked, or because what they refer to
/// is replaced and the reference cannot change.
fn replaced(want: &Network, live: &Live, intent: &Intent) -> BTreeSet<Key> {
    let mut replaced = BTreeSet::new();
    let mut queue = VecDeque::new();
    for (key, spec) in &want.resources {
        let forced = || live.object(key).is_some_and(|it| spec.diff(&it.spec).forces_replacement());
        if live.object(key).is_some() && !key.kind.is_run() && (intent.replace.contains(key) || forced()) {
            replaced.insert(key.clone());
            queue.push_back(key.clone());
        }
    }
    while let Some(key) = queue.pop_front() {
        for user in live.users(&key) {
            let (Some(spec), Some(object)) = (want.resources.get(user), live.object(user)) else { continue };
            if replaced.contains(user)
                || user.kind.is_run()
                || !spec.diff(&by_id(&object.spec, &replaced, live)).forces_replacement()
            {
                continue;
            }
            replaced.insert(user.clone());
            queue.push_back(user.clone());
        }
        // One that a run which was cut short has renewed already is there, and not in use yet.
        let is_in_use = |it: &&Key| live.users(it).any(|user| *user == key);
        let renewed = want.renewals.get(&key).filter(|it| live.object(it).is_some()).filter(is_in_use);
        if let Some(it) = renewed.filter(|it| replaced.insert((*it).clone())) {
            queue.push_back(it.clone());
        }
    }
    replaced
}

/// Names those that are replaced by their AWS ids, since their keys will mean their successors.
pub(crate) fn by_id<'a>(spec: &'a Spec, replaced: &BTreeSet<Key>, live: &Live) -> Cow<'a, Spec> {
    if replaced.is_empty() || !spec.names().any(|it| replaced.contains(it)) {
        return Cow::Borrowed(spec);
    }
    let mut spec = spec.clone();
    spec.map_keys(&mut |key| {
        if replaced.contains(key) {
            *key = id_key(key, live);
        }
    });
    Cow::Owned(spec)
}

/// Returns the key that `key`'s present object will have once its successor is there.
pub(crate) fn id_key(key: &Key, live: &Live) -> Key {
    live.object(key).map_or_else(|| key.clone(), |it| Key::new(key.kind, &it.id))
}

fn change(
    key: &Key,
    spec: &Spec,
    want: &Network,
    live: &Live,
    replaced: &BTreeSet<Key>,
    intent: &Intent,
) -> Option<Change> {
    let Some(object) = live.object(key) else { return Some(Change::Create { want: spec.clone() }) };
    let from = by_id(&object.spec, replaced, live);
    // A run is what it was: nothing of it can change but its tags.
    let mut diff = if key.kind.is_run() { Diff::default() } else { spec.diff(&from) };
    if replaced.contains(key) {
        let is_renewed = want.renewals.values().any(|it| it == key);
        let why = match intent.replace.contains(key) {
            true => Some("a new one, as asked"),
            false if is_renewed => Some("a new one, so that there is no gap"),
            false => None,
        };
        diff.fields.extend(why.map(|why| Field {
            name: "object".to_owned(),
            live: Some(object.id.clone()),
            want: Some(why.to_owned()),
            forces_replacement: true,
        }));
        let (live, from, want) = (object.clone(), from.into_owned(), spec.clone());
        return Some(Change::Replace { live, from, want, diff });
    }
    let tags = TagDiff::between(&object.tags, &want.tags_of_live(key, object));
    let is_same = diff.is_empty() && tags.is_empty();
    let update =
        || Change::Update { live: object.clone(), from: from.into_owned(), want: spec.clone(), diff, tags };
    (!is_same).then(update)
}
