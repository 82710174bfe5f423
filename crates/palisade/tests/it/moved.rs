//! `[[moved]]`: what is called otherwise stays what it is.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::interrupt::{SENDING, interrupted};
use crate::sandbox::{Sandbox, word};

const BASE: &str = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a", "b"]

[tiers.batch]
route = "isolated"
cidr  = "10.0.0.0/20"

[security-groups.one]
description = "first"
inbound     = [{ from = "group:two", ports = 443 }]

[security-groups.two]
description = "second"
"#;

fn applied() -> Sandbox {
    let sandbox = Sandbox::with(BASE);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox
}

/// Writes a blueprint in which things are called otherwise, and the renames.
fn rename(sandbox: &Sandbox, renames: &[(&str, &str)], moves: &[(&str, &str)]) {
    let mut text = BASE.to_owned();
    for (old, new) in renames {
        text = text.replace(old, new);
    }
    for (from, to) in moves {
        text += &format!("\n[[moved]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
    }
    sandbox.write("blueprint.toml", &text);
}

fn ids(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let id = |text: &String| {
        let object: Value = serde_json::from_str(text).expect("JSON");
        word(&object["id"]).to_owned()
    };
    sandbox.objects().iter().map(|(key, it)| (key.clone(), id(it))).collect()
}

/// Applies, and insists that the same objects are there as before, and that there is nothing left to do, with the list
/// of renames and without it.
fn is_carried_out(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let sorted = |ids: &BTreeMap<String, String>| {
        let mut ids: Vec<String> = ids.values().cloned().collect();
        ids.sort();
        ids
    };
    let before = ids(sandbox);
    sandbox.succeed(&["apply", "--yes"]);
    let after = ids(sandbox);
    assert_eq!(sorted(&before), sorted(&after));
    assert_eq!(sandbox.planned(), Vec::<String>::new());
    let text = sandbox.read("blueprint.toml");
    sandbox.write("blueprint.toml", text.split("\n[[moved]]").next().expect("the text before"));
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(ids(sandbox), after);
    assert_eq!(sandbox.planned(), Vec::<String>::new());
    after
}

#[test]
fn a_tier_takes_its_own_along() {
    let sandbox = applied();
    rename(&sandbox, &[("tiers.batch", "tiers.training")], &[("tier:batch", "tier:training")]);
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    renamed
        → move    3 objects; each keeps its AWS id
            route-table.batch   → route-table.training
            subnet.batch@{a,b}  → subnet.training@{a,b}

    Plan: 3 to move.
    3 requests, a few seconds
    ");
    let ids = is_carried_out(&sandbox);
    assert!(ids.contains_key("subnet.training@a") && !ids.contains_key("subnet.batch@a"));
}

#[test]
fn a_rename_that_nobody_has_said_is_noticed() {
    let sandbox = applied();
    let renames =
        [("tiers.batch", "tiers.training"), ("groups.two", "groups.second"), ("group:two", "group:second")];
    rename(&sandbox, &renames, &[]);
    let plan = sandbox.succeed(&["plan"]);
    let (_, note) = plan.split_once("note: ").expect("a note");
    insta::assert_snapshot!(note, @r#"
    `subnet.training@a`, `subnet.training@b` can only be made once `subnet.batch@a`,
          `subnet.batch@b` gave way, since AWS cannot have both
    note: what goes comes again under another name: `tier:batch` as `tier:training`,
          `security-group.two` as `security-group.second`; to keep it, add to the blueprint
      [[moved]]
      from = "tier:batch"
      to   = "tier:training"

      [[moved]]
      from = "security-group.two"
      to   = "security-group.second"

    Plan: 4 to create, 1 to update, 4 to delete.
    15 requests, a few seconds
    "#);
    let stanzas: Vec<&str> =
        note.lines().filter_map(|it| it.strip_prefix("  ")).filter(|it| it.contains(['[', '='])).collect();
    sandbox.write("blueprint.toml", &format!("{}\n{}\n", sandbox.read("blueprint.toml"), stanzas.join("\n")));
    let ids = is_carried_out(&sandbox);
    assert!(ids.contains_key("subnet.training@a") && ids.contains_key("security-group.second"));
}

#[test]
fn another_tier_is_no_rename() {
    let sandbox = applied();
    rename(&sandbox, &[("tiers.batch", "tiers.training"), ("10.0.0.0/20", "10.0.16.0/20")], &[]);
    assert!(!sandbox.succeed(&["plan"]).contains("[[moved]]"));
}

#[test]
fn two_groups_change_places() {
    let sandbox = applied();
    let renames = [
        ("groups.one", "groups.x"),
        ("groups.two", "groups.one"),
        ("groups.x", "groups.two"),
        ("group:two", "group:one"),
    ];
    let moves = [("security-group.one", "security-group.two"), ("security-group.two", "security-group.one")];
    let before = ids(&sandbox);
    rename(&sandbox, &renames, &moves);
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    renamed
        → move    2 objects; each keeps its AWS id
            security-group.one  → security-group.two
            security-group.two  → security-group.one

    Plan: 2 to move.
    2 requests, a few seconds
    ");
    let after = is_carried_out(&sandbox);
    assert_eq!(before["security-group.one"], after["security-group.two"]);
    assert_eq!(before["security-group.two"], after["security-group.one"]);
}

#[test]
fn a_chain_leads_to_its_end_from_everywhere() {
    let chain = [("security-group.one", "security-group.uno"), ("security-group.uno", "security-group.eins")];
    for earlier in ["one", "uno"] {
        let sandbox = Sandbox::with(&BASE.replace("groups.one", &format!("groups.{earlier}")));
        sandbox.succeed(&["apply", "--yes"]);
        rename(&sandbox, &[("groups.one", "groups.eins")], &chain);
        assert_eq!(sandbox.planned(), ["update security-group.eins"]);
        is_carried_out(&sandbox);
    }
}

#[test]
fn a_whole_blueprint_gets_another_name() {
    let sandbox = applied();
    rename(&sandbox, &[("\"lab\"", "\"prod\"")], &[("blueprint:lab", "blueprint:prod")]);
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `prod` in account 000000000000, eu-west-1

    renamed
        → move    6 objects of what was blueprint `lab`; each keeps its AWS id

    Plan: 6 to move.
    6 requests, a few seconds
    ");
    is_carried_out(&sandbox);
    // Whoever still has the old file finds nothing of it.
    sandbox.write("blueprint.toml", BASE);
    assert!(sandbox.planned().iter().all(|it| it.starts_with("create ")));
}

#[test]
fn a_kill_in_between_is_made_good() {
    let sandbox = applied();
    let moves = [("blueprint:lab", "blueprint:prod"), ("tier:batch", "tier:training")];
    rename(&sandbox, &[("\"lab\"", "\"prod\""), ("tiers.batch", "tiers.training")], &moves);
    let (code, story) = interrupted(&sandbox, SENDING, &["KILL"]);
    assert_eq!(code, None, "{story}");
    is_carried_out(&sandbox);
}

#[test]
fn a_rename_onto_what_is_there_is_refused() {
    let sandbox = Sandbox::with(&BASE.replace("inbound     =", "# inbound ="));
    sandbox.succeed(&["apply", "--yes"]);
    let text = BASE
        .replace("[security-groups.one]", "[security-groups.three]")
        .replace("inbound     =", "# inbound =");
    let text = text.split("[security-groups.three]").next().expect("what stands before").to_owned()
        + "[security-groups.two]\n\n[[moved]]\nfrom = \"security-group.one\"\nto = \"security-group.two\"\n";
    sandbox.write("blueprint.toml", &text);
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]), @"
    exit code 1
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
      -/+ replace security-group.two                   sg-[1]
            ~ description: second → managed by palisade  forces replacement
        - delete  security-group.sg-[2]  claims to be `security-group.two` too

    error[occupied]: `security-group.one` cannot become `security-group.two`, which is there already:
                     sg-[1], sg-[2]
      help: leave that `[[moved]]` out, or take what there is out of the blueprint and apply that before

    Plan: 1 to replace, 1 to delete.
    Nothing will be changed: there is 1 problem to solve first.
    ");
}
