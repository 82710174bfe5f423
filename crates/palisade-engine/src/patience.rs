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
        Patience { pauses: limits.pauses().build(), left: total }
    }

    /// Returns pauses between looks at something that takes a while: 1, 2, 4, … up to 10 seconds.
    pub(crate) fn for_wait(total: Duration) -> Patience {
        Patience::from(Duration::from_secs(1), Duration::from_secs(10), total)
    }

    /// Returns pauses that begin with `first`, for as long as `total`.
    pub(crate) fn from(first: Duration, longest: Duration, total: Duration) -> Patience {
        Patience { pauses: growing(first, longest).build(), left: total }
    }

    /// Returns the pause after a round that began then, or nothing if it would take longer than is left.
    pub(crate) fn pause(&mut self, round: Instant) -> Option<Duration> {
        let pause = self.pauses.next().expect("the number of pauses has no limit, only their time");
        let left = self.left.saturating_sub(round.elapsed()).checked_sub(pause);
        self.left = left.unwrap_or_default();
        left.map(|_| pause)
    }
}

impl Limits {
    fn pauses(&self) -> ExponentialBuilder {
        growing(self.pause, self.pause_max)
    }
}

fn growing(first: Duration, longest: Duration) -> ExponentialBuilder {
    ExponentialBuilder::new().with_min_delay(first).with_max_delay(longest).with_jitter().without_max_times()
}

/// Looks until what is not seen counts as not there: a reading may lag behind a write by some time and some readings.
#[derive(Debug)]
pub(crate) struct Settling {
    pauses: backon::ExponentialBackoff,
    n_readings: usize,
    until: Instant,
}

impl Settling {
    /// Returns the looks that the limits ask for, from now on.
    pub(crate) fn new(limits: &Limits) -> Settling {
        Settling {
            pauses: limits.pauses().with_max_delay(SETTLING_PAUSE_MAX).build(),
            n_readings: limits.settling_readings,
            until: Instant::now() + limits.settling,
        }
    }

    /// Returns the pause after a reading that did not show it, or nothing if that was the last one.
    pub(crate) fn pause(&mut self) -> Option<Duration> {
        self.n_readings = self.n_readings.saturating_sub(1);
        let is_over = self.n_readings == 0 && self.until <= Instant::now();
        if is_over { None } else { self.pauses.next() }
    }
}

/// The longest pause between two readings of what has to settle, but for its jitter.
const SETTLING_PAUSE_MAX: Duration = Duration::from_secs(3);
