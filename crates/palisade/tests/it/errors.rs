//! What goes wrong before a plan, and how palisade says it.

use std::fs::File;
use std::process::Stdio;

use crate::sandbox::{SMALL, Sandbox, output, replaced};

#[test]
fn a_wrong_command_line() {
    let sandbox = Sandbox::with(SMALL);
    insta::assert_snapshot!(sandbox.run(&["plam"]), @"
    exit code 64
    --- stderr
    error: unrecognized subcommand 'plam'

      tip: a similar subcommand exists: 'plan'

    Usage: palisade [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "--format", "xml"]), @"
    exit code 64
    --- stderr
    error: invalid value 'xml' for '--format <FORMAT>'
      [possible values: human, json]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--replace", "vpc.main"]), @"
    exit code 64
    --- stderr
    error: the argument '--plan <FILE>' cannot be used with '--replace <KEY>'

    Usage: palisade apply --plan <FILE> --sandbox <FILE> [BLUEPRINT]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "-q", "-v"]), @"
    exit code 64
    --- stderr
    error: the argument '--quiet' cannot be used with '--verbose...'

    Usage: palisade plan --quiet --sandbox <FILE> [BLUEPRINT]

    For more information, try '--help'.
    ");
}

#[test]
fn the_wrong_account() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "[vpc]", "account = \"111122223333\"\n[vpc]");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 1
    --- stderr
    error: the blueprint is for account `111122223333`, and this is account `000000000000`
      help: use another sandbox: a file that does not exist yet begins as the right account
    ");
    for args in [vec!["apply", "--yes"], vec!["destroy", "--yes"], vec!["output"], vec!["drift"]] {
        assert_eq!(sandbox.code(&args), 1, "{args:?}");
    }
}

#[test]
fn the_wrong_region() {
    let sandbox = Sandbox::applied();
    sandbox.edit("blueprint.toml", "eu-west-1", "eu-west-2");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 1
    --- stderr
    error: the blueprint is for region `eu-west-2`, and this is region `eu-west-1`
      help: use another sandbox: a file that does not exist yet begins as the right account
    ");
}

#[test]
fn a_new_sandbox_is_the_blueprint_s_account() {
    let sandbox = Sandbox::with(&replaced(SMALL, "[vpc]", "account = \"111122223333\"\n[vpc]"));
    assert!(sandbox.succeed(&["plan"]).starts_with("Plan of `lab` in account 111122223333, eu-west-1"));
}

#[test]
fn no_credentials() {
    let sandbox = Sandbox::with(SMALL);
    let seen = sandbox.seen(&output(&mut sandbox.bare(&["plan"])));
    let told: Vec<&str> = seen.lines().filter(|it| !it.contains("cause:")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    exit code 1
    --- stderr
    error: cannot read the account
      help: sign in with `aws sso login`, or name a profile: `--profile NAME` or `AWS_PROFILE`
      help: without an account, try `--sandbox sandbox.json`
    ");
}

#[test]
fn a_denied_reading_names_the_action() {
    let sandbox = Sandbox::applied();
    let denied =
        r#"{"Denied": {"action": "ec2:DescribeVpcs", "message": "UnauthorizedOperation: you may not"}}"#;
    sandbox.edit(
        "sandbox.json",
        r#""format_version": 1,"#,
        &format!(r#""format_version": 1, "faults": {{"Observe": {denied}}},"#),
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 1
    --- stderr
    error: cannot read the account
      cause: UnauthorizedOperation: you may not
      help: ask for the IAM action `ec2:DescribeVpcs`, or use another profile: `--profile NAME`
    ");
}

#[test]
fn whoever_stops_reading_is_no_error() {
    let sandbox = Sandbox::with(SMALL);
    let mut child = sandbox.command(&["plan"]).stdout(Stdio::piped()).spawn().expect("a child");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn a_full_disk_is_one() {
    let Ok(full) = File::options().write(true).open("/dev/full") else { return };
    let sandbox = Sandbox::with(SMALL);
    let seen = sandbox.seen(&output(sandbox.command(&["plan"]).stdout(full)));
    insta::assert_snapshot!(seen, @"
    exit code 1
    --- stderr
    error: cannot write to stdout
      cause: No space left on device (os error 28)
    ");
}
