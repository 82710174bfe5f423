//! A network with IPv6, and with something of every kind.

use palisade_core::kinds::dhcp_options::{DhcpOptions, NameServer};
use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::flow_log::{Destination, FlowLog, Recorded};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::prefix_list::{Family, PrefixList};
use palisade_core::kinds::security_group::{Peer, Rule};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{DefaultAcl, DefaultGroup, Defaults, Vpc};
use palisade_core::{Block, Network};

use super::{all, allow, group, interface_endpoint, key, routes, subnet, tcp, vpc};

/// Returns whatever is written as text and is no addresses of Amazon's.
pub(crate) fn cidr<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("addresses")
}

/// A dual-stack VPC with a further block, three tiers, both kinds of doors, and one of each kind.
pub(crate) fn dual_stack() -> Network {
    let mut network = Network::empty("lab");
    let defaults = Defaults { group: Some(DefaultGroup::default()), acl: Some(DefaultAcl::default()) };
    let (secondary_cidrs, dhcp) = ([cidr("100.64.0.0/16")].into(), Some(key("dhcp.main")));
    network
        .insert(key("vpc.main"), Vpc { secondary_cidrs, ipv6: true, dhcp, defaults, ..vpc("10.60.0.0/16") });
    doors(&mut network);
    tiers(&mut network);
    let entries = [("192.0.2.0/24", "office"), ("198.51.100.0/24", "")];
    let entries = entries.map(|(block, text)| (cidr(block), text.to_owned())).into();
    network.insert(key("prefix-list.corp"), PrefixList { family: Family::Ipv4, max_entries: 5, entries });
    let mut training =
        group("training containers", &[(all(), "training", "")], &[(tcp(443), "endpoints", "")]);
    let from_office = Rule { traffic: tcp(22), peer: Peer::PrefixList(key("prefix-list.corp")) };
    let to_vpc = Rule { traffic: tcp(443), peer: Peer::Cidr(Block::Ipv6Prefix) };
    training.inbound.insert(from_office, "from the office".to_owned());
    training.outbound.insert(to_vpc, String::new());
    network.insert(key("security-group.training"), training);
    network.insert(key("security-group.endpoints"), group("endpoints", &[(tcp(443), "training", "")], &[]));
    network.insert(key("endpoint.sts"), interface_endpoint("sts"));
    network
}

/// What hangs on all of the VPC, and the ways out.
fn doors(network: &mut Network) {
    let vpc = || key("vpc.main");
    let options = DhcpOptions {
        domain_name: Some("corp.example".to_owned()),
        name_servers: vec![NameServer::Address(cidr("10.0.0.2")), NameServer::Amazon],
        ntp_servers: Vec::new(),
    };
    network.insert(key("dhcp.main"), options);
    let destination = Destination::LogGroup {
        name: "/vpc/lab".to_owned(),
        role: "arn:aws:iam::111122223333:role/flow-logs".to_owned(),
    };
    network.insert(
        key("flow-log.vpc"),
        FlowLog { vpc: vpc(), destination, recorded: Recorded::All, interval_s: 600 },
    );
    network.insert(key("igw.main"), InternetGateway { vpc: Some(vpc()) });
    network.insert(key("eigw.main"), EgressOnlyGateway { vpc: vpc() });
    network.insert(key("eip.nat@a"), ElasticIp {});
    let (in_subnet, address) = (key("subnet.public@a"), key("eip.nat@a"));
    network
        .insert(key("nat.main@a"), NatGateway { subnet: in_subnet, address, gateway: Some(key("igw.main")) });
}

fn tiers(network: &mut Network) {
    let subnets = [
        ("public@a", "10.60.0.0/20", 0),
        ("app@a", "10.60.16.0/20", 1),
        ("app@b", "10.60.32.0/20", 2),
        ("training@a", "100.64.0.0/20", 3),
        ("training@b", "100.64.16.0/20", 4),
    ];
    for (name, block, slot) in subnets {
        let (tier, zone) = name.split_once('@').expect("a tier and a zone");
        let subnet = subnet(block, zone, tier);
        let route_table = Some(key(&format!("route-table.{}", if tier == "app" { name } else { tier })));
        let network_acl = (tier == "training").then(|| key("network-acl.training"));
        let assign_ipv6 = tier == "public";
        let ipv6 = Some(slot);
        let subnet = Subnet { ipv6, assign_ipv6, route_table, network_acl, ..subnet };
        network.insert(key(&format!("subnet.{name}")), subnet);
    }
    network.insert(key("route-table.public"), routes(&[("0.0.0.0/0", "igw.main"), ("::/0", "igw.main")]));
    for zone in ["a", "b"] {
        let out = [("0.0.0.0/0", "nat.main@a"), ("::/0", "eigw.main")];
        network.insert(key(&format!("route-table.app@{zone}")), routes(&out));
    }
    network.insert(key("route-table.training"), routes(&[]));
    let among = [
        (100, allow(all(), "100.64.0.0/19")),
        (101, allow(all(), "ipv6-slot(3)")),
        (102, allow(all(), "ipv6-slot(4)")),
    ];
    let vpc = key("vpc.main");
    network.insert(
        key("network-acl.training"),
        NetworkAcl { vpc, inbound: among.into(), outbound: among.into() },
    );
}
