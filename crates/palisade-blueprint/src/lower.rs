//! From a draft to the resources that it asks for.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint;
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::{Entry, NetworkAcl};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::traffic::Direction;
use palisade_core::{Key, Kind, Live, Network, Spec};

use crate::acl::Acl;
use crate::draft::{Draft, View};
use crate::endpoints::{Endpoint, Reach};
use crate::numbers;
use crate::tiers::{NatGateways, Route, Tier};

impl Draft {
    /// Returns the network. Everything about it has been checked.
    pub(crate) fn lower(&self, view: &View<'_>, live: &Live) -> Network {
        let mut network = Network::empty(&self.name);
        network.tags = self.tags.clone();
        let Draft { cidr, dns_support, dns_hostnames, .. } = *self;
        network.insert(vpc(), Vpc { cidr, dns_support, dns_hostnames });
        self.insert_gateways(&mut network, view);
        for (name, tier) in &self.parts.tiers {
            self.insert_tier(&mut network, name, tier, view);
            if let Some(acl) = &tier.acl {
                network.insert(acl_key(name), network_acl(name, acl, view, live));
            }
        }
        for (name, group) in &self.parts.groups {
            let rules = |direction| group.rules(direction).lower(&|it| view.peers_of(it));
            let (inbound, outbound) = (rules(Direction::Inbound), rules(Direction::Outbound));
            let description = group.description.clone();
            let group = SecurityGroup { vpc: vpc(), description, inbound, outbound };
            network.insert(Key::new(Kind::SecurityGroup, name), group);
        }
        for (name, endpoint) in &self.parts.endpoints {
            network.insert(Key::new(Kind::Endpoint, name), self.endpoint(endpoint, view));
        }
        network
    }

    /// Adds the internet gateway if a tier needs it, and the NAT gateways with their addresses.
    fn insert_gateways(&self, network: &mut Network, view: &View<'_>) {
        if self.parts.tiers.values().any(|it| it.way.route.it == Route::Internet) {
            network.insert(internet_gateway(), InternetGateway { vpc: Some(vpc()) });
        }
        let Some((host, tier)) = self.nat_host() else { return };
        let first = &tier.way.zones[0].it;
        for (zone, _) in view.layout.of_tier(host) {
            if tier.way.nat.it == NatGateways::Single && zone != first {
                continue;
            }
            let address = zonal(Kind::ElasticIp, "nat", zone);
            network.insert(address.clone(), ElasticIp {});
            let gateway = Some(internet_gateway());
            let nat = NatGateway { subnet: zonal(Kind::Subnet, host, zone), address, gateway };
            network.insert(nat_gateway(zone), nat);
        }
    }

    /// Returns the tier that has the NAT gateways.
    fn nat_host(&self) -> Option<(&String, &Tier)> {
        self.parts.tiers.iter().find(|(_, it)| it.way.nat.it != NatGateways::None)
    }

    fn insert_tier(&self, network: &mut Network, name: &str, tier: &Tier, view: &View<'_>) {
        for (zone, cidr) in view.layout.of_tier(name) {
            let route_table = table(name, tier, zone);
            let mut routes = tier.routes.clone();
            routes.extend(self.default_route(tier, zone));
            let subnet = Subnet {
                vpc: vpc(),
                cidr,
                zone: self.zone_name(zone),
                public_ip_on_launch: false,
                route_table: Some(route_table.clone()),
                network_acl: tier.acl.as_ref().map(|_| acl_key(name)),
            };
            network.insert(route_table, RouteTable { vpc: vpc(), routes });
            network.insert(zonal(Kind::Subnet, name, zone), subnet);
        }
    }

    fn default_route(&self, tier: &Tier, zone: &str) -> Option<(IpNet, Target)> {
        let target = match tier.way.route.it {
            Route::Isolated => return None,
            Route::Internet => Target::InternetGateway(internet_gateway()),
            Route::Nat => {
                let (_, host) = self.nat_host()?;
                let zone = match host.way.nat.it {
                    NatGateways::Single => &host.way.zones[0].it,
                    NatGateways::PerZone | NatGateways::None => zone,
                };
                Target::NatGateway(nat_gateway(zone))
            }
        };
        Some((Ipv4Net::default().into(), target))
    }

    fn endpoint(&self, endpoint: &Endpoint, view: &View<'_>) -> endpoint::Endpoint {
        let reach = match &endpoint.reach {
            Reach::Gateway => {
                let zones = |tier: &str| view.layout.of_tier(tier).map(|(zone, _)| zone.to_owned()).collect();
                let tables = |name: &String| {
                    let zones: Vec<String> = zones(name);
                    let tier = &self.parts.tiers[name];
                    zones.into_iter().map(|zone| table(name, tier, &zone)).collect::<Vec<_>>()
                };
                endpoint::Reach::Gateway {
                    route_tables: endpoint.tiers.iter().flat_map(|it| tables(&it.it)).collect(),
                }
            }
            Reach::Interface { groups, private_dns } => {
                let places = view.layout.of_endpoint(endpoint).into_iter();
                let subnets = places.map(|(zone, (tier, _))| zonal(Kind::Subnet, tier, zone)).collect();
                let security_groups: BTreeSet<Key> = groups.iter().cloned().collect();
                endpoint::Reach::Interface { subnets, security_groups, private_dns: private_dns.it }
            }
        };
        let (service, policy) = (endpoint.service.clone(), endpoint.policy.clone());
        endpoint::Endpoint { vpc: vpc(), service, policy, reach }
    }
}

fn network_acl(tier: &str, acl: &Acl, view: &View<'_>, live: &Live) -> NetworkAcl {
    let live = live.object(&acl_key(tier)).and_then(|it| match &it.spec {
        Spec::NetworkAcl(acl) => Some(acl),
        _ => None,
    });
    let none = BTreeMap::new();
    let entries = |direction: Direction| {
        let had: &BTreeMap<u16, Entry> = live.map_or(&none, |it| it.entries(direction));
        numbers::assign(acl.rules(direction), had, &|it| view.blocks_of(it))
    };
    NetworkAcl { vpc: vpc(), inbound: entries(Direction::Inbound), outbound: entries(Direction::Outbound) }
}

fn vpc() -> Key {
    Key::new(Kind::Vpc, "main")
}

fn internet_gateway() -> Key {
    Key::new(Kind::InternetGateway, "main")
}

fn nat_gateway(zone: &str) -> Key {
    zonal(Kind::NatGateway, "main", zone)
}

fn acl_key(tier: &str) -> Key {
    Key::new(Kind::NetworkAcl, tier)
}

/// Tiers that are routed through NAT have a table per zone, also where one gateway serves all zones: so that another
/// number of gateways changes routes, not tables.
fn table(name: &str, tier: &Tier, zone: &str) -> Key {
    match tier.way.route.it {
        Route::Nat => zonal(Kind::RouteTable, name, zone),
        Route::Internet | Route::Isolated => Key::new(Kind::RouteTable, name),
    }
}

fn zonal(kind: Kind, name: &str, zone: &str) -> Key {
    Key::new(kind, format!("{name}@{zone}"))
}
