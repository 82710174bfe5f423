//! The order of the work: the requests of each step, and which step waits for which.
//!
//! Five phases. `Make` creates a bare object; `Wire` adds what names others and can come later, so that groups that
//! name each other are no cycle; `Unwire` takes that away; `Release` takes away what others lay in; `Remove` deletes.
//! The new is there before the old goes, except where AWS cannot have both.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::handle::Handle;
use crate::key::Key;
use crate::kinds::{Call, Spec, tagging};
use crate::live::{Live, Object, Owner, State};
use crate::network::Network;
use crate::order;
use crate::plan::{Change, Plan, by_id, id_key};
use crate::rehearse::Flaw;
use crate::scope::Scope;

mod careful;
mod leaning;
mod room;

pub(crate) use room::vacated;
use room::{heirs, waiting, yielding, yields};

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
    /// Takes away what others have lain in or rested on, such as a block of addresses.
    Release(Key),
    /// Deletes the object; for a replacement, the old one.
    Remove(Key),
}

impl StepId {
    /// Returns the key that it is about; tags are about all.
    pub fn key(&self) -> Option<&Key> {
        match self {
            StepId::Tag => None,
            StepId::Make(key)
            | StepId::Wire(key)
            | StepId::Unwire(key)
            | StepId::Release(key)
            | StepId::Remove(key) => Some(key),
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
            StepId::Release(key) => write!(f, "release {key}"),
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
    /// The steps that take something away before what takes its place is there, because a guarantee would not be kept
    /// for a moment otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<StepId>,
}

impl Graph {
    /// Writes the requests of a plan and orders them.
    ///
    /// What is left at once is there until its users have gone over to its successor, except where that is a ring:
    /// there, the one with the fewest users goes first.
    pub fn new(plan: &Plan, want: &Network, live: &Live) -> Result<Graph, Flaw> {
        let mut spared = vacated(plan, live, &BTreeSet::new());
        spared.retain(|it| it.kind.is_left_at_once());
        loop {
            let mut graph = Graph::written(plan, want, live, &spared);
            let flaw = match order::finish(&mut graph, want, live) {
                Ok(()) => return Ok(graph),
                Err(flaw) => flaw,
            };
            let on_a_ring = spared.iter().filter(|it| order::waits_for_itself(&graph.steps, it));
            let first = on_a_ring.min_by_key(|it| live.users(it).count()).cloned();
            spared.remove(&first.ok_or(flaw)?);
        }
    }

    fn written(plan: &Plan, want: &Network, live: &Live, spared: &BTreeSet<Key>) -> Graph {
        let made = plan.changes.iter().filter(|(_, it)| it.makes()).map(|(key, _)| key.clone()).collect();
        let replaced =
            |(key, change): (&Key, &Change)| (change.makes() && change.removes()).then(|| key.clone());
        let vacated = vacated(plan, live, spared);
        let waiting = waiting(plan, &vacated);
        let replaced: BTreeSet<Key> = plan.changes.iter().filter_map(replaced).collect();
        let in_from = |it: &Key| if replaced.contains(it) { id_key(it, live) } else { it.clone() };
        let vacated_in_from = vacated.iter().map(in_from).collect();
        let mut builder = Builder {
            plan,
            live,
            scope: Scope { want, live, made: &made, waiting: &waiting },
            replaced,
            vacated,
            vacated_in_from,
            yielding: yielding(plan),
            openers: openers(plan),
            makers: makers(plan),
            heirs: heirs(plan, &waiting),
            steps: BTreeMap::new(),
        };
        builder.write();
        builder.link();
        Graph { steps: builder.steps, ..Graph::default() }
    }

    /// Returns the number of requests, each wait counted once.
    pub fn n_requests(&self) -> usize {
        self.steps.values().map(|it| it.calls.len()).sum()
    }
}

/// For each object, those of its own kind whose wiring will name it: the rules that admit a group.
fn openers(plan: &Plan) -> BTreeMap<&Key, Vec<&Key>> {
    let mut openers: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
    for (key, change) in &plan.changes {
        let peers = change.want().map(Spec::peers).unwrap_or_default();
        for peer in peers.into_iter().filter(|it| it.kind == key.kind && *it != key) {
            openers.entry(peer).or_default().push(key);
        }
    }
    openers
}

/// The making and wiring of all that a packet meets on its way: what runs in the network begins when its doors are open,
/// its routes lead somewhere and its endpoints answer.
fn network(plan: &Plan) -> Vec<StepId> {
    if !plan.changes.iter().any(|(key, it)| key.kind.runs_at_once() && it.want().is_some()) {
        return Vec::new();
    }
    let comes = plan.changes.iter().filter(|(key, it)| !key.kind.is_of_sagemaker() && it.want().is_some());
    comes.flat_map(|(key, _)| [StepId::Make(key.clone()), StepId::Wire(key.clone())]).collect()
}

/// For each object, the new ones whose making will name it.
fn makers(plan: &Plan) -> BTreeMap<&Key, Vec<&Key>> {
    let mut makers: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
    for (key, change) in plan.changes.iter().filter(|(_, it)| it.makes()) {
        for it in change.want().map(Spec::refs).unwrap_or_default() {
            makers.entry(it).or_default().push(key);
        }
    }
    makers
}

struct Builder<'a> {
    plan: &'a Plan,
    live: &'a Live,
    scope: Scope<'a>,
    replaced: BTreeSet<Key>,
    vacated: BTreeSet<Key>,
    /// The same, as the `from` of a change calls them.
    vacated_in_from: BTreeSet<Key>,
    yielding: BTreeSet<Key>,
    openers: BTreeMap<&'a Key, Vec<&'a Key>>,
    makers: BTreeMap<&'a Key, Vec<&'a Key>>,
    heirs: BTreeMap<&'a Key, Vec<&'a Key>>,
    steps: BTreeMap<StepId, Step>,
}

/// The requests.
impl Builder<'_> {
    fn write(&mut self) {
        for (key, change) in &self.plan.changes {
            match change {
                Change::Create { want } => self.write_new(key, want),
                Change::Update { from, want, .. } => self.write_update(key, from, want),
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
        self.add(StepId::Wire(key.clone()), want.wire(&want.born(key, &self.scope), key, &self.scope));
    }

    /// Usually the new comes first. Where something must be gone before its successor can be made, its users let go
    /// of it early, and get the rest of their change late.
    fn write_update(&mut self, key: &Key, from: &Spec, want: &Spec) {
        let middle = from.without(&self.early(key, from, want));
        let (wire, unwire) = if middle == *from {
            (want.wire(from, key, &self.scope), want.unwire(from, key, &self.scope))
        } else {
            let late = want.wire(&middle, key, &self.scope).into_iter().chain(want.unwire(
                &middle,
                key,
                &self.scope,
            ));
            (late.collect(), middle.unwire(from, key, &self.scope))
        };
        self.add(StepId::Wire(key.clone()), wire);
        self.add(StepId::Unwire(key.clone()), unwire);
        self.add(StepId::Release(key.clone()), want.release(from, key, &self.scope));
    }

    /// What an object that changes in place lets go of before the rest of its change.
    fn early(&self, key: &Key, from: &Spec, want: &Spec) -> BTreeSet<Key> {
        let kept: BTreeSet<&Key> = want.names().collect();
        let yields = self.yielding.contains(key);
        let is_early = |it: &&Key| self.vacated_in_from.contains(*it) || (yields && !kept.contains(*it));
        from.names().filter(is_early).cloned().collect()
    }

    fn lets_go_early(&self, key: &Key) -> bool {
        match self.plan.changes.get(key) {
            Some(Change::Update { from, want, .. }) => from.without(&self.early(key, from, want)) != *from,
            _ => false,
        }
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
        let middle = from.without(&dropped);
        let mut unwire = middle.unwire(&from, &elder, &self.scope);
        let left = self.successors_waiting_for(key).fold(middle.clone(), |it, want| it.yielding(want));
        unwire.extend(left.wire(&middle, &elder, &self.scope));
        unwire.extend(left.unwire(&middle, &elder, &self.scope));
        self.add(StepId::Unwire(key.clone()), unwire);
        // What AWS wants let go goes with the deletion itself: nothing is left without its filter for longer.
        let held = left.holds().into_iter().cloned().collect();
        let mut remove = left.without(&held).unwire(&left, &elder, &self.scope);
        remove.extend(from.remove(&elder, &self.scope));
        if live.state == State::Leaving {
            // What comes before the deletion is done: nothing stops any more.
            let delete = remove.iter().position(|call| call.request().is_removal());
            remove.drain(..delete.unwrap_or_default());
            remove.retain(|call| call.request().wait().is_some());
        }
        self.add(StepId::Remove(key.clone()), remove);
    }

    /// What is made beside the present object of `key`, and waits for its share of what only one can have.
    fn successors_waiting_for(&self, key: &Key) -> impl Iterator<Item = &Spec> {
        let waiting = self.heirs.get(key).into_iter().flatten().filter(|_| !self.vacated.contains(key));
        waiting.filter_map(|it| self.plan.changes.get(it)?.want())
    }

    /// What a removed object lets go of before others are removed: those of its own kind that are removed too and may
    /// name it in turn.
    fn dropped_before_removal<'k>(&self, key: &Key, live: &'k Object) -> BTreeSet<&'k Key> {
        let same_kind = live.spec.peers().into_iter().filter(|it| it.kind == key.kind && *it != key);
        same_kind.filter(|it| self.plan.changes.get(*it).is_some_and(Change::removes)).collect()
    }

