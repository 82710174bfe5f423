//! From a draft to the resources that it asks for.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint;
use palisade_core::kinds::flow_log::FlowLog;
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::{Entry, NetworkAcl};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{DefaultAcl, DefaultGroup, Defaults, Vpc};
use palisade_core::traffic::Direction;
use palisade_core::{Key, Kind, Live, Network, Object, Owner, Spec};

use crate::account::draft::Draft;
use crate::account::numbers;
use crate::account::view::View;
use crate::tables::acl::Acl;
use crate::tables::endpoints::{Endpoint, Reach};
use crate::tables::tiers::{NatGateways, NatReplace, Route, Tier};
use crate::tables::vpc::{Kept, Space};

impl Draft {
    /// Returns the network. Everything about it has been checked.
    pub(crate) fn lower(&self, view: &View<'_>, live: &Live) -> Network {
        let mut network = Network::empty(&self.name);
        network.tags = self.tags.clone();
        self.insert_vpc(&mut network, view);
        self.insert_gateways(&mut network, view, live);
        for (name, tier) in &view.parts.tiers {
            self.insert_tier(&mut network, name, tier, view, live);
            if let Some(acl) = &tier.acl {
                network.insert(acl_key(name), self.network_acl(name, acl, view, live));
            }
        }
        for (name, list) in &view.parts.lists {
            network.insert(Key::new(Kind::PrefixList, name), list.spec.clone());
        }
        for (name, group) in &view.parts.groups {
            let rules = |direction| group.rules(direction).lower(&|it| view.peers_of(it));
            let (inbound, outbound) = (rules(Direction::Inbound), rules(Direction::Outbound));
            let description = group.description.clone();
            let group = SecurityGroup { vpc: self.vpc(), description, inbound, outbound };
            network.insert(Key::new(Kind::SecurityGroup, name), group);
        }
        for (name, endpoint) in &view.parts.endpoints {
            network.insert(Key::new(Kind::Endpoint, name), self.endpoint(endpoint, view));
        }
        self.insert_workloads(&mut network, view, live);
        network
    }

    /// Returns the key of the VPC: the blueprint's own, or one that exists.
    pub(crate) fn vpc(&self) -> Key {
        Key::new(Kind::Vpc, self.existing_vpc.as_ref().map_or("main", |it| &it.it))
    }

    fn insert_vpc(&self, network: &mut Network, view: &View<'_>) {
        if let Some(flow_log) = &self.flow_log {
            let flow_log = FlowLog { vpc: self.vpc(), ..flow_log.clone() };
            network.insert(Key::new(Kind::FlowLog, "vpc"), flow_log);
        }
        if self.existing_vpc.is_some() {
            return;
        }
        let dhcp = self.dhcp.as_ref().map(|_| Key::new(Kind::DhcpOptions, "main"));
        if let (Some(key), Some(options)) = (&dhcp, &self.dhcp) {
            network.insert(key.clone(), options.clone());
        }
        let defaults = Defaults {
            group: (self.default_group == Kept::Emptied).then(DefaultGroup::default),
            acl: (self.default_acl == Kept::Emptied).then(DefaultAcl::default),
        };
        let Space { cidr, secondary_cidrs, ipv6 } = view.parts.space.clone();
        let Draft { dns_support, dns_hostnames, .. } = *self;
        let vpc = Vpc { cidr, secondary_cidrs, ipv6, dns_support, dns_hostnames, dhcp, defaults };
        network.insert(self.vpc(), vpc);
    }

