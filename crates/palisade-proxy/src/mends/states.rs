//! What is made or deleted takes a while: NAT gateways, endpoints and prefix lists; and a deleted endpoint is gone in
//! the end: the quirks `no-waiting` and `endpoint-ghost`.

use crate::answer::{Answer, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::mends::looks::{Looks, Way};
use crate::mends::pages::list_of;

/// Shows things on their way.
pub(crate) struct States(Looks);

/// How something that takes a while is told.
struct Kind {
    create: &'static str,
    /// Where the answer of the creation has it.
    made: &'static str,
    delete: &'static str,
    /// The parameter of the deletion that names it.
    deleted: &'static str,
    describe: &'static str,
    id: &'static str,
    /// The condition on the state.
    filter: &'static str,
    coming: &'static str,
    going: &'static str,
    /// How LocalStack tells that it has been deleted.
    gone: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        create: "CreateNatGateway",
        made: "natGateway",
        delete: "DeleteNatGateway",
        deleted: "NatGatewayId",
        describe: "DescribeNatGateways",
        id: "natGatewayId",
        filter: "state",
        coming: "pending",
        going: "deleting",
        gone: "deleted",
    },
    Kind {
        create: "CreateVpcEndpoint",
        made: "vpcEndpoint",
        delete: "DeleteVpcEndpoints",
        deleted: "VpcEndpointId",
        describe: "DescribeVpcEndpoints",
        id: "vpcEndpointId",
        filter: "vpc-endpoint-state",
        coming: "pending",
        going: "deleting",
        gone: "deleted",
    },
    Kind {
        create: "CreateManagedPrefixList",
        made: "prefixList",
        // It is gone at once: nothing waits for it, since nothing names it.
        delete: "",
        deleted: "",
        describe: "DescribeManagedPrefixLists",
        id: "prefixListId",
        filter: "",
        coming: "create-in-progress",
        going: "",
        gone: "delete-complete",
    },
];

impl States {
    /// Returns states that last for a number of looks.
    pub(crate) fn new(n_looks: u32) -> States {
        States(Looks::new(n_looks))
    }

    async fn create(&self, call: Call, kind: &Kind, next: Next<'_>) -> Answer {
        let mut answer = next.send(call.clone()).await?;
        let made = answer.child_mut(kind.made);
        self.0.put(&call, made.text_of(kind.id), Way::Coming);
        made.set("state", kind.coming);
        Ok(answer)
    }

    async fn delete(&self, call: Call, kind: &Kind, next: Next<'_>) -> Answer {
        let answer = next.send(call.clone()).await?;
        let failed: Vec<&str> =
            answer.items("unsuccessful").iter().map(|it| it.text_of("resourceId")).collect();
        let ids = call.parameters.values(kind.deleted).into_iter().chain(call.parameters.value(kind.deleted));
        for id in ids.filter(|it| !failed.contains(it)) {
            self.0.put(&call, id, Way::Going);
        }
        Ok(answer)
    }

    async fn describe(&self, mut call: Call, kind: &Kind, next: Next<'_>) -> Answer {
        let filters = call.take_filters(|name| name == kind.filter);
        let mut document = next.send(call.clone()).await?;
        let objects = &mut document.child_mut(list_of(kind.describe)).children;
        objects.retain_mut(|it| self.show(&call, kind, it));
        objects.retain(|object| filters.iter().all(|it| it.takes(object.text_of("state"))));
        let asked = call.parameters.values(kind.deleted);
        if kind.filter == "vpc-endpoint-state"
            && let Some(id) = asked.into_iter().find(|id| objects.iter().all(|it| it.text_of(kind.id) != *id))
        {
            let message = format!("The Vpc Endpoint Id '{id}' does not exist");
            return Err(refused("InvalidVpcEndpointId.NotFound", message));
        }
        Ok(document)
    }

    /// Shows how far something is; tells whether it is to be seen at all.
    fn show(&self, call: &Call, kind: &Kind, object: &mut Element) -> bool {
        let is_gone = object.text_of("state") == kind.gone;
        match self.0.look(call, object.text_of(kind.id)) {
            Some(Way::Coming) if !is_gone => object.set("state", kind.coming),
            Some(Way::Going) if is_gone => object.set("state", kind.going),
            // AWS lists a deleted NAT gateway for an hour, an endpoint no longer.
            _ => return !is_gone || kind.filter == "state",
        }
        true
    }
}

impl Layer for States {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            let action = call.action.clone();
            match KINDS.iter().find(|it| [it.create, it.delete, it.describe].contains(&action.as_str())) {
                Some(kind) if kind.create == action => self.create(call, kind, next).await,
                Some(kind) if kind.delete == action => self.delete(call, kind, next).await,
                Some(kind) => self.describe(call, kind, next).await,
                None => next.send(call).await,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(n_looks: u32, calls: &str) -> String {
        let world = "
            CreateVpcEndpoint <vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId><state>available</state></vpcEndpoint>
            DescribeVpcEndpoints <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><state>available</state>\
                </item></vpcEndpointSet>
            DescribeVpcEndpoints <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><state>deleted</state>\
                </item></vpcEndpointSet>
            DescribeNatGateways <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><state>deleted</state>\
                </item></natGatewaySet>";
        check(States::new(n_looks), world, calls)
    }

    #[test]
    fn an_endpoint_comes_and_goes_and_is_gone() {
        insta::assert_snapshot!(tell(1, "
            CreateVpcEndpoint
            DescribeVpcEndpoints Filter.1.Name=vpc-endpoint-state Filter.1.Value.1=pending
            DeleteVpcEndpoints VpcEndpointId.1=vpce-1
            DescribeVpcEndpoints
            DescribeVpcEndpoints
            DescribeVpcEndpoints VpcEndpointId.1=vpce-1
        "), @"
        > CreateVpcEndpoint
            CreateVpcEndpoint
        < <vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId><state>pending</state></vpcEndpoint>
        > DescribeVpcEndpoints Filter.1.Name=vpc-endpoint-state Filter.1.Value.1=pending
            DescribeVpcEndpoints
        < <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><state>pending</state></item></vpcEndpointSet>
        > DeleteVpcEndpoints VpcEndpointId.1=vpce-1
            DeleteVpcEndpoints VpcEndpointId.1=vpce-1
        < done
        > DescribeVpcEndpoints
            DescribeVpcEndpoints
        < <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><state>deleting</state></item></vpcEndpointSet>
        > DescribeVpcEndpoints
            DescribeVpcEndpoints
        < <vpcEndpointSet/>
        > DescribeVpcEndpoints VpcEndpointId.1=vpce-1
            DescribeVpcEndpoints VpcEndpointId.1=vpce-1
        < InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id 'vpce-1' does not exist
        ");
    }

    #[test]
    fn a_nat_gateway_is_listed_after_its_end() {
        insta::assert_snapshot!(tell(2, "
            DeleteNatGateway NatGatewayId=nat-1
            DescribeNatGateways
            DescribeNatGateways
            DescribeNatGateways
        "), @"
        > DeleteNatGateway NatGatewayId=nat-1
            DeleteNatGateway NatGatewayId=nat-1
        < done
        > DescribeNatGateways
            DescribeNatGateways
        < <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><state>deleting</state></item></natGatewaySet>
        > DescribeNatGateways
            DescribeNatGateways
        < <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><state>deleting</state></item></natGatewaySet>
        > DescribeNatGateways
            DescribeNatGateways
        < <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><state>deleted</state></item></natGatewaySet>
        ");
    }
}
