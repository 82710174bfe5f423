//! The second wave: what is in the VPCs and in the prefix lists that the first one found.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, VpcAttributeName};
use palisade_core::{CloudError, Needs};

use super::first::First;
use super::{if_any, together};
use crate::connect::Aws;
use crate::kinds::prefix_list::Entries;
use crate::kinds::{
    dhcp_options, endpoint, flow_log, internet_gateway, nat_gateway, network_acl, prefix_list, route_table,
    security_group, subnet, vpc,
};
use crate::{strangers, tags};

/// What the second wave has found.
#[derive(Debug, Default)]
pub(super) struct Second {
    /// The VPCs that only our subnets told of.
    pub(super) vpcs: Vec<types::Vpc>,
    /// Each VPC's attributes.
    pub(super) dns: BTreeMap<String, vpc::Dns>,
    /// The DHCP options that the VPCs have and that are not ours.
    pub(super) dhcp: Vec<types::DhcpOptions>,
    /// What is in the VPCs, whoever made it.
    pub(super) subnets: Vec<types::Subnet>,
    /// Their route tables.
    pub(super) tables: Vec<types::RouteTable>,
    /// Their ACLs.
    pub(super) acls: Vec<types::NetworkAcl>,
    /// Their security groups.
    pub(super) groups: Vec<types::SecurityGroup>,
    /// Their endpoints.
    pub(super) endpoints: Vec<types::VpcEndpoint>,
    /// Their NAT gateways.
    pub(super) nats: Vec<types::NatGateway>,
    /// Their internet gateways.
    pub(super) gateways: Vec<types::InternetGateway>,
    /// Their network interfaces.
    pub(super) interfaces: Vec<types::NetworkInterface>,
    /// Their flow logs.
    pub(super) flow_logs: Vec<types::FlowLog>,
    /// What is in the prefix lists, by their ids.
    pub(super) entries: BTreeMap<String, Entries>,
}

impl Second {
    /// Returns nothing if there is nothing to ask for.
    pub(super) async fn read(aws: &Aws, needs: &Needs, first: &First) -> Result<Option<Second>, CloudError> {
        let lists = first.list_ids(needs).into_iter();
        let entries = lists.map(|id| prefix_list::read_entries(aws.reads.clone(), id)).collect();
        let entries = together(entries);
        let ids: Vec<String> = first.vpc_ids().into_iter().collect();
        if ids.is_empty() {
            let entries: BTreeMap<_, _> = entries.await?.into_iter().collect();
            return Ok((!entries.is_empty()).then(|| Second { entries, ..Second::default() }));
        }
        let (inside, entries) = tokio::join!(Second::read_vpcs(aws, first, ids), entries);
        Ok(Some(Second { entries: entries?.into_iter().collect(), ..inside? }))
    }

    async fn read_vpcs(aws: &Aws, first: &First, ids: Vec<String>) -> Result<Second, CloudError> {
        let in_vpc = || tags::filter("vpc-id", ids.clone());
        let (told_vpcs, other_dhcp) = (first.told_vpc_ids(), first.other_dhcp_ids());
        let vpcs_of = |ids| vpc::read(aws, tags::filter("vpc-id", ids));
        let dhcp_of = |ids| dhcp_options::read(aws, tags::filter("dhcp-options-id", ids));
        let (
            vpcs,
            dns,
            dhcp,
            subnets,
            tables,
            acls,
            groups,
            endpoints,
            nats,
            gateways,
            interfaces,
            flow_logs,
        ) = tokio::join!(
            if_any(&told_vpcs, vpcs_of),
            read_dns(aws, &ids),
            if_any(&other_dhcp, dhcp_of),
            subnet::read(aws, in_vpc()),
            route_table::read(aws, in_vpc()),
            network_acl::read(aws, in_vpc()),
            security_group::read(aws, in_vpc()),
            endpoint::read(aws, in_vpc()),
            nat_gateway::read(aws, in_vpc()),
            internet_gateway::read(aws, tags::filter("attachment.vpc-id", ids.clone())),
            strangers::read(aws, in_vpc()),
            flow_log::read(aws, tags::filter("resource-id", ids.clone())),
        );
        Ok(Second {
            vpcs: vpcs?,
            dns: dns?,
            dhcp: dhcp?,
            subnets: subnets?,
            tables: tables?,
            acls: acls?,
            groups: groups?,
            endpoints: endpoints?,
            nats: nats?,
            gateways: gateways?,
            interfaces: interfaces?,
            flow_logs: flow_logs?,
            entries: BTreeMap::new(),
        })
    }
}

/// AWS answers one attribute of one VPC at a time.
async fn read_dns(aws: &Aws, vpcs: &[String]) -> Result<BTreeMap<String, vpc::Dns>, CloudError> {
    let attributes = [VpcAttributeName::EnableDnsSupport, VpcAttributeName::EnableDnsHostnames];
    let request = |vpc: &String| {
        let read = |it: &VpcAttributeName| vpc::read_attribute(aws.reads.clone(), vpc.clone(), it.clone());
        attributes.iter().map(read).collect::<Vec<_>>()
    };
    let mut dns: BTreeMap<String, vpc::Dns> = BTreeMap::new();
    for (vpc, attribute, enabled) in together(vpcs.iter().flat_map(request).collect()).await? {
        let dns = dns.entry(vpc).or_default();
        match attribute {
            VpcAttributeName::EnableDnsSupport => dns.support = enabled,
            _ => dns.hostnames = enabled,
        }
    }
    Ok(dns)
}
