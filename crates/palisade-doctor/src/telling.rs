//! Findings as they are told about a blueprint.

use std::ops::Range;

use palisade_core::{Diagnostic, Key, Severity};

use crate::finding::{Finding, Subject};

/// Where in the text something is written; nothing if it is nowhere.
pub struct Places<'a> {
    /// The places of what the network is made of, and of what runs in it.
    pub of_key: &'a dyn Fn(&Key) -> Option<Range<usize>>,
    /// The places of named places in the network.
    pub of_vpc_config: &'a dyn Fn(&str) -> Option<Range<usize>>,
}

impl Places<'_> {
    fn of(&self, subject: &Subject) -> Option<Range<usize>> {
        match subject {
            Subject::Workload(key) => (self.of_key)(key),
            Subject::VpcConfig(name) => (self.of_vpc_config)(name),
        }
    }
}

/// Returns findings as diagnostics, errors first: what several workloads lack alike is told once, at the place that
/// changes, with those for which it does.
pub fn diagnostics(findings: &[Finding], places: &Places<'_>) -> Vec<Diagnostic> {
    let mut alike: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        match alike.iter_mut().find(|it| is_alike(it[0], finding)) {
            Some(group) => group.push(finding),
            None => alike.push(vec![finding]),
        }
    }
    alike.sort_by_key(|it| it[0].severity);
    alike.iter().map(|it| diagnostic(it, places)).collect()
}

fn is_alike(one: &Finding, other: &Finding) -> bool {
    Finding { subject: other.subject.clone(), ..one.clone() } == *other
}

fn diagnostic(alike: &[&Finding], places: &Places<'_>) -> Diagnostic {
    let first = alike[0];
    let subjects: Vec<String> = alike.iter().map(|it| it.subject.to_string()).collect();
    let message = format!("{}: {}", subjects.join(", "), first.message);
    let told = match first.severity {
        Severity::Error => Diagnostic::error(first.code, message),
        Severity::Warning => Diagnostic::warning(first.code, message),
    };
    let about = first.about.iter().find_map(|it| (places.of_key)(it));
    let mut spans: Vec<(Range<usize>, &str)> = about.into_iter().map(|it| (it, "")).collect();
    for place in alike.iter().filter_map(|it| places.of(&it.subject)) {
        if spans.iter().all(|(span, _)| *span != place) {
            spans.push((place, "for this"));
        }
    }
    let told = spans.into_iter().fold(told, |told, (span, text)| told.at(span, text));
    let told = told.help(format!("otherwise: {}", first.symptom));
    first.edits.iter().fold(told, |told, edit| told.help(edit.to_string()))
}
