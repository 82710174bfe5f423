//! What no packet is decided by: a rule that wider ones of the group cover, an entry behind those that decide before it, a
//! route whose destinations all have a longer prefix.
//!
//! That is exact, as the rest is: several that cover something only together are found, and what is not known covers
//! nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use palisade_core::kinds::network_acl::{Entry, NetworkAcl};
use palisade_core::kinds::security_group::{Peer, Rule, SecurityGroup};
use palisade_core::traffic::Direction;
use palisade_core::{Diagnostic, Element, Key};

use crate::filters::far_end;
use crate::passing::Passing;
use crate::set::Set;
use crate::ways::Hop;
use crate::world::{Table, World};

/// The code of every warning from here.
pub const NO_EFFECT: &str = "no-effect";

/// A part of the network, and whether any packet is decided by it.
struct Part {
    element: Element,
    effect: Effect,
}

enum Effect {
    /// Some packet is.
    Some,
    /// None is; this one, maybe with others, is in the way, if it is one that can be named.
    None(Option<Element>),
}

/// Returns a warning for each line of a blueprint that no packet is decided by. A line stands for many parts of the
/// network, and has an effect if one of them has.
pub fn without_effect(
    world: &World<'_>,
    place: &dyn Fn(&Element) -> Option<Range<usize>>,
) -> Vec<Diagnostic> {
    let parts = acls(world).into_iter().chain(groups(world)).chain(routes(world));
    let mut lines: BTreeMap<(usize, usize), Vec<Part>> = BTreeMap::new();
    for part in parts {
        if let Some(span) = place(&part.element) {
            lines.entry((span.start, span.end)).or_default().push(part);
        }
    }
    lines.into_iter().filter_map(|((start, end), parts)| warning(start..end, &parts, place)).collect()
}

fn warning(
    span: Range<usize>,
    parts: &[Part],
    place: &dyn Fn(&Element) -> Option<Range<usize>>,
) -> Option<Diagnostic> {
    let Part { element, effect: Effect::None(covered_by) } = parts.first()? else { return None };
    if parts.iter().any(|it| matches!(it.effect, Effect::Some)) {
        return None;
    }
    let (message, help) = match element {
        Element::Entry { acl, direction, number } => (
            format!(
                "no packet gets to {} entry {} of `{acl}`: what comes before it decides about all that it matches",
                direction.as_str(),
                number.unwrap_or_default()
            ),
            "give it a lower number, or remove it",
        ),
        Element::Rule { group, direction, rule } => (
            format!(
                "`{} {} {}` of `{group}` adds nothing: other {} rules of the group admit all of it",
                rule.traffic,
                direction.preposition(),
                rule.peer,
                direction.as_str()
            ),
            "remove it, or make the others narrower",
        ),
        Element::Route { table, to } => (
            format!(
                "no packet takes the route to {to} of `{table}`: longer prefixes lead everything elsewhere"
            ),
            "remove it",
        ),
        Element::Object(_) => return None,
    };
    let report = Diagnostic::warning(NO_EFFECT, message).at(span.clone(), "").help(help);
    let other = covered_by.as_ref().and_then(place).filter(|it| *it != span);
    Some(match other {
        Some(other) => report.at(other, "in its place"),
        None => report,
    })
}

/// Entries go by their numbers, and the first that matches decides (VPC user guide, "Network ACL rules").
fn acls(world: &World<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (key, acl) in world.of_kind::<NetworkAcl>() {
        for direction in Direction::BOTH {
            let mut before: Vec<(Element, Set)> = Vec::new();
            let mut decided = Set::none();
            for (number, Entry { traffic, cidr, .. }) in acl.entries(direction) {
                let matching = world.in_block(far_end(direction), *cidr).within(&Set::of_traffic(*traffic));
                let element = Element::Entry { acl: key.clone(), direction, number: Some(*number) };
                let effect = match decided.holds(&matching.may) {
                    true => Effect::None(first_in_the_way(&before, &matching.may)),
                    false => Effect::Some,
                };
                parts.push(Part { element: element.clone(), effect });
                decided = decided.or(matching.must.clone());
                before.push((element, matching.must));
            }
        }
    }
    parts
}

