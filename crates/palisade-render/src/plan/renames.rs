//! Renames: an object stays what it is and where it is, and gets another key.

use std::collections::BTreeMap;

use palisade_core::tags::Identity;
use palisade_core::{Change, Key, Network, Object, Plan};

use super::entry::{INDENT, Mark};
use super::tagging;
use crate::style::{Ink, Style};
use crate::text;

/// What an object was called before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Earlier {
    /// The blueprint's earlier name, if that has changed.
    pub(crate) blueprint: Option<String>,
    /// The earlier key, if that has changed.
    pub(crate) key: Option<Key>,
}

impl Earlier {
    /// Returns what the object that is there for `key` has been called until now, if that was something else.
    pub(crate) fn of(key: &Key, live: &Object, want: &Network) -> Option<Earlier> {
        let identity = Identity::read(&live.tags)?;
        let blueprint = Some(identity.blueprint).filter(|it| *it != want.blueprint);
        let key = Some(identity.key).filter(|it| it != key);
        (blueprint.is_some() || key.is_some()).then_some(Earlier { blueprint, key })
    }

    /// Returns it in words that stand beside the new key.
    pub(crate) fn words(&self) -> String {
        let key = self.key.as_ref().map(|it| format!("renamed from {it}"));
        let blueprint = self.blueprint.as_ref().map(|it| format!("from blueprint `{it}`"));
        key.into_iter().chain(blueprint).collect::<Vec<_>>().join(" ")
    }
}

/// Returns what an object of an update was called before, if the plan renames it.
pub(crate) fn of_update(key: &Key, change: &Change, want: &Network) -> Option<Earlier> {
    match change {
        Change::Update { live, .. } => Earlier::of(key, live, want),
        Change::Create { .. } | Change::Replace { .. } | Change::Delete { .. } => None,
    }
}

/// Returns whether an object gets another name and changes in nothing else.
pub(crate) fn is_all(key: &Key, change: &Change, want: &Network) -> bool {
    let Change::Update { live, diff, tags, .. } = change else { return false };
    of_update(key, change, want).is_some() && diff.is_empty() && tagging::remarks(tags, &live.tags).is_empty()
}

/// Objects that are renamed, as far as they can be told together.
#[derive(Debug, Default)]
pub(crate) struct Together<'a> {
    objects: BTreeMap<&'a Key, Earlier>,
}

/// Finds the objects of a plan of which nothing is to be told in their place but that they are renamed.
pub(super) fn together<'a>(plan: &'a Plan, want: &Network, retagged: &tagging::Together<'_>) -> Together<'a> {
    let is_told = |key: &Key, change: &Change| is_all(key, change, want) || retagged.contains(key);
    let renamed = plan.changes.iter().filter(|(key, change)| is_told(key, change));
    Together::new(renamed.filter_map(|(key, change)| Some((key, of_update(key, change, want)?))))
}

impl<'a> Together<'a> {
    /// One that is alone is told in its place.
    pub(crate) fn new(objects: impl IntoIterator<Item = (&'a Key, Earlier)>) -> Together<'a> {
        let objects: BTreeMap<&Key, Earlier> = objects.into_iter().collect();
        if objects.len() < 2 { Together::default() } else { Together { objects } }
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.objects.contains_key(key)
    }

    /// Returns a line per name that the objects of all zones share.
    pub(crate) fn block(&self, heading: &str, mark: Mark, style: Style) -> Option<String> {
        let mut by_blueprint: BTreeMap<Option<&str>, Vec<(&Key, &Key)>> = BTreeMap::new();
        for (key, earlier) in &self.objects {
            let pair = (earlier.key.as_ref().unwrap_or(key), *key);
            by_blueprint.entry(earlier.blueprint.as_deref()).or_default().push(pair);
        }
        let set = |(blueprint, pairs): (Option<&str>, Vec<(&Key, &Key)>)| {
            let of = blueprint.map(|it| format!(" of what was blueprint `{}`", text::clean(it)));
            let objects = format!("{}{}", text::count(pairs.len(), "object"), of.unwrap_or_default());
            let head = format!("{} {objects}; each keeps its AWS id", mark.drawn(style));
            let indent = " ".repeat(INDENT);
            let below = pairs_by_zone(&pairs).into_iter().map(|it| format!("{indent}{it}"));
            [head].into_iter().chain(below).collect::<Vec<_>>().join("\n")
        };
        let heading = style.paint(Ink::Heading, heading);
        let sets = by_blueprint.into_iter().map(set);
        (!self.objects.is_empty()).then(|| [heading].into_iter().chain(sets).collect::<Vec<_>>().join("\n"))
    }
}

/// Returns pairs of an old key and a new one as lines, those that differ by zone as one. What keeps its key needs none.
fn pairs_by_zone(pairs: &[(&Key, &Key)]) -> Vec<String> {
    let mut stems: BTreeMap<(String, String), Vec<(&Key, &Key)>> = BTreeMap::new();
    for (from, to) in pairs.iter().filter(|(from, to)| from != to) {
        let (from_text, to_text) = (from.to_string(), to.to_string());
        let stem = match (from_text.split_once('@'), to_text.split_once('@')) {
            (Some((from, zone)), Some((to, other))) if zone == other => (from.to_owned(), to.to_owned()),
            _ => (from_text, to_text),
        };
        stems.entry(stem).or_default().push((from, to));
    }
    let row = |pairs: Vec<(&Key, &Key)>| {
        let (from, to): (Vec<&Key>, Vec<&Key>) = pairs.into_iter().unzip();
        vec![text::by_zone(from).join(", "), format!("→ {}", text::by_zone(to).join(", "))]
    };
    text::columns(&stems.into_values().map(row).collect::<Vec<_>>())
}
