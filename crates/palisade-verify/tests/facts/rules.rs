//! The rules by which AWS decides about packets, one test each. The page stands before each; where a rule is AWS's own
//! table of facts, `published.rs` has it.

use palisade_core::guarantee::{End, Expect, Place, Via};
use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::vpc::HasIpv6;
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Key, Kind, Spec};
use palisade_verify::{Onwards, Stage};

use crate::net::{Net, S3, carrying, decided, ends, guarantee, key, tier};

const ANY: [&[&str]; 2] = [&[], &[]];
const DEFAULT: [(&str, &str); 1] = [("0.0.0.0/0", "igw")];
const ECHO: (u8, u16, u16) = (1, 8, 0);

fn one_subnet() -> Net {
    Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", &DEFAULT).public("a")
}

fn internet() -> End {
    End::any(Place::Internet)
}

/// EC2 user guide, "Source/destination checking"; VPC user guide, "Subnet CIDR blocks": five addresses are AWS's.
#[test]
fn an_interface_sends_from_its_own_address_only() {
    assert_eq!(ends(&one_subnet().tcp("10.0.7.7", 40000, "internet", 443, ANY)), "ENI_SOURCE_DEST_CHECK");
    assert_eq!(ends(&one_subnet().tcp("10.0.0.3", 40000, "internet", 443, ANY)), "ENI_SOURCE_DEST_CHECK");
    assert_eq!(ends(&one_subnet().tcp("a", 40000, "10.0.7.7", 443, ANY)), "NO_ENI_AT_ADDRESS");
}

/// VPC user guide, "Security group rules": rules of all groups count together, and a protocol without ports is not one
/// of a range of ports.
#[test]
fn rules_of_all_groups_count_together() {
    let net = one_subnet().group("web", "", "tcp 443 0.0.0.0/0").group("gre", "", "protocol 47 0.0.0.0/0");
    assert_eq!(ends(&net.tcp("a", 40000, "internet", 443, [&["web"], &[]])), "EXIT_INTERNET / ACCEPT");
    assert_eq!(ends(&net.tcp("a", 40000, "internet", 80, [&["web", "gre"], &[]])), "SG_EGRESS_DENY");
    assert_eq!(ends(&net.ask("a", "internet", (47, 0, 0), [&["web"], &[]])), "SG_EGRESS_DENY");
    assert_eq!(ends(&net.ask("a", "internet", (47, 0, 0), [&["web", "gre"], &[]])), "EXIT_INTERNET / ACCEPT");
}

/// VPC user guide, "Security group rules": a group in a rule stands for the interfaces that carry it.
#[test]
fn a_rule_that_names_a_group_admits_its_carriers_alone() {
    let net = one_subnet().group("app", "", "all 0.0.0.0/0").group("db", "tcp 5432 group:app", "");
    let ends = |groups: [&[&str]; 2]| ends(&net.tcp("a", 40000, "10.0.0.9", 5432, groups));
    assert_eq!(ends([&["app"], &["db"]]), "ACCEPT / ACCEPT");
    assert_eq!(ends([&["db", "app"], &["db"]]), "ACCEPT / ACCEPT");
    assert_eq!(ends([&["app"], &["app"]]), "SG_INGRESS_DENY");
    // Somebody may carry it whose groups are not known.
    assert_eq!(ends([&[], &["db"]]), "ACCEPT / ACCEPT");
}

/// VPC user guide, "Network ACL basics": ACLs are looked at where a subnet is left or entered.
#[test]
fn no_acl_is_looked_at_within_a_subnet() {
    let net = one_subnet().acl("a", "", "").subnet("b", "10.0.1.0/24", &[]);
    assert_eq!(ends(&net.tcp("a", 40000, "10.0.0.9", 22, ANY)), "ACCEPT / ACCEPT");
    assert_eq!(ends(&net.tcp("a", 40000, "b", 22, ANY)), "NACL_EGRESS_DENY");
    assert_eq!(ends(&net.tcp("b", 40000, "a", 22, ANY)), "NACL_INGRESS_DENY");
}

/// VPC user guide, "Network ACL rules": the lowest number that matches decides.
#[test]
fn the_first_entry_that_matches_decides() {
    let net = one_subnet().acl(
        "a",
        "100 allow all 0.0.0.0/0",
        "90 allow tcp 443 8.8.8.0/24
         100 deny all 8.0.0.0/8
         110 allow all 0.0.0.0/0",
    );
    assert_eq!(ends(&net.tcp("a", 40000, "8.8.8.8", 443, ANY)), "EXIT_INTERNET / ACCEPT");
    assert_eq!(ends(&net.tcp("a", 40000, "8.8.4.4", 443, ANY)), "NACL_EGRESS_DENY");
    assert_eq!(ends(&net.tcp("a", 40000, "9.9.9.9", 443, ANY)), "EXIT_INTERNET / ACCEPT");
}

