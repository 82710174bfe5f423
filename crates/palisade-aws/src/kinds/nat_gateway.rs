//! NAT gateways, as EC2 speaks of them. Their filter parameter is `Filter`, their resource type has no hyphen.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, ConnectivityType, Filter, NatGatewayAddress, NatGatewayState, ResourceType};
use palisade_core::cloud::Reason;
use palisade_core::kinds::nat_gateway::{Call, NatGateway};
use palisade_core::live::{Found, Stranger};
use palisade_core::{CloudError, Key, Kind, Known, Learned, Refused, State};

use super::PAGE;
use crate::answer::{given, if_there, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, subnet, address, gateway: _ } => {
            let request = aws.writes.create_nat_gateway().subnet_id(resolved(known, subnet)?);
            let request =
                request.allocation_id(resolved(known, address)?).connectivity_type(ConnectivityType::Public);
            let request = request.client_token(aws.client_token(stamp));
            let request = request.tag_specifications(tags::specification(ResourceType::Natgateway, stamp));
            let answer = request.send().await.map_err(writing("ec2:CreateNatGateway"))?;
            let id = answer.nat_gateway.and_then(|it| it.nat_gateway_id);
            new_id(stamp, id, "CreateNatGateway", "NatGatewayId")
        }
        Call::AwaitAvailable { nat } => {
            let nat = resolved(known, nat)?;
            is_available(&nat, look(aws, &nat).await?.as_ref()).map(nothing)
        }
        Call::Delete { nat } => {
            let request = aws.writes.delete_nat_gateway().nat_gateway_id(resolved(known, nat)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteNatGateway"))
        }
        Call::AwaitDeleted { nat } => {
            let nat = resolved(known, nat)?;
            is_deleted(&nat, look(aws, &nat).await?.as_ref()).map(nothing)
        }
    }
}

/// Looks at one gateway.
async fn look(aws: &Aws, nat: &str) -> Result<Option<types::NatGateway>, CloudError> {
    let answer = aws.reads.describe_nat_gateways().nat_gateway_ids(nat).send().await;
    if_there(answer.map_err(reading("ec2:DescribeNatGateways")).map(|it| it.nat_gateways))
}

fn is_available(id: &str, nat: Option<&types::NatGateway>) -> Result<(), CloudError> {
    let not_yet = |state: &str| CloudError::Transient(format!("`{id}` is {state}"));
    // A new gateway cannot always be seen at once.
    let nat = nat.ok_or_else(|| not_yet("not to be seen yet"))?;
    match nat.state() {
        Some(NatGatewayState::Available) => Ok(()),
        Some(NatGatewayState::Failed) => {
            let code = nat.failure_code().unwrap_or("failed");
            let message = format!("{code}: {}", nat.failure_message().unwrap_or("AWS does not say why"));
            Err(CloudError::Refused(Refused::new(Reason::Invalid, message)))
        }
        Some(state @ (NatGatewayState::Deleting | NatGatewayState::Deleted)) => {
            let message = format!("`{id}` is {}", state.as_str());
            Err(CloudError::Refused(Refused::new(Reason::Invalid, message)))
        }
        state => Err(not_yet(state.map_or("in no state", NatGatewayState::as_str))),
    }
}

fn is_deleted(id: &str, nat: Option<&types::NatGateway>) -> Result<(), CloudError> {
    match nat.map(types::NatGateway::state) {
        None | Some(Some(NatGatewayState::Deleted)) => Ok(()),
        Some(state) => {
            let state = state.map_or("in no state", NatGatewayState::as_str);
            Err(CloudError::Transient(format!("`{id}` is {state}")))
        }
    }
}

/// Asks for the gateways that `filter` lets through. AWS shows deleted ones for an hour.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::NatGateway>, CloudError> {
    let pages = aws.reads.describe_nat_gateways().filter(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeNatGateways"))
}

/// Returns whether a gateway is gone, although AWS shows it for an hour.
pub(crate) fn is_gone(nat: &types::NatGateway) -> bool {
    nat.state() == Some(&NatGatewayState::Deleted)
}

/// A gateway that was read: of our kind, or of one that palisade only reports.
#[derive(Debug)]
pub(crate) enum Nat {
    /// A public gateway in a subnet.
    Public(Box<Found>),
    /// A private or regional one.
    Other(Stranger),
    /// One that failed or goes and has no address: it holds nothing, and AWS forgets it within an hour.
    Void,
}

