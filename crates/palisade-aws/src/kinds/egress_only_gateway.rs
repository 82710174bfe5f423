//! Egress-only internet gateways, as EC2 speaks of them: attached when they are made, and not to be found by VPC.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, ResourceType};
use palisade_core::kinds::egress_only_gateway::{Call, EgressOnlyGateway};
use palisade_core::live::Found;
use palisade_core::{CloudError, Key, Kind, Known, Learned, State};

use super::internet_gateway::attached_to;
use crate::answer::{given, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// The largest page that EC2 gives of these gateways.
const PAGE: i32 = 255;

/// Sends the one request of `call`. The client token is not filled in by the SDK for this one.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc } => {
            let tags = tags::specification(ResourceType::EgressOnlyInternetGateway, stamp);
            let request = aws.writes.create_egress_only_internet_gateway().vpc_id(resolved(known, vpc)?);
            let request = request.client_token(aws.client_token(stamp)).tag_specifications(tags);
            let operation = "CreateEgressOnlyInternetGateway";
            let answer = request.send().await.map_err(writing("ec2:CreateEgressOnlyInternetGateway"))?;
            let id = answer.egress_only_internet_gateway.and_then(|it| it.egress_only_internet_gateway_id);
            new_id(stamp, id, operation, "EgressOnlyInternetGatewayId")
        }
        Call::Delete { gateway } => {
            let request = aws.writes.delete_egress_only_internet_gateway();
            let request = request.egress_only_internet_gateway_id(resolved(known, gateway)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteEgressOnlyInternetGateway"))
        }
    }
}

/// Asks for all that the account has: AWS can filter them by tag only, and a VPC has one at most.
pub(crate) async fn read(aws: &Aws) -> Result<Vec<types::EgressOnlyInternetGateway>, CloudError> {
    let pages = aws.reads.describe_egress_only_internet_gateways().into_paginator().page_size(PAGE).items();
    let gateways = pages.send().collect::<Result<Vec<_>, _>>().await;
    gateways.map_err(reading("ec2:DescribeEgressOnlyInternetGateways"))
}

/// Returns the VPC that a gateway is attached to.
pub(crate) fn vpc_of(gateway: &types::EgressOnlyInternetGateway) -> Option<&str> {
    attached_to(gateway.attachments())
}

/// Reads one gateway; nothing if it is attached to no VPC, which is so only while AWS deletes it.
pub(crate) fn found(gateway: &types::EgressOnlyInternetGateway) -> Result<Option<Found>, CloudError> {
    let operation = "DescribeEgressOnlyInternetGateways";
    let id = given(gateway.egress_only_internet_gateway_id(), operation, "EgressOnlyInternetGatewayId")?;
    let found = |vpc: &str| Found {
        id: id.to_owned(),
        state: State::Usable,
        spec: EgressOnlyGateway { vpc: Key::new(Kind::Vpc, vpc) }.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(gateway.tags()),
    };
    Ok(vpc_of(gateway).map(found))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::InternetGatewayAttachment;

    use super::*;

    #[test]
    fn one_that_is_on_its_way_out_is_none() {
        let attached = |state: &str| {
            let attachment = InternetGatewayAttachment::builder().vpc_id("vpc-1").state(state.into()).build();
            let gateway = types::EgressOnlyInternetGateway::builder().attachments(attachment);
            let gateway = gateway.egress_only_internet_gateway_id("eigw-1").build();
            found(&gateway).expect("no error").map(|it| it.spec)
        };
        let spec = EgressOnlyGateway { vpc: Key::new(Kind::Vpc, "vpc-1") };
        assert_eq!(attached("attached"), Some(spec.clone().into()));
        assert_eq!(attached("attaching"), Some(spec.into()));
        assert_eq!(attached("detached"), None);
    }
}
