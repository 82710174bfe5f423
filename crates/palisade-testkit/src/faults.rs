//! A cloud that misbehaves on purpose, at a request of the test's choice.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{Call, Cloud, CloudError, Known, Learned, Memory, Needs, Observed, Refused};
use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is turned away; nothing happens.
    Throttled,
    /// It is lost on the way there.
    LostBefore,
    /// It is carried out, and the answer is lost.
    LostAfter,
    /// It is carried out, the answer is lost, and the next readings still show the world as it was.
    LostAfterAndStale,
    /// It is refused for good; nothing happens.
    Refused,
    /// The process is killed before it is sent.
    KilledBefore,
    /// It is carried out, and the process is killed before the answer is there.
    KilledAfter,
}

/// Returns any fault.
pub fn faults() -> impl Strategy<Value = Fault> {
    prop::sample::select(vec![
        Fault::Throttled,
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::LostAfterAndStale,
        Fault::Refused,
        Fault::KilledBefore,
        Fault::KilledAfter,
    ])
}

/// The in-memory cloud with faults and latency. Time is virtual in tests that pause it.
#[derive(Debug)]
pub struct FaultyCloud {
    /// The cloud behind it.
    pub memory: Memory,
    /// Cancelled by a fault that kills.
    pub killed: CancellationToken,
    faults: BTreeMap<usize, Fault>,
    latency_ms: Vec<u8>,
    n_calls: AtomicUsize,
    /// What readings show for a while, and how many of them.
    stale: Mutex<Option<(Observed, usize)>>,
}

/// How many readings lag behind a write.
const STALE_READINGS: usize = 3;

impl FaultyCloud {
    /// Returns a cloud whose `n`th request, counted from 0, meets `faults[n]`, and whose requests take one of
    /// `latency_ms` in turn.
    pub fn new(memory: Memory, faults: BTreeMap<usize, Fault>, latency_ms: Vec<u8>) -> FaultyCloud {
        let (killed, n_calls) = (CancellationToken::new(), AtomicUsize::new(0));
        FaultyCloud { memory, killed, faults, latency_ms, n_calls, stale: Mutex::new(None) }
    }

    fn stale_reading(&self) -> Option<Observed> {
        let mut stale = self.stale.lock().expect("nobody panics with it");
        let (world, n_left) = stale.take()?;
        if 1 < n_left {
            *stale = Some((world.clone(), n_left - 1));
        }
        Some(world)
    }

    async fn die(&self) -> Result<Learned, CloudError> {
        self.killed.cancel();
        std::future::pending().await
    }
}

impl Cloud for FaultyCloud {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        match self.stale_reading() {
            Some(world) => Memory::new(world).observe(needs).await,
            None => self.memory.observe(needs).await,
        }
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        let n = self.n_calls.fetch_add(1, Ordering::Relaxed);
        let latency_ms = self.latency_ms.get(n % self.latency_ms.len().max(1)).copied().unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(latency_ms.into())).await;
        match self.faults.get(&n) {
            None => self.memory.call(call, known).await,
            Some(Fault::Throttled) => Err(CloudError::Transient("RequestLimitExceeded".to_owned())),
            Some(Fault::LostBefore) => Err(CloudError::Lost("connection reset".to_owned())),
            Some(Fault::LostAfter) => {
                // What the cloud says is lost, whatever it is.
                let _ = self.memory.call(call, known).await;
                Err(CloudError::Lost("connection reset".to_owned()))
            }
            Some(Fault::LostAfterAndStale) => {
                let before = self.memory.world().clone();
                *self.stale.lock().expect("nobody panics with it") = Some((before, STALE_READINGS));
                let _ = self.memory.call(call, known).await;
                Err(CloudError::Lost("connection reset".to_owned()))
            }
            Some(Fault::Refused) => Err(CloudError::Refused(Refused::new(Reason::Invalid, "a quota"))),
            Some(Fault::KilledBefore) => self.die().await,
            Some(Fault::KilledAfter) => {
                let _ = self.memory.call(call, known).await;
                self.die().await
            }
        }
    }
}
