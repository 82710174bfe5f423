//! Where routes of a blueprint lead and others keep: transit gateways, peerings, VPN gateways, endpoints of gateway load
//! balancers, and network interfaces; and security groups that rules name. All that matters of them is whether they are
//! there.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    TransitGateway, TransitGatewayState, VpcPeeringConnection,
    VpcPeeringConnectionStateReasonCode as Peering, VpnGateway, VpnState,
};
use palisade_core::{CloudError, Needs};

use super::if_any;
use crate::connect::Aws;
use crate::error::reading;
use crate::kinds::{PAGE, endpoint, security_group};
use crate::{strangers, tags};

/// Returns those that are there of the gateways that a blueprint names: one request for each kind of which it names any.
pub(super) async fn read(aws: &Aws, needs: &Needs) -> Result<BTreeSet<String>, CloudError> {
    let named = |prefix: &str| {
        let is_of_kind = |it: &&String| it.split_once('-').is_some_and(|(of, _)| of == prefix);
        needs.gateways.iter().filter(is_of_kind).collect::<Vec<_>>()
    };
    let (tgw, pcx, vgw, vpce, eni) = (named("tgw"), named("pcx"), named("vgw"), named("vpce"), named("eni"));
    let (transit, peerings, vpn, endpoints, interfaces) = tokio::join!(
        if_any(tgw, |ids| read_transit_gateways(aws, ids)),
        if_any(pcx, |ids| read_peerings(aws, ids)),
        if_any(vgw, |ids| read_vpn_gateways(aws, ids)),
        // Of endpoints, routes can lead to those of gateway load balancers alone.
        if_any(vpce, |_| endpoint::read(aws, tags::filter("vpc-endpoint-type", ["GatewayLoadBalancer"]))),
        if_any(eni, |ids| strangers::read(aws, tags::filter("network-interface-id", ids))),
    );
    let endpoints = endpoints?.into_iter().filter(|it| !endpoint::is_gone(it));
    let endpoints = endpoints.filter_map(|it| it.vpc_endpoint_id);
    let interfaces = interfaces?.into_iter().filter_map(|it| it.network_interface_id);
    let others = [transit?, peerings?, vpn?].concat().into_iter();
    let there = others.chain(endpoints).chain(interfaces);
    // LocalStack knows no filter for peerings: the quirk `peering-filter`.
    Ok(there.filter(|it| needs.gateways.contains(it)).collect())
}

/// Returns those that are there of the groups that rules of a blueprint name.
pub(super) async fn read_groups(aws: &Aws, needs: &Needs) -> Result<BTreeSet<String>, CloudError> {
    let of_ids = |ids| security_group::read(aws, tags::filter("group-id", ids));
    let groups = if_any(&needs.groups, of_ids).await?;
    Ok(groups.into_iter().filter_map(|it| it.group_id).collect())
}

async fn read_transit_gateways(aws: &Aws, ids: Vec<String>) -> Result<Vec<String>, CloudError> {
    let filter = tags::filter("transit-gateway-id", ids);
    let pages =
        aws.reads.describe_transit_gateways().filters(filter).into_paginator().page_size(PAGE).items();
    let found = pages.send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(reading("ec2:DescribeTransitGateways"))?;
    let is_going = |it: &TransitGateway| {
        matches!(it.state(), Some(TransitGatewayState::Deleting | TransitGatewayState::Deleted))
    };
    Ok(found.into_iter().filter(|it| !is_going(it)).filter_map(|it| it.transit_gateway_id).collect())
}

/// One that nobody has accepted yet can be routed to already (VPC peering guide, "Update your route tables").
async fn read_peerings(aws: &Aws, ids: Vec<String>) -> Result<Vec<String>, CloudError> {
    let filter = tags::filter("vpc-peering-connection-id", ids);
    let pages = aws.reads.describe_vpc_peering_connections().filters(filter);
    let found = pages.into_paginator().page_size(PAGE).items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(reading("ec2:DescribeVpcPeeringConnections"))?;
    let is_over = |it: &VpcPeeringConnection| {
        let state = it.status().and_then(|it| it.code());
        let is_refused = matches!(state, Some(Peering::Rejected | Peering::Expired | Peering::Failed));
        is_refused || matches!(state, Some(Peering::Deleting | Peering::Deleted))
    };
    Ok(found.into_iter().filter(|it| !is_over(it)).filter_map(|it| it.vpc_peering_connection_id).collect())
}

async fn read_vpn_gateways(aws: &Aws, ids: Vec<String>) -> Result<Vec<String>, CloudError> {
    let filter = tags::filter("vpn-gateway-id", ids);
    let answer = aws.reads.describe_vpn_gateways().filters(filter).send().await;
    let found = answer.map_err(reading("ec2:DescribeVpnGateways"))?.vpn_gateways.unwrap_or_default();
    let is_going = |it: &VpnGateway| matches!(it.state(), Some(VpnState::Deleting | VpnState::Deleted));
    Ok(found.into_iter().filter(|it| !is_going(it)).filter_map(|it| it.vpn_gateway_id).collect())
}
