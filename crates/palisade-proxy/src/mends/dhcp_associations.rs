//! DHCP options are used while a VPC has them, and no longer: the quirks `dhcp-stays-assigned` and
//! `dhcp-dies-with-vpc`.

use crate::answer::{Answer, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};

/// Takes options away from a VPC before it gets others or goes: LocalStack lets go of them by `default` alone.
pub(crate) struct DhcpAssociations;

impl Layer for DhcpAssociations {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "AssociateDhcpOptions" => associate(call, next).await,
                "DeleteDhcpOptions" => delete(call, next).await,
                "DeleteVpc" => {
                    next.send(without_options(&call)).await?;
                    next.send(call).await
                }
                _ => next.send(call).await,
            }
        })
    }
}

fn without_options(call: &Call) -> Call {
    let vpc = call.parameters.text("VpcId");
    call.other("AssociateDhcpOptions", [("VpcId", vpc), ("DhcpOptionsId", "default")])
}

async fn associate(call: Call, next: Next<'_>) -> Answer {
    let options = call.parameters.text("DhcpOptionsId");
    if options != "default" {
        // What is refused must leave the VPC with the options that it has.
        next.send(call.other("DescribeDhcpOptions", [("DhcpOptionsId.1", options)])).await?;
        next.send(without_options(&call)).await?;
    }
    next.send(call).await
}

/// Of several VPCs with the same options, LocalStack remembers the last one.
async fn delete(call: Call, next: Next<'_>) -> Answer {
    let id = call.parameters.text("DhcpOptionsId");
    if !next.describe(&call, "DescribeVpcs", ("dhcp-options-id", id)).await?.is_empty() {
        let message = format!("The dhcpOptions '{id}' has dependencies and cannot be deleted.");
        return Err(refused("DependencyViolation", message));
    }
    next.send(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn options_are_let_go_of_before_others_come() {
        let calls = "AssociateDhcpOptions VpcId=vpc-1 DhcpOptionsId=dopt-2
            AssociateDhcpOptions VpcId=vpc-1 DhcpOptionsId=default";
        insta::assert_snapshot!(check(DhcpAssociations, "", calls), @"
        > AssociateDhcpOptions VpcId=vpc-1 DhcpOptionsId=dopt-2
            DescribeDhcpOptions DhcpOptionsId.1=dopt-2
            AssociateDhcpOptions DhcpOptionsId=default VpcId=vpc-1
            AssociateDhcpOptions DhcpOptionsId=dopt-2 VpcId=vpc-1
        < done
        > AssociateDhcpOptions VpcId=vpc-1 DhcpOptionsId=default
            AssociateDhcpOptions DhcpOptionsId=default VpcId=vpc-1
        < done
        ");
    }

    #[test]
    fn options_that_do_not_exist_leave_those_that_are_there() {
        let world = "DescribeDhcpOptions !InvalidDhcpOptionID.NotFound";
        let call = "AssociateDhcpOptions VpcId=vpc-1 DhcpOptionsId=dopt-2";
        insta::assert_snapshot!(check(DhcpAssociations, world, call), @"
        > AssociateDhcpOptions VpcId=vpc-1 DhcpOptionsId=dopt-2
            DescribeDhcpOptions DhcpOptionsId.1=dopt-2
        < InvalidDhcpOptionID.NotFound: no
        ");
    }

    #[test]
    fn options_outlive_their_vpc() {
        insta::assert_snapshot!(check(DhcpAssociations, "", "DeleteVpc VpcId=vpc-1"), @"
        > DeleteVpc VpcId=vpc-1
            AssociateDhcpOptions DhcpOptionsId=default VpcId=vpc-1
            DeleteVpc VpcId=vpc-1
        < done
        ");
    }

    #[test]
    fn options_that_a_vpc_has_stay() {
        let world = "DescribeVpcs <vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>
            DescribeVpcs <vpcSet/>";
        let calls = "DeleteDhcpOptions DhcpOptionsId=dopt-1
            DeleteDhcpOptions DhcpOptionsId=dopt-1";
        insta::assert_snapshot!(check(DhcpAssociations, world, calls), @"
        > DeleteDhcpOptions DhcpOptionsId=dopt-1
            DescribeVpcs Filter.1.Name=dhcp-options-id Filter.1.Value.1=dopt-1
        < DependencyViolation: The dhcpOptions 'dopt-1' has dependencies and cannot be deleted.
        > DeleteDhcpOptions DhcpOptionsId=dopt-1
            DescribeVpcs Filter.1.Name=dhcp-options-id Filter.1.Value.1=dopt-1
            DeleteDhcpOptions DhcpOptionsId=dopt-1
        < done
        ");
    }
}
