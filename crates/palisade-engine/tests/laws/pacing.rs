//! A shipped network on a cloud that takes its time, and throttles as AWS documents.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use palisade_core::{
    Call, Cloud, CloudError, Graph, Intent, Known, Learned, Live, Memory, Needs, Observed, plan,
};
use palisade_engine::{Interrupt, Limits, Pace, Run, apply};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::Instant;

use crate::crash_points::{draft, shipped};
use crate::scene::{in_virtual_time, needs, world};

/// Answers after 300 ms, is ready with what it makes when that usually is, and has its own idea of the buckets.
struct Slow {
    memory: Memory,
    begun: Instant,
    tokens: Mutex<BTreeMap<&'static str, (f64, Instant)>>,
    waits: Mutex<BTreeMap<String, Instant>>,
    n_calls: AtomicUsize,
    n_throttled: AtomicUsize,
}

/// What a bucket holds, and gets in a second (*Amazon EC2 Developer Guide*).
fn bucket(operation: &str) -> (f64, f64) {
    match operation {
        "CreateVpcEndpoint" => (4.0, 0.3),
        "CreateNatGateway" => (10.0, 1.0),
        _ if operation.starts_with("Describe") => (100.0, 20.0),
        _ => (50.0, 5.0),
    }
}

impl Slow {
    fn has_token(&self, operation: &'static str) -> bool {
        let (most, per_second) = bucket(operation);
        let mut tokens = self.tokens.lock().expect("nobody panics with it");
        let (left, since) = tokens.entry(operation).or_insert((most, self.begun));
        *left = most.min(*left + per_second * since.elapsed().as_secs_f64());
        *since = Instant::now();
        let has_token = 1.0 <= *left;
        *left -= if has_token { 1.0 } else { 0.0 };
        has_token
    }

    fn is_ready(&self, call: &Call) -> bool {
        let Some(wait) = call.request().wait() else { return true };
        let mut waits = self.waits.lock().expect("nobody panics with it");
        let since = waits.entry(call.to_string()).or_insert_with(Instant::now);
        Duration::from_secs(wait.typical_s.into()) <= since.elapsed()
    }
}

impl Cloud for Slow {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        self.memory.observe(needs).await
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.n_calls.fetch_add(1, Ordering::Relaxed);
        if !self.has_token(call.request().operation()) {
            self.n_throttled.fetch_add(1, Ordering::Relaxed);
            return Err(CloudError::Transient("RequestLimitExceeded".to_owned()));
        }
        match self.is_ready(call) {
            true => self.memory.call(call, known).await,
            false => Err(CloudError::Transient("not yet".to_owned())),
        }
    }
}

/// Applies `ml-3az` to nothing; returns how many requests there were, how many of them were throttled, how many seconds
/// it took, and how many the plan had said.
fn applied(pace: Pace) -> (usize, usize, u64, u32) {
    let draft = draft(&shipped("ml-3az"));
    let live = Live::default();
    let want = draft.resolve(&draft.fixtures(), &live).expect("it fits an empty account").network;
    let plan = plan(&want, &live, &Intent::default());
    let graph = Graph::new(&plan, &want, &live).expect("a plan can be ordered");
    let (needs, limits) = (needs(&want), Limits { pace, ..Limits::default() });
    in_virtual_time(async {
        let cloud = Arc::new(Slow {
            memory: Memory::new(world(live.clone())),
            begun: Instant::now(),
            tokens: Mutex::default(),
            waits: Mutex::default(),
            n_calls: AtomicUsize::new(0),
            n_throttled: AtomicUsize::new(0),
        });
        let run = Run { graph: &graph, live: &live, needs: &needs };
        let (events, _nobody) = unbounded_channel();
        let report = apply(cloud.clone(), run, limits, events, Interrupt::default()).await;
        assert!(report.is_complete(), "{:#?}", report.failed);
        let count = |it: &AtomicUsize| it.load(Ordering::Relaxed);
        let seconds = cloud.begun.elapsed().as_secs();
        (count(&cloud.n_calls), count(&cloud.n_throttled), seconds, graph.estimate().seconds)
    })
}

#[test]
fn who_is_paced_is_hardly_ever_throttled_and_takes_as_long_as_the_plan_says() {
    let (n_calls, n_throttled, seconds, estimate) = applied(Pace::Documented);
    assert!(n_throttled * 50 <= n_calls, "{n_throttled} of {n_calls} were throttled");
    let estimate = u64::from(estimate);
    assert!(seconds.abs_diff(estimate) * 4 <= seconds, "{seconds} s, and the plan said {estimate} s");
    let (n_calls, n_throttled, ..) = applied(Pace::Unpaced);
    assert!(n_calls < n_throttled * 50, "without pacing only {n_throttled} of {n_calls} were throttled");
}
