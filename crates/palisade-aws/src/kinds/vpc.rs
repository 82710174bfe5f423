//! VPCs, as EC2 speaks of them: their blocks are associations, which take a moment to come and to go.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self, AttributeBooleanValue, Filter, ResourceType, VpcAttributeName};
use ipnet::{Ipv4Net, Ipv6Net};
use palisade_core::kinds::vpc::{Call, Defaults, Vpc};
use palisade_core::live::Found;
use palisade_core::{CloudError, Handle, Key, Known, Learned, Part, State};

use super::{PAGE, network_acl, security_group, subnet};
use crate::answer::{given, if_there, ipv4_cidr, ipv6_cidr, new_id, nothing, resolved};
use crate::association::{Association, complete};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::tags;

const DESCRIBE: &str = "DescribeVpcs";

/// What stands for AWS's own DHCP options.
pub(super) const DEFAULT_DHCP: &str = "default";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, cidr, ipv6 } => {
            let tags = tags::specification(ResourceType::Vpc, stamp);
            let request = aws.writes.create_vpc().cidr_block(cidr.to_string()).tag_specifications(tags);
            let request = request.set_amazon_provided_ipv6_cidr_block(ipv6.then_some(true));
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
        Call::AssociateCidr { key, vpc, cidr } => {
            associate_cidr(aws, key, &resolved(known, vpc)?, *cidr).await
        }
        Call::AwaitCidr { vpc, cidr } => await_cidr(aws, &resolved(known, vpc)?, *cidr).await,
        Call::AssociateIpv6 { vpc } => {
            let request = aws.writes.associate_vpc_cidr_block().vpc_id(resolved(known, vpc)?);
            let answer = request.amazon_provided_ipv6_cidr_block(true).send().await;
            answer.map(nothing).map_err(writing("ec2:AssociateVpcCidrBlock"))
        }
        Call::AwaitIpv6 { key, vpc } => await_ipv6(aws, key, &resolved(known, vpc)?).await,
        Call::Disassociate { vpc: _, association } => {
            let association = resolved(known, association)?;
            let answer = aws.writes.disassociate_vpc_cidr_block().association_id(association).send().await;
            answer.map(nothing).map_err(writing("ec2:DisassociateVpcCidrBlock"))
        }
        Call::SetDhcp { vpc, dhcp } => set_dhcp(aws, known, vpc, dhcp.as_ref()).await,
        Call::RevokeDefault { group, direction, rules } => {
            security_group::revoke(aws, known, group, *direction, rules).await
        }
        Call::DeleteDefaultEntry { acl, direction, number } => {
            network_acl::delete_entry(aws, known, acl, *direction, *number).await
        }
        Call::LearnDefaultGroup { key, vpc } => {
            security_group::learn_default(aws, key, &resolved(known, vpc)?).await
        }
        Call::LearnDefaultAcl { key, vpc } => {
            network_acl::learn_default(aws, key, &resolved(known, vpc)?).await
        }
        Call::Delete { vpc } => {
            let request = aws.writes.delete_vpc().vpc_id(resolved(known, vpc)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteVpc"))
        }
    }
}

async fn associate_cidr(aws: &Aws, key: &Key, vpc: &str, cidr: Ipv4Net) -> Result<Learned, CloudError> {
    let request = aws.writes.associate_vpc_cidr_block().vpc_id(vpc).cidr_block(cidr.to_string());
    let answer = request.send().await.map_err(writing("ec2:AssociateVpcCidrBlock"))?;
    let id = answer.cidr_block_association.and_then(|it| it.association_id);
    let id = given(id, "AssociateVpcCidrBlock", "AssociationId")?;
    Ok(vec![(key.clone(), Part::CidrAssociation(cidr), id)])
}

async fn await_cidr(aws: &Aws, vpc: &str, cidr: Ipv4Net) -> Result<Learned, CloudError> {
    let answer = look(aws, vpc).await?;
    let is_it = |it: &Association<'_>| ipv4_cidr(it.block, DESCRIBE) == Ok(cidr);
    complete(vpc, answer.iter().flat_map(cidr_associations).filter(is_it)).map(nothing)
}

async fn await_ipv6(aws: &Aws, key: &Key, vpc: &str) -> Result<Learned, CloudError> {
    let answer = look(aws, vpc).await?;
    let association = complete(vpc, answer.iter().flat_map(ipv6_associations))?;
    let prefix = ipv6_cidr(association.block, DESCRIBE)?.to_string();
    let learned = [(Part::Ipv6Prefix, prefix), (Part::Ipv6Association, association.id.to_owned())];
    Ok(learned.map(|(part, value)| (key.clone(), part, value)).into())
}

