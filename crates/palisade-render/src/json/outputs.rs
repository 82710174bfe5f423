//! Outputs on the wire.

use std::collections::BTreeMap;

use serde::Serialize;

use super::FORMAT_VERSION;
use crate::outputs::{ElasticIpIds, Outputs, TierIds};

/// What `output --format json` writes: ids of what there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputsDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The VPC; null if there is none.
    pub vpc: Option<String>,
    /// The IPv6 block that Amazon gave it; null if it has none.
    pub vpc_ipv6_prefix: Option<String>,
    /// Its internet gateway; null if there is none.
    pub internet_gateway: Option<String>,
    /// Its egress-only internet gateway; null if there is none.
    pub egress_only_gateway: Option<String>,
    /// NAT gateways by the suffix of their zone.
    pub nat_gateways: BTreeMap<String, String>,
    /// Elastic IPs by their name.
    pub elastic_ips: BTreeMap<String, ElasticIpOutput>,
    /// Tiers by their name.
    pub tiers: BTreeMap<String, TierOutput>,
    /// Prefix lists by their name.
    pub prefix_lists: BTreeMap<String, String>,
    /// Security groups by their name.
    pub security_groups: BTreeMap<String, String>,
    /// Endpoints by their name.
    pub endpoints: BTreeMap<String, String>,
}

/// The identifiers of one elastic IP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ElasticIpOutput {
    /// The allocation's id.
    pub id: String,
    /// The address that the internet sees; null if AWS did not say.
    pub public_ip: Option<String>,
}

/// The ids of one tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierOutput {
    /// Subnets by the suffix of their zone.
    pub subnets: BTreeMap<String, String>,
    /// The subnets' IPv6 blocks by the suffix of their zone.
    pub ipv6_blocks: BTreeMap<String, String>,
    /// For each zone the route table that its subnet follows.
    pub route_tables: BTreeMap<String, String>,
    /// The network ACL; null if the tier has none of its own.
    pub network_acl: Option<String>,
}

impl OutputsDocument {
    /// Returns the document of the outputs.
    pub fn new(outputs: &Outputs) -> OutputsDocument {
        let outputs = outputs.clone();
        let address = |(name, it): (String, ElasticIpIds)| {
            (name, ElasticIpOutput { id: it.id, public_ip: it.public_ip })
        };
        let tier = |(name, it): (String, TierIds)| {
            let TierIds { subnets, ipv6_blocks, route_tables, network_acl } = it;
            (name, TierOutput { subnets, ipv6_blocks, route_tables, network_acl })
        };
        OutputsDocument {
            format_version: FORMAT_VERSION,
            vpc: outputs.vpc,
            vpc_ipv6_prefix: outputs.vpc_ipv6_prefix,
            internet_gateway: outputs.internet_gateway,
            egress_only_gateway: outputs.egress_only_gateway,
            nat_gateways: outputs.nat_gateways,
            elastic_ips: outputs.elastic_ips.into_iter().map(address).collect(),
            tiers: outputs.tiers.into_iter().map(tier).collect(),
            prefix_lists: outputs.prefix_lists,
            security_groups: outputs.security_groups,
            endpoints: outputs.endpoints,
        }
    }
}
