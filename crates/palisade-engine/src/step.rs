//! One step: its requests in sequence, each until it has succeeded or cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{
    Call, Cloud, CloudError, Event, Failure, Graph, Handle, Known, Learned, Needs, Refused, StepId, recovery,
};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc::UnboundedSender};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::Limits;
use crate::patience::{Patience, Settling};
use crate::turns::Turns;

/// What a step tells the dispatcher while it runs.
#[derive(Debug)]
pub(crate) enum Message {
    /// For the listeners.
    Event(Event),
    /// A request is on its way, for the first time or again.
    Sent {
        step: StepId,
        /// As printed.
        call: String,
        /// Whether it is in doubt until there is a clear answer.
        can_change: bool,
    },
    /// What the last request of this step did is known.
    Clear(StepId),
    /// The delicate requests of this step are done.
    LeftLane(StepId),
}

/// How a step ended.
#[derive(Debug)]
pub(crate) enum End {
    /// All requests succeeded; this is what they taught.
    Done(Learned),
    /// A request failed for good.
    Failed(Failure),
    /// The run was stopped before a request was sent.
    Interrupted,
}

/// What all steps share.
#[derive(Debug)]
pub(crate) struct Shared<C> {
    pub(crate) cloud: C,
    pub(crate) needs: Needs,
    /// What AWS called what was there before the run.
    pub(crate) there: BTreeSet<String>,
    pub(crate) limits: Limits,
    pub(crate) turns: Turns,
    pub(crate) permits: Semaphore,
    pub(crate) soft: CancellationToken,
    pub(crate) messages: UnboundedSender<Message>,
}

/// Why a request has no answer to go on with.
enum Stop {
    Failed { error: CloudError, in_doubt: bool },
    Interrupted,
}

/// Why a request is sent again. Each has a time of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    /// AWS turns it away for now.
    Throttled,
    /// What it names cannot be seen yet.
    Invisible,
    /// What it removes is still in use.
    InUse,
    /// There was no answer, and nothing shows that it was carried out.
    Unanswered,
}

impl Trouble {
    fn time(self, limits: &Limits) -> Duration {
        match self {
            Trouble::Throttled => limits.throttled,
            Trouble::Unanswered => limits.unanswered,
            Trouble::Invisible => limits.invisible,
            Trouble::InUse => limits.in_use,
        }
    }
}

/// How often to look for what a request may have done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Once,
    UntilSettled,
}

/// A step under way.
pub(crate) struct Running<'a, C> {
    shared: &'a Shared<C>,
    step: &'a StepId,
    known: Known,
}

/// What the answer to one request means.
enum Answer {
    Learned(Learned),
    /// Send it again after a pause.
    Again(Trouble),
}

