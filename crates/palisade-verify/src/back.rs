//! The way of the answer: groups let it pass, everything else looks at it anew.

use std::collections::BTreeSet;

use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Direction, Traffic};
use palisade_core::{Element, Key};

use crate::decide::{Passes, Route};
use crate::filters::Acl;
use crate::packet::Packet;
use crate::passing::Doubt;
use crate::replies::PORTS_OF_NAT;
use crate::trace::{Drop, Goal, Leg, Origin, Outcome, Question, Stage, Step};
use crate::walk::{Ended, Walk};
use crate::world::World;

impl<'a> World<'a> {
    pub(crate) fn backward(&self, question: &Question, forward: &Leg) -> Option<Leg> {
        let reply = question.packet.reply()?;
        let Outcome::Delivered(goal) = &forward.outcome else { return None };
        let mut walk = Walk { world: self, steps: Vec::new() };
        let outcome = match (&question.origin, goal) {
            (Origin::Interface, Goal::Interface(_)) => walk.back_to_interface(&reply),
            (Origin::Interface, goal) => match nat_of(forward) {
                Some(nat) => walk.back_through_nat(&nat, &reply),
                None => walk.back_into(goal, &reply),
            },
            (origin, _) => walk.back_out(origin, &reply),
        };
        Some(walk.ended(reply, outcome))
    }
}

/// The NAT gateway that a packet has passed.
fn nat_of(leg: &Leg) -> Option<Key> {
    let gateways = leg.steps.iter().filter(|it| it.stage == Stage::Gateway);
    let keys = gateways.filter_map(|it| it.by.as_ref().map(Element::key));
    keys.into_iter().find(|it| it.kind == palisade_core::Kind::NatGateway).cloned()
}

