//! The lines about one object's fields, told as a plan or as drift.

use palisade_core::Key;
use palisade_core::plan::{Diff, Field};

use super::existing::Terms;
use super::policy;
use crate::settings;
use crate::style::{Ink, Style};
use crate::text;

/// Which side is told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// From what there is to what is wanted.
    AsPlan,
    /// From what is wanted to what somebody has made of it.
    AsDrift,
}

/// A field, turned into the direction in which it is told.
struct Turn<'a> {
    name: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    forces_replacement: bool,
}

/// Returns the lines of a difference, without their indent.
pub(crate) fn lines(diff: &Diff, told: Told, style: Style) -> Vec<String> {
    let turns: Vec<Turn<'_>> = diff.fields.iter().map(|it| turn(it, told)).collect();
    let changed = turns.iter().filter(|it| it.before.is_some() && it.after.is_some() && !is_long(it));
    let name_width = changed.map(|it| text::width(it.name)).max().unwrap_or(0);
    turns.iter().flat_map(|it| one(it, name_width, style)).collect()
}

/// Returns a difference of `key` with the addresses of IPv6 blocks, where they are known, with marks at what exists, and
/// without what is nobody's to read.
pub(crate) fn spelled(key: &Key, diff: &Diff, terms: &Terms<'_>) -> Diff {
    let Terms { ipv6, existing } = terms;
    let text = |text: &str| existing.marked(&ipv6.spelled(text));
    let spelled = |field: &Field| {
        // What the author has written stays as it is.
        let is_written = |it: &str| described(&field.name, it).is_some() || policy::is_long(it);
        let value = |it: &String| if is_written(it) { it.clone() } else { text(it) };
        let (live, want) = (field.live.as_ref().map(value), field.want.as_ref().map(value));
        Field { name: text(&field.name), live, want, ..field.clone() }
    };
    Diff { fields: settings::veiled(key, diff).fields.iter().map(spelled).collect() }
}

fn turn(field: &Field, told: Told) -> Turn<'_> {
    let Field { name, live, want, forces_replacement } = field;
    let (live, want) = (live.as_deref(), want.as_deref());
    match told {
        Told::AsPlan => {
            // Who asked for a replacement need not be told what forces it.
            let forces_replacement = *forces_replacement && name != "object";
            Turn { name, before: live, after: want, forces_replacement }
        }
        Told::AsDrift => Turn { name, before: want, after: live, forces_replacement: false },
    }
}

fn one(turn: &Turn<'_>, name_width: usize, style: Style) -> Vec<String> {
    match (turn.before, turn.after) {
        (Some(before), Some(after)) if is_long(turn) => {
            let head = style.paint(Ink::Update, &format!("~ {}:", turn.name));
            [head].into_iter().chain(policy::diff(before, after, style)).collect()
        }
        (Some(before), Some(after)) => {
            let name = text::pad(&format!("{}:", turn.name), name_width + 1);
            let (before, after) = (value(turn.name, before), value(turn.name, after));
            let forces = match turn.forces_replacement {
                true => format!("  {}", style.paint(Ink::Replace, "forces replacement")),
                false => String::new(),
            };
            vec![format!("{} {name} {before} → {after}{forces}", style.paint(Ink::Update, "~"))]
        }
        (None, Some(after)) => {
            vec![format!("{} {}", style.paint(Ink::Create, "+"), member(turn.name, after))]
        }
        (Some(before), None) => {
            vec![format!("{} {}", style.paint(Ink::Delete, "-"), member(turn.name, before))]
        }
        (None, None) => Vec::new(),
    }
}

fn is_long(turn: &Turn<'_>) -> bool {
    [turn.before, turn.after].into_iter().flatten().any(policy::is_long)
}

/// Returns what is said of a value on its own. All that there is to say of a rule is its description.
fn value(name: &str, value: &str) -> String {
    match described(name, value) {
        Some("") => "no description".to_owned(),
        Some(description) => format!("\"{}\"", text::clean(description)),
        None => text::clean(value),
    }
}

/// Returns one member of a field that is a set, in words.
fn member(name: &str, value: &str) -> String {
    let of_kind = value.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    match described(name, value) {
        Some("") => name.to_owned(),
        Some(description) => format!("{name}  \"{}\"", text::clean(description)),
        None if of_kind => text::clean(value),
        None if name.starts_with("route ") => format!("{name} via {}", text::clean(value)),
        None => format!("{name}: {}", text::clean(value)),
    }
}

/// Returns the description of a group's rule or a list's entry, whose value is a word, or a word and a description.
fn described<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    let of_default_group = name.strip_prefix("default group: ");
    let of_group = of_default_group.unwrap_or(name);
    let word = match name {
        _ if of_group.starts_with("inbound ") || of_group.starts_with("outbound ") => "allowed",
        _ if name.starts_with("entry ") => "listed",
        _ => return None,
    };
    let rest = value.strip_prefix(word)?;
    match rest.strip_prefix(": ") {
        Some(description) => Some(description),
        None => rest.is_empty().then_some(""),
    }
}
