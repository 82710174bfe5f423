//! What a rule matches: protocol and ports, the same for security groups, network ACLs and proofs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Towards the subnet or interface, or away from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// AWS: ingress.
    Inbound,
    /// AWS: egress.
    Outbound,
}

impl Direction {
    /// Both, in the order in which people read them.
    pub const BOTH: [Direction; 2] = [Direction::Inbound, Direction::Outbound];

    /// Returns what is for this direction.
    pub fn pick<T>(self, inbound: T, outbound: T) -> T {
        match self {
            Direction::Inbound => inbound,
            Direction::Outbound => outbound,
        }
    }

    /// Returns the word of the blueprint: `inbound` or `outbound`.
    pub fn as_str(self) -> &'static str {
        self.pick("inbound", "outbound")
    }

    /// Returns the word before a rule's peer: `from` or `to`.
    pub fn preposition(self) -> &'static str {
        self.pick("from", "to")
    }
}

/// A range of ports, both ends included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ports {
    /// The lowest port.
    pub from: u16,
    /// The highest port.
    pub to: u16,
}

impl Ports {
    /// Every port, as AWS reads it back for tcp and udp.
    pub const ALL: Ports = Ports { from: 0, to: u16::MAX };

    /// Returns the range of a single port.
    pub fn one(port: u16) -> Ports {
        Ports { from: port, to: port }
    }

    /// Returns the range, or nothing if `to` lies below `from`.
    pub fn new(from: u16, to: u16) -> Option<Ports> {
        (from <= to).then_some(Ports { from, to })
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            &Ports::ALL => f.write_str("all ports"),
            Ports { from, to } if from == to => write!(f, "{from}"),
            Ports { from, to } => write!(f, "{from}-{to}"),
        }
    }
}

/// An ICMP message. AWS has no range of types with one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Icmp {
    /// Every type and code.
    Any,
    /// One type with every code.
    Type(u8),
    /// One type and code.
    Code(u8, u8),
}

impl Icmp {
    /// Returns type and code as AWS writes them, −1 for any.
    pub fn type_and_code(self) -> (i32, i32) {
        match self {
            Icmp::Any => (-1, -1),
            Icmp::Type(kind) => (kind.into(), -1),
            Icmp::Code(kind, code) => (kind.into(), code.into()),
        }
    }

    /// Returns the message that AWS means by `kind` and `code`, where −1 is any; a type of −1 forces a code of −1.
    pub fn from_type_and_code(kind: i32, code: i32) -> Icmp {
        match (u8::try_from(kind), u8::try_from(code)) {
            (Ok(kind), Ok(code)) => Icmp::Code(kind, code),
            (Ok(kind), Err(_)) => Icmp::Type(kind),
            (Err(_), _) => Icmp::Any,
        }
    }
}

/// The packets that a rule speaks of, apart from their addresses.
///
/// Ports exist for tcp and udp only, types for ICMP only: what AWS drops cannot be said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Traffic {
    /// Every protocol; −1 to AWS.
    All,
    /// Protocol 6.
    Tcp(Ports),
    /// Protocol 17.
    Udp(Ports),
    /// Protocol 1.
    Icmp(Icmp),
    /// Protocol 58.
    Icmpv6(Icmp),
    /// Any other protocol by its IANA number.
    Protocol(u8),
}

impl Traffic {
    /// Returns the IANA protocol number, or nothing for every protocol.
    pub fn protocol_number(self) -> Option<u8> {
        match self {
            Traffic::All => None,
            Traffic::Tcp(_) => Some(6),
            Traffic::Udp(_) => Some(17),
            Traffic::Icmp(_) => Some(1),
            Traffic::Icmpv6(_) => Some(58),
            Traffic::Protocol(number) => Some(number),
        }
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Traffic::All => f.write_str("all"),
            Traffic::Tcp(ports) => write!(f, "tcp {ports}"),
            Traffic::Udp(ports) => write!(f, "udp {ports}"),
            Traffic::Icmp(icmp) => write!(f, "icmp{icmp}"),
            Traffic::Icmpv6(icmp) => write!(f, "icmpv6{icmp}"),
            Traffic::Protocol(number) => write!(f, "protocol {number}"),
        }
    }
}

impl fmt::Display for Icmp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Icmp::Any => Ok(()),
            Icmp::Type(kind) => write!(f, " type {kind}"),
            Icmp::Code(kind, code) => write!(f, " type {kind} code {code}"),
        }
    }
}
