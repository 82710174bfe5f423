//! Generated networks of every kind: groups that name each other, tables that share gateways, endpoints that move.
//!
//! Every network is valid by itself. Two of them share keys, so that going from one to the other updates, replaces
//! and removes.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::policy::Policy;
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Key, Kind, Network, Spec};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// The name of every generated blueprint.
pub const BLUEPRINT: &str = "law";

/// The choices that a network is made of. An index into something that is not there chooses nothing.
#[derive(Clone, Debug)]
struct Choices {
    vpc: (u8, bool, bool),
    has_gateway: bool,
    addresses: u8,
    subnets: BTreeMap<u8, SubnetChoice>,
    nats: BTreeMap<u8, (u8, u8)>,
    tables: BTreeMap<u8, Vec<(u8, u8)>>,
    acls: BTreeMap<u8, Vec<(u8, bool, u8)>>,
    groups: BTreeMap<u8, (u8, Vec<RuleChoice>)>,
    endpoints: BTreeMap<u8, EndpointChoice>,
    rotation: u8,
    tags: BTreeMap<u8, u8>,
}

/// Inbound or outbound, the peer, the port.
type RuleChoice = (bool, u8, u8);

#[derive(Clone, Copy, Debug)]
struct SubnetChoice {
    slot: u8,
    zone: u8,
    table: u8,
    acl: u8,
    public: bool,
}

#[derive(Clone, Copy, Debug)]
struct EndpointChoice {
    is_gateway: bool,
    members: u8,
    groups: u8,
    private_dns: bool,
    policy: u8,
}

/// Returns any valid network.
pub fn networks() -> impl Strategy<Value = Network> {
    choices().prop_map(|it| it.network())
}

/// Returns any two valid networks, the second having about half of its choices from the first: what an edit is.
pub fn edits() -> impl Strategy<Value = (Network, Network)> {
    (choices(), choices(), any::<[bool; 11]>())
        .prop_map(|(first, other, kept)| (first.network(), other.keeping(&first, kept).network()))
}

/// Returns a fixed vector of edits with the same distribution, for tests that are no properties.
pub fn sample(n: usize) -> Vec<(Network, Network)> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let edit = |_| edits().new_tree(&mut runner).expect("networks are not filtered").current();
    (0..n).map(edit).collect()
}

fn choices() -> impl Strategy<Value = Choices> {
    let subnet = (0u8..4, 0u8..3, 0u8..4, 0u8..3, prop::bool::weighted(0.1));
    let subnet =
        subnet.prop_map(|(slot, zone, table, acl, public)| SubnetChoice { slot, zone, table, acl, public });
    let endpoint = (any::<bool>(), any::<u8>(), 1u8..8, any::<bool>(), 0u8..3);
    let endpoint = endpoint.prop_map(|(is_gateway, members, groups, private_dns, policy)| EndpointChoice {
        is_gateway,
        members,
        groups,
        private_dns,
        policy,
    });
    let ground = (
        (prop::sample::select(vec![0u8, 0, 0, 0, 0, 1]), any::<bool>(), any::<bool>()),
        prop::bool::weighted(0.9),
        1u8..4,
        btree_map(0u8..5, subnet, 1..6),
        btree_map(0u8..2, (0u8..5, 0u8..3), 0..3),
    );
    let wiring = (
        btree_map(0u8..3, vec((0u8..3, 0u8..5), 0..3), 0..4),
        btree_map(0u8..2, vec((0u8..4, any::<bool>(), 0u8..4), 0..4), 0..3),
        btree_map(
            0u8..3,
            (prop::sample::select(vec![0u8, 0, 0, 1]), vec((any::<bool>(), 0u8..6, 0u8..3), 0..4)),
            0..4,
        ),
        btree_map(0u8..3, endpoint, 0..4),
        0u8..3,
        btree_map(0u8..3, 0u8..3, 0..3),
    );
    (ground, wiring).prop_map(|((vpc, has_gateway, addresses, subnets, nats), wiring)| {
        let (tables, acls, groups, endpoints, rotation, tags) = wiring;
        Choices {
            vpc,
            has_gateway,
            addresses,
            subnets,
            nats,
            tables,
            acls,
            groups,
            endpoints,
            rotation,
            tags,
        }
    })
}

fn key(kind: Kind, n: u8) -> Key {
    Key::new(kind, format!("n{n}"))
}

fn vpc_key() -> Key {
    Key::new(Kind::Vpc, "main")
}

fn gateway_key() -> Key {
    Key::new(Kind::InternetGateway, "main")
}

