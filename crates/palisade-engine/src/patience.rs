//! Pauses between repetitions, with a limit on everything.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;

use crate::Limits;

/// Pauses that grow, until the time is up.
///
/// What counts is the time of its own rounds: a request may meet several troubles in turn, and each has a limit.
#[derive(Debug)]
pub(crate) struct Patience {
    pauses: backon::ExponentialBackoff,
    left: Duration,
}

impl Patience {
    /// Returns pauses as the limits say, for as long as `total`.
    pub(crate) fn new(limits: &Limits, total: Duration) -> Patience {
        Patience::from(limits.pause, limits.pause_max, total)
    }

    /// Returns pauses between looks at something that takes a while: 1, 2, 4, … up to 10 seconds.
    pub(crate) fn for_wait(total: Duration) -> Patience {
        Patience::from(Duration::from_secs(1), Duration::from_secs(10), total)
    }

    /// Returns pauses that begin with `first`, for as long as `total`.
    pub(crate) fn from(first: Duration, longest: Duration, total: Duration) -> Patience {
        let pauses = ExponentialBuilder::new().with_min_delay(first).with_max_delay(longest).with_jitter();
        Patience { pauses: pauses.without_max_times().build(), left: total }
    }

    /// Returns the pause after a round that began then, or nothing if it would take longer than is left.
    pub(crate) fn pause(&mut self, round: Instant) -> Option<Duration> {
        let pause = self.pauses.next().expect("the number of pauses has no limit, only their time");
        let left = self.left.saturating_sub(round.elapsed()).checked_sub(pause);
        self.left = left.unwrap_or_default();
        left.map(|_| pause)
    }
}
