//! Whether the checker notices: a test that cannot fail proves nothing.

use std::process::Command;

use crate::fixture::{World, repository, shipped, variable};

/// How many different changes there must be at least.
const N_CHANGES_MIN: u32 = 60;

#[test]
fn boto3_notices_whatever_is_changed() {
    let world = World::new(&shipped("ml-3az"));
    world.apply();
    let mut command = Command::new(variable("PALISADE_PYTHON").expect("as for the other tests"));
    command
        .arg("-B")
        .arg(repository().join("integration-tests/check/teeth.py"))
        .arg(world.at("blueprint.toml"));
    let output = command.env("AWS_ACCESS_KEY_ID", &world.account).output().expect("Python can be run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let said = text(output.stdout);
    assert!(output.status.success(), "{said}{}", text(output.stderr));
    let n_changes: u32 = said.split(' ').next().and_then(|it| it.parse().ok()).expect("a number of changes");
    assert!(N_CHANGES_MIN <= n_changes, "{said}");
}
