//! Network ACLs, as EC2 speaks of them: protocols are numbers, and AWS's own final denials are entries too.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self, Filter, NetworkAclEntry, ResourceType, RuleAction};
use ipnet::Ipv6Net;
use palisade_core::kinds::network_acl::{Action, Call, Entry, NUMBER_MAX, NetworkAcl};
use palisade_core::kinds::vpc::DefaultAcl;
use palisade_core::live::Found;
use palisade_core::traffic::Direction;
use palisade_core::{Block, CloudError, Handle, Key, Kind, Known, Learned, Part, State};

use super::PAGE;
use crate::answer::{addresses, by_family, cidr, given, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::{tags, traffic};

const DESCRIBE: &str = "DescribeNetworkAcls";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc } => {
            let request = aws.writes.create_network_acl().vpc_id(resolved(known, vpc)?);
            let request = request.client_token(aws.client_token(stamp));
            let request = request.tag_specifications(tags::specification(ResourceType::NetworkAcl, stamp));
            let answer = request.send().await.map_err(writing("ec2:CreateNetworkAcl"))?;
            let id = answer.network_acl.and_then(|it| it.network_acl_id);
            new_id(stamp, id, "CreateNetworkAcl", "NetworkAclId")
        }
        Call::CreateEntry { acl, direction, number, entry } => {
            let (protocol, ports, icmp) = traffic::to_entry_fields(entry.traffic);
            let (v4, v6) = by_family(addresses(known, &entry.cidr)?);
            let request = aws.writes.create_network_acl_entry().network_acl_id(resolved(known, acl)?);
            let request = request.egress(*direction == Direction::Outbound).rule_number((*number).into());
            let request = request.rule_action(action(entry.action)).protocol(protocol);
            let request = request.set_cidr_block(v4).set_ipv6_cidr_block(v6);
            let request = request.set_port_range(ports).set_icmp_type_code(icmp);
            request.send().await.map(nothing).map_err(writing("ec2:CreateNetworkAclEntry"))
        }
        Call::ReplaceEntry { acl, direction, number, entry } => {
            let (protocol, ports, icmp) = traffic::to_entry_fields(entry.traffic);
            let (v4, v6) = by_family(addresses(known, &entry.cidr)?);
            let request = aws.writes.replace_network_acl_entry().network_acl_id(resolved(known, acl)?);
            let request = request.egress(*direction == Direction::Outbound).rule_number((*number).into());
            let request = request.rule_action(action(entry.action)).protocol(protocol);
            let request = request.set_cidr_block(v4).set_ipv6_cidr_block(v6);
            let request = request.set_port_range(ports).set_icmp_type_code(icmp);
            request.send().await.map(nothing).map_err(writing("ec2:ReplaceNetworkAclEntry"))
        }
        Call::DeleteEntry { acl, direction, number } => {
            delete_entry(aws, known, acl, *direction, *number).await
        }
        Call::Delete { acl } => {
            let request = aws.writes.delete_network_acl().network_acl_id(resolved(known, acl)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteNetworkAcl"))
        }
    }
}

/// Deletes an entry, also of the ACL that AWS made with the VPC.
pub(super) async fn delete_entry(
    aws: &Aws,
    known: &Known,
    acl: &Handle,
    direction: Direction,
    number: u16,
) -> Result<Learned, CloudError> {
    let request = aws.writes.delete_network_acl_entry().network_acl_id(resolved(known, acl)?);
    let request = request.egress(direction == Direction::Outbound).rule_number(number.into());
    request.send().await.map(nothing).map_err(writing("ec2:DeleteNetworkAclEntry"))
}

/// Asks for the ACL that AWS made with a VPC. Its absence means that a new VPC's cannot be seen yet.
pub(super) async fn learn_default(aws: &Aws, key: &Key, vpc: &str) -> Result<Learned, CloudError> {
    let request = aws.reads.describe_network_acls().filters(tags::filter("vpc-id", [vpc]));
    let answer = request.filters(tags::filter("default", ["true"])).send().await;
    let acls = answer.map_err(reading("ec2:DescribeNetworkAcls"))?.network_acls.unwrap_or_default();
    let id = acls.into_iter().find_map(|it| it.network_acl_id);
    let id = id.ok_or_else(|| CloudError::Transient(format!("`{vpc}` has no network ACL yet")))?;
    Ok(vec![(key.clone(), Part::DefaultAcl, id)])
}

fn action(action: Action) -> RuleAction {
    match action {
        Action::Allow => RuleAction::Allow,
        Action::Deny => RuleAction::Deny,
    }
}

/// Asks for the ACLs that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::NetworkAcl>, CloudError> {
    let pages = aws.reads.describe_network_acls().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeNetworkAcls"))
}

/// A subnet's one association with an ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AclAssociation {
    /// The association's own id.
    pub(crate) id: String,
    /// The ACL.
    pub(crate) acl: String,
    /// Whether that is the VPC's default one.
    pub(crate) is_default: bool,
}

/// Returns each subnet's association.
pub(crate) fn associations(acls: &[types::NetworkAcl]) -> BTreeMap<String, AclAssociation> {
    let of_acl = |acl: &types::NetworkAcl| {
        let is_default = is_default(acl);
        let association = |it: &types::NetworkAclAssociation| {
            let id = it.network_acl_association_id()?.to_owned();
            let acl = it.network_acl_id().or(acl.network_acl_id())?.to_owned();
            Some((it.subnet_id()?.to_owned(), AclAssociation { id, acl, is_default }))
        };
        acl.associations().iter().filter_map(association).collect::<Vec<_>>()
    };
    acls.iter().flat_map(of_acl).collect()
}

