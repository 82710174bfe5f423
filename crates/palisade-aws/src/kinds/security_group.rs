//! Security groups, as EC2 speaks of them: it gathers sources under one protocol and port range, palisade does not.

use aws_sdk_ec2::types::{
    self, Filter, IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, UserIdGroupPair,
};
use ipnet::{IpNet, Ipv6Net};
use palisade_core::cloud::Reason;
use palisade_core::kinds::security_group::{Call, Peer, PeerHandle, Permission, Rule, Rules, SecurityGroup};
use palisade_core::kinds::vpc::{DefaultGroup, itself};
use palisade_core::live::Found;
use palisade_core::traffic::Direction;
use palisade_core::{Block, CloudError, Handle, Key, Kind, Known, Learned, Part, Refused, State};

use super::PAGE;
use crate::answer::{addresses, cidr, given, new_id, nothing, resolved};
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

/// Revokes rules, also of the group that AWS made with the VPC.
pub(super) async fn revoke(
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
                aws.writes.revoke_security_group_ingress().group_id(&*group).set_ip_permissions(rules);
            let answer = request.send().await.map_err(writing("ec2:RevokeSecurityGroupIngress"))?;
            answer.unknown_ip_permissions
        }
        Direction::Outbound => {
            let request =
                aws.writes.revoke_security_group_egress().group_id(&*group).set_ip_permissions(rules);
            let answer = request.send().await.map_err(writing("ec2:RevokeSecurityGroupEgress"))?;
            answer.unknown_ip_permissions
        }
    };
    match unknown.unwrap_or_default().len() {
        0 => Ok(Learned::new()),
        n_unknown => {
            // Without the group, which is there: only a message that names an id speaks of that.
            let message = format!("{n_unknown} of the rules were not there");
            Err(CloudError::Refused(Refused::new(Reason::NotFound, message)))
        }
    }
}

/// Asks for the group that AWS made with a VPC. Its absence means that a new VPC's cannot be seen yet.
pub(super) async fn learn_default(aws: &Aws, key: &Key, vpc: &str) -> Result<Learned, CloudError> {
    let request = aws.reads.describe_security_groups().filters(tags::filter("vpc-id", [vpc]));
    let answer = request.filters(tags::filter("group-name", [DEFAULT])).send().await;
    let groups = answer.map_err(reading("ec2:DescribeSecurityGroups"))?.security_groups.unwrap_or_default();
    let id = groups.into_iter().find_map(|it| it.group_id);
    let id = id.ok_or_else(|| CloudError::Transient(format!("`{vpc}` has no security group yet")))?;
    Ok(vec![(key.clone(), Part::DefaultGroup, id)])
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
        PeerHandle::Cidr(block) => match addresses(known, block)? {
            IpNet::V4(block) => {
                let range = IpRange::builder().cidr_ip(block.to_string());
                base.ip_ranges(range.set_description(description).build())
            }
            IpNet::V6(block) => {
                let range = Ipv6Range::builder().cidr_ipv6(block.to_string());
                base.ipv6_ranges(range.set_description(description).build())
            }
        },
        PeerHandle::Group(group) => {
            let group = resolved(known, group)?;
            let pair = UserIdGroupPair::builder().group_id(group).set_description(description);
            base.user_id_group_pairs(pair.build())
        }
        PeerHandle::PrefixList(list) => {
            let list = PrefixListId::builder().prefix_list_id(resolved(known, list)?);
            base.prefix_list_ids(list.set_description(description).build())
        }
    };
    Ok(whole.build())
}

/// Asks for the groups that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::SecurityGroup>, CloudError> {
    let pages = aws.reads.describe_security_groups().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeSecurityGroups"))
}

/// The name of the group that AWS made with the VPC; no other can have it.
const DEFAULT: &str = "default";

/// Returns whether the group is the one that AWS made with the VPC.
pub(crate) fn is_default(group: &types::SecurityGroup) -> bool {
    group.group_name() == Some(DEFAULT)
}

/// Reads the rules of the group that AWS made with a VPC.
pub(crate) fn default_rules(
    group: &types::SecurityGroup,
    prefix: Option<Ipv6Net>,
) -> Result<DefaultGroup, CloudError> {
    let own = group.group_id().map(|it| Peer::Group(Key::new(Kind::SecurityGroup, it)));
    let by_itself = |rules: Rules| {
        let rename = |(rule, description): (Rule, String)| match Some(&rule.peer) == own.as_ref() {
            true => (Rule { peer: Peer::Group(itself()), ..rule }, description),
            false => (rule, description),
        };
        rules.into_iter().map(rename).collect()
    };
    Ok(DefaultGroup {
        inbound: by_itself(rules(group.ip_permissions(), prefix)?),
        outbound: by_itself(rules(group.ip_permissions_egress(), prefix)?),
    })
}

/// Reads one group; `prefix` is the IPv6 block of its VPC.
pub(crate) fn found(group: &types::SecurityGroup, prefix: Option<Ipv6Net>) -> Result<Found, CloudError> {
    let spec = SecurityGroup {
        vpc: Key::new(Kind::Vpc, given(group.vpc_id(), DESCRIBE, "VpcId")?),
        description: group.description().unwrap_or_default().to_owned(),
        inbound: rules(group.ip_permissions(), prefix)?,
        outbound: rules(group.ip_permissions_egress(), prefix)?,
    };
    Ok(Found {
        id: given(group.group_id(), DESCRIBE, "GroupId")?.to_owned(),
        state: State::Usable,
        spec: spec.into(),
        parts: group.group_name().map(|it| (Part::Name, it.to_owned())).into_iter().collect(),
        tags: tags::from_sdk(group.tags()),
    })
}

