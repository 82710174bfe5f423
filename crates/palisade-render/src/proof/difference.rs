//! What packets can do in one network and not in another, a line for each pair of ends.

use std::fmt::Write;

use palisade_core::Element;
use palisade_core::guarantee::Place;
use palisade_verify::{Becomes, Layer, Partner, Shift};

use super::{ProofView, trace};
use crate::style::{Ink, Style};
use crate::text;

/// How many protocols and ports are told of one pair; the rest is counted.
const N_TRAFFIC_MAX: usize = 4;

/// Returns what the blueprint would change about packets, as text.
pub fn human(view: &ProofView<'_>, shifts: &[Shift], style: Style) -> String {
    if shifts.is_empty() {
        return "what is live and what the blueprint wants let the same packets pass\n".to_owned();
    }
    let mut told = String::new();
    let parts = [
        (Becomes::Possible, "would become possible", Ink::Warning),
        (Becomes::Impossible, "would become impossible", Ink::Heading),
    ];
    for (becomes, title, ink) in parts {
        for layer in [Layer::Ways, Layer::Groups] {
            let meant: Vec<&Shift> =
                shifts.iter().filter(|it| it.becomes == becomes && it.layer == layer).collect();
            if meant.is_empty() {
                continue;
            }
            let by = match layer {
                Layer::Ways => "by routes, gateways and ACLs",
                Layer::Groups => "by rules of groups",
            };
            writeln!(told, "{}", style.paint(ink, &format!("{title}, {by}")))
                .expect("a string takes every text");
            told += &lines(view, &meant, style);
        }
    }
    told
}

fn lines(view: &ProofView<'_>, shifts: &[&Shift], style: Style) -> String {
    let rows: Vec<Vec<String>> = shifts.iter().map(|it| row(view, it)).collect();
    let mut told = String::new();
    for (line, shift) in text::columns(&rows).iter().zip(shifts) {
        let example = format!("as {}", trace::packet(view, &shift.packet));
        writeln!(told, "  {line}\n    {}", style.paint(Ink::Faint, &example))
            .expect("a string takes every text");
    }
    told
}

fn row(view: &ProofView<'_>, shift: &Shift) -> Vec<String> {
    let Shift { from, to, .. } = shift;
    let pair = format!("{} -> {}", partner(from), partner(to));
    vec![pair, traffic(shift), why(view, shift)]
}

/// The protocols and ports, as many as are worth a line.
fn traffic(shift: &Shift) -> String {
    let all = shift.packets.traffic();
    let told = all.iter().take(N_TRAFFIC_MAX).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(N_TRAFFIC_MAX) {
        0 => told,
        n => format!("{told} and {n} more"),
    }
}

/// What decides, and where the blueprint says so; else what decides as long as nothing is applied.
fn why(view: &ProofView<'_>, shift: &Shift) -> String {
    let placed = |it: &Element| {
        let (file, line) = view.line_of(&(view.places)(it)?);
        Some(format!("{it}  {file}:{line}"))
    };
    let by = shift.by.as_ref().map(|it| placed(it).unwrap_or_else(|| it.to_string()));
    let was = shift.was.as_ref().filter(|it| shift.by.as_ref() != Some(*it));
    match (by, was) {
        (Some(by), Some(was)) if shift.becomes == Becomes::Impossible => format!("{by}, not {was}"),
        (Some(by), _) => by,
        (None, Some(was)) => format!("not {was}"),
        (None, None) => String::new(),
    }
}

/// The end of a pair, in the words of the blueprint.
pub(crate) fn partner(partner: &Partner) -> String {
    match partner {
        Partner::Place(Place::Vpc) => "others in the VPC".to_owned(),
        Partner::Place(place) => place.to_string(),
        Partner::Elsewhere => "outside of the VPC".to_owned(),
    }
}
