//! What the policy pack finds, as text.

use std::ops::Range;

use palisade_core::{Element, Sources};
use palisade_verify::policy::{Judgement, RULES, Standing, Weight, diagnostics};

use crate::diagnostics::draw;
use crate::style::{Ink, Style};
use crate::text;

/// Everything that findings are told from.
pub struct PolicyView<'a> {
    /// The findings, and what is said of them.
    pub judgement: &'a Judgement,
    /// Where in the blueprint a part of the network comes from.
    pub places: &'a dyn Fn(&Element) -> Option<Range<usize>>,
    /// The blueprint's texts.
    pub sources: &'a Sources,
}

/// Returns every finding that is not allowed, and how many there are.
pub fn human(view: &PolicyView<'_>, style: Style) -> String {
    let told = drawn(view, Weight::Low, style);
    let space = if told.is_empty() { "" } else { "\n" };
    told + space + &summary(view.judgement, style)
}

/// Returns the findings that are denied and those that weigh enough to be told with a plan; nothing if there are none.
pub fn urgent(view: &PolicyView<'_>, style: Style) -> String {
    drawn(view, Weight::High, style)
}

fn drawn(view: &PolicyView<'_>, least: Weight, style: Style) -> String {
    draw(&diagnostics(view.judgement, least, view.places), view.sources, style)
}

fn summary(judgement: &Judgement, style: Style) -> String {
    let n_of =
        |is_it: &dyn Fn(&Standing) -> bool| judgement.judged.iter().filter(|it| is_it(&it.standing)).count();
    let counted = [
        (n_of(&|it| *it == Standing::Denied), "denied"),
        (n_of(&|it| *it == Standing::Warned), "warned of"),
        (n_of(&|it| matches!(it, Standing::Allowed(_))), "allowed"),
    ];
    let counted = counted.into_iter().filter(|(n, _)| 0 < *n).map(|(n, word)| format!("{n} {word}"));
    let counted: Vec<String> = counted.collect();
    let what = if counted.is_empty() { "nothing found".to_owned() } else { counted.join(", ") };
    let line = format!("{}: {what}", text::count(RULES.len(), "control"));
    style.paint(Ink::Heading, &line) + "\n"
}
