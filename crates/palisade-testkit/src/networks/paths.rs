//! Where packets go: subnets, the tables that they follow, NAT gateways.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Key, Kind, Network, Spec};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{Kept, Place, cidr, key, subnet_key};
use crate::worlds;

#[derive(Clone, Debug)]
pub(super) struct Paths {
    subnets: BTreeMap<u8, SubnetChoice>,
    nats: BTreeMap<u8, NatChoice>,
    /// The destination and the next hop of each route.
    tables: BTreeMap<u8, Vec<(u8, u8)>>,
}

#[derive(Clone, Copy, Debug)]
struct SubnetChoice {
    slot: u8,
    zone: u8,
    table: u8,
    acl: u8,
    public: bool,
    /// Which half of the numbers its IPv6 block is from; 2 is none.
    ipv6: u8,
    assign_ipv6: bool,
}

#[derive(Clone, Copy, Debug)]
struct NatChoice {
    subnet: u8,
    address: u8,
    renews: bool,
}

pub(super) fn choices() -> impl Strategy<Value = Paths> {
    let subnet = (0u8..6, 0u8..3, 0u8..4, 0u8..3, prop::bool::weighted(0.1), 0u8..3, any::<bool>());
    let subnet = subnet.prop_map(|(slot, zone, table, acl, public, ipv6, assign_ipv6)| SubnetChoice {
        slot,
        zone,
        table,
        acl,
        public,
        ipv6,
        assign_ipv6,
    });
    let nat = (0u8..6, 0u8..9, prop::bool::weighted(0.7));
    let nat = nat.prop_map(|(subnet, address, renews)| NatChoice { subnet, address, renews });
    let parts = (
        btree_map(0u8..5, subnet, 1..6),
        btree_map(0u8..2, nat, 0..3),
        btree_map(0u8..3, vec((0u8..5, 0u8..6), 0..4), 0..4),
    );
    parts.prop_map(|(subnets, nats, tables)| Paths { subnets, nats, tables })
}

impl Paths {
    pub(super) fn keeping(self, first: &Paths, kept: Kept) -> Paths {
        Paths {
            subnets: kept.choose(10, &first.subnets, self.subnets),
            nats: kept.choose(11, &first.nats, self.nats),
            tables: kept.choose(12, &first.tables, self.tables),
        }
    }

    pub(super) fn add_to(&self, network: &mut Network, place: &Place) {
        self.add_subnets(network, place);
        self.add_nats(network, place);
        self.add_tables(network, place);
    }

    /// A subnet's IPv6 block goes with its addresses: two subnets that could want the same one could not be there at
    /// once anyway. A subnet that lives keeps its block in the blueprint's language, so none passes it on to another.
    fn add_subnets(&self, network: &mut Network, place: &Place) {
        let mut taken = BTreeSet::new();
        for (n, it) in self.subnets.iter().filter(|(_, it)| taken.insert(it.slot)) {
            let Some(block) = place.blocks.get(usize::from(it.slot.saturating_sub(3))) else { continue };
            let [first, second, ..] = block.network().octets();
            let ipv6 = (it.ipv6 < 2 && place.has_ipv6).then_some(it.slot + 64 * it.ipv6);
            let subnet = Subnet {
                vpc: place.vpc.clone(),
                cidr: Ipv4Net::new_assert([first, second, it.slot, 0].into(), 24),
                ipv6,
                assign_ipv6: it.assign_ipv6 && ipv6.is_some(),
                zone: format!("us-east-1{}", ["a", "b", "c"][usize::from(it.zone)]),
                public_ip_on_launch: it.public,
                route_table: self.tables.contains_key(&it.table).then(|| key(Kind::RouteTable, it.table)),
                network_acl: (it.acl < 2).then(|| key(Kind::NetworkAcl, it.acl)),
            };
            network.insert(subnet_key(*n), subnet);
        }
    }

    fn add_nats(&self, network: &mut Network, place: &Place) {
        let mut taken = BTreeSet::new();
        for (n, it) in &self.nats {
            let theirs = || place.theirs.iter().find(|it| it.kind == Kind::Subnet).cloned();
            let subnet = if it.subnet < 5 { Some(subnet_key(it.subnet)) } else { theirs() };
            let Some(subnet) = subnet.filter(|it| is_public(it, network)) else { continue };
            let address = match it.address {
                0..3 => key(Kind::ElasticIp, it.address),
                3 => worlds::address(),
                // Mostly each has its own, and keeps it where it moves.
                _ => key(Kind::ElasticIp, *n),
            };
            let is_there = address.is_existing() || network.resources.contains_key(&address);
            let Some(gateway) = place.gateway.clone().filter(|_| is_there) else { continue };
            if taken.insert(address.clone()) {
                let own = key(Kind::NatGateway, *n);
                if it.renews && !address.is_existing() {
                    network.renewals.insert(own.clone(), address.clone());
                }
                network.insert(own, NatGateway { subnet, address, gateway: Some(gateway) });
            }
        }
    }

    /// Table 0 is the public one: a NAT gateway stands in a subnet that follows it or none, and only other tables
    /// route through one. Else packets could turn in a circle, which the blueprint's language cannot say.
    fn add_tables(&self, network: &mut Network, place: &Place) {
        for (n, routes) in &self.tables {
            let target = |choice: u8| match choice {
                0 => place.gateway.clone().map(Target::InternetGateway),
                1 | 2 => {
                    let nat = Some(key(Kind::NatGateway, choice - 1)).filter(|_| 0 < *n);
                    nat.filter(|it| network.resources.contains_key(it)).map(Target::NatGateway)
                }
                3 => place.egress.clone().map(Target::EgressOnlyGateway),
                _ => Some(Target::Existing(format!("tgw-{choice}"))),
            };
            let route = |(to, via): &(u8, u8)| {
                let destinations = ["0.0.0.0/0", "192.168.0.0/16", "172.16.0.0/12", "::/0", "2001:db8::/32"];
                let to = cidr(destinations[usize::from(*to)]);
                Some((to, target(*via).filter(|it| leads(it, to, place))?))
            };
            let routes = routes.iter().filter_map(route).collect();
            network.insert(key(Kind::RouteTable, *n), RouteTable { vpc: place.vpc.clone(), routes });
        }
    }
}

/// Whether a next hop takes packets to `to`, by their family.
fn leads(target: &Target, to: IpNet, place: &Place) -> bool {
    let is_ipv6 = matches!(to, IpNet::V6(_));
    match target {
        Target::NatGateway(_) => !is_ipv6,
        Target::EgressOnlyGateway(_) => is_ipv6,
        Target::InternetGateway(_) | Target::Existing(_) => !is_ipv6 || place.has_ipv6,
    }
}

fn is_public(subnet: &Key, network: &Network) -> bool {
    match network.resources.get(subnet) {
        Some(Spec::Subnet(it)) => it.route_table.as_ref().is_none_or(|it| *it == key(Kind::RouteTable, 0)),
        _ => subnet.is_existing(),
    }
}
