//! Edits of a blueprint: each changes what it says, nothing else, and then there is nothing left to do.
//!
//! The table is data, so that the same edits can be tried on an emulator: `base.toml` and `edits.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::sandbox::{Sandbox, replaced};

const BASE: &str = include_str!("base.toml");
const EDITS: &str = include_str!("edits.toml");

/// How many different edits there must be at least.
const N_EDITS_MIN: usize = 25;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    name: String,
    #[serde(default)]
    start: Vec<(String, String)>,
    edit: Vec<(String, String)>,
    expect: Vec<String>,
    on_localstack: OnLocalstack,
    reason: Option<String>,
}

/// Which LocalStack can hold an edit.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum OnLocalstack {
    Bare,
    Mended,
    Never,
}

fn table() -> Vec<Edit> {
    toml::from_str::<Table>(EDITS).expect("a table of edits").edits
}

fn edited(text: &str, edits: &[(String, String)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (old, new)| replaced(&text, old, new))
}

#[test]
fn there_are_enough_of_them_and_each_says_why_it_is_not_for_bare_localstack() {
    let table = table();
    let names: BTreeSet<&str> = table.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), table.len(), "names are unique");
    assert!(N_EDITS_MIN <= table.len());
    for edit in &table {
        assert_eq!(edit.on_localstack == OnLocalstack::Bare, edit.reason.is_none(), "{}", edit.name);
    }
}

#[test]
fn each_edit_changes_what_it_says_and_nothing_else() {
    let base = Sandbox::with(BASE);
    base.succeed(&["apply", "--yes"]);
    let world = base.read("sandbox.json");
    for edit in table() {
        check(&edit, &world);
    }
}

/// `world` is the cloud in which [`BASE`] is applied.
fn check(edit: &Edit, world: &str) {
    let name = &edit.name;
    let start = edited(BASE, &edit.start);
    let sandbox = Sandbox::with(&start);
    sandbox.write("sandbox.json", world);
    if !edit.start.is_empty() {
        sandbox.succeed(&["apply", "--yes"]);
    }
    let before = sandbox.objects();

    sandbox.write("blueprint.toml", &edited(&start, &edit.edit));
    let planned = sorted(sandbox.planned());
    let expected = match edit.expect.as_slice() {
        [all] if all == "update *" => before.keys().map(|key| format!("update {key}")).collect(),
        expected => sorted(expected.to_vec()),
    };
    assert_eq!(planned, expected, "{name}");

    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty(), "{name}: something is left to do");
    let after = sandbox.objects();
    let touched: BTreeSet<&str> =
        expected.iter().filter_map(|it| it.split_once(' ')).map(|it| it.1).collect();
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys.into_iter().filter(|key| !touched.contains(key.as_str())) {
        assert_eq!(before.get(key), after.get(key), "{name}: {key} was not to be touched");
    }

    sandbox.write("blueprint.toml", &start);
    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty(), "{name}: the way back is not the whole way");
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}