    /// Adds the internet gateways if a tier needs them, and the NAT gateways with their addresses.
    fn insert_gateways(&self, network: &mut Network, view: &View<'_>, live: &Live) {
        let has = |route: Route| view.parts.tiers.values().any(|it| it.way.route.it == route);
        let gateway = self.gateway(live);
        if has(Route::Internet) && !gateway.is_existing() {
            network.insert(gateway.clone(), InternetGateway { vpc: Some(self.vpc()) });
        }
        let egress_only = self.egress_only_gateway(live);
        if has(Route::Nat) && view.parts.space.ipv6 && !egress_only.is_existing() {
            network.insert(egress_only, EgressOnlyGateway { vpc: self.vpc() });
        }
        let Some((host, tier)) = nat_host(view) else { return };
        for (at, zone) in nat_zones(tier).into_iter().enumerate() {
            let brought = tier.way.nat_addresses.get(at).map(|it| Key::new(Kind::ElasticIp, &it.it));
            let own = zonal(Kind::ElasticIp, "nat", zone);
            if brought.is_none() {
                network.insert(own.clone(), ElasticIp {});
            }
            if brought.is_none() && tier.way.nat_replace == NatReplace::NewAddress {
                network.renewals.insert(nat_gateway(zone), own.clone());
            }
            let (address, gateway) = (brought.unwrap_or(own), Some(gateway.clone()));
            let nat = NatGateway { subnet: zonal(Kind::Subnet, host, zone), address, gateway };
            network.insert(nat_gateway(zone), nat);
        }
    }

    /// Returns the key of the internet gateway: that of the VPC that exists, if it has one.
    fn gateway(&self, live: &Live) -> Key {
        let vpc = self.vpc();
        let is_its = |it: &Object| matches!(&it.spec, Spec::InternetGateway(gateway) if gateway.vpc.as_ref() == Some(&vpc));
        self.others(Kind::InternetGateway, live, is_its)
            .unwrap_or_else(|| Key::new(Kind::InternetGateway, "main"))
    }

    /// Returns the key of the egress-only gateway: that of the VPC that exists, if it has one.
    fn egress_only_gateway(&self, live: &Live) -> Key {
        let vpc = self.vpc();
        let is_its = |it: &Object| matches!(&it.spec, Spec::EgressOnlyGateway(gateway) if gateway.vpc == vpc);
        self.others(Kind::EgressOnlyGateway, live, is_its)
            .unwrap_or_else(|| Key::new(Kind::EgressOnlyGateway, "main"))
    }

    /// Returns the key of what somebody else has in the VPC that exists.
    fn others(&self, kind: Kind, live: &Live, is_its: impl Fn(&Object) -> bool) -> Option<Key> {
        self.existing_vpc.as_ref()?;
        let mut others = live.of_kind(kind).filter(|(_, it)| it.owner == Owner::Foreign && is_its(it));
        others.next().map(|(key, _)| key.clone())
    }

    fn insert_tier(&self, network: &mut Network, name: &str, tier: &Tier, view: &View<'_>, live: &Live) {
        for place in view.layout.of_tier(name) {
            let route_table = table(name, tier, &place.zone);
            let mut routes: BTreeMap<IpNet, Target> =
                tier.routes.iter().map(|(to, via)| (*to, via.it.clone())).collect();
            routes.extend(self.default_routes(tier, &place.zone, view, live));
            let subnet = Subnet {
                vpc: self.vpc(),
                cidr: place.cidr,
                ipv6: place.ipv6,
                assign_ipv6: tier.assign_ipv6 && place.ipv6.is_some(),
                zone: format!("{}{}", self.region, place.zone),
                public_ip_on_launch: false,
                route_table: Some(route_table.clone()),
                network_acl: tier.acl.as_ref().map(|_| acl_key(name)),
            };
            network.insert(route_table, RouteTable { vpc: self.vpc(), routes });
            network.insert(place.key.clone(), subnet);
        }
    }

    /// Returns the default routes of the families that the VPC has.
    fn default_routes(&self, tier: &Tier, zone: &str, view: &View<'_>, live: &Live) -> Vec<(IpNet, Target)> {
        let (ipv4, ipv6) = match tier.way.route.it {
            Route::Isolated => return Vec::new(),
            Route::Internet => {
                let gateway = Target::InternetGateway(self.gateway(live));
                (Some(gateway.clone()), gateway)
            }
            Route::Nat => (nat_of(view, zone), Target::EgressOnlyGateway(self.egress_only_gateway(live))),
        };
        let [every_ipv4, every_ipv6] = default_destinations();
        let ipv4 = ipv4.map(|it| (every_ipv4, it));
        let ipv6 = view.parts.space.ipv6.then_some((every_ipv6, ipv6));
        ipv4.into_iter().chain(ipv6).collect()
    }

