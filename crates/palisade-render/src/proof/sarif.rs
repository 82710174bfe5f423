//! Proofs as SARIF 2.1.0, as far as code scanning reads it: what is not kept, what nothing is decided by, and what the
//! policy pack finds.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, and GitHub's "SARIF support for code scanning"
//! for which fields must be there. What is kept is no result: every result is shown as an alert.

use std::ops::Range;

use palisade_core::{Diagnostic, Label, Severity};
use palisade_verify::policy::{IDLE, RULES as CONTROLS, Weight, diagnostics};
use palisade_verify::{Leg, NO_EFFECT, Proof, Verdict};
use serde::Serialize;

use super::{ProofView, claim, fault, trace, word};
use crate::json::LabelEntry;
use crate::policy::PolicyView;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// By which of its fields an alert is known again in a later run.
const FINGERPRINT: &str = "palisade/v1";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// What GitHub sorts alerts by.
#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 2],
    precision: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: std::collections::BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow {
    message: Message,
    thread_flows: [ThreadFlow; 1],
}

#[derive(Serialize)]
struct ThreadFlow {
    locations: Vec<FlowLocation>,
}

#[derive(Serialize)]
struct FlowLocation {
    location: Location,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// What can be found: id, level, what it is, and what to do about it.
const RULES: &[(&str, &str, &str, &str)] = &[
    (
        "guarantee-broken",
        "error",
        "a guarantee of the blueprint is broken",
        "Follow the packet from hop to hop: one of the lines that it passes lets it through, or stops it.",
    ),
    (
        "guarantee-undetermined",
        "error",
        "nobody can tell whether a guarantee is kept",
        "Say in the blueprint what is not known, such as what lies beyond a gateway, or add `assume` with a reason.",
    ),
    (
        "guarantee-empty",
        "error",
        "a guarantee speaks of no packet at all",
        "Name an end and a protocol that there are.",
    ),
    (
        NO_EFFECT,
        "warning",
        "no packet is decided by a rule, an entry or a route",
        "Remove it, or put it before what covers it.",
    ),
    (
        IDLE,
        "warning",
        "a finding is allowed that nobody has found",
        "Leave it out, or name the key of a finding as `palisade verify` shows it.",
    ),
];

/// Returns the proof as a SARIF log.
pub fn sarif(view: &ProofView<'_>, findings: &PolicyView<'_>) -> String {
    let proofs = view.proofs.iter().filter(|it| !it.verdict.is_kept()).map(|it| of_proof(view, it));
    let found = diagnostics(findings.judgement, Weight::Low, findings.places);
    let told = view.warnings.iter().chain(&found).map(|it| of_diagnostic(view, it));
    let driver = Driver {
        name: "palisade",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: RULES.iter().map(rule).chain(CONTROLS.iter().map(control)).collect(),
    };
    let results = proofs.chain(told).collect();
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_string_pretty(&log).expect("a log has nothing that JSON has not") + "\n"
}

fn rule((id, level, title, help): &(&'static str, &'static str, &str, &str)) -> Rule {
    Rule {
        id,
        short_description: message(*title),
        full_description: message(format!("Decided for every packet, before the first request: {title}.")),
        help: message(*help),
        default_configuration: Configuration { level },
        properties: Properties { tags: ["security", "network"], precision: "very-high" },
    }
}

fn control(control: &palisade_verify::policy::Rule) -> Rule {
    Rule {
        id: control.id,
        short_description: message(control.title),
        full_description: message(control.checks),
        help: message(control.mend),
        default_configuration: Configuration { level: level(Severity::Warning) },
        properties: Properties { tags: ["security", "policy"], precision: "very-high" },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn of_proof(view: &ProofView<'_>, proof: &Proof<'_>) -> SarifResult {
    let Proof { guarantee, verdict } = proof;
    let witness = match verdict {
        Verdict::Broken(witness) | Verdict::Undetermined(_, Some(witness)) => Some(witness),
        _ => None,
    };
    let mut text = format!("{} is {}: {}", guarantee.name, word(verdict).0, claim(guarantee));
    if let Verdict::Undetermined(doubts, _) = verdict {
        doubts.iter().for_each(|it| text += &format!("\n{it}"));
    }
    let mut code_flows = Vec::new();
    if let Some(witness) = witness {
        let traces = view.traces(guarantee, witness);
        let told = match verdict {
            Verdict::Broken(_) => fault(view, guarantee, witness),
            _ => "as with this packet:",
        };
        let legs = traces.iter().flat_map(|it| [&it.forward].into_iter().chain(&it.reply));
        let legs: Vec<&Leg> = legs.collect();
        let packet = legs.first().map(|it| trace::packet(view, &it.packet)).unwrap_or_default();
        text += &format!("\n{told} {packet}");
        code_flows = legs.into_iter().filter_map(|it| code_flow(view, it)).collect();
    }
    let id = match verdict {
        Verdict::Broken(_) => "guarantee-broken",
        Verdict::Empty => "guarantee-empty",
        Verdict::Undetermined(..) | Verdict::Assumed(_) | Verdict::Holds => "guarantee-undetermined",
    };
    let location = location(view, &guarantee.span, None);
    result(id, (text, &guarantee.name), location, code_flows)
}

/// The hops that the blueprint has a line for.
fn code_flow(view: &ProofView<'_>, leg: &Leg) -> Option<CodeFlow> {
    let steps = leg.steps.iter().filter_map(|step| {
        let span = step.by.as_ref().and_then(|it| (view.places)(it))?;
        let text = format!("{}: {}", trace::stage(step.stage), trace::what(step));
        Some(FlowLocation { location: location(view, &span, Some(text)) })
    });
    let locations: Vec<FlowLocation> = steps.collect();
    let message = message(trace::packet(view, &leg.packet));
    (!locations.is_empty()).then_some(CodeFlow { message, thread_flows: [ThreadFlow { locations }] })
}

/// What is told of the network: a code that is a rule's, and a place in the blueprint.
fn of_diagnostic(view: &ProofView<'_>, told: &Diagnostic) -> SarifResult {
    let span = told.labels.first().map_or(0..0, |it| it.span.clone());
    let text =
        [&told.message].into_iter().chain(&told.help).map(String::as_str).collect::<Vec<_>>().join("\n");
    let result = result(&told.code, (text, &told.message), location(view, &span, None), Vec::new());
    SarifResult { level: level(told.severity), ..result }
}

fn result(
    rule_id: &str,
    (text, name): (String, &str),
    location: Location,
    code_flows: Vec<CodeFlow>,
) -> SarifResult {
    let ids = RULES.iter().map(|it| it.0).chain(CONTROLS.iter().map(|it| it.id));
    let (rule_index, rule_id) =
        ids.enumerate().find(|(_, it)| *it == rule_id).expect("a rule for all that can be found");
    SarifResult {
        rule_id,
        rule_index,
        level: RULES.get(rule_index).map_or(level(Severity::Warning), |it| it.1),
        message: message(text),
        // Lines move when others come before them; what it is called stays.
        partial_fingerprints: [(FINGERPRINT, format!("{rule_id}:{name}"))].into(),
        locations: [location],
        code_flows,
    }
}

fn location(view: &ProofView<'_>, span: &Range<usize>, text: Option<String>) -> Location {
    let place = LabelEntry::new(&Label { span: span.clone(), text: String::new() }, view.sources);
    let region = Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    };
    let artifact_location = ArtifactLocation { uri: uri(&place.file) };
    Location { physical_location: PhysicalLocation { artifact_location, region }, message: text.map(message) }
}

/// A path as a URI: what may not stand in one is written as its bytes (RFC 3986).
fn uri(path: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/-._~".contains(&it);
    path.bytes()
        .map(|it| if is_plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}

fn message(text: impl Into<String>) -> Message {
    Message { text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_spaces_is_a_uri() {
        assert_eq!(uri("networks/prod.toml"), "networks/prod.toml");
        assert_eq!(uri("my nets/über.toml"), "my%20nets/%C3%BCber.toml");
    }
}
