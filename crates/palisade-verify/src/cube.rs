//! A box of packets: one interval in each field.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use palisade_core::traffic::{Icmp, Ports, Traffic};

use crate::packet::{ECHOES, ICMP, ICMPV6, Packet, TCP, UDP};

/// The fields of a packet, in the order in which a [`Cube`] has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Source,
    Destination,
    Protocol,
    From,
    To,
}

const N_FIELDS: usize = 5;
const FIELDS: [Field; N_FIELDS] =
    [Field::Source, Field::Destination, Field::Protocol, Field::From, Field::To];

/// An interval, both ends included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Side {
    pub(crate) low: u128,
    pub(crate) high: u128,
}

/// The packets of one address family whose every field lies in an interval.
///
/// Ports and ICMP types exist for some protocols only. So every cube that comes from [`Cube::all`] has one protocol
/// where its last two sides are narrower than everything, and no operation here changes that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cube {
    pub(crate) is_ipv6: bool,
    sides: [Side; N_FIELDS],
}

impl Side {
    pub(crate) fn new(low: u128, high: u128) -> Option<Side> {
        (low <= high).then_some(Side { low, high })
    }

    pub(crate) fn one(value: u128) -> Side {
        Side { low: value, high: value }
    }

    fn below(end: u128) -> Side {
        Side { low: 0, high: end }
    }

    fn and(self, other: Side) -> Option<Side> {
        Side::new(self.low.max(other.low), self.high.min(other.high))
    }

    pub(crate) fn holds(self, other: Side) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// Returns `wanted` if it lies in here, else the end that is nearest to it.
    pub(crate) fn nearest(self, wanted: u128) -> u128 {
        wanted.clamp(self.low, self.high)
    }
}

/// Every value of a 16-bit field: also what stands in the place of ports where there are none.
const ANY: Side = Side { low: 0, high: u16::MAX as u128 };
/// Every type or code of ICMP.
const OCTET: Side = Side { low: 0, high: u8::MAX as u128 };

impl Cube {
    /// Returns every packet of a family: the protocols of which types and codes are looked at have an octet of each.
    pub(crate) fn all(is_ipv6: bool) -> [Cube; N_FIELDS] {
        let address = Side::below(if is_ipv6 { u128::MAX } else { u32::MAX.into() });
        let cube = |low: u8, high: u8, detail: Side| {
            let protocol = Side { low: low.into(), high: high.into() };
            Cube { is_ipv6, sides: [address, address, protocol, detail, detail] }
        };
        [
            cube(0, 0, ANY),
            cube(ICMP, ICMP, OCTET),
            cube(ICMP + 1, ICMPV6 - 1, ANY),
            cube(ICMPV6, ICMPV6, OCTET),
            cube(ICMPV6 + 1, u8::MAX, ANY),
        ]
    }

    pub(crate) fn side(&self, field: Field) -> Side {
        self.sides[field as usize]
    }

    /// Returns the cube with another interval in one field.
    #[must_use]
    pub(crate) fn with(mut self, field: Field, side: Side) -> Cube {
        self.sides[field as usize] = side;
        self
    }

    /// Returns what is left if one field must lie in an interval.
    pub(crate) fn within(self, field: Field, side: Side) -> Option<Cube> {
        Some(self.with(field, self.side(field).and(side)?))
    }

    /// Returns the addresses of a block.
    pub(crate) fn addresses(block: &IpNet) -> (bool, Side) {
        let (low, high) = (number(block.network()), number(block.broadcast()));
        (matches!(block, IpNet::V6(_)), Side { low, high })
    }

    /// Returns what is left of those packets that a rule speaks of.
    pub(crate) fn of_traffic(self, traffic: Traffic) -> Option<Cube> {
        let Some(protocol) = traffic.protocol_number() else { return Some(self) };
        let cube = self.within(Field::Protocol, Side::one(protocol.into()))?;
        match traffic {
            Traffic::Tcp(Ports { from, to }) | Traffic::Udp(Ports { from, to }) => {
                cube.within(Field::To, Side { low: from.into(), high: to.into() })
            }
            Traffic::Icmp(icmp) | Traffic::Icmpv6(icmp) => match icmp {
                Icmp::Any => Some(cube),
                Icmp::Type(kind) => cube.within(Field::From, Side::one(kind.into())),
                Icmp::Code(kind, code) => cube
                    .within(Field::From, Side::one(kind.into()))?
                    .within(Field::To, Side::one(code.into())),
            },
            Traffic::All | Traffic::Protocol(_) => Some(cube),
        }
    }

    pub(crate) fn and(&self, other: &Cube) -> Option<Cube> {
        if self.is_ipv6 != other.is_ipv6 {
            return None;
        }
        let mut cube = *self;
        for (side, other) in cube.sides.iter_mut().zip(other.sides) {
            *side = side.and(other)?;
        }
        Some(cube)
    }

