//! The way of one packet, a line per hop.

use std::fmt::Write;

use palisade_core::Element;
use palisade_verify::{
    ICMP, ICMPV6, Leg, Outcome, Packet, Passes, Stage, Step, TCP, Trace, UDP, protocol_name,
};

use super::ProofView;
use crate::style::{Ink, Style};
use crate::text;

/// Which ways of a trace are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The packet's own.
    Forward,
    /// Its own, and its reply's.
    Both,
}

/// Returns a trace as text.
pub fn human(view: &ProofView<'_>, trace: &Trace, style: Style) -> String {
    steps(view, trace, Shown::Both, 0, style)
}

/// Returns the steps of a trace, indented by some columns.
pub(crate) fn steps(
    view: &ProofView<'_>,
    trace: &Trace,
    shown: Shown,
    indent: usize,
    style: Style,
) -> String {
    let reply = trace.reply.iter().filter(|_| shown == Shown::Both).map(|it| ("reply  ", it));
    let legs = [("packet ", &trace.forward)].into_iter().chain(reply);
    let mut text = String::new();
    for (title, leg) in legs {
        let title = style.paint(Ink::Heading, &format!("{title}{}", packet(view, &leg.packet)));
        writeln!(text, "{:indent$}{title}", "").expect("a string takes every text");
        let rows: Vec<Vec<String>> = leg.steps.iter().map(|it| row(view, it)).collect();
        for (line, step) in text::columns(&rows).iter().zip(&leg.steps) {
            let line = match step.passes {
                Passes::Yes => line.clone(),
                Passes::No => style.paint(Ink::Error, line),
                Passes::Perhaps(_) => style.paint(Ink::Warning, line),
            };
            writeln!(text, "{:indent$}  {line}", "").expect("a string takes every text");
        }
        writeln!(text, "{:indent$}  {}", "", outcome(leg, style)).expect("a string takes every text");
    }
    text
}

fn row(view: &ProofView<'_>, step: &Step) -> Vec<String> {
    let glyph = match step.passes {
        Passes::Yes => "+",
        Passes::No => "x",
        Passes::Perhaps(_) => "?",
    };
    let place = step.by.as_ref().and_then(|it| (view.places)(it)).map(|it| {
        let (file, line) = view.line_of(&it);
        format!("{file}:{line}")
    });
    vec![glyph.to_owned(), stage(step.stage).to_owned(), what(step), place.unwrap_or_default()]
}

/// What decides, and what it says.
pub(crate) fn what(step: &Step) -> String {
    match &step.by {
        Some(by @ Element::Rule { .. }) => by.to_string(),
        Some(by @ Element::Route { .. }) => format!("{}: {}", by.key(), step.text),
        Some(by) => format!("{by}: {}", step.text),
        None => step.text.clone(),
    }
}

/// The word for a stage.
pub(crate) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Sent => "sent",
        Stage::Group => "group",
        Stage::Acl => "acl",
        Stage::Route => "route",
        Stage::Gateway => "gateway",
        Stage::Arrives => "arrives",
    }
}

/// The packet, with addresses that Amazon has yet to give by their place.
pub(crate) fn packet(view: &ProofView<'_>, packet: &Packet) -> String {
    let name = protocol_name(packet.protocol);
    let (source, destination) = (view.world.write(packet.source), view.world.write(packet.destination));
    let Packet { from, to, .. } = packet;
    match packet.protocol {
        TCP | UDP => format!("{name} {source} port {from} -> {destination} port {to}"),
        ICMP | ICMPV6 => format!("{name} {source} -> {destination} type {from} code {to}"),
        _ => format!("{name} {source} -> {destination}"),
    }
}

fn outcome(leg: &Leg, style: Style) -> String {
    match &leg.outcome {
        Outcome::Delivered(_) => style.paint(Ink::Success, "delivered"),
        Outcome::Dropped(why) => style.paint(Ink::Error, &format!("dropped: {}", why.code())),
        Outcome::Unknown(doubt) => style.paint(Ink::Warning, &format!("undetermined: {doubt}")),
    }
}
