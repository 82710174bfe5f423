//! Facts that AWS's documents state, or that follow from a table which they print. The page stands before each.

use insta::assert_snapshot;
use palisade_core::guarantee::{Expect, Place};
use palisade_core::kinds::vpc::HasIpv6;
use palisade_verify::{Onwards, Stage};

use crate::net::{Net, carrying, decided, ends, guarantee};

const ANY: [&[&str]; 2] = [&[], &[]];

/// VPC user guide, "Example: Control access to instances in a subnet". The remote computer is 172.31.1.2.
fn one_remote_computer(inbound: &str) -> Net {
    Net::new(HasIpv6::No)
        .subnet("a", "10.0.0.0/24", &[("172.31.0.0/16", "tgw-1")])
        .outside("remote", "172.31.0.0/16", Onwards::No)
        .acl("a", "100 allow tcp 22 172.31.1.2/32", "100 allow tcp 1024-65535 172.31.1.2/32")
        .group("web", inbound, "all group:web")
}

#[test]
fn an_acl_and_a_group_for_one_remote_computer() {
    let net = one_remote_computer("all group:web\n tcp 22 172.31.1.2/32");
    let both: [&[&str]; 2] = [&["web"], &["web"]];
    let far: [&[&str]; 2] = [&[], &["web"]];
    assert_eq!(ends(&net.tcp("a", 40000, "10.0.0.9", 3306, both)), "ACCEPT / ACCEPT");
    let remote = net.tcp("172.31.1.2", 50000, "a", 22, far);
    assert_snapshot!(ends(&remote), @"ACCEPT / UNDETERMINED: it is not known what lets pass or routes on the far side of `outside:remote`");
    assert!(remote.reply.expect("an answer").fault().is_none());
    assert_eq!(ends(&net.tcp("172.31.1.3", 50000, "a", 22, far)), "NACL_INGRESS_DENY");
    assert_eq!(ends(&net.tcp("172.31.1.2", 50000, "a", 443, far)), "NACL_INGRESS_DENY");
    // Opened by mistake: the ACL still stops everybody else.
    let open = one_remote_computer("all 0.0.0.0/0");
    assert!(open.tcp("172.31.1.2", 50000, "a", 22, far).is_delivered());
    assert_eq!(ends(&open.tcp("172.31.1.3", 50000, "a", 22, far)), "NACL_INGRESS_DENY");
}

/// VPC user guide, "Custom network ACLs", the table for a subnet of IPv4.
fn custom_acl() -> Net {
    Net::new(HasIpv6::No).igw().subnet("web", "10.0.0.0/24", &[("0.0.0.0/0", "igw")]).public("web").acl(
        "web",
        "100 allow tcp 80 0.0.0.0/0
         110 allow tcp 443 0.0.0.0/0
         120 allow tcp 22 192.0.2.0/24
         130 allow tcp 3389 192.0.2.0/24
         140 allow tcp 32768-65535 0.0.0.0/0",
        "100 allow tcp 80 0.0.0.0/0
         110 allow tcp 443 0.0.0.0/0
         120 allow tcp 1024-65535 192.0.2.0/24
         140 allow tcp 32768-65535 0.0.0.0/0",
    )
}

#[test]
fn entries_decide_in_the_order_of_their_numbers() {
    let net = custom_acl();
    let https = net.tcp("internet", 49152, "web", 443, ANY);
    assert_eq!(decided(&https.forward, Stage::Acl), "network-acl.web, inbound entry 110");
    assert_eq!(
        decided(https.reply.as_ref().expect("an answer"), Stage::Acl),
        "network-acl.web, outbound entry 140"
    );
    let netbios = net.tcp("internet", 49152, "web", 139, ANY);
    assert_eq!(decided(&netbios.forward, Stage::Acl), "network-acl.web, inbound");
    assert_eq!(ends(&netbios), "NACL_INGRESS_DENY");
    let ssh = net.tcp("192.0.2.7", 1025, "web", 22, ANY);
    assert_eq!(
        decided(ssh.reply.as_ref().expect("an answer"), Stage::Acl),
        "network-acl.web, outbound entry 120"
    );
    assert_eq!(ends(&ssh), "ACCEPT / EXIT_INTERNET");
}

#[test]
fn a_reply_to_an_old_client_is_lost() {
    let net = custom_acl();
    assert_eq!(ends(&net.tcp("internet", 1025, "web", 443, ANY)), "ACCEPT / NACL_EGRESS_DENY");
    assert_eq!(ends(&net.tcp("web", 49152, "internet", 443, ANY)), "EXIT_INTERNET / ACCEPT");
    assert_eq!(ends(&net.tcp("web", 20000, "internet", 443, ANY)), "EXIT_INTERNET / NACL_INGRESS_DENY");
}

/// VPC user guide, "VPC with public and private subnets (NAT)", the recommended ACLs.
fn scenario_2() -> Net {
    Net::new(HasIpv6::No)
        .igw()
        .subnet("web", "10.0.0.0/24", &[("0.0.0.0/0", "igw")])
        .public("web")
        .nat("web")
        .subnet("db", "10.0.1.0/24", &[("0.0.0.0/0", "nat")])
        .acl(
            "web",
            "100 allow tcp 80 0.0.0.0/0
             110 allow tcp 443 0.0.0.0/0
             140 allow tcp 1024-65535 0.0.0.0/0",
            "100 allow tcp 80 0.0.0.0/0
             110 allow tcp 443 0.0.0.0/0
             120 allow tcp 1433 10.0.1.0/24
             140 allow tcp 32768-65535 0.0.0.0/0",
        )
        .acl(
            "db",
            "100 allow tcp 1433 10.0.0.0/24
             130 allow tcp 1024-65535 0.0.0.0/0",
            "100 allow tcp 80 0.0.0.0/0
             110 allow tcp 443 0.0.0.0/0
             120 allow tcp 32768-65535 10.0.0.0/24",
        )
}