/// Returns whether the ACL is the one that AWS made with the VPC.
pub(crate) fn is_default(acl: &types::NetworkAcl) -> bool {
    acl.is_default() == Some(true)
}

/// Reads one ACL; `prefix` is the IPv6 block of its VPC.
pub(crate) fn found(acl: &types::NetworkAcl, prefix: Option<Ipv6Net>) -> Result<Found, CloudError> {
    let DefaultAcl { inbound, outbound } = entries(acl, prefix)?;
    let vpc = Key::new(Kind::Vpc, given(acl.vpc_id(), DESCRIBE, "VpcId")?);
    Ok(Found {
        id: given(acl.network_acl_id(), DESCRIBE, "NetworkAclId")?.to_owned(),
        state: State::Usable,
        spec: NetworkAcl { vpc, inbound, outbound }.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(acl.tags()),
    })
}

/// Reads the entries of an ACL, which are all there is to a VPC's default one.
pub(crate) fn entries(acl: &types::NetworkAcl, prefix: Option<Ipv6Net>) -> Result<DefaultAcl, CloudError> {
    let mut entries = DefaultAcl::default();
    for it in acl.entries() {
        let number = given(it.rule_number(), DESCRIBE, "RuleNumber")?;
        // AWS's own final denials have the numbers above.
        let Some(number) = u16::try_from(number).ok().filter(|it| *it <= NUMBER_MAX) else { continue };
        let list = if it.egress() == Some(true) { &mut entries.outbound } else { &mut entries.inbound };
        list.insert(number, entry(it, prefix)?);
    }
    Ok(entries)
}

fn entry(entry: &NetworkAclEntry, prefix: Option<Ipv6Net>) -> Result<Entry, CloudError> {
    let blocks = [entry.cidr_block(), entry.ipv6_cidr_block()];
    let block = blocks.into_iter().flatten().find(|it| !it.is_empty());
    let action = match given(entry.rule_action(), DESCRIBE, "RuleAction")? {
        RuleAction::Allow => Action::Allow,
        _ => Action::Deny,
    };
    Ok(Entry {
        action,
        traffic: traffic::from_entry(given(entry.protocol(), DESCRIBE, "Protocol")?, entry)?,
        cidr: Block::read(cidr(given(block, DESCRIBE, "CidrBlock")?, DESCRIBE)?, prefix),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::builders::NetworkAclEntryBuilder;
    use aws_sdk_ec2::types::{IcmpTypeCode, PortRange};
    use palisade_core::Spec;

    use super::*;

    fn entry(number: i32, protocol: &str) -> NetworkAclEntryBuilder {
        let entry = NetworkAclEntry::builder().rule_number(number).protocol(protocol).egress(false);
        entry.rule_action(RuleAction::Allow).cidr_block("0.0.0.0/0")
    }

    #[test]
    fn entries_are_read_without_the_last_denial() {
        let acl = types::NetworkAcl::builder()
            .network_acl_id("acl-1")
            .vpc_id("vpc-1")
            .entries(entry(100, "-1").cidr_block("10.0.9.9/16").build())
            .entries(entry(110, "6").port_range(PortRange::builder().from(443).to(443).build()).build())
            .entries(
                entry(120, "1").icmp_type_code(IcmpTypeCode::builder().r#type(3).code(-1).build()).build(),
            )
            .entries(entry(130, "50").rule_action(RuleAction::Deny).build())
            .entries(entry(140, "17").set_cidr_block(None).ipv6_cidr_block("::/0").egress(true).build())
            .entries(entry(150, "58").set_cidr_block(None).ipv6_cidr_block("2600:1f18:1:ff03::/64").build())
            .entries(entry(160, "-1").set_cidr_block(None).ipv6_cidr_block("2600:1F18:1:FF00::/56").build())
            .entries(entry(32767, "-1").rule_action(RuleAction::Deny).build())
            .entries(entry(32768, "-1").rule_action(RuleAction::Deny).egress(true).build());
        let prefix = Some("2600:1f18:1:ff00::/56".parse().expect("a block"));
        let Spec::NetworkAcl(acl) = found(&acl.build(), prefix).expect("an ACL").spec else {
            panic!("an ACL")
        };
        let lines = |entries: &BTreeMap<u16, Entry>| -> String {
            entries.iter().map(|(number, it)| format!("{number} {it}\n")).collect()
        };
        insta::assert_snapshot!(format!("{}{}", lines(&acl.inbound), lines(&acl.outbound)), @r"
        100 allow all 10.0.0.0/16
        110 allow tcp 443 0.0.0.0/0
        120 allow icmp type 3 0.0.0.0/0
        130 deny protocol 50 0.0.0.0/0
        150 allow icmpv6 ipv6-slot(3)
        160 allow all ipv6-prefix
        140 allow udp all ports ::/0
        ");
    }

    #[test]
    fn an_entry_without_a_block_is_said() {
        let acl = types::NetworkAcl::builder()
            .vpc_id("vpc-1")
            .entries(entry(100, "-1").set_cidr_block(None).build());
        let error = found(&acl.build(), None).expect_err("no block");
        assert_eq!(error.to_string(), "AWS answered `DescribeNetworkAcls` without `CidrBlock`");
    }
}
