//! The VPC and what belongs to it as a whole: gateways, addresses, DHCP options, flow logs, tags.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use palisade_core::kinds::dhcp_options::{DhcpOptions, NameServer};
use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::flow_log::{Destination, FlowLog, Recorded};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::vpc::{DefaultAcl, DefaultGroup, Defaults, Vpc};
use palisade_core::{Key, Kind, Network};
use proptest::collection::btree_map;
use proptest::prelude::*;

use super::{Kept, Place, key};
use crate::worlds::{self, Site, Theirs};

#[derive(Clone, Debug)]
pub(super) struct Ground {
    net: u8,
    dns: (bool, bool),
    secondary: (bool, bool),
    ipv6: bool,
    /// Which set of options the VPC has; 2 is AWS's own.
    dhcp: u8,
    options: BTreeMap<u8, u8>,
    empties: (bool, bool),
    gateways: (bool, bool),
    n_addresses: u8,
    /// Where each goes, what it records.
    logs: BTreeMap<u8, (u8, u8)>,
    tags: BTreeMap<u8, u8>,
}

pub(super) fn choices() -> impl Strategy<Value = Ground> {
    let vpc = (
        prop::sample::select(vec![0u8, 0, 0, 0, 0, 1]),
        any::<(bool, bool)>(),
        any::<(bool, bool)>(),
        any::<bool>(),
        0u8..3,
        any::<(bool, bool)>(),
    );
    let rest = (
        btree_map(0u8..2, 0u8..3, 0..3),
        (prop::bool::weighted(0.9), any::<bool>()),
        1u8..4,
        btree_map(0u8..2, (0u8..3, 0u8..3), 0..3),
        btree_map(0u8..3, 0u8..3, 0..3),
    );
    (vpc, rest).prop_map(|((net, dns, secondary, ipv6, dhcp, empties), rest)| {
        let (options, gateways, n_addresses, logs, tags) = rest;
        Ground { net, dns, secondary, ipv6, dhcp, options, empties, gateways, n_addresses, logs, tags }
    })
}

impl Ground {
    pub(super) fn keeping(self, first: &Ground, kept: Kept) -> Ground {
        Ground {
            net: kept.choose(0, &first.net, self.net),
            dns: kept.choose(0, &first.dns, self.dns),
            secondary: kept.choose(1, &first.secondary, self.secondary),
            ipv6: kept.choose(2, &first.ipv6, self.ipv6),
            dhcp: kept.choose(3, &first.dhcp, self.dhcp),
            options: kept.choose(4, &first.options, self.options),
            empties: kept.choose(5, &first.empties, self.empties),
            gateways: kept.choose(6, &first.gateways, self.gateways),
            n_addresses: kept.choose(7, &first.n_addresses, self.n_addresses),
            logs: kept.choose(8, &first.logs, self.logs),
            tags: kept.choose(9, &first.tags, self.tags),
        }
    }

    pub(super) fn add_to(&self, network: &mut Network, site: Site) -> Place {
        let tag = |(name, value): (&u8, &u8)| (format!("t{name}"), format!("v{value}"));
        network.tags = self.tags.iter().map(tag).collect();
        let place = match site {
            Site::Own => self.add_vpc(network),
            Site::Existing(theirs) => self.add_gateways(network, place(theirs)),
        };
        for n in 0..self.n_addresses {
            network.insert(key(Kind::ElasticIp, n), ElasticIp {});
        }
        self.add_logs(network, &place);
        place
    }

    fn add_vpc(&self, network: &mut Network) -> Place {
        for (n, it) in &self.options {
            let resolver = NameServer::Address(std::net::Ipv4Addr::new(10, 0, 0, 2 + it).into());
            let options = DhcpOptions {
                domain_name: (0 < *it).then(|| format!("n{n}.internal")),
                name_servers: vec![resolver, NameServer::Amazon],
                ntp_servers: Vec::new(),
            };
            network.insert(key(Kind::DhcpOptions, *n), options);
        }
        let vpc = Key::new(Kind::Vpc, "main");
        let cidr: Ipv4Net = Ipv4Net::new_assert([10, self.net, 0, 0].into(), 16);
        let further =
            [(self.secondary.0, 64), (self.secondary.1, 65)].into_iter().filter(|(is_on, _)| *is_on);
        let further: BTreeSet<Ipv4Net> =
            further.map(|(_, second)| Ipv4Net::new_assert([100, second, 0, 0].into(), 16)).collect();
        let (dns_support, dns_hostnames) = (self.dns.0, self.dns.0 && self.dns.1);
        let defaults = Defaults {
            group: self.empties.0.then(DefaultGroup::default),
            acl: self.empties.1.then(DefaultAcl::default),
        };
        let dhcp = self.options.contains_key(&self.dhcp).then(|| key(Kind::DhcpOptions, self.dhcp));
        let spec = Vpc {
            cidr,
            secondary_cidrs: further.clone(),
            ipv6: self.ipv6,
            dns_support,
            dns_hostnames,
            dhcp,
            defaults,
        };
        network.insert(vpc.clone(), spec);
        let blocks = [cidr].into_iter().chain(further).collect();
        let place =
            Place { vpc, blocks, has_ipv6: self.ipv6, gateway: None, egress: None, theirs: Vec::new() };
        self.add_gateways(network, place)
    }

    /// A VPC has at most one of each, so what is there already is what there is.
    fn add_gateways(&self, network: &mut Network, place: Place) -> Place {
        let (has_gateway, has_egress) = self.gateways;
        let (gateway, egress) =
            (Key::new(Kind::InternetGateway, "main"), Key::new(Kind::EgressOnlyGateway, "main"));
        let has_gateway = has_gateway && place.gateway.is_none();
        let has_egress = has_egress && place.egress.is_none() && place.has_ipv6;
        if has_gateway {
            network.insert(gateway.clone(), InternetGateway { vpc: Some(place.vpc.clone()) });
        }
        if has_egress {
            network.insert(egress.clone(), EgressOnlyGateway { vpc: place.vpc.clone() });
        }
        Place {
            gateway: place.gateway.clone().or(has_gateway.then_some(gateway)),
            egress: place.egress.clone().or(has_egress.then_some(egress)),
            ..place
        }
    }

    /// AWS takes no two that say the same, so each goes to a place of its own.
    fn add_logs(&self, network: &mut Network, place: &Place) {
        let mut taken = BTreeSet::new();
        for (n, (to, what)) in self.logs.iter().filter(|(_, (to, _))| taken.insert(*to)) {
            let destination = match to {
                0 => Destination::LogGroup {
                    name: "/vpc/flows".to_owned(),
                    role: format!("arn:aws:iam::111122223333:role/flows-{what}"),
                },
                to => Destination::Bucket { arn: format!("arn:aws:s3:::flows-{to}") },
            };
            let recorded = [Recorded::All, Recorded::Accept, Recorded::Reject][usize::from(*what)];
            let interval_s = if *what == 0 { 60 } else { 600 };
            let log = FlowLog { vpc: place.vpc.clone(), destination, recorded, interval_s };
            network.insert(key(Kind::FlowLog, *n), log);
        }
    }
}

fn place(theirs: Theirs) -> Place {
    Place {
        vpc: worlds::vpc(),
        blocks: theirs.blocks(),
        has_ipv6: theirs.has_ipv6,
        gateway: theirs.has_gateway.then(worlds::gateway),
        egress: None,
        theirs: worlds::nameable(),
    }
}
