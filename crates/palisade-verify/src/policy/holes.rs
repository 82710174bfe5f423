//! What the internet is let into: by sets, so that it does not matter how somebody has written it.

use std::fmt;

use palisade_core::Element;
use palisade_core::traffic::{Ports, Traffic};

use crate::packet::{TCP, UDP};
use crate::set::{Address, Set};

/// How many public addresses of a family are nobody's own, and so the internet: more than a /8 of IPv4, the most that
/// IANA has given to one holder, or more than a /12 of IPv6, which is what it gives to a regional registry.
pub(crate) fn is_internet(n_addresses: u128, is_ipv6: bool) -> bool {
    let n_most = if is_ipv6 { 1 << (128 - 12) } else { 1 << (32 - 8) };
    n_most < n_addresses
}

/// Ports to which the internet is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    pub(crate) is_in_ipv4: bool,
    pub(crate) is_in_ipv6: bool,
    /// Tcp or udp.
    pub(crate) protocol: u8,
    pub(crate) ports: Ports,
    /// The rules or entries that let it in.
    pub(crate) because: Vec<Element>,
}

impl Hole {
    /// Returns whether it is one of tcp that has a port.
    pub(crate) fn has_tcp(&self, port: u16) -> bool {
        self.protocol == TCP && (self.ports.from..=self.ports.to).contains(&port)
    }

    pub(crate) fn traffic(&self) -> Traffic {
        if self.protocol == TCP { Traffic::Tcp(self.ports) } else { Traffic::Udp(self.ports) }
    }
}

/// Returns the holes by which every port of a protocol is open in one family; none if some port is not.
pub(crate) fn whole(holes: &[Hole], protocol: u8, is_ipv6: bool) -> Vec<&Hole> {
    let is_in = |it: &&Hole| it.protocol == protocol && if is_ipv6 { it.is_in_ipv6 } else { it.is_in_ipv4 };
    let mut there: Vec<&Hole> = holes.iter().filter(is_in).collect();
    there.sort_by_key(|it| it.ports);
    let mut next = Some(0);
    for Ports { from, to } in there.iter().map(|it| it.ports) {
        if next != Some(from) {
            return Vec::new();
        }
        next = to.checked_add(1);
    }
    if next.is_none() { there } else { Vec::new() }
}

/// As findings tell it.
impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let families = match (self.is_in_ipv4, self.is_in_ipv6) {
            (true, true) => "IPv4 and IPv6",
            (true, false) => "IPv4",
            (false, _) => "IPv6",
        };
        write!(f, "lets the internet in on {} ({families})", self.traffic())
    }
}

/// Returns the holes in what is open. Each of those that admit something says what it speaks of; what is open is less
/// than all of that where something is denied first.
pub(crate) fn holes(open: &Set, public: &Set, admitting: &[(Element, Set)]) -> Vec<Hole> {
    let open = open.and(public);
    if open.is_empty() {
        return Vec::new();
    }
    let admitting: Vec<(&Element, Set)> = admitting.iter().map(|(it, set)| (it, set.and(public))).collect();
    let mut holes: Vec<Hole> = Vec::new();
    for (protocol, is_ipv6) in [(TCP, false), (TCP, true), (UDP, false), (UDP, true)] {
        for hole in of_family(&open, &admitting, protocol, is_ipv6) {
            let is_alike = |it: &&mut Hole| (it.protocol, it.ports) == (protocol, hole.ports);
            match holes.iter_mut().find(is_alike) {
                Some(other) => {
                    other.is_in_ipv6 = true;
                    other.because.extend(hole.because);
                }
                None => holes.push(hole),
            }
        }
    }
    holes
}

fn of_family(open: &Set, admitting: &[(&Element, Set)], protocol: u8, is_ipv6: bool) -> Vec<Hole> {
    let senders = |set: &Set| set.n_addresses_by_port(Address::Source, is_ipv6, protocol);
    let admitted: Vec<(&Element, Vec<(Ports, u128)>)> =
        admitting.iter().map(|(element, set)| (*element, senders(set))).collect();
    let mut holes: Vec<Hole> = Vec::new();
    for (ports, _) in senders(open).into_iter().filter(|(_, n)| is_internet(*n, is_ipv6)) {
        let because = because(&admitted, ports, is_ipv6);
        match holes.last_mut() {
            Some(last) if last.ports.to.checked_add(1) == Some(ports.from) && last.because == because => {
                last.ports.to = ports.to;
            }
            _ => holes.push(Hole { is_in_ipv4: !is_ipv6, is_in_ipv6: is_ipv6, protocol, ports, because }),
        }
    }
    holes
}

/// Returns what lets the internet in on some ports: those that do it alone, or all together.
fn because(admitted: &[(&Element, Vec<(Ports, u128)>)], ports: Ports, is_ipv6: bool) -> Vec<Element> {
    let overlaps = |it: &Ports| it.from <= ports.to && ports.from <= it.to;
    let n_most = |admitted: &[(Ports, u128)]| {
        let there = admitted.iter().filter(|(it, _)| overlaps(it));
        there.map(|(_, n)| *n).max().unwrap_or(0)
    };
    let counted: Vec<(&Element, u128)> =
        admitted.iter().map(|(it, admitted)| (*it, n_most(admitted))).collect();
    let alone = counted.iter().any(|(_, n)| is_internet(*n, is_ipv6));
    let is_guilty = |n: u128| if alone { is_internet(n, is_ipv6) } else { 0 < n };
    counted.into_iter().filter(|(_, n)| is_guilty(*n)).map(|(it, _)| it.clone()).collect()
}

/// Returns every packet that comes from a public address.
pub(crate) fn from_public(world: &crate::World<'_>) -> Set {
    world.of_internet(Address::Source)
}
