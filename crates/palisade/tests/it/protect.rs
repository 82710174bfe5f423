//! `[protect]`: what is never deleted or replaced.

use crate::sandbox::{SMALL, Sandbox};

const PROTECT: &str = "\n[protect]\nkeys = [\"tier:app\", \"security-group.app\"]\n";

fn protected() -> Sandbox {
    let sandbox = Sandbox::with(&format!("{SMALL}{PROTECT}"));
    sandbox.succeed(&["apply", "--yes"]);
    sandbox
}

#[test]
fn destroy_changes_nothing_and_names_it() {
    let sandbox = protected();
    let before = sandbox.read("sandbox.json");
    insta::assert_snapshot!(sandbox.run(&["destroy", "--yes"]), @"
    exit code 1
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    VPC
        - delete  vpc.main  vpc-[1]

    tier app
        - delete  subnet.app@a     subnet-[2]  protected
        - delete  route-table.app  rtb-[3]  protected

    security groups
        - delete  security-group.app  sg-[4]  protected

    error[protected]: `subnet.app@a` is protected, and would be deleted
    error[protected]: `route-table.app` is protected, and would be deleted
    error[protected]: `security-group.app` is protected, and would be deleted
      help: take it out of `keys` of `[protect]` and apply that; the next plan may then go on

    Plan: 4 to delete.
    Nothing will be changed: there are 3 problems to solve first.
    ");
    assert_eq!(sandbox.read("sandbox.json"), before);
}

#[test]
fn destroy_heeds_the_line_before_an_apply_has_written_the_tag() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.edit(
        "blueprint.toml",
        "[tiers.app]",
        "[protect]\nkeys = [\"security-group.app\"]\n\n[tiers.app]",
    );
    let before = sandbox.read("sandbox.json");
    let destroyed = sandbox.run(&["destroy", "--yes"]);
    assert!(destroyed.contains("error[protected]: `security-group.app` is protected"), "{destroyed}");
    assert_eq!(sandbox.read("sandbox.json"), before);
}

#[test]
fn a_plan_that_would_delete_it_is_refused_with_or_without_the_line() {
    let sandbox = protected();
    sandbox.edit(
        "blueprint.toml",
        "[security-groups.app]\ninbound = [{ from = \"self\", ports = 443 }]\n",
        "",
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]), @r#"
    exit code 65
    --- stderr
    error[protect-unknown]: `security-group.app` is protected, and the blueprint has no such thing
      --> blueprint.toml:15:21
       |
    15 | keys = ["tier:app", "security-group.app"]
       |                     ^^^^^^^^^^^^^^^^^^^^
       |
       = help: it has nothing of the kind: leave it out

    1 error
    "#);
    sandbox.edit("blueprint.toml", ", \"security-group.app\"", "");
    let before = sandbox.read("sandbox.json");
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]), @"
    exit code 1
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
        - delete  security-group.app  sg-[1]  protected

    error[protected]: `security-group.app` is protected, and would be deleted
      help: apply once with it in the blueprint and unchanged: that takes the protection away, since
            `[protect]` no longer names it; the next plan may then go on

    Plan: 1 to delete.
    Nothing will be changed: there is 1 problem to solve first.
    ");
    assert_eq!(sandbox.read("sandbox.json"), before);
}

#[test]
fn a_plan_that_would_replace_it_is_refused() {
    let sandbox = protected();
    let before = sandbox.read("sandbox.json");
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes", "--replace", "security-group.app"]), @"
    exit code 1
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
      -/+ replace security-group.app  sg-[1]  protected
            ~ object: sg-[1] → a new one, as asked

    error[protected]: `security-group.app` is protected, and would be replaced
      help: take it out of `keys` of `[protect]` and apply that; the next plan may then go on

    Plan: 1 to replace.
    Nothing will be changed: there is 1 problem to solve first.
    ");
    assert_eq!(sandbox.read("sandbox.json"), before);
    // What changes in place may change.
    sandbox.edit("blueprint.toml", "ports = 443", "ports = 8443");
    sandbox.succeed(&["apply", "--yes"]);
}

#[test]
fn what_is_no_longer_named_is_free_after_an_apply() {
    let sandbox = protected();
    sandbox.edit("blueprint.toml", PROTECT, "");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    tags
        ~ update  3 objects
            - protection from being deleted or replaced (palisade:protect)
            on route-table.app, security-group.app, subnet.app@a

    Plan: 3 to update.
    1 request, a few seconds
    ");
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.succeed(&["destroy", "--yes"]);
    assert!(sandbox.objects().is_empty());
}

#[test]
fn the_command_line_lifts_it_without_an_edit() {
    let sandbox = protected();
    let lifted = ["--set", "protect.keys=[]"];
    let destroy = [&["destroy", "--yes"][..], &lifted].concat();
    assert_eq!(sandbox.code(&destroy), 1, "what is protected stays so until an apply");
    sandbox.succeed(&[&["apply", "--yes"][..], &lifted].concat());
    sandbox.succeed(&destroy);
    assert!(sandbox.objects().is_empty());
}
