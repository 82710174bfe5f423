//! Whether a promise is kept, for every packet; and if not, a packet that shows it.

use palisade_core::guarantee::{Expect, Guarantee, Place, Via};

use crate::deliveries::{Delivery, reasons};
use crate::filters::Groups;
use crate::packet::Packet;
use crate::party::Party;
use crate::passing::{Doubt, Passing};
use crate::reachable::Demand;
use crate::set::Set;
use crate::trace::{Origin, Question};
use crate::world::World;

/// What has become of a promise.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    /// The promise.
    pub guarantee: &'a Guarantee,
    /// Whether it is kept.
    pub verdict: Verdict,
}

/// Whether a promise is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is, whatever packet is sent.
    Holds,
    /// It is not.
    Broken(Witness),
    /// Nobody can tell, for these reasons; a packet of which it is not known, if there is one.
    Undetermined(Vec<Doubt>, Option<Witness>),
    /// Nobody can tell, and the blueprint gives a reason to take it for kept.
    Assumed(Vec<Doubt>),
    /// There is no packet of the kind: nothing was promised.
    Empty,
}

/// A packet of which something else was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The packet, as it is sent.
    pub packet: Packet,
    /// What is wrong with it.
    pub fault: Fault,
    /// What the sender carries, if it is an interface.
    pub sender: Option<Groups>,
    /// What the receiver carries, if it is an interface.
    pub receiver: Option<Groups>,
    /// The packet as which it comes back in, if the internet gateway turns it around.
    pub turned: Option<Packet>,
}

/// What happens to a packet that must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is delivered.
    Delivered,
    /// It is delivered past what it should pass.
    PassedBy,
    /// It is not delivered, or its reply is not.
    Lost,
}

impl Verdict {
    /// Returns whether nothing has to be done about it.
    pub fn is_kept(&self) -> bool {
        matches!(self, Verdict::Holds | Verdict::Assumed(_))
    }
}

/// Returns what becomes of every promise of a world, in their order.
pub fn prove<'a>(world: &World<'a>) -> Vec<Proof<'a>> {
    let guarantees = world.terms.guarantees.iter();
    guarantees.map(|guarantee| Proof { guarantee, verdict: verdict(world, guarantee) }).collect()
}

fn verdict<'a>(world: &World<'a>, guarantee: &'a Guarantee) -> Verdict {
    let (from, to) = (world.party(&guarantee.from), world.party(&guarantee.to));
    let verdict = match world.violations(guarantee, &from, &to) {
        Some((deliveries, fault)) => none_of(&deliveries, fault),
        None => all_of(world, guarantee, &from, &to),
    };
    match (verdict, &guarantee.assume) {
        (Verdict::Undetermined(doubts, _), Some(_)) => Verdict::Assumed(doubts),
        (verdict, _) => verdict,
    }
}

impl<'a> World<'a> {
    /// Returns what is delivered although it must not, and what is wrong with it; nothing of what must be delivered.
    pub(crate) fn violations(
        &self,
        guarantee: &Guarantee,
        from: &Party<'a>,
        to: &Party<'a>,
    ) -> Option<(Vec<Delivery<'a>>, Fault)> {
        let mut deliveries = match guarantee.expect {
            Expect::Reachable => return None,
            _ => self.deliveries(guarantee, from, to),
        };
        match &guarantee.expect {
            Expect::Isolated => deliveries.extend(self.deliveries(guarantee, to, from)),
            Expect::OnlyVia(via) => {
                deliveries.retain(|it| !has_passed(self, it, via));
                return Some((deliveries, Fault::PassedBy));
            }
            Expect::OneWayIsolated | Expect::Reachable => {}
        }
        Some((deliveries, Fault::Delivered))
    }
}

fn has_passed(world: &World<'_>, delivery: &Delivery<'_>, via: &Via) -> bool {
    match via {
        Via::Endpoint(key) => delivery.endpoint.is_some_and(|it| world.author_key(it) == key),
        Via::Nat => delivery.nat.is_some(),
    }
}

/// Nothing must be delivered.
fn none_of(deliveries: &[Delivery<'_>], fault: Fault) -> Verdict {
    if let Some(witness) = delivered_beyond(deliveries, fault, &|it| it.must.clone()) {
        return Verdict::Broken(witness);
    }
    match delivered_beyond(deliveries, fault, &|it| it.may.clone()) {
        Some(witness) => {
            Verdict::Undetermined(reasons(deliveries.iter().map(|it| &it.passing)), Some(witness))
        }
        None => Verdict::Holds,
    }
}

/// Returns a packet that some of what is delivered has, and must not have.
pub(crate) fn delivered_beyond(
    deliveries: &[Delivery<'_>],
    fault: Fault,
    of: &dyn Fn(&Passing) -> Set,
) -> Option<Witness> {
    let packets = deliveries.iter().filter_map(|it| Some((of(&it.passing).witness()?, it)));
    let (packet, it) = packets.min_by_key(|(packet, _)| (packet.source.is_ipv6(), *packet))?;
    let turned = it.turned.as_ref().and_then(|it| it.and(&Set::alike(&packet)).witness());
    Some(Witness { packet, fault, sender: it.sender.clone(), receiver: it.receiver.clone(), turned })
}

/// Returns a packet that has to be delivered, and is not.
pub(crate) fn lost(demands: &[Demand], of: &dyn Fn(&Passing) -> &Set) -> Option<Witness> {
    let packets = demands.iter().filter_map(|it| Some((it.required.minus(of(&it.delivered)).witness()?, it)));
    let (packet, it) = packets.min_by_key(|(packet, _)| (packet.source.is_ipv6(), *packet))?;
    let (sender, receiver) = (it.sender.clone(), it.receiver.clone());
    Some(Witness { packet, fault: Fault::Lost, sender, receiver, turned: None })
}

/// Everything must be delivered.
fn all_of<'a>(world: &World<'a>, guarantee: &Guarantee, from: &Party<'a>, to: &Party<'a>) -> Verdict {
    let demands = world.demands(guarantee, from, to);
    if demands.is_empty() {
        return Verdict::Empty;
    }
    if let Some(witness) = lost(&demands, &|it| &it.may) {
        return Verdict::Broken(witness);
    }
    match lost(&demands, &|it| &it.must) {
        Some(witness) => {
            Verdict::Undetermined(reasons(demands.iter().map(|it| &it.delivered)), Some(witness))
        }
        None => Verdict::Holds,
    }
}

impl Witness {
    /// Returns what to ask about it: of the packet as it is sent, and as it comes back in.
    pub fn questions(&self, world: &World<'_>, guarantee: &Guarantee) -> Vec<Question> {
        let groups = |groups: &Option<Groups>| groups.clone().unwrap_or_else(Groups::any);
        let (sender, receiver) = (groups(&self.sender), groups(&self.receiver));
        let origin = match world.subnet_at(self.packet.source) {
            Some(_) => Origin::Interface,
            None => [&guarantee.from, &guarantee.to]
                .into_iter()
                .find_map(|end| match &end.place {
                    Place::Outside(name) => Some(Origin::Outside(name.clone())),
                    _ => None,
                })
                .unwrap_or(Origin::Internet),
        };
        let first = Question { packet: self.packet, origin, sender, receiver: receiver.clone() };
        let turned = self.turned.map(|packet| Question {
            packet,
            origin: Origin::Internet,
            sender: Groups::any(),
            receiver,
        });
        [first].into_iter().chain(turned).collect()
    }
}
