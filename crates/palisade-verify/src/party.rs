//! Who stands at an end of a promise.

use std::collections::BTreeSet;

use ipnet::IpNet;
use palisade_core::Key;
use palisade_core::guarantee::{End, Place};
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::security_group::SecurityGroup;
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
    /// Whether the subnet, a group or the endpoint has a successor: who is there is to leave.
    pub is_elder: bool,
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
        let everywhere = |known: Groups| self.stands_in(end, known, |_| true);
        let beyond = |beyond| Party { stands: Vec::new(), beyond: Some(beyond) };
        match &end.place {
            Place::Internet => beyond(Beyond::Internet),
            Place::Outside(name) => beyond(Beyond::Outside(name)),
            Place::Vpc => Party { stands: everywhere(Groups::any()), beyond: None },
            Place::Tier(name) => {
                let subnets = self.terms.tiers.get(name);
                let is_in = |it: &Key| subnets.is_some_and(|all| all.contains(self.author_key(it)));
                Party { stands: self.stands_in(end, Groups::any(), is_in), beyond: None }
            }
            Place::Group(group) => {
                Party { stands: everywhere(Groups::AtLeast([group.clone()].into())), beyond: None }
            }
            Place::Endpoint(key) => match self.get::<Endpoint>(key) {
                Some(endpoint) => match &endpoint.reach {
                    Reach::Gateway { .. } => beyond(Beyond::Gateway(key)),
                    Reach::Interface { .. } => {
                        let elders = self.elders_of(key);
                        let elders = elders.filter_map(|it| Some(self.stands_of(it, self.get(it)?)));
                        let stands = [self.stands_of(key, endpoint)].into_iter().chain(elders);
                        Party { stands: stands.flatten().collect(), beyond: None }
                    }
                },
                None => Party::default(),
            },
            Place::Service(service) => {
                let endpoints = self.of_kind::<Endpoint>().filter(|(_, it)| it.service == *service);
                let stands = endpoints.flat_map(|(key, it)| self.stands_of(key, it)).collect();
                Party { stands, beyond: Some(Beyond::Service(service)) }
            }
            Place::Cidr(block) => {
                let stands = everywhere(Groups::any()).into_iter();
                let stands = stands.map(|it| Stand { block: Some(*block), ..it });
                Party { stands: stands.collect(), beyond: Some(Beyond::Block(*block)) }
            }
        }
    }

    /// Returns the interfaces of some subnets that carry what an end says, or else what is known of them.
    fn stands_in(&self, end: &End, known: Groups, is_meant: impl Fn(&Key) -> bool) -> Vec<Stand<'a>> {
        let said = end.groups.as_ref().map_or(known, |it| Groups::Exactly(it.clone()));
        let carried = self.carried(&said);
        let stands = self.subnets().filter(|(key, _)| is_meant(key)).flat_map(|(key, subnet)| {
            carried.iter().map(move |groups| Stand {
                key,
                subnet,
                groups: groups.clone(),
                block: None,
                endpoint: None,
                is_elder: self.is_elder(key) || groups.known().iter().any(|it| self.is_elder(it)),
            })
        });
        stands.collect()
    }

    /// Returns the groups that interfaces carry which shall carry some: while a group is replaced, the elder too.
    /// Nobody carries a group of the blueprint's that is not there.
    fn carried(&self, groups: &Groups) -> Vec<Groups> {
        let with = |known: BTreeSet<Key>| match groups {
            Groups::Exactly(_) => Groups::Exactly(known),
            Groups::AtLeast(_) => Groups::AtLeast(known),
        };
        let is_there = |it: &Groups| {
            it.known().iter().all(|it| it.is_existing() || self.get::<SecurityGroup>(it).is_some())
        };
        let had = |it: &Key| self.elders_of(it).next().unwrap_or(it).clone();
        let elders = groups.known().iter().map(had).collect();
        let mut carried = vec![groups.clone()];
        if elders != *groups.known() {
            carried.push(with(elders));
        }
        carried.retain(is_there);
        carried
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
            is_elder: self.is_elder(key) || self.is_elder(place),
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
            (Beyond::Gateway(key), Arrival::Service(endpoint)) if self.author_key(endpoint) == *key => {
                Set::all()
            }
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

impl<'a> Party<'a> {
    /// Returns the subnets that some of its interfaces are in.
    pub(crate) fn subnets(&self) -> BTreeSet<&'a Key> {
        self.stands.iter().map(|it| it.key).collect()
    }

    /// Leaves out who is to leave.
    #[must_use]
    pub(crate) fn without_elders(mut self) -> Self {
        self.stands.retain(|it| !it.is_elder);
        self
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