impl<C: Cloud> Running<'_, C> {
    /// Makes the requests of one step in order.
    pub(crate) async fn run(shared: &Shared<C>, step: &StepId, graph: &Graph, known: Known) -> End {
        let mut running = Running { shared, step, known };
        let mut taught = Learned::new();
        let work = &graph.steps[step];
        for (at, call) in work.calls.iter().enumerate() {
            match running.make(call).await {
                Ok(learned) => {
                    running.known.learn(learned.clone());
                    taught.extend(learned);
                }
                Err(Stop::Interrupted) => return End::Interrupted,
                Err(Stop::Failed { error, in_doubt }) => {
                    return End::Failed(Failure {
                        step: step.clone(),
                        call: call.to_string(),
                        error,
                        in_doubt,
                    });
                }
            }
            running.send(Message::Clear(step.clone()));
            if at + 1 == work.n_lane_calls {
                running.send(Message::LeftLane(step.clone()));
            }
        }
        End::Done(taught)
    }

    fn tell(&self, event: Event) {
        self.send(Message::Event(event));
    }

    fn send(&self, message: Message) {
        // The dispatcher outlives its steps, unless it abandons them.
        let _ = self.shared.messages.send(message);
    }

    /// Makes one request until it has succeeded or cannot.
    async fn make(&self, call: &Call) -> Result<Learned, Stop> {
        if let Some(wait) = call.request().wait() {
            return self.wait(call, Duration::from_secs(wait.deadline_s.into())).await;
        }
        let mut lost = None;
        match (self.repeat(call, &mut lost).await, lost) {
            // What has had no answer may have been carried out, also when nothing more is sent.
            (Err(Stop::Interrupted), Some(error)) => Err(Stop::Failed { error, in_doubt: true }),
            (ended, _) => ended,
        }
    }

    /// Makes one request as often as it takes. `lost` tells of the last one that had no clear answer.
    async fn repeat(&self, call: &Call, lost: &mut Option<CloudError>) -> Result<Learned, Stop> {
        let mut patience: BTreeMap<Trouble, Patience> = BTreeMap::new();
        loop {
            let round = Instant::now();
            let error = match self.request(call).await? {
                Ok(learned) => return Ok(learned),
                Err(error) => error,
            };
            let in_doubt = matches!(error, CloudError::Lost(_));
            if in_doubt {
                *lost = Some(error.clone());
            } else if lost.is_none() {
                self.send(Message::Clear(self.step.clone()));
            }
            let trouble = match self.judge(call, &error, lost.as_ref()).await? {
                Answer::Learned(learned) => return Ok(learned),
                Answer::Again(trouble) => trouble,
            };
            let limits = &self.shared.limits;
            let patience =
                patience.entry(trouble).or_insert_with(|| Patience::new(limits, trouble.time(limits)));
            let Some(pause) = patience.pause(round) else { return Err(Stop::Failed { error, in_doubt }) };
            self.tell(Event::Retrying { step: self.step.clone(), call: call.to_string(), error, pause });
            self.sleep(pause).await?;
        }
    }

    /// Sends one request, unless the run has been stopped before its turn came.
    async fn request(&self, call: &Call) -> Result<Result<Learned, CloudError>, Stop> {
        // The turn first: whoever waits for AWS's leave keeps nobody else from sending.
        self.sleep(self.shared.turns.wait_for(call.request().operation())).await?;
        let _permit = self.permit().await?;
        let (step, can_change) = (self.step.clone(), !call.request().only_looks());
        self.send(Message::Sent { step, call: call.to_string(), can_change });
        Ok(self.shared.cloud.call(call, &self.known).await)
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, Stop> {
        tokio::select! {
            biased;
            () = self.shared.soft.cancelled() => Err(Stop::Interrupted),
            permit = self.shared.permits.acquire() => Ok(permit.expect("nobody closes the semaphore")),
        }
    }

    /// The one recovery rule: where the answer does not say what happened, look; done is done, not done is repeated.
    async fn judge(
        &self,
        call: &Call,
        error: &CloudError,
        lost: Option<&CloudError>,
    ) -> Result<Answer, Stop> {
        let failed = || Stop::Failed { error: error.clone(), in_doubt: false };
        let is_create = call.request().stamp().is_some();
        let refused = match error {
            CloudError::Transient(_) => return Ok(Answer::Again(Trouble::Throttled)),
            CloudError::Lost(_) => {
                // Only a create makes a second thing when it is sent twice.
                let looks = if is_create { Looks::UntilSettled } else { Looks::Once };
                let done = self.look_for(call, looks).await?;
                return Ok(done.map_or(Answer::Again(Trouble::Unanswered), Answer::Learned));
            }
            CloudError::Denied { .. } | CloudError::Unusable(_) => return Err(failed()),
            CloudError::Refused(refused) => refused,
        };
        match refused.reason {
            Reason::InUse if call.request().is_removal() => Ok(Answer::Again(Trouble::InUse)),
            // A create that was refused has made nothing.
            Reason::NotFound if is_create => match self.misses_what_was_there(call, refused) {
                true => Err(failed()),
                false => Ok(Answer::Again(Trouble::Invisible)),
            },
            Reason::NotFound => {
                let is_final = self.misses_what_was_there(call, refused);
                // What it takes away may have gone with an answer that was lost.
                let looks = if is_final && lost.is_some() { Looks::UntilSettled } else { Looks::Once };
                match self.look_for(call, looks).await? {
                    Some(learned) => Ok(Answer::Learned(learned)),
                    None if is_final => Err(failed()),
                    None => Ok(Answer::Again(Trouble::Invisible)),
                }
            }
            Reason::Exists | Reason::Clash => {
                self.look_for(call, Looks::UntilSettled).await?.map(Answer::Learned).ok_or_else(failed)
            }
            // What is done already is not always refused as that.
            Reason::InUse | Reason::Invalid if lost.is_some() => {
                self.look_for(call, Looks::UntilSettled).await?.map(Answer::Learned).ok_or_else(failed)
            }
            Reason::InUse | Reason::Invalid => Err(failed()),
        }
    }

    /// Whether AWS misses something that this run has not made, which no patience will bring. What is to be removed may
    /// be missing: that shows as soon as the readings have caught up.
    fn misses_what_was_there(&self, call: &Call, refused: &Refused) -> bool {
        let request = call.request();
        let is_new =
            |it: &Handle, id: &str| matches!(it, Handle::Part { .. }) && !self.shared.there.contains(id);
        let named = request.handles().into_iter().filter_map(|it| {
            let id = self.known.resolve(it)?;
            names(&refused.message, &id).then(|| is_new(it, &id))
        });
        let named: Vec<bool> = named.collect();
        !request.is_removal() && !named.is_empty() && named.iter().all(|is_new| !is_new)
    }

    /// Reads the account until it shows what `call` is for, or is to be believed that it does not.
    async fn look_for(&self, call: &Call, looks: Looks) -> Result<Option<Learned>, Stop> {
        let (begun, mut since) = (Instant::now(), Duration::ZERO);
        let limits = &self.shared.limits;
        let mut settling = match looks {
            Looks::Once => None,
            Looks::UntilSettled => Some(Settling::new(limits)),
        };
        let mut unreadable = Patience::new(limits, limits.throttled);
        loop {
            let round = Instant::now();
            let permit = self.permit().await?;
            self.tell(Event::Rereading { step: self.step.clone(), call: call.to_string(), since });
            let observed = self.shared.cloud.observe(&self.shared.needs).await;
            drop(permit);
            let pause = match observed {
                Ok(observed) => match recovery::outcome(call, &self.known, &observed.live) {
                    Some(learned) => return Ok(Some(learned)),
                    None => {
                        unreadable = Patience::new(limits, limits.throttled);
                        let pause = settling.as_mut().and_then(Settling::pause);
                        let Some(pause) = pause else { return Ok(None) };
                        pause
                    }
                },
                Err(error) => {
                    let pause = unreadable.pause(round).filter(|_| is_passing(&error));
                    pause.ok_or(Stop::Failed { error, in_doubt: true })?
                }
            };
            self.sleep(pause).await?;
            since = begun.elapsed();
        }
    }

    async fn wait(&self, call: &Call, deadline: Duration) -> Result<Learned, Stop> {
        let begun = Instant::now();
        let mut patience = Patience::for_wait(deadline);
        loop {
            let round = Instant::now();
            let error = match self.request(call).await? {
                Ok(learned) => return Ok(learned),
                // What was made a moment ago may not be visible yet.
                Err(error @ (CloudError::Transient(_) | CloudError::Lost(_))) => error,
                Err(error @ CloudError::Refused(Refused { reason: Reason::NotFound, .. })) => error,
                Err(error) => return Err(Stop::Failed { error, in_doubt: false }),
            };
            let Some(pause) = patience.pause(round) else {
                return Err(Stop::Failed { error, in_doubt: false });
            };
            let since = begun.elapsed();
            self.tell(Event::Waiting { step: self.step.clone(), call: call.to_string(), since });
            self.sleep(pause).await?;
        }
    }

    async fn sleep(&self, pause: Duration) -> Result<(), Stop> {
        if pause.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.shared.soft.cancelled() => Err(Stop::Interrupted),
        }
    }
}

/// Whether a reading that failed may succeed a moment later. What was made a moment ago is listed by some parts of AWS and
/// missed by others.
fn is_passing(error: &CloudError) -> bool {
    match error {
        CloudError::Transient(_) | CloudError::Lost(_) => true,
        CloudError::Refused(refused) => refused.reason == Reason::NotFound,
        CloudError::Denied { .. } | CloudError::Unusable(_) => false,
    }
}

/// Whether a message of AWS's speaks of an id.
fn names(message: &str, id: &str) -> bool {
    // A version is a number, which may stand for anything.
    id.contains('-') && message.split(|it: char| !it.is_ascii_alphanumeric() && it != '-').any(|it| it == id)
}