/// RFC 792: an echo is answered by another type, which an ACL must admit.
#[test]
fn an_echo_is_answered_by_another_type() {
    let net = one_subnet().acl("a", "100 allow icmp 0.0.0.0/0", "100 allow icmp 0.0.0.0/0");
    assert_eq!(ends(&net.ask("a", "internet", ECHO, ANY)), "EXIT_INTERNET / ACCEPT");
    assert_eq!(ends(&net.ask("a", "internet", (1, 3, 4), ANY)), "EXIT_INTERNET");
    assert_eq!(ends(&net.tcp("a", 40000, "internet", 443, ANY)), "NACL_EGRESS_DENY");
}

/// VPC user guide, "Route tables", "Route states": a black hole wins the lookup.
#[test]
fn what_is_not_there_is_a_black_hole_and_wins_the_lookup() {
    let routes = [("8.0.0.0/8", "nat"), ("0.0.0.0/0", "igw")];
    let net = Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", &routes).public("a");
    assert_eq!(ends(&net.tcp("a", 40000, "8.8.8.8", 443, ANY)), "BLACKHOLE");
    assert_eq!(ends(&net.tcp("a", 40000, "9.9.9.9", 443, ANY)), "EXIT_INTERNET / ACCEPT");
    let without = Net::new(HasIpv6::No).subnet("a", "10.0.0.0/24", &DEFAULT).public("a");
    assert_eq!(ends(&without.tcp("a", 40000, "9.9.9.9", 443, ANY)), "BLACKHOLE");
}

/// VPC user guide, "Internet gateways": private addresses are dropped.
#[test]
fn an_internet_gateway_drops_private_addresses() {
    assert_eq!(ends(&one_subnet().tcp("a", 40000, "192.168.1.1", 443, ANY)), "IGW_PRIVATE_DST");
    assert_eq!(ends(&one_subnet().tcp("a", 40000, "100.64.1.1", 443, ANY)), "IGW_PRIVATE_DST");
}

/// Reachability Analyzer guide, `IGW_NAT_REFLECTION`: what is sent to a public address of the VPC comes back in.
#[test]
fn a_public_address_is_another_way_to_an_interface() {
    let net = one_subnet()
        .acl("a", "100 allow all 0.0.0.0/0", "100 deny all 10.0.0.0/16\n 110 allow all 0.0.0.0/0")
        .subnet("b", "10.0.1.0/24", &DEFAULT);
    let one_way = |to: &str| guarantee(tier("a"), tier(to), Expect::OneWayIsolated);
    assert_eq!(net.verdict(one_way("b")), "broken by tcp 10.0.0.4 port 49152 -> 8.8.8.8 port 443");
    // A subnet without a route to the gateway has no public addresses.
    let private = net.subnet("c", "10.0.2.0/24", &[]);
    assert_eq!(private.verdict(one_way("c")), "holds");
}

/// VPC user guide, "NAT gateway basics" and "NAT gateways": TCP, UDP and ICMP, and nothing in that was not asked for.
#[test]
fn a_nat_gateway_takes_three_protocols_and_nothing_from_outside() {
    let net = one_subnet().nat("a").subnet("b", "10.0.1.0/24", &[("0.0.0.0/0", "nat")]);
    assert_eq!(ends(&net.ask("b", "internet", ECHO, ANY)), "EXIT_INTERNET / ACCEPT");
    assert_eq!(ends(&net.ask("b", "internet", (47, 0, 0), ANY)), "NAT_PROTOCOL");
    assert_eq!(ends(&net.tcp("internet", 40000, "b", 22, ANY)), "INTERNET_PRIVATE_ADDR");
    assert_eq!(net.verdict(guarantee(internet(), tier("b"), Expect::OneWayIsolated)), "holds");
}

/// A NAT gateway in a subnet whose default route is that gateway sends packets in a circle.
#[test]
fn a_nat_gateway_behind_itself_leads_nowhere() {
    let net = Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", &[("0.0.0.0/0", "nat")]).nat("a");
    assert_eq!(ends(&net.tcp("a", 40000, "internet", 443, ANY)), "NAT_LOOP");
    assert_eq!(net.verdict(guarantee(tier("a"), internet(), Expect::Isolated)), "holds");
}

