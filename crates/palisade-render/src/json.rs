//! The wire types: what `--format json` writes. The only types of palisade whose serialisation is promised.
//!
//! Names are in snake_case, times in the unit that ends the name, keys of objects as the author knows them
//! (`subnet.training@a`). A field is never left out: what there is not is `null` or empty. A later version
//! may add fields; [`FORMAT_VERSION`] grows when one changes its meaning or goes.

use std::time::Duration;

use palisade_core::{Diagnostic, LeaseRecord, Report, Sources};
use palisade_verify::Trace;
use serde::Serialize;

use crate::outputs::Outputs;
use crate::plan::PlanView;
use crate::proof::ProofView;

mod described;
mod diagnostics;
mod drift;
mod event;
mod facts;
mod journal;
mod lease;
mod outputs;
mod plan;
mod policy;
mod proof;
#[cfg(test)]
mod tests;

pub use described::DescribedTraceDocument;
pub use diagnostics::{DiagnosticEntry, DiagnosticsDocument, LabelEntry};
pub use drift::{DriftDocument, DriftedField, DriftedObject, DriftedTag, ForeignEntry, Standing};
pub use event::{ErrorEntry, ErrorKind, EventLine, FailureEntry, Happening, SkippedEntry, SummaryLine};
pub use journal::{EndEntry, JournalEntry, JournalLine, RunEntry};
pub use lease::{HolderEntry, LockedLine, UnlockDocument};
pub use outputs::{
    DomainOutput, ElasticIpOutput, OutputsDocument, SageMakerOutput, TierOutput, WorkloadOutput,
};
pub use plan::{
    Action, CallEntry, ChangeEntry, EstimateEntry, FieldEntry, Phase, PlanDocument, ProblemEntry, ReadsEntry,
    ReplaceOrder, StepEntry, SummaryEntry, TagEntry, WaitEntry,
};
pub use policy::{FindingEntry, IdleEntry, PartEntry};
pub use proof::{
    DeciderEntry, GuaranteeEntry, HopEntry, LegEntry, PacketEntry, ProofDocument, ShiftEntry, TraceDocument,
    TraceEntry,
};

/// The version of every document and line.
pub const FORMAT_VERSION: u32 = 1;

/// Returns a plan as one document.
pub fn plan(view: &PlanView<'_>) -> String {
    document(&PlanDocument::new(view))
}

/// Returns the drift as one document.
pub fn drift(view: &PlanView<'_>) -> String {
    document(&DriftDocument::new(view))
}

/// Returns diagnostics of the blueprint `file` as one document; their places are in `sources`.
pub fn diagnostics(diagnostics: &[Diagnostic], file: &str, sources: &Sources) -> String {
    document(&DiagnosticsDocument::new(diagnostics, file, sources))
}

/// Returns a proof as one document.
pub fn proof(proof: &ProofDocument) -> String {
    document(proof)
}

/// Returns what happens to a packet as one document.
pub fn trace(view: &ProofView<'_>, trace: &Trace) -> String {
    document(&TraceDocument::new(view, trace))
}

/// Returns what happens to a packet in accounts that a folder describes as one document.
pub fn described_trace(describe: &str, trace: &palisade_describe::Trace) -> String {
    document(&DescribedTraceDocument::new(describe, trace))
}

/// Returns the ids of what there is as one document.
pub fn outputs(outputs: &Outputs) -> String {
    document(&OutputsDocument::new(outputs))
}

/// Returns an event as one line, without its line break; `elapsed` is the time since the run began.
pub fn event(event: &palisade_core::Event, elapsed: Duration) -> String {
    line(&EventLine::new(event, elapsed))
}

/// Returns the end of a run as one line, without its line break.
pub fn summary(report: &Report, elapsed: Duration) -> String {
    line(&SummaryLine::new(report, elapsed))
}

/// Returns who keeps a run from beginning as one line, without its line break.
pub fn locked(blueprint: &str, by: &LeaseRecord) -> String {
    line(&LockedLine::new(blueprint, by))
}

/// Returns from whom a lease was taken, if from anybody, as one document.
pub fn unlocked(blueprint: &str, taken_from: Option<&LeaseRecord>, reason: &str) -> String {
    document(&UnlockDocument::new(blueprint, taken_from, reason))
}

fn document(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("the wire types have text keys only") + "\n"
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the wire types have text keys only")
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