fn first_in_the_way(others: &[(Element, Set)], set: &Set) -> Option<Element> {
    others.iter().find(|(_, it)| !it.and(set).is_empty()).map(|(element, _)| element.clone())
}

fn groups(world: &World<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (key, group) in world.of_kind::<SecurityGroup>() {
        for direction in Direction::BOTH {
            let rules: Vec<&Rule> = direction.pick(&group.inbound, &group.outbound).keys().collect();
            parts.extend(of_list(world, key, direction, &rules));
        }
    }
    parts
}

/// Rules can only allow, so that each can be covered by all others. Of two that cover each other one stays: who is
/// covered by most goes first.
fn of_list(world: &World<'_>, group: &Key, direction: Direction, rules: &[&Rule]) -> Vec<Part> {
    let covers: Vec<Cover> = rules.iter().map(|it| Cover::of(world, direction, it)).collect();
    let n_holders = |one: &Cover| covers.iter().filter(|it| it.given_to(one).holds(&one.needs)).count();
    let mut order: Vec<usize> = (0..rules.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(n_holders(&covers[*at])));
    let mut left: Vec<bool> = vec![true; rules.len()];
    for at in order {
        let others = (0..rules.len()).filter(|other| *other != at && left[*other]);
        let all = others.fold(Set::none(), |all, it| all.or(covers[it].given_to(&covers[at])));
        left[at] = !all.holds(&covers[at].needs);
    }
    let element = |at: usize| Element::Rule { group: group.clone(), direction, rule: rules[at].clone() };
    let part = |at: usize| {
        let effect = match left[at] {
            true => Effect::Some,
            false => {
                let others = (0..rules.len()).filter(|it| left[*it]);
                let others: Vec<(Element, Set)> =
                    others.map(|it| (element(it), covers[it].given_to(&covers[at]))).collect();
                Effect::None(first_in_the_way(&others, &covers[at].needs))
            }
        };
        Part { element: element(at), effect }
    };
    (0..rules.len()).map(part).collect()
}

/// What a rule of a group admits.
struct Cover {
    /// Everything that others must admit if it is to be of no use.
    needs: Set,
    /// What it admits for certain of the addresses that it knows.
    gives: Set,
    /// The group or the list that it names.
    name: Option<Key>,
    /// What it speaks of, apart from addresses.
    traffic: Set,
}

impl Cover {
    fn of(world: &World<'_>, direction: Direction, rule: &Rule) -> Cover {
        let (end, traffic) = (far_end(direction), Set::of_traffic(rule.traffic));
        let (name, peers) = match &rule.peer {
            Peer::Cidr(block) => (None, world.in_block(end, *block)),
            Peer::PrefixList(key) => (Some(key.clone()), world.in_list(end, key)),
            Peer::Group(key) => (Some(key.clone()), Passing::nothing()),
        };
        let Passing { must: gives, may, .. } = peers.within(&traffic);
        let needs = if name.is_some() { traffic.clone() } else { may };
        Cover { needs, gives, name, traffic }
    }

    /// What it admits of that which another rule admits. A rule that names who is meant is of use beside a wider one,
    /// which may go some day; so it is held against those alone that name the same.
    fn given_to(&self, other: &Cover) -> Set {
        match &other.name {
            Some(name) if self.name.as_ref() == Some(name) => self.traffic.clone(),
            Some(_) => Set::none(),
            None => self.gives.clone(),
        }
    }
}

/// The longest prefix wins, and the VPC's own addresses come first (VPC user guide, "Route priority").
fn routes(world: &World<'_>) -> Vec<Part> {
    let mut tables: BTreeMap<Key, Vec<Part>> = BTreeMap::new();
    for (key, subnet) in world.subnets() {
        let Table::Own(table, _) = world.table_of(subnet) else { continue };
        tables.entry(table.clone()).or_insert_with(|| {
            let parts = world.parts(key, subnet).into_iter();
            let routes = parts.filter(|it| matches!(it.hop, Hop::Target(_)));
            let part = routes.map(|it| Part {
                element: Element::Route { table: table.clone(), to: it.route },
                effect: if it.to.may.is_empty() { Effect::None(None) } else { Effect::Some },
            });
            part.collect()
        });
    }
    tables.into_values().flatten().collect()
}
