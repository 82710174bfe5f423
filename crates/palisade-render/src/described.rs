//! The way of one packet through described accounts, a line per hop.

use std::fmt::Write;

use palisade_describe::{Hop, Leg, Outcome, Passes, Trace};

use crate::proof::trace::stage;
use crate::style::{Ink, Style};
use crate::text;

/// Returns a trace as text.
pub fn human(trace: &Trace, style: Style) -> String {
    let reply = trace.reply.iter().map(|it| ("reply  ", it));
    let legs = [("packet ", &trace.forward)].into_iter().chain(reply);
    let mut text = String::new();
    for (title, leg) in legs {
        let title = style.paint(Ink::Heading, &format!("{title}{}", leg.packet));
        writeln!(text, "{title}").expect("a string takes every text");
        let rows: Vec<Vec<String>> = leg.hops.iter().map(row).collect();
        for (line, hop) in text::columns(&rows).iter().zip(&leg.hops) {
            let line = match hop.passes {
                Passes::Yes => line.clone(),
                Passes::No => style.paint(Ink::Error, line),
                Passes::Perhaps => style.paint(Ink::Warning, line),
            };
            writeln!(text, "  {line}").expect("a string takes every text");
        }
        writeln!(text, "  {}", outcome(leg, style)).expect("a string takes every text");
    }
    text
}

fn row(hop: &Hop) -> Vec<String> {
    let glyph = match hop.passes {
        Passes::Yes => "+",
        Passes::No => "x",
        Passes::Perhaps => "?",
    };
    vec![glyph.to_owned(), stage(hop.stage).to_owned(), what(hop)]
}

/// What decides, and what it says.
pub(crate) fn what(hop: &Hop) -> String {
    match &hop.id {
        Some(id) if !hop.text.contains(id.as_str()) => format!("{id}: {}", hop.text),
        _ => hop.text.clone(),
    }
}

fn outcome(leg: &Leg, style: Style) -> String {
    match &leg.outcome {
        Outcome::Delivered(_) => style.paint(Ink::Success, "delivered"),
        Outcome::Dropped(why) => style.paint(Ink::Error, &format!("dropped: {}", why.code())),
        Outcome::Unknown(doubt) => style.paint(Ink::Warning, &format!("undetermined: {doubt}")),
    }
}
