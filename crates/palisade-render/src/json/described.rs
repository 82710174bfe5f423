//! Traces through described accounts on the wire.

use palisade_describe::{Hop, Leg, Outcome, Passes, Trace};
use serde::Serialize;

use super::FORMAT_VERSION;
use super::proof::{HopEntry, LegEntry, TraceEntry};
use crate::described::what;
use crate::proof::trace::stage;

/// What `trace --describe DIR --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DescribedTraceDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The folder that describes the accounts.
    pub describe: String,
    /// What becomes of the packet: `delivered`, `dropped` or `undetermined`.
    pub verdict: String,
    /// The same of what answers it, if it is delivered and something does.
    pub reply_verdict: Option<String>,
    /// What happens. The keys of its steps are AWS ids.
    #[serde(flatten)]
    pub trace: TraceEntry,
}

impl DescribedTraceDocument {
    /// Returns the document of one packet.
    pub fn new(describe: &str, trace: &Trace) -> DescribedTraceDocument {
        DescribedTraceDocument {
            format_version: FORMAT_VERSION,
            describe: describe.to_owned(),
            verdict: trace.forward.outcome.as_str().to_owned(),
            reply_verdict: trace.reply.as_ref().map(|it| it.outcome.as_str().to_owned()),
            trace: TraceEntry { forward: leg(&trace.forward), reply: trace.reply.as_ref().map(leg) },
        }
    }
}

fn leg(leg: &Leg) -> LegEntry {
    let (code, reason) = match &leg.outcome {
        Outcome::Delivered(_) => (None, None),
        Outcome::Dropped(why) => (Some(why.code().to_owned()), None),
        Outcome::Unknown(doubt) => (None, Some(doubt.clone())),
    };
    LegEntry {
        source: leg.packet.source.to_string(),
        destination: leg.packet.destination.to_string(),
        protocol: leg.packet.protocol,
        from: leg.packet.from,
        to: leg.packet.to,
        outcome: leg.outcome.as_str().to_owned(),
        code,
        reason,
        steps: leg.hops.iter().map(hop).collect(),
    }
}

fn hop(hop: &Hop) -> HopEntry {
    let passes = match hop.passes {
        Passes::Yes => "yes",
        Passes::No => "no",
        Passes::Perhaps => "perhaps",
    };
    HopEntry {
        stage: stage(hop.stage).to_owned(),
        passes: passes.to_owned(),
        key: hop.id.clone(),
        text: what(hop),
        file: None,
        line: None,
    }
}
