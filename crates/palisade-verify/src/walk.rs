//! The way of one packet to where it is going.

use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::Direction;
use palisade_core::{Element, Key};

use crate::decide::{Decision, Passes, Route};
use crate::filters::Other;
use crate::packet::{ICMP, ICMPV6, Packet, TCP, UDP};
use crate::passing::{Doubt, Passing};
use crate::trace::{Drop, Goal, Leg, Onwards, Origin, Outcome, Question, Stage, Step};
use crate::world::{World, is_gateway};

/// What a packet has met so far.
pub(crate) struct Walk<'w, 'a> {
    pub(crate) world: &'w World<'a>,
    pub(crate) steps: Vec<Step>,
}

/// The end of a walk, early or not.
pub(crate) type Ended<T> = Result<T, Outcome>;

impl<'a> World<'a> {
    pub(crate) fn forward(&self, question: &Question) -> Leg {
        let mut walk = Walk { world: self, steps: Vec::new() };
        let outcome = match &question.origin {
            Origin::Interface => walk.out_of(question),
            Origin::Internet => walk.in_from_internet(question),
            Origin::Outside(name) => walk.in_from_outside(question, name),
        };
        walk.ended(question.packet, outcome)
    }
}

impl<'a> Walk<'_, 'a> {
    pub(crate) fn ended(self, packet: Packet, outcome: Ended<Goal>) -> Leg {
        let outcome = match outcome {
            Ok(goal) => self.doubt().map_or(Outcome::Delivered(goal), Outcome::Unknown),
            Err(outcome) => outcome,
        };
        Leg { packet, steps: self.steps, outcome }
    }

    /// The first thing that one would have to know.
    fn doubt(&self) -> Option<Doubt> {
        self.steps.iter().find_map(|it| match &it.passes {
            Passes::Perhaps(doubt) => Some(doubt.clone()),
            Passes::Yes | Passes::No => None,
        })
    }

    /// A packet of an interface.
    fn out_of(&mut self, question: &Question) -> Ended<Goal> {
        let Question { packet, sender, receiver, .. } = question;
        let Some((key, subnet)) = self.world.subnet_at(packet.source) else {
            return self.drop(
                Drop::NotItsOwn,
                Stage::Sent,
                None,
                "no interface of the VPC has this source address",
            );
        };
        self.step(Stage::Sent, Some(Element::Object(key.clone())), "sent by an interface".to_owned());
        let there = self.world.subnet_at(packet.destination);
        let is_near = there.is_some_and(|(other, _)| other == key);
        let route = self.world.decide_route(subnet, packet.destination);
        let other = match (&route, is_near) {
            (_, true) | (Route::Local(_), _) => Other::Interface(receiver),
            (Route::To(_, _, Target::Existing(id)), _)
                if !self.outsides(packet).is_empty() && is_gateway(id) =>
            {
                Other::Outside
            }
            _ => Other::Elsewhere,
        };
        let decision = self.world.decide_groups(sender, Direction::Outbound, other, packet);
        self.decided(Stage::Group, decision, Drop::GroupEgress)?;
        if is_near {
            return self.arrive(question, key, Other::Interface(sender));
        }
        self.route(&route)?;
        self.acl(key, subnet, Direction::Outbound, packet)?;
        match route {
            Route::Local(_) => {
                let Some((other, place)) = there else { return self.nobody() };
                self.acl(other, place, Direction::Inbound, packet)?;
                self.arrive(question, other, Other::Interface(sender))
            }
            Route::To(_, _, Target::NatGateway(nat)) => self.through_nat(key, nat, packet),
            route => self.beyond(key, subnet, &route, packet),
        }
    }

    /// Out of the VPC by what is not a NAT gateway.
    fn beyond(&mut self, key: &Key, subnet: &'a Subnet, route: &Route<'a>, packet: &Packet) -> Ended<Goal> {
        let to = packet.destination;
        match route {
            Route::To(_, _, Target::InternetGateway(gateway)) => {
                self.attached(self.world.is_attached(gateway), gateway)?;
                if to.is_ipv4() && self.world.can_be_public(key, subnet) != Passes::Yes {
                    let text = "an internet gateway needs a public address of the sender";
                    return self.drop(Drop::NoPublicAddress, Stage::Gateway, Some(gateway), text);
                }
                self.onto_internet(gateway, packet, self.world.public_access.is_direct(key))
            }
            Route::To(_, _, Target::EgressOnlyGateway(gateway)) => {
                self.attached(self.world.has_egress_only(gateway), gateway)?;
                if to.is_ipv4() {
                    return self.drop(Drop::BlackHole, Stage::Gateway, Some(gateway), "it takes IPv6 only");
                }
                self.onto_internet(gateway, packet, self.world.public_access.is_egress(key))
            }
            Route::Endpoint(_, endpoint, _) => self.enter_endpoint(endpoint, packet),
            Route::Unlisted(_, service) => Err(Outcome::Unknown(Doubt::List(service.clone()))),
            Route::To(_, block, Target::Existing(id)) => self.outwards(id, *block, packet),
            Route::To(_, _, Target::NatGateway(_)) => {
                self.drop(Drop::NatCircle, Stage::Gateway, None, "its subnet routes to a NAT gateway")
            }
            Route::Unknown => Err(Outcome::Unknown(Doubt::Table(key.clone()))),
            Route::Local(_) | Route::None => self.nobody(),
        }
    }

    fn onto_internet(&mut self, gateway: &Key, packet: &Packet, is_open: bool) -> Ended<Goal> {
        if !self.world.is_public(packet.destination) {
            let text = "the internet has no such address";
            return self.drop(Drop::PrivateAddress, Stage::Gateway, Some(gateway), text);
        }
        if !is_open {
            let text = "public access is blocked for this subnet";
            return self.drop(Drop::PublicAccess, Stage::Gateway, Some(gateway), text);
        }
        self.step(Stage::Gateway, Some(Element::Object(gateway.clone())), "leaves the VPC".to_owned());
        self.step(Stage::Arrives, None, "at the internet".to_owned());
        Ok(Goal::Internet)
    }

    fn enter_endpoint(&mut self, endpoint: &Key, packet: &Packet) -> Ended<Goal> {
        let is_echo = matches!((packet.protocol, packet.from), (ICMP, 8) | (ICMPV6, 128));
        if packet.protocol != TCP && !is_echo {
            let text = "a gateway endpoint takes TCP and ICMP echoes";
            return self.drop(Drop::EndpointProtocol, Stage::Gateway, Some(endpoint), text);
        }
        let by = Some(Element::Object(endpoint.clone()));
        self.step(Stage::Arrives, by, "at the service, without leaving AWS".to_owned());
        Ok(Goal::Service(endpoint.clone()))
    }

    /// By a gateway to another network, or into an appliance.
    fn outwards(&mut self, id: &str, block: ipnet::IpNet, packet: &Packet) -> Ended<Goal> {
        if !is_gateway(id) {
            return Err(Outcome::Unknown(Doubt::Appliance(id.to_owned())));
        }
        let names = self.outsides(packet);
        let onwards = match self.world.is_public(packet.destination) {
            true => self.world.onwards(id),
            false => Onwards::No,
        };
        if names.is_empty() && onwards == Onwards::No {
            return Err(Outcome::Unknown(Doubt::Beyond(id.to_owned(), block)));
        }
        self.step(Stage::Gateway, None, format!("leaves the VPC by `{id}`"));
        let there = names.iter().map(|it| format!("`outside:{it}`"));
        let internet = (onwards == Onwards::Yes).then(|| "the internet".to_owned());
        let there: Vec<String> = there.chain(internet).collect();
        self.step(Stage::Arrives, None, format!("at {}, if nothing over there stops it", there.join(" or ")));
        Ok(Goal::Outside(names, onwards))
    }

    fn outsides(&self, packet: &Packet) -> Vec<String> {
        let has_it = |cidrs: &std::collections::BTreeSet<ipnet::IpNet>| {
            cidrs.iter().any(|it| it.contains(&packet.destination))
        };
        let outsides = self.world.terms.outsides.iter().filter(|(_, it)| has_it(&it.cidrs));
        outsides.map(|(name, _)| name.clone()).collect()
    }

    /// Into the subnet of a NAT gateway, and out of it by that subnet's own table.
    fn through_nat(&mut self, key: &'a Key, nat: &'a Key, packet: &Packet) -> Ended<Goal> {
        let gateway = self.world.get::<NatGateway>(nat);
        let place = gateway.and_then(|nat| self.world.subnets().find(|(it, _)| **it == nat.subnet));
        let Some((other, subnet)) = place else {
            return self.drop(
                Drop::BlackHole,
                Stage::Gateway,
                Some(nat),
                "the route leads to what is not there",
            );
        };
        if other != key {
            self.acl(other, subnet, Direction::Inbound, packet)?;
        }
        if packet.destination.is_ipv6() || !matches!(packet.protocol, TCP | UDP | ICMP) {
            let text = "a NAT gateway takes TCP, UDP and ICMP of IPv4";
            return self.drop(Drop::NatProtocol, Stage::Gateway, Some(nat), text);
        }
        let text = "sends it on from its own address and a port of 1024 to 65535".to_owned();
        let passes = self.world.unsettled(nat).map_or(Passes::Yes, Passes::Perhaps);
        self.steps.push(Step { stage: Stage::Gateway, by: Some(Element::Object(nat.clone())), text, passes });
        let route = self.world.decide_route(subnet, packet.destination);
        self.route(&route)?;
        self.acl(other, subnet, Direction::Outbound, packet)?;
        match route {
            Route::To(_, _, Target::InternetGateway(gateway)) => {
                self.attached(self.world.is_attached(gateway), gateway)?;
                let allowed = self.world.public_access.through_nat(key, nat, other);
                if allowed == Passing::nothing() {
                    let text = "public access is blocked";
                    return self.drop(Drop::PublicAccess, Stage::Gateway, Some(gateway), text);
                }
                if let Some(doubt) = allowed.doubts.first() {
                    return Err(Outcome::Unknown(doubt.clone()));
                }
                self.onto_internet(gateway, packet, true)
            }
            Route::Local(_) => Err(Outcome::Unknown(Doubt::Appliance(nat.to_string()))),
            route => self.beyond(other, subnet, &route, packet),
        }
    }

    fn in_from_internet(&mut self, question: &Question) -> Ended<Goal> {
        let packet = &question.packet;
        self.step(Stage::Sent, None, "sent from the internet".to_owned());
        let Some((key, subnet)) = self.world.subnet_at(packet.destination) else { return self.nobody() };
        let vpc = self.world.vpc.map(|(key, _)| key);
        let gateway = self.world.of_kind::<InternetGateway>().find(|(_, it)| it.vpc.as_ref() == vpc);
        let by_outside = self.world.attached().into_iter().any(|it| self.world.onwards(it) == Onwards::Yes);
        if !self.world.is_public(packet.source) {
            return self.drop(
                Drop::PrivateAddress,
                Stage::Gateway,
                None,
                "the internet has no such source address",
            );
        }
        let has_address = match packet.destination.is_ipv6() {
            true => Passes::Yes,
            false => self.world.can_be_public(key, subnet),
        };
        let is_open = self.world.public_access.is_direct(key);
        let undeclared = self.world.undeclared().into_iter().next();
        let by = gateway.map(|(gateway, _)| Element::Object(gateway.clone()));
        match (gateway, undeclared) {
            (Some(_), _) if has_address == Passes::Yes && is_open => {
                self.step(Stage::Gateway, by, "enters the VPC".to_owned());
            }
            _ if by_outside => {
                self.step(Stage::Gateway, None, "enters the VPC from an outside that leads on".to_owned());
            }
            (Some(_), _) if has_address != Passes::No && is_open => {
                let text = "enters the VPC, if an interface there has a public address".to_owned();
                self.steps.push(Step { stage: Stage::Gateway, by, text, passes: has_address });
            }
            (_, Some(doubt)) => {
                let (by, text, passes) = (None, doubt.to_string(), Passes::Perhaps(doubt));
                self.steps.push(Step { stage: Stage::Gateway, by, text, passes });
            }
            (Some((gateway, _)), None) => {
                let (why, text) = match has_address == Passes::No {
                    false => (Drop::PublicAccess, "public access is blocked for this subnet"),
                    true => (Drop::NotMapped, "an interface there has no public address"),
                };
                return self.drop(why, Stage::Gateway, Some(gateway), text);
            }
            (None, None) => {
                let text = "the VPC has no internet gateway";
                return self.drop(Drop::NotAttached, Stage::Gateway, None, text);
            }
        }
        self.acl(key, subnet, Direction::Inbound, packet)?;
        self.arrive(question, key, Other::Elsewhere)
    }

    fn in_from_outside(&mut self, question: &Question, name: &str) -> Ended<Goal> {
        let packet = &question.packet;
        self.step(Stage::Sent, None, format!("sent from `outside:{name}`"));
        let Some((key, subnet)) = self.world.subnet_at(packet.destination) else { return self.nobody() };
        let is_its = self
            .world
            .terms
            .outsides
            .get(name)
            .is_some_and(|it| it.cidrs.iter().any(|it| it.contains(&packet.source)));
        if !is_its || self.world.is_local(packet.source) {
            return self.drop(Drop::NotItsOwn, Stage::Sent, None, "the outside does not have this address");
        }
        if self.world.attached().is_empty() {
            let text = "no route leads to a gateway to other networks";
            return self.drop(Drop::NotAttached, Stage::Gateway, None, text);
        }
        self.acl(key, subnet, Direction::Inbound, packet)?;
        self.arrive(question, key, Other::Outside)
    }

    fn arrive(&mut self, question: &Question, key: &Key, sender: Other<'_>) -> Ended<Goal> {
        let Question { packet, receiver, .. } = question;
        let decision = self.world.decide_groups(receiver, Direction::Inbound, sender, packet);
        self.decided(Stage::Group, decision, Drop::GroupIngress)?;
        let by = Some(Element::Object(key.clone()));
        self.step(Stage::Arrives, by, "at an interface".to_owned());
        Ok(Goal::Interface(key.clone()))
    }

    pub(crate) fn route(&mut self, route: &Route<'a>) -> Ended<()> {
        let (by, text) = match route {
            Route::Local(block) => (None, format!("local: {block} is the VPC's own")),
            Route::To(table, to, target) => {
                (Some(Element::Route { table: (*table).clone(), to: *to }), format!("to {to} by {target}"))
            }
            Route::Endpoint(table, endpoint, to) => {
                (Some(Element::Object((*table).clone())), format!("to {to} by {endpoint}"))
            }
            Route::Unlisted(_, service) => (None, Doubt::List(service.clone()).to_string()),
            Route::Unknown => (None, "nobody knows the table".to_owned()),
            Route::None => return self.drop(Drop::NoRoute, Stage::Route, None, "no route leads there"),
        };
        self.step(Stage::Route, by, text);
        Ok(())
    }

    pub(crate) fn acl(
        &mut self,
        key: &Key,
        subnet: &'a Subnet,
        direction: Direction,
        packet: &Packet,
    ) -> Ended<()> {
        let mut decision = self.world.decide_acl(key, subnet, direction, packet);
        let way = direction.pick("into", "out of");
        decision.text = format!("{} ({way} {key})", decision.text);
        let why = direction.pick(Drop::AclIngress, Drop::AclEgress);
        self.decided(Stage::Acl, decision, why)
    }

    fn attached(&mut self, is_attached: bool, gateway: &Key) -> Ended<()> {
        match is_attached {
            true => Ok(()),
            false => {
                self.drop(Drop::BlackHole, Stage::Gateway, Some(gateway), "it is not attached to the VPC")
            }
        }
    }

    fn nobody<T>(&mut self) -> Ended<T> {
        self.drop(Drop::NobodyThere, Stage::Arrives, None, "no interface of the VPC can have this address")
    }

    fn decided(&mut self, stage: Stage, decision: Decision, why: Drop) -> Ended<()> {
        let Decision { passes, by, text } = decision;
        let is_dropped = passes == Passes::No;
        self.steps.push(Step { stage, by, text, passes });
        if is_dropped { Err(Outcome::Dropped(why)) } else { Ok(()) }
    }

    pub(crate) fn step(&mut self, stage: Stage, by: Option<Element>, text: String) {
        self.steps.push(Step { stage, by, text, passes: Passes::Yes });
    }

    fn drop<T>(&mut self, why: Drop, stage: Stage, by: Option<&Key>, text: &str) -> Ended<T> {
        let by = by.map(|it| Element::Object(it.clone()));
        self.steps.push(Step { stage, by, text: text.to_owned(), passes: Passes::No });
        Err(Outcome::Dropped(why))
    }
}
