//! What exists already: VPCs, subnets, tables, groups, addresses.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use palisade_core::{Facts, Live};

use super::resolving::{built, refused, warned};
use super::{check, lab, list, network, with_rules};

mod ids;

/// Into a VPC that exists, in subnets of one's own and of others.
const SHARED: &str = r#"
name = "lab"
region = "eu-west-1"
[vpc]
existing = "vpc-00000abc"
zones = ["a", "b"]
flow-logs = { to = "s3://logs" }
[tiers.training]
route = "isolated"
cidr = "10.7.64.0/20"
[tiers.public]
route = "internet"
size = "/26"
nat-gateways = "single"
nat-addresses = ["eipalloc-00000abc"]
[tiers.shared]
existing-subnets = ["subnet-0000000a", "subnet-0000000b"]
[security-groups.training]
inbound = [{ from = "sg-00000abc", ports = 443 }, { from = "vpc", ports = 22 }, { from = "tier:shared", ports = 80 }]
[endpoints.s3]
tiers = ["training"]
route-tables = ["rtb-00000abc"]
[endpoints.sts]
tiers = ["shared"]
security-groups = ["training", "sg-00000abc"]
"#;

fn in_assumed(text: &str) -> String {
    let parsed = super::parse(text);
    let draft = parsed.draft.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    let resolved = draft.resolve(&draft.fixtures(), &draft.assumed());
    let resolved = resolved.unwrap_or_else(|reports| panic!("{reports:?}"));
    assert_eq!(resolved.warnings, []);
    list(&resolved.network)
}

