//! Subnets, as EC2 speaks of them. AWS hangs their associations on tables and ACLs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, AttributeBooleanValue, Filter, ResourceType};
use ipnet::Ipv6Net;
use palisade_core::block::slot_of;
use palisade_core::cloud::Reason;
use palisade_core::kinds::subnet::{Call, Subnet};
use palisade_core::live::Found;
use palisade_core::{CloudError, Key, Kind, Known, Learned, Part, Refused, State};

use super::PAGE;
use super::network_acl::AclAssociation;
use super::route_table::TableAssociation;
use crate::answer::{given, ipv4_cidr, ipv6_cidr, new_id, nothing, resolved};
use crate::association::{Association, complete};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

const DESCRIBE: &str = "DescribeSubnets";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc, cidr, zone, ipv6 } => {
            let ipv6 = ipv6.as_ref().map(|it| resolved(known, it)).transpose()?;
            let tags = tags::specification(ResourceType::Subnet, stamp);
            let request =
                aws.writes.create_subnet().vpc_id(resolved(known, vpc)?).cidr_block(cidr.to_string());
            let request = request.availability_zone(zone).tag_specifications(tags);
            let request = request.set_ipv6_cidr_block(ipv6.map(Cow::into_owned));
            let answer = request.send().await.map_err(writing("ec2:CreateSubnet"))?;
            new_id(stamp, answer.subnet.and_then(|it| it.subnet_id), "CreateSubnet", "SubnetId")
        }
        Call::AssociateIpv6 { key: _, subnet, block } => {
            associate_ipv6(aws, &resolved(known, subnet)?, &resolved(known, block)?).await
        }
        Call::AwaitIpv6 { key, subnet } => await_ipv6(aws, key, &resolved(known, subnet)?).await,
        Call::DisassociateIpv6 { association } => {
            disassociate_ipv6(aws, &resolved(known, association)?).await
        }
        Call::SetAssignIpv6 { subnet, enabled } => {
            let value = AttributeBooleanValue::builder().value(*enabled).build();
            let request = aws.writes.modify_subnet_attribute().subnet_id(resolved(known, subnet)?);
            let request = request.assign_ipv6_address_on_creation(value);
            request.send().await.map(nothing).map_err(writing("ec2:ModifySubnetAttribute"))
        }
        Call::SetPublicIpOnLaunch { subnet, enabled } => {
            let value = AttributeBooleanValue::builder().value(*enabled).build();
            let request = aws.writes.modify_subnet_attribute().subnet_id(resolved(known, subnet)?);
            let request = request.map_public_ip_on_launch(value);
            request.send().await.map(nothing).map_err(writing("ec2:ModifySubnetAttribute"))
        }
        Call::Associate { key, subnet, table } => {
            let request = aws.writes.associate_route_table().subnet_id(resolved(known, subnet)?);
            let request = request.route_table_id(resolved(known, table)?);
            let answer = request.send().await.map_err(writing("ec2:AssociateRouteTable"))?;
            let id = given(answer.association_id, "AssociateRouteTable", "AssociationId")?;
            Ok(vec![(key.clone(), Part::RouteAssociation, id)])
        }
        Call::Reassociate { key, association, table, .. } => {
            let request =
                aws.writes.replace_route_table_association().association_id(resolved(known, association)?);
            let request = request.route_table_id(resolved(known, table)?);
            let answer = request.send().await.map_err(writing("ec2:ReplaceRouteTableAssociation"))?;
            let id = given(answer.new_association_id, "ReplaceRouteTableAssociation", "NewAssociationId")?;
            Ok(vec![(key.clone(), Part::RouteAssociation, id)])
        }
        Call::Disassociate { association } => {
            let request = aws.writes.disassociate_route_table().association_id(resolved(known, association)?);
            request.send().await.map(nothing).map_err(writing("ec2:DisassociateRouteTable"))
        }
        Call::LearnAclAssociation { key, subnet } => {
            learn_acl_association(aws, key, &resolved(known, subnet)?).await
        }
        Call::SwapAcl { key, association, acl, .. } => {
            let request =
                aws.writes.replace_network_acl_association().association_id(resolved(known, association)?);
            let request = request.network_acl_id(resolved(known, acl)?);
            let answer = request.send().await.map_err(writing("ec2:ReplaceNetworkAclAssociation"))?;
            let id = given(answer.new_association_id, "ReplaceNetworkAclAssociation", "NewAssociationId")?;
            Ok(vec![(key.clone(), Part::AclAssociation, id)])
        }
        Call::Delete { subnet } => {
            let request = aws.writes.delete_subnet().subnet_id(resolved(known, subnet)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteSubnet"))
        }
    }
}

