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
    error: `--replace` changes nothing in a saved plan
      help: leave it out, or make the plan again: `palisade plan --replace … --out FILE`
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
fn options_and_commands_of_other_tools() {
    let sandbox = Sandbox::with(SMALL);
    insta::assert_snapshot!(sandbox.run(&["apply", "--auto-approve"]), @"
    exit code 64
    --- stderr
    error: there is no option `--auto-approve`
      help: `--yes` does not ask
    ");
    insta::assert_snapshot!(sandbox.run(&["apply", "-auto-approve"]), @"
    exit code 64
    --- stderr
    error: there is no option `-auto-approve`
      help: `--yes` does not ask
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "--target=module.vpc"]), @"
    exit code 64
    --- stderr
    error: there is no option `--target`
      help: a plan is for the whole network; `[protect]` keeps what must stay, `--replace KEY` renews one object
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "-var", "region=eu-west-1"]), @"
    exit code 64
    --- stderr
    error: there is no option `-var`
      help: one value is set by `--set KEY=VALUE`, such as `--set vpc.cidr=10.1.0.0/16`
    ");
    insta::assert_snapshot!(sandbox.run(&["plan", "-out=a.plan"]), @"
    exit code 64
    --- stderr
    error: there is no option `-out`
      help: `palisade plan --out FILE` saves the plan, `palisade apply --plan FILE` carries it out
    ");
    insta::assert_snapshot!(sandbox.run(&["import", "vpc-1"]), @"
    exit code 64
    --- stderr
    error: there is no command `import`
      help: what exists already is named in the blueprint: `existing` in `[vpc]`, `existing-subnets` in a tier
    ");
    // What no other tool has is clap's to tell.
    assert!(sandbox.run(&["plan", "--colour"]).contains("unexpected argument '--colour'"));
}

#[test]
fn beside_a_saved_plan() {
    let sandbox = Sandbox::with(SMALL);
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "blueprint.toml"]), @"
    exit code 64
    --- stderr
    error: a saved plan knows its blueprint, and another one was given
      help: leave the blueprint out: `palisade apply --plan FILE`
    ");
    insta::assert_snapshot!(sandbox.run(&["apply", "--plan", "a.plan", "--set", "name=x"]), @"
    exit code 64
    --- stderr
    error: `--set` changes nothing in a saved plan
      help: leave it out, or make the plan again: `palisade plan --set … --out FILE`
    ");
}

#[test]
fn a_saved_plan_where_a_blueprint_is_expected() {
    let sandbox = Sandbox::with(SMALL);
    sandbox.succeed(&["plan", "--out", "a.plan"]);
    insta::assert_snapshot!(sandbox.run(&["apply", "a.plan", "--yes"]), @"
    exit code 65
    --- stderr
    error[syntax]: `a.plan` is a saved plan, and no blueprint
     |
     = help: carry it out with `palisade apply --plan a.plan`

    1 error
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
