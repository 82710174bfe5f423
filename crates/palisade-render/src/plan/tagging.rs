//! What happens to tags. A new tag in the blueprint changes every object alike, and is told once.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::tags::{MANAGED, TagDiff, Tags};
use palisade_core::{Change, Key, Plan};

use super::entry::INDENT;
use crate::style::{Ink, Style};
use crate::text;

/// One tag that comes, goes or changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TagChange {
    pub(crate) name: String,
    pub(crate) live: Option<String>,
    pub(crate) want: Option<String>,
}

/// Returns the changes of tags, in the order of their names.
pub(crate) fn changes(diff: &TagDiff, live: &Tags) -> Vec<TagChange> {
    let set = diff.set.iter().map(|(name, value)| (name, Some(value.clone())));
    let unset = diff.unset.keys().map(|name| (name, None));
    let change = |(name, want): (&String, Option<String>)| TagChange {
        name: name.clone(),
        live: live.get(name).cloned(),
        want,
    };
    let mut changes: Vec<TagChange> = set.chain(unset).map(change).collect();
    changes.sort();
    changes
}

/// Returns the lines about an object's tags, without their indent.
pub(crate) fn lines(diff: &TagDiff, live: &Tags, style: Style) -> Vec<String> {
    shown(&changes(diff, live)).map(|it| line(it, style)).collect()
}

/// The same, from what is wanted to what somebody has made of it.
pub(crate) fn drifted(diff: &TagDiff, live: &Tags, style: Style) -> Vec<String> {
    let turned = |it: TagChange| TagChange { name: it.name, live: it.want, want: it.live };
    let changes: Vec<TagChange> = changes(diff, live).into_iter().map(turned).collect();
    shown(&changes).map(|it| line(it, style)).collect()
}

/// palisade's note of which tags it manages follows from the others, so it is told only where it is alone.
fn shown(changes: &[TagChange]) -> impl Iterator<Item = &TagChange> {
    let is_alone = changes.iter().all(|it| it.name == MANAGED);
    changes.iter().filter(move |it| is_alone || it.name != MANAGED)
}

fn line(change: &TagChange, style: Style) -> String {
    let TagChange { name, live, want } = change;
    let name = text::clean(name);
    match (live.as_deref().map(text::clean), want.as_deref().map(text::clean)) {
        (Some(live), Some(want)) => format!("{} tag {name}: {live} → {want}", style.paint(Ink::Update, "~")),
        (None, Some(want)) => format!("{} tag {name}: {want}", style.paint(Ink::Create, "+")),
        (Some(live), None) => format!("{} tag {name}: {live}", style.paint(Ink::Delete, "-")),
        (None, None) => String::new(),
    }
}

/// Objects of which nothing changes but tags, and these alike.
#[derive(Debug)]
pub(super) struct Together<'a> {
    sets: BTreeMap<Vec<TagChange>, BTreeSet<&'a Key>>,
}

/// Finds the objects that can be told together; one that is alone is told in its place.
pub(super) fn together(plan: &Plan) -> Together<'_> {
    let mut sets: BTreeMap<Vec<TagChange>, BTreeSet<&Key>> = BTreeMap::new();
    for (key, change) in &plan.changes {
        let Change::Update { live, diff, tags, .. } = change else { continue };
        if diff.is_empty() {
            sets.entry(changes(tags, &live.tags)).or_default().insert(key);
        }
    }
    sets.retain(|_, keys| 1 < keys.len());
    Together { sets }
}

impl Together<'_> {
    pub(super) fn contains(&self, key: &Key) -> bool {
        self.sets.values().any(|keys| keys.contains(key))
    }

    pub(super) fn block(&self, style: Style) -> Option<String> {
        let set = |(changes, keys): (&Vec<TagChange>, &BTreeSet<&Key>)| {
            let does = style.paint(Ink::Update, &format!("{:>5} {:<7}", "~", "update"));
            let indent = " ".repeat(INDENT);
            let lines = shown(changes).map(|it| line(it, style));
            let keys = text::by_zone(keys.iter().copied());
            let keys = text::wrapped("on ", &keys, style.width.saturating_sub(INDENT));
            let below = lines.chain(keys).map(|it| format!("{indent}{it}"));
            let head = format!("{does} {}", text::count(self.sets[changes].len(), "object"));
            [head].into_iter().chain(below).collect::<Vec<_>>().join("\n")
        };
        let heading = style.paint(Ink::Heading, "tags");
        let sets = self.sets.iter().map(set);
        (!self.sets.is_empty()).then(|| [heading].into_iter().chain(sets).collect::<Vec<_>>().join("\n"))
    }
}
