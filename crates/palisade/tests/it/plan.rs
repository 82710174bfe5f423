//! `palisade plan`.

use serde_json::Value;

use crate::sandbox::{SMALL, Sandbox};

#[test]
fn of_an_empty_account() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["plan"]));
}

#[test]
fn changes_nothing() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.succeed(&["plan"]);
    assert!(!sandbox.path("sandbox.json").exists());
}

#[test]
fn with_nothing_to_do() {
    insta::assert_snapshot!(Sandbox::applied().run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    No changes: the network is as the blueprint says.
    4 objects
    ");
}

#[test]
fn of_an_edit() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "ports = 443", "ports = 8443");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
        ~ update  security-group.app  sg-[1]
            - inbound tcp 443 from security-group.app
            + inbound tcp 8443 from security-group.app

    Plan: 1 to update.
    2 requests, a few seconds
    ");
}

#[test]
fn detailed_exit_codes_are_0_1_and_2() {
    let sandbox = Sandbox::with(SMALL);
    assert_eq!(sandbox.code(&["plan", "--detailed-exitcode"]), 2);
    assert_eq!(sandbox.code(&["plan"]), 0);
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(sandbox.code(&["plan", "--detailed-exitcode"]), 0);
    sandbox.edit("blueprint.toml", "10.0.0.0/16", "10.0.0.0/17");
    assert_eq!(sandbox.code(&["plan", "--detailed-exitcode"]), 1);
}

#[test]
fn lists_the_requests() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["plan", "--calls"]));
    insta::assert_snapshot!(Sandbox::applied().run(&["plan", "--calls"]), @"
    exit code 0
    --- stdout
    No requests: there is nothing to do.
    ");
}

#[test]
fn as_json_is_one_document() {
    let sandbox = Sandbox::with(SMALL);
    let plan: Value = serde_json::from_str(&sandbox.succeed(&["plan", "--format", "json"])).expect("JSON");
    assert_eq!(plan["format_version"], 1);
    assert_eq!(plan["summary"]["create"], 4);
    assert_eq!(
        plan["calls"].as_array().map(Vec::len),
        plan["estimate"]["requests"].as_u64().map(|n| n as usize)
    );
}

#[test]
fn a_problem_is_told_and_is_a_failure() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "10.0.0.0/16", "10.0.0.0/17");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 1
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    VPC
      -/+ replace vpc.main  vpc-[1]
            ~ cidr: 10.0.0.0/16 → 10.0.0.0/17  forces replacement

    tier app
      -/+ replace subnet.app@a     subnet-[2]
            ~ vpc:         vpc.main (old) → vpc.main  forces replacement
            ~ route-table: route-table.app (old) → route-table.app
      -/+ replace route-table.app  rtb-[3]
            ~ vpc: vpc.main (old) → vpc.main  forces replacement

    security groups
      -/+ replace security-group.app  sg-[4]
            ~ vpc: vpc.main (old) → vpc.main  forces replacement

    error[guarded]: `vpc.main` and everything in it would be replaced, since `cidr` changes
      help: undo that change, or say `--replace vpc.main`

    Plan: 4 to replace.
    Nothing will be changed: there is 1 problem to solve first.
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "--out", "a.plan"]));
    assert!(!sandbox.path("a.plan").exists());
}

#[test]
fn replaces_on_purpose() {
    let sandbox = Sandbox::applied();
    insta::assert_snapshot!(sandbox.run(&["plan", "--replace", "security-group.app"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
      +/- replace security-group.app  sg-[1]
            ~ object: sg-[1] → a new one, as asked

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    4 requests, a few seconds
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "--replace", "security-group.ap"]), @"
    exit code 1
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    error[nothing-to-replace]: `security-group.ap` does not exist, so it cannot be replaced
      help: there is `security-group.app`

    Nothing will be changed: there is 1 problem to solve first.
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "--replace", "app"]), @"
    exit code 64
    --- stderr
    error: invalid value 'app' for '--replace <KEY>': `app` is not a key; a key is a kind and a name, such as `subnet.training@a`

    For more information, try '--help'.
    ");
}

#[test]
fn quiet_says_the_result_only() {
    let sandbox = Sandbox::empty();
    sandbox.succeed(&["init"]);
    assert!(sandbox.run(&["plan"]).contains("--- stderr"));
    assert!(!sandbox.run(&["plan", "--quiet", "--out", "a.plan"]).contains("--- stderr"));
}

#[test]
fn two_blueprints_share_an_account() {
    let sandbox = Sandbox::applied();
    let other = SMALL.replace("lab", "other");
    sandbox.write("other.toml", &other);
    sandbox.succeed(&["apply", "other.toml", "--yes"]);
    assert_eq!(sandbox.objects().len(), 8);
    assert!(sandbox.planned().is_empty());
    sandbox.succeed(&["destroy", "other.toml", "--yes"]);
    assert_eq!(sandbox.objects().len(), 4);
    assert!(sandbox.planned().is_empty());
}
