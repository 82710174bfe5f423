//! Who stands at an end of a promise.

use ipnet::IpNet;
use palisade_core::Key;
use palisade_core::guarantee::{End, Place};
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::subnet::Subnet;

use crate::filters::Groups;
use crate::passing::Doubt;
use crate::set::{Address, Set};
use crate::trace::Onwards;
use crate::ways::Arrival;
use crate::world::World;

/// One end of a promise.
#[derive(Clone, Debug, Default)]
pub struct Party<'a> {
    /// The interfaces in it, also those to come.
    pub stands: Vec<Stand<'a>>,
    /// What it has beside interfaces of the VPC.
    pub beyond: Option<Beyond<'a>>,
}

/// Interfaces that are alike: in one subnet, with the same groups.
#[derive(Clone, Debug)]
pub struct Stand<'a> {
    /// The subnet's key.
    pub key: &'a Key,
    /// The subnet.
    pub subnet: &'a Subnet,
    /// What they carry.
    pub groups: Groups,
    /// The only addresses that are meant.
    pub block: Option<IpNet>,
    /// The endpoint whose interfaces they are.
    pub endpoint: Option<&'a Key>,
}

/// Where packets can go to and come from outside of the VPC.
#[derive(Clone, Debug)]
pub enum Beyond<'a> {
    /// Everything beyond the gateways to the internet.
    Internet,
    /// A network of `[outside.*]`.
    Outside(&'a str),
    /// Some addresses, wherever they are.
    Block(IpNet),
    /// What is behind a gateway endpoint.
    Gateway(&'a Key),
    /// A service.
    Service(&'a str),
}

/// What counts as having arrived: for certain, or unless something unknown stops it.
pub(crate) type Counted = (Set, Option<Doubt>);

impl<'a> World<'a> {
    /// Returns who is meant by an end.
    pub fn party(&self, end: &'a End) -> Party<'a> {
        let groups = |known: Groups| match &end.groups {
            Some(groups) => Groups::Exactly(groups.clone()),
            None => known,
        };
        let stand = |key, subnet, groups| Stand { key, subnet, groups, block: None, endpoint: None };
        let everywhere =
            || self.subnets().map(move |(key, subnet)| stand(key, subnet, groups(Groups::any())));
        let beyond = |beyond| Party { stands: Vec::new(), beyond: Some(beyond) };
        match &end.place {
            Place::Internet => beyond(Beyond::Internet),
            Place::Outside(name) => beyond(Beyond::Outside(name)),
            Place::Vpc => Party { stands: everywhere().collect(), beyond: None },
            Place::Tier(name) => {
                let subnets = self.terms.tiers.get(name);
                let is_in = |it: &Stand<'_>| subnets.is_some_and(|subnets| subnets.contains(it.key));
                Party { stands: everywhere().filter(is_in).collect(), beyond: None }
            }
            Place::Group(group) => {
                let carried = groups(Groups::AtLeast([group.clone()].into()));
                let stands = self.subnets().map(|(key, subnet)| stand(key, subnet, carried.clone()));
                Party { stands: stands.collect(), beyond: None }
            }
            Place::Endpoint(key) => match self.get::<Endpoint>(key) {
                Some(endpoint) => match &endpoint.reach {
                    Reach::Gateway { .. } => beyond(Beyond::Gateway(key)),
                    Reach::Interface { .. } => Party { stands: self.stands_of(key, endpoint), beyond: None },
                },
                None => Party::default(),
            },
            Place::Service(service) => {
                let endpoints = self.of_kind::<Endpoint>().filter(|(_, it)| it.service == *service);
                let stands = endpoints.flat_map(|(key, it)| self.stands_of(key, it)).collect();
                Party { stands, beyond: Some(Beyond::Service(service)) }
            }
            Place::Cidr(block) => {
                let stands = everywhere().map(|it| Stand { block: Some(*block), ..it });
                Party { stands: stands.collect(), beyond: Some(Beyond::Block(*block)) }
            }
        }
    }

    /// Returns the interfaces of an endpoint: one in each of its subnets (AWS PrivateLink guide, "Create an interface
    /// endpoint").
    fn stands_of(&self, key: &'a Key, endpoint: &'a Endpoint) -> Vec<Stand<'a>> {
        let Reach::Interface { subnets, security_groups, .. } = &endpoint.reach else { return Vec::new() };
        let places = self.subnets().filter(|(key, _)| subnets.contains(*key));
        let stands = places.map(|(place, subnet)| Stand {
            key: place,
            subnet,
            groups: Groups::Exactly(security_groups.clone()),
            block: None,
            endpoint: Some(key),
        });
        stands.collect()
    }

    /// Returns what of that which arrives somewhere outside has arrived at a party.
    pub(crate) fn counted(&self, beyond: &Beyond<'a>, arrival: &Arrival<'a>) -> Option<Counted> {
        let towards =
            |blocks: &mut dyn Iterator<Item = &IpNet>| Set::with_address(Address::Destination, blocks);
        let set = match (beyond, arrival) {
            (Beyond::Internet, Arrival::Internet) => Set::all(),
            (Beyond::Internet, Arrival::Unknown) => self.of_internet(Address::Destination),
            (Beyond::Internet, Arrival::Outside(_, Onwards::Yes)) => self.of_internet(Address::Destination),
            (Beyond::Outside(name), Arrival::Outside(there, _)) if name == there => Set::all(),
            (Beyond::Outside(name), Arrival::Unknown) => {
                towards(&mut self.terms.outsides.get(*name)?.cidrs.iter())
            }
            (Beyond::Gateway(key), Arrival::Service(endpoint)) if key == endpoint => Set::all(),
            // Interfaces are counted as such.
            (_, Arrival::Subnet(_)) => return None,
            (Beyond::Block(block), _) => towards(&mut [*block].iter()),
            (Beyond::Service(name), Arrival::Service(endpoint)) => {
                let service = &self.get::<Endpoint>(endpoint)?.service;
                if service == name { Set::all() } else { return None }
            }
            (Beyond::Service(name), Arrival::Internet | Arrival::Unknown | Arrival::Outside(..)) => {
                return Some(match self.list_of_service(name) {
                    Some(list) => (towards(&mut list.iter()), None),
                    None => {
                        (self.of_internet(Address::Destination), Some(Doubt::Addresses((*name).to_owned())))
                    }
                });
            }
            _ => return None,
        };
        Some((set, None))
    }
}

impl Party<'_> {
    /// Returns whether some of its interfaces are in a subnet.
    pub(crate) fn is_in(&self, subnet: &Key) -> bool {
        self.stands.iter().any(|it| it.key == subnet)
    }
}

impl Stand<'_> {
    /// Returns every packet of which one address is of one of the interfaces.
    pub(crate) fn packets(&self, world: &World<'_>, address: Address) -> Set {
        let all = world.interfaces(address, self.subnet);
        match &self.block {
            Some(block) => all.and(&Set::with_address(address, [block])),
            None => all,
        }
    }
}
