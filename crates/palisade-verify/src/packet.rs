//! One packet, as far as AWS looks at it.

use core::net::IpAddr;
use std::fmt;

/// ICMP, by its IANA number.
pub const ICMP: u8 = 1;
/// TCP.
pub const TCP: u8 = 6;
/// UDP.
pub const UDP: u8 = 17;
/// ICMP of IPv6.
pub const ICMPV6: u8 = 58;

/// A packet. Both addresses are of one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Packet {
    /// Where it comes from.
    pub source: IpAddr,
    /// Where it goes.
    pub destination: IpAddr,
    /// The IANA number of its protocol.
    pub protocol: u8,
    /// The source port of tcp and udp, the type of ICMP; 0 for all others.
    pub from: u16,
    /// The destination port of tcp and udp, the code of ICMP; 0 for all others.
    pub to: u16,
}

impl Packet {
    /// Returns a packet of tcp.
    pub fn tcp(source: IpAddr, from: u16, destination: IpAddr, to: u16) -> Packet {
        Packet { source, destination, protocol: TCP, from, to }
    }

    /// Returns what answers it: an ICMP echo is answered by another type, and other ICMP by nothing.
    pub fn reply(self) -> Option<Packet> {
        let Packet { source, destination, protocol, from, to } = self;
        let (from, to) = match protocol {
            ICMP | ICMPV6 => (echo_reply(protocol, from)?, to),
            _ => (to, from),
        };
        Some(Packet { source: destination, destination: source, protocol, from, to })
    }

    /// Returns whether it has ports.
    pub fn has_ports(self) -> bool {
        matches!(self.protocol, TCP | UDP)
    }
}

/// The types of an echo and its reply (RFC 792, RFC 4443).
pub(crate) const ECHOES: [(u8, u16, u16); 2] = [(ICMP, 8, 0), (ICMPV6, 128, 129)];

fn echo_reply(protocol: u8, kind: u16) -> Option<u16> {
    ECHOES.iter().find(|(of, echo, _)| *of == protocol && *echo == kind).map(|(_, _, reply)| *reply)
}

/// Returns the word for a protocol.
pub fn protocol_name(number: u8) -> String {
    match number {
        ICMP => "icmp".to_owned(),
        TCP => "tcp".to_owned(),
        UDP => "udp".to_owned(),
        ICMPV6 => "icmpv6".to_owned(),
        other => format!("protocol {other}"),
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = protocol_name(self.protocol);
        let Packet { source, destination, protocol, from, to } = self;
        match protocol {
            &TCP | &UDP => write!(f, "{name} {source} port {from} -> {destination} port {to}"),
            &ICMP | &ICMPV6 => write!(f, "{name} {source} -> {destination} type {from} code {to}"),
            _ => write!(f, "{name} {source} -> {destination}"),
        }
    }
}