/// Reads one gateway; `gateway` is the internet gateway of its VPC.
pub(crate) fn found(nat: &types::NatGateway, gateway: Option<&str>) -> Result<Nat, CloudError> {
    let id = given(nat.nat_gateway_id(), "DescribeNatGateways", "NatGatewayId")?.to_owned();
    let is_over = matches!(nat.state(), Some(NatGatewayState::Failed | NatGatewayState::Deleting));
    let subnet = nat.subnet_id().filter(|it| !it.is_empty()).map(|it| Key::new(Kind::Subnet, it));
    let address = primary(nat).and_then(NatGatewayAddress::allocation_id).filter(|it| !it.is_empty());
    let address = address.map(|it| Key::new(Kind::ElasticIp, it));
    let (subnet, address) = match (subnet, address) {
        (Some(subnet), Some(address)) => (subnet, address),
        _ if is_over => return Ok(Nat::Void),
        (subnet, _) => {
            let vpc = nat.vpc_id().map(|it| Key::new(Kind::Vpc, it));
            let kind = nat.connectivity_type().map_or("unusual", ConnectivityType::as_str);
            let kind = if subnet.is_some() { kind } else { "regional" };
            let what = format!("{kind} NAT gateway");
            return Ok(Nat::Other(Stranger {
                id,
                what,
                uses: subnet.into_iter().chain(vpc).collect(),
                of: Vec::new(),
            }));
        }
    };
    let state = match nat.state() {
        Some(NatGatewayState::Pending) => State::Pending,
        Some(NatGatewayState::Failed) => State::Failed,
        Some(NatGatewayState::Deleting) => State::Leaving,
        _ => State::Usable,
    };
    let gateway = gateway.map(|it| Key::new(Kind::InternetGateway, it));
    let spec = NatGateway { subnet, address, gateway }.into();
    let (parts, tags) = (BTreeMap::new(), tags::from_sdk(nat.tags()));
    Ok(Nat::Public(Box::new(Found { id, state, spec, parts, tags })))
}

fn primary(nat: &types::NatGateway) -> Option<&NatGatewayAddress> {
    let addresses = nat.nat_gateway_addresses();
    addresses.iter().find(|it| it.is_primary() == Some(true)).or_else(|| addresses.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(state: NatGatewayState, allocation: Option<&str>) -> types::NatGateway {
        let address =
            |id: &str, primary| NatGatewayAddress::builder().allocation_id(id).is_primary(primary).build();
        let nat = types::NatGateway::builder().nat_gateway_id("nat-1").vpc_id("vpc-1").subnet_id("subnet-1");
        let nat = nat.state(state).failure_code("Gateway.NotAttached").failure_message("no gateway");
        let nat = allocation.into_iter().fold(nat, |nat, it| {
            nat.nat_gateway_addresses(address("eipalloc-second", false))
                .nat_gateway_addresses(address(it, true))
        });
        nat.build()
    }

    #[test]
    fn its_address_is_the_primary_one() {
        let Ok(Nat::Public(found)) =
            found(&gateway(NatGatewayState::Pending, Some("eipalloc-1")), Some("igw-1"))
        else {
            panic!("a public gateway");
        };
        let spec = NatGateway {
            subnet: Key::new(Kind::Subnet, "subnet-1"),
            address: Key::new(Kind::ElasticIp, "eipalloc-1"),
            gateway: Some(Key::new(Kind::InternetGateway, "igw-1")),
        };
        assert_eq!(found.spec, spec.into());
        assert_eq!(found.state, State::Pending);
    }

    #[test]
    fn one_without_address_is_a_stranger_unless_it_failed() {
        let Ok(Nat::Other(stranger)) = found(&gateway(NatGatewayState::Available, None), None) else {
            panic!("a stranger");
        };
        assert_eq!(stranger.uses, [Key::new(Kind::Subnet, "subnet-1"), Key::new(Kind::Vpc, "vpc-1")]);
        assert!(matches!(found(&gateway(NatGatewayState::Failed, None), None), Ok(Nat::Void)));
    }

    #[test]
    fn a_wait_ends_with_the_reason_of_the_failure() {
        let error = is_available("nat-1", Some(&gateway(NatGatewayState::Failed, None))).expect_err("failed");
        let refused = Refused::new(Reason::Invalid, "Gateway.NotAttached: no gateway");
        assert_eq!(error, CloudError::Refused(refused));
    }

    #[test]
    fn a_wait_goes_on_while_aws_works() {
        let transient = |it: Result<(), CloudError>| matches!(it, Err(CloudError::Transient(_)));
        assert!(transient(is_available("nat-1", None)));
        assert!(transient(is_available("nat-1", Some(&gateway(NatGatewayState::Pending, None)))));
        assert!(transient(is_deleted("nat-1", Some(&gateway(NatGatewayState::Deleting, None)))));
        assert_eq!(is_deleted("nat-1", None), Ok(()));
        assert_eq!(is_deleted("nat-1", Some(&gateway(NatGatewayState::Deleted, None))), Ok(()));
    }
}
