//! One blueprint for several environments: `extends` and `--set`.

use std::fs;

use crate::sandbox::{SMALL, Sandbox, replaced};

const DEV: &str = r#"
extends = "shared/base.toml"
name    = "dev"

[vpc]
zones = ["a"]

[tags]
environment = "development"
"#;

/// Returns a folder with `networks/dev.toml` and the base that it extends, which lacks what `dev.toml` says.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    fs::create_dir_all(sandbox.path("networks/shared")).expect("a folder");
    let base = replaced(&replaced(SMALL, "name   = \"lab\"\n", ""), "zones = [\"a\"]\n", "");
    sandbox.write("networks/shared/base.toml", &base);
    sandbox.write("networks/dev.toml", DEV);
    sandbox
}

#[test]
fn a_base_and_what_extends_it_are_one_blueprint() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run(&["validate", "networks/dev.toml"]), @"
    exit code 0
    --- stdout
    `networks/dev.toml` is valid: 4 resources
    ");
    sandbox.succeed(&["apply", "networks/dev.toml", "--yes"]);
    assert_eq!(sandbox.code(&["plan", "networks/dev.toml", "--detailed-exitcode"]), 0);
    sandbox.edit("networks/shared/base.toml", "ports = 443", "ports = 8443");
    assert_eq!(sandbox.code(&["drift", "networks/dev.toml", "--detailed-exitcode"]), 2);
}

