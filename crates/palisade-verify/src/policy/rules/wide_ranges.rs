//! `net.wide-ranges`: groups for more public addresses than anybody knows.

use palisade_core::kinds::security_group::{self, Peer, SecurityGroup};
use palisade_core::traffic::Direction;
use palisade_core::{Element, Key};

use super::Rule;
use crate::filters::{Mode, Other};
use crate::packet::{TCP, UDP};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::holes::is_internet;
use crate::set::{Address, Set};

pub(super) const RULE: Rule = Rule {
    id: "net.wide-ranges",
    also: &[],
    title: "Groups name public addresses that somebody knows",
    weight: Weight::Medium,
    checks: "for no port of tcp or udp does a group name blocks in one direction that together have more public addresses of IPv4 than a /24; lists that AWS keeps and the internet as a whole are judged by other controls",
    mend: "name the addresses that are meant, each as a block",
    source: "VPC user guide, \"Security best practices for your VPC\"",
    examine,
};

/// As many as a /24 has.
const N_MOST: u128 = 1 << 8;

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let directions = |it| Direction::BOTH.map(|direction| (it, direction));
    let groups = case.own::<SecurityGroup>().flat_map(directions);
    groups.filter_map(|((key, group), direction)| wide(case, rule, (key, group), direction)).collect()
}

/// Returns the finding on the port for which one direction of a group names most public addresses.
fn wide(
    case: &Case<'_>,
    rule: &Rule,
    (key, group): (&Key, &SecurityGroup),
    direction: Direction,
) -> Option<Finding> {
    let address = direction.pick(Address::Source, Address::Destination);
    let named = named(case, group, direction);
    let all = named.iter().fold(Set::none(), |all, (_, it)| all.or(it.clone()));
    let ports = [(TCP, "tcp"), (UDP, "udp")].into_iter().flat_map(|(protocol, name)| {
        let ports = all.n_addresses_by_port(address, false, protocol).into_iter();
        ports.map(move |(ports, n)| (n, protocol, name, ports))
    });
    let wide = ports.filter(|(n, ..)| N_MOST < *n && !is_internet(*n, false));
    let (n, protocol, name, ports) = wide.max_by_key(|(n, ..)| *n)?;
    let is_for_them = |set: &Set| {
        let there = set.n_addresses_by_port(address, false, protocol);
        there.iter().any(|(it, _)| it.from <= ports.to && ports.from <= it.to)
    };
    let guilty = named.iter().filter(|(_, set)| is_for_them(set));
    let because =
        guilty.map(|(rule, _)| Element::Rule { group: key.clone(), direction, rule: (*rule).clone() });
    let message = format!("its {} rules name {n} public addresses for {name} {ports}", direction.as_str());
    Some(Finding::new(rule, key, message).because(because.collect()))
}

/// Returns the rules of one direction that name public addresses, but for lists of AWS's, with what each lets pass.
fn named<'g>(
    case: &Case<'_>,
    group: &'g SecurityGroup,
    direction: Direction,
) -> Vec<(&'g security_group::Rule, Set)> {
    let public = case.world.of_internet(direction.pick(Address::Source, Address::Destination));
    let is_written = |peer: &Peer| match peer {
        Peer::Cidr(_) => true,
        Peer::PrefixList(list) => !case.world.terms.services.values().any(|it| *it == list.name.as_str()),
        Peer::Group(_) => false,
    };
    let rules = direction.pick(&group.inbound, &group.outbound).keys().filter(|it| is_written(&it.peer));
    let passing = rules.map(|it| (it, case.world.rule(it, direction, Other::Elsewhere, Mode::Any).must));
    passing.map(|(it, set)| (it, set.and(&public))).filter(|(_, set)| !set.is_empty()).collect()
}
