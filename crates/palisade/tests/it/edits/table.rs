//! The table of edits: `base.toml`, and what is changed in it, a file per subject.
//!
//! It is data, so that the same edits can be tried in memory and on an emulator.

use std::collections::BTreeSet;

use serde::Deserialize;

const BASE: &str = include_str!("base.toml");

/// The subjects: a name, and the edits as they are written.
pub(crate) const SUBJECTS: &[(&str, &str)] = &[
    ("acls", include_str!("acls.toml")),
    ("endpoints", include_str!("endpoints.toml")),
    ("ground", include_str!("ground.toml")),
    ("groups", include_str!("groups.toml")),
    ("lists", include_str!("lists.toml")),
    ("names", include_str!("names.toml")),
    ("paths", include_str!("paths.toml")),
    ("tiers", include_str!("tiers.toml")),
];

/// How many different edits there must be at least.
pub(crate) const N_EDITS_MIN: usize = 80;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    edits: Vec<Edit>,
}

/// An edit of a blueprint, and what it may touch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// What the author does.
    pub(crate) name: String,
    /// Replaced in the base before it is applied.
    #[serde(default)]
    start: Vec<Replaced>,
    /// Replaced then: what the edit is.
    edit: Vec<Replaced>,
    /// The changes of the plan, all of them: `<action> <key>`, and behind `, was ` the key that the object has had.
    ///
    /// `update *` is an update of every object.
    expect: Vec<String>,
    /// Which LocalStack can hold it.
    pub(crate) on_localstack: OnLocalstack,
    /// Why a bare one cannot: it names the row of `localstack/README.md` that says so.
    pub(crate) reason: Option<String>,
}

/// A text that is there exactly once, and what takes its place; nothing stands for the end of the file.
type Replaced = (String, String);

/// Which LocalStack can hold an edit.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnLocalstack {
    /// LocalStack as it is.
    Bare,
    /// LocalStack behind the proxy.
    Mended,
    /// Neither.
    Never,
}

/// What a plan does with one object.
pub(crate) struct Change {
    action: String,
    /// What the object is called.
    pub(crate) key: String,
    /// What it has been called.
    pub(crate) was: String,
}

/// Returns the edits of all subjects.
pub(crate) fn edits() -> Vec<Edit> {
    SUBJECTS.iter().flat_map(|(_, text)| edits_of(text)).collect()
}

/// Returns the edits of a subject.
pub(crate) fn edits_of(text: &str) -> Vec<Edit> {
    toml::from_str::<Table>(text).expect("a table of edits").edits
}

impl Edit {
    /// Returns the blueprint that is applied before.
    pub(crate) fn before(&self) -> String {
        replaced(BASE.to_owned(), &self.start)
    }

    /// Returns the blueprint that the author makes of it.
    pub(crate) fn after(&self) -> String {
        replaced(self.before(), &self.edit)
    }

    /// Returns the changes of the plan in a network of these keys.
    pub(crate) fn changes<'a>(&self, keys: impl Iterator<Item = &'a str>) -> Vec<Change> {
        match self.expect.as_slice() {
            [all] if all == "update *" => keys.map(|key| change(&format!("update {key}"))).collect(),
            lines => lines.iter().map(|it| change(it)).collect(),
        }
    }
}

fn replaced(text: String, all: &[Replaced]) -> String {
    all.iter().fold(text, |text, (old, new)| match old.as_str() {
        "" => format!("{text}\n{new}"),
        old => {
            assert_eq!(text.matches(old).count(), 1, "`{old}` must be there exactly once");
            text.replace(old, new)
        }
    })
}

fn change(line: &str) -> Change {
    let (now, was) = line.split_once(", was ").unwrap_or((line, ""));
    let (action, key) = now.split_once(' ').expect("an action and a key");
    let was = if was.is_empty() { key } else { was };
    Change { action: action.to_owned(), key: key.to_owned(), was: was.to_owned() }
}

/// Returns changes as they are written in a plan, sorted.
pub(crate) fn lines(changes: &[Change]) -> Vec<String> {
    let mut lines: Vec<String> = changes.iter().map(|it| format!("{} {}", it.action, it.key)).collect();
    lines.sort();
    lines
}

/// Returns the keys of what changes: as they are, and as they were.
pub(crate) fn touched(changes: &[Change]) -> BTreeSet<&str> {
    changes.iter().flat_map(|it| [it.key.as_str(), it.was.as_str()]).collect()
}
