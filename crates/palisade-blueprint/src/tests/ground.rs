//! The VPC beyond its block: further blocks, IPv6, DHCP, flow logs, defaults, and its zones.

use insta::assert_snapshot;
use palisade_core::Live;

use super::resolving::built;
use super::{HEAD, check, lab, list, network, with_tiers};

/// Returns a right blueprint whose VPC says `more`.
fn with_vpc(more: &str) -> String {
    lab("").replace("zones = [\"a\", \"b\"]\n", &format!("zones = [\"a\", \"b\"]\n{more}\n"))
}

#[test]
fn a_subnet_that_moves_to_other_addresses_gets_another_64() {
    let dual = |text: &str| lab(text).replace("[vpc]\n", "[vpc]\nipv6 = true\n");
    let live = built(&network(&dual(""), &Live::default()));
    let elsewhere = network(&dual("").replace("10.0.0.0/20", "10.0.64.0/20"), &live);
    assert_snapshot!(list(&elsewhere), @"
    vpc.main 10.0.0.0/16 ipv6 dns true/true
    subnet.app@a 10.0.64.0/22 ipv6 2 eu-west-1a table app acl -
    subnet.app@b 10.0.68.0/22 ipv6 3 eu-west-1b table app acl -
    route-table.app
    ");
    let live = built(&elsewhere);
    assert_eq!(list(&network(&dual("").replace("10.0.0.0/20", "10.0.64.0/20"), &live)), list(&elsewhere));
    let larger = dual("slots = 16\n").replace("10.0.0.0/20", "10.0.64.0/18");
    assert_snapshot!(list(&network(&larger, &live)), @"
    vpc.main 10.0.0.0/16 ipv6 dns true/true
    subnet.app@a 10.0.64.0/22 ipv6 2 eu-west-1a table app acl -
    subnet.app@b 10.0.68.0/22 ipv6 3 eu-west-1b table app acl -
    route-table.app
    ");
}

#[test]
fn dual_stack() {
    let tiers = r#"
[tiers.public]
route = "internet"
cidr = "10.0.0.0/20"
nat-gateways = "single"
assign-ipv6 = true
[tiers.app]
route = "nat"
cidr = "10.0.16.0/20"
[tiers.app.network-acl]
inbound = [{ rule = 100, allow = "icmpv6", from = "internet" }, { rule = 200, allow = "all", from = "vpc" }]
outbound = [{ rule = 100, allow = "tcp", ports = 443, to = ["internet", "tier:public"] }]
[tiers.data]
route = "isolated"
cidr = "10.0.32.0/20"
[security-groups.app]
inbound = [{ from = "tier:public", ports = 443 }, { from = "vpc", protocol = "icmp" }]
outbound = [{ to = "internet", protocol = "all" }]
"#;
    let text = with_tiers(tiers).replace("[vpc]\n", "[vpc]\nipv6 = true\n");
    assert_snapshot!(list(&network(&text, &Live::default())), @r#"
    vpc.main 10.0.0.0/16 ipv6 dns true/true
    subnet.app@a 10.0.16.0/22 ipv6 0 eu-west-1a table app@a acl app
    subnet.app@b 10.0.20.0/22 ipv6 1 eu-west-1b table app@b acl app
    subnet.data@a 10.0.32.0/22 ipv6 2 eu-west-1a table data acl -
    subnet.data@b 10.0.36.0/22 ipv6 3 eu-west-1b table data acl -
    subnet.public@a 10.0.0.0/22 ipv6 4 assigned eu-west-1a table public acl -
    subnet.public@b 10.0.4.0/22 ipv6 5 assigned eu-west-1b table public acl -
    igw.main
    eigw.main
    eip.nat@a
    nat.main@a in subnet.public@a as eip.nat@a
    route-table.app@a
      0.0.0.0/0 via nat.main@a
      ::/0 via eigw.main
    route-table.app@b
      0.0.0.0/0 via nat.main@a
      ::/0 via eigw.main
    route-table.data
    route-table.public
      0.0.0.0/0 via igw.main
      ::/0 via igw.main
    network-acl.app
      inbound 100 allow icmpv6 ::/0
      inbound 200 allow all 10.0.0.0/16
      inbound 201 allow all ipv6-prefix
      outbound 100 allow tcp 443 0.0.0.0/0
      outbound 101 allow tcp 443 10.0.0.0/20
      outbound 102 allow tcp 443 ::/0
      outbound 103 allow tcp 443 ipv6-slot(4)
      outbound 104 allow tcp 443 ipv6-slot(5)
    security-group.app "managed by palisade"
      tcp 443 from 10.0.0.0/20
      tcp 443 from ipv6-slot(4)
      tcp 443 from ipv6-slot(5)
      icmp from 10.0.0.0/16
      all to 0.0.0.0/0
      all to ::/0
    "#);
}

#[test]
fn a_subnet_keeps_its_ipv6_block() {
    let tier = |name: &str, third: u8| {
        format!("[tiers.{name}]\nroute = \"isolated\"\ncidr = \"10.0.{third}.0/20\"\n")
    };
    let dual = |tiers: &str| with_tiers(tiers).replace("[vpc]\n", "[vpc]\nipv6 = true\n");
    let before = network(&dual(&tier("m", 0)), &Live::default());
    let after = network(&dual(&(tier("a", 16) + &tier("m", 0))), &built(&before));
    assert_snapshot!(list(&after), @"
    vpc.main 10.0.0.0/16 ipv6 dns true/true
    subnet.a@a 10.0.16.0/22 ipv6 2 eu-west-1a table a acl -
    subnet.a@b 10.0.20.0/22 ipv6 3 eu-west-1b table a acl -
    subnet.m@a 10.0.0.0/22 ipv6 0 eu-west-1a table m acl -
    subnet.m@b 10.0.4.0/22 ipv6 1 eu-west-1b table m acl -
    route-table.a
    route-table.m
    ");
}

#[test]
fn the_whole_vpc() {
    let more = r#"
secondary-cidrs = ["100.64.0.0/16", "10.1.0.0/16"]
dhcp = { domain-name = "corp.example.com", name-servers = ["10.0.0.2", "AmazonProvidedDNS"], ntp-servers = ["169.254.169.123"] }
default-security-group = "leave"
flow-logs = { to = "s3://logs/vpc/", traffic = "reject", interval = 60 }
"#;
    assert_snapshot!(list(&network(&with_vpc(more), &Live::default())), @"
    vpc.main 10.0.0.0/16 10.1.0.0/16 100.64.0.0/16 dns true/true dhcp.main default group left
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl -
    subnet.app@b 10.0.4.0/22 eu-west-1b table app acl -
    route-table.app
    dhcp.main domain-name corp.example.com; name-servers 10.0.0.2, AmazonProvidedDNS; ntp-servers 169.254.169.123
    flow-log.vpc arn:aws:s3:::logs/vpc reject every 60 s
    ");
    let to_group =
        "flow-logs = { to = \"log-group:/vpc/lab\", role = \"arn:aws:iam::111122223333:role/logs\" }";
    assert_snapshot!(list(&network(&with_vpc(to_group), &Live::default())), @"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl -
    subnet.app@b 10.0.4.0/22 eu-west-1b table app acl -
    route-table.app
    flow-log.vpc log-group:/vpc/lab all every 600 s
    ");
}

#[test]
fn further_blocks_are_wrong() {
    check!(&with_vpc("secondary-cidrs = [\"10.0.128.0/17\", \"192.168.0.0/16\", \"fd00::/56\", \"10.1.0.0/16\", \"10.1.2.0/24\"]"), @r#"
    error[cidrs-overlap]: two blocks of the VPC overlap
     --> blueprint.toml:7:20
      |
    5 | cidr = "10.0.0.0/16"
      |        ------------- here first
    6 | zones = ["a", "b"]
    7 | secondary-cidrs = ["10.0.128.0/17", "192.168.0.0/16", "fd00::/56", "10.1.0.0/16", "10.1.2.0/24"]
      |                    ^^^^^^^^^^^^^^^
      |
      = help: take a block beside the others
    error[cidr-range]: AWS takes no block of 192.168.0.0/16 beside 10.0.0.0/16
     --> blueprint.toml:7:37
      |
    5 | cidr = "10.0.0.0/16"
      |        ------------- the primary block
    6 | zones = ["a", "b"]
    7 | secondary-cidrs = ["10.0.128.0/17", "192.168.0.0/16", "fd00::/56", "10.1.0.0/16", "10.1.2.0/24"]
      |                                     ^^^^^^^^^^^^^^^^
      |
      = help: take a block of the primary one's own range, or of 100.64.0.0/10
    error[cidr-family]: `fd00::/56` is an IPv6 block
     --> blueprint.toml:7:55
      |
    7 | secondary-cidrs = ["10.0.128.0/17", "192.168.0.0/16", "fd00::/56", "10.1.0.0/16", "10.1.2.0/24"]
      |                                                       ^^^^^^^^^^^ IPv4 is needed here
      |
      = help: write an IPv4 block, such as `10.40.0.0/16`
    error[cidrs-overlap]: two blocks of the VPC overlap
     --> blueprint.toml:7:83
      |
    7 | secondary-cidrs = ["10.0.128.0/17", "192.168.0.0/16", "fd00::/56", "10.1.0.0/16", "10.1.2.0/24"]
      |                                                                    -------------  ^^^^^^^^^^^^^
      |                                                                    |
      |                                                                    here first
      |
      = help: take a block beside the others
    "#);
    let many: Vec<String> = (1..6).map(|it| format!("\"10.{it}.0.0/16\"")).collect();
    check!(&with_vpc(&format!("secondary-cidrs = [{}]", many.join(", "))), @r#"
    error[cidrs-too-many]: the VPC has 6 blocks, 5 are possible
     --> blueprint.toml:7:19
      |
    7 | secondary-cidrs = ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16"]
      |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: take fewer, larger blocks
    "#);
}

#[test]
fn addresses_of_a_family_that_is_not_there() {
    let more = r#"
[tiers.dual]
route = "isolated"
cidr = "10.0.16.0/20"
assign-ipv6 = true
[security-groups.web]
inbound = [{ from = "vpc", protocol = "icmpv6" }]
"#;
    check!(&lab(more), @r#"
    error[ipv6-off]: `assign-ipv6` needs a VPC with IPv6
      --> blueprint.toml:14:1
       |
    14 | assign-ipv6 = true
       | ^^^^^^^^^^^
       |
       = help: add `ipv6 = true` to `[vpc]`, or leave this out
    error[icmp-family]: icmpv6 is never spoken with `vpc`, which is IPv4
      --> blueprint.toml:16:21
       |
    16 | inbound = [{ from = "vpc", protocol = "icmpv6" }]
       |                     ^^^^^
       |
       = help: write `icmp`
    "#);
}

#[test]
fn dhcp_options_are_wrong() {
    check!(&with_vpc("dhcp = {}"), @"
    error[dhcp]: `dhcp` says nothing
     --> blueprint.toml:7:8
      |
    7 | dhcp = {}
      |        ^^
      |
      = help: add `domain-name`, `name-servers` or `ntp-servers`, or leave `dhcp` out
    ");
    let five = "\"10.0.0.1\", \"10.0.0.2\", \"10.0.0.3\", \"10.0.0.4\", \"10.0.0.5\"";
    let more = format!(
        "dhcp = {{ domain-name = \"corp..example\", name-servers = [\"dns\"], ntp-servers = [{five}] }}"
    );
    check!(&with_vpc(&more), @r#"
    error[dhcp]: `corp..example` is no domain
     --> blueprint.toml:7:24
      |
    7 | dhcp = { domain-name = "corp..example", name-servers = ["dns"], ntp-servers = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0....
      |                        ^^^^^^^^^^^^^^^
      |
      = help: write a domain such as `corp.example.com`
    error[dhcp]: `dns` is no address of a server
     --> blueprint.toml:7:57
      |
    7 | dhcp = { domain-name = "corp..example", name-servers = ["dns"], ntp-servers = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0....
      |                                                         ^^^^^
      |
      = help: write an IP address, or `AmazonProvidedDNS`
    error[dhcp]: AWS takes 4 `ntp-servers`, not 5
     --> blueprint.toml:7:79
      |
    7 | ...e-servers = ["dns"], ntp-servers = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"] }
      |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: leave some of them out
    "#);
}

#[test]
fn flow_logs_are_wrong() {
    check!(&with_vpc("flow-logs = { to = \"kinesis:x\", interval = 300 }"), @r#"
    error[flow-logs]: `kinesis:x` is no place for flow logs
     --> blueprint.toml:7:20
      |
    7 | flow-logs = { to = "kinesis:x", interval = 300 }
      |                    ^^^^^^^^^^^
      |
      = help: write `s3://bucket/prefix`, or `log-group:/vpc/flow-logs`
    error[flow-logs]: `interval` is 60 or 600 seconds, not 300
     --> blueprint.toml:7:44
      |
    7 | flow-logs = { to = "kinesis:x", interval = 300 }
      |                                            ^^^
      |
      = help: write `interval = 600`, which costs least, or `interval = 60`
    "#);
    check!(&with_vpc("flow-logs = { to = \"s3://My_Bucket\" }"), @r#"
    error[flow-logs]: `My_Bucket` is no name of a bucket
     --> blueprint.toml:7:20
      |
    7 | flow-logs = { to = "s3://My_Bucket" }
      |                    ^^^^^^^^^^^^^^^^
      |
      = help: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens
    "#);
    check!(&with_vpc("flow-logs = { to = \"s3://logs/AWSLogs\" }"), @r#"
    error[flow-logs]: AWS keeps the prefix `AWSLogs` to itself
     --> blueprint.toml:7:20
      |
    7 | flow-logs = { to = "s3://logs/AWSLogs" }
      |                    ^^^^^^^^^^^^^^^^^^^
      |
      = help: leave it out: AWS adds it
    "#);
    check!(&with_vpc("flow-logs = { to = \"s3://logs\", role = \"arn:aws:iam::111122223333:role/x\" }"), @r#"
    error[flow-logs]: flow logs to a bucket take no `role`
     --> blueprint.toml:7:33
      |
    7 | flow-logs = { to = "s3://logs", role = "arn:aws:iam::111122223333:role/x" }
      |                                 ^^^^
      |
      = help: leave it out: the bucket's own policy lets the service write
    "#);
    check!(&with_vpc("flow-logs = { to = \"log-group:/vpc/lab\" }"), @r#"
    error[flow-logs]: flow logs to a log group need a `role`
     --> blueprint.toml:7:13
      |
    7 | flow-logs = { to = "log-group:/vpc/lab" }
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add the role that may write to it: `role = "arn:aws:iam::111122223333:role/flow-logs"`
    "#);
    check!(&with_vpc("flow-logs = { to = \"log-group:/vpc/lab\", role = \"logs\" }"), @r#"
    error[role-syntax]: `logs` is no ARN of a role
     --> blueprint.toml:7:49
      |
    7 | flow-logs = { to = "log-group:/vpc/lab", role = "logs" }
      |                                                 ^^^^^^
      |
      = help: write it whole: `arn:aws:iam::111122223333:role/flow-logs`
    "#);
}

#[test]
fn a_default_acl_that_lets_nothing_pass() {
    check!(&with_vpc("default-network-acl = \"deny-all\""), @r#"
    error[default-acl-cuts]: tier `app` has no `network-acl`, and the default ACL lets nothing pass
     --> blueprint.toml:8:8
      |
    7 | default-network-acl = "deny-all"
      |                       ---------- by this
    8 | [tiers.app]
      |        ^^^
      |
      = help: add `[tiers.app.network-acl]`, or leave `default-network-acl` out
    "#);
    let acl = "[tiers.app.network-acl]\ninbound = []\noutbound = []\n";
    let text = with_vpc("default-network-acl = \"deny-all\"") + acl;
    assert_snapshot!(list(&network(&text, &Live::default())), @"
    vpc.main 10.0.0.0/16 dns true/true default ACL emptied
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl app
    subnet.app@b 10.0.4.0/22 eu-west-1b table app acl app
    route-table.app
    network-acl.app
    ");
}

#[test]
fn zones_by_id_and_by_number() {
    let zones = |zones: &str| {
        let text = lab("[tiers.one]\nroute = \"isolated\"\ncidr = \"10.0.16.0/20\"\nzones = 1\n");
        text.replace("zones = [\"a\", \"b\"]", &format!("zones = {zones}"))
    };
    assert_snapshot!(list(&network(&zones("[\"euw1-az3\", \"euw1-az9\", \"a\"]"), &Live::default())), @"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@a 10.0.8.0/22 eu-west-1a table app acl -
    subnet.app@c 10.0.0.0/22 eu-west-1c table app acl -
    subnet.app@d 10.0.4.0/22 eu-west-1d table app acl -
    subnet.one@a 10.0.16.0/22 eu-west-1a table one acl -
    route-table.app
    route-table.one
    ");
    assert_snapshot!(list(&network(&zones("2"), &Live::default())), @"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl -
    subnet.app@b 10.0.4.0/22 eu-west-1b table app acl -
    subnet.one@a 10.0.16.0/22 eu-west-1a table one acl -
    route-table.app
    route-table.one
    ");
    check!(&zones("7"), @"
    error[out-of-range]: `zones` is 1 to 6
     --> blueprint.toml:6:9
      |
    6 | zones = 7
      |         ^
    ");
    check!(&zones("[\"use1-az1\"]"), @r#"
    error[zone-elsewhere]: zone `use1-az1` is not in region `eu-west-1`
     --> blueprint.toml:6:10
      |
    6 | zones = ["use1-az1"]
      |          ^^^^^^^^^^
      |
      = help: the ids of its zones are `euw1-az1` and so on
    "#);
}

#[test]
fn a_tier_counts_more_zones_than_the_vpc_has() {
    let text = lab("zones = 3\n");
    check!(&text, @"
    error[zone-not-in-vpc]: the VPC has 2 zones, not 3
      --> blueprint.toml:10:9
       |
    10 | zones = 3
       |         ^
       |
       = help: write `zones = 2` or less, or have more in `zones` of `[vpc]`
    ");
    check!(&text.replace("[\"a\", \"b\"]", "1"), @"
    error[zone-not-in-vpc]: the VPC has 1 zone, not 3
      --> blueprint.toml:10:9
       |
    10 | zones = 3
       |         ^
       |
       = help: write `zones = 1` or less, or have more in `zones` of `[vpc]`
    ");
}

#[test]
fn a_vpc_needs_a_block_and_zones() {
    let text = HEAD.replace("cidr = \"10.0.0.0/16\"\nzones = [\"a\", \"b\"]\n", "");
    check!(&format!("{text}[tiers.app]\nroute = \"isolated\"\n"), @r#"
    error[missing-key]: `cidr` is missing in `[vpc]`
     --> blueprint.toml:4:1
      |
    4 | [vpc]
      | ^^^^^
      |
      = help: add `cidr = "10.40.0.0/16"`
    error[missing-key]: `zones` is missing in `[vpc]`
     --> blueprint.toml:4:1
      |
    4 | [vpc]
      | ^^^^^
      |
      = help: add `zones = ["a", "b"]`
    error[missing-key]: `cidr` is missing in `[tiers.app]`
     --> blueprint.toml:5:1
      |
    5 | [tiers.app]
      | ^^^^^^^^^^^
      |
      = help: add `cidr = "10.40.0.0/20"`
    "#);
}
