//! A network as large as one wants, to measure how long planning it takes.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::prefix_list::{Family, PrefixList};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{HasIpv6, Vpc};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Block, Key, Kind, Network, Spec};

use super::BLUEPRINT;

/// How many objects one cell has.
const CELL: u32 = 10;

/// Returns a network of `n_objects`, of which there are at least three: one VPC full of cells that are alike, each with
/// two subnets, their table and ACL, four groups of which each admits those before it, a list, and an endpoint in both subnets.
///
/// There is room for the subnets of 20,000 objects.
pub fn large(n_objects: u32) -> Network {
    let mut network = Network::empty(BLUEPRINT);
    let cidr = Ipv4Net::new_assert([10, 0, 0, 0].into(), 16);
    network.insert(vpc(), Vpc { dns_hostnames: true, ..Vpc::as_created(cidr, HasIpv6::No) });
    network.insert(gateway(), InternetGateway { vpc: Some(vpc()) });
    for n in 0..n_objects.saturating_sub(2) {
        let (key, spec) = object(n / CELL, n % CELL);
        network.resources.insert(key, spec);
    }
    network
}

/// Returns a VPC with `n_acls` ACLs of 40 entries each way, the most that AWS takes, which let `port` and those above it
/// in from a block each.
pub fn full_acls(n_acls: u32, port: u16) -> Network {
    const N_ENTRIES: u16 = 40;
    let mut network = Network::empty(BLUEPRINT);
    let cidr = Ipv4Net::new_assert([10, 0, 0, 0].into(), 16);
    network.insert(vpc(), Vpc::as_created(cidr, HasIpv6::No));
    for acl in 0..n_acls {
        let entry = |n: u16| {
            let block = Ipv4Net::new_assert((u32::from(n) << 16 | acl << 8).into(), 24);
            let traffic = Traffic::Tcp(Ports::one(port + n));
            (100 + n, Entry { action: Action::Allow, traffic, cidr: Block::Cidr(block.into()) })
        };
        let entries: BTreeMap<u16, Entry> = (0..N_ENTRIES).map(entry).collect();

        let acl_spec = NetworkAcl { vpc: vpc(), inbound: entries.clone(), outbound: entries };
        network.insert(key(Kind::NetworkAcl, acl), acl_spec);
    }
    network
}

fn vpc() -> Key {
    Key::new(Kind::Vpc, "main")
}

fn gateway() -> Key {
    Key::new(Kind::InternetGateway, "main")
}

fn key(kind: Kind, cell: u32) -> Key {
    Key::new(kind, format!("c{cell:04}"))
}

fn numbered(kind: Kind, cell: u32, n: u32) -> Key {
    Key::new(kind, format!("c{cell:04}-{n}"))
}

/// What others name comes first.
fn object(cell: u32, n: u32) -> (Key, Spec) {
    match n {
        0 => {
            let everywhere = IpNet::V4(Ipv4Net::default());
            let routes = [(everywhere, Target::InternetGateway(gateway()))].into();
            (key(Kind::RouteTable, cell), RouteTable { vpc: vpc(), routes }.into())
        }
        1 => {
            let allow = Entry { action: Action::Allow, traffic: Traffic::All, cidr: inside() };
            let (inbound, outbound) = ([(100, allow)].into(), [(100, allow)].into());
            (key(Kind::NetworkAcl, cell), NetworkAcl { vpc: vpc(), inbound, outbound }.into())
        }
        2 => {
            let block = IpNet::V4(Ipv4Net::new_assert([192, 168, 0, 0].into(), 16));
            let entries = [(block, String::new())].into();
            (key(Kind::PrefixList, cell), PrefixList { family: Family::Ipv4, max_entries: 1, entries }.into())
        }
        3..=6 => (numbered(Kind::SecurityGroup, cell, n - 3), group(cell, n - 3).into()),
        7 | 8 => (numbered(Kind::Subnet, cell, n - 7), subnet(cell, n - 7).into()),
        _ => {
            let reach = Reach::Interface {
                subnets: [0, 1].map(|it| numbered(Kind::Subnet, cell, it)).into(),
                security_groups: [numbered(Kind::SecurityGroup, cell, 0)].into(),
                private_dns: true,
            };
            let service = format!("com.amazonaws.us-east-1.s{cell}");
            (key(Kind::Endpoint, cell), Endpoint { vpc: vpc(), service, policy: None, reach }.into())
        }
    }
}

fn inside() -> Block {
    Block::Cidr(IpNet::V4(Ipv4Net::new_assert([10, 0, 0, 0].into(), 16)))
}

/// Each names those before it and the cell's list, so that every prefix of a cell is a network by itself.
fn group(cell: u32, n: u32) -> SecurityGroup {
    let rule = |peer: Peer| (Rule { traffic: Traffic::Tcp(Ports::one(443)), peer }, String::new());
    let others = (0..n).map(|it| Peer::Group(numbered(Kind::SecurityGroup, cell, it)));
    let inbound: Rules = others.map(rule).collect();
    let outbound = [Peer::PrefixList(key(Kind::PrefixList, cell)), Peer::Cidr(inside())].map(rule);
    SecurityGroup { vpc: vpc(), description: format!("group {n}"), inbound, outbound: outbound.into() }
}

fn subnet(cell: u32, n: u32) -> Subnet {
    let first = u32::from(std::net::Ipv4Addr::new(10, 0, 0, 0)) + 16 * (2 * cell + n);
    Subnet {
        vpc: vpc(),
        cidr: Ipv4Net::new_assert(first.into(), 28),
        ipv6: None,
        assign_ipv6: false,
        zone: format!("us-east-1{}", if n == 0 { "a" } else { "b" }),
        public_ip_on_launch: false,
        route_table: Some(key(Kind::RouteTable, cell)),
        network_acl: Some(key(Kind::NetworkAcl, cell)),
    }
}
