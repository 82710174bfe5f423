//! Files that nobody meant to write: whatever is in them, palisade says what is wrong and what to do, and never breaks.
//!
//! Most cases take the path of the binary inside this process; some run the binary itself.

use std::fs;
use std::time::{Duration, Instant};

use palisade_blueprint::Parsed;
use palisade_core::{Facts, Live, Observed, Severity};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::in_memory::{End, carried_out, draft, fresh, parsed};
use crate::sandbox::{Sandbox, output};
use mutate::{Cut, Edit, cut, cuts, edits, mutated};

mod mutate;

/// A blueprint with every word of the language, and one that builds into what exists.
const SEEDS: [&str; 2] = [include_str!("everything.toml"), include_str!("existing.toml")];
/// What a run may end with on a file that was changed at random. `70` is a bug, `101` a panic.
const CODES: [i32; 6] = [0, 1, 2, 4, 6, 65];
/// Mistakes that are told as what would be right instead, so that there is nothing left to add.
const TELLING: [&str; 4] = ["syntax", "wrong-type", "unknown-word", "out-of-range"];
/// No file is large enough to take longer, even on a busy machine.
const DURATION_MAX: Duration = Duration::from_secs(30);

/// Some of proptest's usual number of cases, which `PROPTEST_CASES` sets: twice as many inside this process, and a
/// sixteenth through the binary, which takes a hundred times as long.
fn cases(place: Place) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = match place {
        Place::InProcess => usual.cases * 2,
        Place::Binary => usual.cases.div_ceil(16),
    };
    ProptestConfig { cases, failure_persistence: None, ..usual }
}

#[derive(Clone, Copy)]
enum Place {
    InProcess,
    Binary,
}

fn tree(blueprint: &str) -> Value {
    let table: toml::Table = blueprint.parse().expect("TOML");
    serde_json::to_value(table).expect("no dates and no infinite numbers")
}

/// Returns a document as TOML; what is no TOML document is the nearest that is one.
fn toml_text(document: &Value) -> String {
    toml::to_string(document).unwrap_or_else(|_| format!("x = {document}"))
}

/// Every diagnostic and every refusal has a next step; what is accepted can be carried out, and pinned.
fn blueprint_is_survived(text: &str) -> Result<(), TestCaseError> {
    let Parsed { sources, draft, diagnostics } = parsed(text);
    for it in &diagnostics {
        let in_place = it.labels.iter().any(|it| !it.text.is_empty());
        let says_what_to_do = !it.help.is_empty() || in_place || TELLING.contains(&it.code.as_str());
        prop_assert!(says_what_to_do, "{it:?}");
        for label in &it.labels {
            sources.locate(&label.span);
        }
    }
    prop_assert_eq!(draft.is_none(), diagnostics.iter().any(|it| it.severity == Severity::Error));
    let Some(draft) = draft else { return Ok(()) };
    let account = fresh(&draft);
    match carried_out(&draft, account.clone()) {
        End::Refused(refusal) => prop_assert!(refusal.contains("help: "), "{refusal}"),
        End::Flawed(flaw) => prop_assert!(false, "{flaw}\n{text}"),
        End::Reached(live) => {
            let pinned = draft.pin(text, &account.facts, &live).expect("what is built can be pinned");
            prop_assert!(parsed(&pinned.text).draft.is_some(), "{}", pinned.text);
        }
    }
    Ok(())
}

fn any_seed() -> impl Strategy<Value = &'static str> {
    prop::sample::select(SEEDS.to_vec())
}

