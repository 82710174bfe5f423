//! `palisade validate`.

use crate::sandbox::{SMALL, Sandbox, replaced};

const THREE_MISTAKES: &str = r#"
name = "Lab"
region = "eu-west-1"

[vpc]
cidr = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
rout = "isolated"
cidr = "10.1.0.0/20"
"#;

#[test]
fn a_valid_blueprint() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["validate"]), @"
    exit code 0
    --- stdout
    `blueprint.toml` is valid: 4 resources
    ");
}

#[test]
fn all_mistakes_at_once() {
    insta::assert_snapshot!(Sandbox::with(THREE_MISTAKES).run(&["validate"]));
}

#[test]
fn all_mistakes_as_json() {
    insta::assert_snapshot!(Sandbox::with(THREE_MISTAKES).run(&["validate", "--format", "json"]));
}

#[test]
fn a_valid_blueprint_as_json() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["validate", "--format", "json"]), @r#"
    exit code 0
    --- stdout
    {
      "format_version": 1,
      "file": "blueprint.toml",
      "errors": 0,
      "warnings": 0,
      "diagnostics": []
    }
    "#);
}

#[test]
fn which_zones_there_are_only_the_account_can_tell() {
    let sandbox = Sandbox::with(&replaced(SMALL, r#"["a"]"#, r#"["d"]"#));
    sandbox.succeed(&["validate"]);
    sandbox.succeed(&["plan"]);
}

#[test]
fn made_up_subnets_are_in_no_tiers_way() {
    let text = r#"
name = "lab"
region = "eu-west-1"

[vpc]
existing = "vpc-00000abc"
cidr = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
route = "isolated"
cidr = "10.0.240.0/20"
slots = 1

[tiers.theirs]
existing-subnets = ["subnet-0000000a"]
"#;
    let sandbox = Sandbox::with(text);
    sandbox.succeed(&["validate"]);
    sandbox.succeed(&["apply", "--yes"]);
}

#[test]
fn mistakes_are_a_document_for_every_command_that_writes_json() {
    let sandbox = Sandbox::with(THREE_MISTAKES);
    let document = sandbox.run(&["validate", "--format", "json"]);
    for args in
        [vec!["plan"], vec!["apply", "--yes"], vec!["destroy", "--yes"], vec!["output"], vec!["drift"]]
    {
        assert_eq!(sandbox.run(&[args, vec!["--format", "json"]].concat()), document);
    }
    insta::assert_snapshot!(Sandbox::empty().run(&["validate", "--format", "json"]), @r#"
    exit code 65
    --- stdout
    {
      "format_version": 1,
      "file": "blueprint.toml",
      "errors": 1,
      "warnings": 0,
      "diagnostics": [
        {
          "severity": "error",
          "code": "blueprint-file",
          "message": "the blueprint cannot be read: No such file or directory (os error 2)",
          "labels": [],
          "help": [
            "`palisade init` writes one, or name another file"
          ]
        }
      ]
    }
    --- stderr
    error: cannot read the blueprint `blueprint.toml`
      cause: No such file or directory (os error 2)
      help: `palisade init` writes one, or name another file
    "#);
}

#[test]
fn a_missing_blueprint() {
    insta::assert_snapshot!(Sandbox::empty().run(&["validate"]), @"
    exit code 65
    --- stderr
    error: cannot read the blueprint `blueprint.toml`
      cause: No such file or directory (os error 2)
      help: `palisade init` writes one, or name another file
    ");
    insta::assert_snapshot!(Sandbox::empty().run(&["plan", "other.toml"]), @"
    exit code 65
    --- stderr
    error: cannot read the blueprint `other.toml`
      cause: No such file or directory (os error 2)
      help: `palisade init` writes one, or name another file
    ");
}

#[test]
fn every_command_that_needs_a_blueprint_turns_a_wrong_one_down() {
    let sandbox = Sandbox::with(THREE_MISTAKES);
    for args in
        [vec!["plan"], vec!["apply", "--yes"], vec!["destroy", "--yes"], vec!["output"], vec!["drift"]]
    {
        assert_eq!(sandbox.code(&args), 65, "{args:?}");
    }
    assert!(!sandbox.path("sandbox.json").exists());
}

#[test]
fn policy_files_are_looked_for_beside_the_blueprint() {
    let endpoint = "[endpoints.s3]\ntiers = [\"app\"]\npolicy = { file = \"policies/s3.json\" }\n";
    let sandbox = Sandbox::empty();
    std::fs::create_dir_all(sandbox.path("networks/policies")).expect("a folder");
    sandbox.write("networks/lab.toml", &format!("{SMALL}\n{endpoint}"));
    insta::assert_snapshot!(sandbox.run(&["validate", "networks/lab.toml"]), @r#"
    exit code 65
    --- stderr
    error[policy-file]: policy `policies/s3.json` cannot be read: No such file or directory (os error 2)
      --> networks/lab.toml:18:19
       |
    18 | policy = { file = "policies/s3.json" }
       |                   ^^^^^^^^^^^^^^^^^^
       |
       = help: a path is relative to the file in which it stands

    1 error
    "#);
    sandbox.write(
        "networks/policies/s3.json",
        r#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}"#,
    );
    insta::assert_snapshot!(sandbox.run(&["validate", "networks/lab.toml"]), @"
    exit code 0
    --- stdout
    `networks/lab.toml` is valid: 5 resources
    ");
}
