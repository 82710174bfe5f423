//! Security groups, as EC2 speaks of them: it gathers sources under one protocol and port range, palisade does not.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    self, Filter, IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, UserIdGroupPair,
};
use ipnet::IpNet;
use palisade_core::cloud::Reason;
use palisade_core::kinds::security_group::{Call, Peer, PeerHandle, Permission, Rule, Rules, SecurityGroup};
use palisade_core::live::Found;
use palisade_core::traffic::Direction;
use palisade_core::{CloudError, Handle, Key, Kind, Known, Learned, Refused, State};

use super::PAGE;
use crate::answer::{cidr, given, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, writing};
use crate::{tags, traffic};

const DESCRIBE: &str = "DescribeSecurityGroups";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc, name, description } => {
            let tags = tags::specification(ResourceType::SecurityGroup, stamp);
            let request = aws.writes.create_security_group().vpc_id(resolved(known, vpc)?).group_name(name);
            let request = request.description(description).tag_specifications(tags);
            let answer = request.send().await.map_err(writing("ec2:CreateSecurityGroup"))?;
            new_id(stamp, answer.group_id, "CreateSecurityGroup", "GroupId")
        }
        Call::Authorize { group, direction, rules } => authorize(aws, known, group, *direction, rules).await,
        Call::Describe { group, direction, rules } => describe(aws, known, group, *direction, rules).await,
        Call::Revoke { group, direction, rules } => revoke(aws, known, group, *direction, rules).await,
        Call::Delete { group } => {
            let request = aws.writes.delete_security_group().group_id(resolved(known, group)?);
            request.send().await.map(nothing).map_err(writing("ec2:DeleteSecurityGroup"))
        }
    }
}

async fn authorize(
    aws: &Aws,
    known: &Known,
    group: &Handle,
    direction: Direction,
    rules: &[Permission],
) -> Result<Learned, CloudError> {
    let (group, rules) = (resolved(known, group)?, Some(permissions(known, rules)?));
    match direction {
        Direction::Inbound => {
            let request =
                aws.writes.authorize_security_group_ingress().group_id(group).set_ip_permissions(rules);
            request.send().await.map(nothing).map_err(writing("ec2:AuthorizeSecurityGroupIngress"))
        }
        Direction::Outbound => {
            let request =
                aws.writes.authorize_security_group_egress().group_id(group).set_ip_permissions(rules);
            request.send().await.map(nothing).map_err(writing("ec2:AuthorizeSecurityGroupEgress"))
        }
    }
}

async fn describe(
    aws: &Aws,
    known: &Known,
    group: &Handle,
    direction: Direction,
    rules: &[Permission],
) -> Result<Learned, CloudError> {
    let (group, rules) = (resolved(known, group)?, Some(permissions(known, rules)?));
    match direction {
        Direction::Inbound => {
            let request = aws.writes.update_security_group_rule_descriptions_ingress().group_id(group);
            let answer = request.set_ip_permissions(rules).send().await;
            answer.map(nothing).map_err(writing("ec2:UpdateSecurityGroupRuleDescriptionsIngress"))
        }
        Direction::Outbound => {
            let request = aws.writes.update_security_group_rule_descriptions_egress().group_id(group);
            let answer = request.set_ip_permissions(rules).send().await;
            answer.map(nothing).map_err(writing("ec2:UpdateSecurityGroupRuleDescriptionsEgress"))
        }
    }
}

async fn revoke(
    aws: &Aws,
    known: &Known,
    group: &Handle,
    direction: Direction,
    rules: &[Permission],
) -> Result<Learned, CloudError> {
    let (group, rules) = (resolved(known, group)?, Some(permissions(known, rules)?));
    let unknown = match direction {
        Direction::Inbound => {
            let request =
                aws.writes.revoke_security_group_ingress().group_id(group).set_ip_permissions(rules);
            let answer = request.send().await.map_err(writing("ec2:RevokeSecurityGroupIngress"))?;
            answer.unknown_ip_permissions
        }
        Direction::Outbound => {
            let request = aws.writes.revoke_security_group_egress().group_id(group).set_ip_permissions(rules);
            let answer = request.send().await.map_err(writing("ec2:RevokeSecurityGroupEgress"))?;
            answer.unknown_ip_permissions
        }
    };
    match unknown.unwrap_or_default().len() {
        0 => Ok(Learned::new()),
        n_unknown => {
            let message = format!("`{group}` has not had {n_unknown} of the rules");
            Err(CloudError::Refused(Refused::new(Reason::NotFound, message)))
        }
    }
}

fn permissions(known: &Known, rules: &[Permission]) -> Result<Vec<IpPermission>, CloudError> {
    rules.iter().map(|it| permission(known, it)).collect()
}