    fn tagging(&self) -> Vec<Call> {
        let changed = self.plan.changes.iter().filter_map(|(key, change)| match change {
            Change::Update { live, tags, .. } => Some((key.kind, Handle::Value(live.id.clone()), tags)),
            _ => None,
        });
        tagging::calls(changed).into_iter().map(Call::Tagging).collect()
    }
}

/// The edges. Those to steps that do not exist fall away.
impl Builder<'_> {
    fn link(&mut self) {
        let network = network(self.plan);
        for (key, change) in &self.plan.changes {
            if let Some(want) = change.want() {
                self.link_making(key, change, want);
                if key.kind.runs_at_once() {
                    self.after(&StepId::Make(key.clone()), network.iter().cloned());
                    self.after(&StepId::Wire(key.clone()), network.iter().cloned());
                }
            }
            if let Change::Update { live, from, want, .. } = change {
                self.link_update(key, live, from, want);
            }
            if let (true, Some(live)) = (change.removes(), change.live()) {
                self.link_removal(key, change, live);
            }
        }
        self.link_leaning();
        self.settle_pending();
    }

    fn after(&mut self, id: &StepId, before: impl IntoIterator<Item = StepId>) {
        let before: Vec<StepId> = before.into_iter().filter(|it| it != id && self.is_step(it)).collect();
        if let Some(step) = self.steps.get_mut(id) {
            step.after.extend(before);
        }
    }

    /// Whether there is such a step, or will be because an object that is waited for is still to be settled.
    fn is_step(&self, id: &StepId) -> bool {
        let is_settled = |key: &Key| !self.settling(key).is_empty();
        self.steps.contains_key(id) || matches!(id, StepId::Make(key) if is_settled(key))
    }

    /// The waits for an object that an earlier run left unfinished.
    fn settling(&self, key: &Key) -> Vec<Call> {
        let is_pending = |it: &&Object| it.state == State::Pending && !self.scope.made.contains(key);
        let pending = self.live.object(key).filter(is_pending);
        pending.map_or_else(Vec::new, |it| it.spec.settle(key, &Handle::Value(it.id.clone())))
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
        for it in want.names() {
            self.after(&wire, [StepId::Make(it.clone())]);
            // A table is filled before a subnet follows it; groups may name each other, so they cannot wait.
            if it.kind != key.kind {
                self.after(&wire, [StepId::Wire(it.clone())]);
            }
        }
        let first = if change.makes() { make } else { wire };
        for obstacle in self.plan.obstacles.get(key).into_iter().flatten() {
            if yields(self.plan, key, obstacle) && !self.vacated.contains(obstacle) {
                let unwire = StepId::Unwire(obstacle.clone());
                self.after(&unwire, [StepId::Make(key.clone())]);
                self.after(&StepId::Wire(key.clone()), [unwire]);
            } else {
                self.after(&first, self.gives_way(obstacle, want));
            }
        }
    }

    /// Returns the steps after which `obstacle` no longer stands in the way of `want`.
    fn gives_way(&self, obstacle: &Key, want: &Spec) -> Vec<StepId> {
        let (wire, unwire) = (StepId::Wire(obstacle.clone()), StepId::Unwire(obstacle.clone()));
        match self.plan.changes.get(obstacle) {
            Some(Change::Update { from, want: then, .. }) => {
                let middle = from.without(&self.early(obstacle, from, then));
                if want.clashes(&middle) { vec![wire, unwire] } else { vec![unwire] }
            }
            _ => vec![StepId::Remove(obstacle.clone())],
        }
    }

    /// Whether `key` changes in place and waits for nothing that could in turn wait for its users.
    fn is_changed_alone(&self, key: &Key) -> bool {
        let change = self.plan.changes.get(key);
        matches!(change, Some(Change::Update { want, .. }) if want.peers().is_empty())
    }

    fn link_update(&mut self, key: &Key, live: &Object, from: &Spec, want: &Spec) {
        let (wire, unwire) = (StepId::Wire(key.clone()), StepId::Unwire(key.clone()));
        self.link_release(key);
        let named_before: BTreeSet<&Key> = from.names().collect();
        for new in want.names().filter(|it| !named_before.contains(it) && it.kind != key.kind) {
            // What it moves to is emptied of what shall not hold for it; the rules that admit it there are open.
            if self.empties_alone(new) {
                self.after(&wire, [StepId::Unwire(new.clone())]);
            }
            let openers = self.openers.get(new).into_iter().flatten().map(|it| StepId::Wire((*it).clone()));
            let openers: Vec<StepId> = openers.collect();
            self.after(&wire, openers);
        }
        if self.lets_go_early(key) {
            self.after(&wire, [unwire]);
            return;
        }
        // What admits an old object goes after everybody has moved away from it.
        let movers = self.movers(key, live, want);
        self.after(&unwire, [wire].into_iter().chain(movers));
        self.link_unwiring(key);
        // What it falls back on is as it shall be: the other way round, everything would pass for a moment.
        if let Some(it) = falls_back_newly(from, want) {
            self.after(&unwire, [StepId::Unwire(it.clone())]);
        }
    }

    /// What holds for those who cannot leave is taken away after they have turned to something else, and before others
    /// turn to it. What goes or is replaced does not count: nothing that it lets through is meant to stay.
    fn link_unwiring(&mut self, key: &Key) {
        let turns_away = |it: &&Key| match self.plan.changes.get(it) {
            Some(Change::Update { from, want, .. }) => falls_back_newly(from, want) != Some(key),
            _ => false,
        };
        let captives = self.captives_of(key).filter(turns_away);
        let before: Vec<StepId> = captives.flat_map(|it| self.lets_go(it, key)).collect();
        self.after(&StepId::Unwire(key.clone()), before);
    }

    /// What others lie in, such as a VPC's block, goes after they have let go of it, and after what is new has been made
    /// as it was planned, with the block still there.
    fn link_release(&mut self, key: &Key) {
        let release = StepId::Release(key.clone());
        if !self.steps.contains_key(&release) {
            return;
        }
        let lies_elsewhere = |it: &&Key| match self.plan.changes.get(it) {
            Some(Change::Delete { live } | Change::Replace { live, .. }) => live.spec.lies_in() != Some(key),
            _ => false,
        };
        let captives = self.captives_of(key).filter(|it| !lies_elsewhere(it));
        let lets_go = captives.flat_map(|it| self.lets_go(it, key));
        let new = self.makers.get(key).into_iter().flatten().map(|it| StepId::Make((*it).clone()));
        let own = [StepId::Wire(key.clone()), StepId::Unwire(key.clone())];
        let before: Vec<StepId> = lets_go.chain(new).chain(own).collect();
        self.after(&release, before);
    }

    /// Returns those who name `key` for as long as they are there.
    fn captives_of<'k>(&'k self, key: &'k Key) -> impl Iterator<Item = &'k Key> {
        self.live.users(key).filter(|it| self.is_captive_of(it, key))
    }

    /// Whether `user` names `key` for as long as it is there.
    fn is_captive_of(&self, user: &Key, key: &Key) -> bool {
        let spec = self.live.object(user).map(|it| &it.spec);
        spec.is_some_and(|it| it.without(&BTreeSet::from([key.clone()])) == *it)
    }

    /// Whether `key` changes in place and takes away without waiting for others.
    fn empties_alone(&self, key: &Key) -> bool {
        match self.plan.changes.get(key) {
            Some(Change::Update { live, from, want, .. }) => {
                let has_captives = || self.captives_of(key).next().is_some();
                let has_movers = || !self.movers(key, live, want).is_empty();
                falls_back_newly(from, want).is_none() && !has_captives() && !has_movers()
            }
            _ => false,
        }
    }

    /// Returns the steps by which others move away from what `key` lets go of.
    ///
    /// Only what is named by its own kind, as groups are in rules, admits anybody: two tables that let go of one
    /// gateway have nothing to do with each other.
    fn movers(&self, key: &Key, live: &Object, want: &Spec) -> Vec<StepId> {
        let kept: BTreeSet<&Key> = want.names().filter(|it| !self.replaced.contains(it)).collect();
        let is_admitted = |it: &&Key| self.live.users(it).any(|user| user.kind == it.kind);
        let dropped = live.spec.names().filter(|it| !kept.contains(it)).filter(is_admitted);
        let users = dropped.flat_map(|it| self.live.users(it)).filter(|it| *it != key);
        users.map(|user| StepId::Wire(user.clone())).collect()
    }

    fn link_removal(&mut self, key: &Key, change: &Change, live: &Object) {
        let (unwire, remove) = (StepId::Unwire(key.clone()), StepId::Remove(key.clone()));
        self.after(&remove, [unwire.clone()]);
        for user in self.live.users(key) {
            self.after(&remove, self.lets_go(user, key));
        }
        // What AWS has made for something goes after that, unless that waits for it.
        if let Owner::Derived { of } = &live.owner
            && !live.spec.names().any(|it| it == of)
        {
            let mut before = vec![StepId::Remove(of.clone())];
            before.extend(self.moves_away(of, live).then(|| StepId::Wire(of.clone())));
            self.after(&unwire, before.clone());
            self.after(&remove, before);
        }
        let successor = match &live.owner {
            Owner::Deposed { of } => Some(of),
            _ => change.makes().then_some(key),
        };
        if let Some(it) = successor.filter(|_| !self.vacated.contains(key)) {
            self.after(&remove, [StepId::Make(it.clone()), StepId::Wire(it.clone())]);
        }
    }

    /// Whether what changes in place leaves where AWS has made something for it.
    fn moves_away(&self, of: &Key, derived: &Object) -> bool {
        let is_there = || {
            self.live
                .object(of)
                .is_some_and(|it| it.spec.refs().iter().any(|it| derived.spec.refs().contains(it)))
        };
        matches!(self.plan.changes.get(of), Some(Change::Update { .. })) && is_there()
    }

    /// Returns the steps after which `user` no longer names the present object of `key`.
    fn lets_go(&self, user: &Key, key: &Key) -> Vec<StepId> {
        let Some(change) = self.plan.changes.get(user) else { return Vec::new() };
        let (wire, unwire) = (StepId::Wire(user.clone()), StepId::Unwire(user.clone()));
        match change {
            Change::Update { .. } if self.lets_go_early(user) && self.vacated.contains(key) => vec![unwire],
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
            let calls = self.settling(&key);
            self.add(StepId::Make(key), calls);
        }
    }
}

/// Returns what holds for an object by default once it has changed, and did not before.
fn falls_back_newly<'k>(from: &Spec, want: &'k Spec) -> Option<&'k Key> {
    want.falls_back_on().filter(|_| from.falls_back_on().is_none())
}