fn cidr(text: &str) -> IpNet {
    text.parse().expect("a CIDR")
}

impl Choices {
    /// Returns these choices with the `kept` ones of `first` in their place.
    fn keeping(self, first: &Choices, kept: [bool; 11]) -> Choices {
        fn choose<T: Clone>(keep: bool, first: &T, own: T) -> T {
            if keep { first.clone() } else { own }
        }
        Choices {
            vpc: choose(kept[0], &first.vpc, self.vpc),
            has_gateway: choose(kept[1], &first.has_gateway, self.has_gateway),
            addresses: choose(kept[2], &first.addresses, self.addresses),
            subnets: choose(kept[3], &first.subnets, self.subnets),
            nats: choose(kept[4], &first.nats, self.nats),
            tables: choose(kept[5], &first.tables, self.tables),
            acls: choose(kept[6], &first.acls, self.acls),
            groups: choose(kept[7], &first.groups, self.groups),
            endpoints: choose(kept[8], &first.endpoints, self.endpoints),
            rotation: choose(kept[9], &first.rotation, self.rotation),
            tags: choose(kept[10], &first.tags, self.tags),
        }
    }

    fn network(&self) -> Network {
        let mut network = Network::empty(BLUEPRINT);
        network.tags =
            self.tags.iter().map(|(name, value)| (format!("t{name}"), format!("v{value}"))).collect();
        let (net, dns_support, dns_hostnames) = self.vpc;
        let block = format!("10.{net}.0.0/16").parse().expect("a CIDR");
        let dns_hostnames = dns_support && dns_hostnames;
        network.insert(vpc_key(), Vpc { cidr: block, dns_support, dns_hostnames });
        if self.has_gateway {
            network.insert(gateway_key(), InternetGateway { vpc: Some(vpc_key()) });
        }
        for n in 0..self.addresses {
            network.insert(key(Kind::ElasticIp, n), ElasticIp {});
        }
        self.add_subnets(&mut network);
        self.add_nats(&mut network);
        self.add_tables(&mut network);
        self.add_acls(&mut network);
        self.add_groups(&mut network);
        self.add_endpoints(&mut network);
        network
    }

    fn add_subnets(&self, network: &mut Network) {
        let mut taken = BTreeSet::new();
        for (n, it) in self.subnets.iter().filter(|(_, it)| taken.insert(it.slot)) {
            let subnet = Subnet {
                vpc: vpc_key(),
                cidr: format!("10.{}.{}.0/24", self.vpc.0, it.slot).parse().expect("a CIDR"),
                zone: format!("us-east-1{}", ["a", "b", "c"][usize::from(it.zone)]),
                public_ip_on_launch: it.public,
                route_table: self.tables.contains_key(&it.table).then(|| key(Kind::RouteTable, it.table)),
                network_acl: self.acls.contains_key(&it.acl).then(|| key(Kind::NetworkAcl, it.acl)),
            };
            network.insert(key(Kind::Subnet, *n), subnet);
        }
    }

    fn add_nats(&self, network: &mut Network) {
        let mut taken = BTreeSet::new();
        for (n, (subnet, address)) in &self.nats {
            let (subnet, address) = (key(Kind::Subnet, *subnet), key(Kind::ElasticIp, *address));
            let named = [&subnet, &address, &gateway_key()];
            let is_public = match network.resources.get(&subnet) {
                Some(Spec::Subnet(it)) => {
                    it.route_table.as_ref().is_none_or(|it| *it == key(Kind::RouteTable, 0))
                }
                _ => false,
            };
            if is_public
                && named.into_iter().all(|it| network.resources.contains_key(it))
                && taken.insert(address.clone())
            {
                let nat = NatGateway { subnet, address, gateway: Some(gateway_key()) };
                network.insert(key(Kind::NatGateway, *n), nat);
            }
        }
    }

    /// Table 0 is the public one: a NAT gateway stands in a subnet that follows it or none, and only other tables
    /// route through one. Else packets could turn in a circle, which the blueprint's language cannot say.
    fn add_tables(&self, network: &mut Network) {
        for (n, routes) in &self.tables {
            let own = key(Kind::RouteTable, *n);
            let target = |choice: u8| match choice {
                0 if network.resources.contains_key(&gateway_key()) => {
                    Some(Target::InternetGateway(gateway_key()))
                }
                1 | 2 => {
                    let nat = Some(key(Kind::NatGateway, choice - 1)).filter(|_| 0 < *n);
                    nat.filter(|it| network.resources.contains_key(it)).map(Target::NatGateway)
                }
                0 => None,
                _ => Some(Target::Existing(format!("tgw-{choice}"))),
            };
            let destination =
                |to: u8| cidr(["0.0.0.0/0", "192.168.0.0/16", "172.16.0.0/12"][usize::from(to)]);
            let routes =
                routes.iter().filter_map(|(to, via)| Some((destination(*to), target(*via)?))).collect();
            network.insert(own, RouteTable { vpc: vpc_key(), routes });
        }
    }