/// An empty description is left out, which also is how AWS takes one away.
fn permission(known: &Known, rule: &Permission) -> Result<IpPermission, CloudError> {
    let traffic::PortFields { protocol, from, to } = traffic::to_port_fields(rule.traffic);
    let description = (!rule.description.is_empty()).then(|| rule.description.clone());
    let base = IpPermission::builder().ip_protocol(protocol).set_from_port(from).set_to_port(to);
    let whole = match &rule.peer {
        PeerHandle::Cidr(block @ IpNet::V4(_)) => {
            base.ip_ranges(IpRange::builder().cidr_ip(block.to_string()).set_description(description).build())
        }
        PeerHandle::Cidr(block @ IpNet::V6(_)) => base.ipv6_ranges(
            Ipv6Range::builder().cidr_ipv6(block.to_string()).set_description(description).build(),
        ),
        PeerHandle::Group(group) => {
            let group = resolved(known, group)?;
            let pair = UserIdGroupPair::builder().group_id(group).set_description(description);
            base.user_id_group_pairs(pair.build())
        }
        PeerHandle::PrefixList(list) => base.prefix_list_ids(
            PrefixListId::builder().prefix_list_id(list).set_description(description).build(),
        ),
    };
    Ok(whole.build())
}

/// Asks for the groups that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::SecurityGroup>, CloudError> {
    let pages = aws.reads.describe_security_groups().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeSecurityGroups"))
}

/// Returns whether the group is the one that AWS made with the VPC; no other can have the name.
pub(crate) fn is_default(group: &types::SecurityGroup) -> bool {
    group.group_name() == Some("default")
}

/// Reads one group.
pub(crate) fn found(group: &types::SecurityGroup) -> Result<Found, CloudError> {
    let spec = SecurityGroup {
        vpc: Key::new(Kind::Vpc, given(group.vpc_id(), DESCRIBE, "VpcId")?),
        description: group.description().unwrap_or_default().to_owned(),
        inbound: rules(group.ip_permissions())?,
        outbound: rules(group.ip_permissions_egress())?,
    };
    Ok(Found {
        id: given(group.group_id(), DESCRIBE, "GroupId")?.to_owned(),
        state: State::Usable,
        spec: spec.into(),
        parts: BTreeMap::new(),
        tags: tags::from_sdk(group.tags()),
    })
}

/// Takes every permission apart into rules of one peer each. A group's id is enough to name it, whatever its account.
fn rules(permissions: &[IpPermission]) -> Result<Rules, CloudError> {
    let mut rules = Rules::new();
    for it in permissions {
        let protocol = given(it.ip_protocol(), DESCRIBE, "IpProtocol")?;
        let traffic = traffic::from_port_fields(protocol, it.from_port(), it.to_port())?;
        let mut insert = |peer: Peer, description: Option<&str>| {
            rules.insert(Rule { traffic, peer }, description.unwrap_or_default().to_owned());
        };
        for range in it.ip_ranges() {
            insert(
                Peer::Cidr(cidr(given(range.cidr_ip(), DESCRIBE, "CidrIp")?, DESCRIBE)?),
                range.description(),
            );
        }
        for range in it.ipv6_ranges() {
            insert(
                Peer::Cidr(cidr(given(range.cidr_ipv6(), DESCRIBE, "CidrIpv6")?, DESCRIBE)?),
                range.description(),
            );
        }
        for pair in it.user_id_group_pairs() {
            // A load balancer's group of old is known by its name only.
            let group = given(pair.group_id().or(pair.group_name()), DESCRIBE, "GroupId")?;
            insert(Peer::Group(Key::new(Kind::SecurityGroup, group)), pair.description());
        }
        for list in it.prefix_list_ids() {
            let id = given(list.prefix_list_id(), DESCRIBE, "PrefixListId")?;
            insert(Peer::PrefixList(id.to_owned()), list.description());
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use palisade_core::Spec;

    use super::*;

    #[test]
    fn every_source_is_a_rule_of_its_own() {
        let range = |block: &str, text: &str| IpRange::builder().cidr_ip(block).description(text).build();
        let pair = |id: &str| UserIdGroupPair::builder().user_id("111122223333").group_id(id).build();
        let web = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(range("10.0.3.4/16", "inside"))
            .ip_ranges(range("192.0.2.0/24", ""))
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("2001:DB8:0::/32").build())
            .user_id_group_pairs(pair("sg-1"))
            .user_id_group_pairs(pair("sg-2"))
            .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").description("list").build());
        let everything = IpPermission::builder().ip_protocol("-1").ip_ranges(range("0.0.0.0/0", "")).build();
        let group = types::SecurityGroup::builder().group_id("sg-1").vpc_id("vpc-1").description("d");
        let group = group.ip_permissions(web.build()).ip_permissions_egress(everything).build();
        let Spec::SecurityGroup(group) = found(&group).expect("a group").spec else { panic!("a group") };
        let lines = |rules: &Rules| -> String {
            rules.iter().map(|(it, text)| format!("{} {} {text:?}\n", it.traffic, it.peer)).collect()
        };
        insta::assert_snapshot!(lines(&group.inbound), @r#"
        tcp 443 10.0.0.0/16 "inside"
        tcp 443 192.0.2.0/24 ""
        tcp 443 2001:db8::/32 ""
        tcp 443 security-group.sg-1 ""
        tcp 443 security-group.sg-2 ""
        tcp 443 pl-1 "list"
        "#);
        assert_eq!(group.outbound, Rules::from([(SecurityGroup::default_egress(), String::new())]));
    }
}
