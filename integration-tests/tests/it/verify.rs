//! Whether the checker notices: a test that cannot fail proves nothing.

use std::process::Command;

use crate::fixture::{World, repository, shipped, variable};

/// How many different changes there must be at least, in what palisade builds and in what is built by hand.
const N_CHANGES_MIN: [u32; 2] = [60, 160];

#[test]
fn boto3_notices_whatever_is_changed() {
    let world = World::new(&shipped("ml-3az"));
    world.apply();
    let blueprint = world.at("blueprint.toml");
    notices(N_CHANGES_MIN[0], &world.account, blueprint.to_str().expect("a plain path"));
}

/// The checker knows more of the language than the shipped blueprints use.
#[test]
fn boto3_understands_networks_that_are_built_by_hand() {
    // Accounts of its own, where it needs them.
    notices(N_CHANGES_MIN[1], "000000000000", "worlds");
}

fn notices(n_changes_min: u32, account: &str, argument: &str) {
    let mut command = Command::new(variable("PALISADE_PYTHON").expect("as for the other tests"));
    command.arg("-B").arg(repository().join("integration-tests/check/teeth.py")).arg(argument);
    let output = command.env("AWS_ACCESS_KEY_ID", account).output().expect("Python can be run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let said = text(output.stdout);
    assert!(output.status.success(), "{said}{}", text(output.stderr));
    let n_changes: u32 = said.split(' ').next().and_then(|it| it.parse().ok()).expect("a number of changes");
    assert!(n_changes_min <= n_changes, "{said}");
}
