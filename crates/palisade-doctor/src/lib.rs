//! Says before anything is made whether what a network is for will work in it.
//!
//! [`examine`] derives from the SageMaker workloads of a network what the network must have, and returns what is
//! missing: each finding with the symptom that somebody would see otherwise, and the lines that mend it. It looks at what
//! is wanted and at nothing else: nothing in here reads a file, a clock or the environment, or speaks to AWS. What it
//! cannot know, such as the rules of a group that exists already, it never holds against a network.

mod acl;
mod finding;
mod ground;
mod groups;
mod need;
mod passage;
mod ports;
mod regions;
mod rules;
mod telling;
#[cfg(test)]
mod tests;
mod way;
mod workload;

use std::collections::BTreeSet;

use palisade_core::{Facts, Network};

pub use finding::{Edit, Finding, Line, Subject};
pub use rules::{RULES, Rule};
pub use telling::{Places, diagnostics};

use crate::ground::Ground;
use crate::rules::Case;

/// Returns what the workloads of a network lack in it, in the order of the workloads, then of [`RULES`].
///
/// The facts tell which addresses and which prefix list are S3's. Without them, every list that exists already may be,
/// and any public address.
pub fn examine(network: &Network, facts: &Facts) -> Vec<Finding> {
    let ground = Ground::new(network, facts);
    let cases = ground.workloads.iter().map(|workload| Case { ground: &ground, workload });
    let findings =
        cases.flat_map(|case| RULES.iter().flat_map(|rule| (rule.examine)(&case)).collect::<Vec<_>>());
    let mut seen = BTreeSet::new();
    // Two workloads in one place lack the same; each is told, but no workload is told the same twice.
    findings
        .filter(|it| seen.insert((it.subject.clone(), it.code, it.about.clone(), it.message.clone())))
        .collect()
}
