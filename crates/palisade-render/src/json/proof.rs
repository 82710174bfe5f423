//! Proofs and traces on the wire.

use palisade_core::Element;
use palisade_verify::policy::Judgement;
use palisade_verify::{
    Becomes, Fault, Layer, Leg, Outcome, Packet, Passes, Proof, Shift, Step, Trace, Verdict, assumptions,
};
use serde::Serialize;

use super::policy::{self, FindingEntry, IdleEntry};
use super::{DiagnosticEntry, FORMAT_VERSION};
use crate::proof::difference::partner;
use crate::proof::{ProofView, claim, trace, word};

/// What `verify --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProofDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The blueprint.
    pub blueprint: String,
    /// Which network it is about: `wanted` or `live`.
    pub network: String,
    /// Whether every promise is kept.
    pub is_kept: bool,
    /// The promises, in the blueprint's order, those that nobody wrote last.
    pub guarantees: Vec<GuaranteeEntry>,
    /// What no packet is decided by, with its place.
    pub warnings: Vec<DiagnosticEntry>,
    /// What is taken for granted throughout.
    pub assumptions: Vec<String>,
    /// What the policy pack finds in what is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Vec<FindingEntry>>,
    /// What the blueprint allows and nobody has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_allowances: Option<Vec<IdleEntry>>,
    /// Of what is live: what the blueprint would change about packets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Vec<ShiftEntry>>,
}

/// Packets between two ends that would become possible or impossible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShiftEntry {
    /// `possible` or `impossible`.
    pub becomes: String,
    /// What decides: `ways`, which are routes, gateways and ACLs, or `groups`.
    pub layer: String,
    /// Where they come from.
    pub from: String,
    /// Where they go.
    pub to: String,
    /// Their protocols and ports, such as `tcp 443`.
    pub traffic: Vec<String>,
    /// One of them.
    pub packet: PacketEntry,
    /// What decides in the network that the blueprint wants.
    pub by: Option<DeciderEntry>,
    /// What decides in the network that is live.
    pub live: Option<DeciderEntry>,
}

/// A packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PacketEntry {
    /// Where it comes from.
    pub source: String,
    /// Where it goes.
    pub destination: String,
    /// The IANA number of its protocol.
    pub protocol: u8,
    /// The source port, or the type of ICMP.
    pub from: u16,
    /// The destination port, or the code of ICMP.
    pub to: u16,
}

/// A part of a network that decides about a packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeciderEntry {
    /// The object.
    pub key: String,
    /// Which part of it.
    pub text: String,
    /// Where that comes from.
    pub file: Option<String>,
    /// The line there.
    pub line: Option<usize>,
}

/// A promise and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuaranteeEntry {
    /// What its author calls it.
    pub name: String,
    /// What it says.
    pub claim: String,
    /// Whether nobody wrote it.
    pub is_implied: bool,
    /// `holds`, `broken`, `undetermined`, `assumed` or `empty`.
    pub verdict: String,
    /// Whether nothing has to be done about it.
    pub is_kept: bool,
    /// Why nobody can tell.
    pub reasons: Vec<String>,
    /// Of what is not kept: `delivered`, `passed-by` or `lost`.
    pub fault: Option<String>,
    /// The packets that show it.
    pub traces: Vec<TraceEntry>,
    /// Where it stands.
    pub file: String,
    /// The line there.
    pub line: usize,
}

/// What `trace --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The blueprint.
    pub blueprint: String,
    /// What happens.
    #[serde(flatten)]
    pub trace: TraceEntry,
}

/// A packet and its reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceEntry {
    /// The packet.
    pub forward: LegEntry,
    /// What answers it, if it is delivered and something does.
    pub reply: Option<LegEntry>,
}

/// The way of one packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegEntry {
    /// Where it comes from.
    pub source: String,
    /// Where it goes.
    pub destination: String,
    /// The IANA number of its protocol.
    pub protocol: u8,
    /// The source port, or the type of ICMP.
    pub from: u16,
    /// The destination port, or the code of ICMP.
    pub to: u16,
    /// `delivered`, `dropped` or `undetermined`.
    pub outcome: String,
    /// Why it is dropped, in a word such as `NACL_EGRESS_DENY`.
    pub code: Option<String>,
    /// What one would have to know.
    pub reason: Option<String>,
    /// What it meets.
    pub steps: Vec<HopEntry>,
}

/// Something that a packet meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HopEntry {
    /// `sent`, `group`, `acl`, `route`, `gateway` or `arrives`.
    pub stage: String,
    /// `yes`, `no` or `perhaps`.
    pub passes: String,
    /// The object that decides.
    pub key: Option<String>,
    /// What it says.
    pub text: String,
    /// Where that comes from.
    pub file: Option<String>,
    /// The line there.
    pub line: Option<usize>,
}

impl ProofDocument {
    /// Returns the document of a proof.
    pub fn new(view: &ProofView<'_>) -> ProofDocument {
        ProofDocument {
            format_version: FORMAT_VERSION,
            blueprint: view.blueprint.to_owned(),
            network: view.network.as_str().to_owned(),
            is_kept: view.is_kept(),
            guarantees: view.proofs.iter().map(|it| GuaranteeEntry::new(view, it)).collect(),
            warnings: view.warnings.iter().map(|it| DiagnosticEntry::new(it, view.sources)).collect(),
            assumptions: assumptions(view.world),
            policy: None,
            idle_allowances: None,
            difference: None,
        }
    }

