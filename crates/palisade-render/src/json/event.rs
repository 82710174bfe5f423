//! A run on the wire: JSON Lines, one per event, and a summary at the end.

use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{Because, CloudError, Event, Failure, Report, StepId};
use serde::Serialize;

use super::plan::StepEntry;
use super::{FORMAT_VERSION, milliseconds};
use crate::events::next_step;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventLine {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// How long after the run began.
    pub elapsed_ms: u64,
    /// What happened; its `type` says which of these it is.
    #[serde(flatten)]
    pub happening: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happening {
    /// A step began.
    Started {
        /// The step.
        step: StepEntry,
    },
    /// A request is about to be sent.
    Sending {
        /// Its step.
        step: StepEntry,
        /// The request, as `plan --calls` prints it.
        call: String,
    },
    /// A wait is not over yet.
    Waiting {
        /// Its step.
        step: StepEntry,
        /// The wait, as `plan --calls` prints it.
        call: String,
        /// For how long it has been waiting.
        waited_ms: u64,
    },
    /// A request did not succeed and will be sent again.
    Retrying {
        /// Its step.
        step: StepEntry,
        /// The request.
        call: String,
        /// Why.
        error: ErrorEntry,
        /// After which pause.
        pause_ms: u64,
    },
    /// The answer does not say what happened; the account is read again to see it.
    Rereading {
        /// Its step.
        step: StepEntry,
        /// The request.
        call: String,
        /// For how long that has been going on.
        waited_ms: u64,
    },
    /// All requests of a step succeeded.
    Finished {
        /// The step.
        step: StepEntry,
    },
    /// A step failed.
    Failed(FailureEntry),
    /// A step was never started.
    Skipped(SkippedEntry),
}

/// A step that failed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureEntry {
    /// The step.
    pub step: StepEntry,
    /// The request that failed.
    pub call: String,
    /// Why.
    pub error: ErrorEntry,
    /// Whether the request may have been carried out all the same.
    pub in_doubt: bool,
}

/// A step that was never started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedEntry {
    /// The step.
    pub step: StepEntry,
    /// Why: `stopped` if the run was, `needs` for what needs the failed step, `lane` for what was to follow it in the
    /// rehearsed order in which what is in use is changed.
    pub why: &'static str,
    /// The failed step; null if the run was stopped.
    pub because: Option<StepEntry>,
}

/// Why a request did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorEntry {
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// For `refused`, the class of the refusal: `exists`, `not_found`, `in_use`, `clash` or `invalid`; else
    /// null.
    pub reason: Option<String>,
    /// For `denied`, the IAM action that is missing; else null.
    pub action: Option<String>,
    /// What AWS said.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Kinds of errors, by what to do about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The same request may work later.
    Transient,
    /// AWS said no.
    Refused,
    /// There was no clear answer.
    Lost,
    /// The credentials may not do this.
    Denied,
    /// No request could be made.
    Unusable,
}

/// How a run ended; the last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SummaryLine {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// How long the run took.
    pub elapsed_ms: u64,
    /// Always `summary`.
    #[serde(rename = "type")]
    pub line_type: &'static str,
    /// Whether every step succeeded.
    pub complete: bool,
    /// How many requests were sent.
    pub requests: usize,
    /// How many steps succeeded.
    pub finished: usize,
    /// The steps that failed.
    pub failed: Vec<FailureEntry>,
    /// The steps that were never started.
    pub skipped: Vec<SkippedEntry>,
}

impl EventLine {
    /// Returns the line of an event.
    pub fn new(event: &Event, elapsed: Duration) -> EventLine {
        let step = StepEntry::new;
        let happening = match event {
            Event::Started { step: it } => Happening::Started { step: step(it) },
            Event::Sending { step: it, call } => Happening::Sending { step: step(it), call: call.clone() },
            Event::Waiting { step: it, call, since } => {
                Happening::Waiting { step: step(it), call: call.clone(), waited_ms: milliseconds(*since) }
            }
            Event::Retrying { step: it, call, error, pause } => Happening::Retrying {
                step: step(it),
                call: call.clone(),
                error: ErrorEntry::new(error),
                pause_ms: milliseconds(*pause),
            },
            Event::Rereading { step: it, call, since } => {
                Happening::Rereading { step: step(it), call: call.clone(), waited_ms: milliseconds(*since) }
            }
            Event::Finished { step: it } => Happening::Finished { step: step(it) },
            Event::Failed(failure) => Happening::Failed(FailureEntry::new(failure)),
            Event::Skipped { step, because } => Happening::Skipped(SkippedEntry::new(step, because)),
        };
        EventLine { format_version: FORMAT_VERSION, elapsed_ms: milliseconds(elapsed), happening }
    }
}

impl SummaryLine {
    /// Returns the line of a run's end.
    pub fn new(report: &Report, elapsed: Duration) -> SummaryLine {
        let skipped = report.skipped.iter().map(|(step, because)| SkippedEntry::new(step, because));
        SummaryLine {
            format_version: FORMAT_VERSION,
            elapsed_ms: milliseconds(elapsed),
            line_type: "summary",
            complete: report.is_complete(),
            requests: report.n_requests,
            finished: report.finished.len(),
            failed: report.failed.iter().map(FailureEntry::new).collect(),
            skipped: skipped.collect(),
        }
    }
}

impl FailureEntry {
    fn new(failure: &Failure) -> FailureEntry {
        FailureEntry {
            step: StepEntry::new(&failure.step),
            call: failure.call.clone(),
            error: ErrorEntry::new(&failure.error),
            in_doubt: failure.in_doubt,
        }
    }
}

impl SkippedEntry {
    fn new(step: &StepId, because: &Because) -> SkippedEntry {
        let (why, because) = match because {
            Because::Stopped => ("stopped", None),
            Because::Needs(failed) => ("needs", Some(failed)),
            Because::Lane(failed) => ("lane", Some(failed)),
        };
        SkippedEntry { step: StepEntry::new(step), why, because: because.map(StepEntry::new) }
    }
}

impl ErrorEntry {
    fn new(error: &CloudError) -> ErrorEntry {
        let (kind, reason, action) = match error {
            CloudError::Transient(_) => (ErrorKind::Transient, None, None),
            CloudError::Refused(refused) => (ErrorKind::Refused, Some(reason(refused.reason)), None),
            CloudError::Lost(_) => (ErrorKind::Lost, None, None),
            CloudError::Denied { action, .. } => (ErrorKind::Denied, None, Some(action.clone())),
            CloudError::Unusable(_) => (ErrorKind::Unusable, None, None),
        };
        ErrorEntry { kind, reason, action, message: error.to_string(), help: next_step(error) }
    }
}

fn reason(reason: Reason) -> String {
    let text = match reason {
        Reason::Exists => "exists",
        Reason::NotFound => "not_found",
        Reason::InUse => "in_use",
        Reason::Clash => "clash",
        Reason::Invalid => "invalid",
    };
    text.to_owned()
}
