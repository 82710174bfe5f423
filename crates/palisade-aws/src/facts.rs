//! What AWS says of itself: zones, and its own prefix lists.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneState, ManagedPrefixList};
use ipnet::IpNet;
use palisade_core::CloudError;
use palisade_core::Zone;

use crate::answer::{cidr, given};
use crate::connect::Aws;
use crate::error::reading;
use crate::tags;

/// The largest page that EC2 gives of prefix lists and of their entries.
const PAGE: i32 = 100;

/// Asks for the zones of the region that the account has.
pub(crate) async fn read_zones(aws: &Aws) -> Result<Vec<Zone>, CloudError> {
    let answer = aws.reads.describe_availability_zones().send().await;
    zones(answer.map_err(reading("ec2:DescribeAvailabilityZones"))?.availability_zones())
}

/// Local and Wavelength Zones are zones to AWS, but few of our resources exist there.
fn zones(zones: &[AvailabilityZone]) -> Result<Vec<Zone>, CloudError> {
    let is_regular = |it: &&AvailabilityZone| {
        let is_available = it.state() == Some(&AvailabilityZoneState::Available);
        is_available && it.zone_type().is_none_or(|it| it == "availability-zone")
    };
    let zone = |it: &AvailabilityZone| {
        let operation = "DescribeAvailabilityZones";
        let name = given(it.zone_name(), operation, "ZoneName")?.to_owned();
        Ok(Zone { name, id: given(it.zone_id(), operation, "ZoneId")?.to_owned() })
    };
    let mut zones = zones.iter().filter(is_regular).map(zone).collect::<Result<Vec<_>, CloudError>>()?;
    zones.sort();
    Ok(zones)
}

/// Asks for the ids of AWS's prefix lists of `names`. Nobody else may give such names.
pub(crate) async fn read_prefix_lists(
    aws: &Aws,
    names: Vec<String>,
) -> Result<BTreeMap<String, String>, CloudError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let request = aws.reads.describe_managed_prefix_lists().filters(tags::filter("prefix-list-name", names));
    let pages = request.into_paginator().page_size(PAGE).items();
    let lists = pages.send().collect::<Result<Vec<_>, _>>().await;
    let lists = lists.map_err(reading("ec2:DescribeManagedPrefixLists"))?;
    let id =
        |it: &ManagedPrefixList| Some((it.prefix_list_name()?.to_owned(), it.prefix_list_id()?.to_owned()));
    Ok(lists.iter().filter_map(id).collect())
}

/// Asks for the blocks of one prefix list.
pub(crate) async fn read_entries(
    client: aws_sdk_ec2::Client,
    name: String,
    id: String,
) -> Result<(String, Vec<IpNet>), CloudError> {
    let operation = "GetManagedPrefixListEntries";
    let pages =
        client.get_managed_prefix_list_entries().prefix_list_id(id).into_paginator().page_size(PAGE).items();
    let entries = pages.send().collect::<Result<Vec<_>, _>>().await;
    let entries = entries.map_err(reading("ec2:GetManagedPrefixListEntries"))?;
    let block =
        |it: &aws_sdk_ec2::types::PrefixListEntry| cidr(given(it.cidr(), operation, "Cidr")?, operation);
    let mut blocks = entries.iter().map(block).collect::<Result<Vec<_>, CloudError>>()?;
    blocks.sort();
    Ok((name, blocks))
}
