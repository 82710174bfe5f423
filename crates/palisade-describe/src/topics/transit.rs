//! Transit gateways: what hangs on them, and where their tables lead.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;

/// One of `describe-transit-gateways`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TransitGateway {
    pub(crate) options: Options,
}

/// What a transit gateway or an attachment is set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Options {
    pub(crate) security_group_referencing_support: Option<String>,
}

/// One of `describe-transit-gateway-attachments`, `-vpc-attachments` or `-peering-attachments`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Attachment {
    pub(crate) transit_gateway_attachment_id: String,
    pub(crate) transit_gateway_id: Option<String>,
    pub(crate) resource_type: Option<String>,
    pub(crate) resource_id: Option<String>,
    pub(crate) vpc_id: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) subnet_ids: Option<Vec<String>>,
    pub(crate) association: Option<AttachmentAssociation>,
    pub(crate) options: Options,
}

/// The table that an attachment follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AttachmentAssociation {
    pub(crate) transit_gateway_route_table_id: Option<String>,
    state: Option<String>,
}

/// Everything that is told of one table: `describe-transit-gateway-route-tables`, `search-transit-gateway-routes` and
/// the two `get-transit-gateway-route-table-*`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RouteTable {
    pub(crate) transit_gateway_route_table_id: String,
    pub(crate) transit_gateway_id: Option<String>,
    pub(crate) routes: Option<Vec<Route>>,
    pub(crate) additional_routes_available: bool,
    #[serde(alias = "Propagations")]
    pub(crate) transit_gateway_route_table_propagations: Option<Vec<Partner>>,
    pub(crate) associations: Option<Vec<Partner>>,
}

/// An attachment that follows a table, or puts its addresses there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Partner {
    pub(crate) transit_gateway_attachment_id: String,
    pub(crate) resource_id: Option<String>,
    pub(crate) resource_type: Option<String>,
    pub(crate) state: Option<String>,
}

/// One route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Route {
    destination_cidr_block: Option<Ipv4Net>,
    destination_ipv6_cidr_block: Option<Ipv6Net>,
    pub(crate) prefix_list_id: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    state: Option<String>,
    pub(crate) transit_gateway_attachments: Vec<Partner>,
}

impl AttachmentAssociation {
    /// Returns the table, if the association counts.
    pub(crate) fn table(&self) -> Option<&str> {
        let is_there = matches!(self.state.as_deref(), None | Some("associated"));
        self.transit_gateway_route_table_id.as_deref().filter(|_| is_there)
    }
}

impl Attachment {
    /// Returns whether packets pass it.
    pub(crate) fn is_usable(&self) -> bool {
        matches!(self.state.as_deref(), None | Some("available" | "modifying"))
    }

    /// Returns the VPC that it is of.
    pub(crate) fn vpc(&self) -> Option<&str> {
        let of_vpc = self.resource_type.as_deref() == Some("vpc");
        self.vpc_id.as_deref().or(self.resource_id.as_deref().filter(|_| of_vpc))
    }
}

impl Partner {
    /// Returns whether it counts.
    pub(crate) fn is_there(&self) -> bool {
        matches!(self.state.as_deref(), None | Some("enabled" | "associated"))
    }
}

impl Route {
    /// Returns the addresses that it is for.
    pub(crate) fn block(&self) -> Option<IpNet> {
        self.destination_cidr_block.map(IpNet::V4).or(self.destination_ipv6_cidr_block.map(IpNet::V6))
    }

    /// Returns whether it drops what it is for.
    pub(crate) fn is_blackhole(&self) -> bool {
        self.state.as_deref() == Some("blackhole")
    }

    /// Returns whether it is in force.
    pub(crate) fn is_there(&self) -> bool {
        matches!(self.state.as_deref(), None | Some("active" | "blackhole"))
    }

    /// Returns whether an attachment has put it there.
    pub(crate) fn is_propagated(&self) -> bool {
        self.kind.as_deref() == Some("propagated")
    }
}
