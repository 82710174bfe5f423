//! What something else needs cannot be deleted: the quirk `no-dependencies`.
//!
//! It stands on the client's side of the states, so what is being deleted still counts.

use crate::answer::{Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;

/// Refuses to delete what is used.
pub(crate) struct Dependencies;

impl Layer for Dependencies {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DeleteSecurityGroup" => group(&call, next).await?,
                "DeleteSubnet" => subnet(&call, next).await?,
                "DeleteVpc" => vpc(&call, next).await?,
                "DetachInternetGateway" => attachment(&call, next).await?,
                "ReleaseAddress" => address(&call, next).await?,
                "DeleteNetworkAcl" => acl(&call, next).await?,
                "DeleteRouteTable" => table(&call, next).await?,
                "DeleteManagedPrefixList" => list(&call, next).await?,
                _ => {}
            }
            next.send(call).await
        })
    }
}

type Checked = Result<(), Failure>;

fn refuse(message: String) -> Checked {
    Err(refused("DependencyViolation", message))
}

async fn group(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("GroupId");
    let Some(group) = next.find(call, "DescribeSecurityGroups", ("groupId", id)).await? else {
        return Ok(());
    };
    if group.text_of("groupName") == "default" {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(refused("CannotDelete", message));
    }
    let is_named = |it: &Element| {
        it.text_of("groupId") != id
            && ["ipPermissions", "ipPermissionsEgress"].iter().any(|side| has(it, side, id))
    };
    let in_vpc = ("vpc-id", group.text_of("vpcId"));
    let groups = next.describe(call, "DescribeSecurityGroups", in_vpc).await?;
    let endpoints = next.describe(call, "DescribeVpcEndpoints", in_vpc).await?;
    let interfaces = next.describe(call, "DescribeNetworkInterfaces", ("group-id", id)).await?;
    let is_used = groups.iter().any(is_named)
        || endpoints.iter().any(|it| is_alive(it) && has(it, "groupSet", id))
        || interfaces.iter().any(|it| !is_owned(it, &endpoints));
    if is_used {
        return refuse(format!("resource {id} has a dependent object"));
    }
    Ok(())
}

async fn subnet(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("SubnetId");
    let Some(subnet) = next.find(call, "DescribeSubnets", ("subnetId", id)).await? else { return Ok(()) };
    let endpoints = next.describe(call, "DescribeVpcEndpoints", ("vpc-id", subnet.text_of("vpcId"))).await?;
    let gateways = next.describe(call, "DescribeNatGateways", ("subnet-id", id)).await?;
    let interfaces = next.describe(call, "DescribeNetworkInterfaces", ("subnet-id", id)).await?;
    let owners = [endpoints.as_slice(), gateways.as_slice()].concat();
    let is_used = endpoints.iter().any(|it| is_alive(it) && it.texts("subnetIdSet").contains(&id))
        || gateways.iter().any(is_alive)
        || interfaces.iter().any(|it| !is_owned(it, &owners));
    if is_used {
        return refuse(format!("The subnet '{id}' has dependencies and cannot be deleted."));
    }
    Ok(())
}

async fn vpc(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("VpcId");
    let in_vpc = ("vpc-id", id);
    let is_main = |it: &Element| it.items("associationSet").iter().any(|it| it.text_of("main") == "true");
    let tables = next.describe(call, "DescribeRouteTables", in_vpc).await?;
    let acls = next.describe(call, "DescribeNetworkAcls", in_vpc).await?;
    let groups = next.describe(call, "DescribeSecurityGroups", in_vpc).await?;
    let endpoints = next.describe(call, "DescribeVpcEndpoints", in_vpc).await?;
    let gateways = next.describe(call, "DescribeNatGateways", in_vpc).await?;
    let attached = next.describe(call, "DescribeInternetGateways", ("attachment.vpc-id", id)).await?;
    let egress_only = next.all_of(call, "DescribeEgressOnlyInternetGateways").await?;
    let is_used = !next.describe(call, "DescribeSubnets", in_vpc).await?.is_empty()
        || tables.iter().any(|it| !is_main(it))
        || acls.iter().any(|it| it.text_of("default") != "true")
        || groups.iter().any(|it| it.text_of("groupName") != "default")
        || endpoints.iter().chain(&gateways).any(is_alive)
        || !attached.is_empty()
        || egress_only.iter().any(|it| has(it, "attachmentSet", id));
    if is_used {
        return refuse(format!("The vpc '{id}' has dependencies and cannot be deleted."));
    }
    Ok(())
}

