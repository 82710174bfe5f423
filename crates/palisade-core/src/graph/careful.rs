//! Another order of the same steps, where the rehearsed one passes a state that must not be.
//!
//! The new is there before the old goes, so that nothing is cut; but for a moment both are there, and together they may
//! let through what neither does. Then the old goes first, where AWS lets it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Step, StepId};
use crate::kinds::Call;
use crate::live::Live;
use crate::order;
use crate::plan::{Change, Plan};

/// Decides whether a state may be: after a request of a step.
type Keeps<'k> = dyn FnMut(&StepId, &Call, &Live) -> bool + 'k;

impl Graph {
    /// Returns the steps in an order in which each state may be, if one is found: what must not come yet waits, and if
    /// that is not enough, what an object lets go of goes before what it gets ([`Graph::cuts`]).
    ///
    /// It goes on with whatever may come next and never takes a step back, so that it may miss an order.
    pub fn reordered(&self, plan: &Plan, live: &Live, keeps: &mut Keeps<'_>) -> Option<Graph> {
        let mut search = Search {
            graph: self,
            plan,
            live: live.clone(),
            keeps,
            order: Vec::new(),
            waits_since: BTreeMap::new(),
            cuts: Vec::new(),
        };
        while search.order.len() < self.steps.len() {
            search.go_on()?;
        }
        let Search { order, waits_since, cuts, .. } = search;
        Some(self.in_order(order, &waits_since, cuts))
    }

    /// Returns the steps in another order, with edges that insist on it where the old ones do not.
    fn in_order(
        &self,
        order: Vec<StepId>,
        waits_since: &BTreeMap<StepId, usize>,
        cuts: Vec<StepId>,
    ) -> Graph {
        let mut steps = self.steps.clone();
        let mut before: BTreeSet<&StepId> = BTreeSet::new();
        for (at, id) in order.iter().enumerate() {
            let step = steps.get_mut(id).expect("the steps of the graph are ordered");
            let reversed: Vec<StepId> =
                step.after.iter().filter(|it| !before.contains(it)).cloned().collect();
            step.after.retain(|it| before.contains(it));
            if let Some(since) = waits_since.get(id) {
                step.after.extend(order[*since..at].iter().cloned());
            }
            for it in reversed {
                steps.get_mut(&it).expect("an edge leads to a step").after.insert(id.clone());
            }
            before.insert(id);
        }
        let mut graph = Graph { steps, order, cuts };
        order::one_writer_at_a_time(&mut graph);
        graph
    }
}

struct Search<'g, 'k> {
    graph: &'g Graph,
    plan: &'g Plan,
    /// What there is after the steps that are ordered.
    live: Live,
    keeps: &'g mut Keeps<'k>,
    order: Vec<StepId>,
    /// The steps that could come and must not yet, with how many had been ordered by then.
    waits_since: BTreeMap<StepId, usize>,
    cuts: Vec<StepId>,
}

impl<'g> Search<'g, '_> {
    /// Adds the step that comes next; none if nothing may.
    fn go_on(&mut self) -> Option<()> {
        let at = self.order.len();
        for id in self.ready(false) {
            if let Some(live) = self.attempt(id, &self.live.clone()) {
                self.add(id, live);
                return Some(());
            }
            self.waits_since.entry(id.clone()).or_insert(at);
        }
        let early = self.ready(true);
        let waiting = self.ready(false);
        let mut first = None;
        for id in early.into_iter().filter(|it| !waiting.contains(it)) {
            let Some(live) = self.attempt(id, &self.live.clone()) else { continue };
            if waiting.iter().any(|it| self.attempt(it, &live).is_some()) {
                first = Some((id, live));
                break;
            }
            first = first.or(Some((id, live)));
        }
        let (id, live) = first?;
        self.cuts.push(id.clone());
        self.add(id, live);
        Some(())
    }

    fn add(&mut self, id: &StepId, live: Live) {
        self.live = live;
        self.order.push(id.clone());
    }

    /// The steps that may come next as far as AWS is concerned; those that cut something only if that is `allowed`.
    fn ready(&self, cutting: bool) -> Vec<&'g StepId> {
        let is_done = |it: &StepId| self.order.contains(it);
        let is_ready = |id: &StepId, step: &Step| {
            let mut missing = step.after.iter().filter(|it| !is_done(it));
            missing.all(|before| cutting && self.is_kindness(id, before))
        };
        let open = self.graph.order.iter().filter(|it| !is_done(it));
        open.filter(|id| is_ready(id, &self.graph.steps[*id])).collect()
    }

    /// Whether a step waits for another one only so that nothing is cut meanwhile.
    fn is_kindness(&self, id: &StepId, before: &StepId) -> bool {
        match (id, before) {
            (StepId::Unwire(key), StepId::Wire(_)) => {
                matches!(self.plan.changes.get(key), Some(Change::Update { .. }))
            }
            _ => false,
        }
    }

    /// Returns what there is after a step, if each state of it may be.
    fn attempt(&mut self, id: &StepId, live: &Live) -> Option<Live> {
        let mut live = live.clone();
        for call in &self.graph.steps[id].calls {
            call.effect(&mut live).ok()?;
            if !(self.keeps)(id, call, &live) {
                return None;
            }
        }
        Some(live)
    }
}
