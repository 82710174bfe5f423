//! What a promise can depend on: nothing else that changes makes a difference to it.

use std::collections::BTreeSet;

use palisade_core::guarantee::{Guarantee, Place};
use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::{Key, Kind, Spec};

use crate::party::{Beyond, Party};
use crate::world::{Table, World};

/// Whether objects of a kind are met by packets, or say who is where.
pub(crate) fn is_met(kind: Kind) -> bool {
    match kind {
        Kind::Vpc
        | Kind::Subnet
        | Kind::RouteTable
        | Kind::NetworkAcl
        | Kind::SecurityGroup
        | Kind::PrefixList
        | Kind::InternetGateway
        | Kind::EgressOnlyGateway
        | Kind::NatGateway
        | Kind::Endpoint => true,
        // An elastic IP counts where a route makes it of use, whoever has it.
        Kind::ElasticIp
        | Kind::DhcpOptions
        | Kind::FlowLog
        | Kind::Domain
        | Kind::UserProfile
        | Kind::Notebook
        | Kind::Model
        | Kind::EndpointConfig
        | Kind::InferenceEndpoint
        | Kind::TrainingJob
        | Kind::ProcessingJob
        | Kind::App
        | Kind::Space
        | Kind::MountTarget => false,
    }
}

impl<'a> World<'a> {
    /// Returns the keys of everything that can make a difference to a promise, as long as none of it changes.
    pub(crate) fn footprint(&self, guarantee: &Guarantee, parties: [&Party<'a>; 2]) -> BTreeSet<Key> {
        let mut keys: BTreeSet<Key> = self.vpc.iter().map(|(key, _)| (*key).clone()).collect();
        // Few, and of weight for everything that comes from outside.
        keys.extend(self.of_kind::<InternetGateway>().map(|(key, _)| key.clone()));
        keys.extend(self.of_kind::<EgressOnlyGateway>().map(|(key, _)| key.clone()));
        let leads_away = |it: &RouteTable| it.routes.values().any(|it| matches!(it, Target::Existing(_)));
        let tables = self.of_kind::<RouteTable>().filter(|(_, it)| leads_away(it));
        keys.extend(tables.map(|(key, _)| key.clone()));
        for end in [&guarantee.from, &guarantee.to] {
            if matches!(end.place, Place::Endpoint(_) | Place::Service(_)) {
                keys.extend(self.of_kind::<Endpoint>().map(|(key, _)| key.clone()));
            }
        }
        for party in parties {
            if let Some(Beyond::Gateway(key)) = &party.beyond {
                keys.insert((*key).clone());
            }
            for stand in &party.stands {
                self.add_subnet(stand.key, &mut keys);
                for group in stand.groups.known() {
                    self.add_group(group, &mut keys);
                }
            }
        }
        keys
    }

    fn add_group(&self, group: &Key, keys: &mut BTreeSet<Key>) {
        keys.insert(group.clone());
        if let Some(spec) = self.get::<SecurityGroup>(group) {
            keys.extend(Spec::from(spec.clone()).peers().into_iter().cloned());
        }
    }

    /// A subnet with all that its packets meet on their way out of it.
    fn add_subnet(&self, subnet: &Key, keys: &mut BTreeSet<Key>) {
        let Some((_, spec)) = self.subnets().find(|(key, _)| *key == subnet) else { return };
        if !keys.insert(subnet.clone()) {
            return;
        }
        keys.extend(spec.network_acl.iter().cloned());
        let Table::Own(table, routes) = self.table_of(spec) else { return };
        keys.insert(table.clone());
        for target in routes.routes.values() {
            if let Target::NatGateway(nat) = target {
                keys.insert(nat.clone());
                if let Some(gateway) = self.get::<NatGateway>(nat) {
                    self.add_subnet(&gateway.subnet, keys);
                }
            }
        }
        let is_in = |it: &Endpoint| matches!(&it.reach, Reach::Gateway { route_tables } if route_tables.contains(table));
        let endpoints = self.of_kind::<Endpoint>().filter(|(_, it)| is_in(it));
        keys.extend(endpoints.map(|(key, _)| key.clone()));
    }
}
