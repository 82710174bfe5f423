//! Protocols and ports, as AWS writes them: by name in security groups, by number in network ACLs.

use aws_sdk_ec2::types::{IcmpTypeCode, NetworkAclEntry, PortRange};
use palisade_core::CloudError;
use palisade_core::traffic::{Icmp, Ports, Traffic};

/// `IpProtocol`, `FromPort` and `ToPort` of a security group's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PortFields {
    /// A name for the four protocols that have one.
    pub(crate) protocol: String,
    /// The lowest port, or the ICMP type.
    pub(crate) from: Option<i32>,
    /// The highest port, or the ICMP code.
    pub(crate) to: Option<i32>,
}

/// Returns `traffic` as a security group's rule has it.
pub(crate) fn to_port_fields(traffic: Traffic) -> PortFields {
    let (protocol, numbers) = match traffic {
        Traffic::All => ("-1".to_owned(), None),
        Traffic::Tcp(ports) => ("tcp".to_owned(), Some((ports.from.into(), ports.to.into()))),
        Traffic::Udp(ports) => ("udp".to_owned(), Some((ports.from.into(), ports.to.into()))),
        Traffic::Icmp(icmp) => ("icmp".to_owned(), Some(icmp.type_and_code())),
        Traffic::Icmpv6(icmp) => ("icmpv6".to_owned(), Some(icmp.type_and_code())),
        // AWS ignores the ports of any other protocol. Zeros are what most tools send, and emulators want some.
        Traffic::Protocol(number) => (number.to_string(), Some((0, 0))),
    };
    PortFields { protocol, from: numbers.map(|it| it.0), to: numbers.map(|it| it.1) }
}

/// Reads a security group's rule.
pub(crate) fn from_port_fields(
    protocol: &str,
    from: Option<i32>,
    to: Option<i32>,
) -> Result<Traffic, CloudError> {
    let icmp = || Icmp::from_type_and_code(from.unwrap_or(-1), to.unwrap_or(-1));
    of_protocol(protocol, || ports(from, to), icmp)
}

/// Returns `traffic` as a network ACL's entry has it: `Protocol`, `PortRange` and `IcmpTypeCode`.
pub(crate) fn to_entry_fields(traffic: Traffic) -> (String, Option<PortRange>, Option<IcmpTypeCode>) {
    let protocol = traffic.protocol_number().map_or_else(|| "-1".to_owned(), |it| it.to_string());
    let range = |it: Ports| PortRange::builder().from(it.from.into()).to(it.to.into()).build();
    let message = |it: Icmp| {
        let (kind, code) = it.type_and_code();
        IcmpTypeCode::builder().r#type(kind).code(code).build()
    };
    match traffic {
        Traffic::Tcp(ports) | Traffic::Udp(ports) => (protocol, Some(range(ports)), None),
        Traffic::Icmp(icmp) | Traffic::Icmpv6(icmp) => (protocol, None, Some(message(icmp))),
        Traffic::All | Traffic::Protocol(_) => (protocol, None, None),
    }
}

/// Reads a network ACL's entry.
pub(crate) fn from_entry(protocol: &str, entry: &NetworkAclEntry) -> Result<Traffic, CloudError> {
    let range = entry.port_range();
    let icmp = || {
        let message = entry.icmp_type_code();
        let kind = message.and_then(IcmpTypeCode::r#type).unwrap_or(-1);
        Icmp::from_type_and_code(kind, message.and_then(IcmpTypeCode::code).unwrap_or(-1))
    };
    of_protocol(protocol, || ports(range.and_then(PortRange::from), range.and_then(PortRange::to)), icmp)
}

fn of_protocol(
    protocol: &str,
    ports: impl FnOnce() -> Ports,
    icmp: impl FnOnce() -> Icmp,
) -> Result<Traffic, CloudError> {
    Ok(match protocol.to_ascii_lowercase().as_str() {
        "-1" | "all" => Traffic::All,
        "tcp" | "6" => Traffic::Tcp(ports()),
        "udp" | "17" => Traffic::Udp(ports()),
        "icmp" | "1" => Traffic::Icmp(icmp()),
        "icmpv6" | "58" => Traffic::Icmpv6(icmp()),
        other => match other.parse() {
            Ok(number) => Traffic::Protocol(number),
            Err(_) => {
                return Err(CloudError::Unusable(format!("AWS answered with the protocol `{protocol}`")));
            }
        },
    })
}

/// Absent ports and −1 mean every port.
fn ports(from: Option<i32>, to: Option<i32>) -> Ports {
    let port = |it: Option<i32>| it.and_then(|it| u16::try_from(it).ok());
    port(from).zip(port(to)).and_then(|(from, to)| Ports::new(from, to)).unwrap_or(Ports::ALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [Traffic; 9] = [
        Traffic::All,
        Traffic::Tcp(Ports::ALL),
        Traffic::Tcp(Ports { from: 443, to: 443 }),
        Traffic::Udp(Ports { from: 1024, to: 65535 }),
        Traffic::Icmp(Icmp::Any),
        Traffic::Icmp(Icmp::Type(3)),
        Traffic::Icmp(Icmp::Code(3, 4)),
        Traffic::Icmpv6(Icmp::Type(128)),
        Traffic::Protocol(50),
    ];

    #[test]
    fn a_rule_reads_back_as_it_was_written() {
        for traffic in EVERY {
            let PortFields { protocol, from, to } = to_port_fields(traffic);
            assert_eq!(from_port_fields(&protocol, from, to), Ok(traffic));
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written() {
        for traffic in EVERY {
            let (protocol, range, message) = to_entry_fields(traffic);
            let entry = NetworkAclEntry::builder().set_port_range(range).set_icmp_type_code(message).build();
            assert_eq!(from_entry(&protocol, &entry), Ok(traffic));
        }
    }

    #[test]
    fn ports_without_meaning_are_dropped() {
        assert_eq!(from_port_fields("-1", Some(0), Some(0)), Ok(Traffic::All));
        assert_eq!(from_port_fields("50", Some(-1), Some(-1)), Ok(Traffic::Protocol(50)));
        assert_eq!(from_port_fields("TCP", Some(-1), Some(-1)), Ok(Traffic::Tcp(Ports::ALL)));
        assert_eq!(from_port_fields("58", Some(-1), Some(0)), Ok(Traffic::Icmpv6(Icmp::Any)));
        assert!(from_port_fields("gopher", None, None).is_err());
    }
}