/// Takes every permission apart into rules of one peer each. A group's id is enough to name it, whatever its account.
fn rules(permissions: &[IpPermission], prefix: Option<Ipv6Net>) -> Result<Rules, CloudError> {
    let block = |text: &str| cidr(text, DESCRIBE).map(|it| Peer::Cidr(Block::read(it, prefix)));
    let mut rules = Rules::new();
    for it in permissions {
        let protocol = given(it.ip_protocol(), DESCRIBE, "IpProtocol")?;
        let traffic = traffic::from_port_fields(protocol, it.from_port(), it.to_port())?;
        let mut insert = |peer: Peer, description: Option<&str>| {
            rules.insert(Rule { traffic, peer }, description.unwrap_or_default().to_owned());
        };
        for range in it.ip_ranges() {
            insert(block(given(range.cidr_ip(), DESCRIBE, "CidrIp")?)?, range.description());
        }
        for range in it.ipv6_ranges() {
            insert(block(given(range.cidr_ipv6(), DESCRIBE, "CidrIpv6")?)?, range.description());
        }
        for pair in it.user_id_group_pairs() {
            // A load balancer's group of old is known by its name only.
            let group = given(pair.group_id().or(pair.group_name()), DESCRIBE, "GroupId")?;
            insert(Peer::Group(Key::new(Kind::SecurityGroup, group)), pair.description());
        }
        for list in it.prefix_list_ids() {
            let id = given(list.prefix_list_id(), DESCRIBE, "PrefixListId")?;
            insert(Peer::PrefixList(Key::new(Kind::PrefixList, id)), list.description());
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use palisade_core::Spec;
    use palisade_core::kinds::vpc::HasIpv6;

    use super::*;

    fn lines(rules: &Rules) -> String {
        rules.iter().map(|(it, text)| format!("{} {} {text:?}\n", it.traffic, it.peer)).collect()
    }

    fn prefix() -> Option<Ipv6Net> {
        Some("2600:1f18:1:ff00::/56".parse().expect("a block"))
    }

    fn range(block: &str, text: &str) -> IpRange {
        IpRange::builder().cidr_ip(block).description(text).build()
    }

    fn pair(id: &str) -> UserIdGroupPair {
        UserIdGroupPair::builder().user_id("111122223333").group_id(id).build()
    }

    #[test]
    fn every_source_is_a_rule_of_its_own() {
        let ipv6 = |block: &str| Ipv6Range::builder().cidr_ipv6(block).build();
        let web = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(range("10.0.3.4/16", "inside"))
            .ip_ranges(range("192.0.2.0/24", ""))
            .ipv6_ranges(ipv6("2001:DB8:0::/32"))
            .ipv6_ranges(ipv6("2600:1F18:1:FF00::/56"))
            .ipv6_ranges(ipv6("2600:1f18:1:ff1f::/64"))
            .user_id_group_pairs(pair("sg-1"))
            .user_id_group_pairs(pair("sg-2"))
            .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").description("list").build());
        let everything = IpPermission::builder().ip_protocol("-1").ip_ranges(range("0.0.0.0/0", "")).build();
        let group = types::SecurityGroup::builder().group_id("sg-1").group_name("lab.app.1").vpc_id("vpc-1");
        let group = group.description("d").ip_permissions(web.build()).ip_permissions_egress(everything);
        let found = found(&group.build(), prefix()).expect("a group");
        assert_eq!(found.parts, [(Part::Name, "lab.app.1".to_owned())].into());
        let Spec::SecurityGroup(group) = found.spec else { panic!("a group") };
        insta::assert_snapshot!(lines(&group.inbound), @r#"
        tcp 443 10.0.0.0/16 "inside"
        tcp 443 192.0.2.0/24 ""
        tcp 443 2001:db8::/32 ""
        tcp 443 ipv6-prefix ""
        tcp 443 ipv6-slot(31) ""
        tcp 443 security-group.sg-1 ""
        tcp 443 security-group.sg-2 ""
        tcp 443 pl-1 "list"
        "#);
        let everything = SecurityGroup::default_egress(HasIpv6::No).into_iter().map(|it| (it, String::new()));
        assert_eq!(group.outbound, everything.collect());
    }

    #[test]
    fn the_default_group_names_itself() {
        let all = || IpPermission::builder().ip_protocol("-1");
        let group = types::SecurityGroup::builder().group_id("sg-0").group_name(DEFAULT);
        let group = group.ip_permissions(all().user_id_group_pairs(pair("sg-0")).build());
        let group = group.ip_permissions(all().user_id_group_pairs(pair("sg-1")).build());
        let group = group.ip_permissions_egress(all().ip_ranges(range("0.0.0.0/0", "")).build()).build();
        assert!(is_default(&group));
        let DefaultGroup { inbound, outbound } = default_rules(&group, None).expect("rules");
        insta::assert_snapshot!(lines(&inbound) + &lines(&outbound), @r#"
        all security-group.sg-1 ""
        all itself ""
        all 0.0.0.0/0 ""
        "#);
    }
}
