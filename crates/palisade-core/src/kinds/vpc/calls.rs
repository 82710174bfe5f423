//! The requests of a VPC.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::kinds::security_group::Permission;
use crate::kinds::{Request, Wait};
use crate::tags::Stamp;
use crate::traffic::Direction;

/// The requests of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateVpc`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// Its primary block.
        cidr: Ipv4Net,
        /// Whether Amazon gives it an IPv6 block.
        ipv6: bool,
    },
    /// `ModifyVpcAttribute`, `EnableDnsSupport`: AWS takes one attribute at a time.
    SetDnsSupport {
        /// The VPC.
        vpc: Handle,
        /// The wanted value.
        enabled: bool,
    },
    /// `ModifyVpcAttribute`, `EnableDnsHostnames`.
    SetDnsHostnames {
        /// The VPC.
        vpc: Handle,
        /// The wanted value.
        enabled: bool,
    },
    /// `AssociateVpcCidrBlock` with a secondary IPv4 block.
    AssociateCidr {
        /// The VPC's key, whose part the answer teaches.
        key: Key,
        /// The VPC.
        vpc: Handle,
        /// The block.
        cidr: Ipv4Net,
    },
    /// `DescribeVpcs` until a secondary block is associated: no subnet can take it before.
    AwaitCidr {
        /// The VPC.
        vpc: Handle,
        /// The block.
        cidr: Ipv4Net,
    },
    /// `AssociateVpcCidrBlock` with an IPv6 block of Amazon's choice.
    AssociateIpv6 {
        /// The VPC.
        vpc: Handle,
    },
    /// `DescribeVpcs` until the IPv6 block is there, which nobody knows before.
    AwaitIpv6 {
        /// The VPC's key, whose parts the answer teaches.
        key: Key,
        /// The VPC.
        vpc: Handle,
    },
    /// `DisassociateVpcCidrBlock`: refused while a subnet has addresses of the block.
    Disassociate {
        /// The VPC, which is not in the request.
        vpc: Handle,
        /// The association.
        association: Handle,
    },
    /// `AssociateDhcpOptions`: swaps the set, with no moment in between.
    SetDhcp {
        /// The VPC.
        vpc: Handle,
        /// The set; none is AWS's own.
        dhcp: Option<Handle>,
    },
    /// `RevokeSecurityGroupIngress` or `…Egress` on the group that AWS made with the VPC.
    RevokeDefault {
        /// The group.
        group: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The rules to take away.
        rules: Vec<Permission>,
    },
    /// `DeleteNetworkAclEntry` on the ACL that AWS made with the VPC.
    DeleteDefaultEntry {
        /// The ACL.
        acl: Handle,
        /// Which of its two lists.
        direction: Direction,
        /// The entry's number.
        number: u16,
    },
    /// `DescribeSecurityGroups`: asks for the group that AWS made with the VPC.
    LearnDefaultGroup {
        /// The VPC's key, whose part the answer teaches.
        key: Key,
        /// The VPC.
        vpc: Handle,
    },
    /// `DescribeNetworkAcls`: asks for the ACL that AWS made with the VPC.
    LearnDefaultAcl {
        /// The VPC's key, whose part the answer teaches.
        key: Key,
        /// The VPC.
        vpc: Handle,
    },
    /// `DeleteVpc`; its default group, ACL and table go with it.
    Delete {
        /// The VPC.
        vpc: Handle,
    },
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateVpc",
            Call::SetDnsSupport { .. } | Call::SetDnsHostnames { .. } => "ModifyVpcAttribute",
            Call::AssociateCidr { .. } | Call::AssociateIpv6 { .. } => "AssociateVpcCidrBlock",
            Call::AwaitCidr { .. } | Call::AwaitIpv6 { .. } => "DescribeVpcs",
            Call::Disassociate { .. } => "DisassociateVpcCidrBlock",
            Call::SetDhcp { .. } => "AssociateDhcpOptions",
            Call::RevokeDefault { direction: Direction::Inbound, .. } => "RevokeSecurityGroupIngress",
            Call::RevokeDefault { .. } => "RevokeSecurityGroupEgress",
            Call::DeleteDefaultEntry { .. } => "DeleteNetworkAclEntry",
            Call::LearnDefaultGroup { .. } => "DescribeSecurityGroups",
            Call::LearnDefaultAcl { .. } => "DescribeNetworkAcls",
            Call::Delete { .. } => "DeleteVpc",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, cidr, ipv6: false } => format!("{} {cidr}", stamp.key),
            Call::Create { stamp, cidr, .. } => format!("{} {cidr} with an IPv6 block of Amazon's", stamp.key),
            Call::SetDnsSupport { vpc, enabled } => format!("{vpc} dns-support={enabled}"),
            Call::SetDnsHostnames { vpc, enabled } => format!("{vpc} dns-hostnames={enabled}"),
            Call::AssociateCidr { vpc, cidr, .. } => format!("{vpc} {cidr}"),
            Call::AwaitCidr { vpc, cidr } => format!("until {vpc} has {cidr}"),
            Call::AssociateIpv6 { vpc } => format!("{vpc} an IPv6 block of Amazon's"),
            Call::AwaitIpv6 { vpc, .. } => format!("until {vpc} has an IPv6 block"),
            Call::Disassociate { association, .. } => association.to_string(),
            Call::SetDhcp { vpc, dhcp: Some(dhcp) } => format!("{vpc} with {dhcp}"),
            Call::SetDhcp { vpc, dhcp: None } => format!("{vpc} with the default set"),
            Call::RevokeDefault { group, rules, .. } => {
                let rules: Vec<String> = rules.iter().map(Permission::to_string).collect();
                format!("{group}: {}", rules.join(", "))
            }
            Call::DeleteDefaultEntry { acl, direction, number } => format!("{acl} {} {number}", direction.as_str()),
            Call::LearnDefaultGroup { vpc, .. } | Call::LearnDefaultAcl { vpc, .. } => format!("the default of {vpc}"),
            Call::Delete { vpc } => vpc.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { .. } => Vec::new(),
            Call::SetDnsSupport { vpc, .. }
            | Call::SetDnsHostnames { vpc, .. }
            | Call::AssociateCidr { vpc, .. }
            | Call::AwaitCidr { vpc, .. }
            | Call::AssociateIpv6 { vpc }
            | Call::AwaitIpv6 { vpc, .. }
            | Call::LearnDefaultGroup { vpc, .. }
            | Call::LearnDefaultAcl { vpc, .. }
            | Call::Delete { vpc } => vec![vpc],
            Call::Disassociate { vpc, association } => vec![vpc, association],
            Call::SetDhcp { vpc, dhcp } => [vpc].into_iter().chain(dhcp).collect(),
            Call::RevokeDefault { group, rules, .. } => {
                [group].into_iter().chain(rules.iter().filter_map(Permission::peer_handle)).collect()
            }
            Call::DeleteDefaultEntry { acl, .. } => vec![acl],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    fn learns(&self) -> Vec<(&Key, Part)> {
        match self {
            Call::Create { stamp, .. } => vec![(&stamp.key, Part::Id)],
            Call::AssociateCidr { key, cidr, .. } => vec![(key, Part::CidrAssociation(*cidr))],
            Call::AwaitIpv6 { key, .. } => vec![(key, Part::Ipv6Prefix), (key, Part::Ipv6Association)],
            Call::LearnDefaultGroup { key, .. } => vec![(key, Part::DefaultGroup)],
            Call::LearnDefaultAcl { key, .. } => vec![(key, Part::DefaultAcl)],
            _ => Vec::new(),
        }
    }

    fn only_looks(&self) -> bool {
        let learns = matches!(self, Call::LearnDefaultGroup { .. } | Call::LearnDefaultAcl { .. });
        learns || self.wait().is_some()
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Disassociate { .. } | Call::Delete { .. })
    }

    /// DHCP options are not in the lane: an interface asks for them hours later, when its lease is renewed.
    fn steers(&self) -> bool {
        matches!(
            self,
            Call::SetDnsSupport { .. }
                | Call::SetDnsHostnames { .. }
                | Call::RevokeDefault { .. }
                | Call::DeleteDefaultEntry { .. }
        )
    }

    /// Typical times are field reports, deadlines the usual tools' own; AWS promises neither.
    fn wait(&self) -> Option<Wait> {
        match self {
            Call::AwaitCidr { .. } | Call::AwaitIpv6 { .. } => Some(Wait { typical_s: 10, deadline_s: 600 }),
            _ => None,
        }
    }
}
