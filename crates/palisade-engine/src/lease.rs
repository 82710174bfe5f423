//! One run at a time for each blueprint, account and region.
//!
//! The leases of a blueprint are numbered, and the highest says who works. To take it is to create the next number, which
//! of several runs one can, and to see that it is the highest still: nobody else can have it then. A holder renews it, and
//! sends nothing once so little of its life is left that an answer might come too late ([`Leased`]). One that was not given
//! back is free once it has not been renewed for its life; what its holder sent last may show late, so who comes next has
//! to read the account again after a while ([`Standing::unsettled`]).
//!
//! Who wants a lease looks at it *before* reading the account, and then takes exactly the next number. So nobody can have
//! changed the account in between without the number being gone.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use palisade_core::cloud::Reason;
use palisade_core::{CloudError, Holder, LeaseEntry, LeaseRecord, LeaseState, LeaseStore, Refused};
use tokio::time::{Instant, sleep, timeout};

use crate::patience::Patience;

mod gate;
mod held;

pub use gate::Leased;
pub use held::{Ending, Lease};

/// How many leases there may be before the older ones are tidied away: a page of SSM has ten.
const N_KEPT_MAX: usize = 8;
/// How many of the latest are kept even then, for who reads a list that is behind the times.
const N_KEPT: usize = 3;

/// How long a lease lives, and what follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How long it is held after it was written last.
    pub life: Duration,
    /// How long a request may take. With less than that left, none is sent.
    pub request: Duration,
    /// How long a reading may lag behind what a holder sent last.
    pub settling: Duration,
}

impl Terms {
    /// Returns the terms of leases that live so long.
    pub fn of(life: Duration) -> Terms {
        let request = Duration::from_secs(30).min(life / 3);
        Terms { life, request, settling: Duration::from_secs(15).min(life) }
    }
}

/// The leases of one blueprint, as one run sees them.
#[derive(Debug)]
pub struct Leases<S> {
    store: Arc<S>,
    blueprint: String,
    holder: Holder,
    terms: Terms,
}

/// What there was when somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// All numbers, in order.
    numbers: Vec<u64>,
    /// What the highest of them says.
    record: Option<LeaseRecord>,
    is_expired: bool,
}

/// Why a lease could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Somebody has come first, and may have gone again: whatever was read before is out of date.
    #[error("somebody else was first")]
    Overtaken(Box<LeaseRecord>),
    /// Where leases are kept, there was no answer to go on with.
    #[error(transparent)]
    Failed(#[from] CloudError),
}

impl Standing {
    fn new(mut entries: Vec<LeaseEntry>) -> Standing {
        entries.sort_by_key(|it| it.number);
        let record = entries.last().map(|it| LeaseRecord::read(&it.value));
        let is_expired =
            record.as_ref().zip(entries.last()).is_some_and(|(it, entry)| it.is_expired(entry.age));
        Standing { numbers: entries.iter().map(|it| it.number).collect(), record, is_expired }
    }

    fn highest(&self) -> u64 {
        self.numbers.last().copied().unwrap_or_default()
    }

    /// Returns who has the lease, if anybody does.
    pub fn held(&self) -> Option<&LeaseRecord> {
        self.record.as_ref().filter(|it| it.state == LeaseState::Held && !self.is_expired)
    }

    /// Returns who has gone without giving the lease back, or has left requests under way. What they sent last may not be
    /// seen yet: the account has to be read again once it has settled.
    pub fn unsettled(&self) -> Option<&LeaseRecord> {
        self.record.as_ref().filter(|it| self.is_expired || it.state == LeaseState::Abandoned)
    }
}

impl<S> Clone for Leases<S> {
    fn clone(&self) -> Leases<S> {
        let Leases { store, blueprint, holder, terms } = self;
        let (blueprint, holder) = (blueprint.clone(), holder.clone());
        Leases { store: store.clone(), blueprint, holder, terms: *terms }
    }
}

impl<S: LeaseStore> Leases<S> {
    /// Returns the leases of a blueprint for a run.
    pub fn new(store: Arc<S>, blueprint: &str, holder: Holder, terms: Terms) -> Leases<S> {
        Leases { store, blueprint: blueprint.to_owned(), holder, terms }
    }

    /// Returns how long they live.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Looks who has the lease. To be done before the account is read.
    pub async fn look(&self) -> Result<Standing, CloudError> {
        let mut patience = self.patience();
        loop {
            let round = Instant::now();
            let error = match self.list().await {
                Ok(standing) => return Ok(standing),
                Err(error) => error,
            };
            self.pause(&mut patience, round, error).await?;
        }
    }

