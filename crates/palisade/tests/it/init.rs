//! `palisade init`.

use crate::sandbox::Sandbox;

#[test]
fn writes_the_smallest_blueprint_and_says_what_to_do_next() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(sandbox.run(&["init"]), @"
    exit code 0
    --- stderr
    wrote `blueprint.toml`; next:
      palisade validate
      palisade plan --sandbox sandbox.json
    ");
    let shipped = include_str!("../../../../blueprints/minimal.toml");
    assert_eq!(sandbox.read("blueprint.toml"), shipped);
}

#[test]
fn takes_a_name_and_a_region_and_keeps_the_comments() {
    let sandbox = Sandbox::empty();
    sandbox.succeed(&["init", "prod.toml", "--name", "fraud-prod", "--region", "eu-central-1"]);
    let written = sandbox.read("prod.toml");
    let head: Vec<&str> = written.lines().skip(4).take(3).collect();
    insta::assert_snapshot!(head.join("\n"), @r#"
    name   = "fraud-prod"   # The network's identity: every object on AWS carries it in a tag.
    region = "eu-central-1"
    # account = "111122223333"      # Refuse every other account.
    "#);
    let shipped = include_str!("../../../../blueprints/minimal.toml");
    assert_eq!(written.lines().skip(6).collect::<Vec<_>>(), shipped.lines().skip(6).collect::<Vec<_>>());
}

#[test]
fn every_shipped_blueprint_is_valid_under_another_name_in_another_region() {
    for from in ["minimal", "private-training", "ml-3az"] {
        let sandbox = Sandbox::empty();
        sandbox.succeed(&["init", "--from", from, "--name", "mine", "--region", "ap-south-1"]);
        assert_eq!(sandbox.code(&["validate"]), 0, "{from}");
    }
}

#[test]
fn never_overwrites_unless_it_must() {
    let sandbox = Sandbox::with("# mine\n");
    insta::assert_snapshot!(sandbox.run(&["init"]), @"
    exit code 1
    --- stderr
    error: `blueprint.toml` exists already
      help: name another file, or overwrite it with `--force`
    ");
    assert_eq!(sandbox.read("blueprint.toml"), "# mine\n");
    sandbox.succeed(&["init", "--force"]);
    assert!(sandbox.read("blueprint.toml").contains("minimal"));
}

#[test]
fn a_wrong_name_or_region_writes_nothing() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(sandbox.run(&["init", "--name", "9 lives"]), @"
    exit code 64
    --- stderr
    error: `--name 9 lives`: `9 lives` cannot be the name of a blueprint
      help: a name is a lower-case letter, then lower-case letters, digits and hyphens, at most 39 characters
    ");
    insta::assert_snapshot!(sandbox.run(&["init", "--region", "mars"]), @"
    exit code 64
    --- stderr
    error: `--region mars`: `mars` is no AWS region
      help: write a region's code, such as `eu-west-1`
    ");
    assert!(!sandbox.path("blueprint.toml").exists());
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let sandbox = Sandbox::empty();
    sandbox.succeed(&["init", "networks/eu/prod.toml", "--from", "ml-3az", "--name", "fraud-prod"]);
    assert_eq!(sandbox.code(&["validate", "networks/eu/prod.toml"]), 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    insta::assert_snapshot!(Sandbox::with("").run(&["init", "blueprint.toml/prod.toml"]), @"
    exit code 1
    --- stderr
    error: cannot make the folder `blueprint.toml`
      cause: File exists (os error 17)
      help: name a file that can be written
    ");
}