async fn associate_ipv6(aws: &Aws, subnet: &str, block: &str) -> Result<Learned, CloudError> {
    let request = aws.writes.associate_subnet_cidr_block().subnet_id(subnet).ipv6_cidr_block(block);
    request.send().await.map(nothing).map_err(writing("ec2:AssociateSubnetCidrBlock"))
}

async fn disassociate_ipv6(aws: &Aws, association: &str) -> Result<Learned, CloudError> {
    let answer = aws.writes.disassociate_subnet_cidr_block().association_id(association).send().await;
    answer.map(nothing).map_err(writing("ec2:DisassociateSubnetCidrBlock"))
}

/// One that cannot be seen yet is not associated yet either.
async fn await_ipv6(aws: &Aws, key: &Key, subnet: &str) -> Result<Learned, CloudError> {
    let answer = aws.reads.describe_subnets().subnet_ids(subnet).send().await;
    let subnets = match answer.map_err(reading("ec2:DescribeSubnets")) {
        Ok(answer) => answer.subnets.unwrap_or_default(),
        Err(CloudError::Refused(Refused { reason: Reason::NotFound, .. })) => Vec::new(),
        Err(error) => return Err(error),
    };
    let association = complete(subnet, subnets.iter().flat_map(ipv6_associations))?;
    Ok(vec![(key.clone(), Part::Ipv6Association, association.id.to_owned())])
}

fn ipv6_associations(subnet: &types::Subnet) -> impl Iterator<Item = Association<'_>> {
    subnet.ipv6_cidr_block_association_set().iter().filter_map(Association::ipv6_of_subnet)
}

/// Returns a subnet's IPv6 block with its association. AWS takes one at a time.
pub(super) fn ipv6_of(subnet: &types::Subnet) -> Option<(Ipv6Net, &str)> {
    let association = ipv6_associations(subnet).find(Association::counts)?;
    Some((ipv6_cidr(association.block, DESCRIBE).ok()?, association.id))
}

/// Every subnet has an association, so its absence means that a new subnet's cannot be seen yet.
async fn learn_acl_association(aws: &Aws, key: &Key, subnet: &str) -> Result<Learned, CloudError> {
    let filter = tags::filter("association.subnet-id", [subnet]);
    let answer = aws.reads.describe_network_acls().filters(filter).send().await;
    let answer = answer.map_err(reading("ec2:DescribeNetworkAcls"))?;
    let mut associations = answer.network_acls().iter().flat_map(|it| it.associations());
    let own =
        associations.find(|it| it.subnet_id() == Some(subnet)).and_then(|it| it.network_acl_association_id());
    let id = own.ok_or_else(|| CloudError::Transient(format!("`{subnet}` has no network ACL yet")))?;
    Ok(vec![(key.clone(), Part::AclAssociation, id.to_owned())])
}

/// Asks for the subnets that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::Subnet>, CloudError> {
    let pages = aws.reads.describe_subnets().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeSubnets"))
}

/// Reads one subnet with what it follows, where `prefix` is the IPv6 block of its VPC; nothing if it has no IPv4 block,
/// which palisade cannot describe.
pub(crate) fn found(
    subnet: &types::Subnet,
    table: Option<&TableAssociation>,
    acl: Option<&AclAssociation>,
    prefix: Option<Ipv6Net>,
) -> Result<Option<Found>, CloudError> {
    let Some(cidr) = subnet.cidr_block().filter(|it| !it.is_empty()) else { return Ok(None) };
    let ipv6 = ipv6_of(subnet).zip(prefix);
    let ipv6 = ipv6.and_then(|((block, association), prefix)| Some((slot_of(prefix, block)?, association)));
    let spec = Subnet {
        vpc: Key::new(Kind::Vpc, given(subnet.vpc_id(), DESCRIBE, "VpcId")?),
        cidr: ipv4_cidr(cidr, DESCRIBE)?,
        ipv6: ipv6.map(|(slot, _)| slot),
        assign_ipv6: subnet.assign_ipv6_address_on_creation().unwrap_or_default(),
        zone: given(subnet.availability_zone(), DESCRIBE, "AvailabilityZone")?.to_owned(),
        public_ip_on_launch: subnet.map_public_ip_on_launch().unwrap_or_default(),
        route_table: table.map(|it| Key::new(Kind::RouteTable, &it.table)),
        network_acl: acl.filter(|it| !it.is_default).map(|it| Key::new(Kind::NetworkAcl, &it.acl)),
    };
    let parts = [
        acl.map(|it| (Part::AclAssociation, it.id.clone())),
        table.map(|it| (Part::RouteAssociation, it.id.clone())),
        ipv6.map(|(_, association)| (Part::Ipv6Association, association.to_owned())),
    ];
    Ok(Some(Found {
        id: given(subnet.subnet_id(), DESCRIBE, "SubnetId")?.to_owned(),
        state: state(subnet),
        spec: spec.into(),
        parts: parts.into_iter().flatten().collect::<BTreeMap<_, _>>(),
        tags: tags::from_sdk(subnet.tags()),
    }))
}

