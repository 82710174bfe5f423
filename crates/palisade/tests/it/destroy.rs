//! `palisade destroy`.

use crate::sandbox::{SMALL, Sandbox};

#[test]
fn removes_everything() {
    let sandbox = Sandbox::applied();
    insta::assert_snapshot!(sandbox.run(&["destroy", "--yes"]));
    assert!(sandbox.objects().is_empty());
    insta::assert_snapshot!(sandbox.run(&["destroy", "--yes"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    Nothing to destroy: there is nothing of `lab` in this account.
    ");
}

#[test]
fn asks_and_so_needs_a_terminal_or_a_yes() {
    let sandbox = Sandbox::applied();
    insta::assert_snapshot!(sandbox.run(&["destroy"]), @"
    exit code 64
    --- stderr
    error: `destroy` asks before it changes anything, and without a terminal nobody can answer
      help: say `--yes`, or run it in a terminal
    ");
    assert_eq!(sandbox.objects().len(), 4);
}

#[test]
fn does_not_need_the_blueprint_to_fit_the_account() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "10.0.0.0/20", "10.0.128.0/20");
    assert_eq!(sandbox.code(&["destroy", "--yes"]), 0);
    assert!(sandbox.objects().is_empty());
}

#[test]
fn names_what_is_in_the_way() {
    let sandbox = Sandbox::applied();
    let stranger =
        r#"{"id": "eni-00000abc", "what": "network interface of `i-0abc`", "uses": ["subnet.app@a"]}"#;
    sandbox.edit("sandbox.json", r#""strangers": []"#, &format!(r#""strangers": [{stranger}]"#));
    insta::assert_snapshot!(sandbox.run(&["destroy", "--yes"]));
    assert_eq!(sandbox.objects().len(), 4);
}

#[test]
fn of_a_blueprint_that_was_never_applied() {
    assert_eq!(Sandbox::with(SMALL).code(&["destroy", "--yes"]), 0);
}