proptest! {
    #![proptest_config(cases(Place::InProcess))]

    #[test]
    fn no_blueprint_breaks_it(seed in any_seed(), edits in edits()) {
        blueprint_is_survived(&toml_text(&mutated(&tree(seed), &edits)))?;
    }

    #[test]
    fn no_text_of_a_blueprint_breaks_it(seed in any_seed(), cuts in cuts()) {
        blueprint_is_survived(&String::from_utf8_lossy(&cut(seed.as_bytes(), &cuts)))?;
    }

    #[test]
    fn no_account_breaks_it(seed in any_seed(), other in any_seed(), edits in edits()) {
        let draft = draft(seed);
        let account = fresh(&draft);
        let live = carried_out(&draft, account.clone()).reached();
        let document = json!({ "live": live, "facts": account.facts });
        let document = mutated(&document, &edits);
        let live: Result<Live, _> = serde_json::from_value(document["live"].clone());
        let facts: Result<Facts, _> = serde_json::from_value(document["facts"].clone());
        if let (Ok(live), Ok(facts)) = (live, facts) {
            let draft = self::draft(other);
            // An account that AWS would not have may be one that no plan can be carried out in.
            if let End::Refused(refusal) = carried_out(&draft, Observed { live, facts, ..account }) {
                prop_assert!(refusal.contains("help: "), "{}", refusal);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(Place::Binary))]

    #[test]
    fn no_blueprint_breaks_the_binary(seed in any_seed(), edits in edits(), cuts in prop::option::of(cuts())) {
        let text = toml_text(&mutated(&tree(seed), &edits));
        let bytes = cuts.map_or(text.clone().into_bytes(), |it| cut(text.as_bytes(), &it));
        let sandbox = Sandbox::empty();
        fs::write(sandbox.path("blueprint.toml"), bytes).expect("a file that can be written");
        for command in [&["apply", "--yes"][..], &["pin"], &["plan", "--detailed-exitcode"]] {
            is_survived(&sandbox, command, "blueprint.toml", &CODES)?;
        }
    }

    #[test]
    fn no_account_breaks_the_binary(seed in any_seed(), edits in edits(), cuts in prop::option::of(cuts())) {
        let sandbox = built(seed);
        change(&sandbox, "sandbox.json", &edits, cuts.as_deref());
        for command in [&["plan"][..], &["drift"], &["output"], &["apply", "--yes"], &["destroy", "--yes"]] {
            is_survived(&sandbox, command, "sandbox.json", &CODES)?;
        }
    }

    #[test]
    fn no_plan_breaks_the_binary(seed in any_seed(), edits in edits(), cuts in prop::option::of(cuts())) {
        let sandbox = Sandbox::with(seed);
        sandbox.succeed(&["plan", "--out", "a.plan"]);
        change(&sandbox, "a.plan", &edits, cuts.as_deref());
        is_survived(&sandbox, &["apply", "--plan", "a.plan", "--yes"], "a.plan", &CODES)?;
    }
}

/// Returns a folder with a blueprint that has been applied.
fn built(seed: &str) -> Sandbox {
    let sandbox = Sandbox::with(seed);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox
}

fn change(sandbox: &Sandbox, file: &str, edits: &[Edit], cuts: Option<&[Cut]>) {
    let document: Value = serde_json::from_str(&sandbox.read(file)).expect("JSON");
    let text = match cuts {
        Some(cuts) => cut(sandbox.read(file).as_bytes(), cuts),
        None => mutated(&document, edits).to_string().into_bytes(),
    };
    fs::write(sandbox.path(file), text).expect("a file that can be written");
}

/// It ends in time and as documented, and what it refuses it names, with a next step.
fn is_survived(sandbox: &Sandbox, args: &[&str], file: &str, codes: &[i32]) -> Result<(), TestCaseError> {
    let began = Instant::now();
    let output = output(&mut sandbox.command(args));
    let (seen, code) = (sandbox.seen(&output), output.status.code());
    let end = code.filter(|it| codes.contains(it));
    prop_assert!(end.is_some(), "{args:?}\n{seen}\n{}", sandbox.read(file));
    prop_assert!(!seen.contains("panicked"), "{args:?}\n{seen}");
    prop_assert!(began.elapsed() < DURATION_MAX, "{args:?} takes {:?}", began.elapsed());
    if end == Some(65) {
        // An account that can be read may be one that turns the blueprint down, in its place there.
        let says_where = seen.contains(file) || seen.contains("--> blueprint.toml:");
        prop_assert!(says_where, "{args:?} does not say which file\n{seen}");
        let is_told = TELLING.iter().any(|it| seen.contains(&format!("error[{it}]")));
        let says_what_to_do = is_told || seen.contains("help: ");
        prop_assert!(says_what_to_do, "{args:?} does not say what to do\n{seen}");
    }
    Ok(())
}

#[test]
fn the_seeds_can_be_built() {
    for seed in SEEDS {
        let draft = draft(seed);
        carried_out(&draft, fresh(&draft)).reached();
    }
}
