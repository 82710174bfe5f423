//! How a run ended: what is done, what failed and what to do about it, what was skipped, and what is in
//! doubt.

use std::collections::BTreeMap;
use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{Because, CloudError, Failure, Report, StepId};

use super::words;
use crate::style::{Ink, Style};
use crate::text;

/// Returns the report as text. `time` is how long the run took.
pub fn report(report: &Report, time: Duration, style: Style) -> String {
    let (doubtful, failed): (Vec<&Failure>, Vec<&Failure>) = report.failed.iter().partition(|it| it.in_doubt);
    let blocks = [
        failures("failed", &failed, style),
        failures("in doubt: it may have been carried out all the same", &doubtful, style),
        skipped(report, style),
        Some(closing(report, time, style)),
    ];
    blocks.into_iter().flatten().collect::<Vec<_>>().join("\n\n") + "\n"
}

fn failures(title: &str, failures: &[&Failure], style: Style) -> Option<String> {
    let help = style.paint(Ink::Help, "help");
    let failure = |it: &&Failure| {
        let head = format!("  {} {}", style.paint(Ink::Error, "x"), words::deed(&it.step));
        let help = format!("      {help}: {}", next_step(&it.error));
        [head, format!("      {}", it.call), format!("      {}", it.error), help].join("\n")
    };
    let heading = style.paint(Ink::Heading, title);
    let lines = failures.iter().map(failure);
    (!failures.is_empty()).then(|| [heading].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}

fn skipped(report: &Report, style: Style) -> Option<String> {
    let mut causes: BTreeMap<&Because, Vec<&StepId>> = BTreeMap::new();
    for (step, because) in &report.skipped {
        causes.entry(because).or_default().push(step);
    }
    let cause = |(because, steps): (&Because, Vec<&StepId>)| {
        let head = format!("  {} {}", style.paint(Ink::Faint, "…"), words::reason(because));
        let why = match because {
            Because::Lane(_) => vec![format!("      {}", style.paint(Ink::Faint, LANE))],
            Because::Stopped | Because::Needs(_) => Vec::new(),
        };
        let lines = text::wrapped("      ", &words::by_key(&steps), style.width);
        [head].into_iter().chain(why).chain(lines).collect::<Vec<_>>().join("\n")
    };
    let heading = style.paint(Ink::Heading, "skipped");
    let lines: Vec<String> = causes.into_iter().map(cause).collect();
    (!lines.is_empty()).then(|| [heading].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}

/// Why the lane stops.
const LANE: &str =
    "what is in use is changed only in the order that was rehearsed, so nothing may be left out";

fn closing(report: &Report, time: Duration, style: Style) -> String {
    let (took, requests) = (text::took(time), text::count(report.n_requests, "request"));
    let steps = text::count(report.finished.len(), "step");
    if report.is_complete() {
        return format!("{} {steps} in {took}, {requests}.", style.paint(Ink::Success, "Done:"));
    }
    let n_in_doubt = report.failed.iter().filter(|it| it.in_doubt).count();
    let parts = [
        (report.failed.len() - n_in_doubt, "failed"),
        (n_in_doubt, "in doubt"),
        (report.skipped.len(), "skipped"),
    ];
    let parts = parts.into_iter().filter(|(n, _)| 0 < *n).map(|(n, what)| format!(", {n} {what}"));
    let (word, help) = (style.paint(Ink::Error, "Incomplete:"), style.paint(Ink::Help, "help"));
    let unfinished: String = parts.collect();
    let line = format!("{word} {steps} done{unfinished}, after {took} and {requests}.");
    format!("{line}\n{help}: {}", advice(report))
}

/// What fails again is mended first.
fn advice(report: &Report) -> &'static str {
    let fails_again =
        |it: &Failure| !it.in_doubt && !matches!(it.error, CloudError::Transient(_) | CloudError::Lost(_));
    match report.failed.iter().any(fails_again) {
        true => {
            "mend what failed, or it fails again; then run it again: it goes on from what is there, nothing has to be undone"
        }
        false => "run it again: it reads what is there and goes on from that; nothing has to be undone",
    }
}

/// Returns what to do about an error of the cloud.
pub fn next_step(error: &CloudError) -> String {
    let listed = "`palisade drift` lists what is in the VPC and not the blueprint's";
    match error {
        CloudError::Denied { action, .. } => format!("let the credentials do `{action}`"),
        CloudError::Transient(_) => {
            "AWS did not get there in the time that palisade waits: run it again".to_owned()
        }
        CloudError::Lost(_) => "the next plan reads what happened, and goes on from there".to_owned(),
        CloudError::Unusable(_) => "check credentials, region, endpoint and connection".to_owned(),
        CloudError::Refused(refused) => match refused.reason {
            Reason::Exists => {
                "somebody has made it meanwhile, or something else has its name: plan again to see what is there, or give yours another name".to_owned()
            },
            Reason::NotFound => {
                "if the blueprint names it by this id, correct the id; else somebody has removed it meanwhile: plan again"
                    .to_owned()
            }
            Reason::InUse => format!("something else uses it: {listed}"),
            Reason::Clash => format!("something else is in the way: {listed}"),
            Reason::Invalid => "change the blueprint, or have the quota raised if it is one".to_owned(),
        },
    }
}
