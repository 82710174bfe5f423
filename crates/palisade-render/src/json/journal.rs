//! The journal of a run: what was sent and what came back, one line each. Written while a run goes on, and read again by
//! `palisade history`.
//!
//! What is in it is what plans show: names, ids and the words of errors; no policy, no environment of a container, no
//! credential.

use std::collections::BTreeMap;

use palisade_core::{Call, CloudError, Learned, Report};
use serde::{Deserialize, Serialize};

use super::FORMAT_VERSION;

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalLine {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// When, in RFC 3339 and UTC.
    pub at: String,
    /// What; its `type` says which of these it is.
    #[serde(flatten)]
    pub entry: JournalEntry,
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JournalEntry {
    /// A run begins; the first line.
    Run(RunEntry),
    /// A request is about to be sent.
    Sent {
        /// The number of the request in this run.
        number: u64,
        /// The operation, such as `CreateVpc`.
        operation: String,
        /// The request, as `plan --calls` prints it.
        call: String,
    },
    /// AWS has done what was asked for.
    Done {
        /// The number of the request.
        number: u64,
        /// What its answer taught: AWS ids by what they are of, such as `vpc.main/id`.
        learned: BTreeMap<String, String>,
    },
    /// AWS has not done it, or has not said so.
    Failed {
        /// The number of the request.
        number: u64,
        /// What AWS said.
        error: String,
        /// Whether it may have been done all the same.
        in_doubt: bool,
    },
    /// The run ends; the last line, unless it was killed.
    End(EndEntry),
}

/// The beginning of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEntry {
    /// What tells it from every other.
    pub run: String,
    /// `apply` or `destroy`.
    pub command: String,
    /// The blueprint's name.
    pub blueprint: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The version of palisade.
    pub palisade_version: String,
    /// How many requests the plan has.
    pub requests: usize,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndEntry {
    /// Whether every step succeeded.
    pub complete: bool,
    /// Whether somebody has stopped it.
    pub interrupted: bool,
    /// How many steps succeeded.
    pub finished: usize,
    /// The steps that failed.
    pub failed: Vec<String>,
    /// How many steps were never started.
    pub skipped: usize,
}

impl JournalLine {
    /// Returns the line of an entry, without its line break.
    pub fn text(at: String, entry: JournalEntry) -> String {
        super::line(&JournalLine { format_version: FORMAT_VERSION, at, entry })
    }
}

impl JournalEntry {
    /// Returns what is written before a request is sent.
    pub fn sent(number: u64, call: &Call) -> JournalEntry {
        let operation = call.request().operation().to_owned();
        JournalEntry::Sent { number, operation, call: call.to_string() }
    }

    /// Returns what is written once its answer is there.
    pub fn answered(number: u64, answer: &Result<Learned, CloudError>) -> JournalEntry {
        match answer {
            Ok(learned) => {
                let learned =
                    learned.iter().map(|(key, part, value)| (format!("{key}/{part}"), value.clone()));
                JournalEntry::Done { number, learned: learned.collect() }
            }
            Err(error) => {
                let in_doubt = matches!(error, CloudError::Lost(_));
                JournalEntry::Failed { number, error: error.to_string(), in_doubt }
            }
        }
    }

    /// Returns what is written at the end of a run.
    pub fn ended(report: &Report, interrupted: bool) -> JournalEntry {
        JournalEntry::End(EndEntry {
            complete: report.is_complete(),
            interrupted,
            finished: report.finished.len(),
            failed: report.failed.iter().map(|it| it.step.to_string()).collect(),
            skipped: report.skipped.len(),
        })
    }
}
