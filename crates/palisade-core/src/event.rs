//! What happens while a plan runs, as data. Every view of a run (lines, bars, JSON) is drawn from these.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cloud::CloudError;
use crate::graph::StepId;

/// One thing that happened, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A step began.
    Started {
        /// The step.
        step: StepId,
    },
    /// A request of a step is about to be sent; for a wait, for the first time.
    Sending {
        /// The step.
        step: StepId,
        /// The request, as printed.
        call: String,
    },
    /// A wait looked and it is not over yet.
    Waiting {
        /// The step.
        step: StepId,
        /// The wait, as printed.
        call: String,
        /// How long it has been waiting.
        since: Duration,
    },
    /// A request did not succeed and will be sent again.
    Retrying {
        /// The step.
        step: StepId,
        /// The request, as printed.
        call: String,
        /// Why.
        error: CloudError,
        /// After which pause.
        pause: Duration,
    },
    /// The answer does not say what happened; the account is read again to see it.
    Rereading {
        /// The step.
        step: StepId,
        /// The request, as printed.
        call: String,
        /// How long that has been going on; nothing for the first reading, which often settles it.
        since: Duration,
    },
    /// All requests of a step succeeded.
    Finished {
        /// The step.
        step: StepId,
    },
    /// A step failed.
    Failed(Failure),
    /// A step was never started, or the run was stopped between two of its requests.
    Skipped {
        /// The step.
        step: StepId,
        /// Why.
        because: Because,
    },
}

/// Why a step was skipped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// The run was stopped.
    Stopped,
    /// It needs what this step, which failed, should have done.
    Needs(StepId),
    /// The lane stopped at this step, which failed: a live network is changed only in the order that was rehearsed.
    Lane(StepId),
}

/// A step that failed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The step.
    pub step: StepId,
    /// The request, as printed.
    pub call: String,
    /// Why.
    pub error: CloudError,
    /// Whether the request may have been carried out all the same. The next plan will tell.
    pub in_doubt: bool,
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The steps that succeeded, in the order in which they ended.
    pub finished: Vec<StepId>,
    /// The steps that failed.
    pub failed: Vec<Failure>,
    /// The steps that were never started, and those that a stop of the run left between two requests.
    pub skipped: Vec<(StepId, Because)>,
    /// How many requests were sent, looks of waits and repetitions included, re-reading not.
    pub n_requests: usize,
}

impl Report {
    /// Returns whether every step succeeded.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty()
    }
}
