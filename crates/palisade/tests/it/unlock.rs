//! `palisade unlock` where there is no account; what it does in one is shown in `integration-tests`.

use insta::assert_snapshot;

use crate::sandbox::{SMALL, Sandbox};

#[test]
fn a_sandbox_has_no_lease() {
    let sandbox = Sandbox::with(SMALL);
    assert_snapshot!(sandbox.run(&["unlock", "--yes", "--reason", "it was killed"]), @"
    exit code 1
    --- stderr
    error: a sandbox has no lease: its file is locked while a run goes on, and no longer
      help: if another palisade has it, wait until that is done, or stop it
    ");
}

#[test]
fn says_why_and_asks() {
    let sandbox = Sandbox::with(SMALL);
    assert!(sandbox.run(&["unlock", "--yes"]).starts_with("exit code 64"));
    assert!(sandbox.run(&["unlock", "--yes", "--reason", ""]).starts_with("exit code 64"));
    assert_snapshot!(sandbox.run(&["unlock", "--reason", "it was killed"]), @"
    exit code 64
    --- stderr
    error: `unlock` asks before it changes anything, and without a terminal nobody can answer
      help: say `--yes`, or run it in a terminal
    ");
}

#[test]
fn a_life_is_seconds_to_an_hour() {
    let sandbox = Sandbox::with(SMALL);
    for seconds in ["2", "3601", "long"] {
        assert_eq!(sandbox.code(&["apply", "--yes", "--lease-seconds", seconds]), 64, "{seconds}");
    }
    assert_eq!(sandbox.code(&["apply", "--yes", "--lease-seconds", "3"]), 0);
}

/// Nothing else can be in the same sandbox, so these are as good as not said.
#[test]
fn a_sandbox_is_applied_with_and_without() {
    for variable in ["1", "yes", "0", "false"] {
        let sandbox = Sandbox::with(SMALL);
        let mut command = sandbox.command(&["apply", "--yes"]);
        let ended = crate::sandbox::output(command.env("PALISADE_NO_LEASE", variable));
        assert!(ended.status.success(), "{variable}");
    }
}
