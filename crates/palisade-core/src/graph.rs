//! The order of the work: the requests of each step, and which step waits for which.
//!
//! Four phases. `Make` creates a bare object; `Wire` adds what names others and can come later, so that groups that
//! name each other are no cycle; `Unwire` takes that away; `Remove` deletes. The new is there before the old goes,
//! except where AWS cannot have both.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::handle::Handle;
use crate::key::Key;
use crate::kinds::{Call, Spec, tagging};
use crate::live::{Live, Object, State};
use crate::network::Network;
use crate::order;
use crate::plan::{Change, Plan, by_id, id_key};
use crate::rehearse::Flaw;
use crate::scope::Scope;

/// One phase of one object's change. They sort by what is best done first where nothing else decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepId {
    /// Writes and takes away tags of what exists, for all objects at once.
    Tag,
    /// Creates the object, or waits for one that AWS is still making.
    Make(Key),
    /// Adds what names others.
    Wire(Key),
    /// Takes away what names others.
    Unwire(Key),
    /// Deletes the object; for a replacement, the old one.
    Remove(Key),
}

impl StepId {
    /// Returns the key that it is about; tags are about all.
    pub fn key(&self) -> Option<&Key> {
        match self {
            StepId::Tag => None,
            StepId::Make(key) | StepId::Wire(key) | StepId::Unwire(key) | StepId::Remove(key) => Some(key),
        }
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepId::Tag => f.write_str("tag"),
            StepId::Make(key) => write!(f, "make {key}"),
            StepId::Wire(key) => write!(f, "wire {key}"),
            StepId::Unwire(key) => write!(f, "unwire {key}"),
            StepId::Remove(key) => write!(f, "remove {key}"),
        }
    }
}

/// Requests that belong together and run in sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The requests; never none.
    pub calls: Vec<Call>,
    /// The steps that must have succeeded before.
    pub after: BTreeSet<StepId>,
    /// How many of the first calls run in the lane: singly, in the rehearsed order.
    pub n_lane_calls: usize,
}

/// All steps of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    /// The steps. A step's `after` names steps in here only.
    #[serde(with = "crate::pairs")]
    pub steps: BTreeMap<StepId, Step>,
    /// The rehearsed order: one that respects every `after`.
    pub order: Vec<StepId>,
}

impl Graph {
    /// Writes the requests of a plan and orders them.
    pub fn new(plan: &Plan, want: &Network, live: &Live) -> Result<Graph, Flaw> {
        let made = plan.changes.iter().filter(|(_, it)| it.makes()).map(|(key, _)| key.clone()).collect();
        let replaced =
            |(key, change): (&Key, &Change)| (change.makes() && change.removes()).then(|| key.clone());
        let mut builder = Builder {
            plan,
            live,
            scope: Scope { want, live, made: &made },
            replaced: plan.changes.iter().filter_map(replaced).collect(),
            vacated: vacated(plan, live),
            steps: BTreeMap::new(),
        };
        builder.write();
        builder.link();
        let mut graph = Graph { steps: builder.steps, order: Vec::new() };
        order::finish(&mut graph, want, live)?;
        Ok(graph)
    }

    /// Returns the number of requests, each wait counted once.
    pub fn n_requests(&self) -> usize {
        self.steps.values().map(|it| it.calls.len()).sum()
    }
}

/// The live objects that must be gone before something else can be made, and so must those that hold on to them.
fn vacated(plan: &Plan, live: &Live) -> BTreeSet<Key> {
    let removes = |key: &&Key| plan.changes.get(*key).is_some_and(Change::removes);
    let mut todo: Vec<Key> = plan.obstacles.values().flatten().filter(removes).cloned().collect();
    let mut vacated = BTreeSet::new();
    while let Some(key) = todo.pop() {
        if vacated.insert(key.clone()) {
            todo.extend(live.users(&key).filter(removes).cloned());
        }
    }
    vacated
}

struct Builder<'a> {
    plan: &'a Plan,
    live: &'a Live,
    scope: Scope<'a>,
    replaced: BTreeSet<Key>,
    vacated: BTreeSet<Key>,
    steps: BTreeMap<StepId, Step>,
}

