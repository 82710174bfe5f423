//! One run against a cloud in memory that answers as the test says.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use palisade_core::{
    Call, Cloud, CloudError, Event, Facts, Graph, Intent, Known, Learned, Live, Memory, Needs, Network,
    Observed, Report, plan, rehearse_to_the_end,
};
use palisade_engine::{Interrupt, Limits, Run, apply};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What a request is answered with.
pub(crate) enum Answer {
    /// Without carrying it out.
    Instead(CloudError),
    /// After carrying it out.
    After(CloudError),
}

type Script = Box<dyn Fn(usize, &Call) -> Option<Answer> + Send + Sync>;

/// A cloud and how patient to be with it.
pub(crate) struct Scene {
    limits: Limits,
    script: Script,
    /// What is there already.
    built: Option<Network>,
}

struct Scripted {
    memory: Memory,
    n_calls: AtomicUsize,
    script: Script,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl Cloud for Scripted {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        self.memory.observe(needs).await
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        let n = self.n_calls.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        match (self.script)(n, call) {
            None => self.memory.call(call, known).await,
            Some(Answer::Instead(error)) => Err(error),
            Some(Answer::After(error)) => {
                self.memory.call(call, known).await?;
                Err(error)
            }
        }
    }
}

impl Scene {
    /// Returns a cloud that does as it is told, with so many requests under way at the same time.
    pub(crate) fn at_once(requests_at_once: usize) -> Scene {
        Scene {
            limits: Limits { requests_at_once, ..Limits::default() },
            script: Box::new(|_, _| None),
            built: None,
        }
    }

    /// Returns a cloud that answers the `n`th request, counted from 0, as the script says, if it says something.
    pub(crate) fn answering(
        script: impl Fn(usize, &Call) -> Option<Answer> + Send + Sync + 'static,
    ) -> Scene {
        Scene { limits: Limits::default(), script: Box::new(script), built: None }
    }

    /// The same where this network has been built before.
    pub(crate) fn with(self, built: Network) -> Scene {
        Scene { built: Some(built), ..self }
    }

    /// Builds a network, and returns how that ended and after how many seconds.
    pub(crate) fn run(self, want: &Network) -> (Report, u64) {
        self.watched(want, Interrupt::default(), async |_| {})
    }

    /// The same, where somebody says to stop at the first event that `is_it`.
    pub(crate) fn stopped(
        self,
        want: &Network,
        pedal: fn(&Interrupt) -> &CancellationToken,
        is_it: fn(&Event) -> bool,
    ) -> Report {
        let interrupt = Interrupt::default();
        let pressed = pedal(&interrupt).clone();
        let press = async |mut events: UnboundedReceiver<Event>| {
            while events.recv().await.is_some_and(|it| !is_it(&it)) {}
            pressed.cancel();
        };
        self.watched(want, interrupt, press).0
    }

    fn watched(
        self,
        want: &Network,
        interrupt: Interrupt,
        watch: impl AsyncFnOnce(UnboundedReceiver<Event>),
    ) -> (Report, u64) {
        let Scene { limits, script, built } = self;
        let memory = Memory::empty("111122223333", "us-east-1", Facts::default());
        let live = built.map_or_else(Live::default, |it| rehearsed(&it, &Live::default()).1);
        memory.world().live = live.clone();
        let cloud = Scripted { memory, n_calls: AtomicUsize::new(0), script };
        let (graph, _) = rehearsed(want, &live);
        let needs = Needs { blueprint: want.blueprint.clone(), ..Needs::default() };
        let run = Run { graph: &graph, live: &live, needs: &needs };
        in_virtual_time(async {
            let begun = Instant::now();
            let (sender, events) = unbounded_channel();
            let run = apply(Arc::new(cloud), run, limits, sender, interrupt);
            let (report, ()) = tokio::join!(run, watch(events));
            (report, begun.elapsed().as_secs())
        })
    }
}

fn rehearsed(want: &Network, live: &Live) -> (Graph, Live) {
    let plan = plan(want, live, &Intent::default());
    assert!(plan.problems.is_empty(), "{:#?}", plan.problems);
    let graph = Graph::new(&plan, want, live).expect("a plan can be ordered");
    let end = rehearse_to_the_end(&graph, want, live).expect("a plan rehearses to its end");
    (graph, end)
}

/// Runs with time that passes only when nobody has anything to do.
fn in_virtual_time<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(test)
}
