//! A cloud that misbehaves on purpose, at a request of the test's choice or all the time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{Call, Cloud, CloudError, Known, Learned, Memory, Needs, Observed, Part, Refused};
use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use crate::storms::Storm;

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is turned away; nothing happens.
    Throttled,
    /// It is lost on the way there.
    LostBefore,
    /// It is carried out, and the answer is lost.
    LostAfter(Lag),
    /// It is carried out and answered, and is all that goes wrong.
    Unseen(Lag),
    /// It is refused for good; nothing happens.
    Refused,
    /// The process is killed before it is sent.
    KilledBefore,
    /// It is carried out, and the process is killed before the answer is there.
    KilledAfter,
}

/// How many of the next readings still show the world as it was before a request, and how many of the next requests
/// find nothing under the id of what it has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag(pub usize);

/// Returns any fault.
pub fn faults() -> impl Strategy<Value = Fault> {
    prop::sample::select(vec![
        Fault::Throttled,
        Fault::LostBefore,
        Fault::LostAfter(Lag(0)),
        Fault::LostAfter(Lag(3)),
        Fault::Unseen(Lag(3)),
        Fault::Refused,
        Fault::KilledBefore,
        Fault::KilledAfter,
    ])
}

/// When it misbehaves.
#[derive(Clone, Debug)]
enum Mood {
    /// At these requests, counted from 0.
    At(BTreeMap<usize, Fault>),
    /// Again and again.
    Storm(Storm),
}

/// The in-memory cloud with faults and latency. Time is virtual in tests that pause it.
#[derive(Debug)]
pub struct FaultyCloud {
    /// The cloud behind it.
    pub memory: Memory,
    /// Cancelled by a fault that kills.
    pub killed: CancellationToken,
    mood: Mood,
    latency_ms: Vec<u8>,
    n_calls: AtomicUsize,
    n_readings: AtomicUsize,
    lagging: Mutex<Lagging>,
}

/// What readings and requests do not see yet.
#[derive(Debug, Default)]
struct Lagging {
    /// What readings show for a while, and how many of them.
    stale: Option<(Observed, usize)>,
    /// By id, how many requests do not find what has been made.
    unseen: BTreeMap<String, usize>,
}

impl FaultyCloud {
    /// Returns a cloud whose `n`th request, counted from 0, meets `faults[n]`, and whose requests take one of
    /// `latency_ms` in turn.
    pub fn new(memory: Memory, faults: BTreeMap<usize, Fault>, latency_ms: Vec<u8>) -> FaultyCloud {
        FaultyCloud::with_mood(memory, Mood::At(faults), latency_ms)
    }

    /// Returns a cloud in a storm, whose requests take one of `latency_ms` in turn.
    pub fn in_storm(memory: Memory, storm: Storm, latency_ms: Vec<u8>) -> FaultyCloud {
        FaultyCloud::with_mood(memory, Mood::Storm(storm), latency_ms)
    }

    fn with_mood(memory: Memory, mood: Mood, latency_ms: Vec<u8>) -> FaultyCloud {
        FaultyCloud {
            memory,
            killed: CancellationToken::new(),
            mood,
            latency_ms,
            n_calls: AtomicUsize::new(0),
            n_readings: AtomicUsize::new(0),
            lagging: Mutex::default(),
        }
    }

    /// Returns how many requests have come, readings apart.
    pub fn n_calls(&self) -> usize {
        self.n_calls.load(Ordering::Relaxed)
    }

    fn fault(&self, n: usize) -> Option<Fault> {
        match &self.mood {
            Mood::At(faults) => faults.get(&n).copied(),
            Mood::Storm(storm) => storm.fault(n),
        }
    }

    fn lagging(&self) -> MutexGuard<'_, Lagging> {
        self.lagging.lock().expect("nobody panics with it")
    }

    async fn carry_out(&self, call: &Call, known: &Known, lag: Lag) -> Result<Learned, CloudError> {
        let before = (0 < lag.0).then(|| self.memory.world().clone());
        let answer = self.memory.call(call, known).await;
        if let (Some(before), Ok(learned)) = (before, &answer) {
            self.lagging().begin(lag, before, learned);
        }
        answer
    }

    async fn die(&self) -> Result<Learned, CloudError> {
        self.killed.cancel();
        std::future::pending().await
    }
}

impl Lagging {
    fn begin(&mut self, Lag(n): Lag, before: Observed, learned: &Learned) {
        self.stale = Some((before, n));
        let ids = learned.iter().filter(|(_, part, _)| *part == Part::Id);
        self.unseen.extend(ids.map(|(_, _, id)| (id.clone(), n)));
    }

    fn reading(&mut self) -> Option<Observed> {
        let (world, n_left) = self.stale.take()?;
        if 1 < n_left {
            self.stale = Some((world.clone(), n_left - 1));
        }
        Some(world)
    }

    /// Returns an id of the request's that nothing is found under yet.
    fn miss(&mut self, call: &Call, known: &Known) -> Option<String> {
        let named = call.request().handles().into_iter().filter_map(|it| known.resolve(it));
        let id = named.into_iter().find(|it| self.unseen.contains_key(it.as_ref()))?.into_owned();
        match self.unseen.get_mut(&id) {
            Some(n_left) if 1 < *n_left => *n_left -= 1,
            _ => _ = self.unseen.remove(&id),
        }
        Some(id)
    }
}

impl Cloud for FaultyCloud {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        let n = self.n_readings.fetch_add(1, Ordering::Relaxed);
        if let Mood::Storm(storm) = &self.mood
            && let Some(error) = storm.reading(n)
        {
            return Err(error);
        }
        let stale = self.lagging().reading();
        match stale {
            Some(world) => Memory::new(world).observe(needs).await,
            None => self.memory.observe(needs).await,
        }
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        let n = self.n_calls.fetch_add(1, Ordering::Relaxed);
        let latency_ms = self.latency_ms.get(n % self.latency_ms.len().max(1)).copied().unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(latency_ms.into())).await;
        let lost = || CloudError::Lost("connection reset".to_owned());
        let fault = self.fault(n);
        match fault {
            Some(Fault::Throttled) => return Err(CloudError::Transient("RequestLimitExceeded".to_owned())),
            Some(Fault::LostBefore) => return Err(lost()),
            Some(Fault::Refused) => {
                return Err(CloudError::Refused(Refused::new(Reason::Invalid, "a quota")));
            }
            Some(Fault::KilledBefore) => return self.die().await,
            Some(Fault::LostAfter(_) | Fault::Unseen(_) | Fault::KilledAfter) | None => {}
        }
        let miss = self.lagging().miss(call, known);
        let lag = match fault {
            Some(Fault::LostAfter(lag) | Fault::Unseen(lag)) => lag,
            _ => Lag(0),
        };
        let answer = match miss {
            Some(id) => {
                let message = format!("InvalidID.NotFound: '{id}' does not exist");
                Err(CloudError::Refused(Refused::new(Reason::NotFound, message)))
            }
            None => self.carry_out(call, known, lag).await,
        };
        match fault {
            // What the cloud says is lost, whatever it is.
            Some(Fault::LostAfter(_)) => Err(lost()),
            Some(Fault::KilledAfter) => self.die().await,
            _ => answer,
        }
    }
}
