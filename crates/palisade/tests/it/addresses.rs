//! Addresses and zones that palisade chooses: what is live stays, whatever comes and goes beside it.

use crate::sandbox::Sandbox;

const SIZED: &str = r#"
name   = "lab"
region = "us-east-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = 2

[tiers.app]
route = "isolated"
size  = "/24"

[tiers.data]
route = "isolated"
size  = "/22"
"#;

fn applied() -> Sandbox {
    let sandbox = Sandbox::with(SIZED);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox
}

#[test]
fn a_tier_by_size_stays_when_others_come_and_go() {
    let sandbox = applied();
    let before = sandbox.objects();
    // In front of both, where it would be placed first.
    sandbox.edit(
        "blueprint.toml",
        "[tiers.app]",
        "[tiers.aaa]\nroute = \"isolated\"\nsize = \"/20\"\n\n[tiers.app]",
    );
    assert_eq!(sandbox.planned(), ["create subnet.aaa@a", "create subnet.aaa@b", "create route-table.aaa"]);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.edit("blueprint.toml", "[tiers.app]\nroute = \"isolated\"\nsize  = \"/24\"\n", "");
    assert_eq!(sandbox.planned(), ["delete subnet.app@a", "delete subnet.app@b", "delete route-table.app"]);
    sandbox.succeed(&["apply", "--yes"]);
    let after = sandbox.objects();
    for key in ["vpc.main", "subnet.data@a", "subnet.data@b", "route-table.data"] {
        assert_eq!(before[key], after[key], "{key}");
    }
}

#[test]
fn more_zones_and_fewer_leave_the_others() {
    let sandbox = applied();
    let before = sandbox.objects();
    sandbox.edit("blueprint.toml", "zones = 2", "zones = 3");
    assert_eq!(sandbox.planned(), ["create subnet.app@c", "create subnet.data@c"]);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.edit("blueprint.toml", "zones = 3", "zones = 2");
    assert_eq!(sandbox.planned(), ["delete subnet.app@c", "delete subnet.data@c"]);
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(sandbox.objects(), before);
}

#[test]
fn a_zone_by_its_id_is_the_zone_by_its_name() {
    let sandbox = applied();
    sandbox.edit("blueprint.toml", "zones = 2", r#"zones = ["use1-az1", "us-east-1b"]"#);
    assert_eq!(sandbox.planned(), Vec::<String>::new());
}

#[test]
fn a_tier_narrows_its_zones_alone() {
    let sandbox = applied();
    sandbox.edit("blueprint.toml", "size  = \"/22\"", "size  = \"/22\"\nzones = 1");
    assert_eq!(sandbox.planned(), ["delete subnet.data@b"]);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.edit("blueprint.toml", "\nzones = 1", "\nzones = [\"b\"]");
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, us-east-1

    tier data
        - delete  subnet.data@a  subnet-[1]
        + create  subnet.data@b  10.0.20.0/22  us-east-1b  table data  default ACL

    Plan: 1 to create, 1 to delete.
    4 requests, a few seconds
    ");
}
