//! Private ways to services.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::{Key, Kind, Network, Policy};
use proptest::collection::btree_map;
use proptest::prelude::*;

use super::{Kept, Place, key};

#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    endpoints: BTreeMap<u8, EndpointChoice>,
    rotation: u8,
}

#[derive(Clone, Copy, Debug)]
struct EndpointChoice {
    is_gateway: bool,
    members: u8,
    groups: u8,
    private_dns: bool,
    policy: u8,
}

pub(super) fn choices() -> impl Strategy<Value = Endpoints> {
    let endpoint = (any::<bool>(), any::<u8>(), 1u8..16, any::<bool>(), 0u8..3);
    let endpoint = endpoint.prop_map(|(is_gateway, members, groups, private_dns, policy)| EndpointChoice {
        is_gateway,
        members,
        groups,
        private_dns,
        policy,
    });
    let parts = (btree_map(0u8..3, endpoint, 0..4), 0u8..3);
    parts.prop_map(|(endpoints, rotation)| Endpoints { endpoints, rotation })
}

impl Endpoints {
    pub(super) fn keeping(self, first: &Endpoints, kept: Kept) -> Endpoints {
        Endpoints {
            endpoints: kept.choose(16, &first.endpoints, self.endpoints),
            rotation: kept.choose(17, &first.rotation, self.rotation),
        }
    }

    /// Gateways share one service and never a table, as AWS has it, so that an edit can pass tables around. Each
    /// interface has a service of its own, which `rotation` passes around.
    pub(super) fn add_to(&self, network: &mut Network, place: &Place) {
        let mut taken: BTreeSet<Key> = BTreeSet::new();
        for (n, it) in &self.endpoints {
            let service = (n + self.rotation) % 3;
            let chosen = |kind: Kind, bits: u8| {
                let all = network.resources.keys().chain(&place.theirs).filter(move |it| it.kind == kind);
                let chosen = all.enumerate().filter(move |(at, _)| bits >> (at % 8) & 1 == 1);
                chosen.map(|(_, key)| key.clone()).collect::<BTreeSet<Key>>()
            };
            let reach = if it.is_gateway {
                let route_tables = chosen(Kind::RouteTable, it.members.rotate_left(self.rotation.into()));
                let route_tables: BTreeSet<Key> = route_tables.difference(&taken).cloned().collect();
                taken.extend(route_tables.iter().cloned());
                Reach::Gateway { route_tables }
            } else {
                let subnets = chosen(Kind::Subnet, it.members);
                let security_groups = chosen(Kind::SecurityGroup, it.groups);
                Reach::Interface { subnets, security_groups, private_dns: it.private_dns }
            };
            let endpoint = Endpoint {
                vpc: place.vpc.clone(),
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

fn policy(n: u8) -> Policy {
    let text =
        format!(r#"{{"Statement":[{{"Effect":"Deny","Principal":"*","Action":"a:{n}","Resource":"*"}}]}}"#);
    Policy::parse(&text).expect("a policy")
}
