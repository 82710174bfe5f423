//! VPCs, as EC2 speaks of them.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, AttributeBooleanValue, Filter, ResourceType, VpcAttributeName};
use palisade_core::kinds::vpc::{Call, Vpc};
use palisade_core::live::Found;
use palisade_core::{CloudError, Known, Learned, Part, State};

use super::PAGE;
use crate::answer::{given, ipv4_cidr, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, cidr } => {
            let tags = tags::specification(ResourceType::Vpc, stamp);
            let request = aws.writes.create_vpc().cidr_block(cidr.to_string()).tag_specifications(tags);
            let answer = request.send().await.map_err(writing("ec2:CreateVpc"))?;
            new_id(stamp, answer.vpc.and_then(|it| it.vpc_id), "CreateVpc", "VpcId")
        }
        Call::SetDnsSupport { vpc, enabled } => {
            let value = AttributeBooleanValue::builder().value(*enabled).build();
            let request =
                aws.writes.modify_vpc_attribute().vpc_id(resolved(known, vpc)?).enable_dns_support(value);
            request.send().await.map(nothing).map_err(writing("ec2:ModifyVpcAttribute"))
        }
        Call::SetDnsHostnames { vpc, enabled } => {
            let value = AttributeBooleanValue::builder().value(*enabled).build();
            let request =
                aws.writes.modify_vpc_attribute().vpc_id(resolved(known, vpc)?).enable_dns_hostnames(value);
            request.send().await.map(nothing).map_err(writing("ec2:ModifyVpcAttribute"))
        }
        Call::Delete { vpc } => {
            let request = aws.writes.delete_vpc().vpc_id(resolved(known, vpc)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteVpc"))
        }
    }
}

/// Asks for the VPCs that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::Vpc>, CloudError> {
    let pages = aws.reads.describe_vpcs().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeVpcs"))
}

/// Asks for one of the attributes that `DescribeVpcs` leaves out.
pub(crate) async fn read_attribute(
    client: aws_sdk_ec2::Client,
    vpc: String,
    attribute: VpcAttributeName,
) -> Result<(String, VpcAttributeName, bool), CloudError> {
    let request = client.describe_vpc_attribute().vpc_id(&vpc).attribute(attribute.clone());
    let answer = request.send().await.map_err(reading("ec2:DescribeVpcAttribute"))?;
    let value = match attribute {
        VpcAttributeName::EnableDnsSupport => answer.enable_dns_support,
        _ => answer.enable_dns_hostnames,
    };
    let enabled = given(value.and_then(|it| it.value), "DescribeVpcAttribute", attribute.as_str())?;
    Ok((vpc, attribute, enabled))
}

/// The two attributes that decide about names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dns {
    /// `EnableDnsSupport`.
    pub(crate) support: bool,
    /// `EnableDnsHostnames`.
    pub(crate) hostnames: bool,
}

/// Reads one VPC; `parts` are what AWS made with it.
pub(crate) fn found(vpc: &types::Vpc, dns: Dns, parts: BTreeMap<Part, String>) -> Result<Found, CloudError> {
    let operation = "DescribeVpcs";
    let cidr = ipv4_cidr(given(vpc.cidr_block(), operation, "CidrBlock")?, operation)?;
    let state = match vpc.state().map(|it| it.as_str()) {
        Some("pending") => State::Pending,
        _ => State::Usable,
    };
    Ok(Found {
        id: given(vpc.vpc_id(), operation, "VpcId")?.to_owned(),
        state,
        spec: Vpc { cidr, dns_support: dns.support, dns_hostnames: dns.hostnames }.into(),
        parts,
        tags: tags::from_sdk(vpc.tags()),
    })
}