/// VPC user guide, "NAT gateways": groups are lost on the way, so that only blocks can admit what comes through one.
#[test]
fn a_nat_gateway_chooses_any_port_for_an_answer() {
    let net = one_subnet().nat("a").subnet("b", "10.0.1.0/24", &[("0.0.0.0/0", "nat")]).acl(
        "a",
        "100 allow all 10.0.0.0/16\n 110 allow tcp 32768-65535 0.0.0.0/0",
        "100 allow all 0.0.0.0/0",
    );
    assert_eq!(ends(&net.tcp("b", 49152, "internet", 443, ANY)), "EXIT_INTERNET / NACL_INGRESS_DENY");
}

/// AWS PrivateLink guide, "Gateway endpoints"; Reachability Analyzer guide, `VPCE_GATEWAY_PROTOCOL_RESTRICTION`.
#[test]
fn a_gateway_endpoint_takes_tcp_and_an_acl_sees_public_addresses() {
    let net = |outbound: &str| {
        let net = Net::new(HasIpv6::No).subnet("a", "10.0.0.0/24", &[]).s3(&["a"]);
        net.acl("a", "100 allow tcp 1024-65535 52.216.0.0/15", outbound)
    };
    let open = net("100 allow all 52.216.0.0/15");
    assert_eq!(ends(&open.tcp("a", 40000, "52.216.0.9", 443, ANY)), "SERVICE endpoint.s3 / ACCEPT");
    assert_eq!(ends(&open.ask("a", "52.216.0.9", (17, 40000, 443), ANY)), "VPCE_GW_PROTOCOL");
    assert_eq!(
        ends(&net("100 allow all 10.0.0.0/16").tcp("a", 40000, "52.216.0.9", 443, ANY)),
        "NACL_EGRESS_DENY"
    );
    // What goes to S3 that way does not go to the internet.
    assert_eq!(open.verdict(guarantee(tier("a"), internet(), Expect::Isolated)), "holds");
    let via = || Expect::OnlyVia(Via::Endpoint(key(Kind::Endpoint, "s3")));
    let to_s3 = || End::any(Place::Service(S3.to_owned()));
    assert_eq!(open.verdict(guarantee(tier("a"), to_s3(), via())), "holds");
    // A written route of the same length takes packets past the endpoint.
    let past = Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", &[("52.216.0.0/15", "igw")]).s3(&["a"]);
    let verdict = past.verdict(guarantee(tier("a"), to_s3(), via()));
    assert_eq!(verdict, "broken by tcp 10.0.0.4 port 49152 -> 52.216.0.0 port 443");
}

/// What is in AWS's list may be unknown: then nobody can tell what goes past the endpoint, and what does not go anywhere
/// is known all the same.
#[test]
fn a_list_that_is_not_known_decides_nothing() {
    let mut net = Net::new(HasIpv6::No).igw().subnet("a", "10.0.0.0/24", &DEFAULT).s3(&["a"]);
    net.terms.lists.clear();
    let isolated = || guarantee(tier("a"), internet(), Expect::Isolated);
    let verdict = net.verdict(isolated());
    assert!(
        verdict.starts_with("broken by tcp 8.8.8.8"),
        "it can be reached from outside in any case: {verdict}"
    );
    let out = net.verdict(guarantee(tier("a"), internet(), Expect::OneWayIsolated));
    assert_eq!(out, format!("undetermined: it is not known what is in the prefix list `{S3}`"));
    let mut closed = Net::new(HasIpv6::No).subnet("a", "10.0.0.0/24", &[]).s3(&["a"]);
    closed.terms.lists.clear();
    assert_eq!(closed.verdict(isolated()), "holds");
}

/// VPC peering guide, "Unsupported VPC peering configurations": a peering leads no further; VPC user guide, "Transit
/// gateways": another gateway may.
#[test]
fn a_peering_leads_no_further() {
    let net = |gateway: &str| {
        let net = Net::new(HasIpv6::No).subnet("a", "10.0.0.0/24", &[("0.0.0.0/0", gateway)]);
        net.outside("far", "172.16.0.0/12", Onwards::Yes)
    };
    let isolated = || guarantee(tier("a"), internet(), Expect::OneWayIsolated);
    assert_eq!(
        ends(&net("tgw-1").tcp("a", 40000, "172.16.0.9", 443, ANY)).split(" / ").next(),
        Some("OUTSIDE far No")
    );
    assert!(net("tgw-1").verdict(isolated()).starts_with("broken by tcp 10.0.0.4"));
    let beyond = "undetermined: 0.0.0.0/0 is routed to `pcx-1`, and no `[outside.*]` says what is there";
    assert_eq!(net("pcx-1").verdict(isolated()), beyond);
}