/// A word that is not known here is no reason to replace a subnet.
fn state(subnet: &types::Subnet) -> State {
    let mut blocks = subnet.ipv6_cidr_block_association_set().iter().filter_map(Association::ipv6_of_subnet);
    match subnet.state().map(|it| it.as_str()) {
        Some("pending") => State::Pending,
        Some("failed" | "failed-insufficient-capacity") => State::Failed,
        _ if blocks.any(|it| it.is_on_its_way()) => State::Pending,
        _ => State::Usable,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::builders::SubnetBuilder;
    use aws_sdk_ec2::types::{
        SubnetCidrBlockState, SubnetCidrBlockStateCode, SubnetIpv6CidrBlockAssociation,
    };
    use palisade_core::Spec;

    use super::*;

    fn read(
        subnet: SubnetBuilder,
        acl: &AclAssociation,
        prefix: Option<&str>,
    ) -> (Subnet, BTreeMap<Part, String>) {
        let subnet = subnet.subnet_id("subnet-1").vpc_id("vpc-1").cidr_block("10.0.1.0/24");
        let subnet = subnet.availability_zone("eu-west-1a").build();
        let table = TableAssociation { id: "rtbassoc-1".to_owned(), table: "rtb-1".to_owned() };
        let prefix = prefix.map(|it| it.parse().expect("a block"));
        let found = found(&subnet, Some(&table), Some(acl), prefix).expect("no error").expect("a subnet");
        let Spec::Subnet(subnet) = found.spec else { panic!("a subnet") };
        (subnet, found.parts)
    }

    fn acl() -> AclAssociation {
        AclAssociation { id: "aclassoc-1".to_owned(), acl: "acl-1".to_owned(), is_default: false }
    }

    #[test]
    fn the_default_acl_is_none() {
        let public = || types::Subnet::builder().map_public_ip_on_launch(true);
        let (subnet, parts) = read(public(), &acl(), None);
        assert_eq!(subnet.network_acl, Some(Key::new(Kind::NetworkAcl, "acl-1")));
        assert_eq!(subnet.route_table, Some(Key::new(Kind::RouteTable, "rtb-1")));
        assert!(subnet.public_ip_on_launch);
        let expected = [(Part::AclAssociation, "aclassoc-1"), (Part::RouteAssociation, "rtbassoc-1")];
        assert_eq!(parts, expected.map(|(part, id)| (part, id.to_owned())).into());
        let (subnet, default_parts) = read(public(), &AclAssociation { is_default: true, ..acl() }, None);
        assert_eq!((subnet.network_acl, default_parts), (None, parts));
    }

    #[test]
    fn its_ipv6_block_is_a_number_in_that_of_the_vpc() {
        let block = |id: &str, block: &str, state: SubnetCidrBlockStateCode| {
            let state = SubnetCidrBlockState::builder().state(state).build();
            let it = SubnetIpv6CidrBlockAssociation::builder().association_id(id).ipv6_cidr_block(block);
            it.ipv6_cidr_block_state(state).build()
        };
        let subnet = || {
            types::Subnet::builder()
                .assign_ipv6_address_on_creation(true)
                .ipv6_cidr_block_association_set(block(
                    "c-1",
                    "2600:1f18:1:ff01::/64",
                    SubnetCidrBlockStateCode::Disassociated,
                ))
                .ipv6_cidr_block_association_set(block(
                    "c-2",
                    "2600:1F18:1:FF1F::/64",
                    SubnetCidrBlockStateCode::Associated,
                ))
        };
        let (ours, parts) = read(subnet(), &acl(), Some("2600:1f18:1:ff00::/56"));
        assert_eq!((ours.ipv6, ours.assign_ipv6), (Some(0x1f), true));
        assert_eq!(parts[&Part::Ipv6Association], "c-2");
        let (of_another, parts) = read(subnet(), &acl(), Some("2600:1f18:2:ff00::/56"));
        assert_eq!((of_another.ipv6, parts.contains_key(&Part::Ipv6Association)), (None, false));
    }

    #[test]
    fn one_without_ipv4_is_none_of_ours() {
        let subnet = types::Subnet::builder().subnet_id("subnet-1").vpc_id("vpc-1").ipv6_native(true).build();
        assert!(found(&subnet, None, None, None).expect("no error").is_none());
    }
}
