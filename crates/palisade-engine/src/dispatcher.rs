//! The owner of a run's state: what is ready, what runs, what has been learned, what is left.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use palisade_core::{Because, Cloud, CloudError, Event, Failure, Graph, Known, Live, Report, StepId};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::step::{End, Message, Running, Shared};
use crate::turns::Turns;
use crate::{Interrupt, Limits, Run};

pub(crate) struct Dispatcher<C> {
    shared: Arc<Shared<Arc<C>>>,
    graph: Arc<Graph>,
    interrupt: Interrupt,
    events: UnboundedSender<Event>,
    messages: UnboundedReceiver<Message>,
    known: Known,
    /// How many predecessors each step that has not started still waits for.
    n_missing: BTreeMap<StepId, usize>,
    unblocks: BTreeMap<StepId, Vec<StepId>>,
    /// What may start, the longest way to the end first.
    ready: BTreeSet<(Reverse<u32>, StepId)>,
    remaining_ms: BTreeMap<StepId, u32>,
    /// The steps with delicate requests that have not had their turn, in the rehearsed order.
    lane: VecDeque<StepId>,
    running: BTreeMap<StepId, Flight>,
    report: Report,
}

/// What a running step is at.
#[derive(Default)]
struct Flight {
    /// The last request that was sent, as printed; nothing before the first.
    call: String,
    /// Whether it may have been carried out, as far as anybody knows.
    in_doubt: bool,
}

impl<C: Cloud> Dispatcher<C> {
    pub(crate) fn new(
        cloud: Arc<C>,
        run: Run<'_>,
        limits: Limits,
        events: UnboundedSender<Event>,
        interrupt: Interrupt,
    ) -> Dispatcher<C> {
        let graph = Arc::new(run.graph.clone());
        let (sender, messages) = unbounded_channel();
        let shared = Shared {
            cloud,
            needs: run.needs.clone(),
            there: run.live.objects().values().flat_map(|it| it.parts.values().cloned()).collect(),
            turns: Turns::new(limits.pace),
            limits,
            permits: Semaphore::new(limits.requests_at_once),
            soft: interrupt.soft.clone(),
            messages: sender,
        };
        let mut unblocks: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
        for (id, step) in &graph.steps {
            for before in &step.after {
                unblocks.entry(before.clone()).or_default().push(id.clone());
            }
        }
        let remaining = graph.remaining_ms().into_iter().map(|(id, ms)| (id.clone(), ms)).collect();
        let is_delicate = |id: &&StepId| 0 < graph.steps[*id].n_lane_calls;
        let mut dispatcher = Dispatcher {
            shared: Arc::new(shared),
            interrupt,
            events,
            messages,
            known: parts_of(run.live),
            n_missing: graph.steps.iter().map(|(id, step)| (id.clone(), step.after.len())).collect(),
            unblocks,
            ready: BTreeSet::new(),
            remaining_ms: remaining,
            lane: graph.order.iter().filter(is_delicate).cloned().collect(),
            running: BTreeMap::new(),
            report: Report::default(),
            graph,
        };
        let first: Vec<StepId> =
            dispatcher.n_missing.iter().filter(|(_, n)| **n == 0).map(|(id, _)| id.clone()).collect();
        first.into_iter().for_each(|id| dispatcher.make_ready(id));
        dispatcher
    }

