//! What has to arrive and does not: every packet of a promise, from each client port, and its reply.

use ipnet::IpNet;
use palisade_core::Key;
use palisade_core::guarantee::Guarantee;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::traffic::{Direction, Ports};

use crate::deliveries::spoken_of;
use crate::filters::{Groups, Mode, Other};
use crate::party::{Beyond, Party, Stand};
use crate::passing::{Doubt, Passing};
use crate::set::{Address, Set};
use crate::ways::{Arrival, Way};
use crate::world::{World, fixed};

/// Packets that have to be delivered, and what is.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Those that have to be.
    pub required: Set,
    /// Those that are, with their replies.
    pub delivered: Passing,
    /// What the sender carries, if it is an interface.
    pub sender: Option<Groups>,
    /// What the receiver carries, if it is an interface.
    pub receiver: Option<Groups>,
}

impl<'a> World<'a> {
    /// Returns the packets that reach the second end of a guarantee from the first, and whose replies come back.
    pub fn reached(&self, guarantee: &'a Guarantee) -> Passing {
        let (from, to) = (self.party(&guarantee.from), self.party(&guarantee.to));
        let demands = self.demands(guarantee, &from, &to).into_iter();
        demands.fold(Passing::nothing(), |all, it| all.or(it.delivered))
    }

