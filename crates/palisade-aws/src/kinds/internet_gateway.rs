//! Internet gateways, as EC2 speaks of them.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, Filter, InternetGatewayAttachment, ResourceType};
use palisade_core::kinds::internet_gateway::{Call, InternetGateway};
use palisade_core::live::Found;
use palisade_core::{CloudError, Key, Kind, Known, Learned, State};

use super::PAGE;
use crate::answer::{given, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp } => {
            let tags = tags::specification(ResourceType::InternetGateway, stamp);
            let answer = aws.writes.create_internet_gateway().tag_specifications(tags).send().await;
            let answer = answer.map_err(writing("ec2:CreateInternetGateway"))?;
            let id = answer.internet_gateway.and_then(|it| it.internet_gateway_id);
            new_id(stamp, id, "CreateInternetGateway", "InternetGatewayId")
        }
        Call::Attach { gateway, vpc } => {
            let request = aws.writes.attach_internet_gateway().internet_gateway_id(resolved(known, gateway)?);
            let answer = request.vpc_id(resolved(known, vpc)?).send().await;
            answer.map(nothing).map_err(writing("ec2:AttachInternetGateway"))
        }
        Call::Detach { gateway, vpc } => {
            let request = aws.writes.detach_internet_gateway().internet_gateway_id(resolved(known, gateway)?);
            let answer = request.vpc_id(resolved(known, vpc)?).send().await;
            answer.map(nothing).map_err(writing("ec2:DetachInternetGateway"))
        }
        Call::Delete { gateway } => {
            let request = aws.writes.delete_internet_gateway().internet_gateway_id(resolved(known, gateway)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteInternetGateway"))
        }
    }
}

/// Asks for the gateways that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::InternetGateway>, CloudError> {
    let pages =
        aws.reads.describe_internet_gateways().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeInternetGateways"))
}

/// Returns the VPC that a gateway is attached to.
pub(crate) fn vpc_of(gateway: &types::InternetGateway) -> Option<&str> {
    attached_to(gateway.attachments())
}

/// Returns the VPC of a gateway's attachments.
///
/// The state of a sound attachment reads `available`, which AWS's model does not know, so only the ends are told.
pub(super) fn attached_to(attachments: &[InternetGatewayAttachment]) -> Option<&str> {
    let is_gone = |it: &&InternetGatewayAttachment| {
        let state = it.state().map(|it| it.as_str().to_ascii_lowercase());
        matches!(state.as_deref(), Some("detaching" | "detached"))
    };
    attachments.iter().filter(|it| !is_gone(it)).find_map(InternetGatewayAttachment::vpc_id)
}

/// Reads one gateway.
pub(crate) fn found(gateway: &types::InternetGateway) -> Result<Found, CloudError> {
    let id = given(gateway.internet_gateway_id(), "DescribeInternetGateways", "InternetGatewayId")?;
    Ok(Found {
        id: id.to_owned(),
        state: State::Usable,
        spec: InternetGateway { vpc: vpc_of(gateway).map(|it| Key::new(Kind::Vpc, it)) }.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(gateway.tags()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_counts_until_it_ends() {
        let attached = |state: &str| {
            let attachment = InternetGatewayAttachment::builder().vpc_id("vpc-1").state(state.into()).build();
            let gateway =
                types::InternetGateway::builder().internet_gateway_id("igw-1").attachments(attachment);
            found(&gateway.build()).expect("a gateway").spec
        };
        let to_vpc = InternetGateway { vpc: Some(Key::new(Kind::Vpc, "vpc-1")) };
        assert_eq!(attached("available"), to_vpc.into());
        assert_eq!(attached("detaching"), InternetGateway { vpc: None }.into());
    }
}