impl<'a> Walk<'_, 'a> {
    /// From one interface to another.
    fn back_to_interface(&mut self, reply: &Packet) -> Ended<Goal> {
        let Some((from, subnet)) = self.world.subnet_at(reply.source) else { return Err(gone()) };
        let Some((to, place)) = self.world.subnet_at(reply.destination) else { return Err(gone()) };
        self.remembered(from);
        if from != to {
            let route = self.world.decide_route(subnet, reply.destination);
            self.route(&route)?;
            self.acl(from, subnet, Direction::Outbound, reply)?;
            if !matches!(route, Route::Local(_)) {
                return Err(Outcome::Dropped(Drop::NoRoute));
            }
            self.acl(to, place, Direction::Inbound, reply)?;
        }
        self.home(to)
    }

    /// From outside of the VPC, straight to the interface.
    fn back_into(&mut self, goal: &Goal, reply: &Packet) -> Ended<Goal> {
        let Some((to, place)) = self.world.subnet_at(reply.destination) else { return Err(gone()) };
        self.step(Stage::Sent, None, "answered".to_owned());
        if let Goal::Outside(names, _) = goal {
            let name = names.first().map_or("internet", String::as_str);
            self.far_side(name);
        }
        self.acl(to, place, Direction::Inbound, reply)?;
        self.home(to)
    }

    /// By way of a NAT gateway, whatever port that has chosen.
    fn back_through_nat(&mut self, nat: &Key, reply: &Packet) -> Ended<Goal> {
        let gateway = self.world.get::<NatGateway>(nat);
        let place = gateway.and_then(|nat| self.world.subnets().find(|(it, _)| **it == nat.subnet));
        let (Some((other, subnet)), Some((to, home))) = (place, self.world.subnet_at(reply.destination))
        else {
            return Err(gone());
        };
        self.step(Stage::Sent, None, "answered to the NAT gateway".to_owned());
        let into = self.worst_port(other, subnet, reply);
        self.acl(other, subnet, Direction::Inbound, &into)?;
        let text = "knows the connection, and whose it is".to_owned();
        self.step(Stage::Gateway, Some(Element::Object(nat.clone())), text);
        if other != to {
            let route = self.world.decide_route(subnet, reply.destination);
            self.route(&route)?;
            self.acl(other, subnet, Direction::Outbound, reply)?;
            if !matches!(route, Route::Local(_)) {
                return Err(Outcome::Dropped(Drop::NoRoute));
            }
            self.acl(to, home, Direction::Inbound, reply)?;
        }
        self.home(to)
    }

    /// The answer as it reaches a NAT gateway, at a port where it is stopped if there is one. An ACL tells ports apart
    /// at the ends of its ranges only.
    fn worst_port(&self, key: &Key, subnet: &'a Subnet, reply: &Packet) -> Packet {
        if !reply.has_ports() {
            return *reply;
        }
        let mut ports: BTreeSet<u16> = [PORTS_OF_NAT.from, PORTS_OF_NAT.to].into();
        if let Acl::Entries(_, entries) = self.world.acl_of(subnet, Direction::Inbound) {
            for entry in entries.values() {
                if let Traffic::Tcp(it) | Traffic::Udp(it) = entry.traffic {
                    let near = [it.from.saturating_sub(1), it.from, it.to, it.to.saturating_add(1)];
                    ports.extend(
                        near.into_iter().filter(|it| (PORTS_OF_NAT.from..=PORTS_OF_NAT.to).contains(it)),
                    );
                }
            }
        }
        let at = |port: u16| Packet { to: port, ..*reply };
        let passes = |port: &u16| self.world.decide_acl(key, subnet, Direction::Inbound, &at(*port)).passes;
        let stopped = ports.iter().find(|it| passes(it) == Passes::No);
        let doubted = || ports.iter().find(|it| passes(it) != Passes::Yes);
        at(stopped.or_else(doubted).copied().unwrap_or(PORTS_OF_NAT.from))
    }

    /// Out of the VPC, to where the packet came from.
    fn back_out(&mut self, origin: &Origin, reply: &Packet) -> Ended<Goal> {
        let Some((from, subnet)) = self.world.subnet_at(reply.source) else { return Err(gone()) };
        self.remembered(from);
        let route = self.world.decide_route(subnet, reply.destination);
        self.route(&route)?;
        self.acl(from, subnet, Direction::Outbound, reply)?;
        match (origin, route) {
            (Origin::Internet, Route::To(_, _, Target::InternetGateway(gateway)))
                if self.world.is_attached(gateway) =>
            {
                self.step(Stage::Arrives, None, "at the internet".to_owned());
                Ok(Goal::Internet)
            }
            (Origin::Outside(name), Route::To(_, _, Target::Existing(_))) => {
                self.far_side(name);
                self.step(Stage::Arrives, None, format!("at `outside:{name}`"));
                Ok(Goal::Outside(vec![name.clone()], crate::trace::Onwards::No))
            }
            (_, Route::Unlisted(_, service)) => Err(Outcome::Unknown(Doubt::List(service))),
            (_, Route::Unknown) => Err(Outcome::Unknown(Doubt::Table(from.clone()))),
            _ => Err(Outcome::Dropped(Drop::NoRoute)),
        }
    }

    fn remembered(&mut self, key: &Key) {
        let text = "answered; its groups remember the connection".to_owned();
        self.step(Stage::Sent, Some(Element::Object(key.clone())), text);
    }

    fn far_side(&mut self, name: &str) {
        let doubt = Doubt::FarSide(format!("outside:{name}"));
        let text = doubt.to_string();
        self.steps.push(Step { stage: Stage::Gateway, by: None, text, passes: Passes::Perhaps(doubt) });
    }

    fn home(&mut self, key: &Key) -> Ended<Goal> {
        let by = Some(Element::Object(key.clone()));
        self.step(Stage::Arrives, by, "at who asked; its groups remember the connection".to_owned());
        Ok(Goal::Interface(key.clone()))
    }
}

/// Both ends were there on the way out.
fn gone() -> Outcome {
    Outcome::Dropped(Drop::NobodyThere)
}