#[test]
fn a_mistake_is_shown_in_its_file() {
    let sandbox = sandbox();
    sandbox.edit("networks/shared/base.toml", "10.0.0.0/20", "10.1.0.0/20");
    insta::assert_snapshot!(sandbox.run(&["plan", "networks/dev.toml", "--set", "vpc.cidr=10.2.0.0/16"]), @r#"
    exit code 65
    --- stderr
    error[tier-outside-vpc]: tier `app` is outside of the VPC
     --> networks/shared/base.toml:9:9
      |
    9 | cidr  = "10.1.0.0/20"
      |         ^^^^^^^^^^^^^ not inside 10.2.0.0/16
      |
     ::: --set vpc.cidr=…:1:10
      |
    1 | vpc.cidr=10.2.0.0/16
      |          ----------- the VPC's block
      |
      = help: take a block inside 10.2.0.0/16

    1 error
    "#);
    insta::assert_snapshot!(sandbox.run(&["plan", "networks/dev.toml", "--format", "json"]), @r#"
    exit code 65
    --- stdout
    {
      "format_version": 1,
      "file": "networks/dev.toml",
      "errors": 1,
      "warnings": 0,
      "diagnostics": [
        {
          "severity": "error",
          "code": "tier-outside-vpc",
          "message": "tier `app` is outside of the VPC",
          "labels": [
            {
              "file": "networks/shared/base.toml",
              "line": 9,
              "column": 9,
              "end_line": 9,
              "end_column": 22,
              "start_byte": 91,
              "end_byte": 104,
              "text": "not inside 10.0.0.0/16"
            },
            {
              "file": "networks/shared/base.toml",
              "line": 5,
              "column": 9,
              "end_line": 5,
              "end_column": 22,
              "start_byte": 37,
              "end_byte": 50,
              "text": "the VPC's block"
            }
          ],
          "help": [
            "take a block inside 10.0.0.0/16"
          ]
        }
      ]
    }
    "#);
}

#[test]
fn what_only_the_account_can_tell_is_shown_in_its_file_too() {
    let sandbox = sandbox();
    sandbox.succeed(&["apply", "networks/dev.toml", "--yes"]);
    insta::assert_snapshot!(sandbox.run(&["plan", "networks/dev.toml", "--set", "tiers.app.slots=8"]), @r#"
    exit code 65
    --- stderr
    error[slots-changed]: tier `app` is built in subnets of /22, 4 slots of its block
     --> --set tiers.app.slots=…:1:17
      |
    1 | tiers.app.slots=8
      |                 ^
      |
     ::: networks/shared/base.toml:9:9
      |
    9 | cidr  = "10.0.0.0/20"
      |         ------------- this block
      |
      = help: write `slots = 4`: addresses never move while a tier lives
      = help: for others add a tier of another name, and take this one out

    1 error
    "#);
}

#[test]
fn a_base_that_is_not_there() {
    let sandbox = sandbox();
    fs::remove_file(sandbox.path("networks/shared/base.toml")).expect("it was there");
    insta::assert_snapshot!(sandbox.run(&["plan", "networks/dev.toml"]), @r#"
    exit code 65
    --- stderr
    error[extends-file]: base `shared/base.toml` cannot be read: No such file or directory (os error 2)
     --> networks/dev.toml:2:11
      |
    2 | extends = "shared/base.toml"
      |           ^^^^^^^^^^^^^^^^^^
      |
      = help: a path is relative to the file in which it stands

    1 error
    "#);
}

#[test]
fn a_base_is_incomplete() {
    insta::assert_snapshot!(sandbox().run(&["validate", "networks/shared/base.toml"]), @r#"
    exit code 65
    --- stderr
    error[missing-key]: `name` is missing
     --> networks/shared/base.toml:1:1
      |
    1 |
      | ^
      |
      = help: add `name = "my-network"`
      = help: if `networks/shared/base.toml` is a base, check a file that extends it: a base alone may lack anything

    error[missing-key]: `zones` is missing in `[vpc]`
     --> networks/shared/base.toml:4:1
      |
    4 | [vpc]
      | ^^^^^
      |
      = help: add `zones = ["a", "b"]`

    2 errors
    "#);
}

#[test]
fn every_command_takes_what_is_set() {
    let sandbox = Sandbox::with(SMALL);
    let run = |args: &[&str]| {
        sandbox.code(&[args, &["--set", "name=other", "--set", "vpc.zones=[\"b\"]"]].concat())
    };
    assert_eq!(run(&["validate"]), 0);
    assert_eq!(run(&["plan", "--detailed-exitcode"]), 2);
    assert_eq!(run(&["apply", "--yes"]), 0);
    assert!(sandbox.objects().contains_key("subnet.app@b"));
    assert_eq!(run(&["plan", "--detailed-exitcode"]), 0);
    assert_eq!(run(&["drift", "--detailed-exitcode"]), 0);
    let ids = sandbox.succeed(&["output", "--set", "name=other", "--format", "dotenv"]);
    assert!(ids.contains("PALISADE_VPC_ID="), "{ids}");
    assert_eq!(sandbox.succeed(&["output", "--format", "dotenv"]), "");
    assert_eq!(run(&["destroy", "--yes"]), 0);
    assert!(sandbox.objects().is_empty());
}

#[test]
fn what_is_set_wrongly_is_told_by_every_command() {
    let sandbox = Sandbox::with(SMALL);
    for args in [
        vec!["validate"],
        vec!["plan"],
        vec!["apply", "--yes"],
        vec!["destroy", "--yes"],
        vec!["output"],
        vec!["drift"],
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(sandbox.run(&[args, vec!["--set", "vpc.cird=10.1.0.0/16"]].concat()), @"
            exit code 65
            --- stderr
            error[unknown-key]: `cird` is no key in `[vpc]`
             --> --set vpc.cird=…:1:5
              |
            1 | vpc.cird=10.1.0.0/16
              |     ^^^^
              |
              = help: did you mean `cidr`?

            1 error
            ");
        }
    }
}

#[test]
fn a_saved_plan_is_carried_out_with_what_was_set() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.succeed(&["plan", "--set", "tags.team=ml", "--out", "a.plan"]);
    sandbox.succeed(&["apply", "--plan", "a.plan", "--yes"]);
    assert_eq!(sandbox.code(&["plan", "--set", "tags.team=ml", "--detailed-exitcode"]), 0);
    assert_eq!(sandbox.code(&["plan", "--detailed-exitcode"]), 2);
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--set", "tags.team=ml"]), @"
    exit code 64
    --- stderr
    error: `--set` changes nothing in a saved plan
      help: leave it out, or make the plan again: `palisade plan --set … --out FILE`
    ");
}
