//! An interface endpoint changes its groups, and has the default one if nobody names any: the quirks `groups-fixed`
//! and `endpoint-unchecked`.

use std::collections::BTreeMap;

use crate::answer::{Answer, Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::place::PerPlace;

/// Remembers the groups of the endpoints whose groups have changed.
#[derive(Default)]
pub(crate) struct EndpointGroups(PerPlace<BTreeMap<String, Vec<Element>>>);

impl Layer for EndpointGroups {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateVpcEndpoint" => create(call, next).await,
                "ModifyVpcEndpoint" => self.modify(call, next).await,
                "DescribeVpcEndpoints" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn create(mut call: Call, next: Next<'_>) -> Answer {
    let groups = call.parameters.values("SecurityGroupId");
    let is_interface = call.parameters.value("VpcEndpointType") == Some("Interface");
    for id in &groups {
        group(&call, id, next).await?;
    }
    if is_interface && groups.is_empty() {
        let in_vpc = ("vpc-id", call.parameters.text("VpcId"));
        let found = next.describe(&call, "DescribeSecurityGroups", in_vpc).await?;
        if let Some(default) = found.iter().find(|it| it.text_of("groupName") == "default") {
            call.parameters.set("SecurityGroupId.1", default.text_of("groupId"));
        }
    }
    next.send(call).await
}

/// Returns a group as an endpoint shows it.
async fn group(call: &Call, id: &str, next: Next<'_>) -> Result<Element, Failure> {
    let missing =
        || refused("InvalidSecurityGroupId.NotFound", format!("The security group '{id}' does not exist"));
    let group = next.find(call, "DescribeSecurityGroups", ("groupId", id)).await?.ok_or_else(missing)?;
    let name = group.text_of("groupName");
    Ok(Element::new("item").with(Element::leaf("groupId", id)).with(Element::leaf("groupName", name)))
}

impl EndpointGroups {
    async fn modify(&self, call: Call, next: Next<'_>) -> Answer {
        let added = call.parameters.values("AddSecurityGroupId");
        let removed = call.parameters.values("RemoveSecurityGroupId");
        if added.is_empty() && removed.is_empty() {
            return next.send(call).await;
        }
        let id = call.parameters.text("VpcEndpointId");
        let ask = call.other("DescribeVpcEndpoints", [("VpcEndpointId.1", id)]);
        let document = self.describe(ask, next).await?;
        let mut groups =
            document.items("vpcEndpointSet").first().map_or(&[][..], |it| it.items("groupSet")).to_vec();
        groups.retain(|it| !removed.contains(&it.text_of("groupId")));
        for id in added {
            if groups.iter().all(|it| it.text_of("groupId") != id) {
                groups.push(group(&call, id, next).await?);
            }
        }
        if groups.is_empty() {
            return Err(refused("InvalidParameter", "An interface endpoint needs a security group."));
        }
        let answer = next.send(call.clone()).await?;
        self.0.at(&call.place, |it| it.insert(id.to_owned(), groups));
        Ok(answer)
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |known| {
            for endpoint in &mut document.child_mut("vpcEndpointSet").children {
                if let Some(groups) = known.get(endpoint.text_of("vpcEndpointId")) {
                    endpoint.child_mut("groupSet").children.clone_from(groups);
                }
            }
        });
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const WORLD: &str = "
        DescribeVpcEndpoints <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><groupSet><item>\
            <groupId>sg-1</groupId></item></groupSet></item></vpcEndpointSet>
        DescribeSecurityGroups <securityGroupInfo>\
            <item><groupId>sg-0</groupId><groupName>default</groupName></item>\
            <item><groupId>sg-2</groupId><groupName>two</groupName></item></securityGroupInfo>";

    fn tell(calls: &str) -> String {
        check(EndpointGroups::default(), WORLD, calls)
    }

    #[test]
    fn a_change_of_groups_is_seen() {
        insta::assert_snapshot!(tell("
            ModifyVpcEndpoint VpcEndpointId=vpce-1 AddSecurityGroupId.1=sg-2 RemoveSecurityGroupId.1=sg-1
            DescribeVpcEndpoints
        "), @"
        > ModifyVpcEndpoint VpcEndpointId=vpce-1 AddSecurityGroupId.1=sg-2 RemoveSecurityGroupId.1=sg-1
            DescribeVpcEndpoints VpcEndpointId.1=vpce-1
            DescribeSecurityGroups
            ModifyVpcEndpoint AddSecurityGroupId.1=sg-2 RemoveSecurityGroupId.1=sg-1 VpcEndpointId=vpce-1
        < done
        > DescribeVpcEndpoints
            DescribeVpcEndpoints
        < <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><groupSet><item><groupId>sg-2</groupId><groupName>two</groupName></item></groupSet></item></vpcEndpointSet>
        ");
    }

    #[test]
    fn a_group_that_is_not_there_is_missed() {
        insta::assert_snapshot!(tell("ModifyVpcEndpoint VpcEndpointId=vpce-1 AddSecurityGroupId.1=sg-3"), @"
        > ModifyVpcEndpoint VpcEndpointId=vpce-1 AddSecurityGroupId.1=sg-3
            DescribeVpcEndpoints VpcEndpointId.1=vpce-1
            DescribeSecurityGroups
        < InvalidSecurityGroupId.NotFound: The security group 'sg-3' does not exist
        ");
    }

    #[test]
    fn the_last_group_stays() {
        insta::assert_snapshot!(tell("ModifyVpcEndpoint VpcEndpointId=vpce-1 RemoveSecurityGroupId.1=sg-1"), @"
        > ModifyVpcEndpoint VpcEndpointId=vpce-1 RemoveSecurityGroupId.1=sg-1
            DescribeVpcEndpoints VpcEndpointId.1=vpce-1
        < InvalidParameter: An interface endpoint needs a security group.
        ");
    }

    #[test]
    fn without_a_group_it_is_the_default_one() {
        insta::assert_snapshot!(tell("CreateVpcEndpoint VpcEndpointType=Interface VpcId=vpc-1"), @"
        > CreateVpcEndpoint VpcEndpointType=Interface VpcId=vpc-1
            DescribeSecurityGroups Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            CreateVpcEndpoint SecurityGroupId.1=sg-0 VpcEndpointType=Interface VpcId=vpc-1
        < done
        ");
    }
}
