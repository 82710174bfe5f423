//! The edits that the binary's own tests try in memory, on LocalStack.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use serde::Deserialize;

use crate::fixture::{Emulator, World, edited, repository, shipped};

const BASE: &str = include_str!("../../../crates/palisade/tests/it/edits/base.toml");
const EDITS: &str = include_str!("../../../crates/palisade/tests/it/edits/edits.toml");

/// How many edits there must be at least.
const N_EDITS_MIN: usize = 25;
/// How many are tried at once.
const N_WORKERS: usize = 2;

#[derive(Deserialize)]
struct Table {
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
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
#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum OnLocalstack {
    Bare,
    Mended,
    Never,
}

impl Edit {
    fn emulator(&self) -> Option<Emulator> {
        match self.on_localstack {
            OnLocalstack::Bare => Some(Emulator::Bare),
            OnLocalstack::Mended => Some(Emulator::Mended),
            OnLocalstack::Never => None,
        }
    }
}

fn table() -> Vec<Edit> {
    toml::from_str::<Table>(EDITS).expect("a table of edits").edits
}

fn all_edited(text: &str, edits: &[(String, String)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (old, new)| edited(&text, old, new))
}

#[test]
fn those_that_bare_localstack_cannot_hold_name_a_quirk() {
    let quirks = std::fs::read_to_string(repository().join("localstack/README.md"));
    let quirks = quirks.expect("the table of quirks");
    for edit in table().iter().filter(|it| it.on_localstack != OnLocalstack::Bare) {
        let reason = edit.reason.as_deref().unwrap_or_default();
        let named = reason.split('`').nth(1).unwrap_or_default();
        assert!(
            quirks.contains(&format!("\n| `{named}` |")),
            "{}: `{named}` is no quirk: {reason}",
            edit.name
        );
    }
}

#[test]
fn each_changes_what_it_says_and_nothing_else() {
    let edits = table().into_iter().filter_map(|it| Some((it.emulator()?, it)));
    let edits: Vec<(Emulator, Edit)> = edits.collect();
    assert!(N_EDITS_MIN <= edits.len(), "only {} edits", edits.len());
    let (left, failed) = (Mutex::new(edits), Mutex::new(Vec::new()));
    let next = || left.lock().expect("nobody panics while holding it").pop();
    let work = || {
        while let Some((emulator, edit)) = next() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(emulator, &edit))) {
                let message = panic.downcast_ref::<String>().map_or("see above", String::as_str);
                failed
                    .lock()
                    .expect("nobody panics while holding it")
                    .push(format!("{}: {message}", edit.name));
            }
        }
    };
    thread::scope(|scope| (0..N_WORKERS).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().expect("nobody panicked while holding it");
    assert!(failed.is_empty(), "{} edits fail:\n{}", failed.len(), failed.join("\n\n"));
}

#[test]
fn a_new_zone_and_a_new_tier_move_no_subnet() {
    let start = shipped("private-training");
    let mut world = World::new(&start);
    world.apply();
    world.snapshot("before.json");
    // Both are written in front of what there is.
    let with_zone = edited(&start, "[\"a\", \"b\"]", "[\"c\", \"a\", \"b\"]");
    let tier = "[tiers.batch]\nroute = \"isolated\"\ncidr = \"10.20.64.0/20\"\n\n[tiers.training]\n";
    world.write(&edited(&with_zone, "[tiers.training]\n", tier));
    world.apply();
    let since = world.since("before.json");
    world.is_built(&since.each_ref().map(String::as_str));
    let new =
        ["subnet.batch@a", "subnet.batch@b", "subnet.batch@c", "route-table.batch", "subnet.training@c"];
    world.is_unchanged("before.json", &new);
}

fn check(emulator: Emulator, edit: &Edit) {
    let start = all_edited(BASE, &edit.start);
    let mut world = World::on(emulator, &start);
    world.apply();
    let before = world.snapshot("before.json");
    let before = before.as_object().expect("a table of objects").values();
    let keys: Vec<&str> = before.filter_map(|it| it["key"].as_str()).collect();

    world.write(&all_edited(&start, &edit.edit));
    let expected = match edit.expect.as_slice() {
        [all] if all == "update *" => keys.iter().map(|it| format!("update {it}")).collect(),
        expected => expected.to_vec(),
    };
    assert_eq!(planned(&world), sorted(expected.clone()));

    world.apply();
    let since = world.since("before.json");
    let quirks: &[&str] = match emulator {
        Emulator::Bare => &["--quirk", "no-route-on-modify"],
        Emulator::Mended => &[],
    };
    world.is_built(&[&since.each_ref().map(String::as_str)[..], quirks].concat());
    let touched: Vec<&str> = expected.iter().filter_map(|it| it.split_once(' ')).map(|it| it.1).collect();
    world.is_unchanged("before.json", &touched);
    world.ends(0, &["plan", "--detailed-exitcode"]);
}

/// Returns the changes of the plan, as the table writes them.
fn planned(world: &World) -> Vec<String> {
    let plan = world.document(0, &["plan"]);
    let changes = plan["changes"].as_array().expect("a list of changes").iter();
    let text = |it: &serde_json::Value| it.as_str().expect("a text").to_owned();
    sorted(changes.map(|it| format!("{} {}", text(&it["action"]), text(&it["key"]))).collect())
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}
