//! Every rule of a security group keeps its description, which can be changed and is no part of what it is: the quirks
//! `peer-description-is-identity`, `peer-description-fixed`, `list-description-lost`, `two-views` and `not-atomic`.

use std::collections::BTreeMap;

use crate::answer::{Answer, Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::mends::permissions::{Rule, for_each_peer, listed, take_descriptions};
use crate::place::PerPlace;

/// Keeps the descriptions, of which LocalStack never hears.
#[derive(Default)]
pub(crate) struct RuleDescriptions(PerPlace<BTreeMap<Key, String>>);

/// A rule of a group.
type Key = (String, Direction, Rule);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Inbound,
    Outbound,
}

const SIDES: [(Direction, &str); 2] =
    [(Direction::Inbound, "ipPermissions"), (Direction::Outbound, "ipPermissionsEgress")];

impl Layer for RuleDescriptions {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            let direction =
                if call.action.ends_with("Egress") { Direction::Outbound } else { Direction::Inbound };
            match call.action.as_str() {
                "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => {
                    self.authorize(call, direction, next).await
                }
                "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
                    self.revoke(call, direction, next).await
                }
                "UpdateSecurityGroupRuleDescriptionsIngress"
                | "UpdateSecurityGroupRuleDescriptionsEgress" => self.update(call, direction, next).await,
                "DescribeSecurityGroups" => self.describe(call, next).await,
                "DescribeSecurityGroupRules" => self.describe_rules(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

impl RuleDescriptions {
    async fn authorize(&self, mut call: Call, direction: Direction, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let group = call.parameters.text("GroupId").to_owned();
        let rules = take_descriptions(&mut call.parameters);
        let there = rules_of(&call, &group, direction, next).await?;
        if rules.iter().any(|(rule, _)| there.contains(rule)) {
            return Err(refused("InvalidPermission.Duplicate", "the specified rule already exists"));
        }
        let mut answer = next.send(call).await?;
        self.0.at(&place, |known| {
            for (rule, description) in rules {
                let key = (group.clone(), direction, rule);
                known.remove(&key);
                known.extend(description.map(|it| (key, it)));
            }
            show_listed(known, &mut answer);
        });
        Ok(answer)
    }

    async fn revoke(&self, mut call: Call, direction: Direction, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let group = call.parameters.text("GroupId").to_owned();
        let rules = take_descriptions(&mut call.parameters);
        refuse_missing(&rules, &rules_of(&call, &group, direction, next).await?)?;
        let answer = next.send(call).await?;
        self.0.at(&place, |known| {
            for (rule, _) in rules {
                known.remove(&(group.clone(), direction, rule));
            }
        });
        Ok(answer)
    }

    async fn update(&self, mut call: Call, direction: Direction, next: Next<'_>) -> Answer {
        let group = call.parameters.text("GroupId").to_owned();
        let mut rules = take_descriptions(&mut call.parameters);
        for it in call.parameters.members("SecurityGroupRuleDescription") {
            let by_id = [("SecurityGroupRuleId.1", it.text("SecurityGroupRuleId"))];
            let found = next.send(call.other("DescribeSecurityGroupRules", by_id)).await?;
            let found = found.items("securityGroupRuleSet").first().map(listed);
            rules.extend(found.map(|rule| (rule, it.value("Description").map(str::to_owned))));
        }
        refuse_missing(&rules, &rules_of(&call, &group, direction, next).await?)?;
        self.0.at(&call.place, |known| {
            for (rule, description) in rules {
                let key = (group.clone(), direction, rule);
                known.remove(&key);
                known.extend(description.map(|it| (key, it)));
            }
        });
        Ok(Element::new(&format!("{}Response", call.action)).with(Element::leaf("return", "true")))
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |known| {
            for group in &mut document.child_mut("securityGroupInfo").children {
                let id = group.text_of("groupId").to_owned();
                for (direction, field) in SIDES {
                    for_each_peer(group.child_mut(field), |rule, peer| {
                        if let Some(description) = known.get(&(id.clone(), direction, rule)) {
                            peer.set("description", description);
                        }
                    });
                }
            }
        });
        Ok(document)
    }

    async fn describe_rules(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |known| show_listed(known, &mut document));
        Ok(document)
    }
}

fn show_listed(known: &BTreeMap<Key, String>, document: &mut Element) {
    for rule in &mut document.child_mut("securityGroupRuleSet").children {
        let is_outbound = rule.text_of("isEgress") == "true";
        let direction = if is_outbound { Direction::Outbound } else { Direction::Inbound };
        if let Some(it) = known.get(&(rule.text_of("groupId").to_owned(), direction, listed(rule))) {
            rule.set("description", it);
        }
    }
}

/// Returns what a group allows.
async fn rules_of(
    call: &Call,
    group: &str,
    direction: Direction,
    next: Next<'_>,
) -> Result<Vec<Rule>, Failure> {
    let mut rules = Vec::new();
    if let Some(mut group) = next.find(call, "DescribeSecurityGroups", ("groupId", group)).await? {
        for (_, field) in SIDES.iter().filter(|it| it.0 == direction) {
            for_each_peer(group.child_mut(field), |rule, _| rules.push(rule));
        }
    }
    Ok(rules)
}

