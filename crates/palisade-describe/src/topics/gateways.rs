//! What leads out of a VPC, apart from transit gateways.

use core::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;

use super::Status;

/// One of `describe-internet-gateways` or `describe-egress-only-internet-gateways`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct InternetGateway {
    pub(crate) attachments: Vec<Attachment>,
}

/// Where a gateway hangs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Attachment {
    pub(crate) vpc_id: String,
    state: Option<String>,
}

/// One of `describe-nat-gateways`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NatGateway {
    pub(crate) nat_gateway_id: String,
    pub(crate) vpc_id: Option<String>,
    /// None of a regional one.
    pub(crate) subnet_id: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) connectivity_type: Option<String>,
    pub(crate) nat_gateway_addresses: Vec<NatAddress>,
}

/// An address of a NAT gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NatAddress {
    pub(crate) private_ip: Option<Ipv4Addr>,
    pub(crate) public_ip: Option<Ipv4Addr>,
    pub(crate) network_interface_id: Option<String>,
}

/// One of `describe-vpc-peering-connections`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PeeringConnection {
    pub(crate) status: Status,
    pub(crate) accepter_vpc_info: PeeredVpc,
    pub(crate) requester_vpc_info: PeeredVpc,
}

/// One side of a peering.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PeeredVpc {
    pub(crate) vpc_id: String,
    cidr_block: Option<Ipv4Net>,
    cidr_block_set: Vec<Block>,
    ipv6_cidr_block_set: Vec<Ipv6Block>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Block {
    cidr_block: Ipv4Net,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipv6Block {
    ipv6_cidr_block: Ipv6Net,
}

/// `describe-vpc-block-public-access-options`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct BlockPublicAccess {
    pub(crate) internet_gateway_block_mode: Option<String>,
}

impl InternetGateway {
    /// Returns whether it hangs on a VPC.
    pub(crate) fn is_attached(&self, vpc: &str) -> bool {
        let is_there = |it: &Attachment| !matches!(it.state.as_deref(), Some("detached" | "detaching"));
        self.attachments.iter().any(|it| it.vpc_id == vpc && is_there(it))
    }
}

impl PeeringConnection {
    /// Returns the other side.
    pub(crate) fn other(&self, vpc: &str) -> Option<&PeeredVpc> {
        match () {
            () if self.accepter_vpc_info.vpc_id == vpc => Some(&self.requester_vpc_info),
            () if self.requester_vpc_info.vpc_id == vpc => Some(&self.accepter_vpc_info),
            () => None,
        }
    }
}

impl PeeredVpc {
    /// Returns its blocks as the peering tells them.
    pub(crate) fn blocks(&self) -> Vec<IpNet> {
        let ipv4 = self.cidr_block.into_iter().chain(self.cidr_block_set.iter().map(|it| it.cidr_block));
        let ipv6 = self.ipv6_cidr_block_set.iter().map(|it| IpNet::V6(it.ipv6_cidr_block));
        ipv4.map(IpNet::V4).chain(ipv6).collect()
    }
}
