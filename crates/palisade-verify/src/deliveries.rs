//! Every way in which a packet of a new connection is delivered from one party to another, if the worst is chosen.
//!
//! One packet that arrives is enough to leak: a reply that does not come back makes nothing isolated.

use palisade_core::Key;
use palisade_core::guarantee::Guarantee;
use palisade_core::traffic::Direction;

use crate::filters::{Groups, Mode, Other};
use crate::party::{Beyond, Party, Stand};
use crate::passing::{Doubt, Passing};
use crate::set::{Address, Set};
use crate::trace::Onwards;
use crate::ways::{Arrival, Way};
use crate::world::World;

/// Packets that are delivered alike.
#[derive(Clone, Debug)]
pub struct Delivery<'a> {
    /// The packets, as they were sent.
    pub passing: Passing,
    /// What the sender carries, if it is an interface.
    pub sender: Option<Groups>,
    /// What the receiver carries, if it is an interface.
    pub receiver: Option<Groups>,
    /// The endpoint that they pass, or whose interface they reach.
    pub endpoint: Option<&'a Key>,
    /// The NAT gateway that they pass.
    pub nat: Option<&'a Key>,
    /// As what they come back in, if the internet gateway turns them around.
    pub turned: Option<Set>,
}

impl<'a> World<'a> {
    /// Returns the packets that are delivered from the first end of a guarantee to the second.
    pub fn delivered(&self, guarantee: &'a Guarantee) -> Passing {
        let (from, to) = (self.party(&guarantee.from), self.party(&guarantee.to));
        let deliveries = self.deliveries(guarantee, &from, &to).into_iter();
        deliveries.fold(Passing::nothing(), |all, it| all.or(it.passing))
    }