async fn set_dhcp(
    aws: &Aws,
    known: &Known,
    vpc: &Handle,
    dhcp: Option<&Handle>,
) -> Result<Learned, CloudError> {
    let dhcp = dhcp.map(|it| resolved(known, it)).transpose()?;
    let request = aws.writes.associate_dhcp_options().vpc_id(resolved(known, vpc)?);
    let request = request.dhcp_options_id(dhcp.as_deref().unwrap_or(DEFAULT_DHCP));
    request.send().await.map(nothing).map_err(writing("ec2:AssociateDhcpOptions"))
}

/// Looks at one VPC.
async fn look(aws: &Aws, vpc: &str) -> Result<Option<types::Vpc>, CloudError> {
    let answer = aws.reads.describe_vpcs().vpc_ids(vpc).send().await;
    if_there(answer.map_err(reading("ec2:DescribeVpcs")).map(|it| it.vpcs))
}

fn cidr_associations(vpc: &types::Vpc) -> impl Iterator<Item = Association<'_>> {
    vpc.cidr_block_association_set().iter().filter_map(Association::of_vpc)
}

fn ipv6_associations(vpc: &types::Vpc) -> impl Iterator<Item = Association<'_>> {
    vpc.ipv6_cidr_block_association_set().iter().filter_map(Association::ipv6_of_vpc)
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

/// A VPC's IPv6 block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ipv6Block {
    /// The block.
    pub(crate) prefix: Ipv6Net,
    /// The id of its association.
    association: String,
}

/// The length of the block that Amazon gives (VPC user guide, "IPv6 VPC CIDR blocks").
const PREFIX_LEN: u8 = 56;

/// Returns the VPC's IPv6 block. If somebody has added another one, it is the one that the most of `subnets` lie in:
/// what is there shall not be read as something else because of that.
pub(crate) fn ipv6_block(
    vpc: &types::Vpc,
    subnets: &[types::Subnet],
) -> Result<Option<Ipv6Block>, CloudError> {
    let block = |it: Association<'_>| {
        let prefix = ipv6_cidr(it.block, DESCRIBE)?;
        Ok(Ipv6Block { prefix, association: it.id.to_owned() })
    };
    let blocks = ipv6_associations(vpc).filter(Association::counts).map(block);
    let blocks = blocks.collect::<Result<Vec<_>, CloudError>>()?;
    let own = || subnets.iter().filter(|it| it.vpc_id() == vpc.vpc_id()).filter_map(subnet::ipv6_of);
    let fits = |it: &Ipv6Block| {
        let n_inside = own().filter(|(inside, _)| it.prefix.contains(inside)).count();
        (n_inside, it.prefix.prefix_len() == PREFIX_LEN, Reverse(it.association.clone()))
    };
    Ok(blocks.into_iter().max_by_key(fits))
}

/// What is read of a VPC beside what `DescribeVpcs` tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// Its attributes.
    pub(crate) dns: Dns,
    /// Its DHCP options, unless they are AWS's own.
    pub(crate) dhcp: Option<Key>,
    /// Its IPv6 block.
    pub(crate) ipv6: Option<Ipv6Block>,
    /// What is in what AWS made with it.
    pub(crate) defaults: Defaults,
    /// The ids of what AWS made with it.
    pub(crate) parts: BTreeMap<Part, String>,
}