/// What is routed to a gateway without a word on what is there is not known; an appliance neither.
#[test]
fn what_lies_beyond_is_declared_or_not_known() {
    let net = |via: &str| Net::new(HasIpv6::No).subnet("a", "10.0.0.0/24", &[("172.16.0.0/12", via)]);
    let isolated = || guarantee(tier("a"), internet(), Expect::Isolated);
    let declared = net("tgw-1").outside("far", "172.16.0.0/12", Onwards::No);
    assert_eq!(declared.verdict(isolated()), "holds");
    let beyond = "undetermined: 172.16.0.0/12 is routed to `tgw-1`, and no `[outside.*]` says what is there";
    assert_eq!(net("tgw-1").verdict(isolated()), beyond);
    let appliance = "undetermined: it is not known what `eni-1` does with what it is sent";
    assert_eq!(net("eni-1").verdict(isolated()), appliance);
    let mut assumed = isolated();
    assumed.assume = Some("the network team says so".to_owned());
    assert_eq!(net("tgw-1").verdict(assumed), "assumed");
}

/// Transit gateway guide, "Transit gateway attachments to a VPC": what the far side does with packets is not known.
#[test]
fn reaching_an_outside_is_never_certain() {
    let net = Net::new(HasIpv6::No)
        .subnet("a", "10.0.0.0/24", &[("172.16.0.0/12", "tgw-1")])
        .outside("far", "172.16.0.0/12", Onwards::No)
        .group("out", "", "all 0.0.0.0/0")
        .group("none", "", "");
    let reachable = |group: &str| {
        let from = carrying(Place::Tier("a".to_owned()), &[group]);
        guarantee(from, End::any(Place::Outside("far".to_owned())), Expect::Reachable)
    };
    let far = "undetermined: it is not known what lets pass or routes on the far side of `tgw-1`";
    assert_eq!(net.verdict(reachable("out")), far);
    assert!(net.verdict(reachable("none")).starts_with("broken by "), "what stops it here is known");
}

/// EC2 user guide, "Security group connection tracking": groups remember, ACLs do not.
#[test]
fn groups_remember_connections_and_acls_do_not() {
    let net = Net::new(HasIpv6::No)
        .subnet("a", "10.0.0.0/24", &[])
        .subnet("b", "10.0.1.0/24", &[])
        .group("out", "", "tcp 443 0.0.0.0/0")
        .group("in", "tcp 443 0.0.0.0/0", "");
    assert_eq!(ends(&net.tcp("a", 40000, "b", 443, [&["out"], &["in"]])), "ACCEPT / ACCEPT");
    let closed = net.acl("b", "100 allow all 0.0.0.0/0", "");
    assert_eq!(ends(&closed.tcp("a", 40000, "b", 443, [&["out"], &["in"]])), "ACCEPT / NACL_EGRESS_DENY");
}

/// AWS PrivateLink guide, "Create an interface endpoint" and "Access AWS services": its groups admit or not, it asks
/// nothing itself, and with both DNS attributes the service's name leads to it.
#[test]
fn an_interface_endpoint_has_groups_and_a_name() {
    let net = |allowed: &str| {
        Net::new(HasIpv6::No)
            .subnet("a", "10.0.0.0/24", &[])
            .subnet("b", "10.0.1.0/24", &[])
            .group("job", "", "all 0.0.0.0/0")
            .group("endpoints", allowed, "")
            .interface("sts", "b", "endpoints")
    };
    let to = |place: Place| {
        let from = carrying(Place::Tier("a".to_owned()), &["job"]);
        let mut guarantee = guarantee(from, End::any(place), Expect::Reachable);
        guarantee.traffic = vec![Traffic::Tcp(Ports::one(443))];
        guarantee
    };
    let endpoint = || to(Place::Endpoint(key(Kind::Endpoint, "sts")));
    let service = || to(Place::Service("com.amazonaws.eu-west-1.sts".to_owned()));
    assert_eq!(net("tcp 443 group:job").verdict(endpoint()), "holds");
    assert_eq!(net("tcp 443 group:job").verdict(service()), "holds");
    assert!(net("tcp 443 group:endpoints").verdict(endpoint()).starts_with("broken by tcp 10.0.0.4"));
    let mut nameless = net("tcp 443 group:job");
    let Some(Spec::Vpc(vpc)) = nameless.network.resources.get_mut(&key(Kind::Vpc, "main")) else {
        panic!("a VPC")
    };
    vpc.dns_hostnames = false;
    assert!(nameless.verdict(service()).starts_with("broken by "), "the name leads to public addresses");
    assert_eq!(nameless.verdict(endpoint()), "holds");
}