    pub(crate) async fn run(mut self) -> Report {
        let mut tasks: JoinSet<(StepId, End)> = JoinSet::new();
        loop {
            if !self.interrupt.soft.is_cancelled() {
                self.start_ready(&mut tasks);
            }
            if tasks.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                () = self.interrupt.hard.cancelled() => {
                    tasks.shutdown().await;
                    self.drain_messages();
                    self.abandon_running("abandoned while the request was under way");
                    break;
                }
                Some(message) = self.messages.recv() => self.on_message(message),
                Some(ended) = tasks.join_next() => {
                    self.drain_messages();
                    let Ok((id, end)) = ended else {
                        // A step panicked. What is half-done must still be told; the panic itself has been.
                        tasks.shutdown().await;
                        self.abandon_running("palisade stopped at a bug of its own while this was under way");
                        break;
                    };
                    self.on_end(id, end);
                }
            }
        }
        self.skip_the_rest();
        self.report
    }

    fn make_ready(&mut self, id: StepId) {
        self.n_missing.remove(&id);
        self.ready.insert((Reverse(self.remaining_ms[&id]), id));
    }

    /// Steps with delicate requests wait for their turn; everything else starts at once.
    fn start_ready(&mut self, tasks: &mut JoinSet<(StepId, End)>) {
        let turn = self.lane.front().filter(|id| !self.running.contains_key(*id)).cloned();
        let may_start = |id: &StepId| self.graph.steps[id].n_lane_calls == 0 || Some(id) == turn.as_ref();
        let (start, stay) = std::mem::take(&mut self.ready).into_iter().partition(|(_, id)| may_start(id));
        self.ready = stay;
        for (_, id) in BTreeSet::<(Reverse<u32>, StepId)>::into_iter(start) {
            self.tell(Event::Started { step: id.clone() });
            self.running.insert(id.clone(), Flight::default());
            let handles = self.graph.steps[&id].calls.iter().flat_map(|it| it.request().handles());
            let known = self.known.only(handles);
            let (shared, graph) = (self.shared.clone(), self.graph.clone());
            tasks.spawn(async move {
                let end = Running::run(&shared, &id, &graph, known).await;
                (id, end)
            });
        }
    }

    fn on_message(&mut self, message: Message) {
        match message {
            Message::Sent { step, call, can_change } => {
                self.report.n_requests += 1;
                let flight = self.running.entry(step.clone()).or_default();
                let is_first = flight.call != call;
                *flight = Flight { call: call.clone(), in_doubt: can_change };
                if is_first {
                    self.tell(Event::Sending { step, call });
                }
            }
            Message::Clear(step) => {
                self.running.entry(step).and_modify(|it| it.in_doubt = false);
            }
            Message::LeftLane(id) => self.leave_lane(&id),
            Message::Event(event) => self.tell(event),
        }
    }

    fn drain_messages(&mut self) {
        while let Ok(message) = self.messages.try_recv() {
            self.on_message(message);
        }
    }

    fn leave_lane(&mut self, id: &StepId) {
        if self.lane.front() == Some(id) {
            self.lane.pop_front();
        }
    }

    fn on_end(&mut self, id: StepId, end: End) {
        self.running.remove(&id);
        match end {
            End::Done(learned) => {
                self.known.learn(learned);
                self.leave_lane(&id);
                for next in self.unblocks.remove(&id).unwrap_or_default() {
                    let Some(n_missing) = self.n_missing.get_mut(&next) else { continue };
                    *n_missing -= 1;
                    if *n_missing == 0 {
                        self.make_ready(next);
                    }
                }
                self.tell(Event::Finished { step: id.clone() });
                self.report.finished.push(id);
            }
            End::Failed(failure) => self.fail(failure),
            // What has not been started is told apart from what has failed; the next plan goes on from here.
            End::Interrupted => self.skip(id, Because::Stopped),
        }
    }

    /// A failed step takes with it what needs it. If that, or the step itself, has not left the lane, what stands
    /// behind it there goes as well: the lane was rehearsed as a whole.
    fn fail(&mut self, failure: Failure) {
        let id = failure.step.clone();
        self.tell(Event::Failed(failure.clone()));
        self.report.failed.push(failure);
        let mut lane = self.leave_lane_for_good(&id);
        let because = Because::Needs(id.clone());
        let mut lost: VecDeque<StepId> = self.unblocks.remove(&id).unwrap_or_default().into();
        lane.extend(self.lose(&mut lost, &because));
        // What is lost on both counts is told by what it needs.
        let because = Because::Lane(id);
        while !lane.is_empty() {
            lane = self.lose(&mut lane.into(), &because);
        }
    }

    /// Skips steps, and what needs them; returns what stood behind them in the lane.
    fn lose(&mut self, lost: &mut VecDeque<StepId>, because: &Because) -> Vec<StepId> {
        let mut lane = Vec::new();
        while let Some(next) = lost.pop_front() {
            let was_ready = self
                .remaining_ms
                .get(&next)
                .is_some_and(|ms| self.ready.remove(&(Reverse(*ms), next.clone())));
            let was_waiting = self.n_missing.remove(&next).is_some();
            if was_ready || was_waiting {
                lost.extend(self.unblocks.remove(&next).unwrap_or_default());
                lane.extend(self.leave_lane_for_good(&next));
                self.skip(next, because.clone());
            }
        }
        lane
    }

    /// Takes a step that will not be done out of the lane, and returns those behind it.
    fn leave_lane_for_good(&mut self, id: &StepId) -> Vec<StepId> {
        match self.lane.iter().position(|it| it == id) {
            Some(at) => self.lane.drain(at..).skip(1).collect(),
            None => Vec::new(),
        }
    }

    fn skip(&mut self, step: StepId, because: Because) {
        self.tell(Event::Skipped { step: step.clone(), because: because.clone() });
        self.report.skipped.push((step, because));
    }

    fn skip_the_rest(&mut self) {
        let ready = std::mem::take(&mut self.ready).into_iter().map(|(_, id)| id);
        let waiting = std::mem::take(&mut self.n_missing).into_keys();
        let left: BTreeSet<StepId> = ready.chain(waiting).collect();
        left.into_iter().for_each(|id| self.skip(id, Because::Stopped));
    }

    /// Only what was on its way is in doubt: who waits for a turn, pauses or looks has left nothing behind.
    fn abandon_running(&mut self, why: &str) {
        for (step, Flight { call, in_doubt }) in std::mem::take(&mut self.running) {
            if !in_doubt {
                self.skip(step, Because::Stopped);
                continue;
            }
            let error = CloudError::Lost(why.to_owned());
            let failure = Failure { step, call, error, in_doubt };
            self.tell(Event::Failed(failure.clone()));
            self.report.failed.push(failure);
        }
    }

    fn tell(&self, event: Event) {
        // Nobody listening is no reason to stop.
        let _ = self.events.send(event);
    }
}

/// What is known before the first request: the parts of what is there, by the keys that plans use for them.
fn parts_of(live: &Live) -> Known {
    let mut known = Known::default();
    for (key, object) in live.objects() {
        let parts = object.parts.iter().map(|(part, value)| (key.clone(), *part, value.clone()));
        known.learn(parts.collect());
    }
    known
}
