//! Findings as they are told about a blueprint.

use std::collections::BTreeSet;
use std::ops::Range;

use palisade_core::control::Allowance;
use palisade_core::{Diagnostic, Element};

use crate::policy::finding::{Finding, Weight};
use crate::policy::judging::{Judged, Judgement, Standing};

/// The code of the warning that something is allowed which nobody has found.
pub const IDLE: &str = "policy-idle";

/// Returns what is denied as errors, then what is at least as bad as `least` and not allowed, as warnings, the worst
/// first: what several controls say of one hole is told once, by the one that weighs most.
pub fn diagnostics(
    judgement: &Judgement,
    least: Weight,
    places: &dyn Fn(&Element) -> Option<Range<usize>>,
) -> Vec<Diagnostic> {
    let is_told = |it: &&Judged| match it.standing {
        Standing::Denied => true,
        Standing::Warned => it.finding.weight <= least,
        Standing::Allowed(_) => false,
    };
    let mut told: Vec<&Judged> = judgement.judged.iter().filter(is_told).collect();
    told.sort_by_key(|it| (it.standing != Standing::Denied, it.finding.weight));
    let mut holes: Vec<Vec<&Judged>> = Vec::new();
    for judged in told {
        match holes.iter_mut().find(|it| is_one_hole(&it[0].finding, &judged.finding)) {
            Some(hole) => hole.push(judged),
            None => holes.push(vec![judged]),
        }
    }
    let found = holes.iter().map(|it| diagnostic(it, places));
    found.chain(judgement.idle.iter().map(idle)).collect()
}

/// Returns whether what makes one finding so is part of what makes the other so.
fn is_one_hole(one: &Finding, other: &Finding) -> bool {
    let all_in =
        |some: &[Element], all: &[Element]| !some.is_empty() && some.iter().all(|it| all.contains(it));
    one.key == other.key && (all_in(&one.because, &other.because) || all_in(&other.because, &one.because))
}

fn diagnostic(hole: &[&Judged], places: &dyn Fn(&Element) -> Option<Range<usize>>) -> Diagnostic {
    let Judged { finding, standing } = hole[0];
    let message = format!("`{}`: {} ({})", finding.key, finding.message, finding.weight);
    let told = match standing {
        Standing::Denied => Diagnostic::error(finding.id, message),
        Standing::Warned | Standing::Allowed(_) => Diagnostic::warning(finding.id, message),
    };
    let object = Element::Object(finding.key.clone());
    let mut spans: Vec<Range<usize>> = Vec::new();
    for place in finding.because.iter().filter_map(places) {
        if !spans.contains(&place) {
            spans.push(place);
        }
    }
    if spans.is_empty() {
        spans.extend(places(&object));
    }
    let told = spans.into_iter().fold(told, |told, span| told.at(span, ""));
    let told = told.help(finding.mend.clone());
    let others: BTreeSet<&str> =
        hole[1..].iter().map(|it| it.finding.id).filter(|it| *it != finding.id).collect();
    match others.is_empty() {
        true => told,
        false => told.help(format!("so say {} as well", others.into_iter().collect::<Vec<_>>().join(", "))),
    }
}

fn idle(allowance: &Allowance) -> Diagnostic {
    let Allowance { id, key, span, .. } = allowance;
    let message = format!("`{id}` is allowed for `{key}`, and finds nothing there");
    Diagnostic::warning(IDLE, message)
        .at(span.clone(), "")
        .help("leave it out, or name the key of a finding as `palisade verify` shows it")
}
