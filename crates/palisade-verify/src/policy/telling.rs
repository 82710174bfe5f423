//! Findings as they are told about a blueprint.

use std::collections::BTreeSet;
use std::ops::Range;

use palisade_core::control::Allowance;
use palisade_core::{Diagnostic, Element};

use crate::policy::finding::{Finding, Weight};
use crate::policy::judging::{Judged, Judgement, Standing};

/// The code of the warning that something is allowed which nobody has found.
pub const IDLE: &str = "policy-idle";

/// Several findings on one hole, the one that weighs most first.
type Hole<'a> = Vec<&'a Judged>;

/// Returns what is denied as errors, then what is at least as bad as `least` and not allowed, as warnings, the worst
/// first. What several controls say of one hole is told once, by the one that weighs most; so is what one control says of
/// several objects alike, such as the subnets of a tier.
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
    let holes = grouped(told.into_iter().map(|it| vec![it]), |hole, other| {
        is_one_hole(&hole[0].finding, &other[0].finding)
    });
    let holes = holes.into_iter().map(|it| it.concat());
    let alike = grouped(holes, |hole, other| {
        let of = |it: &Hole<'_>| (it[0].finding.id, it[0].finding.message.clone(), it[0].standing.clone());
        of(hole) == of(other)
    });
    let found = alike.iter().map(|it| diagnostic(it, places));
    found.chain(judgement.idle.iter().map(idle)).collect()
}

/// Puts together what belongs to the first of a group.
fn grouped<'a>(
    holes: impl Iterator<Item = Hole<'a>>,
    belongs: impl Fn(&Hole<'a>, &Hole<'a>) -> bool,
) -> Vec<Vec<Hole<'a>>> {
    let mut groups: Vec<Vec<Hole<'a>>> = Vec::new();
    for hole in holes {
        match groups.iter_mut().find(|it| belongs(&it[0], &hole)) {
            Some(group) => group.push(hole),
            None => groups.push(vec![hole]),
        }
    }
    groups
}

/// Returns whether what makes one finding so is part of what makes the other so.
fn is_one_hole(one: &Finding, other: &Finding) -> bool {
    let all_in =
        |some: &[Element], all: &[Element]| !some.is_empty() && some.iter().all(|it| all.contains(it));
    one.key == other.key && (all_in(&one.because, &other.because) || all_in(&other.because, &one.because))
}

fn diagnostic(alike: &[Hole<'_>], places: &dyn Fn(&Element) -> Option<Range<usize>>) -> Diagnostic {
    let Judged { finding, standing } = alike[0][0];
    let keys: Vec<String> = alike.iter().map(|it| format!("`{}`", it[0].finding.key)).collect();
    let message = format!("{}: {} ({})", keys.join(", "), finding.message, finding.weight);
    let told = match standing {
        Standing::Denied => Diagnostic::error(finding.id, message),
        Standing::Warned | Standing::Allowed(_) => Diagnostic::warning(finding.id, message),
    };
    let mut spans: Vec<Range<usize>> = Vec::new();
    for place in alike.iter().flat_map(|it| places_of(&it[0].finding, places)) {
        if !spans.contains(&place) {
            spans.push(place);
        }
    }
    let told = spans.into_iter().fold(told, |told, span| told.at(span, ""));
    let told = told.help(finding.mend.clone());
    let ids = alike.iter().flatten().map(|it| it.finding.id).filter(|it| *it != finding.id);
    let others: BTreeSet<&str> = ids.collect();
    match others.is_empty() {
        true => told,
        false => told.help(format!("it offends {} too", others.into_iter().collect::<Vec<_>>().join(", "))),
    }
}

/// Returns where what makes a finding so stands, or its object.
fn places_of(finding: &Finding, places: &dyn Fn(&Element) -> Option<Range<usize>>) -> Vec<Range<usize>> {
    let because: Vec<Range<usize>> = finding.because.iter().filter_map(places).collect();
    match because.is_empty() {
        true => places(&Element::Object(finding.key.clone())).into_iter().collect(),
        false => because,
    }
}

fn idle(allowance: &Allowance) -> Diagnostic {
    let Allowance { id, key, span, .. } = allowance;
    let message = format!("`{id}` is allowed for `{key}`, and finds nothing there");
    Diagnostic::warning(IDLE, message)
        .at(span.clone(), "")
        .help("leave it out, or name the key of a finding as `palisade verify` shows it")
}
