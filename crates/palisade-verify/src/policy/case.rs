//! A network as rules look at it.

use std::collections::BTreeSet;

use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::endpoint_config::EndpointConfig;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::network_acl::{Action, NetworkAcl};
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::sagemaker::{Links, Workload};
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::kinds::{InSpec, Resource};
use palisade_core::traffic::Direction;
use palisade_core::{Element, Key, Network};

use crate::filters::{Groups, Mode, Other};
use crate::policy::holes::{Hole, from_public, holes};
use crate::set::{Address, Set};
use crate::world::{Table, World};

/// A network, and what the internet is let into by its groups and ACLs.
pub(crate) struct Case<'a> {
    pub(crate) world: &'a World<'a>,
    pub(crate) network: &'a Network,
    /// Of each group of the blueprint.
    pub(crate) groups: Vec<Opened<'a>>,
    /// Of each ACL of the blueprint that a subnet follows.
    pub(crate) acls: Vec<Opened<'a>>,
}

/// What lets something in, and on which ports the internet.
pub(crate) struct Opened<'a> {
    pub(crate) key: &'a Key,
    pub(crate) holes: Vec<Hole>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(world: &'a World<'a>, network: &'a Network) -> Case<'a> {
        let mut case = Case { world, network, groups: Vec::new(), acls: Vec::new() };
        let public = from_public(world);
        case.groups = case.own().map(|(key, group)| opened_group(world, &public, key, group)).collect();
        case.acls = case.own().filter_map(|(key, acl)| opened_acl(world, &public, key, acl)).collect();
        case
    }

    /// Returns the blueprint's own objects of a kind.
    pub(crate) fn own<T: InSpec + Resource + 'a>(
        &self,
    ) -> impl Iterator<Item = (&'a Key, &'a T)> + use<'a, T> {
        let world = self.world;
        world.of_kind::<T>().filter(|(key, _)| !key.is_existing())
    }

    /// Returns the VPC, if it is the blueprint's own.
    pub(crate) fn own_vpc(&self) -> Option<(&'a Key, &'a Vpc)> {
        self.world.vpc.filter(|(key, _)| !key.is_existing())
    }

    /// Returns what everything of SageMaker's names, with its key.
    pub(crate) fn workloads(&self) -> Vec<(&'a Key, &'a Links<Key>)> {
        let mut workloads = Vec::new();
        self.add::<TrainingJob>(&mut workloads);
        self.add::<ProcessingJob>(&mut workloads);
        self.add::<Model>(&mut workloads);
        self.add::<EndpointConfig>(&mut workloads);
        self.add::<Notebook>(&mut workloads);
        self.add::<Domain>(&mut workloads);
        self.add::<UserProfile>(&mut workloads);
        workloads
    }

    fn add<T: Workload>(&self, workloads: &mut Vec<(&'a Key, &'a Links<Key>)>) {
        workloads.extend(self.own::<T>().map(|(key, it)| (key, it.links())));
    }

    /// Returns the subnets in which something of SageMaker's stands, or may by the name that the place has.
    pub(crate) fn standing(&self) -> BTreeSet<&'a Key> {
        let workloads = self.workloads().into_iter().flat_map(|(_, it)| &it.subnets);
        let places = self.network.vpc_configs.values().flat_map(|it| &it.subnets);
        workloads.chain(places).collect()
    }

    /// Returns the blueprint's own subnets in its VPC.
    pub(crate) fn subnets(&self) -> Vec<(&'a Key, &'a Subnet)> {
        self.world.subnets().filter(|(key, _)| !key.is_existing()).collect()
    }

    /// Returns what the table of a subnet sends to some targets, less what longer routes take, and the routes to them. What
    /// gateway endpoints take of it is left in: no list of AWS's is the internet.
    pub(crate) fn routed(
        &self,
        subnet: &'a Subnet,
        is_meant: &dyn Fn(&Target) -> bool,
    ) -> (Set, Vec<Element>) {
        let Table::Own(key, table) = self.world.table_of(subnet) else { return (Set::none(), Vec::new()) };
        let address = Address::Destination;
        let (mut sent, mut routes) = (Set::none(), Vec::new());
        for (to, _) in table.routes.iter().filter(|(_, target)| is_meant(target)) {
            let longer = table.routes.keys().filter(|it| *it != to && to.contains(*it));
            let part = Set::with_address(address, [to]).minus(&Set::with_address(address, longer));
            sent = sent.or(part.minus(&self.world.of_vpc(address)));
            routes.push(Element::Route { table: key.clone(), to: *to });
        }
        (sent, routes)
    }

    /// Returns the table of a subnet, if it is the blueprint's own.
    pub(crate) fn own_table(&self, subnet: &'a Subnet) -> Option<&'a Key> {
        match self.world.table_of(subnet) {
            Table::Own(key, _) if !key.is_existing() => Some(key),
            _ => None,
        }
    }

    /// Returns the blueprint's own subnets that reach the internet through a NAT gateway.
    pub(crate) fn behind_nat(&self) -> Vec<(&'a Key, &'a Subnet, Vec<Element>)> {
        let public = self.world.of_internet(Address::Destination);
        let routed = self.subnets().into_iter().filter_map(|(key, subnet)| {
            let (set, routes) = self.routed(subnet, &|it| matches!(it, Target::NatGateway(_)));
            (!set.and(&public).is_empty()).then_some((key, subnet, routes))
        });
        routed.collect()
    }
}

fn opened_group<'a>(world: &World<'a>, public: &Set, key: &'a Key, group: &'a SecurityGroup) -> Opened<'a> {
    let direction = Direction::Inbound;
    let groups = Groups::Exactly([key.clone()].into());
    let open = world.groups(&groups, direction, Other::Elsewhere, Mode::Any).must;
    let admitting = group.inbound.keys().map(|rule| {
        let element = Element::Rule { group: key.clone(), direction, rule: rule.clone() };
        (element, world.rule(rule, direction, Other::Elsewhere, Mode::Any).must)
    });
    let admitting: Vec<(Element, Set)> = admitting.filter(|(_, it)| !it.is_empty()).collect();
    Opened { key, holes: holes(&open, public, &admitting) }
}

fn opened_acl<'a>(world: &World<'a>, public: &Set, key: &'a Key, acl: &'a NetworkAcl) -> Option<Opened<'a>> {
    let direction = Direction::Inbound;
    let (subnet_key, subnet) = world.subnets().find(|(_, it)| it.network_acl.as_ref() == Some(key))?;
    let open = world.acl(subnet_key, subnet, direction).into_owned().must;
    let allowing = acl.inbound.iter().filter(|(_, it)| it.action == Action::Allow);
    let admitting = allowing.map(|(number, it)| {
        let element = Element::Entry { acl: key.clone(), direction, number: Some(*number) };
        (element, world.matching(it.cidr, it.traffic, direction).must)
    });
    let admitting: Vec<(Element, Set)> = admitting.collect();
    Some(Opened { key, holes: holes(&open, public, &admitting) })
}