/// The requests.
impl Builder<'_> {
    fn write(&mut self) {
        for (key, change) in &self.plan.changes {
            match change {
                Change::Create { want } => self.write_new(key, want),
                Change::Update { live, from, want, .. } => self.write_update(key, live, from, want),
                Change::Replace { live, want, .. } => {
                    self.write_new(key, want);
                    self.write_removal(key, live);
                }
                Change::Delete { live } => self.write_removal(key, live),
            }
        }
        self.add(StepId::Tag, self.tagging());
    }

    fn add(&mut self, id: StepId, calls: Vec<Call>) {
        if !calls.is_empty() {
            self.steps.insert(id, Step { calls, ..Step::default() });
        }
    }

    fn write_new(&mut self, key: &Key, want: &Spec) {
        self.add(StepId::Make(key.clone()), want.make(key, &self.scope));
        self.add(StepId::Wire(key.clone()), want.wire(&want.born(), key, &self.scope));
    }

    /// Usually the new comes first. Where a live object must be gone before its successor can be made, its users let
    /// go of it early, and get the rest of their change late.
    fn write_update(&mut self, key: &Key, live: &Object, from: &Spec, want: &Spec) {
        let (wire, unwire) = if self.lets_go_early(live) {
            let middle = from.without(&self.vacated.iter().map(|it| self.as_in_from(it)).collect());
            let late = want.wire(&middle, key, &self.scope).into_iter().chain(want.unwire(
                &middle,
                key,
                &self.scope,
            ));
            (late.collect(), middle.unwire(from, key, &self.scope))
        } else {
            (want.wire(from, key, &self.scope), want.unwire(from, key, &self.scope))
        };
        self.add(StepId::Wire(key.clone()), wire);
        self.add(StepId::Unwire(key.clone()), unwire);
    }

    fn lets_go_early(&self, live: &Object) -> bool {
        names(&live.spec).any(|it| self.vacated.contains(it))
    }

    /// Returns the key that stands for `key`'s present object in the `from` of a change.
    fn as_in_from(&self, key: &Key) -> Key {
        match self.replaced.contains(key) {
            true => id_key(key, self.live),
            false => key.clone(),
        }
    }

    fn write_removal(&mut self, key: &Key, live: &Object) {
        let elder = Key::new(key.kind, &live.id);
        let from = by_id(&live.spec, &self.replaced, self.live);
        let dropped = self.dropped_before_removal(key, live).iter().map(|it| self.as_in_from(it)).collect();
        let unwire = from.without(&dropped).unwire(&from, &elder, &self.scope);
        self.add(StepId::Unwire(key.clone()), unwire);
        self.add(StepId::Remove(key.clone()), from.remove(&elder, &self.scope));
    }

    /// What a removed object lets go of by requests of its own: what AWS wants let go first, and those of its own
    /// kind that are removed too and may name it in turn.
    fn dropped_before_removal<'k>(&self, key: &Key, live: &'k Object) -> BTreeSet<&'k Key> {
        let same_kind = live.spec.peers().into_iter().filter(|it| it.kind == key.kind && *it != key);
        let going = same_kind.filter(|it| self.plan.changes.get(*it).is_some_and(Change::removes));
        live.spec.holds().into_iter().chain(going).collect()
    }

    /// One request for all objects that get the same tags.
    fn tagging(&self) -> Vec<Call> {
        let mut set: BTreeMap<_, Vec<Handle>> = BTreeMap::new();
        let mut unset: BTreeMap<Vec<String>, Vec<Handle>> = BTreeMap::new();
        for change in self.plan.changes.values() {
            let Change::Update { live, tags, .. } = change else { continue };
            let object = Handle::Value(live.id.clone());
            if !tags.set.is_empty() {
                set.entry(tags.set.clone()).or_default().push(object.clone());
            }
            if !tags.unset.is_empty() {
                unset.entry(tags.unset.keys().cloned().collect()).or_default().push(object);
            }
        }
        let chunks = |objects: Vec<Handle>| {
            let chunks = objects.chunks(tagging::OBJECTS_MAX).map(<[Handle]>::to_vec);
            chunks.collect::<Vec<_>>()
        };
        let set = set.into_iter().flat_map(|(tags, objects)| {
            chunks(objects).into_iter().map(move |objects| tagging::Call::Set { objects, tags: tags.clone() })
        });
        let unset = unset.into_iter().flat_map(|(keys, objects)| {
            chunks(objects)
                .into_iter()
                .map(move |objects| tagging::Call::Unset { objects, keys: keys.clone() })
        });
        set.chain(unset).map(Call::Tagging).collect()
    }
}