#[test]
fn a_network_is_built_into_a_vpc_that_exists() {
    assert_snapshot!(in_assumed(SHARED), @r#"
    subnet.public@a 10.7.0.0/26 eu-west-1a table public acl -
    subnet.public@b 10.7.0.64/26 eu-west-1b table public acl -
    subnet.training@a 10.7.64.0/22 eu-west-1a table training acl -
    subnet.training@b 10.7.68.0/22 eu-west-1b table training acl -
    igw.main
    nat.main@a in subnet.public@a as eip.eipalloc-00000abc
    route-table.public
      0.0.0.0/0 via igw.main
    route-table.training
    security-group.training "managed by palisade"
      tcp 22 from 10.7.0.0/16
      tcp 80 from 10.7.255.224/28
      tcp 80 from 10.7.255.240/28
      tcp 443 from security-group.sg-00000abc
    endpoint.s3 com.amazonaws.eu-west-1.s3
      tables rtb-00000abc training
    endpoint.sts com.amazonaws.eu-west-1.sts
      subnets subnet-0000000a subnet-0000000b
      groups sg-00000abc training
      dns true
    flow-log.vpc arn:aws:s3:::logs all every 600 s
    "#);
}

#[test]
fn made_up_subnets_lie_in_no_tier() {
    let text = |cidr: &str, size: &str| {
        format!(
            "name = \"lab\"\nregion = \"eu-west-1\"\n[vpc]\nexisting = \"vpc-00000abc\"\ncidr = \"{cidr}\"\nzones = [\"a\"]\n\
             [tiers.app]\nroute = \"isolated\"\ncidr = \"10.0.0.{size}\"\nslots = 1\n\
             [tiers.theirs]\nexisting-subnets = [\"subnet-0000000a\", \"subnet-0000000b\"]\n\
             [security-groups.web]\ninbound = [{{ from = \"tier:theirs\", ports = 443 }}]\n"
        )
    };
    assert_snapshot!(in_assumed(&text("10.0.0.0/24", "224/27")), @r#"
    subnet.app@a 10.0.0.224/27 eu-west-1a table app acl -
    route-table.app
    security-group.web "managed by palisade"
      tcp 443 from 10.0.0.192/28
      tcp 443 from 10.0.0.208/28
    "#);
    // Where the tiers leave nothing, the VPC may still have another block.
    assert_snapshot!(in_assumed(&text("10.0.0.0/24", "0/24")), @r#"
    subnet.app@a 10.0.0.0/24 eu-west-1a table app acl -
    route-table.app
    security-group.web "managed by palisade"
      tcp 443 from 100.64.0.224/28
      tcp 443 from 100.64.0.240/28
    "#);
}

#[test]
fn what_is_named_and_not_there() {
    assert_snapshot!(refused(SHARED, |it| it, &Live::default()), @r#"
    error[existing-missing]: the account has no VPC `vpc-00000abc` in this region
     --> blueprint.toml:5:12
      |
    5 | existing = "vpc-00000abc"
      |            ^^^^^^^^^^^^^^
      |
      = help: look at the id, and at the account and the region that the blueprint is for
    "#);
    let parsed = super::parse(SHARED);
    let live = parsed.draft.expect("a right blueprint").assumed();
    let other = SHARED
        .replace("subnet-0000000b", "subnet-0000000c")
        .replace("rtb-00000abc", "rtb-0000000d")
        .replace("eipalloc-00000abc", "eipalloc-0000000e");
    assert_snapshot!(refused(&other, |it| it, &live), @r#"
    error[existing-missing]: the account has no elastic IP `eipalloc-0000000e` in this region
      --> blueprint.toml:15:18
       |
    15 | nat-addresses = ["eipalloc-0000000e"]
       |                  ^^^^^^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    error[existing-missing]: the account has no subnet `subnet-0000000c` in this region
      --> blueprint.toml:17:40
       |
    17 | existing-subnets = ["subnet-0000000a", "subnet-0000000c"]
       |                                        ^^^^^^^^^^^^^^^^^
       |
       = help: it must lie in the VPC that `existing` of `[vpc]` names
    error[existing-missing]: the account has no route table `rtb-0000000d` in this region
      --> blueprint.toml:22:17
       |
    22 | route-tables = ["rtb-0000000d"]
       |                 ^^^^^^^^^^^^^^
       |
       = help: it must lie in the VPC that `existing` of `[vpc]` names
    "#);
    let cidr = SHARED
        .replace("existing =", "cidr = \"10.8.0.0/16\"\nexisting =")
        .replace("10.7.64.0/20", "10.8.64.0/20");
    assert_snapshot!(refused(&cidr, |it| it, &live), @r#"
    error[existing-differs]: `10.8.0.0/16` is no block of `vpc-00000abc`
     --> blueprint.toml:5:8
      |
    5 | cidr = "10.8.0.0/16"
      |        ^^^^^^^^^^^^^
      |
      = help: it has 10.7.0.0/16; leave `cidr` out to take what there is
    error[tier-outside-vpc]: tier `training` is outside of the VPC
      --> blueprint.toml:11:8
       |
    11 | cidr = "10.8.64.0/20"
       |        ^^^^^^^^^^^^^^
       |
       = help: take a block inside 10.7.0.0/16
    "#);
    assert_snapshot!(refused(&SHARED.replace("subnet-0000000b", "subnet-0000e15e"), |it| it, &with_elsewhere(live)), @r#"
    error[existing-missing]: subnet `subnet-0000e15e` lies in `vpc-0000e15e`
      --> blueprint.toml:17:40
       |
    17 | existing-subnets = ["subnet-0000000a", "subnet-0000e15e"]
       |                                        ^^^^^^^^^^^^^^^^^
       |
       = help: name one in `vpc-00000abc`
    "#);
}

fn elsewhere() -> palisade_core::kinds::subnet::Subnet {
    palisade_core::kinds::subnet::Subnet {
        vpc: palisade_core::Key::new(palisade_core::Kind::Vpc, "vpc-0000e15e"),
        cidr: "10.9.0.0/24".parse().expect("a CIDR"),
        ipv6: None,
        assign_ipv6: false,
        zone: "eu-west-1a".to_owned(),
        public_ip_on_launch: false,
        route_table: None,
        network_acl: None,
    }
}

fn with_elsewhere(mut live: Live) -> Live {
    live.insert_existing("subnet-0000e15e", elsewhere(), []);
    live
}

#[test]
fn what_cannot_be_chosen() {
    let text = SHARED
        .replace("existing = ", "dns-support = false\nexisting = ")
        .replace("existing-subnets", "route = \"isolated\"\nslots = 2\nexisting-subnets")
        .replace("tiers = [\"training\"]\n", "tiers = [\"training\", \"shared\"]\n");
    check!(&text, @r#"
    error[existing-field]: `dns-support` cannot be chosen for a VPC that exists already
     --> blueprint.toml:5:1
      |
    5 | dns-support = false
      | ^^^^^^^^^^^
    6 | existing = "vpc-00000abc"
      |            -------------- this one is somebody else's
      |
      = help: leave it out: palisade builds into such a VPC, and changes nothing of it
    warning[nat-unused]: no tier is routed through the NAT gateways of `public`
      --> blueprint.toml:15:16
       |
    15 | nat-gateways = "single"
       |                ^^^^^^^^
       |
       = help: leave `nat-gateways` out: AWS charges for them by the hour
    error[existing-field]: `route` cannot be chosen for subnets that exist already
      --> blueprint.toml:18:1
       |
    18 | route = "isolated"
       | ^^^^^
    19 | slots = 2
    20 | existing-subnets = ["subnet-0000000a", "subnet-0000000b"]
       | ---------------- these are somebody else's
       |
       = help: leave it out, or write a tier of its own
    error[existing-field]: `slots` cannot be chosen for subnets that exist already
      --> blueprint.toml:19:1
       |
    19 | slots = 2
       | ^^^^^
    20 | existing-subnets = ["subnet-0000000a", "subnet-0000000b"]
       | ---------------- these are somebody else's
       |
       = help: leave it out, or write a tier of its own
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:23:12
       |
    23 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    error[endpoint-tables]: endpoint `s3` would change the route tables of tier `shared`
      --> blueprint.toml:24:22
       |
    24 | tiers = ["training", "shared"]
       |                      ^^^^^^^^
       |
       = help: its subnets exist already, and their tables are somebody else's
       = help: name the tables that may be added to: `route-tables = ["rtb-…"]`, and leave the tier out
    "#);
}

#[test]
fn subnets_that_exist_in_a_vpc_that_does_not() {
    check!(&lab("[tiers.shared]\nexisting-subnets = [\"subnet-0000000a\"]\n"), @r#"
    error[existing-field]: subnets that exist already lie in a VPC that exists already
      --> blueprint.toml:11:1
       |
    11 | existing-subnets = ["subnet-0000000a"]
       | ^^^^^^^^^^^^^^^^
       |
       = help: write `existing = "vpc-…"` into `[vpc]`
    "#);
}

#[test]
fn a_vpc_that_exists_says_nothing_of_zones() {
    check!(&SHARED.replace("zones = [\"a\", \"b\"]\n", ""), @r#"
    error[missing-key]: `zones` is missing, here and in `[vpc]`
     --> blueprint.toml:7:1
      |
    7 | [tiers.training]
      | ^^^^^^^^^^^^^^^^
      |
      = help: add `zones = ["a", "b"]`
    error[missing-key]: `zones` is missing, here and in `[vpc]`
      --> blueprint.toml:10:1
       |
    10 | [tiers.public]
       | ^^^^^^^^^^^^^^
       |
       = help: add `zones = ["a", "b"]`
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:19:12
       |
    19 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    "#);
}

#[test]
fn addresses_do_not_fit_their_gateways() {
    let tier = r#"
[tiers.public]
route = "internet"
cidr = "10.0.16.0/20"
nat-gateways = "per-zone"
nat-addresses = ["eipalloc-0000000a", "eipalloc-0000000a"]
nat-replace = "new-address"
[tiers.out]
route = "nat"
cidr = "10.0.32.0/20"
nat-replace = "keep-address"
"#;
    check!(&lab(tier), @r#"
    error[nat-addresses]: the tier has 2 NAT gateways, and brings 1 address
      --> blueprint.toml:15:17
       |
    15 | nat-addresses = ["eipalloc-0000000a", "eipalloc-0000000a"]
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: bring one for each gateway, in the order of the tier's zones, or none at all
    error[twice]: address `eipalloc-0000000a` is given twice
      --> blueprint.toml:15:39
       |
    15 | nat-addresses = ["eipalloc-0000000a", "eipalloc-0000000a"]
       |                  -------------------  ^^^^^^^^^^^^^^^^^^^
       |                  |
       |                  here first
       |
       = help: leave one of them out
    error[nat-addresses]: `nat-replace = "new-address"` has no new address to take
      --> blueprint.toml:16:15
       |
    15 | nat-addresses = ["eipalloc-0000000a", "eipalloc-0000000a"]
       |                 ------------------------------------------ these are the ones
    16 | nat-replace = "new-address"
       |               ^^^^^^^^^^^^^
       |
       = help: leave one of the two out
    error[nat-addresses]: `nat-replace` is for a tier that has NAT gateways
      --> blueprint.toml:20:15
       |
    20 | nat-replace = "keep-address"
       |               ^^^^^^^^^^^^^^
       |
       = help: move it to the tier with `nat-gateways`
    "#);
}

#[test]
fn an_interface_has_no_tables() {
    let more = "[security-groups.x]\n[endpoints.sts]\ntiers = [\"app\"]\nsecurity-groups = [\"x\"]\nroute-tables = [\"rtb-0000000a\"]\n";
    check!(&lab(more), @r#"
    error[endpoint-field]: an interface endpoint has no `route-tables`
      --> blueprint.toml:14:1
       |
    14 | route-tables = ["rtb-0000000a"]
       | ^^^^^^^^^^^^
       |
       = help: leave it out: an interface has addresses in the subnets of its tiers
    "#);
}

#[test]
fn an_endpoint_stands_nowhere() {
    check!(&lab("[security-groups.x]\n[endpoints.sts]\nsecurity-groups = [\"x\"]\n"), @r#"
    error[missing-key]: an endpoint needs `tiers`
      --> blueprint.toml:11:1
       |
    11 | [endpoints.sts]
       | ^^^^^^^^^^^^^^^
       |
       = help: add `tiers = ["app"]`
    "#);
}

/// A mistake elsewhere is told together with the warning, which is none by itself.
#[test]
fn a_warning_beside_a_mistake() {
    let text = with_rules("{ from = \"sg-00000abc\", ports = 443 }", "").replace("\"b\"", "\"b\", \"f\"");
    let without = |mut facts: Facts| {
        facts.zones.retain(|it| !it.name.ends_with('f'));
        Facts { groups: BTreeSet::new(), ..facts }
    };
    assert_snapshot!(refused(&text, without, &Live::default()), @r#"
    error[zone-unknown]: the account has no zone `eu-west-1f`
     --> blueprint.toml:6:20
      |
    6 | zones = ["a", "b", "f"]
      |                    ^^^
      |
      = help: it has `eu-west-1a`, `eu-west-1b` and `eu-west-1c`
    warning[group-unseen]: `sg-00000abc` is not in this VPC and cannot be seen in this account
      --> blueprint.toml:11:21
       |
    11 | inbound = [{ from = "sg-00000abc", ports = 443 }]
       |                     ^^^^^^^^^^^^^
       |
       = help: if it lies in a peered VPC of another account that is fine, else AWS will refuse the rule
    "#);
}
