//! Pauses between repetitions, with a limit on everything.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;

use crate::Limits;

/// Pauses that grow, until the time is up.
#[derive(Debug)]
pub(crate) struct Patience {
    pauses: backon::ExponentialBackoff,
    deadline: Instant,
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

    fn from(first: Duration, longest: Duration, total: Duration) -> Patience {
        let pauses = ExponentialBuilder::new().with_min_delay(first).with_max_delay(longest).with_jitter();
        Patience { pauses: pauses.without_max_times().build(), deadline: Instant::now() + total }
    }

    /// Returns the next pause, or nothing if it would end after the deadline.
    pub(crate) fn pause(&mut self) -> Option<Duration> {
        let pause = self.pauses.next().expect("the number of pauses has no limit, only their time");
        (Instant::now() + pause <= self.deadline).then_some(pause)
    }
}