/// The edges. Those to steps that do not exist fall away at the end.
impl Builder<'_> {
    fn link(&mut self) {
        for (key, change) in &self.plan.changes {
            if let Some(want) = change.want() {
                self.link_making(key, change, want);
            }
            if let Change::Update { live, .. } = change {
                self.link_update(key, live);
            }
            if change.removes() {
                self.link_removal(key, change);
            }
        }
        self.settle_pending();
        let known: BTreeSet<StepId> = self.steps.keys().cloned().collect();
        for step in self.steps.values_mut() {
            step.after.retain(|id| known.contains(id));
        }
    }

    fn after(&mut self, id: &StepId, before: impl IntoIterator<Item = StepId>) {
        if let Some(step) = self.steps.get_mut(id) {
            step.after.extend(before.into_iter().filter(|it| it != id));
        }
    }

    fn link_making(&mut self, key: &Key, change: &Change, want: &Spec) {
        let (make, wire) = (StepId::Make(key.clone()), StepId::Wire(key.clone()));
        for it in want.refs() {
            self.after(&make, [StepId::Make(it.clone())]);
            if self.is_changed_alone(it) {
                self.after(&make, [StepId::Wire(it.clone())]);
            }
        }
        self.after(&wire, [make.clone()]);
        for it in names(want) {
            self.after(&wire, [StepId::Make(it.clone())]);
            // A table is filled before a subnet follows it; groups may name each other, so they cannot wait.
            if it.kind != key.kind {
                self.after(&wire, [StepId::Wire(it.clone())]);
            }
        }
        let first = if change.makes() { make } else { wire };
        for obstacle in self.plan.obstacles.get(key).into_iter().flatten() {
            let gives_way = match self.plan.changes.get(obstacle).is_some_and(Change::removes) {
                true => vec![StepId::Remove(obstacle.clone())],
                false => vec![StepId::Wire(obstacle.clone()), StepId::Unwire(obstacle.clone())],
            };
            self.after(&first, gives_way);
        }
    }

    /// Whether `key` changes in place and waits for nothing that could in turn wait for its users.
    fn is_changed_alone(&self, key: &Key) -> bool {
        let change = self.plan.changes.get(key);
        matches!(change, Some(Change::Update { want, .. }) if want.peers().is_empty())
    }

    fn link_update(&mut self, key: &Key, live: &Object) {
        let (wire, unwire) = (StepId::Wire(key.clone()), StepId::Unwire(key.clone()));
        if self.lets_go_early(live) {
            self.after(&wire, [unwire]);
            return;
        }
        // The rules that admit an old object go after everybody has moved to its successor.
        let movers: Vec<StepId> = names(&live.spec)
            .filter(|it| self.replaced.contains(it))
            .flat_map(|it| self.live.users(it))
            .filter(|user| self.live.object(user).is_some_and(|it| !self.lets_go_early(it)))
            .map(|user| StepId::Wire(user.clone()))
            .collect();
        self.after(&unwire, [wire].into_iter().chain(movers));
    }

    fn link_removal(&mut self, key: &Key, change: &Change) {
        let (unwire, remove) = (StepId::Unwire(key.clone()), StepId::Remove(key.clone()));
        self.after(&remove, [unwire.clone()]);
        for user in self.live.users(key) {
            let lets_go = self.lets_go(user, key);
            self.after(&remove, lets_go.clone());
            // What nobody uses can let go before this gives up its own filter and way out; others might wait for us.
            if self.live.users(user).next().is_none() {
                self.after(&unwire, lets_go);
            }
        }
        if change.makes() && !self.vacated.contains(key) {
            self.after(&remove, [StepId::Make(key.clone()), StepId::Wire(key.clone())]);
        }
    }

    /// Returns the steps after which `user` no longer names the present object of `key`.
    fn lets_go(&self, user: &Key, key: &Key) -> Vec<StepId> {
        let Some(change) = self.plan.changes.get(user) else { return Vec::new() };
        let (wire, unwire) = (StepId::Wire(user.clone()), StepId::Unwire(user.clone()));
        match change {
            Change::Update { live, .. } if self.lets_go_early(live) && self.vacated.contains(key) => {
                vec![unwire]
            }
            Change::Update { .. } => vec![wire, unwire],
            Change::Replace { live, .. } | Change::Delete { live } => {
                let dropped = self.dropped_before_removal(user, live).contains(key);
                vec![if dropped { unwire } else { StepId::Remove(user.clone()) }]
            }
            Change::Create { .. } => Vec::new(),
        }
    }

    /// An object that an earlier run left unfinished is waited for before it is used.
    fn settle_pending(&mut self) {
        let waited_for = self.steps.values().flat_map(|it| &it.after).filter_map(|id| match id {
            StepId::Make(key) => Some(key.clone()),
            _ => None,
        });
        let waited_for: BTreeSet<Key> = waited_for.collect();
        for key in waited_for {
            let Some(object) = self.live.object(&key) else { continue };
            if object.state == State::Pending && !self.scope.made.contains(&key) {
                let calls = key.kind.settle(&Handle::Value(object.id.clone()));
                self.add(StepId::Make(key), calls);
            }
        }
    }
}

fn names(spec: &Spec) -> impl Iterator<Item = &Key> {
    spec.refs().into_iter().chain(spec.peers())
}
