//! What the policy pack finds, told by `palisade verify`, `plan` and `apply`.

use crate::sandbox::Sandbox;

/// Nothing is critical or high in it.
const NETWORK: &str = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a", "b"]

[tiers.web]
route = "internet"
cidr  = "10.0.0.0/20"

[security-groups.web]
inbound = [{ from = "internet", ports = 443 }]

[security-groups.app]
inbound = [{ from = "group:web", ports = 8080 }]
"#;

/// The internet is let in on ssh by a group, in two halves.
fn open() -> String {
    NETWORK.replace(
        r#"{ from = "internet", ports = 443 }"#,
        r#"{ from = "internet", ports = 443 }, { from = ["0.0.0.0/1", "128.0.0.0/1"], ports = 22 }"#,
    )
}

const ALLOW: &str = r#"
[policy]
deny  = ["EC2.13"]
allow = [
  { id = "EC2.6", key = "vpc.main", reason = "a sandbox" },
  { id = "EC2.22", key = "security-group.app", reason = "instances carry it" },
]
"#;

#[test]
fn verify_tells_all() {
    insta::assert_snapshot!(Sandbox::with(&open()).run(&["verify"]));
}

#[test]
fn verify_tells_all_as_json() {
    let text = open() + ALLOW;
    insta::assert_snapshot!(Sandbox::with(&text).run(&["verify", "--format", "json"]));
}

#[test]
fn what_is_allowed_is_counted() {
    let text = format!("{NETWORK}{ALLOW}");
    insta::assert_snapshot!(Sandbox::with(&text).run(&["verify"]), @"
    exit code 0
    --- stdout
    nothing is promised by `lab`: no tier is isolated, and there are no `[[guarantees]]`

    37 controls: 2 allowed
    ");
}

#[test]
fn what_is_allowed_and_not_found_is_told() {
    let text = format!("{NETWORK}{}", ALLOW.replace("security-group.app", "security-group.web"));
    insta::assert_snapshot!(Sandbox::with(&text).run(&["verify"]));
}

#[test]
fn plan_and_apply_warn_of_what_weighs_most() {
    let sandbox = Sandbox::with(&open());
    let seen = sandbox.run(&["plan"]);
    assert!(seen.starts_with("exit code 0\n"), "{seen}");
    assert!(seen.contains("warning[EC2.19]") && !seen.contains("EC2.6"), "{seen}");
    let seen = sandbox.run(&["apply", "--yes"]);
    assert!(seen.starts_with("exit code 0\n"), "{seen}");
    assert!(seen.contains("warning[EC2.19]"), "{seen}");
    let quiet = Sandbox::with(NETWORK).run(&["plan"]);
    assert!(!quiet.contains("warning"), "{quiet}");
}

#[test]
fn what_is_denied_stops_plan_and_apply() {
    let sandbox = Sandbox::with(&(open() + ALLOW));
    let seen = sandbox.run(&["plan", "--out", "network.plan"]);
    assert!(seen.starts_with("exit code 3\n") && seen.contains("error[EC2.13]"), "{seen}");
    assert!(!sandbox.path("network.plan").exists(), "a plan with what is denied is not saved");
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]));
    // Nothing has been made.
    sandbox.write("blueprint.toml", NETWORK);
    assert_eq!(sandbox.run(&["plan"]), Sandbox::with(NETWORK).run(&["plan"]));
    sandbox.succeed(&["apply", "--yes"]);
}
