//! A lease that this run has: renewed while it works, and given back.

use std::cmp::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use palisade_core::{CloudError, LeaseRecord, LeaseState, LeaseStore};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{Leases, unseen, written};

/// A lease that this run has taken.
#[derive(Debug)]
pub struct Lease<S> {
    leases: Leases<S>,
    number: u64,
    since: String,
    term: Mutex<Term>,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every request has been answered.
    Settled,
    /// Some may still be under way.
    Unsettled,
}

/// For how long it is ours.
#[derive(Debug)]
struct Term {
    /// When the request was sent that began it: it is written later than that, if at all.
    begun: Begun,
    /// Why it has ended for good.
    lost: Option<String>,
}

/// A moment by two clocks. The steady one stands still while a machine sleeps; the other can be set back.
#[derive(Clone, Copy, Debug)]
struct Begun {
    steady: Instant,
    wall: SystemTime,
}

impl Begun {
    fn now() -> Begun {
        Begun { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// Returns how long ago it was, at most.
    fn elapsed(&self) -> Duration {
        self.steady.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

impl<S: LeaseStore> Lease<S> {
    /// Returns a lease that is about to be written.
    pub(super) fn new(leases: Leases<S>, number: u64) -> Lease<S> {
        let term = Mutex::new(Term { begun: Begun::now(), lost: None });
        Lease { leases, number, since: written(Duration::ZERO), term }
    }

    /// Returns what is written into it.
    pub(super) fn record(&self, state: LeaseState) -> LeaseRecord {
        let Leases { holder, terms, .. } = &self.leases;
        let left = if state == LeaseState::Held { terms.life } else { Duration::ZERO };
        LeaseRecord::new(state, holder.clone(), self.since.clone(), written(left), terms.life)
    }

    /// Returns how long a request may take.
    pub(super) fn request_time(&self) -> Duration {
        self.leases.terms.request
    }

    /// Fails if a request that is sent now might be answered when the lease is somebody else's.
    pub fn may_send(&self) -> Result<(), CloudError> {
        let term = self.term();
        match &term.lost {
            Some(why) => Err(CloudError::Transient(format!("not sent: {why}"))),
            None if self.left(&term) <= self.leases.terms.request => {
                Err(CloudError::Transient("not sent: the lease runs out".to_owned()))
            }
            None => Ok(()),
        }
    }

    /// Renews the lease until it is told to stop, and returns why it cannot any more. What it has begun it ends: a renewal
    /// that arrived after the lease was given back would hold it for nobody.
    pub async fn keep(&self, stop: &CancellationToken) -> Option<String> {
        let terms = self.leases.terms;
        let mut pause = self.until_due();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                () = sleep(pause) => {}
            }
            let renewed = self.renew().await;
            let is_in_time = terms.request < self.left(&self.term());
            let why = match renewed {
                Ok(Some(begun)) if is_in_time => {
                    self.term().begun = begun;
                    pause = self.until_due();
                    continue;
                }
                Err(error) if is_in_time => {
                    tracing::warn!(%error, "the lease could not be renewed yet");
                    pause = terms.request / 20;
                    continue;
                }
                Ok(Some(_)) => "the lease was renewed too late".to_owned(),
                Ok(None) => "somebody else has taken the lease".to_owned(),
                Err(error) => format!("the lease could not be renewed: {error}"),
            };
            self.term().lost = Some(why.clone());
            return Some(why);
        }
    }

    /// Returns the time until a third of its life is over.
    fn until_due(&self) -> Duration {
        let life = self.leases.terms.life;
        self.left(&self.term()).saturating_sub(life - life / 3)
    }

    /// Writes the lease again and returns from when on it lives; nothing if it is not the highest any more.
    async fn renew(&self) -> Result<Option<Begun>, CloudError> {
        match self.leases.list().await?.highest().cmp(&self.number) {
            Ordering::Equal => {}
            Ordering::Less => return Err(unseen()),
            Ordering::Greater => return Ok(None),
        }
        let begun = Begun::now();
        self.overwrite(LeaseState::Held).await?;
        Ok(Some(begun))
    }

    /// Gives the lease back. It must be told if nobody can know yet what the last requests did.
    pub async fn release(&self, ending: Ending) -> Result<(), CloudError> {
        let state = match ending {
            Ending::Settled => LeaseState::Free,
            Ending::Unsettled => LeaseState::Abandoned,
        };
        self.term().lost = Some("the lease has been given back".to_owned());
        let mut patience = self.leases.patience();
        loop {
            let round = Instant::now();
            match self.overwrite(state).await {
                Ok(()) => return Ok(()),
                Err(error) => self.leases.pause(&mut patience, round, error).await?,
            }
        }
    }

    async fn overwrite(&self, state: LeaseState) -> Result<(), CloudError> {
        let Leases { store, blueprint, .. } = &self.leases;
        self.leases.timed(store.overwrite(blueprint, self.number, &self.record(state).text())).await
    }

    fn left(&self, term: &Term) -> Duration {
        self.leases.terms.life.saturating_sub(term.begun.elapsed())
    }

    fn term(&self) -> MutexGuard<'_, Term> {
        self.term.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
