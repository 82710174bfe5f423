//! What is not there is missed by its own name: the quirks `error-500`, `missing-is-empty` and `route-to-nothing`.

use crate::answer::{Answer, Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;

/// Looks whether what a call names is there.
pub(crate) struct NotFound;

/// Which parameter of which operation names what, and the code that it is missed by.
struct Named {
    action: &'static str,
    parameter: &'static str,
    describe: &'static str,
    code: &'static str,
}

const fn named(action: &'static str, parameter: &'static str, what: What) -> Named {
    let [describe, code] = what;
    Named { action, parameter, describe, code }
}

type What = [&'static str; 2];

const NAT: What = ["DescribeNatGateways", "NatGatewayNotFound"];
const ROUTED_NAT: What = ["DescribeNatGateways", "InvalidNatGatewayID.NotFound"];
const ACL: What = ["DescribeNetworkAcls", "InvalidNetworkAclID.NotFound"];
const ACL_ASSOCIATION: What = ["DescribeNetworkAcls", "InvalidAssociationID.NotFound"];
const LIST: What = ["DescribeManagedPrefixLists", "InvalidPrefixListID.NotFound"];
const ENDPOINT: What = ["DescribeVpcEndpoints", "InvalidVpcEndpointId.NotFound"];
const BLOCK: What = ["DescribeVpcs", "InvalidVpcCidrBlockAssociationID.NotFound"];
const FLOW_LOG: What = ["DescribeFlowLogs", "InvalidFlowLogId.NotFound"];

const NAMED: [Named; 14] = [
    named("DescribeNatGateways", "NatGatewayId", NAT),
    named("DeleteNatGateway", "NatGatewayId", NAT),
    named("CreateRoute", "NatGatewayId", ROUTED_NAT),
    named("ReplaceRoute", "NatGatewayId", ROUTED_NAT),
    named("DescribeNetworkAcls", "NetworkAclId", ACL),
    named("ReplaceNetworkAclAssociation", "AssociationId", ACL_ASSOCIATION),
    named("DescribeManagedPrefixLists", "PrefixListId", LIST),
    named("GetManagedPrefixListEntries", "PrefixListId", LIST),
    named("ModifyManagedPrefixList", "PrefixListId", LIST),
    named("DeleteManagedPrefixList", "PrefixListId", LIST),
    named("CreateRoute", "DestinationPrefixListId", LIST),
    named("DescribeVpcEndpoints", "VpcEndpointId", ENDPOINT),
    named("DescribeFlowLogs", "FlowLogId", FLOW_LOG),
    named("DisassociateVpcCidrBlock", "AssociationId", BLOCK),
];

impl Layer for NotFound {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            for named in NAMED.iter().filter(|it| it.action == call.action) {
                let ids = call.parameters.values(named.parameter).into_iter();
                for id in ids.chain(call.parameters.value(named.parameter)) {
                    look_for(&call, named, id, next).await?;
                }
            }
            if call.action == "DeleteVpcEndpoints" {
                return delete_endpoints(call, next).await;
            }
            next.send(call).await
        })
    }
}

async fn look_for(call: &Call, named: &Named, id: &str, next: Next<'_>) -> Result<(), Failure> {
    if next.all_of(call, named.describe).await?.iter().any(|it| it.mentions(id)) {
        return Ok(());
    }
    Err(refused(named.code, format!("The ID '{id}' does not exist")))
}

/// A deletion of several tells for each whether it failed.
async fn delete_endpoints(mut call: Call, next: Next<'_>) -> Answer {
    let there = next.all_of(&call, "DescribeVpcEndpoints").await?;
    let ids: Vec<String> = call.parameters.values("VpcEndpointId").into_iter().map(str::to_owned).collect();
    let (found, missing): (Vec<_>, Vec<_>) =
        ids.iter().partition(|id| there.iter().any(|it| it.mentions(id)));
    let mut answer = if found.is_empty() {
        Element::new("DeleteVpcEndpointsResponse")
    } else {
        call.parameters.set_values("VpcEndpointId", found.into_iter().map(String::as_str));
        next.send(call).await?
    };
    for id in missing {
        let message = format!("The Vpc Endpoint Id '{id}' does not exist");
        let code = Element::leaf("code", "InvalidVpcEndpoint.NotFound");
        let error = Element::new("error").with(code).with(Element::leaf("message", &message));
        let item = Element::new("item").with(error).with(Element::leaf("resourceId", id));
        answer.child_mut("unsuccessful").children.push(item);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(calls: &str) -> String {
        let world = "
            DescribeNatGateways <natGatewaySet><item><natGatewayId>nat-1</natGatewayId></item></natGatewaySet>
            DescribeVpcEndpoints <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId></item></vpcEndpointSet>";
        check(NotFound, world, calls)
    }

    #[test]
    fn each_has_its_own_code() {
        insta::assert_snapshot!(tell("
            DeleteNatGateway NatGatewayId=nat-1
            DeleteNatGateway NatGatewayId=nat-2
            CreateRoute NatGatewayId=nat-2
            DescribeNetworkAcls NetworkAclId.1=acl-1
        "), @"
        > DeleteNatGateway NatGatewayId=nat-1
            DescribeNatGateways
            DeleteNatGateway NatGatewayId=nat-1
        < done
        > DeleteNatGateway NatGatewayId=nat-2
            DescribeNatGateways
        < NatGatewayNotFound: The ID 'nat-2' does not exist
        > CreateRoute NatGatewayId=nat-2
            DescribeNatGateways
        < InvalidNatGatewayID.NotFound: The ID 'nat-2' does not exist
        > DescribeNetworkAcls NetworkAclId.1=acl-1
            DescribeNetworkAcls
        < InvalidNetworkAclID.NotFound: The ID 'acl-1' does not exist
        ");
    }

    #[test]
    fn a_deletion_of_several_tells_for_each() {
        insta::assert_snapshot!(tell("
            DeleteVpcEndpoints VpcEndpointId.1=vpce-2 VpcEndpointId.2=vpce-1
            DeleteVpcEndpoints VpcEndpointId.1=vpce-2
        "), @"
        > DeleteVpcEndpoints VpcEndpointId.1=vpce-2 VpcEndpointId.2=vpce-1
            DescribeVpcEndpoints
            DeleteVpcEndpoints VpcEndpointId.1=vpce-1
        < <unsuccessful><item><error><code>InvalidVpcEndpoint.NotFound</code><message>The Vpc Endpoint Id 'vpce-2' does not exist</message></error><resourceId>vpce-2</resourceId></item></unsuccessful>
        > DeleteVpcEndpoints VpcEndpointId.1=vpce-2
            DescribeVpcEndpoints
        < <unsuccessful><item><error><code>InvalidVpcEndpoint.NotFound</code><message>The Vpc Endpoint Id 'vpce-2' does not exist</message></error><resourceId>vpce-2</resourceId></item></unsuccessful>
        ");
    }
}
