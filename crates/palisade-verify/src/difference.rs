//! What packets can do in one world and not in another: between tiers and the world outside as routes and ACLs have it,
//! and between groups as their rules have it.

use std::collections::BTreeSet;

use palisade_core::guarantee::{End, Expect, Guarantee, Place};
use palisade_core::kinds::endpoint::Endpoint;
use palisade_core::kinds::prefix_list::PrefixList;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::{InSpec, Resource};
use palisade_core::traffic::{Direction, Ports, Traffic};
use palisade_core::{Element, Key};

use crate::decide::Passes;
use crate::filters::{Groups, Mode, Other};
use crate::packet::Packet;
use crate::passing::Passing;
use crate::set::{Address, Set};
use crate::trace::{Leg, Origin, Question};
use crate::world::World;

/// Packets of one pair of ends that have become possible, or are so no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// What lets them pass.
    pub layer: Layer,
    /// Where they come from.
    pub from: Partner,
    /// Where they go.
    pub to: Partner,
    /// What becomes of them.
    pub becomes: Becomes,
    /// The packets; never none.
    pub packets: Set,
    /// One of them.
    pub packet: Packet,
    /// What decides about that one in the world that comes.
    pub by: Option<Element>,
    /// What decides about it in the world that was.
    pub was: Option<Element>,
}

/// An end of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Partner {
    /// What guarantees speak of.
    Place(Place),
    /// Addresses outside of the VPC.
    Elsewhere,
}

/// What lets packets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Routes, gateways and ACLs; whatever groups the interfaces of a tier carry.
    Ways,
    /// The rules of groups; whatever lies between those who carry them.
    Groups,
}

/// What becomes of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Becomes {
    /// They can be delivered.
    Possible,
    /// They cannot be delivered any more.
    Impossible,
}

/// Returns what becomes possible and impossible from one world to another, in the order of its ends.
pub fn difference(before: &World<'_>, after: &World<'_>) -> Vec<Shift> {
    let mut shifts = of_ways(before, after);
    shifts.extend(of_groups(before, after));
    shifts
}

fn of_ways(before: &World<'_>, after: &World<'_>) -> Vec<Shift> {
    let terms = after.terms;
    let tiers: Vec<Place> = terms.tiers.keys().cloned().map(Place::Tier).collect();
    let outsides = terms.outsides.keys().cloned().map(Place::Outside);
    let others: Vec<Place> = outsides.chain([Place::Internet]).collect();
    let endpoints = keys_of::<Endpoint>(before, after).into_iter().map(Place::Endpoint);
    let inwards = others.iter().flat_map(|from| tiers.iter().map(move |to| (from.clone(), to.clone())));
    let targets: Vec<Place> = tiers.iter().chain(&others).cloned().chain(endpoints).collect();
    let outwards = tiers.iter().flat_map(|from| targets.iter().map(move |to| (from.clone(), to.clone())));
    let mut shifts = Vec::new();
    for (from, to) in outwards.chain(inwards) {
        let any = every_packet(&from, &to);
        let (had, has) = (before.delivered(&any).may, after.delivered(&any).may);
        for (becomes, packets) in changes(&had, &has) {
            let Some(packet) = packets.witness() else { continue };
            let (by, was) = deciding(before, after, &from, packet);
            let (from, to) = (Partner::Place(from.clone()), Partner::Place(to.clone()));
            shifts.push(Shift { layer: Layer::Ways, from, to, becomes, packets, packet, by, was });
        }
    }
    shifts
}

/// Returns the packets that come, and those that go.
fn changes(had: &Set, has: &Set) -> [(Becomes, Set); 2] {
    [(Becomes::Possible, has.minus(had)), (Becomes::Impossible, had.minus(has))]
}

/// The keys of a kind in either world; what is to leave is its successor.
fn keys_of<T: InSpec + Resource>(before: &World<'_>, after: &World<'_>) -> BTreeSet<Key> {
    let had = before.of_kind::<T>().map(|(key, _)| key);
    let all = had.chain(after.of_kind::<T>().map(|(key, _)| key));
    all.filter(|it| !before.is_elder(it)).cloned().collect()
}

/// A question about everything that gets from one end to another.
fn every_packet(from: &Place, to: &Place) -> Guarantee {
    Guarantee {
        name: String::new(),
        from: End::any(from.clone()),
        to: End::any(to.clone()),
        expect: Expect::OneWayIsolated,
        traffic: vec![Traffic::All],
        client_ports: Ports::ALL,
        assume: None,
        span: 0..0,
        is_implied: true,
    }
}

/// Returns what decides about a packet in the world that comes, and in the one that was.
fn deciding(
    before: &World<'_>,
    after: &World<'_>,
    from: &Place,
    packet: Packet,
) -> (Option<Element>, Option<Element>) {
    let origin = match from {
        Place::Internet => Origin::Internet,
        Place::Outside(name) => Origin::Outside(name.clone()),
        _ => Origin::Interface,
    };
    let any = Groups::any();
    let question = Question { packet, origin, sender: any.clone(), receiver: any };
    let (had, has) = (before.forward(&question), after.forward(&question));
    let at = first_difference(&had, &has);
    let element = |leg: &Leg| leg.steps.get(at).and_then(|it| it.by.clone());
    (element(&has), element(&had))
}

