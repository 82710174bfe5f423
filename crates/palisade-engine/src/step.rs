//! One step: its requests in sequence, each until it has succeeded or cannot.

use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{
    Call, Cloud, CloudError, Event, Failure, Graph, Known, Learned, Needs, Refused, StepId, recovery,
};
use tokio::sync::{Semaphore, mpsc::UnboundedSender};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::Limits;
use crate::patience::Patience;

/// What a step tells the dispatcher while it runs.
#[derive(Debug)]
pub(crate) enum Message {
    /// For the listeners.
    Event(Event),
    /// A request has been sent.
    Sent,
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
    /// The run was stopped between two requests.
    Interrupted,
}

/// What all steps share.
#[derive(Debug)]
pub(crate) struct Shared<C> {
    pub(crate) cloud: C,
    pub(crate) needs: Needs,
    pub(crate) limits: Limits,
    pub(crate) permits: Semaphore,
    pub(crate) soft: CancellationToken,
    pub(crate) messages: UnboundedSender<Message>,
}

/// Why a request has no answer to go on with.
enum Stop {
    Failed { error: CloudError, in_doubt: bool },
    Interrupted,
}

/// Why a request is sent again. Each has a time of its own, which starts anew when the trouble changes.
#[derive(Clone, Copy, PartialEq, Eq)]
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
            Trouble::Throttled | Trouble::Unanswered => limits.throttled,
            Trouble::Invisible => limits.invisible,
            Trouble::InUse => limits.in_use,
        }
    }
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
            if shared.soft.is_cancelled() {
                return End::Interrupted;
            }
            running.tell(Event::Sending { step: step.clone(), call: call.to_string() });
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
        let mut patience: Option<(Trouble, Patience)> = None;
        loop {
            let error = match self.request(call).await {
                Ok(learned) => return Ok(learned),
                Err(error) => error,
            };
            let in_doubt = matches!(error, CloudError::Lost(_));
            let doubtful = |stop: Stop| match stop {
                Stop::Interrupted if in_doubt => Stop::Failed { error: error.clone(), in_doubt },
                stop => stop,
            };
            let trouble = match self.judge(call, &error).await.map_err(doubtful)? {
                Answer::Learned(learned) => return Ok(learned),
                Answer::Again(trouble) => trouble,
            };
            let patience = match &mut patience {
                Some((same, patience)) if *same == trouble => patience,
                other => {
                    let limits = &self.shared.limits;
                    &mut other.insert((trouble, Patience::new(limits, trouble.time(limits)))).1
                }
            };
            let Some(pause) = patience.pause() else { return Err(Stop::Failed { error, in_doubt }) };
            let (step, call) = (self.step.clone(), call.to_string());
            self.tell(Event::Retrying { step, call, error: error.clone(), pause });
            self.sleep(pause).await.map_err(doubtful)?;
        }
    }

    async fn request(&self, call: &Call) -> Result<Learned, CloudError> {
        let permit = self.shared.permits.acquire().await;
        let _permit = permit.expect("nobody closes the semaphore");
        self.send(Message::Sent);
        self.shared.cloud.call(call, &self.known).await
    }

    /// The one recovery rule: where the answer does not say what happened, look; done is done, not done is repeated.
    async fn judge(&self, call: &Call, error: &CloudError) -> Result<Answer, Stop> {
        let limits = &self.shared.limits;
        let failed = || Stop::Failed { error: error.clone(), in_doubt: false };
        let is_create = call.request().stamp().is_some();
        match error {
            CloudError::Transient(_) => Ok(Answer::Again(Trouble::Throttled)),
            CloudError::Refused(Refused { reason: Reason::InUse, .. }) if call.request().is_removal() => {
                Ok(Answer::Again(Trouble::InUse))
            }
            // A create was refused, so it has made nothing; it waits until what it names can be seen.
            CloudError::Refused(Refused { reason: Reason::NotFound, .. }) if is_create => {
                Ok(Answer::Again(Trouble::Invisible))
            }
            CloudError::Refused(Refused { reason: Reason::NotFound, .. }) => {
                match self.look_for(call, Duration::ZERO).await? {
                    Some(learned) => Ok(Answer::Learned(learned)),
                    None => Ok(Answer::Again(Trouble::Invisible)),
                }
            }
            CloudError::Refused(Refused { reason: Reason::Exists | Reason::Clash, .. }) => {
                self.look_for(call, limits.settling).await?.map(Answer::Learned).ok_or_else(failed)
            }
            CloudError::Lost(_) => {
                // Only a create makes a second thing when it is sent twice.
                let settling = if is_create { limits.settling } else { Duration::ZERO };
                match self.look_for(call, settling).await? {
                    Some(learned) => Ok(Answer::Learned(learned)),
                    None => Ok(Answer::Again(Trouble::Unanswered)),
                }
            }
            CloudError::Refused(_) | CloudError::Denied { .. } | CloudError::Unusable(_) => Err(failed()),
        }
    }

    /// Reads the account until it shows what `call` is for; once, and then for as long as `settling`.
    async fn look_for(&self, call: &Call, settling: Duration) -> Result<Option<Learned>, Stop> {
        self.tell(Event::Rereading { step: self.step.clone(), call: call.to_string() });
        let mut patience = Patience::new(&self.shared.limits, settling);
        let mut unreadable = Patience::new(&self.shared.limits, self.shared.limits.throttled);
        loop {
            let permit = self.shared.permits.acquire().await;
            let observed = self.shared.cloud.observe(&self.shared.needs).await;
            drop(permit);
            let pause = match observed {
                Ok(observed) => match recovery::outcome(call, &self.known, &observed.live) {
                    Some(learned) => return Ok(Some(learned)),
                    None => patience.pause(),
                },
                Err(CloudError::Transient(_) | CloudError::Lost(_)) => unreadable.pause(),
                Err(error) => return Err(Stop::Failed { error, in_doubt: true }),
            };
            let Some(pause) = pause else { return Ok(None) };
            self.sleep(pause).await?;
        }
    }

    async fn wait(&self, call: &Call, deadline: Duration) -> Result<Learned, Stop> {
        let begun = Instant::now();
        let mut patience = Patience::for_wait(deadline);
        loop {
            let error = match self.request(call).await {
                Ok(learned) => return Ok(learned),
                // What was made a moment ago may not be visible yet.
                Err(error @ (CloudError::Transient(_) | CloudError::Lost(_))) => error,
                Err(error @ CloudError::Refused(Refused { reason: Reason::NotFound, .. })) => error,
                Err(error) => return Err(Stop::Failed { error, in_doubt: false }),
            };
            let Some(pause) = patience.pause() else { return Err(Stop::Failed { error, in_doubt: false }) };
            let since = begun.elapsed();
            self.tell(Event::Waiting { step: self.step.clone(), call: call.to_string(), since });
            self.sleep(pause).await?;
        }
    }

    async fn sleep(&self, pause: Duration) -> Result<(), Stop> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.shared.soft.cancelled() => Err(Stop::Interrupted),
        }
    }
}
