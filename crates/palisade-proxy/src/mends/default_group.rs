//! The default group of a VPC admits itself, and lets IPv6 out where the VPC has it: the quirk `default-group`.

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::mends::acl_last_entries::has_ipv6;

/// Gives the default group the rules that LocalStack forgets; being ordinary rules, they can be revoked.
pub(crate) struct DefaultGroup;

impl Layer for DefaultGroup {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateVpc" => create(call, next).await,
                "AssociateVpcCidrBlock" => associate(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn create(call: Call, next: Next<'_>) -> Answer {
    let answer = next.send(call.clone()).await?;
    let vpc = answer.child("vpc").unwrap_or(&answer).text_of("vpcId");
    for group in next.describe(&call, "DescribeSecurityGroups", ("vpc-id", vpc)).await? {
        let id = group.text_of("groupId");
        let rule =
            [("GroupId", id), ("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.Groups.1.GroupId", id)];
        next.send(call.other("AuthorizeSecurityGroupIngress", rule)).await?;
    }
    Ok(answer)
}

async fn associate(call: Call, next: Next<'_>) -> Answer {
    let answer = next.send(call.clone()).await?;
    let vpc = answer.text_of("vpcId");
    if !next.describe(&call, "DescribeVpcs", ("vpc-id", vpc)).await?.iter().any(has_ipv6) {
        return Ok(answer);
    }
    let groups = next.describe(&call, "DescribeSecurityGroups", ("vpc-id", vpc)).await?;
    for group in groups.iter().filter(|it| it.text_of("groupName") == "default") {
        let outbound = group.items("ipPermissionsEgress");
        // Only a group that nobody has touched.
        if outbound.len() == 1 && outbound[0].mentions("0.0.0.0/0") && !outbound[0].mentions("::/0") {
            let rule = [
                ("GroupId", group.text_of("groupId")),
                ("IpPermissions.1.IpProtocol", "-1"),
                ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0"),
            ];
            next.send(call.other("AuthorizeSecurityGroupEgress", rule)).await?;
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(world: &str, calls: &str) -> String {
        let made = "
            CreateVpc <vpc><vpcId>vpc-1</vpcId></vpc>
            AssociateVpcCidrBlock <vpcId>vpc-1</vpcId>
            DescribeSecurityGroups <securityGroupInfo><item><groupId>sg-1</groupId><groupName>default</groupName>\
                <ipPermissionsEgress><item>\
                <ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress>\
                </item></securityGroupInfo>\n";
        check(DefaultGroup, &format!("{made}{world}"), calls)
    }

    #[test]
    fn it_admits_itself() {
        insta::assert_snapshot!(tell("", "CreateVpc CidrBlock=10.0.0.0/16"), @"
        > CreateVpc CidrBlock=10.0.0.0/16
            CreateVpc CidrBlock=10.0.0.0%2F16
            DescribeSecurityGroups Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            AuthorizeSecurityGroupIngress GroupId=sg-1 IpPermissions.1.Groups.1.GroupId=sg-1 IpPermissions.1.IpProtocol=-1
        < <vpc><vpcId>vpc-1</vpcId></vpc>
        ");
    }

    #[test]
    fn it_lets_new_ipv6_out() {
        let vpcs = "DescribeVpcs <vpcSet><item><vpcId>vpc-1</vpcId><ipv6CidrBlockAssociationSet><item>\
            <ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>\
            </item></vpcSet>";
        insta::assert_snapshot!(tell(vpcs, "AssociateVpcCidrBlock VpcId=vpc-1"), @"
        > AssociateVpcCidrBlock VpcId=vpc-1
            AssociateVpcCidrBlock VpcId=vpc-1
            DescribeVpcs Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            DescribeSecurityGroups Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            AuthorizeSecurityGroupEgress GroupId=sg-1 IpPermissions.1.IpProtocol=-1 IpPermissions.1.Ipv6Ranges.1.CidrIpv6=%3A%3A%2F0
        < <vpcId>vpc-1</vpcId>
        ");
    }
}
