//! Puts the steps into the rehearsed order, and the delicate requests into the lane.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, Step, StepId};
use crate::handle::Handle;
use crate::key::Key;
use crate::kinds::Call;
use crate::live::Live;
use crate::network::Network;
use crate::rehearse::Flaw;

mod duration;

/// Orders the steps of a graph whose `after`s are complete.
///
/// Linear in steps and edges, up to a logarithm.
pub(crate) fn finish(graph: &mut Graph, want: &Network, live: &Live) -> Result<(), Flaw> {
    graph.order = topological(&graph.steps)?;
    one_writer_at_a_time(graph);
    // A network that goes as a whole has no traffic to protect.
    if !want.resources.is_empty() {
        mark_lane(graph, live);
    }
    Ok(())
}

/// Returns the first order, by the order of [`StepId`], that respects every `after`.
fn topological(steps: &BTreeMap<StepId, Step>) -> Result<Vec<StepId>, Flaw> {
    let ids: Vec<&StepId> = steps.keys().collect();
    let number_of: BTreeMap<&StepId, usize> =
        ids.iter().enumerate().map(|(number, id)| (*id, number)).collect();
    let mut n_missing: Vec<usize> = steps.values().map(|it| it.after.len()).collect();
    let mut unblocks: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    for (number, step) in steps.values().enumerate() {
        for before in &step.after {
            unblocks[number_of[before]].push(number);
        }
    }
    let mut ready: BTreeSet<usize> = (0..ids.len()).filter(|it| n_missing[*it] == 0).collect();
    let mut order = Vec::with_capacity(ids.len());
    while let Some(number) = ready.pop_first() {
        order.push(ids[number].clone());
        for next in &unblocks[number] {
            n_missing[*next] -= 1;
            if n_missing[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    if order.len() < ids.len() {
        let stuck = ids.into_iter().zip(n_missing).filter(|(_, n)| 0 < *n).map(|(id, _)| id.clone());
        return Err(Flaw::Cycle(stuck.collect()));
    }
    Ok(order)
}

/// Returns whether the removal of `key` waits for itself.
pub(crate) fn waits_for_itself(steps: &BTreeMap<StepId, Step>, key: &Key) -> bool {
    let start = StepId::Remove(key.clone());
    let mut todo: Vec<&StepId> = steps.get(&start).into_iter().flat_map(|it| &it.after).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            todo.extend(&steps[id].after);
        }
    }
    seen.contains(&start)
}

/// Two requests that change one object at the same time race at AWS, so such steps wait for each other.
pub(crate) fn one_writer_at_a_time(graph: &mut Graph) {
    let mut last_writer: BTreeMap<&Handle, &StepId> = BTreeMap::new();
    let mut edges: Vec<(StepId, Vec<StepId>)> = Vec::new();
    for id in &graph.order {
        let written: BTreeSet<&Handle> = graph.steps[id].calls.iter().flat_map(written).collect();
        let before: Vec<StepId> =
            written.iter().filter_map(|it| last_writer.get(it).copied().cloned()).collect();
        last_writer.extend(written.into_iter().map(|it| (it, id)));
        if !before.is_empty() {
            edges.push((id.clone(), before));
        }
    }
    for (id, before) in edges {
        graph.steps.get_mut(&id).expect("ordered steps exist").after.extend(before);
    }
}

/// Returns the objects that a request changes. A new object is nobody else's to change yet.
fn written(call: &Call) -> impl Iterator<Item = &Handle> {
    let request = call.request();
    request.own().into_iter().chain(request.writes())
}

/// A request is in the lane if it can change the fate of packets that flow today: it steers, and what it changes is
/// live already. What this plan makes carries nothing until it is in use.
fn mark_lane(graph: &mut Graph, live: &Live) {
    let is_live = |handle: &Handle| match handle {
        Handle::Value(_) => true,
        Handle::Part { key, part } => live.object(key).is_some_and(|it| it.parts.contains_key(part)),
    };
    for step in graph.steps.values_mut() {
        let delicate = step.calls.iter().rposition(|call| {
            let request = call.request();
            request.steers() && written(call).any(is_live)
        });
        step.n_lane_calls = delicate.map_or(0, |at| at + 1);
    }
}

/// What a plan will cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// How many requests.
    pub n_requests: usize,
    /// How long, in seconds, if everything takes as long as it usually does and AWS takes requests as fast as it
    /// documents.
    pub seconds: u32,
    /// The step on the longest path that takes longest, if it is a wait.
    pub dominated_by: Option<StepId>,
}

/// How long a request takes that is no wait, in milliseconds: the usual answer of EC2.
const REQUEST_MS: u32 = 300;

impl Graph {
    /// Returns for each step how long, in milliseconds, the longest path from its start to the end of the run is.
    ///
    /// The dispatcher starts the longest first.
    pub fn remaining_ms(&self) -> BTreeMap<&StepId, u32> {
        let mut remaining: BTreeMap<&StepId, u32> = BTreeMap::new();
        for id in self.order.iter().rev() {
            let step = &self.steps[id];
            let own = remaining.get(id).copied().unwrap_or(0) + step.typical_ms();
            remaining.insert(id, own);
            for before in &step.after {
                let longest = remaining.entry(before).or_default();
                *longest = own.max(*longest);
            }
        }
        remaining
    }

    /// Returns what the run will cost.
    pub fn estimate(&self) -> Estimate {
        let remaining = self.remaining_ms();
        let taken = duration::of(self, &remaining);
        let is_wait = |id: &&StepId| self.steps[*id].calls.iter().any(|it| it.request().wait().is_some());
        let waits = self.longest_path(&remaining).into_iter().filter(is_wait);
        let slowest = waits.max_by_key(|id| self.steps[*id].typical_ms()).cloned();
        Estimate {
            n_requests: self.n_requests(),
            seconds: u32::try_from(taken.as_millis().div_ceil(1000)).unwrap_or(u32::MAX),
            dominated_by: slowest,
        }
    }

    /// Returns the steps of the longest path, the first one of those that take equally long.
    fn longest_path(&self, remaining: &BTreeMap<&StepId, u32>) -> Vec<&StepId> {
        let mut path: Vec<&StepId> = Vec::new();
        let mut left = remaining.values().max().copied().unwrap_or(0);
        for id in &self.order {
            let step = &self.steps[id];
            let follows = path.last().is_none_or(|last| step.after.contains(*last));
            if follows && remaining[id] == left {
                left -= step.typical_ms();
                path.push(id);
            }
        }
        path
    }
}

impl Step {
    fn typical_ms(&self) -> u32 {
        self.calls.iter().map(call_ms).sum()
    }
}

/// How long a request usually takes, and what it waits for.
fn call_ms(call: &Call) -> u32 {
    call.request().wait().map_or(0, |it| it.typical_s * 1000) + REQUEST_MS
}
