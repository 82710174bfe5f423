//! What goes wrong on purpose, in front of everything that is mended: the weather, the limits of AWS, and held requests.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Bytes;
use hyper::{Request, Response};

use crate::answer::Failure;

mod asked;
mod bodies;
mod buckets;
mod hold;
mod refusals;
pub(crate) mod stale;
mod weather;

pub use hold::{Hold, When};
pub use weather::Weather;

pub(crate) use asked::Asked;
pub(crate) use bodies::{Body, Sending};

use buckets::Buckets;
use hold::Holding;
use refusals::{failed, throttled};
use weather::{Dice, Fate};

/// How many requests there were, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub n_requests: usize,
    /// Those that change something.
    pub n_changes: usize,
    /// Those that were throttled, by the weather or by the limits of AWS.
    pub n_throttled: usize,
    /// Those that had AWS's own error for an answer, whether they were carried out or not.
    pub n_failed: usize,
    /// Those that had no answer, or half of one.
    pub n_lost: usize,
}

/// What goes wrong at the moment.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    state: Mutex<State>,
    holding: Holding,
}

#[derive(Debug, Default)]
struct State {
    weather: Weather,
    buckets: Option<Buckets>,
    counts: Counts,
}

/// How long a slow answer keeps its reader waiting in the middle of it.
const SLOW: Duration = Duration::from_millis(1500);

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    pub(crate) fn set_limits(&self, are_kept: bool) {
        self.state().buckets = are_kept.then(Buckets::full);
    }

    pub(crate) fn holding(&self) -> &Holding {
        &self.holding
    }

    pub(crate) fn counts(&self) -> Counts {
        self.state().counts
    }

    /// Tells whether readings may lag behind changes.
    pub(crate) fn has_lag(&self) -> bool {
        0 < self.state().weather.longest_lag
    }

    /// Rolls how long the readings lag behind the change that has just been made.
    pub(crate) fn lag(&self) -> u32 {
        let state = self.state();
        let n = state.counts.n_requests;
        let longest = state.weather.longest_lag;
        Dice::new(state.weather.seed, n, 1).roll(longest + 1)
    }

    /// Answers a request by `carrying_out` it, or otherwise.
    pub(crate) async fn answer(
        &self,
        request: Request<Bytes>,
        carrying_out: impl AsyncFnOnce(Request<Bytes>) -> Result<Response<Bytes>, Failure>,
    ) -> Result<Response<Body>, Failure> {
        let asked = Asked::read(&request);
        let change = match asked.changes() {
            true => Some(self.holding.before(&asked).await),
            false => None,
        };
        let fate = self.fate(&asked);
        match fate {
            Fate::Throttled => return Ok(throttled(&asked).map(Body::whole)),
            Fate::FailedBefore => return Ok(failed(&asked).map(Body::whole)),
            Fate::LostBefore => return Err(Failure::Lost),
            _ => {}
        }
        let response = carrying_out(request).await?;
        if let Some(number) = change {
            self.holding.after(number, &asked).await;
        }
        match fate {
            Fate::FailedAfter => Ok(failed(&asked).map(Body::whole)),
            Fate::LostAfter => Err(Failure::Lost),
            Fate::Cut => Ok(response.map(|it| Body::halved(it, Sending::Cut))),
            Fate::Slow => Ok(response.map(|it| Body::halved(it, Sending::Pausing(SLOW)))),
            _ => Ok(response.map(Body::whole)),
        }
    }

    fn fate(&self, asked: &Asked) -> Fate {
        let state = &mut *self.state();
        let n = state.counts.n_requests;
        let is_allowed = state.buckets.as_mut().is_none_or(|it| it.take(asked));
        let fate = if is_allowed { state.weather.fate(n) } else { Fate::Throttled };
        let counts = &mut state.counts;
        counts.n_requests += 1;
        counts.n_changes += usize::from(asked.changes());
        match fate {
            Fate::Served | Fate::Slow => {}
            Fate::Throttled => counts.n_throttled += 1,
            Fate::FailedBefore | Fate::FailedAfter => counts.n_failed += 1,
            Fate::LostBefore | Fate::LostAfter | Fate::Cut => counts.n_lost += 1,
        }
        fate
    }
}
