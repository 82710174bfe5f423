//! The way back: what answers a packet finds its way through ACLs and tables anew, and passes groups by itself.
//!
//! Groups remember connections (EC2 user guide, "Security group connection tracking"); ACLs do not, so that a reply is
//! looked at by its own destination port, which is the port that the client opened the connection from (VPC user guide,
//! "Network ACLs" and "Ephemeral ports"). Sets in here are of the packets that are answered, not of the answers.

use palisade_core::Key;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Direction, Ports};

use crate::passing::{Doubt, Passing};
use crate::set::Set;
use crate::ways::{Arrival, Hop, Way};
use crate::world::World;

/// The ports from which a NAT gateway opens connections (VPC user guide, "Ephemeral ports").
pub(crate) const PORTS_OF_NAT: Ports = Ports { from: 1024, to: 65535 };

impl<'a> World<'a> {
    /// Returns the packets that go a way out of a subnet and whose answer comes back.
    pub fn answered(&self, key: &'a Key, subnet: &'a Subnet, way: &Way<'a>) -> Passing {
        let inbound = || self.acl(key, subnet, Direction::Inbound);
        let back = match (&way.arrival, way.nat) {
            (Arrival::Subnet(other), None) if *other == key => return Passing::everything(),
            (Arrival::Subnet(other), None) => {
                let Some((other, there)) = self.subnets().find(|(it, _)| it == other) else {
                    return Passing::nothing();
                };
                let local = self.towards(other, there, |hop| matches!(hop, Hop::Local));
                local.and(&self.acl(other, there, Direction::Outbound)).and(&inbound())
            }
            (_, Some(nat)) => {
                let back = self.answered_through_nat(key, subnet, nat);
                return way
                    .far
                    .into_iter()
                    .fold(back, |back, id| back.doubted(Doubt::FarSide(id.to_owned())));
            }
            (_, None) => inbound().into_owned(),
        };
        match way.far {
            // What is over there may stop the packet as well as its answer.
            Some(id) => of_answers(back).doubted(Doubt::FarSide(id.to_owned())),
            None => of_answers(back),
        }
    }

    /// A NAT gateway chooses the port; an answer to any that it may choose must come through.
    fn answered_through_nat(&self, key: &Key, subnet: &'a Subnet, nat: &Key) -> Passing {
        let gateway = self.get::<NatGateway>(nat);
        let place = self.subnets().find(|(it, _)| gateway.is_some_and(|nat| nat.subnet == **it));
        let Some((other, there)) = place else { return Passing::nothing() };
        let into_nat = of_answers(self.acl(other, there, Direction::Inbound).into_owned())
            .map(|it| it.from_every(PORTS_OF_NAT));
        if other == key {
            return into_nat;
        }
        let local = self.towards(other, there, |hop| matches!(hop, Hop::Local));
        let onwards = local.and(&self.acl(other, there, Direction::Outbound));
        into_nat.and(&of_answers(onwards.and(&self.acl(key, subnet, Direction::Inbound))))
    }

    /// Returns the packets of the internet that reach a subnet and whose answer goes back: that needs a route.
    pub fn answered_to_internet(&self, key: &'a Key, subnet: &'a Subnet) -> Passing {
        let is_gateway = |hop: Hop<'_>| match hop {
            Hop::Target(Target::InternetGateway(gateway)) => self.is_attached(gateway),
            _ => false,
        };
        let out = self.towards(key, subnet, is_gateway).and(&self.acl(key, subnet, Direction::Outbound));
        of_answers(out)
    }

    /// Returns the packets of an outside that reach a subnet and whose answer goes back.
    pub fn answered_to_outside(&self, name: &str, key: &'a Key, subnet: &'a Subnet) -> Passing {
        let out = self.towards(key, subnet, |hop| matches!(hop, Hop::Target(Target::Existing(_))));
        of_answers(out.and(&self.acl(key, subnet, Direction::Outbound))).doubted(far_side(name))
    }

    /// Returns the packets that the table of a subnet sends to some hops.
    fn towards(&self, key: &'a Key, subnet: &'a Subnet, is_meant: impl Fn(Hop<'a>) -> bool) -> Passing {
        let parts = self.parts(key, subnet).into_iter().filter(|it| is_meant(it.hop));
        parts.fold(Passing::nothing(), |passing, it| passing.or(it.to))
    }
}

fn far_side(name: &str) -> Doubt {
    Doubt::FarSide(format!("outside:{name}"))
}

/// Returns the packets whose answers pass, and those that nothing answers.
fn of_answers(answers: Passing) -> Passing {
    let unanswered = Set::all().minus(&Set::all().answered());
    answers.map(|it| it.answered().or(unanswered.clone()))
}
