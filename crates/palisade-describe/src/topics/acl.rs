//! Network ACLs.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use palisade_core::traffic::{Icmp, Ports, Traffic};
use serde::Deserialize;

/// One of `describe-network-acls`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NetworkAcl {
    pub(crate) network_acl_id: String,
    pub(crate) vpc_id: String,
    pub(crate) is_default: bool,
    pub(crate) associations: Vec<Association>,
    pub(crate) entries: Vec<Entry>,
}

/// Whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Association {
    pub(crate) subnet_id: Option<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    pub(crate) rule_number: u32,
    pub(crate) egress: bool,
    pub(crate) rule_action: Action,
    protocol: String,
    cidr_block: Option<Ipv4Net>,
    ipv6_cidr_block: Option<Ipv6Net>,
    port_range: Option<PortRange>,
    icmp_type_code: Option<TypeAndCode>,
}

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PortRange {
    from: u16,
    to: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TypeAndCode {
    #[serde(rename = "Type", default = "any")]
    kind: i32,
    #[serde(default = "any")]
    code: i32,
}

fn any() -> i32 {
    -1
}

impl Entry {
    /// Returns the addresses that it speaks of.
    pub(crate) fn block(&self) -> Option<IpNet> {
        self.cidr_block.map(IpNet::V4).or(self.ipv6_cidr_block.map(IpNet::V6))
    }

    /// Returns the packets that it speaks of, apart from their addresses.
    pub(crate) fn traffic(&self) -> Option<Traffic> {
        let ports = self.port_range.as_ref().map(|it| (i32::from(it.from), i32::from(it.to)));
        let icmp = self.icmp_type_code.as_ref().map(|it| (it.kind, it.code));
        traffic(&self.protocol, ports, icmp)
    }
}

/// Returns the packets of a protocol as AWS writes it; nothing if that is no way to write it.
pub(crate) fn traffic(
    protocol: &str,
    ports: Option<(i32, i32)>,
    icmp: Option<(i32, i32)>,
) -> Option<Traffic> {
    let range = || match ports {
        None | Some((-1, -1)) => Some(Ports::ALL),
        Some((from, to)) => Ports::new(from.try_into().ok()?, to.try_into().ok()?),
    };
    let message = || icmp.map_or(Icmp::Any, |(kind, code)| Icmp::from_type_and_code(kind, code));
    Some(match protocol {
        "-1" => Traffic::All,
        "tcp" | "6" => Traffic::Tcp(range()?),
        "udp" | "17" => Traffic::Udp(range()?),
        "icmp" | "1" => Traffic::Icmp(message()),
        "icmpv6" | "58" => Traffic::Icmpv6(message()),
        other => Traffic::Protocol(other.parse().ok()?),
    })
}