async fn attachment(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("VpcId");
    let gateways = next.describe(call, "DescribeNatGateways", ("vpc-id", id)).await?;
    let interfaces = next.describe(call, "DescribeNetworkInterfaces", ("vpc-id", id)).await?;
    let is_mapped = |it: &Element| is_alive(it) && it.text_of("connectivityType") != "private";
    let is_used =
        gateways.iter().any(is_mapped) || interfaces.iter().any(|it| it.child("association").is_some());
    if is_used {
        return refuse(format!(
            "Network {id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
        ));
    }
    Ok(())
}

async fn address(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("AllocationId");
    let address = next.find(call, "DescribeAddresses", ("allocationId", id)).await?;
    let gateways = next.all_of(call, "DescribeNatGateways").await?;
    let is_used = address.iter().any(|it| !it.text_of("associationId").is_empty())
        || gateways
            .iter()
            .any(|it| is_alive(it) && it.items("natGatewayAddressSet").iter().any(|it| it.mentions(id)));
    if is_used {
        let message = format!("Address with allocation id {id} is in use.");
        return Err(refused("InvalidIPAddress.InUse", message));
    }
    Ok(())
}

async fn acl(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("NetworkAclId");
    let acl = next.find(call, "DescribeNetworkAcls", ("networkAclId", id)).await?;
    if acl.iter().any(|it| it.text_of("default") == "true") {
        return Err(refused("InvalidParameterValue", format!("cannot delete default network ACL {id}")));
    }
    Ok(())
}

async fn table(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("RouteTableId");
    let table = next.find(call, "DescribeRouteTables", ("routeTableId", id)).await?;
    let is_used = table.iter().any(|it| !it.items("associationSet").is_empty());
    if is_used {
        return refuse(format!("The routeTable '{id}' has dependencies and cannot be deleted."));
    }
    Ok(())
}

async fn list(call: &Call, next: Next<'_>) -> Checked {
    let id = call.parameters.text("PrefixListId");
    let groups = next.all_of(call, "DescribeSecurityGroups").await?;
    let tables = next.all_of(call, "DescribeRouteTables").await?;
    let is_used = groups.iter().chain(&tables).any(|it| it.mentions(id));
    if is_used {
        return refuse(format!("The prefix list '{id}' is referenced and cannot be deleted."));
    }
    Ok(())
}

fn has(object: &Element, list: &str, id: &str) -> bool {
    object.items(list).iter().any(|it| it.mentions(id))
}

fn is_alive(object: &Element) -> bool {
    !matches!(object.text_of("state"), "deleted" | "failed")
}

