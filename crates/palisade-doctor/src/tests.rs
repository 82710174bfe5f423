//! Text in, findings out: the network and what runs in it are written as an author writes them.

mod broken;
mod language;
mod mending;
mod reference;
mod rows;
mod shipped;
mod sound;
mod telling;
mod unknown;

use palisade_core::Facts;

use crate::finding::Finding;

/// Returns the findings on a blueprint.
fn examine(text: &str) -> Vec<Finding> {
    let (network, facts) = language::network(text);
    crate::examine(&network, &facts)
}

/// Returns them where nobody knows AWS's addresses.
fn examine_blindly(text: &str) -> Vec<Finding> {
    crate::examine(&language::network(text).0, &Facts::default())
}

/// Returns a finding in a line: how bad, what, for whom.
fn told(finding: &Finding) -> String {
    let severity = match finding.severity {
        palisade_core::Severity::Error => "error",
        palisade_core::Severity::Warning => "warning",
    };
    format!("{severity} {} {}", finding.code, finding.subject)
}