    /// Takes the lease that follows on what was seen.
    ///
    /// Whoever drops this while it goes on may have taken a lease that nobody gives back.
    pub async fn take(&self, seen: &Standing) -> Result<Lease<S>, NotTaken> {
        let number = seen.highest() + 1;
        let lease = Lease::new(self.clone(), number);
        let value = lease.record(LeaseState::Held).text();
        self.write_first(number, &value).await?;
        // From here on it may be ours.
        match self.look_for(number).await {
            Ok(standing) => {
                self.tidy(&standing).await;
                Ok(lease)
            }
            Err(NotTaken::Failed(error)) => {
                lease.release(Ending::Settled).await?;
                Err(error.into())
            }
            Err(overtaken) => Err(overtaken),
        }
    }

    /// Returns what there is once a lease that was written is the highest; fails if another one is.
    async fn look_for(&self, number: u64) -> Result<Standing, NotTaken> {
        let mut patience = self.patience();
        loop {
            let round = Instant::now();
            let error = match self.list().await {
                Ok(standing) if standing.highest() == number => return Ok(standing),
                Ok(Standing { record: Some(record), numbers, .. })
                    if numbers.iter().any(|it| number < *it) =>
                {
                    return Err(NotTaken::Overtaken(Box::new(record)));
                }
                Ok(_) => unseen(),
                Err(error) => error,
            };
            self.pause(&mut patience, round, error).await?;
        }
    }

    /// Takes the lease away from whoever has it or had it, by leaving a higher one that nobody has.
    pub async fn unlock(&self, seen: &Standing, reason: &str) -> Result<(), NotTaken> {
        let lease = Lease::new(self.clone(), seen.highest() + 1);
        let mut record = lease.record(LeaseState::Abandoned);
        record.reason = Some(reason.to_owned());
        self.write_first(seen.highest() + 1, &record.text()).await
    }

    /// Creates a lease, or finds out that this run has created it before and got no answer.
    async fn write_first(&self, number: u64, value: &str) -> Result<(), NotTaken> {
        let mut patience = self.patience();
        loop {
            let round = Instant::now();
            let error = match self.timed(self.store.create(&self.blueprint, number, value)).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let is_there = matches!(&error, CloudError::Refused(Refused { reason: Reason::Exists, .. }));
            if is_there || matches!(error, CloudError::Lost(_)) {
                let entries = self.timed(self.store.list(&self.blueprint)).await.unwrap_or_default();
                let written = entries.iter().find(|it| it.number == number).map(|it| it.value.as_str());
                match written {
                    Some(written) if written == value => return Ok(()),
                    Some(written) if is_there => {
                        let by = Standing::new(entries.clone()).record;
                        let by = by.unwrap_or_else(|| LeaseRecord::read(written));
                        return Err(NotTaken::Overtaken(Box::new(by)));
                    }
                    // What cannot be seen, or not yet, is tried again.
                    _ => {}
                }
            }
            let error = if is_there { CloudError::Transient(error.to_string()) } else { error };
            self.pause(&mut patience, round, error).await?;
        }
    }

    /// Removes leases that nobody needs any more. Whoever may not, or cannot, leaves them to the next.
    async fn tidy(&self, standing: &Standing) {
        let n_old = standing.numbers.len().saturating_sub(N_KEPT).min(10);
        if N_KEPT_MAX < standing.numbers.len() {
            let old = self.store.delete(&self.blueprint, &standing.numbers[..n_old]);
            if let Err(error) = self.timed(old).await {
                tracing::info!(%error, "old leases stay");
            }
        }
    }

    async fn list(&self) -> Result<Standing, CloudError> {
        self.timed(self.store.list(&self.blueprint)).await.map(Standing::new)
    }

    /// Makes a request within the time that one may take.
    async fn timed<T>(&self, request: impl Future<Output = Result<T, CloudError>>) -> Result<T, CloudError> {
        let late = |_| CloudError::Lost(format!("no answer within {} s", self.terms.request.as_secs_f32()));
        timeout(self.terms.request, request).await.map_err(late)?
    }

    /// Pauses before a request is repeated, unless it is no use or the time is up.
    async fn pause(
        &self,
        patience: &mut Patience,
        round: Instant,
        error: CloudError,
    ) -> Result<(), CloudError> {
        let is_passing = matches!(error, CloudError::Transient(_) | CloudError::Lost(_));
        let pause = patience.pause(round).filter(|_| is_passing).ok_or(error)?;
        sleep(pause).await;
        Ok(())
    }

    fn patience(&self) -> Patience {
        Patience::from(self.terms.request / 60, self.terms.request / 6, self.terms.request)
    }
}

/// What this run has written is not in the list: the list is behind the times.
fn unseen() -> CloudError {
    CloudError::Transient("the lease that was written cannot be seen".to_owned())
}

/// Returns a time as it is written, `later` from now.
fn written(later: Duration) -> String {
    let later = SignedDuration::try_from(later).unwrap_or(SignedDuration::ZERO);
    let at = Timestamp::now().checked_add(later).unwrap_or(Timestamp::MAX);
    format!("{at:.0}")
}