/// Tells whether an interface is one of an endpoint or a gateway: those come and go with it, not as LocalStack has them
/// (the quirk `endpoint-interfaces`).
fn is_owned(interface: &Element, owners: &[Element]) -> bool {
    let id = interface.text_of("networkInterfaceId");
    owners.iter().any(|it| it.mentions(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    /// A VPC with one of each.
    const WORLD: &str = "
        DescribeSecurityGroups <securityGroupInfo>\
            <item><groupId>sg-0</groupId><groupName>default</groupName><vpcId>vpc-1</vpcId></item>\
            <item><groupId>sg-1</groupId><vpcId>vpc-1</vpcId></item>\
            <item><groupId>sg-2</groupId><vpcId>vpc-1</vpcId><ipPermissions><item><groups><item>\
            <groupId>sg-1</groupId></item></groups><prefixListIds><item><prefixListId>pl-1</prefixListId></item>\
            </prefixListIds></item></ipPermissions></item>\
            <item><groupId>sg-3</groupId><vpcId>vpc-1</vpcId><ipPermissions><item><groups><item>\
            <groupId>sg-3</groupId></item></groups></item></ipPermissions></item></securityGroupInfo>
        DescribeVpcEndpoints <vpcEndpointSet><item><state>available</state><groupSet><item><groupId>sg-2</groupId></item>\
            </groupSet><subnetIdSet><item>subnet-1</item></subnetIdSet></item></vpcEndpointSet>
        DescribeSubnets <subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId></item>\
            <item><subnetId>subnet-2</subnetId><vpcId>vpc-1</vpcId></item></subnetSet>
        DescribeAddresses <addressesSet><item><allocationId>eipalloc-1</allocationId></item>\
            <item><allocationId>eipalloc-2</allocationId></item></addressesSet>
        DescribeNetworkAcls <networkAclSet><item><networkAclId>acl-0</networkAclId><default>true</default></item>\
            </networkAclSet>
        DescribeRouteTables <routeTableSet><item><routeTableId>rtb-1</routeTableId><associationSet><item>\
            <main>true</main></item></associationSet></item></routeTableSet>\n";
    const NAT: &str = "DescribeNatGateways <natGatewaySet><item><state>deleting</state><natGatewayAddressSet><item>\
        <allocationId>eipalloc-1</allocationId></item></natGatewayAddressSet></item></natGatewaySet>";

    fn tell(world: &str, calls: &str) -> String {
        let story = check(Dependencies, &format!("{WORLD}{world}"), calls);
        let ends = story.lines().filter_map(|it| it.strip_prefix("> ").or(it.strip_prefix("< ")));
        ends.map(|it| format!("{it}\n")).collect()
    }

    #[test]
    fn a_group_stays_while_it_is_named_or_carried() {
        insta::assert_snapshot!(tell("", "
            DeleteSecurityGroup GroupId=sg-0
            DeleteSecurityGroup GroupId=sg-1
            DeleteSecurityGroup GroupId=sg-2
            DeleteSecurityGroup GroupId=sg-3
        "), @r#"
        DeleteSecurityGroup GroupId=sg-0
        CannotDelete: the specified group: "sg-0" name: "default" cannot be deleted by a user
        DeleteSecurityGroup GroupId=sg-1
        DependencyViolation: resource sg-1 has a dependent object
        DeleteSecurityGroup GroupId=sg-2
        DependencyViolation: resource sg-2 has a dependent object
        DeleteSecurityGroup GroupId=sg-3
        done
        "#);
    }

    #[test]
    fn a_subnet_stays_while_something_stands_in_it() {
        insta::assert_snapshot!(tell("", "
            DeleteSubnet SubnetId=subnet-1
            DeleteSubnet SubnetId=subnet-2
        "), @"
        DeleteSubnet SubnetId=subnet-1
        DependencyViolation: The subnet 'subnet-1' has dependencies and cannot be deleted.
        DeleteSubnet SubnetId=subnet-2
        done
        ");
    }

    #[test]
    fn a_gateway_on_its_way_out_still_counts() {
        insta::assert_snapshot!(tell(NAT, "
            DeleteSubnet SubnetId=subnet-2
            DetachInternetGateway VpcId=vpc-1
            ReleaseAddress AllocationId=eipalloc-1
            ReleaseAddress AllocationId=eipalloc-2
        "), @"
        DeleteSubnet SubnetId=subnet-2
        DependencyViolation: The subnet 'subnet-2' has dependencies and cannot be deleted.
        DetachInternetGateway VpcId=vpc-1
        DependencyViolation: Network vpc-1 has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.
        ReleaseAddress AllocationId=eipalloc-1
        InvalidIPAddress.InUse: Address with allocation id eipalloc-1 is in use.
        ReleaseAddress AllocationId=eipalloc-2
        done
        ");
    }

    #[test]
    fn what_comes_with_a_vpc_stays_as_long_as_it() {
        insta::assert_snapshot!(tell("", "
            DeleteNetworkAcl NetworkAclId=acl-0
            DeleteRouteTable RouteTableId=rtb-1
            DeleteVpc VpcId=vpc-1
        "), @"
        DeleteNetworkAcl NetworkAclId=acl-0
        InvalidParameterValue: cannot delete default network ACL acl-0
        DeleteRouteTable RouteTableId=rtb-1
        DependencyViolation: The routeTable 'rtb-1' has dependencies and cannot be deleted.
        DeleteVpc VpcId=vpc-1
        DependencyViolation: The vpc 'vpc-1' has dependencies and cannot be deleted.
        ");
    }

    #[test]
    fn a_prefix_list_stays_while_a_rule_names_it() {
        insta::assert_snapshot!(tell("", "
            DeleteManagedPrefixList PrefixListId=pl-1
            DeleteManagedPrefixList PrefixListId=pl-2
        "), @"
        DeleteManagedPrefixList PrefixListId=pl-1
        DependencyViolation: The prefix list 'pl-1' is referenced and cannot be deleted.
        DeleteManagedPrefixList PrefixListId=pl-2
        done
        ");
    }
}