    fn endpoint(&self, endpoint: &Endpoint, view: &View<'_>) -> endpoint::Endpoint {
        let reach = match &endpoint.reach {
            Reach::Gateway { route_tables } => {
                let tiers =
                    endpoint.tiers.iter().filter_map(|it| Some((&it.it, view.parts.tiers.get(&it.it)?)));
                let tables = tiers.flat_map(|(name, tier)| {
                    view.layout.of_tier(name).map(move |place| table(name, tier, &place.zone))
                });
                let others = route_tables.iter().map(|it| Key::new(Kind::RouteTable, &it.it));
                endpoint::Reach::Gateway { route_tables: tables.chain(others).collect() }
            }
            Reach::Interface { groups, private_dns } => {
                let places = view.layout.of_endpoint(endpoint).into_values();
                let subnets = places.map(|it| it.key.clone()).collect();
                let security_groups: BTreeSet<Key> = groups.iter().cloned().collect();
                endpoint::Reach::Interface { subnets, security_groups, private_dns: private_dns.it }
            }
        };
        let (service, policy) = (endpoint.service.clone(), endpoint.policy.clone());
        endpoint::Endpoint { vpc: self.vpc(), service, policy, reach }
    }

    fn network_acl(&self, tier: &str, acl: &Acl, view: &View<'_>, live: &Live) -> NetworkAcl {
        let live = live.object(&acl_key(tier)).and_then(|it| match &it.spec {
            Spec::NetworkAcl(acl) => Some(acl),
            _ => None,
        });
        let none = BTreeMap::new();
        let entries = |direction: Direction| {
            let had: &BTreeMap<u16, Entry> = live.map_or(&none, |it| it.entries(direction));
            numbers::assign(acl.rules(direction), had, &|it| view.blocks_of(it))
        };
        let (inbound, outbound) = (entries(Direction::Inbound), entries(Direction::Outbound));
        NetworkAcl { vpc: self.vpc(), inbound, outbound }
    }
}

/// Returns the destinations of default routes.
pub(crate) fn default_destinations() -> [IpNet; 2] {
    [Ipv4Net::default().into(), Ipv6Net::default().into()]
}

/// Returns the tier that has the NAT gateways.
fn nat_host<'a>(view: &'a View<'_>) -> Option<(&'a String, &'a Tier)> {
    view.parts.tiers.iter().find(|(_, it)| it.way.nat.it != NatGateways::None)
}

/// Returns the zones in which a tier has NAT gateways, in its own order.
fn nat_zones(host: &Tier) -> Vec<&str> {
    let zones = host.way.zones.iter().map(|it| it.it.as_str());
    match host.way.nat.it {
        NatGateways::None => Vec::new(),
        NatGateways::Single => zones.take(1).collect(),
        NatGateways::PerZone => zones.collect(),
    }
}

/// Returns the NAT gateway that the packets of a zone take.
fn nat_of(view: &View<'_>, zone: &str) -> Option<Target> {
    let (_, host) = nat_host(view)?;
    let zone = match host.way.nat.it {
        NatGateways::Single => nat_zones(host).first().copied()?,
        NatGateways::PerZone | NatGateways::None => zone,
    };
    Some(Target::NatGateway(nat_gateway(zone)))
}

fn nat_gateway(zone: &str) -> Key {
    zonal(Kind::NatGateway, "main", zone)
}

pub(crate) fn acl_key(tier: &str) -> Key {
    Key::new(Kind::NetworkAcl, tier)
}

/// Tiers that are routed through NAT have a table per zone, also where one gateway serves all zones: so that another
/// number of gateways changes routes, not tables.
pub(crate) fn table(name: &str, tier: &Tier, zone: &str) -> Key {
    match tier.way.route.it {
        Route::Nat => zonal(Kind::RouteTable, name, zone),
        Route::Internet | Route::Isolated => Key::new(Kind::RouteTable, name),
    }
}

fn zonal(kind: Kind, name: &str, zone: &str) -> Key {
    Key::new(kind, format!("{name}@{zone}"))
}
