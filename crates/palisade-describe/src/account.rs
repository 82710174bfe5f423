//! Everything that files describe, whichever accounts and regions it is in.

use core::net::IpAddr;
use std::collections::BTreeMap;

use ipnet::IpNet;
use palisade_core::traffic::Direction;

use crate::completeness::Completeness;
use crate::interface::{Interface, Of};
use crate::topics::acl::NetworkAcl;
use crate::topics::gateways::{InternetGateway, NatGateway, PeeringConnection};
use crate::topics::groups::Rule;
use crate::topics::interfaces::VpcEndpoint;
use crate::topics::network::{Subnet, Vpc};
use crate::topics::routes::{PrefixList, RouteTable};
use crate::topics::transit;

/// Accounts as the AWS CLI describes them.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub(crate) vpcs: BTreeMap<String, Vpc>,
    pub(crate) subnets: BTreeMap<String, Subnet>,
    pub(crate) tables: BTreeMap<String, RouteTable>,
    pub(crate) acls: BTreeMap<String, NetworkAcl>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) lists: BTreeMap<String, PrefixList>,
    pub(crate) interfaces: BTreeMap<String, Interface>,
    pub(crate) endpoints: BTreeMap<String, VpcEndpoint>,
    pub(crate) nat_gateways: BTreeMap<String, NatGateway>,
    pub(crate) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(crate) egress_only: BTreeMap<String, InternetGateway>,
    pub(crate) peerings: BTreeMap<String, PeeringConnection>,
    pub(crate) transit_gateways: BTreeMap<String, transit::TransitGateway>,
    /// By their ids, and the ids of their transit gateways.
    pub(crate) attachments: Vec<transit::Attachment>,
    pub(crate) transit_tables: BTreeMap<String, transit::RouteTable>,
    /// How public access is blocked somewhere, if it is.
    pub(crate) blocked: Option<String>,
    pub(crate) completeness: Completeness,
}

/// The rules of a security group; none of a direction that is not described.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) inbound: Option<Vec<Rule>>,
    pub(crate) outbound: Option<Vec<Rule>>,
}

impl Group {
    pub(crate) fn rules(&self, direction: Direction) -> Option<&Vec<Rule>> {
        direction.pick(&self.inbound, &self.outbound).as_ref()
    }
}

impl Account {
    /// Returns how many VPCs are described.
    pub fn n_vpcs(&self) -> usize {
        self.vpcs.len()
    }

    /// Returns the blocks of a VPC; none if it is not described.
    pub(crate) fn blocks(&self, vpc: &str) -> Vec<IpNet> {
        self.vpcs.get(vpc).map(Vpc::blocks).unwrap_or_default()
    }

    /// Returns the interface that has an address in a VPC.
    pub(crate) fn interface_at(&self, vpc: &str, address: IpAddr) -> Option<&Interface> {
        self.interfaces.values().find(|it| it.vpc == vpc && it.has(address))
    }

    /// Returns the interface that the internet knows by an address, and its own address.
    pub(crate) fn interface_of_public(&self, address: IpAddr) -> Option<(&Interface, IpAddr)> {
        self.interfaces.values().find_map(|interface| {
            let own = interface.addresses.iter().find(|(own, public)| match address {
                IpAddr::V4(address) => *public == Some(address),
                IpAddr::V6(_) => *own == address,
            });
            own.map(|(own, _)| (interface, *own))
        })
    }

    /// Returns the table that a subnet follows, or what one would have to know.
    pub(crate) fn table_of(&self, subnet: &Subnet) -> Result<&RouteTable, String> {
        let tables = || self.tables.values().filter(|it| it.vpc_id == subnet.vpc_id);
        let follows = |it: &&RouteTable| {
            it.associations
                .iter()
                .any(|it| it.is_there() && it.subnet_id.as_deref() == Some(subnet.subnet_id.as_str()))
        };
        let is_main = |it: &&RouteTable| it.associations.iter().any(|it| it.main);
        tables().find(follows).or_else(|| tables().find(is_main)).ok_or_else(|| {
            format!("no route table is described that `{}` follows, and no main one", subnet.subnet_id)
        })
    }

    /// Returns the ACL that a subnet follows, or what one would have to know.
    pub(crate) fn acl_of(&self, subnet: &Subnet) -> Result<&NetworkAcl, String> {
        let of_vpc = |it: &&NetworkAcl| it.is_default && it.vpc_id == subnet.vpc_id;
        let follows = |it: &&NetworkAcl| {
            it.associations.iter().any(|it| it.subnet_id.as_deref() == Some(subnet.subnet_id.as_str()))
        };
        let acls = || self.acls.values();
        acls()
            .find(follows)
            .or_else(|| acls().find(of_vpc))
            .ok_or_else(|| format!("no network ACL is described that `{}` follows", subnet.subnet_id))
    }

    /// Returns the addresses of a prefix list, if they are described.
    pub(crate) fn list(&self, id: &str) -> Option<Vec<IpNet>> {
        self.lists.get(id)?.blocks()
    }

    /// Returns the prefix list of an endpoint's service: the one by which a table routes to it, or that of its name.
    pub(crate) fn list_of(&self, endpoint: &VpcEndpoint) -> Option<Vec<IpNet>> {
        let routes = self.tables.values().flat_map(|it| &it.routes);
        let mut leading = routes.filter(|it| it.target() == Some(endpoint.vpc_endpoint_id.as_str()));
        let routed = leading.find_map(|it| it.destination_prefix_list_id.as_deref());
        let named = || self.lists.values().find(|it| it.prefix_list_name == endpoint.service_name);
        match routed {
            Some(id) => self.list(id),
            None => named()?.blocks(),
        }
    }

    /// Returns the interfaces of an instance, the first one first.
    pub(crate) fn interfaces_of(&self, instance: &str) -> Vec<&Interface> {
        let is_its = |it: &&Interface| matches!(&it.of, Of::Instance(id) if id == instance);
        let mut interfaces: Vec<&Interface> = self.interfaces.values().filter(is_its).collect();
        interfaces.sort_by_key(|it| it.index.unwrap_or(u32::MAX));
        interfaces
    }
}
