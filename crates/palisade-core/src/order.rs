//! Puts the steps into the rehearsed order, and the delicate requests into the lane.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, Step, StepId};
use crate::handle::Handle;
use crate::kinds::Call;
use crate::live::Live;
use crate::network::Network;
use crate::rehearse::Flaw;

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
    let mut n_missing: BTreeMap<&StepId, usize> = BTreeMap::new();
    let mut unblocks: BTreeMap<&StepId, Vec<&StepId>> = BTreeMap::new();
    for (id, step) in steps {
        n_missing.insert(id, step.after.len());
        for before in &step.after {
            unblocks.entry(before).or_default().push(id);
        }
    }
    let mut ready: BTreeSet<&StepId> =
        n_missing.iter().filter(|(_, n)| **n == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(id) = ready.pop_first() {
        order.push(id.clone());
        for next in unblocks.remove(id).into_iter().flatten() {
            let n = n_missing.get_mut(next).expect("every step is counted");
            *n -= 1;
            if *n == 0 {
                ready.insert(next);
            }
        }
    }
    if order.len() < steps.len() {
        let stuck = n_missing.into_iter().filter(|(_, n)| 0 < *n).map(|(id, _)| id.clone());
        return Err(Flaw::Cycle(stuck.collect()));
    }
    Ok(order)
}

/// Two requests that change one object at the same time race at AWS, so such steps wait for each other.
fn one_writer_at_a_time(graph: &mut Graph) {
    let mut last_writer: BTreeMap<Handle, StepId> = BTreeMap::new();
    for id in &graph.order {
        let step = &graph.steps[id];
        let written: BTreeSet<Handle> = step.calls.iter().flat_map(written).cloned().collect();
        let before: Vec<StepId> = written.iter().filter_map(|it| last_writer.get(it).cloned()).collect();
        last_writer.extend(written.into_iter().map(|it| (it, id.clone())));
        let step = graph.steps.get_mut(id).expect("ordered steps exist");
        step.after.extend(before);
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
    /// How long, in seconds, if everything takes as long as it usually does.
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
        let longest = self.remaining_ms().into_values().max().unwrap_or(0);
        let waits =
            self.steps.iter().filter(|(_, step)| step.calls.iter().any(|it| it.request().wait().is_some()));
        let slowest = waits.max_by_key(|(_, step)| step.typical_ms()).map(|(id, _)| id.clone());
        Estimate { n_requests: self.n_requests(), seconds: longest.div_ceil(1000), dominated_by: slowest }
    }
}

impl Step {
    fn typical_ms(&self) -> u32 {
        let waits = self.calls.iter().map(|it| it.request().wait().map_or(0, |it| it.typical_s * 1000));
        waits.map(|it| it + REQUEST_MS).sum()
    }
}
