//! Edits of a blueprint: each changes what it says, nothing else, and then there is nothing left to do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::table::{Change, Edit, N_EDITS_MIN, OnLocalstack, SUBJECTS, lines, touched};
use crate::sandbox::Sandbox;

mod table;

#[test]
fn there_are_enough_of_them_and_each_says_why_it_is_not_for_bare_localstack() {
    let edits = table::edits();
    let names: BTreeSet<&str> = edits.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), edits.len(), "names are unique");
    assert!(N_EDITS_MIN <= edits.len());
    for edit in &edits {
        assert_eq!(edit.on_localstack == OnLocalstack::Bare, edit.reason.is_none(), "{}", edit.name);
    }
}

#[test]
fn of_network_acls() {
    check_all("acls");
}

#[test]
fn of_endpoints() {
    check_all("endpoints");
}

#[test]
fn of_the_ground() {
    check_all("ground");
}

#[test]
fn of_security_groups() {
    check_all("groups");
}

#[test]
fn of_prefix_lists() {
    check_all("lists");
}

#[test]
fn of_names() {
    check_all("names");
}

#[test]
fn of_paths() {
    check_all("paths");
}

#[test]
fn of_tiers() {
    check_all("tiers");
}

/// Each changes what it says and nothing else, there and back again.
fn check_all(subject: &str) {
    let (_, text) = SUBJECTS.iter().find(|(name, _)| *name == subject).expect("a subject of the table");
    for edit in table::edits_of(text) {
        check(&edit);
    }
}

fn check(edit: &Edit) {
    let name = &edit.name;
    let sandbox = Sandbox::with(&edit.before());
    sandbox.succeed(&["apply", "--yes"]);
    let before = sandbox.objects();

    sandbox.write("blueprint.toml", &edit.after());
    sandbox.others_make_what_is_named();
    let mut planned = sandbox.planned();
    planned.sort();
    let changes = edit.changes(before.keys().map(String::as_str));
    assert_eq!(planned, lines(&changes), "{name}");

    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty(), "{name}: something is left to do");
    assert_untouched(name, &before, &sandbox.objects(), &changes);

    sandbox.write("blueprint.toml", &edit.before());
    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty(), "{name}: the way back is not the whole way");
}

/// Insists that only what was to change has changed, and that what has another name is the same object.
fn assert_untouched(
    name: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    changes: &[Change],
) {
    let touched = touched(changes);
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys.into_iter().filter(|key| !touched.contains(key.as_str())) {
        match before.get(key) {
            None => assert!(is_foreign(after, key), "{name}: {key} was not to be made"),
            Some(object) => {
                let object = renamed(object, changes);
                assert_eq!(Some(&object), after.get(key), "{name}: {key} was not to be touched");
            }
        }
    }
    for change in changes.iter().filter(|it| it.key != it.was && after.contains_key(&it.key)) {
        let is = |objects: &BTreeMap<String, String>, key: &str| of(objects, key)["id"].clone();
        assert_eq!(is(after, &change.key), is(before, &change.was), "{name}: {} is another", change.key);
    }
}

/// Whether it is there because the blueprint names it as something that exists.
fn is_foreign(objects: &BTreeMap<String, String>, key: &str) -> bool {
    of(objects, key)["owner"] == "foreign"
}

fn of(objects: &BTreeMap<String, String>, key: &str) -> Value {
    serde_json::from_str(&objects[key]).expect("JSON")
}

/// Returns an object as it is once those that it names are called what they are called now.
fn renamed(object: &str, changes: &[Change]) -> String {
    let parts = object.split('"').map(|part| {
        let change = changes.iter().find(|it| it.was == part && it.key != it.was);
        change.map_or(part, |it| it.key.as_str())
    });
    parts.collect::<Vec<_>>().join("\"")
}
