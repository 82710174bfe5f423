//! VPCs and their subnets.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;

use super::Status;

/// One of `describe-vpcs`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Vpc {
    pub(crate) vpc_id: String,
    cidr_block: Option<Ipv4Net>,
    cidr_block_association_set: Vec<Ipv4Block>,
    ipv6_cidr_block_association_set: Vec<Ipv6Block>,
}

/// One of `describe-subnets`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Subnet {
    pub(crate) subnet_id: String,
    pub(crate) vpc_id: String,
    cidr_block: Option<Ipv4Net>,
    ipv6_cidr_block_association_set: Vec<Ipv6Block>,
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    pub(crate) map_public_ip_on_launch: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Ipv4Block {
    cidr_block: Option<Ipv4Net>,
    cidr_block_state: Status,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Ipv6Block {
    ipv6_cidr_block: Option<Ipv6Net>,
    ipv6_cidr_block_state: Status,
}

impl Vpc {
    /// Returns its blocks of both families.
    pub(crate) fn blocks(&self) -> Vec<IpNet> {
        let more = self.cidr_block_association_set.iter().filter(|it| is_associated(&it.cidr_block_state));
        let mut blocks: Vec<IpNet> = self.cidr_block.into_iter().map(IpNet::V4).collect();
        blocks.extend(more.filter_map(|it| it.cidr_block).map(IpNet::V4));
        blocks.extend(of_ipv6(&self.ipv6_cidr_block_association_set));
        blocks.dedup();
        blocks
    }
}

impl Subnet {
    /// Returns its blocks of both families.
    pub(crate) fn blocks(&self) -> Vec<IpNet> {
        let ipv4 = self.cidr_block.into_iter().map(IpNet::V4);
        ipv4.chain(of_ipv6(&self.ipv6_cidr_block_association_set)).collect()
    }

    /// Returns its zone, if that is told. The id means the same zone in every account, the name does not.
    pub(crate) fn zone(&self) -> Option<&str> {
        self.availability_zone_id.as_deref().or(self.availability_zone.as_deref())
    }
}

fn of_ipv6(blocks: &[Ipv6Block]) -> impl Iterator<Item = IpNet> {
    let blocks = blocks.iter().filter(|it| is_associated(&it.ipv6_cidr_block_state));
    blocks.filter_map(|it| it.ipv6_cidr_block).map(IpNet::V6)
}

fn is_associated(status: &Status) -> bool {
    let gone = ["disassociating", "disassociated", "failing", "failed"];
    !status.state.as_deref().is_some_and(|it| gone.contains(&it))
}
