//! `palisade apply`.

use serde_json::Value;

use crate::sandbox::{SMALL, Sandbox, word};

#[test]
fn tells_what_it_does() {
    insta::assert_snapshot!(Sandbox::with(SMALL).run(&["apply", "--yes"]));
}

#[test]
fn then_there_is_nothing_to_do() {
    let sandbox = Sandbox::applied();
    assert!(sandbox.planned().is_empty());
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    No changes: the network is as the blueprint says.
    4 objects
    ");
}

#[test]
fn asks_and_so_needs_a_terminal_or_a_yes() {
    let sandbox = Sandbox::with(SMALL);
    insta::assert_snapshot!(sandbox.run(&["apply"]), @"
    exit code 64
    --- stderr
    error: `apply` asks before it changes anything, and without a terminal nobody can answer
      help: say `--yes`, or run it in a terminal
    ");
    assert!(!sandbox.path("sandbox.json").exists());
}

#[test]
fn as_json_is_a_line_per_event_and_a_summary() {
    let sandbox = Sandbox::with(SMALL);
    let lines = sandbox.succeed(&["apply", "--yes", "--format", "json"]);
    let lines: Vec<Value> = lines.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    assert!(lines.iter().all(|it| it["format_version"] == 1));
    let n_of = |kind: &str| lines.iter().filter(|it| word(&it["type"]) == kind).count();
    assert_eq!(n_of("started"), n_of("finished"));
    assert_eq!(word(&lines[lines.len() - 1]["type"]), "summary");
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes", "--format", "json"]), @r#"
    exit code 0
    --- stdout
    {"format_version":1,"elapsed_ms":0,"type":"summary","complete":true,"requests":0,"finished":0,"failed":[],"skipped":[]}
    "#);
}

#[test]
fn replaces_on_purpose() {
    let sandbox = Sandbox::applied();
    let before = sandbox.objects();
    sandbox.succeed(&["apply", "--yes", "--replace", "security-group.app"]);
    let after = sandbox.objects();
    let changed: Vec<&String> = before.keys().filter(|key| before[*key] != after[*key]).collect();
    assert_eq!(changed, ["security-group.app"]);
    assert!(sandbox.planned().is_empty());
}

#[test]
fn a_problem_changes_nothing() {
    let sandbox = Sandbox::applied();
    let before = sandbox.objects();
    sandbox.edit("blueprint.toml", "10.0.0.0/16", "10.0.0.0/17");
    assert_eq!(sandbox.code(&["apply", "--yes"]), 1);
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes", "--format", "json"]), @"
    exit code 1
    --- stderr
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
    assert_eq!(sandbox.objects(), before);
}

#[test]
fn what_fails_fails_alone_and_the_next_apply_goes_on() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.write("sandbox.json", &account_that_refuses("CreateRouteTable"));
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]));
    assert_eq!(sandbox.planned(), ["update subnet.app@a", "create route-table.app"]);
    sandbox.edit("sandbox.json", "\"CreateRouteTable\"", "\"NoSuchOperation\"");
    sandbox.succeed(&["apply", "--yes"]);
    assert!(sandbox.planned().is_empty());
}

#[test]
fn a_failure_as_json() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.write("sandbox.json", &account_that_refuses("CreateRouteTable"));
    let seen = sandbox.run(&["apply", "--yes", "--format", "json"]);
    let last: Vec<&str> = seen.lines().filter(|it| it.contains("failed") || it.starts_with("exit")).collect();
    insta::assert_snapshot!(last.join("\n"), @r#"
    exit code 4
    {"format_version":1,"elapsed_ms":0,"type":"failed","step":{"phase":"make","key":"route-table.app"},"call":"CreateRouteTable route-table.app of <vpc.main>","error":{"kind":"denied","reason":null,"action":"ec2:CreateRouteTable","message":"UnauthorizedOperation: you may not","help":"let the credentials do `ec2:CreateRouteTable`"},"in_doubt":false}
    {"format_version":1,"elapsed_ms":0,"type":"summary","complete":false,"requests":10,"finished":4,"failed":[{"step":{"phase":"make","key":"route-table.app"},"call":"CreateRouteTable route-table.app of <vpc.main>","error":{"kind":"denied","reason":null,"action":"ec2:CreateRouteTable","message":"UnauthorizedOperation: you may not","help":"let the credentials do `ec2:CreateRouteTable`"},"in_doubt":false}],"skipped":[{"step":{"phase":"wire","key":"subnet.app@a"},"why":"needs","because":{"phase":"make","key":"route-table.app"}}]}
    "#);
}

fn account_that_refuses(operation: &str) -> String {
    let denied =
        r#"{"Denied": {"action": "ec2:OPERATION", "message": "UnauthorizedOperation: you may not"}}"#;
    format!(
        r#"{{"format_version": 1, "account": "000000000000", "region": "eu-west-1",
            "facts": {{"zones": [{{"name": "eu-west-1a", "id": "euw1-az1"}}], "prefix_lists": {{}}}},
            "live": {{"objects": {{}}}}, "faults": {{"{operation}": {}}}}}"#,
        denied.replace("OPERATION", operation)
    )
}
