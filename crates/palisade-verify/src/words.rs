//! A set of packets in a few words: which protocols and ports, wherever they go.

use std::collections::BTreeSet;

use crate::cube::{Cube, Field, Side};
use crate::packet::{TCP, UDP, protocol_name};
use crate::set::Set;

impl Set {
    /// Returns the protocols of its packets, and the ports that they go to: each as `tcp 443`, or `all`.
    pub fn traffic(&self) -> Vec<String> {
        let mut whole: BTreeSet<u8> = BTreeSet::new();
        let mut parts: BTreeSet<(u8, Side)> = BTreeSet::new();
        for cube in self.cubes() {
            let protocols = protocols(cube);
            let ports = cube.side(Field::To);
            match protocols.as_slice() {
                [protocol] if !is_whole(*protocol, ports) => drop(parts.insert((*protocol, ports))),
                _ => whole.extend(protocols),
            }
        }
        if whole.len() == 256 {
            return vec!["all".to_owned()];
        }
        let of_whole = whole.iter().map(|it| protocol_name(*it));
        let of_parts = joined(&parts).into_iter().filter(|(protocol, _)| !whole.contains(protocol));
        of_whole.chain(of_parts.map(|(protocol, ports)| part(protocol, ports))).collect()
    }
}

fn protocols(cube: &Cube) -> Vec<u8> {
    let side = cube.side(Field::Protocol);
    let octet = |it: u128| u8::try_from(it).expect("protocols are octets");
    (octet(side.low)..=octet(side.high)).collect()
}

/// Only these have ports, and types and codes that a few words do not tell apart.
fn is_whole(protocol: u8, ports: Side) -> bool {
    !matches!(protocol, TCP | UDP) || (ports.low == 0 && ports.high == u128::from(u16::MAX))
}

/// Joins what overlaps or touches.
fn joined(parts: &BTreeSet<(u8, Side)>) -> Vec<(u8, Side)> {
    let mut joined: Vec<(u8, Side)> = Vec::new();
    for (protocol, side) in parts {
        match joined.last_mut() {
            Some((of, last)) if of == protocol && side.low <= last.high + 1 => {
                last.high = last.high.max(side.high);
            }
            _ => joined.push((*protocol, *side)),
        }
    }
    joined
}

fn part(protocol: u8, Side { low, high }: Side) -> String {
    let name = protocol_name(protocol);
    match (low, high) {
        _ if low == high => format!("{name} {low}"),
        (0, 65535) => name,
        _ => format!("{name} {low}-{high}"),
    }
}

#[cfg(test)]
mod tests {
    use palisade_core::traffic::{Ports, Traffic};

    use super::*;

    fn words(all: &[Traffic]) -> String {
        let set = all.iter().map(|it| Set::of_traffic(*it)).fold(Set::none(), Set::or);
        set.traffic().join(", ")
    }

    #[test]
    fn ports_are_joined_and_protocols_named() {
        let tcp = |from, to| Traffic::Tcp(Ports { from, to });
        assert_eq!(words(&[tcp(443, 443)]), "tcp 443");
        assert_eq!(words(&[tcp(0, 99), tcp(100, 200), tcp(300, 300)]), "tcp 0-200, tcp 300");
        assert_eq!(words(&[tcp(0, 99), tcp(100, 65535)]), "tcp");
        assert_eq!(words(&[Traffic::Tcp(Ports::ALL), Traffic::Protocol(47)]), "tcp, protocol 47");
        assert_eq!(words(&[Traffic::All]), "all");
    }
}
