//! A deleted VPC takes along what came with it: the quirk `orphans`.

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};

/// Deletes what LocalStack leaves.
pub(crate) struct VpcLeftovers;

impl Layer for VpcLeftovers {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DeleteVpc" => delete(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn delete(call: Call, next: Next<'_>) -> Answer {
    let answer = next.send(call.clone()).await?;
    let in_vpc = ("vpc-id", call.parameters.text("VpcId"));
    for group in next.describe(&call, "DescribeSecurityGroups", in_vpc).await? {
        next.send(call.other("DeleteSecurityGroup", [("GroupId", group.text_of("groupId"))])).await?;
    }
    for acl in next.describe(&call, "DescribeNetworkAcls", in_vpc).await? {
        // Those of deleted subnets, which LocalStack still takes for associated, keep it.
        let _ =
            next.send(call.other("DeleteNetworkAcl", [("NetworkAclId", acl.text_of("networkAclId"))])).await;
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn they_go_with_the_vpc() {
        let world = "
            DescribeSecurityGroups <securityGroupInfo><item><groupId>sg-1</groupId></item></securityGroupInfo>
            DescribeNetworkAcls <networkAclSet><item><networkAclId>acl-1</networkAclId></item></networkAclSet>";
        insta::assert_snapshot!(check(VpcLeftovers, world, "DeleteVpc VpcId=vpc-1"), @"
        > DeleteVpc VpcId=vpc-1
            DeleteVpc VpcId=vpc-1
            DescribeSecurityGroups Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            DeleteSecurityGroup GroupId=sg-1
            DescribeNetworkAcls Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            DeleteNetworkAcl NetworkAclId=acl-1
        < done
        ");
    }

    #[test]
    fn they_stay_if_the_vpc_does() {
        insta::assert_snapshot!(check(VpcLeftovers, "DeleteVpc !DependencyViolation", "DeleteVpc VpcId=vpc-1"), @"
        > DeleteVpc VpcId=vpc-1
            DeleteVpc VpcId=vpc-1
        < DependencyViolation: no
        ");
    }
}
