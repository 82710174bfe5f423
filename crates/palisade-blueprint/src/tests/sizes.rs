//! Tiers by size: where they are put, and where they stay.

use insta::assert_snapshot;
use palisade_core::{Live, Network, Spec};

use super::resolving::{built, refused};
use super::{check, list, network, with_tiers};

#[test]
fn tiers_that_say_how_large_they_are() {
    let tiers = r#"
[tiers.late]
route = "isolated"
size = "/20"
slots = 2
[tiers.fixed]
route = "isolated"
cidr = "10.0.0.0/20"
[tiers.early]
route = "isolated"
size = "/24"
[security-groups.web]
inbound = [{ from = "tier:late", ports = 443 }]
"#;
    let first = network(&with_tiers(tiers), &Live::default());
    assert_snapshot!(list(&first), @r#"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.early@a 10.0.16.0/24 eu-west-1a table early acl -
    subnet.early@b 10.0.17.0/24 eu-west-1b table early acl -
    subnet.fixed@a 10.0.0.0/22 eu-west-1a table fixed acl -
    subnet.fixed@b 10.0.4.0/22 eu-west-1b table fixed acl -
    subnet.late@a 10.0.32.0/20 eu-west-1a table late acl -
    subnet.late@b 10.0.48.0/20 eu-west-1b table late acl -
    route-table.early
    route-table.fixed
    route-table.late
    security-group.web "managed by palisade"
      tcp 443 from 10.0.32.0/19
    "#);
    // What is there stays where it is, whoever comes before it in the file.
    let more =
        tiers.replace("[tiers.late]", "[tiers.new]\nroute = \"isolated\"\nsize = \"/21\"\n[tiers.late]");
    assert_snapshot!(list(&network(&with_tiers(&more), &built(&first))), @r#"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.early@a 10.0.16.0/24 eu-west-1a table early acl -
    subnet.early@b 10.0.17.0/24 eu-west-1b table early acl -
    subnet.fixed@a 10.0.0.0/22 eu-west-1a table fixed acl -
    subnet.fixed@b 10.0.4.0/22 eu-west-1b table fixed acl -
    subnet.late@a 10.0.32.0/20 eu-west-1a table late acl -
    subnet.late@b 10.0.48.0/20 eu-west-1b table late acl -
    subnet.new@a 10.0.64.0/21 eu-west-1a table new acl -
    subnet.new@b 10.0.72.0/21 eu-west-1b table new acl -
    route-table.early
    route-table.fixed
    route-table.late
    route-table.new
    security-group.web "managed by palisade"
      tcp 443 from 10.0.32.0/19
    "#);
}

#[test]
fn a_block_that_covers_a_tier_that_lives() {
    let small =
        |more: &str| with_tiers(&format!("[tiers.small]\nroute = \"isolated\"\nsize = \"/26\"\n{more}"));
    let live = built(&network(&small(""), &Live::default()));
    let covering = small("[tiers.large]\nroute = \"isolated\"\ncidr = \"10.0.0.0/20\"\n");
    assert_snapshot!(refused(&covering, |it| it, &live), @r#"
    error[tiers-overlap]: tiers `small` and `large` overlap
      --> blueprint.toml:12:8
       |
     9 | size = "/26"
       |        ----- `small` lives in 10.0.0.0/24
    ...
    12 | cidr = "10.0.0.0/20"
       |        ^^^^^^^^^^^^^
       |
       = help: `10.0.16.0/20` is free
    "#);
    // Where nothing lives yet, the smaller one goes elsewhere.
    assert_snapshot!(list(&network(&covering, &Live::default())), @"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.large@a 10.0.0.0/22 eu-west-1a table large acl -
    subnet.large@b 10.0.4.0/22 eu-west-1b table large acl -
    subnet.small@a 10.0.16.0/26 eu-west-1a table small acl -
    subnet.small@b 10.0.16.64/26 eu-west-1b table small acl -
    route-table.large
    route-table.small
    ");
}

#[test]
fn a_size_in_another_vpc() {
    let text = with_tiers("[tiers.small]\nroute = \"isolated\"\nsize = \"/26\"\n");
    let live = built(&network(&text, &Live::default()));
    assert_snapshot!(list(&network(&text.replace("10.0.0.0/16", "10.9.0.0/16"), &live)), @"
    vpc.main 10.9.0.0/16 dns true/true
    subnet.small@a 10.9.0.0/26 eu-west-1a table small acl -
    subnet.small@b 10.9.0.64/26 eu-west-1b table small acl -
    route-table.small
    ");
}

#[test]
fn more_ipv6_subnets_than_there_are() {
    let tier = |it: usize| format!("[tiers.t{it}]\nroute = \"isolated\"\nsize = \"/28\"\nslots = 2\n");
    let tiers: String = (0..128).map(tier).collect();
    let text = with_tiers(&format!("[quotas]\nsubnets-per-vpc = 300\n{tiers}"));
    let text = text.replace("zones =", "ipv6 = true\nzones =");
    let last = |network: &Network| {
        let of = |spec: &Spec| if let Spec::Subnet(it) = spec { it.ipv6 } else { None };
        network.resources.values().filter_map(of).max()
    };
    assert_eq!(last(&network(&text, &Live::default())), Some(255));
    check!(&format!("{text}{}", tier(128)), @r#"
    error[no-room]: there is no room for tier `t99`: the VPC's IPv6 block has 256 subnets
       --> blueprint.toml:408:8
        |
    408 | size = "/28"
        |        ^^^^^
        |
        = help: take tiers or zones out, or `ipv6` of `[vpc]`
    "#);
}

#[test]
fn sizes_are_wrong() {
    let tiers = r#"
[tiers.a]
route = "isolated"
size = "20"
[tiers.b]
route = "isolated"
size = "/30"
[tiers.c]
route = "isolated"
size = "/24"
cidr = "10.0.0.0/20"
[tiers.d]
route = "isolated"
size = "/16"
slots = 1
[tiers.e]
route = "isolated"
size = "/17"
"#;
    check!(&with_tiers(tiers), @r#"
    error[subnet-size]: `20` is no size of a subnet
      --> blueprint.toml:10:8
       |
    10 | size = "20"
       |        ^^^^
       |
       = help: write `"/20"`
    error[subnet-size]: a subnet is /16 to /28, not /30
      --> blueprint.toml:13:8
       |
    13 | size = "/30"
       |        ^^^^^
       |
       = help: write the length of each subnet's prefix, such as `size = "/20"`
    error[size-and-cidr]: a tier has `cidr` or `size`, not both
      --> blueprint.toml:16:1
       |
    16 | size = "/24"
       | ^^^^
    17 | cidr = "10.0.0.0/20"
       | ---- and this
       |
       = help: leave `size` out: the subnets are as large as `cidr` and `slots` say
    error[slots-too-few]: tier `d` has 2 zones and 1 slot
      --> blueprint.toml:21:9
       |
    21 | slots = 1
       |         ^
       |
       = help: write `slots = 2`
    error[no-room]: there is no room for tier `e`: 4 subnets of /17
      --> blueprint.toml:24:8
       |
    24 | size = "/17"
       |        ^^^^^ a /15 that is free in 10.0.0.0/16
       |
       = help: take smaller subnets or fewer `slots`, or add a block to `secondary-cidrs` of `[vpc]`
    "#);
}

#[test]
fn another_size_than_what_is_built() {
    let tier = |size: &str| with_tiers(&format!("[tiers.a]\nroute = \"isolated\"\nsize = \"{size}\"\n"));
    let live = built(&network(&tier("/24"), &Live::default()));
    assert_snapshot!(refused(&tier("/22"), |it| it, &live), @r#"
    error[slots-changed]: tier `a` is built in other subnets, such as 10.0.0.0/24
     --> blueprint.toml:9:8
      |
    9 | size = "/22"
      |        ^^^^^
      |
      = help: write `size = "/24"` and the `slots` that it had
      = help: addresses never move while a tier lives: for others add a tier of another name
    "#);
}
