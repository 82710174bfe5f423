//! Nothing that was read is used before account and region are the blueprint's.

use crate::fixture::{World, edited, network_of, shipped};

#[test]
fn another_account_is_not_even_looked_at() {
    let mut world = World::new(&network_of("private-training"));
    world.apply();
    world.snapshot("before.json");
    let id = world.ids().of("vpc.main").to_owned();
    let guard = "name   = \"private-training\"\naccount = \"111122223333\"";
    world.write(&edited(&network_of("private-training"), "name   = \"private-training\"", guard));

    let words: &[&[&str]] = &[
        &["plan"],
        &["apply", "--yes"],
        &["destroy", "--yes"],
        &["output"],
        &["drift"],
        &["plan", "--out", "saved"],
    ];
    for arguments in words {
        let ended = world.run(arguments).is(1, arguments);
        assert_eq!(ended.stdout, "");
        let guarded =
            format!("the blueprint is for account `111122223333`, and this is account `{}`", world.account);
        assert!(ended.stderr.contains(&guarded), "{}", ended.stderr);
        assert!(!ended.stderr.contains(&id));
    }
    assert!(!world.at("saved").exists());
    world.is_unchanged("before.json", &[]);
}

#[test]
fn the_region_is_the_blueprints_whatever_the_environment_says() {
    let world = World::new(&shipped("minimal"));
    let apply = &["apply", "--yes"];
    let mut command = world.command(apply);
    let output = command.env("AWS_REGION", "eu-west-1").env("AWS_DEFAULT_REGION", "eu-west-1").output();
    assert_eq!(output.expect("the binary can be run").status.code(), Some(0));
    world.is_built(&[]);
}

#[test]
fn a_saved_plan_is_of_one_account() {
    let world = World::new(&shipped("minimal"));
    world.ends(0, &["plan", "--out", "saved.plan"]);
    let other = World::new(&shipped("minimal"));
    other.snapshot("before.json");
    let path = world.at("saved.plan");
    let arguments = &["apply", "--yes", "--plan", path.to_str().expect("a plain path")];
    let ended = other.run(arguments).is(1, arguments);
    assert!(
        ended.stderr.contains(&world.account) && ended.stderr.contains(&other.account),
        "{}",
        ended.stderr
    );
    other.is_unchanged("before.json", &[]);
}

#[test]
fn two_blueprints_in_one_account_do_not_see_each_other() {
    let mut world = World::new(&network_of("private-training"));
    world.apply();
    world.snapshot("before.json");
    let other = edited(&network_of("private-training"), "\"private-training\"", "\"second\"");
    world.write(&other);
    world.apply();
    world.is_built(&[]);
    world.ends(0, &["destroy", "--yes"]);
    world.is_gone("before.json");
    world.is_unchanged("before.json", &[]);
    world.write(&network_of("private-training"));
    world.has_nothing_to_do();
}