/// Reads one VPC.
pub(crate) fn found(vpc: &types::Vpc, beside: Beside) -> Result<Found, CloudError> {
    let Beside { dns, dhcp, ipv6, defaults, mut parts } = beside;
    let cidr = ipv4_cidr(given(vpc.cidr_block(), DESCRIBE, "CidrBlock")?, DESCRIBE)?;
    let mut secondary_cidrs = BTreeSet::new();
    for it in cidr_associations(vpc).filter(Association::counts) {
        let block = ipv4_cidr(it.block, DESCRIBE)?;
        // The primary block has an association too, which nobody can take away.
        if block != cidr {
            secondary_cidrs.insert(block);
            parts.insert(Part::CidrAssociation(block), it.id.to_owned());
        }
    }
    let has_ipv6 = ipv6.is_some();
    let ipv6 = ipv6.map(|Ipv6Block { prefix, association }| {
        [(Part::Ipv6Prefix, prefix.to_string()), (Part::Ipv6Association, association)]
    });
    parts.extend(ipv6.into_iter().flatten());
    let Dns { support: dns_support, hostnames: dns_hostnames } = dns;
    let spec = Vpc { cidr, secondary_cidrs, ipv6: has_ipv6, dns_support, dns_hostnames, dhcp, defaults };
    let mut blocks = cidr_associations(vpc).chain(ipv6_associations(vpc));
    let is_pending = vpc.state().is_some_and(|it| it.as_str() == "pending");
    let state = match is_pending || blocks.any(|it| it.is_on_its_way()) {
        true => State::Pending,
        false => State::Usable,
    };
    Ok(Found {
        id: given(vpc.vpc_id(), DESCRIBE, "VpcId")?.to_owned(),
        state,
        spec: spec.into(),
        parts,
        tags: tags::from_sdk(vpc.tags()),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        SubnetIpv6CidrBlockAssociation, VpcCidrBlockAssociation, VpcCidrBlockState, VpcCidrBlockStateCode,
        VpcIpv6CidrBlockAssociation,
    };
    use palisade_core::Spec;

    use super::*;

    fn in_state(state: &str) -> VpcCidrBlockState {
        VpcCidrBlockState::builder().state(VpcCidrBlockStateCode::from(state)).build()
    }

    fn cidr(id: &str, block: &str, state: &str) -> VpcCidrBlockAssociation {
        let it = VpcCidrBlockAssociation::builder().association_id(id).cidr_block(block);
        it.cidr_block_state(in_state(state)).build()
    }

    fn ipv6(id: &str, block: &str, state: &str) -> VpcIpv6CidrBlockAssociation {
        let it = VpcIpv6CidrBlockAssociation::builder().association_id(id).ipv6_cidr_block(block);
        it.ipv6_cidr_block_state(in_state(state)).build()
    }

    #[test]
    fn only_blocks_that_are_or_will_be_there_count() {
        let vpc = types::Vpc::builder()
            .vpc_id("vpc-1")
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(cidr("a-0", "10.0.0.0/16", "associated"))
            .cidr_block_association_set(cidr("a-1", "100.64.0.0/16", "associated"))
            .cidr_block_association_set(cidr("a-2", "100.65.0.0/16", "associating"))
            .cidr_block_association_set(cidr("a-3", "100.66.0.0/16", "disassociated"))
            .cidr_block_association_set(cidr("a-4", "100.67.0.0/16", "failed"))
            .ipv6_cidr_block_association_set(ipv6("b-1", "2600:1f18:1:fe00::/56", "disassociating"))
            .ipv6_cidr_block_association_set(ipv6("b-2", "2600:1F18:1:FF00::/56", "associated"))
            .build();
        let ipv6 = ipv6_block(&vpc, &[]).expect("no error");
        let found = found(&vpc, Beside { ipv6, ..Beside::default() }).expect("a VPC");
        assert_eq!(found.state, State::Pending, "one is on its way");
        let Spec::Vpc(vpc) = found.spec else { panic!("a VPC") };
        let blocks: Vec<String> = vpc.secondary_cidrs.iter().map(Ipv4Net::to_string).collect();
        assert_eq!((blocks, vpc.ipv6), (vec!["100.64.0.0/16".to_owned(), "100.65.0.0/16".to_owned()], true));
        let parts: Vec<String> = found.parts.iter().map(|(part, value)| format!("{part} {value}")).collect();
        insta::assert_snapshot!(parts.join("\n"), @"
        cidr-association(100.64.0.0/16) a-1
        cidr-association(100.65.0.0/16) a-2
        ipv6-association b-2
        ipv6-prefix 2600:1f18:1:ff00::/56
        ");
    }

    #[test]
    fn of_two_ipv6_blocks_it_is_the_one_that_is_used() {
        let vpc = types::Vpc::builder()
            .vpc_id("vpc-1")
            .ipv6_cidr_block_association_set(ipv6("b-2", "2600:1f18:1:ff00::/56", "associated"))
            .ipv6_cidr_block_association_set(ipv6("b-1", "2600:1f18:2:ff00::/56", "associated"))
            .build();
        let block = |subnets: &[types::Subnet]| {
            ipv6_block(&vpc, subnets).expect("no error").map(|it| it.association).expect("a block")
        };
        assert_eq!(block(&[]), "b-1");
        let slot = SubnetIpv6CidrBlockAssociation::builder().association_id("c-1");
        let slot = slot.ipv6_cidr_block("2600:1f18:1:ff03::/64").build();
        let subnet = types::Subnet::builder().vpc_id("vpc-1").ipv6_cidr_block_association_set(slot).build();
        assert_eq!(block(&[subnet]), "b-2");
    }
}
