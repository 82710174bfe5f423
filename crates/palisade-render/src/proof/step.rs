//! A request of a plan after which a promise would not be kept for a moment.

use std::fmt::Write;

use palisade_core::guarantee::{Expect, Guarantee};
use palisade_verify::{Breach, Proof, Verdict, Why};

use super::{ProofView, WORDS, of_one};
use crate::style::{Ink, Style};

/// Returns which request breaks which promise, and by which packet, as text. The view is of what there is after it.
pub fn broken(view: &ProofView<'_>, breach: &Breach, style: Style) -> String {
    let guarantee = &view.world.terms.guarantees[breach.guarantee];
    let proof = Proof { guarantee, verdict: breach.verdict.clone() };
    let when = match breach.why {
        Why::Kept => "kept now and at the end, and not in between: after this request of",
        Why::Widened => "broken now, and broken further by this request of",
    };
    let mut text = of_one(view, &proof, style);
    let at = text.find('\n').map_or(text.len(), |it| it + 1);
    let mut lines = String::new();
    let title = style.paint(Ink::Heading, &format!("{when} `{}`", breach.step));
    for line in [title, format!("  {}", breach.call)] {
        writeln!(lines, "{:WORDS$}{line}", "").expect("a string takes every text");
    }
    text.insert_str(at, &lines);
    text
}

/// Returns what can be done about it.
pub fn help(breach: &Breach, guarantee: &Guarantee) -> Vec<&'static str> {
    let first = match guarantee.expect {
        Expect::Reachable => "apply twice: first with the new beside the old, then without the old",
        _ => "apply twice: first without what lets the packet pass, then with what takes its place",
    };
    let unknown = matches!(breach.verdict, Verdict::Undetermined(..));
    let assume =
        unknown.then_some("`assume = \"reason\"` in the guarantee takes what nobody can tell for kept");
    [first].into_iter().chain(assume).collect()
}
