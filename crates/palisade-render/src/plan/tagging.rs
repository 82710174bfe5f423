//! What happens to tags. A new tag in the blueprint changes every object alike, and is told once.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::tags::{
    BLUEPRINT, HOME_EFS, KEY, MANAGED, MOVED_FROM, NAME, PROTECT, PROTECTED, TagDiff, Tags,
};
use palisade_core::{Change, Key, Object, Owner, Plan};

use super::entry::{INDENT, Mark};
use crate::style::{Ink, Style};
use crate::text;

/// One tag that comes, goes or changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TagChange {
    pub(crate) name: String,
    pub(crate) live: Option<String>,
    pub(crate) want: Option<String>,
}

/// What a change of a tag means to a reader. What palisade writes for itself is no tag of the author's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Remark {
    /// A tag of the author's.
    Tag(TagChange),
    /// The object is protected, or no longer.
    Protection(Comes),
    /// The object remembers what it was called before, or no longer.
    EarlierName(Comes),
    /// Something else becomes of a domain's file system when the domain goes.
    Homes(TagChange),
    /// Somebody has changed a tag of palisade's own.
    Own(TagChange),
}

/// Whether something is there in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comes {
    /// It is there in the end.
    Yes,
    /// It is not.
    No,
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

/// Returns whether a tag is one that palisade writes for its own use.
pub(crate) fn is_own(name: &str) -> bool {
    name == NAME || name.starts_with("palisade:")
}

/// Returns whether an object says that it is protected. An elder is not, whatever it says.
pub(crate) fn is_protected(live: &Object) -> bool {
    live.owner == Owner::Blueprint && live.tags.get(PROTECT).is_some_and(|it| it == PROTECTED)
}

/// Returns what is to be told of a plan's changes of tags.
pub(crate) fn remarks(diff: &TagDiff, live: &Tags) -> Vec<Remark> {
    remarks_on(changes(diff, live))
}

/// What follows from a rename is told with it, and palisade's note of which tags it manages follows from these.
fn remarks_on(changes: Vec<TagChange>) -> Vec<Remark> {
    let is_renamed = changes.iter().any(|it| [KEY, BLUEPRINT].contains(&it.name.as_str()));
    let is_alone = changes.iter().all(|it| it.name == MANAGED);
    let remark = |change: TagChange| match change.name.as_str() {
        KEY | BLUEPRINT => None,
        NAME | MOVED_FROM if is_renamed => None,
        MANAGED if !is_alone => None,
        PROTECT => Some(Remark::Protection(Comes::of(&change))),
        MOVED_FROM => Some(Remark::EarlierName(Comes::of(&change))),
        HOME_EFS => Some(Remark::Homes(change)),
        name if is_own(name) => Some(Remark::Own(change)),
        _ => Some(Remark::Tag(change)),
    };
    let mut remarks: Vec<Remark> = changes.into_iter().filter_map(remark).collect();
    remarks.sort();
    remarks
}

impl Comes {
    fn of(change: &TagChange) -> Comes {
        if change.want.is_some() { Comes::Yes } else { Comes::No }
    }

    fn sign(self, style: Style) -> String {
        match self {
            Comes::Yes => style.paint(Ink::Create, "+"),
            Comes::No => style.paint(Ink::Delete, "-"),
        }
    }
}

/// Returns the lines about an object's tags, without their indent.
pub(crate) fn lines(diff: &TagDiff, live: &Tags, style: Style) -> Vec<String> {
    remarks(diff, live).iter().map(|it| it.line(style)).collect()
}

/// The same, from what is wanted to what somebody has made of it.
pub(crate) fn drifted(diff: &TagDiff, live: &Tags, style: Style) -> Vec<String> {
    let turned = |it: TagChange| TagChange { name: it.name, live: it.want, want: it.live };
    let changes = changes(diff, live).into_iter().map(turned).collect();
    remarks_on(changes).iter().map(|it| it.line(style)).collect()
}

impl Remark {
    fn line(&self, style: Style) -> String {
        match self {
            Remark::Tag(change) => changed("tag", change, style),
            Remark::Homes(change) => {
                changed("the domain's", &TagChange { name: "home-efs".to_owned(), ..change.clone() }, style)
            }
            Remark::Own(change) => changed("palisade's tag", change, style),
            Remark::Protection(comes) => {
                format!("{} protection from being deleted or replaced ({PROTECT})", comes.sign(style))
            }
            Remark::EarlierName(comes) => {
                format!("{} note of an earlier name ({MOVED_FROM})", comes.sign(style))
            }
        }
    }
}

fn changed(what: &str, change: &TagChange, style: Style) -> String {
    let TagChange { name, live, want } = change;
    let name = text::clean(name);
    match (live.as_deref().map(text::clean), want.as_deref().map(text::clean)) {
        (Some(live), Some(want)) => {
            format!("{} {what} {name}: {live} → {want}", style.paint(Ink::Update, "~"))
        }
        (None, Some(want)) => format!("{} {what} {name}: {want}", style.paint(Ink::Create, "+")),
        (Some(live), None) => format!("{} {what} {name}: {live}", style.paint(Ink::Delete, "-")),
        (None, None) => String::new(),
    }
}

/// Objects of which nothing changes but tags, and these alike.
#[derive(Debug)]
pub(super) struct Together<'a> {
    sets: BTreeMap<Vec<Remark>, BTreeSet<&'a Key>>,
}

/// Finds the objects that can be told together; one that is alone is told in its place.
pub(super) fn together(plan: &Plan) -> Together<'_> {
    let mut sets: BTreeMap<Vec<Remark>, BTreeSet<&Key>> = BTreeMap::new();
    for (key, change) in &plan.changes {
        let Change::Update { live, diff, tags, .. } = change else { continue };
        let remarks = remarks(tags, &live.tags);
        if diff.is_empty() && !remarks.is_empty() {
            sets.entry(remarks).or_default().insert(key);
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
        let set = |(remarks, keys): (&Vec<Remark>, &BTreeSet<&Key>)| {
            let indent = " ".repeat(INDENT);
            let lines = remarks.iter().map(|it| it.line(style));
            let on = text::by_zone(keys.iter().copied());
            let on = text::wrapped("on ", &on, style.width.saturating_sub(INDENT));
            let below = lines.chain(on).map(|it| format!("{indent}{it}"));
            let head = format!("{} {}", Mark::UPDATE.drawn(style), text::count(keys.len(), "object"));
            [head].into_iter().chain(below).collect::<Vec<_>>().join("\n")
        };
        let heading = style.paint(Ink::Heading, "tags");
        let sets = self.sets.iter().map(set);
        (!self.sets.is_empty()).then(|| [heading].into_iter().chain(sets).collect::<Vec<_>>().join("\n"))
    }
}