    pub(crate) fn holds(&self, other: &Cube) -> bool {
        let mut sides = self.sides.iter().zip(other.sides);
        self.is_ipv6 == other.is_ipv6 && sides.all(|(side, other)| side.holds(other))
    }

    /// Adds what is in here and not in `other` to `rest`, in cubes that share nothing: one for each side of `other`
    /// that does not reach as far.
    pub(crate) fn minus(self, other: &Cube, rest: &mut Vec<Cube>) {
        let Some(common) = self.and(other) else { return rest.push(self) };
        let mut left = self;
        // Protocols first, so that no piece has a part of the ports of several protocols.
        for field in [Field::Protocol, Field::Source, Field::Destination, Field::From, Field::To] {
            let (has, gone) = (left.side(field), common.side(field));
            if has.low < gone.low {
                rest.push(left.with(field, Side { low: has.low, high: gone.low - 1 }));
            }
            if gone.high < has.high {
                rest.push(left.with(field, Side { low: gone.high + 1, high: has.high }));
            }
            left = left.with(field, gone);
        }
    }

    pub(crate) fn has(&self, packet: &Packet) -> bool {
        let values = FIELDS.map(|it| value(packet, it));
        let is_ipv6 = packet.destination.is_ipv6();
        self.is_ipv6 == is_ipv6
            && self.sides.iter().zip(values).all(|(side, value)| side.holds(Side::one(value)))
    }

    /// Returns the protocol, if it is a single one.
    fn protocol(&self) -> Option<u8> {
        let Side { low, high } = self.side(Field::Protocol);
        u8::try_from(low).ok().filter(|_| low == high)
    }

    /// Returns the packets whose reply is in here, and the rest of those that have one.
    pub(crate) fn answered(&self) -> Vec<Cube> {
        let [source, destination, protocol, from, to] = self.sides;
        let turned = |from: Side, to: Side| Cube {
            is_ipv6: self.is_ipv6,
            sides: [destination, source, protocol, from, to],
        };
        let echo = |(of, echo, reply): (u8, u16, u16)| {
            let is_reply = self.protocol() == Some(of) && from.holds(Side::one(reply.into()));
            is_reply.then(|| turned(Side::one(echo.into()), to))
        };
        match self.protocol() {
            Some(ICMP | ICMPV6) => ECHOES.into_iter().filter_map(echo).collect(),
            _ => vec![turned(to, from)],
        }
    }

    /// Returns a packet of it that people recognise, as far as there is one.
    pub(crate) fn witness(&self) -> Packet {
        let protocol = {
            let side = self.side(Field::Protocol);
            let known = [TCP, UDP, ICMP, ICMPV6].into_iter().find(|it| side.holds(Side::one((*it).into())));
            known.unwrap_or_else(|| u8::try_from(side.low).expect("protocols are octets"))
        };
        let detail = |field: Field, liked: &[u16]| {
            let side = self.side(field);
            let first = liked.iter().find(|it| side.holds(Side::one((**it).into())));
            let value = first.map_or(side.low, |it| (*it).into());
            u16::try_from(value).expect("ports are 16 bits")
        };
        let (from, to) = match protocol {
            TCP | UDP => (detail(Field::From, &[49152, 32768]), detail(Field::To, &[443])),
            ICMP => (detail(Field::From, &[8]), detail(Field::To, &[0])),
            ICMPV6 => (detail(Field::From, &[128]), detail(Field::To, &[0])),
            _ => (0, 0),
        };
        let address =
            |field: Field| address(self.is_ipv6, self.side(field).nearest(LIKED[usize::from(self.is_ipv6)]));
        let (source, destination) = (address(Field::Source), address(Field::Destination));
        Packet { source, destination, protocol, from, to }
    }
}

/// Addresses of the internet that people recognise: 8.8.8.8 and 2001:4860:4860::8888.
const LIKED: [u128; 2] = [0x0808_0808, 0x2001_4860_4860_0000_0000_0000_0000_8888];

fn value(packet: &Packet, field: Field) -> u128 {
    match field {
        Field::Source => number(packet.source),
        Field::Destination => number(packet.destination),
        Field::Protocol => packet.protocol.into(),
        Field::From => packet.from.into(),
        Field::To => packet.to.into(),
    }
}

/// Returns an address as a number.
pub(crate) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// Returns the address of a number.
pub(crate) fn address(is_ipv6: bool, number: u128) -> IpAddr {
    match is_ipv6 {
        true => Ipv6Addr::from(number).into(),
        false => Ipv4Addr::from(u32::try_from(number).expect("addresses of IPv4 are 32 bits")).into(),
    }
}