    fn add_acls(&self, network: &mut Network) {
        for (n, entries) in &self.acls {
            let entry = |(number, allow, port): &(u8, bool, u8)| {
                let action = if *allow { Action::Allow } else { Action::Deny };
                let traffic =
                    if *port == 0 { Traffic::All } else { Traffic::Tcp(Ports::one((*port).into())) };
                (100 + u16::from(*number), Entry { action, traffic, cidr: cidr("10.0.0.0/8") })
            };
            let (inbound, outbound) = entries.split_at(entries.len() / 2);
            let (inbound, outbound) =
                (inbound.iter().map(entry).collect(), outbound.iter().map(entry).collect());
            network.insert(key(Kind::NetworkAcl, *n), NetworkAcl { vpc: vpc_key(), inbound, outbound });
        }
    }

    fn add_groups(&self, network: &mut Network) {
        for (n, (description, rules)) in &self.groups {
            let peer = |choice: u8| match choice {
                0..3 => Some(choice)
                    .filter(|it| self.groups.contains_key(it))
                    .map(|it| Peer::Group(key(Kind::SecurityGroup, it))),
                3 => Some(Peer::Cidr(cidr("0.0.0.0/0"))),
                4 => Some(Peer::PrefixList("pl-1".to_owned())),
                _ => Some(Peer::Group(Key::new(Kind::SecurityGroup, "sg-elsewhere"))),
            };
            let (mut inbound, mut outbound) = (Rules::new(), Rules::new());
            for (is_inbound, choice, port) in rules {
                let Some(peer) = peer(*choice) else { continue };
                let traffic =
                    if *port == 0 { Traffic::All } else { Traffic::Tcp(Ports::one((*port).into())) };
                let rules = if *is_inbound { &mut inbound } else { &mut outbound };
                rules.insert(
                    Rule { traffic, peer },
                    if *port == 2 { "two".to_owned() } else { String::new() },
                );
            }
            let description = format!("description {description}");
            let group = SecurityGroup { vpc: vpc_key(), description, inbound, outbound };
            network.insert(key(Kind::SecurityGroup, *n), group);
        }
    }

    /// Gateways share one service and never a table, as AWS has it, so that an edit can pass tables around. Each
    /// interface has a service of its own, which `rotation` passes around.
    fn add_endpoints(&self, network: &mut Network) {
        let mut taken: BTreeSet<Key> = BTreeSet::new();
        for (n, it) in &self.endpoints {
            let service = (n + self.rotation) % 3;
            let of_kind = |kind: Kind| network.resources.keys().filter(move |key| key.kind == kind);
            let chosen = |kind: Kind, bits: u8| {
                let chosen = of_kind(kind).enumerate().filter(move |(at, _)| bits >> (at % 8) & 1 == 1);
                chosen.map(|(_, key)| key.clone()).collect::<BTreeSet<Key>>()
            };
            let reach = if it.is_gateway {
                let route_tables = chosen(Kind::RouteTable, it.members.rotate_left(self.rotation.into()));
                let route_tables: BTreeSet<Key> = route_tables.difference(&taken).cloned().collect();
                taken.extend(route_tables.iter().cloned());
                Reach::Gateway { route_tables }
            } else {
                let (subnets, security_groups) =
                    (chosen(Kind::Subnet, it.members), chosen(Kind::SecurityGroup, it.groups));
                Reach::Interface { subnets, security_groups, private_dns: it.private_dns }
            };
            let policy = |n| {
                let text = format!(
                    r#"{{"Statement":[{{"Effect":"Deny","Principal":"*","Action":"a:{n}","Resource":"*"}}]}}"#
                );
                Policy::parse(&text).expect("a policy")
            };
            let endpoint = Endpoint {
                vpc: vpc_key(),
                service: match it.is_gateway {
                    true => "com.amazonaws.us-east-1.s3".to_owned(),
                    false => format!("com.amazonaws.us-east-1.s{service}"),
                },
                policy: (0 < it.policy).then(|| policy(it.policy)),
                reach,
            };
            network.insert(key(Kind::Endpoint, *n), endpoint);
        }
    }
}