    /// Returns it with what the policy pack finds.
    #[must_use]
    pub fn with_policy(self, view: &ProofView<'_>, judgement: &Judgement) -> ProofDocument {
        let policy = Some(policy::findings(view, judgement));
        ProofDocument { policy, idle_allowances: Some(policy::idle(view, judgement)), ..self }
    }

    /// Returns it with what the blueprint would change.
    #[must_use]
    pub fn with_difference(self, view: &ProofView<'_>, shifts: &[Shift]) -> ProofDocument {
        let difference = Some(shifts.iter().map(|it| ShiftEntry::new(view, it)).collect());
        ProofDocument { difference, ..self }
    }
}

impl ShiftEntry {
    fn new(view: &ProofView<'_>, shift: &Shift) -> ShiftEntry {
        let becomes = match shift.becomes {
            Becomes::Possible => "possible",
            Becomes::Impossible => "impossible",
        };
        let layer = match shift.layer {
            Layer::Ways => "ways",
            Layer::Groups => "groups",
        };
        let Packet { source, destination, protocol, from, to } = shift.packet;
        let (source, destination) = (view.world.write(source), view.world.write(destination));
        ShiftEntry {
            becomes: becomes.to_owned(),
            layer: layer.to_owned(),
            from: partner(&shift.from),
            to: partner(&shift.to),
            traffic: shift.packets.traffic(),
            packet: PacketEntry { source, destination, protocol, from, to },
            by: shift.by.as_ref().map(|it| DeciderEntry::new(view, it)),
            live: shift.was.as_ref().map(|it| DeciderEntry::new(view, it)),
        }
    }
}

impl DeciderEntry {
    fn new(view: &ProofView<'_>, element: &Element) -> DeciderEntry {
        let place = (view.places)(element).map(|it| view.line_of(&it));
        let (file, line) = place.unzip();
        DeciderEntry { key: element.key().to_string(), text: element.to_string(), file, line }
    }
}

impl TraceDocument {
    /// Returns the document of one packet.
    pub fn new(view: &ProofView<'_>, trace: &Trace) -> TraceDocument {
        let blueprint = view.blueprint.to_owned();
        TraceDocument { format_version: FORMAT_VERSION, blueprint, trace: TraceEntry::new(view, trace) }
    }
}

impl GuaranteeEntry {
    fn new(view: &ProofView<'_>, proof: &Proof<'_>) -> GuaranteeEntry {
        let Proof { guarantee, verdict } = proof;
        let (doubts, witness) = match verdict {
            Verdict::Holds | Verdict::Empty => (None, None),
            Verdict::Broken(witness) => (None, Some(witness)),
            Verdict::Undetermined(doubts, witness) => (Some(doubts), witness.as_ref()),
            Verdict::Assumed(doubts) => (Some(doubts), None),
        };
        let fault = witness.map(|it| match it.fault {
            Fault::Delivered => "delivered",
            Fault::PassedBy => "passed-by",
            Fault::Lost => "lost",
        });
        let traces = witness.map(|it| view.traces(guarantee, it)).unwrap_or_default();
        let (file, line) = view.line_of(&guarantee.span);
        GuaranteeEntry {
            name: guarantee.name.clone(),
            claim: claim(guarantee),
            is_implied: guarantee.is_implied,
            verdict: word(verdict).0.to_owned(),
            is_kept: verdict.is_kept(),
            reasons: doubts.into_iter().flatten().map(ToString::to_string).collect(),
            fault: fault.map(str::to_owned),
            traces: traces.iter().map(|it| TraceEntry::new(view, it)).collect(),
            file,
            line,
        }
    }
}

impl TraceEntry {
    fn new(view: &ProofView<'_>, trace: &Trace) -> TraceEntry {
        let reply = trace.reply.as_ref().map(|it| LegEntry::new(view, it));
        TraceEntry { forward: LegEntry::new(view, &trace.forward), reply }
    }
}

impl LegEntry {
    fn new(view: &ProofView<'_>, leg: &Leg) -> LegEntry {
        let (outcome, code, reason) = match &leg.outcome {
            Outcome::Delivered(_) => ("delivered", None, None),
            Outcome::Dropped(why) => ("dropped", Some(why.code().to_owned()), None),
            Outcome::Unknown(doubt) => ("undetermined", None, Some(doubt.to_string())),
        };
        LegEntry {
            source: view.world.write(leg.packet.source),
            destination: view.world.write(leg.packet.destination),
            protocol: leg.packet.protocol,
            from: leg.packet.from,
            to: leg.packet.to,
            outcome: outcome.to_owned(),
            code,
            reason,
            steps: leg.steps.iter().map(|it| HopEntry::new(view, it)).collect(),
        }
    }
}

impl HopEntry {
    fn new(view: &ProofView<'_>, step: &Step) -> HopEntry {
        let passes = match step.passes {
            Passes::Yes => "yes",
            Passes::No => "no",
            Passes::Perhaps(_) => "perhaps",
        };
        let place = step.by.as_ref().and_then(|it| (view.places)(it)).map(|it| view.line_of(&it));
        let (file, line) = place.unzip();
        HopEntry {
            stage: trace::stage(step.stage).to_owned(),
            passes: passes.to_owned(),
            key: step.by.as_ref().map(Element::key).map(ToString::to_string),
            text: trace::what(step),
            file,
            line,
        }
    }
}
