//! A VPC full of tiers, to measure how long it takes to prove something about every two of them.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use palisade_core::guarantee::{End, Expect, Guarantee, Place, Terms};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{HasIpv6, Vpc};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Block, Key, Kind, Network};

use super::BLUEPRINT;

/// How many subnets a tier has: one in each zone.
const ZONES: [&str; 3] = ["a", "b", "c"];
/// How many groups a tier has; its interfaces carry all of them.
const N_GROUPS: u32 = 10;
/// How many rules a group has in each direction.
const N_RULES: u32 = 5;
/// How many entries an ACL has in each direction, every third a denial.
const N_ENTRIES: u16 = 9;

/// Returns a VPC of `n_tiers`, at most 250, each with three subnets, a table, an ACL of 18 entries and 10 groups of 10
/// rules; and a promise for each two of them.
pub fn tiers(n_tiers: u32) -> (Network, Terms) {
    let mut network = Network::empty(BLUEPRINT);
    let cidr = Ipv4Net::new_assert([10, 0, 0, 0].into(), 16);
    network.insert(vpc(), Vpc::as_created(cidr, HasIpv6::No));
    network.insert(gateway(), InternetGateway { vpc: Some(vpc()) });
    for tier in 0..n_tiers {
        let everywhere = IpNet::V4(Ipv4Net::default());
        let routes = [(everywhere, Target::InternetGateway(gateway()))].into();
        network.insert(key(Kind::RouteTable, tier), RouteTable { vpc: vpc(), routes });
        network.insert(key(Kind::NetworkAcl, tier), acl(tier));
        for n in 0..N_GROUPS {
            network.insert(group_key(tier, n), group(tier, n));
        }
        for zone in 0..ZONES.len() {
            network.insert(subnet_key(tier, zone), subnet(tier, zone));
        }
    }
    let names = (0..n_tiers).map(|tier| {
        let subnets: BTreeSet<Key> = (0..ZONES.len()).map(|zone| subnet_key(tier, zone)).collect();
        (name(tier), subnets)
    });
    let pairs = (0..n_tiers).flat_map(|from| (0..n_tiers).map(move |to| (from, to)));
    let guarantees = pairs.filter(|(from, to)| from != to).map(|(from, to)| promise(from, to)).collect();
    (network, Terms { guarantees, tiers: names.collect(), ..Terms::default() })
}

/// No rule is for port 22, so that each is kept.
fn promise(from: u32, to: u32) -> Guarantee {
    let end = |tier: u32| End {
        place: Place::Tier(name(tier)),
        groups: Some((0..N_GROUPS).map(|n| group_key(tier, n)).collect()),
    };
    Guarantee {
        name: format!("{} does not log in to {}", name(from), name(to)),
        from: end(from),
        to: end(to),
        expect: Expect::OneWayIsolated,
        traffic: vec![Traffic::Tcp(Ports::one(22))],
        client_ports: Ports::ALL,
        assume: None,
        span: 0..0,
        is_implied: false,
    }
}

fn name(tier: u32) -> String {
    format!("t{tier:03}")
}

fn vpc() -> Key {
    Key::new(Kind::Vpc, "main")
}

fn gateway() -> Key {
    Key::new(Kind::InternetGateway, "main")
}

fn key(kind: Kind, tier: u32) -> Key {
    Key::new(kind, name(tier))
}

fn group_key(tier: u32, n: u32) -> Key {
    Key::new(Kind::SecurityGroup, format!("{}-{n}", name(tier)))
}

fn subnet_key(tier: u32, zone: usize) -> Key {
    Key::new(Kind::Subnet, format!("{}@{}", name(tier), ZONES[zone]))
}

/// The addresses of a tier.
fn block(tier: u32) -> IpNet {
    let first = u32::from(std::net::Ipv4Addr::new(10, 0, 0, 0)) + (tier << 8);
    Ipv4Net::new_assert(first.into(), 24).into()
}

fn subnet(tier: u32, zone: usize) -> Subnet {
    let third = u8::try_from(tier).expect("at most 250 tiers");
    let last = u8::try_from(64 * zone).expect("three zones");
    Subnet {
        vpc: vpc(),
        cidr: Ipv4Net::new_assert([10, 0, third, last].into(), 26),
        ipv6: None,
        assign_ipv6: false,
        zone: format!("us-east-1{}", ZONES[zone]),
        public_ip_on_launch: false,
        route_table: Some(key(Kind::RouteTable, tier)),
        network_acl: Some(key(Kind::NetworkAcl, tier)),
    }
}

/// Denials of single tiers before what lets the others in, as people write them.
fn acl(tier: u32) -> NetworkAcl {
    let entry = |n: u16| {
        let number = 100 + 10 * n;
        let other = Block::Cidr(block((tier + 1 + u32::from(n)) % 250));
        let everyone = Block::Cidr(Ipv4Net::new_assert([10, 0, 0, 0].into(), 16).into());
        let entry = match n % 3 {
            0 => Entry { action: Action::Deny, traffic: Traffic::All, cidr: other },
            1 => Entry { action: Action::Allow, traffic: Traffic::Tcp(Ports::one(8000 + n)), cidr: other },
            _ => Entry {
                action: Action::Allow,
                traffic: Traffic::Tcp(Ports { from: 1024 * n, to: 1024 * n + 4096 }),
                cidr: everyone,
            },
        };
        (number, entry)
    };
    let mut entries: BTreeMap<u16, Entry> = (0..N_ENTRIES - 1).map(entry).collect();
    let all = Block::Cidr(Ipv4Net::default().into());
    entries.insert(1000, Entry { action: Action::Allow, traffic: Traffic::All, cidr: all });
    NetworkAcl { vpc: vpc(), inbound: entries.clone(), outbound: entries }
}

/// Half of the rules name groups of the same tier, the others tiers.
fn group(tier: u32, n: u32) -> SecurityGroup {
    let rule = |it: u32| {
        let port = u16::try_from(8000 + 10 * n + it).expect("a port");
        let peer = match it % 2 {
            0 => Peer::Group(group_key(tier, (n + it) % N_GROUPS)),
            _ => Peer::Cidr(Block::Cidr(block((tier + n + it) % 250))),
        };
        (Rule { traffic: Traffic::Tcp(Ports::one(port)), peer }, String::new())
    };
    let rules: Rules = (0..N_RULES).map(rule).collect();
    SecurityGroup { vpc: vpc(), description: format!("group {n}"), inbound: rules.clone(), outbound: rules }
}
