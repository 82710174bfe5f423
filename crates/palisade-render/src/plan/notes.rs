//! What a plan does that nobody would guess from its changes.

use std::collections::BTreeSet;

use palisade_core::{Change, Key, Kind, Part, StepId};

use super::{Order, PlanView, Verb};
use crate::style::{Ink, Style};
use crate::text;

/// Returns the notes, if there is anything to note.
pub(super) fn notes(view: &PlanView<'_>, style: Style) -> Option<String> {
    let notes = [interrupted(view), waits_for_room(view), released(view), pending(view)];
    let note = |it: String| style.paint_first(Ink::Help, "note", &text::filled("note", &it, style.width));
    let notes: Vec<String> = notes.into_iter().flatten().map(note).collect();
    (!notes.is_empty()).then(|| notes.join("\n"))
}

/// Make before break does not hold where AWS cannot have both.
fn interrupted(view: &PlanView<'_>) -> Option<String> {
    let is_old_first =
        |(key, change): &(&Key, &Change)| Verb::of(key, change, view.graph) == Verb::Replace(Order::OldFirst);
    let keys = text::quoted(view.plan.changes.iter().filter(is_old_first).map(|(key, _)| key));
    let keys = (!keys.is_empty()).then(|| keys.join(", "))?;
    Some(format!(
        "what uses {keys} is interrupted: the old goes before the new is made, since AWS cannot have both"
    ))
}

fn waits_for_room(view: &PlanView<'_>) -> Option<String> {
    let changes = &view.plan.changes;
    let waits = |key: &&Key| matches!(changes.get(*key), Some(Change::Create { .. }));
    let obstacles = view.plan.obstacles.iter().filter(|(key, _)| waits(key));
    let (mut keys, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for (key, others) in obstacles {
        keys.insert(key);
        gone.extend(others);
    }
    (!keys.is_empty()).then(|| {
        let (keys, gone) = (text::quoted(keys).join(", "), text::quoted(gone).join(", "));
        format!("{keys} can only be made once {gone} gave way, since AWS cannot have both")
    })
}

/// An address that is released belongs to somebody else a moment later.
fn released(view: &PlanView<'_>) -> Option<String> {
    let removed = view.plan.changes.iter().filter(|(key, it)| key.kind == Kind::ElasticIp && it.removes());
    let address = |(key, change): (&Key, &Change)| {
        let address = change.live().and_then(|it| it.parts.get(&Part::PublicIp));
        address.map_or_else(|| format!("`{key}`"), |address| format!("{address} (`{key}`)"))
    };
    let addresses: Vec<String> = removed.map(address).collect();
    (!addresses.is_empty())
        .then(|| format!("public addresses are released for good: {}", addresses.join(", ")))
}

/// What an earlier run left unfinished.
fn pending(view: &PlanView<'_>) -> Option<String> {
    let is_made = |key: &Key| view.plan.changes.get(key).is_some_and(Change::makes);
    let waits = view.graph.order.iter().filter_map(|step| match step {
        StepId::Make(key) if !is_made(key) => Some(key),
        _ => None,
    });
    let keys = text::quoted(waits);
    (!keys.is_empty())
        .then(|| format!("AWS is still making {}: it is waited for before it is used", keys.join(", ")))
}
