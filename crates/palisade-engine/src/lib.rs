//! Carries out an ordered plan against a [`Cloud`].
//!
//! One task, the dispatcher, owns all state; each step runs as a task that owns nothing and answers once. Nothing is
//! decided here that the plan could have decided: the engine knows when to start a step, how long to be patient with
//! AWS, and the one rule by which it recovers from an answer that is not clear. It never prints.

use std::sync::Arc;
use std::time::Duration;

use palisade_core::{Cloud, Event, Graph, Live, Needs, Report};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

mod dispatcher;
pub mod lease;
mod patience;
mod step;
mod turns;

/// What to carry out, and on what.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The steps in their order.
    pub graph: &'a Graph,
    /// What the plan was made from.
    pub live: &'a Live,
    /// What to read when an answer is not clear.
    pub needs: &'a Needs,
}

/// How fast requests are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As fast as they come: AWS turns away those that are too many.
    #[default]
    Unpaced,
    /// As fast as AWS documents that it takes them, operation by operation.
    Documented,
}

/// How much at once, and how patient.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How fast.
    pub pace: Pace,
    /// How many requests may be under way at the same time.
    pub requests_at_once: usize,
    /// The first pause before a request is repeated, doubled each time.
    pub pause: Duration,
    /// The longest pause.
    pub pause_max: Duration,
    /// How long a request that AWS turns away (throttled, 5xx) is repeated.
    pub throttled: Duration,
    /// How long what this run has made may stay invisible to other requests. EC2 is eventually consistent (EC2 API
    /// developer guide, "Eventual consistency"); five minutes is what the usual tools allow.
    pub invisible: Duration,
    /// How long a request without an answer, which nothing shows to have been carried out, is repeated.
    pub unanswered: Duration,
    /// How long a reading may lag behind a write. A create without an answer is repeated only after that.
    pub settling: Duration,
    /// How many readings, at least, must have shown nothing by then.
    pub settling_readings: usize,
    /// How long a removal is refused because AWS has not yet let go of what used the object.
    pub in_use: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            pace: Pace::default(),
            requests_at_once: 16,
            pause: Duration::from_millis(500),
            pause_max: Duration::from_secs(10),
            throttled: Duration::from_secs(300),
            invisible: Duration::from_secs(300),
            unanswered: Duration::from_secs(600),
            settling: Duration::from_secs(15),
            settling_readings: 7,
            in_use: Duration::from_secs(1200),
        }
    }
}

/// How to stop a run from outside.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    /// Start nothing new, let the requests land that are under way, report.
    pub soft: CancellationToken,
    /// Abandon what is under way, and list it as in doubt.
    pub hard: CancellationToken,
}

/// Performs every step whose predecessors succeed.
///
/// A failed step fails alone: what waits for it is skipped, everything else goes on. `events` gets everything that
/// happens, in order; nobody listening is no reason to stop.
pub async fn apply<C: Cloud>(
    cloud: Arc<C>,
    run: Run<'_>,
    limits: Limits,
    events: UnboundedSender<Event>,
    interrupt: Interrupt,
) -> Report {
    dispatcher::Dispatcher::new(cloud, run, limits, events, interrupt).run().await
}