/// Reachability Analyzer guide, `UNKNOWN_PEERED_SGS`: a group that nothing here knows may be carried over there.
#[test]
fn a_group_of_others_may_be_carried_beyond_a_peering() {
    let mut net = Net::new(HasIpv6::No)
        .subnet("a", "10.0.0.0/24", &[("172.16.0.0/12", "pcx-1")])
        .outside("peer", "172.16.0.0/12", Onwards::No)
        .group("in", "tcp 443 group:sg-0abc", "");
    let from_peer = || {
        let to = carrying(Place::Tier("a".to_owned()), &["in"]);
        guarantee(End::any(Place::Outside("peer".to_owned())), to, Expect::OneWayIsolated)
    };
    let unknown = "undetermined: it is not known what the group `sg-0abc` admits, and who carries it";
    assert_eq!(net.verdict(from_peer()), unknown);
    net.network.resources.remove(&Key::new(Kind::SecurityGroup, "in"));
    assert_eq!(net.group("in", "tcp 443 group:in", "").verdict(from_peer()), "holds");
}

fn dual_stack() -> Net {
    let mut net = Net::new(HasIpv6::Yes).igw().subnet("a", "10.0.0.0/24", &[("::/0", "eigw")]);
    net.network
        .insert(key(Kind::EgressOnlyGateway, "main"), EgressOnlyGateway { vpc: key(Kind::Vpc, "main") });
    net
}

/// VPC user guide, "Egress-only internet gateways": IPv6, and outwards only; but the internet gateway is there too, and
/// every IPv6 address is public.
#[test]
fn every_address_of_ipv6_is_public() {
    let net = dual_stack().subnet("b", "10.0.1.0/24", &[]);
    let from_internet = |to: &str| guarantee(internet(), tier(to), Expect::OneWayIsolated);
    assert!(net.verdict(from_internet("b")).starts_with("broken by tcp 2001:4860:4860::8888"));
    let filtered = net.acl("b", "100 allow all 0.0.0.0/0", "100 allow all 0.0.0.0/0");
    assert_eq!(filtered.verdict(from_internet("b")), "holds");
    let mut without = dual_stack();
    without.network.resources.remove(&key(Kind::InternetGateway, "main"));
    assert_eq!(without.verdict(from_internet("a")), "holds");
    assert!(
        without
            .verdict(guarantee(tier("a"), internet(), Expect::OneWayIsolated))
            .starts_with("broken by tcp ")
    );
}

/// What Amazon will give lies in `2000::/3`: a block in there may have some of it, and one for documents has none.
#[test]
fn addresses_that_amazon_has_yet_to_give_are_not_known() {
    let net = |block: &str| {
        let inbound = format!("100 deny all {block}\n 110 allow all ipv6-prefix");
        dual_stack().subnet("b", "10.0.1.0/24", &[]).acl("b", &inbound, "")
    };
    let across = || guarantee(tier("a"), tier("b"), Expect::OneWayIsolated);
    let unknown = "undetermined: it is not known whether Amazon gives the VPC addresses of 2600:1f00::/24";
    assert_eq!(net("2600:1f00::/24").verdict(across()), unknown);
    assert!(net("2001:db8::/32").verdict(across()).starts_with("broken by "));
    assert_eq!(net("::/0").verdict(across()), "holds");
}

/// Every client port counts, and the first that fails is shown.
#[test]
fn a_promise_of_reachability_is_for_every_client_port() {
    let net = Net::new(HasIpv6::No)
        .subnet("a", "10.0.0.0/24", &[])
        .acl("a", "100 allow tcp 32768-60999 0.0.0.0/0", "100 allow all 0.0.0.0/0")
        .subnet("b", "10.0.1.0/24", &[])
        .group("all", "all 0.0.0.0/0", "all 0.0.0.0/0");
    let reachable = |from: u16, to: u16| {
        let end = |name: &str| carrying(Place::Tier(name.to_owned()), &["all"]);
        let mut guarantee = guarantee(end("a"), end("b"), Expect::Reachable);
        guarantee.traffic = vec![Traffic::Tcp(Ports::one(443))];
        guarantee.client_ports = Ports { from, to };
        net.verdict(guarantee)
    };
    assert_eq!(reachable(32768, 60999), "holds");
    assert_eq!(reachable(32768, 61000), "broken by tcp 10.0.0.4 port 61000 -> 10.0.1.4 port 443");
    let trace = net.tcp("a", 61000, "b", 443, ANY);
    assert_eq!(
        decided(&trace.reply.expect("an answer"), Stage::Acl),
        "vpc.main, outbound entry 100; network-acl.a, inbound"
    );
}