#[test]
fn a_public_and_a_private_subnet() {
    let net = scenario_2();
    assert_eq!(ends(&net.tcp("internet", 49152, "web", 443, ANY)), "ACCEPT / EXIT_INTERNET");
    assert_eq!(ends(&net.tcp("web", 49152, "db", 1433, ANY)), "ACCEPT / ACCEPT");
    assert_eq!(ends(&net.tcp("db", 49152, "internet", 443, ANY)), "EXIT_INTERNET / ACCEPT");
    assert_eq!(ends(&net.tcp("web", 49152, "db", 3306, ANY)), "NACL_EGRESS_DENY");
    assert_eq!(ends(&net.tcp("internet", 49152, "db", 443, ANY)), "INTERNET_PRIVATE_ADDR");
}

#[test]
fn the_recommended_acls_lose_replies_through_nat() {
    let lost = scenario_2().tcp("db", 20000, "internet", 443, ANY);
    assert_eq!(ends(&lost), "EXIT_INTERNET / NACL_EGRESS_DENY");
    let fault = lost.reply.as_ref().and_then(|it| it.fault()).expect("what stops it");
    assert_eq!(fault.by.as_ref().expect("an ACL").to_string(), "network-acl.web, outbound");
}

/// VPC user guide, "Route priority".
#[test]
fn the_longest_prefix_wins() {
    let routes = [("172.31.0.0/16", "pcx-1"), ("0.0.0.0/0", "igw")];
    let net = Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", &routes).outside(
        "peer",
        "172.31.0.0/16",
        Onwards::No,
    );
    let route = |to: &str| decided(&net.tcp("a", 40000, to, 443, ANY).forward, Stage::Route);
    assert_eq!(route("172.31.9.9"), "to 172.31.0.0/16 by pcx-1");
    assert_eq!(route("10.0.9.9"), "local: 10.0.0.0/16 is the VPC's own");
    assert_eq!(route("8.8.8.8"), "to 0.0.0.0/0 by igw.main");
}

/// AWS PrivateLink guide, "Gateway endpoints", "Routing".
#[test]
fn a_gateway_endpoint_has_the_services_addresses() {
    let routes = [("0.0.0.0/0", "nat"), ("10.1.0.0/16", "pcx-1")];
    let net = |more: &[(&str, &str)]| {
        let routes: Vec<(&str, &str)> = routes.iter().chain(more).copied().collect();
        let net = Net::new(HasIpv6::No).igw().subnet("web", "10.0.0.0/24", &[("0.0.0.0/0", "igw")]);
        net.nat("web").subnet("a", "10.0.1.0/24", &routes).s3(&["a"]).outside(
            "peer",
            "10.1.0.0/16",
            Onwards::No,
        )
    };
    let route = |net: &Net, to: &str| decided(&net.tcp("a", 40000, to, 443, ANY).forward, Stage::Route);
    assert_eq!(route(&net(&[]), "52.216.0.9"), "to 52.216.0.0/15 by endpoint.s3");
    assert_eq!(route(&net(&[]), "10.1.0.9"), "to 10.1.0.0/16 by pcx-1");
    // S3 of another Region is not in the list.
    assert!(route(&net(&[]), "52.95.0.9").starts_with("to 0.0.0.0/0 by nat.main"));
    // A written route of the same length takes precedence.
    assert_eq!(route(&net(&[("52.216.0.0/15", "igw")]), "52.216.0.9"), "to 52.216.0.0/15 by igw.main");
}

/// VPC user guide, "Internet gateways".
#[test]
fn an_internet_gateway_needs_a_route_and_a_public_address() {
    let subnet = |routes: &[(&str, &str)]| Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", routes);
    let routes = [("0.0.0.0/0", "igw")];
    assert_eq!(
        ends(&subnet(&routes).public("a").tcp("a", 40000, "internet", 443, ANY)),
        "EXIT_INTERNET / ACCEPT"
    );
    // Its interfaces are not all reachable from there, since nobody gives them public addresses.
    let net = subnet(&routes).group("all", "", "all 0.0.0.0/0");
    let reachable = || {
        let from = carrying(Place::Tier("a".to_owned()), &["all"]);
        guarantee(from, palisade_core::guarantee::End::any(Place::Internet), Expect::Reachable)
    };
    assert_snapshot!(net.verdict(reachable()), @"broken by tcp 10.0.0.4 port 49152 -> 8.8.8.8 port 443");
    assert_eq!(net.public("a").verdict(reachable()), "holds");
    assert_eq!(ends(&subnet(&[]).public("a").tcp("a", 40000, "internet", 443, ANY)), "NO_ROUTE");
}

/// VPC user guide, "Default security groups".
#[test]
fn members_of_a_default_group_reach_each_other() {
    let net = Net::new(HasIpv6::No)
        .igw()
        .subnet("a", "10.0.0.0/24", &[("0.0.0.0/0", "igw")])
        .public("a")
        .group("default", "all group:default", "all 0.0.0.0/0");
    let both: [&[&str]; 2] = [&["default"], &["default"]];
    assert_eq!(ends(&net.tcp("a", 40000, "10.0.0.9", 22, both)), "ACCEPT / ACCEPT");
    assert_eq!(ends(&net.tcp("internet", 40000, "a", 22, both)), "SG_INGRESS_DENY");
}