/// Where two ways part: at the step that stops one of them, or leads elsewhere.
fn first_difference(one: &Leg, other: &Leg) -> usize {
    let pairs = one.steps.iter().zip(&other.steps);
    let same = pairs.take_while(|(one, other)| {
        one.stage == other.stage && one.by == other.by && one.passes == other.passes
    });
    same.count()
}

fn of_groups(before: &World<'_>, after: &World<'_>) -> Vec<Shift> {
    let groups = keys_of::<SecurityGroup>(before, after);
    // Foreign groups are the same in both, and those that the blueprint names are told by its own.
    let own: Vec<Key> = groups.into_iter().filter(|it| !it.is_existing()).collect();
    let lists = keys_of::<PrefixList>(before, after);
    let is_ground_same = before.vpc == after.vpc
        && lists.iter().all(|it| before.get::<PrefixList>(it) == after.get::<PrefixList>(it));
    let is_same =
        |it: &Key| is_ground_same && before.get::<SecurityGroup>(it) == after.get::<SecurityGroup>(it);
    let mut ends: Vec<Partner> = own.iter().cloned().map(|it| Partner::Place(Place::Group(it))).collect();
    ends.extend([Partner::Place(Place::Vpc), Partner::Elsewhere]);
    let group = |it: &Partner| match it {
        Partner::Place(Place::Group(key)) => Some(key.clone()),
        _ => None,
    };
    let mut shifts = Vec::new();
    for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to))) {
        let named: Vec<Key> = [from, to].into_iter().filter_map(group).collect();
        if named.iter().all(is_same) {
            continue;
        }
        let (had, has) = (admitted(before, from, to).may, admitted(after, from, to).may);
        for (becomes, packets) in changes(&had, &has) {
            let Some(packet) = packets.witness() else { continue };
            let (by, was) = deciding_rules(before, after, (from, to), &packet);
            let (layer, from, to) = (Layer::Groups, from.clone(), to.clone());
            shifts.push(Shift { layer, from, to, becomes, packets, packet, by, was });
        }
    }
    shifts
}

/// Returns what the groups of two ends let pass.
fn admitted(world: &World<'_>, from: &Partner, to: &Partner) -> Passing {
    let out = filter(world, from, to, Direction::Outbound);
    let addresses = within(world, from, Address::Source).and(&within(world, to, Address::Destination));
    out.and(&filter(world, to, from, Direction::Inbound)).within(&addresses)
}

/// The groups of an end; none of one that carries none of those that are looked at.
fn carried(world: &World<'_>, party: &Partner) -> Option<Groups> {
    match party {
        Partner::Place(Place::Group(key)) if world.get::<SecurityGroup>(key).is_some() => {
            Some(Groups::Exactly([key.clone()].into()))
        }
        // Nobody carries what is not there.
        Partner::Place(Place::Group(_)) => Some(Groups::Exactly(BTreeSet::new())),
        _ => None,
    }
}

fn filter(world: &World<'_>, party: &Partner, other: &Partner, direction: Direction) -> Passing {
    let Some(groups) = carried(world, party) else { return Passing::everything() };
    let others = carried(world, other);
    let other = others.as_ref().map_or(Other::Elsewhere, Other::Interface);
    world.groups(&groups, direction, other, Mode::Any)
}

fn within(world: &World<'_>, party: &Partner, address: Address) -> Set {
    match party {
        Partner::Elsewhere => Set::all().minus(&world.of_vpc(address)),
        Partner::Place(_) => world.of_vpc(address),
    }
}

/// Returns the rule of the one end that decides otherwise, in the world that comes and in the one that was.
fn deciding_rules(
    before: &World<'_>,
    after: &World<'_>,
    (from, to): (&Partner, &Partner),
    packet: &Packet,
) -> (Option<Element>, Option<Element>) {
    let decision = |world: &World<'_>, party: &Partner, other: &Partner, direction: Direction| {
        let groups = carried(world, party)?;
        let others = carried(world, other);
        let other = others.as_ref().map_or(Other::Elsewhere, Other::Interface);
        let decision = world.decide_groups(&groups, direction, other, packet);
        Some((decision.passes == Passes::No, decision.by))
    };
    let sides = [(from, to, Direction::Outbound), (to, from, Direction::Inbound)];
    for (party, other, direction) in sides {
        let has = decision(after, party, other, direction);
        let had = decision(before, party, other, direction);
        if let (Some((is_stopped, by)), Some((was_stopped, was))) = (has, had)
            && is_stopped != was_stopped
        {
            return (by, was);
        }
    }
    (None, None)
}
