//! `palisade pin`: what was left to palisade is written into the file, and nothing else of it changes.

use crate::sandbox::Sandbox;

const OPEN: &str = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = 2             # wherever there is room

[tiers.app]           # services
route = "isolated"
size  = "/24"         # as small as that

[tiers.data]
route = "isolated"
cidr  = "10.0.0.0/20"
zones = 1
"#;

#[test]
fn writes_zones_blocks_and_slots_and_keeps_the_rest() {
    let sandbox = Sandbox::with(OPEN);
    sandbox.succeed(&["apply", "--yes"]);
    insta::assert_snapshot!(sandbox.run(&["pin"]), @r#"
    exit code 0
    --- stdout
    vpc.zones = ["a", "b"]
    tiers.app.cidr = "10.0.16.0/22"
    tiers.app.slots = 4
    tiers.data.zones = ["a"]
    tiers.data.slots = 4
    "#);
    insta::assert_snapshot!(sandbox.read("blueprint.toml"), @r#"

    name   = "lab"
    region = "eu-west-1"

    [vpc]
    cidr  = "10.0.0.0/16"
    zones = ["a", "b"]             # wherever there is room

    [tiers.app]           # services
    route = "isolated"
    cidr  = "10.0.16.0/22"         # as small as that
    slots = 4

    [tiers.data]
    route = "isolated"
    cidr  = "10.0.0.0/20"
    slots = 4
    zones = ["a"]
    "#);
    assert_eq!(sandbox.planned(), Vec::<String>::new());
}

#[test]
fn changes_nothing_twice() {
    let sandbox = Sandbox::with(OPEN);
    sandbox.succeed(&["pin"]);
    assert!(!sandbox.path("sandbox.json").exists());
    let once = sandbox.read("blueprint.toml");
    insta::assert_snapshot!(sandbox.run(&["pin"]), @"
    exit code 0
    --- stderr
    `blueprint.toml` leaves nothing open
    ");
    assert_eq!(sandbox.read("blueprint.toml"), once);
}

#[test]
fn leaves_what_stands_in_the_base_and_tells_how_it_is() {
    let sandbox = Sandbox::empty();
    let base = OPEN.replace("name   = \"lab\"\n", "").replace("zones = 2 ", "# zones = 2 ");
    sandbox.write("base.toml", &base);
    sandbox.write(
        "blueprint.toml",
        "extends = \"base.toml\"\nname = \"dev\"\n\n[vpc]\nzones = 1 # for a start\n",
    );
    insta::assert_snapshot!(sandbox.run(&["pin"]), @r#"
    exit code 0
    --- stdout
    vpc.zones = ["a"]
    --- stderr
    left open, since it stands in another file: tiers.app.cidr = "10.0.16.0/22"
    left open, since it stands in another file: tiers.app.slots = 4
    left open, since it stands in another file: tiers.data.zones = ["a"]
    left open, since it stands in another file: tiers.data.slots = 4
    "#);
    insta::assert_snapshot!(sandbox.read("blueprint.toml"), @r#"
    extends = "base.toml"
    name = "dev"

    [vpc]
    zones = ["a"] # for a start
    "#);
    assert_eq!(sandbox.read("base.toml"), base);
    insta::assert_snapshot!(sandbox.run(&["pin"]), @r#"
    exit code 0
    --- stderr
    left open, since it stands in another file: tiers.app.cidr = "10.0.16.0/22"
    left open, since it stands in another file: tiers.app.slots = 4
    left open, since it stands in another file: tiers.data.zones = ["a"]
    left open, since it stands in another file: tiers.data.slots = 4
    `blueprint.toml` leaves nothing else open
    "#);
}

#[test]
fn writes_nothing_where_the_account_is_another_one() {
    let sandbox = Sandbox::with(OPEN);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.edit("blueprint.toml", "region =", "account = \"111122223333\"\nregion =");
    let before = sandbox.read("blueprint.toml");
    insta::assert_snapshot!(sandbox.run(&["pin"]), @"
    exit code 1
    --- stderr
    error: the blueprint is for account `111122223333`, and this is account `000000000000`
      help: use another sandbox: a file that does not exist yet begins as the right account
    ");
    assert_eq!(sandbox.read("blueprint.toml"), before);
}

#[test]
fn writes_nothing_where_a_key_is_there_twice() {
    let sandbox = Sandbox::duplicated();
    let before = sandbox.read("blueprint.toml");
    insta::assert_snapshot!(sandbox.run(&["pin"]), @"
    exit code 1
    --- stderr
    error: `vpc.main` exists more than once: vpc-[1], vpc-[2]
      help: find out which one is in use, and delete the other by hand
    ");
    assert_eq!(sandbox.read("blueprint.toml"), before);
}
