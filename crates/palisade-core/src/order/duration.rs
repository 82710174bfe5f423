//! How long a run takes, by running it against a clock: requests wait for their tokens, steps for each other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::Duration;

use super::call_ms;
use crate::graph::{Graph, StepId};
use crate::pace::Buckets;

/// A run in which everything takes as long as it usually does, and AWS takes requests as fast as it documents.
struct Clock<'a> {
    graph: &'a Graph,
    buckets: Buckets,
    next: BinaryHeap<Moment<'a>>,
    remaining_ms: &'a BTreeMap<&'a StepId, u32>,
    n_missing: BTreeMap<&'a StepId, usize>,
    unblocks: BTreeMap<&'a StepId, Vec<&'a StepId>>,
    lane: VecDeque<&'a StepId>,
}

/// When the request of which number begins in a step. Of two at the same time, the one with the longer way to the end
/// comes first, as in the dispatcher.
type Moment<'a> = (Reverse<Duration>, u32, Reverse<&'a StepId>, usize);

/// Returns how long a run takes.
pub(super) fn of(graph: &Graph, remaining_ms: &BTreeMap<&StepId, u32>) -> Duration {
    let mut unblocks: BTreeMap<&StepId, Vec<&StepId>> = BTreeMap::new();
    for (id, step) in &graph.steps {
        step.after.iter().for_each(|it| unblocks.entry(it).or_default().push(id));
    }
    let mut clock = Clock {
        graph,
        buckets: Buckets::default(),
        next: BinaryHeap::new(),
        remaining_ms,
        n_missing: graph.steps.iter().map(|(id, step)| (id, step.after.len())).collect(),
        unblocks,
        lane: graph.order.iter().filter(|id| 0 < graph.steps[*id].n_lane_calls).collect(),
    };
    graph.order.iter().for_each(|id| clock.start_if_ready(id, Duration::ZERO));
    clock.run()
}

impl<'a> Clock<'a> {
    fn run(mut self) -> Duration {
        let mut end = Duration::ZERO;
        while let Some((Reverse(now), _, Reverse(id), at)) = self.next.pop() {
            end = end.max(now);
            let step = &self.graph.steps[id];
            if 0 < at && at == step.n_lane_calls {
                self.lane.pop_front();
                if let Some(&front) = self.lane.front() {
                    self.start_if_ready(front, now);
                }
            }
            match step.calls.get(at) {
                Some(call) => {
                    let sent = self.buckets.take(call.request().operation(), now);
                    self.push(id, at + 1, sent + Duration::from_millis(call_ms(call).into()));
                }
                None => self.finish(id, now),
            }
        }
        end
    }

    fn push(&mut self, id: &'a StepId, at: usize, when: Duration) {
        self.next.push((Reverse(when), self.remaining_ms[id], Reverse(id), at));
    }

    fn start_if_ready(&mut self, id: &'a StepId, now: Duration) {
        let is_turn = self.graph.steps[id].n_lane_calls == 0 || self.lane.front() == Some(&id);
        if is_turn && self.n_missing[id] == 0 {
            self.push(id, 0, now);
        }
    }

    fn finish(&mut self, id: &'a StepId, now: Duration) {
        for next in self.unblocks.remove(id).unwrap_or_default() {
            *self.n_missing.get_mut(next).expect("every step is counted") -= 1;
            self.start_if_ready(next, now);
        }
    }
}
