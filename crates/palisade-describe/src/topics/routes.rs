//! Route tables, and what they speak of by a list.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;

use super::Status;

/// One of `describe-route-tables`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RouteTable {
    pub(crate) route_table_id: String,
    pub(crate) vpc_id: String,
    pub(crate) associations: Vec<Association>,
    pub(crate) routes: Vec<Route>,
}

/// What follows a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Association {
    pub(crate) main: bool,
    pub(crate) subnet_id: Option<String>,
    /// What comes in through a gateway.
    pub(crate) gateway_id: Option<String>,
    association_state: Status,
}

/// One route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Route {
    destination_cidr_block: Option<Ipv4Net>,
    destination_ipv6_cidr_block: Option<Ipv6Net>,
    pub(crate) destination_prefix_list_id: Option<String>,
    gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    network_interface_id: Option<String>,
    instance_id: Option<String>,
    egress_only_internet_gateway_id: Option<String>,
    transit_gateway_id: Option<String>,
    vpc_peering_connection_id: Option<String>,
    local_gateway_id: Option<String>,
    carrier_gateway_id: Option<String>,
    core_network_arn: Option<String>,
    origin: Option<String>,
    state: Option<String>,
}

/// One of `describe-prefix-lists` or `describe-managed-prefix-lists`, with what
/// `get-managed-prefix-list-entries` says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PrefixList {
    pub(crate) prefix_list_id: String,
    pub(crate) prefix_list_name: Option<String>,
    pub(crate) cidrs: Option<Vec<IpNet>>,
    pub(crate) entries: Option<Vec<ListEntry>>,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListEntry {
    pub(crate) cidr: IpNet,
}

impl Association {
    /// Returns whether it counts.
    pub(crate) fn is_there(&self) -> bool {
        let gone = ["disassociating", "disassociated", "failed"];
        !self.association_state.state.as_deref().is_some_and(|it| gone.contains(&it))
    }
}

impl Route {
    /// Returns the addresses that it is for, if they are written out.
    pub(crate) fn block(&self) -> Option<IpNet> {
        let ipv6 = self.destination_ipv6_cidr_block.map(IpNet::V6);
        self.destination_cidr_block.map(IpNet::V4).or(ipv6)
    }

    /// Returns the id of where it leads.
    pub(crate) fn target(&self) -> Option<&str> {
        // An instance is routed to by its interface, which is the one that counts.
        let targets = [
            &self.gateway_id,
            &self.nat_gateway_id,
            &self.network_interface_id,
            &self.egress_only_internet_gateway_id,
            &self.transit_gateway_id,
            &self.vpc_peering_connection_id,
            &self.local_gateway_id,
            &self.carrier_gateway_id,
            &self.core_network_arn,
            &self.instance_id,
        ];
        targets.into_iter().find_map(|it| it.as_deref())
    }

    /// Returns whether its target is gone.
    pub(crate) fn is_blackhole(&self) -> bool {
        self.state.as_deref() == Some("blackhole")
    }

    /// Returns whether a gateway has put it there.
    pub(crate) fn is_propagated(&self) -> bool {
        self.origin.as_deref() == Some("EnableVgwRoutePropagation")
    }
}

impl PrefixList {
    /// Returns its addresses, if they are told.
    pub(crate) fn blocks(&self) -> Option<Vec<IpNet>> {
        let entries = self.entries.as_ref().map(|it| it.iter().map(|it| it.cidr).collect());
        entries.or_else(|| self.cidrs.clone())
    }
}
