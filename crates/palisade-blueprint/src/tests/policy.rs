//! `[policy]`: what is said about the controls of the pack.

use insta::assert_snapshot;

use super::{check, lab, parse};

fn stance(more: &str) -> String {
    let parsed = parse(&lab(more));
    let draft = parsed.draft.as_ref().expect("a blueprint without mistakes");
    let stance = draft.stance();
    let allowed: Vec<String> =
        stance.allow.iter().map(|it| format!("{} for {}: {}", it.id, it.key, it.reason)).collect();
    format!("deny {:?}\nallow {allowed:?}", stance.deny)
}

#[test]
fn nothing_is_said() {
    assert_snapshot!(stance(""), @"
    deny {}
    allow []
    ");
}

#[test]
fn what_is_denied_and_what_is_allowed() {
    let more = r#"
[policy]
deny  = ["EC2.13", "SageMaker.1", "net.all-ports"]
allow = [{ id = "EC2.6", key = "vpc.main", reason = "a sandbox" }, { id = "EC2.21", key = "network-acl.app", reason = "replies" }]
"#;
    assert_snapshot!(stance(more), @r#"
    deny {"EC2.13", "SageMaker.1", "net.all-ports"}
    allow ["EC2.6 for vpc.main: a sandbox", "EC2.21 for network-acl.app: replies"]
    "#);
}

#[test]
fn a_control_that_there_is_not() {
    check!(&lab("[policy]\ndeny = [\"EC2.130\", \"ec2.19\", \"IAM.1\"]\n"), @r#"
    error[policy-control]: the policy pack has no control `EC2.130`
      --> blueprint.toml:11:9
       |
    11 | deny = ["EC2.130", "ec2.19", "IAM.1"]
       |         ^^^^^^^^^
       |
       = help: did you mean `EC2.10`?
    error[policy-control]: the policy pack has no control `ec2.19`
      --> blueprint.toml:11:20
       |
    11 | deny = ["EC2.130", "ec2.19", "IAM.1"]
       |                    ^^^^^^^^
       |
       = help: did you mean `EC2.19`?
    error[policy-control]: the policy pack has no control `IAM.1`
      --> blueprint.toml:11:30
       |
    11 | deny = ["EC2.130", "ec2.19", "IAM.1"]
       |                              ^^^^^^^
       |
       = help: docs/reference/policy.md lists them all
    "#);
}

#[test]
fn a_finding_is_allowed_by_a_control_for_an_object_and_for_a_reason() {
    check!(&lab("[policy]\nallow = [{ id = \"EC2.7\", key = \"tier:app\", reason = \" \" }, { id = \"EC2.6\" }]\n"), @r#"
    error[policy-control]: the policy pack has no control `EC2.7`
      --> blueprint.toml:11:17
       |
    11 | allow = [{ id = "EC2.7", key = "tier:app", reason = " " }, { id = "EC2.6" }]
       |                 ^^^^^^^
       |
       = help: did you mean `EC2.2`?
    error[key-syntax]: `tier:app` is no key
      --> blueprint.toml:11:32
       |
    11 | allow = [{ id = "EC2.7", key = "tier:app", reason = " " }, { id = "EC2.6" }]
       |                                ^^^^^^^^^^
       |
       = help: a finding is about one object, such as `network-acl.app`
    error[policy-reason]: a finding is allowed without a reason
      --> blueprint.toml:11:53
       |
    11 | allow = [{ id = "EC2.7", key = "tier:app", reason = " " }, { id = "EC2.6" }]
       |                                                     ^^^
       |
       = help: say why it is as it shall be, for who reads the file next
    error[missing-key]: `key` is missing in an entry of `allow` of `[policy]`
      --> blueprint.toml:11:60
       |
    11 | allow = [{ id = "EC2.7", key = "tier:app", reason = " " }, { id = "EC2.6" }]
       |                                                            ^^^^^^^^^^^^^^^^
       |
       = help: add `key = "vpc.main"`
    error[missing-key]: `reason` is missing in an entry of `allow` of `[policy]`
      --> blueprint.toml:11:60
       |
    11 | allow = [{ id = "EC2.7", key = "tier:app", reason = " " }, { id = "EC2.6" }]
       |                                                            ^^^^^^^^^^^^^^^^
       |
       = help: add `reason = "a sandbox"`
    "#);
}

#[test]
fn nothing_is_said_twice() {
    let more = r#"
[policy]
deny  = ["EC2.13", "EC2.13"]
allow = [
  { id = "EC2.6", key = "vpc.main", reason = "a sandbox" },
  { id = "EC2.6", key = "vpc.main", reason = "a trial" },
]
"#;
    check!(&lab(more), @r#"
    error[twice]: `EC2.13` is given twice
      --> blueprint.toml:12:20
       |
    12 | deny  = ["EC2.13", "EC2.13"]
       |          --------  ^^^^^^^^
       |          |
       |          here first
       |
       = help: leave one of them out
    error[twice]: `EC2.6` for `vpc.main` is given twice
      --> blueprint.toml:15:10
       |
    14 |   { id = "EC2.6", key = "vpc.main", reason = "a sandbox" },
       |          ------- here first
    15 |   { id = "EC2.6", key = "vpc.main", reason = "a trial" },
       |          ^^^^^^^
       |
       = help: leave one of them out
    "#);
}

#[test]
fn what_people_write_for_it() {
    check!(&lab("[policy]\nignore = [\"EC2.6\"]\ndeny = \"EC2.13\"\n"), @r#"
    error[unknown-key]: `ignore` is no key in `[policy]`
      --> blueprint.toml:11:1
       |
    11 | ignore = ["EC2.6"]
       | ^^^^^^
       |
       = help: write `allow`, with a key and a reason
    error[wrong-type]: `deny` takes a list of ids of controls, not a string
      --> blueprint.toml:12:8
       |
    12 | deny = "EC2.13"
       |        ^^^^^^^^ expected a list of ids of controls, found a string
       |
       = help: write `["EC2.13"]`
    "#);
}
