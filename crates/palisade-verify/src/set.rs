//! Sets of packets: exact, with a packet of each that is not empty.

use core::net::IpAddr;
use std::collections::BTreeSet;

use ipnet::IpNet;
use palisade_core::traffic::{Icmp, Ports, Traffic};

use crate::cube::{Cube, Field, Side, number};
use crate::packet::{ICMP, ICMPV6, Packet, TCP, UDP};

/// A set of packets of both address families, as a list of boxes that may overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    cubes: Vec<Cube>,
}

/// Which address of a packet is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// Where it comes from.
    Source,
    /// Where it goes.
    Destination,
}

impl Address {
    fn field(self) -> Field {
        match self {
            Address::Source => Field::Source,
            Address::Destination => Field::Destination,
        }
    }
}

impl Set {
    /// Returns the set of no packet.
    pub fn none() -> Set {
        Set::default()
    }

    /// Returns the set of every packet.
    pub fn all() -> Set {
        Set { cubes: [false, true].into_iter().flat_map(Cube::all).collect() }
    }

    /// Returns every packet of which one address lies in one of the blocks.
    pub fn with_address<'a>(address: Address, blocks: impl IntoIterator<Item = &'a IpNet>) -> Set {
        blocks.into_iter().fold(Set::none(), |set, it| {
            let (is_ipv6, side) = Cube::addresses(it);
            set.or(Set { cubes: Cube::all(is_ipv6).into() }.within(address.field(), side))
        })
    }

    /// Returns every packet of which one address lies between two of one family, both included.
    pub fn between(address: Address, low: IpAddr, high: IpAddr) -> Set {
        let side = Side::new(number(low), number(high));
        let all = Set { cubes: Cube::all(low.is_ipv6()).into() };
        side.map_or_else(Set::none, |it| all.within(address.field(), it))
    }

    /// Returns every packet that a rule speaks of.
    pub fn of_traffic(traffic: Traffic) -> Set {
        Set::all().map(|it| it.of_traffic(traffic))
    }

    /// Returns every packet of tcp and udp that comes from one of the ports.
    pub fn from_ports(ports: Ports) -> Set {
        let both = [Traffic::Tcp(Ports::ALL), Traffic::Udp(Ports::ALL)].map(Set::of_traffic);
        let both = both.into_iter().fold(Set::none(), Set::or);
        both.within(Field::From, Side { low: ports.from.into(), high: ports.to.into() })
    }

    /// Returns every packet of the same family, protocol, ports, and type and code of ICMP.
    pub fn alike(packet: &Packet) -> Set {
        let all = Set { cubes: Cube::all(packet.destination.is_ipv6()).into() };
        let one = |value: u16| Side { low: value.into(), high: value.into() };
        let all = all.within(Field::Protocol, one(packet.protocol.into()));
        match packet.protocol {
            TCP | UDP | ICMP | ICMPV6 => {
                all.within(Field::From, one(packet.from)).within(Field::To, one(packet.to))
            }
            _ => all,
        }
    }

    fn map(self, mut change: impl FnMut(Cube) -> Option<Cube>) -> Set {
        Set { cubes: self.cubes.into_iter().filter_map(&mut change).collect() }
    }

    fn within(self, field: Field, side: Side) -> Set {
        self.map(|it| it.within(field, side))
    }

    /// Returns whether it has no packet.
    pub fn is_empty(&self) -> bool {
        self.cubes.is_empty()
    }

    /// Returns whether a packet is in it.
    pub fn has(&self, packet: &Packet) -> bool {
        self.cubes.iter().any(|it| it.has(packet))
    }

    /// Returns the packets of either.
    #[must_use]
    pub fn or(mut self, other: Set) -> Set {
        for cube in other.cubes {
            self.push(cube);
        }
        self
    }

    /// Adds a cube, unless it is in another one; those that are in it go. Only so many are looked at that adding stays
    /// cheap.
    fn push(&mut self, cube: Cube) {
        const LOOKED_AT: usize = 64;
        let n_first = self.cubes.len().saturating_sub(LOOKED_AT);
        if self.cubes[n_first..].iter().any(|it| it.holds(&cube)) {
            return;
        }
        let mut at = 0;
        self.cubes.retain(|it| {
            at += 1;
            at <= n_first || !cube.holds(it)
        });
        self.cubes.push(cube);
    }

    /// Returns the packets of both.
    #[must_use]
    pub fn and(&self, other: &Set) -> Set {
        let mut both = Set::none();
        for one in &self.cubes {
            for cube in other.cubes.iter().filter_map(|it| one.and(it)) {
                both.push(cube);
            }
        }
        both
    }

    /// Returns the packets that are not in the other set.
    #[must_use]
    pub fn minus(&self, other: &Set) -> Set {
        let mut left = self.cubes.clone();
        for gone in &other.cubes {
            if left.is_empty() {
                break;
            }
            let mut rest = Vec::with_capacity(left.len());
            for cube in left {
                cube.minus(gone, &mut rest);
            }
            left = rest;
        }
        Set { cubes: left }
    }

    /// Returns every packet that is not in it.
    #[must_use]
    pub fn complement(&self) -> Set {
        Set::all().minus(self)
    }

    /// Returns whether every packet of the other set is in it.
    pub fn holds(&self, other: &Set) -> bool {
        other.minus(self).is_empty()
    }

    /// Returns a packet of it, the same one each time.
    pub fn witness(&self) -> Option<Packet> {
        // What people know best first: IPv4 before IPv6, then tcp.
        let packets = self.cubes.iter().map(|it| (it.is_ipv6, it.witness()));
        packets.min_by_key(|(is_ipv6, packet)| (*is_ipv6, packet.protocol != TCP, *packet)).map(|(_, it)| it)
    }

    /// Returns the packets whose reply is in it.
    #[must_use]
    pub fn answered(&self) -> Set {
        let cubes = self.cubes.iter().flat_map(Cube::answered);
        cubes.fold(Set::none(), |mut set, cube| {
            set.push(cube);
            set
        })
    }

    /// Returns the packets of tcp and udp that would be in it from every port of a range, from any port; of other
    /// protocols, those that are in it.
    #[must_use]
    pub fn from_every(&self, ports: Ports) -> Set {
        let whole = Set::from_ports(ports);
        let bad = whole.minus(self).with_any(Field::From);
        self.minus(&Set::from_ports(Ports::ALL)).or(whole.with_any(Field::From).minus(&bad))
    }

    /// Returns the packets that would be in it if their addresses were others of their family.
    #[must_use]
    pub fn with_any_addresses(self) -> Set {
        self.with_any(Field::Source).with_any(Field::Destination)
    }

    fn with_any(self, field: Field) -> Set {
        let mut set = Set::none();
        for cube in self.cubes {
            let whole = Cube::all(cube.is_ipv6)[0].side(field);
            set.push(cube.with(field, whole));
        }
        set
    }

    /// Returns the boxes that it is made of.
    pub(crate) fn cubes(&self) -> &[Cube] {
        &self.cubes
    }

    /// Returns how many addresses of one family are in one field of its packets.
    pub fn n_addresses(&self, address: Address, is_ipv6: bool) -> u128 {
        let cubes = self.cubes.iter().filter(|it| it.is_ipv6 == is_ipv6);
        n_in(cubes.map(|it| it.side(address.field())).collect())
    }

    /// Returns how many addresses of one family are in one field of its packets to each port of a protocol that has
    /// ports, in ranges of ports for which they are the same.
    pub fn n_addresses_by_port(&self, address: Address, is_ipv6: bool, protocol: u8) -> Vec<(Ports, u128)> {
        let is_meant =
            |it: &&Cube| it.is_ipv6 == is_ipv6 && it.side(Field::Protocol).holds(Side::one(protocol.into()));
        let cubes: Vec<&Cube> = self.cubes.iter().filter(is_meant).collect();
        let to = |it: &Cube| it.side(Field::To);
        let starts: BTreeSet<u128> = cubes.iter().flat_map(|it| [to(it).low, to(it).high + 1]).collect();
        let starts: Vec<u128> = starts.into_iter().collect();
        let port = |it: u128| u16::try_from(it).expect("ports are 16 bits");
        let ranges = starts.windows(2).map(|it| (it[0], it[1] - 1)).map(|(low, high)| {
            let there = cubes.iter().filter(|it| to(it).holds(Side { low, high }));
            let n_addresses = n_in(there.map(|it| it.side(address.field())).collect());
            (Ports { from: port(low), to: port(high) }, n_addresses)
        });
        ranges.filter(|(_, n_addresses)| 0 < *n_addresses).collect()
    }

    /// Returns how many boxes it is made of.
    pub fn n_cubes(&self) -> usize {
        self.cubes.len()
    }
}

/// Returns how many numbers lie in intervals, which may overlap.
fn n_in(mut sides: Vec<Side>) -> u128 {
    sides.sort_by_key(|it| it.low);
    let (mut n, mut next) = (0_u128, 0_u128);
    for Side { low, high } in sides {
        if next <= high {
            n = n.saturating_add(high - low.max(next)).saturating_add(1);
            next = high.saturating_add(1);
        }
    }
    n
}

/// The protocols that a NAT gateway takes: TCP, UDP and ICMP (VPC user guide, "NAT gateway basics").
pub(crate) fn of_nat() -> Set {
    let each = [Traffic::Tcp(Ports::ALL), Traffic::Udp(Ports::ALL), Traffic::Icmp(Icmp::Any)];
    each.into_iter().map(Set::of_traffic).fold(Set::none(), Set::or)
}