    /// Returns the deliveries of the packets that a guarantee speaks of.
    pub fn deliveries(&self, guarantee: &Guarantee, from: &Party<'a>, to: &Party<'a>) -> Vec<Delivery<'a>> {
        let (spoken_of, asked) = (spoken_of(guarantee), to.subnets());
        let mut deliveries = Vec::new();
        for stand in &from.stands {
            let sent = stand.packets(self, Address::Source).and(&spoken_of);
            for way in self.ways_from(stand.key, stand.subnet, &sent, (Mode::Any, &asked)) {
                deliveries.extend(self.of_way(stand, way, to));
            }
        }
        if let Some(beyond) = &from.beyond {
            deliveries.extend(to.stands.iter().map(|stand| self.inwards(beyond, stand, &spoken_of)));
        }
        deliveries.retain(|it| !it.passing.is_empty());
        deliveries
    }

    /// The deliveries of what goes one way.
    fn of_way(&self, from: &Stand<'a>, way: Way<'a>, to: &Party<'a>) -> Vec<Delivery<'a>> {
        let Way { passing: sent, arrival, nat, .. } = way;
        let delivery = |passing: Passing, receiver: Option<&Stand<'a>>, turned: Option<Set>| Delivery {
            passing,
            sender: Some(from.groups.clone()),
            receiver: receiver.map(|it| it.groups.clone()),
            endpoint: match arrival {
                Arrival::Service(endpoint) => Some(endpoint),
                _ => receiver.and_then(|it| it.endpoint),
            },
            nat,
            turned,
        };
        let mut deliveries = Vec::new();
        for stand in &to.stands {
            let mut turned = None;
            let arrived = match &arrival {
                Arrival::Subnet(key) if *key == stand.key => {
                    self.between(from, stand, &sent.within(&stand.packets(self, Address::Destination)))
                }
                Arrival::Internet | Arrival::Outside(_, Onwards::Yes) => {
                    let (arrived, back) = self.turned_back(from, stand, &sent);
                    turned = Some(back);
                    arrived
                }
                Arrival::Unknown => sent.within(&stand.packets(self, Address::Destination)),
                _ => continue,
            };
            deliveries.push(delivery(arrived, Some(stand), turned));
        }
        if let Some((set, doubt)) = to.beyond.as_ref().and_then(|it| self.counted(it, &arrival)) {
            let other =
                if matches!(arrival, Arrival::Outside(..)) { Other::Outside } else { Other::Elsewhere };
            let arrived = self.through_groups(
                &sent.within(&set),
                &from.groups,
                (Direction::Outbound, other, Mode::Any),
            );
            let arrived = doubt.into_iter().fold(arrived, Passing::doubted);
            deliveries.push(delivery(arrived, None, None));
        }
        deliveries
    }

    /// What the groups of two interfaces let pass.
    fn between(&self, from: &Stand<'a>, to: &Stand<'a>, sent: &Passing) -> Passing {
        if sent.is_empty() {
            return Passing::nothing();
        }
        let (sender, receiver) = (Other::Interface(&from.groups), Other::Interface(&to.groups));
        let out = self.through_groups(sent, &from.groups, (Direction::Outbound, receiver, Mode::Any));
        self.through_groups(&out, &to.groups, (Direction::Inbound, sender, Mode::Any))
    }

    /// What an interface sends to the public address of another one, and as what that comes back in: the internet gateway
    /// turns it around. Reachability Analyzer knows that as `IGW_NAT_REFLECTION` and does not look at it.
    fn turned_back(&self, from: &Stand<'a>, to: &Stand<'a>, sent: &Passing) -> (Passing, Set) {
        use crate::world::fixed;
        let ipv4 = Set::with_address(Address::Destination, [&fixed("0.0.0.0/0")]);
        let sent = sent.within(&ipv4).within(&self.of_internet(Address::Destination));
        if sent.is_empty() {
            return (Passing::nothing(), Set::none());
        }
        let sent =
            self.through_groups(&sent, &from.groups, (Direction::Outbound, Other::Elsewhere, Mode::Any));
        if sent.is_empty() {
            return (Passing::nothing(), Set::none());
        }
        let back =
            self.from_internet(to.key, to.subnet).within(&to.packets(self, Address::Destination).and(&ipv4));
        let back = self.through_groups(&back, &to.groups, (Direction::Inbound, Other::Elsewhere, Mode::Any));
        let turned = back.may.clone();
        // Its addresses are others by then; what else it is like stays.
        (sent.and(&back.map(|it| it.clone().with_any_addresses())), turned)
    }

    /// What comes into the VPC.
    fn inwards(&self, beyond: &Beyond<'a>, to: &Stand<'a>, spoken_of: &Set) -> Delivery<'a> {
        let (arrived, other) = self.arriving(beyond, to);
        let admitted = self.groups(&to.groups, Direction::Inbound, other, Mode::Any);
        let there = arrived.within(&to.packets(self, Address::Destination)).within(spoken_of);
        Delivery {
            passing: there.and(&admitted),
            sender: None,
            receiver: Some(to.groups.clone()),
            endpoint: to.endpoint,
            nat: None,
            turned: None,
        }
    }

    /// What comes into the subnet of some interfaces, and what rules of groups know it as.
    pub(crate) fn arriving(&self, beyond: &Beyond<'a>, to: &Stand<'a>) -> (Passing, Other<'a>) {
        match beyond {
            Beyond::Internet => (self.from_internet(to.key, to.subnet), Other::Elsewhere),
            Beyond::Outside(name) => (self.from_outside(name, to.key, to.subnet), Other::Outside),
            Beyond::Block(block) => {
                let outsides = self.terms.outsides.keys();
                let outsides = outsides.map(|name| self.from_outside(name, to.key, to.subnet));
                let all = outsides.fold(self.from_internet(to.key, to.subnet), Passing::or);
                (all.within(&Set::with_address(Address::Source, [block])), Other::Outside)
            }
            // Services and endpoints open no connections (AWS PrivateLink guide, "Access AWS services").
            Beyond::Gateway(_) | Beyond::Service(_) => (Passing::nothing(), Other::Elsewhere),
        }
    }
}

/// Returns the packets that a guarantee speaks of.
pub(crate) fn spoken_of(guarantee: &Guarantee) -> Set {
    guarantee.traffic.iter().map(|it| Set::of_traffic(*it)).fold(Set::none(), Set::or)
}

/// Returns the reasons for which a delivery is not certain.
pub(crate) fn reasons<'d>(passing: impl IntoIterator<Item = &'d Passing>) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = passing.into_iter().flat_map(|it| it.doubts.iter().cloned()).collect();
    doubts.sort();
    doubts.dedup();
    doubts
}