    /// Returns everything that a promise of reachability demands.
    pub fn demands(&self, guarantee: &Guarantee, from: &Party<'a>, to: &Party<'a>) -> Vec<Demand> {
        let spoken_of = from_client_ports(&spoken_of(guarantee), guarantee.client_ports);
        let to = self.as_resolved(to).without_elders();
        let asked = to.subnets();
        let mut demands = Vec::new();
        for stand in from.stands.iter().filter(|it| !it.is_elder) {
            let sent = stand.packets(self, Address::Source).and(&spoken_of);
            let ways = self.ways_from(stand.key, stand.subnet, &sent, (Mode::All, &asked));
            let ways: Vec<(Way<'a>, Passing)> = ways
                .into_iter()
                .map(|way| {
                    let back = self.answered(stand.key, stand.subnet, &way);
                    let both = way.passing.and(&back);
                    (way, both)
                })
                .collect();
            demands.extend(to.stands.iter().map(|it| self.towards_stand(stand, &ways, it, &sent)));
            demands.extend(to.beyond.iter().map(|it| self.towards_beyond(stand, &ways, it, &sent)));
        }
        if let Some(beyond) = &from.beyond {
            demands.extend(to.stands.iter().map(|it| self.inbound_demand(beyond, it, &spoken_of)));
        }
        demands.retain(|it| !it.required.is_empty());
        demands
    }

    /// A service is reached where its public name leads: at an endpoint's interfaces if that has the name to itself, else
    /// at its public addresses (AWS PrivateLink guide, "Private DNS"; it needs both DNS attributes of the VPC).
    fn as_resolved(&self, party: &Party<'a>) -> Party<'a> {
        let Some(Beyond::Service(_)) = &party.beyond else { return party.clone() };
        let has_dns = self.vpc.is_some_and(|(_, it)| it.dns_support && it.dns_hostnames);
        let has_name = |key: &Key| {
            let reach = self.get::<Endpoint>(key).map(|it| &it.reach);
            has_dns
                && self.unsettled(key).is_none()
                && matches!(reach, Some(Reach::Interface { private_dns: true, .. }))
        };
        let is_named = |it: &&Stand<'a>| it.endpoint.is_some_and(has_name);
        let named: Vec<Stand<'a>> = party.stands.iter().filter(is_named).cloned().collect();
        match named.is_empty() {
            true => Party { stands: Vec::new(), beyond: party.beyond.clone() },
            false => Party { stands: named, beyond: None },
        }
    }

    fn towards_stand(
        &self,
        from: &Stand<'a>,
        ways: &[(Way<'a>, Passing)],
        to: &Stand<'a>,
        sent: &Set,
    ) -> Demand {
        let there = to.packets(self, Address::Destination);
        let arrives = |arrival: &Arrival<'a>| match arrival {
            Arrival::Subnet(key) => *key == to.key,
            arrival => *arrival == Arrival::Unknown,
        };
        let arriving = ways.iter().filter(|(way, _)| arrives(&way.arrival));
        let arriving = arriving.fold(Passing::nothing(), |all, (_, it)| all.or(it.within(&there)));
        let (sender, receiver) = (Other::Interface(&from.groups), Other::Interface(&to.groups));
        let out = self.groups(&from.groups, Direction::Outbound, receiver, Mode::All);
        let admitted = self.groups(&to.groups, Direction::Inbound, sender, Mode::All);
        Demand {
            required: sent.and(&there),
            delivered: arriving.and(&out).and(&admitted),
            sender: Some(from.groups.clone()),
            receiver: Some(to.groups.clone()),
        }
    }

    fn towards_beyond(
        &self,
        from: &Stand<'a>,
        ways: &[(Way<'a>, Passing)],
        to: &Beyond<'a>,
        sent: &Set,
    ) -> Demand {
        let (addresses, doubt) = self.addresses_of(to, Address::Destination);
        let required = sent.and(&addresses);
        let mut delivered = Passing::nothing();
        for (way, passing) in ways.iter().filter(|(way, _)| self.is_there(&way.arrival, to)) {
            let other = match way.arrival {
                Arrival::Outside(..) => Other::Outside,
                _ => Other::Elsewhere,
            };
            let out = self.groups(&from.groups, Direction::Outbound, other, Mode::All);
            delivered = delivered.or(passing.and(&out));
        }
        let delivered = delivered.within(&addresses);
        // Where something is missing, it may be at addresses that the service does not have.
        let delivered = match doubt {
            Some(doubt) if !required.minus(&delivered.must).is_empty() => match delivered.is_empty() {
                true => delivered,
                false => Passing { may: required.clone(), ..delivered }.doubted(doubt),
            },
            _ => delivered,
        };
        Demand { required, delivered, sender: Some(from.groups.clone()), receiver: None }
    }

    fn inbound_demand(&self, from: &Beyond<'a>, to: &Stand<'a>, spoken_of: &Set) -> Demand {
        let (addresses, _) = self.addresses_of(from, Address::Source);
        let required = addresses.and(&to.packets(self, Address::Destination)).and(spoken_of);
        let (arriving, other) = self.arriving(from, to);
        let ipv4 = Set::with_address(Address::Source, [&fixed("0.0.0.0/0")]);
        let arriving = match (from, to.subnet.public_ip_on_launch) {
            (Beyond::Internet, false) => arriving.map(|it| it.minus(&ipv4)),
            _ => arriving,
        };
        let back = match from {
            Beyond::Outside(name) => self.answered_to_outside(name, to.key, to.subnet),
            _ => self.answered_to_internet(to.key, to.subnet),
        };
        let admitted = self.groups(&to.groups, Direction::Inbound, other, Mode::All);
        let delivered = arriving.and(&admitted).and(&back);
        Demand { required, delivered, sender: None, receiver: Some(to.groups.clone()) }
    }

    /// Returns the packets of which one address is outside of the VPC where a party is, and what one would have to know
    /// to tell all of them.
    fn addresses_of(&self, beyond: &Beyond<'a>, address: Address) -> (Set, Option<Doubt>) {
        let public = || self.of_internet(address);
        let listed = |service: &str| match self.list_of_service(service) {
            Some(list) => (Set::with_address(address, &list), None),
            None => (public(), Some(Doubt::Addresses(service.to_owned()))),
        };
        let outside = |blocks: &mut dyn Iterator<Item = &IpNet>| {
            Set::with_address(address, blocks).minus(&self.of_vpc(address))
        };
        match beyond {
            Beyond::Internet => (public(), None),
            Beyond::Outside(name) => {
                let cidrs = self.terms.outsides.get(*name).into_iter().flat_map(|it| &it.cidrs);
                (outside(&mut cidrs.into_iter()), None)
            }
            Beyond::Block(block) => (outside(&mut [*block].iter()), None),
            Beyond::Gateway(key) => {
                self.get::<Endpoint>(key).map_or((Set::none(), None), |it| listed(&it.service))
            }
            Beyond::Service(service) => listed(service),
        }
    }

    /// Returns whether what arrives somewhere may have got to where it shall; its address tells the rest.
    fn is_there(&self, arrival: &Arrival<'_>, to: &Beyond<'_>) -> bool {
        match (arrival, to) {
            (Arrival::Subnet(_), _) => false,
            (Arrival::Unknown, _) => true,
            (arrival, Beyond::Gateway(key)) => *arrival == Arrival::Service(key),
            (Arrival::Outside(there, _), Beyond::Outside(name)) => there == name,
            (_, Beyond::Outside(_)) => false,
            // A gateway endpoint leads to its own service alone.
            (Arrival::Service(key), Beyond::Service(name)) => {
                self.get::<Endpoint>(key).is_some_and(|it| it.service == *name)
            }
            (_, Beyond::Internet | Beyond::Block(_) | Beyond::Service(_)) => true,
        }
    }
}

/// Leaves of tcp and udp what comes from the ports that clients use.
fn from_client_ports(set: &Set, ports: Ports) -> Set {
    set.minus(&Set::from_ports(Ports::ALL)).or(set.and(&Set::from_ports(ports)))
}
