//! The quotas of an account that can be raised, and by which of AWS's codes they are read.

use serde::{Deserialize, Serialize};

/// How much of something AWS takes. Its name is that of its key in a blueprint's `[quotas]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quota {
    /// Of a group, in one direction and for one address family.
    RulesPerSecurityGroup,
    /// Entries of an ACL in one direction, AWS's own final denial included.
    RulesPerNetworkAcl,
    /// Of a VPC.
    InterfaceEndpoints,
    /// Of a VPC.
    SubnetsPerVpc,
    /// Of a table, for one address family.
    RoutesPerRouteTable,
    /// In the region.
    ElasticIps,
}

impl Quota {
    /// Returns the service of which it is a quota, as Service Quotas calls it.
    pub fn service(self) -> &'static str {
        match self {
            Quota::ElasticIps => "ec2",
            _ => "vpc",
        }
    }

    /// Returns what Service Quotas calls it.
    pub fn code(self) -> &'static str {
        match self {
            Quota::RulesPerSecurityGroup => "L-0EA8095F",
            Quota::RulesPerNetworkAcl => "L-2AEEBF1A",
            Quota::InterfaceEndpoints => "L-29B6F2EB",
            Quota::SubnetsPerVpc => "L-407747CB",
            Quota::RoutesPerRouteTable => "L-93826ACB",
            Quota::ElasticIps => "L-0263D0A3",
        }
    }
}
