//! Who may send next, where requests are paced.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use palisade_core::pace::Buckets;
use tokio::time::Instant;

use crate::Pace;

/// The turns of a run. Each is given away once, in the order in which they are asked for.
#[derive(Debug)]
pub(crate) struct Turns {
    begun: Instant,
    /// None where nobody waits.
    buckets: Option<Mutex<Buckets>>,
}

impl Turns {
    pub(crate) fn new(pace: Pace) -> Turns {
        let buckets = match pace {
            Pace::Unpaced => None,
            Pace::Documented => Some(Mutex::default()),
        };
        Turns { begun: Instant::now(), buckets }
    }

    /// Takes the next turn of an operation, and returns how long it is until then.
    pub(crate) fn wait_for(&self, operation: &'static str) -> Duration {
        let Some(buckets) = &self.buckets else { return Duration::ZERO };
        let now = self.begun.elapsed();
        let at = buckets.lock().unwrap_or_else(PoisonError::into_inner).take(operation, now);
        at.saturating_sub(now)
    }
}