fn refuse_missing(rules: &[(Rule, Option<String>)], there: &[Rule]) -> Result<(), Failure> {
    if rules.iter().all(|(rule, _)| there.contains(rule)) {
        return Ok(());
    }
    let message = "The specified rule does not exist in this security group.";
    Err(refused("InvalidPermission.NotFound", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const RULE: &str = "GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 \
        IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2";
    const WITHOUT: &str =
        "DescribeSecurityGroups <securityGroupInfo><item><groupId>sg-1</groupId></item></securityGroupInfo>";
    const WITH: &str = "DescribeSecurityGroups <securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions><item>\
        <ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>1</toPort>\
        <groups><item><groupId>sg-2</groupId></item></groups></item></ipPermissions></item></securityGroupInfo>";
    const LISTED: &str = "DescribeSecurityGroupRules <securityGroupRuleSet><item><groupId>sg-1</groupId>\
        <isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>1</toPort>\
        <referencedGroupInfo><groupId>sg-2</groupId></referencedGroupInfo></item></securityGroupRuleSet>";

    fn tell(world: &[&str], calls: &[&str]) -> String {
        check(RuleDescriptions::default(), &world.join("\n"), &calls.join("\n"))
    }

    fn described(action: &str, description: &str) -> String {
        format!("{action} {RULE} IpPermissions.1.Groups.1.Description={description}")
    }

    #[test]
    fn they_are_kept_and_both_views_agree() {
        let authorize = described("AuthorizeSecurityGroupIngress", "a");
        let calls = [&*authorize, "DescribeSecurityGroups", "DescribeSecurityGroupRules"];
        insta::assert_snapshot!(tell(&[WITHOUT, WITH, LISTED], &calls), @"
        > AuthorizeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.Groups.1.Description=a
            DescribeSecurityGroups
            AuthorizeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.FromPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.IpProtocol=tcp IpPermissions.1.ToPort=1
        < <securityGroupRuleSet/>
        > DescribeSecurityGroups
            DescribeSecurityGroups
        < <securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>1</toPort><groups><item><groupId>sg-2</groupId><description>a</description></item></groups><ipRanges/><ipv6Ranges/><prefixListIds/></item></ipPermissions><ipPermissionsEgress/></item></securityGroupInfo>
        > DescribeSecurityGroupRules
            DescribeSecurityGroupRules
        < <securityGroupRuleSet><item><groupId>sg-1</groupId><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>1</toPort><referencedGroupInfo><groupId>sg-2</groupId></referencedGroupInfo><description>a</description></item></securityGroupRuleSet>
        ");
    }

    #[test]
    fn they_are_no_part_of_what_a_rule_is() {
        let calls =
            ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"].map(|it| described(it, "b"));
        insta::assert_snapshot!(tell(&[WITH], &calls.each_ref().map(String::as_str)), @"
        > AuthorizeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.Groups.1.Description=b
            DescribeSecurityGroups
        < InvalidPermission.Duplicate: the specified rule already exists
        > RevokeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.Groups.1.Description=b
            DescribeSecurityGroups
            RevokeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.FromPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.IpProtocol=tcp IpPermissions.1.ToPort=1
        < done
        ");
    }

    #[test]
    fn an_update_changes_one_and_takes_one_away() {
        let update = "UpdateSecurityGroupRuleDescriptionsIngress";
        let calls = [
            &*described(update, "c"),
            "DescribeSecurityGroupRules",
            &format!("{update} {RULE}"),
            "DescribeSecurityGroupRules",
        ];
        insta::assert_snapshot!(tell(&[WITH, LISTED], &calls), @"
        > UpdateSecurityGroupRuleDescriptionsIngress GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.Groups.1.Description=c
            DescribeSecurityGroups
        < <return>true</return>
        > DescribeSecurityGroupRules
            DescribeSecurityGroupRules
        < <securityGroupRuleSet><item><groupId>sg-1</groupId><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>1</toPort><referencedGroupInfo><groupId>sg-2</groupId></referencedGroupInfo><description>c</description></item></securityGroupRuleSet>
        > UpdateSecurityGroupRuleDescriptionsIngress GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2
            DescribeSecurityGroups
        < <return>true</return>
        > DescribeSecurityGroupRules
            DescribeSecurityGroupRules
        < <securityGroupRuleSet><item><groupId>sg-1</groupId><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>1</fromPort><toPort>1</toPort><referencedGroupInfo><groupId>sg-2</groupId></referencedGroupInfo></item></securityGroupRuleSet>
        ");
    }

    #[test]
    fn a_missing_rule_is_not_revoked() {
        insta::assert_snapshot!(tell(&[WITHOUT], &[&described("RevokeSecurityGroupIngress", "a")]), @"
        > RevokeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.IpProtocol=tcp IpPermissions.1.FromPort=1 IpPermissions.1.ToPort=1 IpPermissions.1.Groups.1.GroupId=sg-2 IpPermissions.1.Groups.1.Description=a
            DescribeSecurityGroups
        < InvalidPermission.NotFound: The specified rule does not exist in this security group.
        ");
    }
}
