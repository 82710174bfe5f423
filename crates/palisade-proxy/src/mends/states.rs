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
    coming: &'static str,
    /// None is there at once.
    modification: Option<Modification>,
    /// None is gone at once: nothing waits for it, since nothing names it.
    deletion: Option<Deletion>,
    /// How LocalStack tells that it has been deleted.
    gone: &'static str,
    afterwards: Afterwards,
    describe: &'static str,
    id: &'static str,
    /// The condition on the state.
    filter: Option<&'static str>,
}

/// A change of something that nobody may touch while it comes or changes.
struct Modification {
    action: &'static str,
    /// The parameter that names it.
    parameter: &'static str,
    changing: &'static str,
}

struct Deletion {
    action: &'static str,
    /// The parameter that names it.
    parameter: &'static str,
    going: &'static str,
}

/// What is seen of something when it is gone.
#[derive(PartialEq, Eq)]
enum Afterwards {
    /// That it was there.
    Listed,
    Nothing,
}

const KINDS: [Kind; 3] = [
    Kind {
        create: "CreateNatGateway",
        made: "natGateway",
        coming: "pending",
        modification: None,
        deletion: Some(Deletion { action: "DeleteNatGateway", parameter: "NatGatewayId", going: "deleting" }),
        gone: "deleted",
        // For an hour, which no test lasts.
        afterwards: Afterwards::Listed,
        describe: "DescribeNatGateways",
        id: "natGatewayId",
        filter: Some("state"),
    },
    Kind {
        create: "CreateVpcEndpoint",
        made: "vpcEndpoint",
        coming: "pending",
        modification: None,
        deletion: Some(Deletion {
            action: "DeleteVpcEndpoints",
            parameter: "VpcEndpointId",
            going: "deleting",
        }),
        gone: "deleted",
        afterwards: Afterwards::Nothing,
        describe: "DescribeVpcEndpoints",
        id: "vpcEndpointId",
        filter: Some("vpc-endpoint-state"),
    },
    Kind {
        create: "CreateManagedPrefixList",
        made: "prefixList",
        coming: "create-in-progress",
        modification: Some(Modification {
            action: "ModifyManagedPrefixList",
            parameter: "PrefixListId",
            changing: "modify-in-progress",
        }),
        deletion: None,
        gone: "delete-complete",
        afterwards: Afterwards::Nothing,
        describe: "DescribeManagedPrefixLists",
        id: "prefixListId",
        filter: None,
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

    async fn modify(&self, call: Call, kind: &Kind, modification: &Modification, next: Next<'_>) -> Answer {
        let id = call.parameters.text(modification.parameter).to_owned();
        if self.0.way(&call, &id).is_some() {
            return Err(refused("IncorrectState", format!("'{id}' is on its way to another state.")));
        }
        let mut answer = next.send(call.clone()).await?;
        self.0.put(&call, &id, Way::Changing);
        answer.child_mut(kind.made).set("state", modification.changing);
        Ok(answer)
    }

    async fn delete(&self, call: Call, deletion: &Deletion, next: Next<'_>) -> Answer {
        let answer = next.send(call.clone()).await?;
        let failed: Vec<&str> =
            answer.items("unsuccessful").iter().map(|it| it.text_of("resourceId")).collect();
        let ids = call.parameters.values(deletion.parameter).into_iter();
        for id in ids.chain(call.parameters.value(deletion.parameter)).filter(|it| !failed.contains(it)) {
            self.0.put(&call, id, Way::Going);
        }
        Ok(answer)
    }

    async fn describe(&self, mut call: Call, kind: &Kind, next: Next<'_>) -> Answer {
        let filters = call.take_filters(|name| kind.filter == Some(name));
        let mut document = next.send(call.clone()).await?;
        let objects = &mut document.child_mut(list_of(kind.describe)).children;
        objects.retain_mut(|it| self.show(&call, kind, it));
        objects.retain(|object| filters.iter().all(|it| it.takes(object.text_of("state"))));
        Ok(document)
    }

    /// Shows how far something is; tells whether it is to be seen at all.
    fn show(&self, call: &Call, kind: &Kind, object: &mut Element) -> bool {
        let is_gone = object.text_of("state") == kind.gone;
        let state = match self.0.look(call, object.text_of(kind.id)) {
            Some(Way::Coming) if !is_gone => Some(kind.coming),
            Some(Way::Changing) if !is_gone => kind.modification.as_ref().map(|it| it.changing),
            Some(Way::Going) if is_gone => kind.deletion.as_ref().map(|it| it.going),
            _ => None,
        };
        match state {
            Some(state) => object.set("state", state),
            None => return !is_gone || kind.afterwards == Afterwards::Listed,
        }
        true
    }
}

impl Layer for States {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            for kind in &KINDS {
                if kind.create == call.action {
                    return self.create(call, kind, next).await;
                }
                if kind.describe == call.action {
                    return self.describe(call, kind, next).await;
                }
                if let Some(it) = kind.modification.as_ref().filter(|it| it.action == call.action) {
                    return self.modify(call, kind, it, next).await;
                }
                if let Some(deletion) = kind.deletion.as_ref().filter(|it| it.action == call.action) {
                    return self.delete(call, deletion, next).await;
                }
            }
            next.send(call).await
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
        ");
    }

    #[test]
    fn a_prefix_list_is_not_touched_while_it_comes_or_changes() {
        let world = "
            CreateManagedPrefixList <prefixList><prefixListId>pl-1</prefixListId></prefixList>
            DescribeManagedPrefixLists <prefixListSet><item><prefixListId>pl-1</prefixListId>\
                <state>modify-complete</state></item></prefixListSet>";
        let calls = "
            CreateManagedPrefixList
            ModifyManagedPrefixList PrefixListId=pl-1
            DescribeManagedPrefixLists
            ModifyManagedPrefixList PrefixListId=pl-1
            DescribeManagedPrefixLists
            DescribeManagedPrefixLists";
        insta::assert_snapshot!(check(States::new(1), world, calls), @"
        > CreateManagedPrefixList
            CreateManagedPrefixList
        < <prefixList><prefixListId>pl-1</prefixListId><state>create-in-progress</state></prefixList>
        > ModifyManagedPrefixList PrefixListId=pl-1
        < IncorrectState: 'pl-1' is on its way to another state.
        > DescribeManagedPrefixLists
            DescribeManagedPrefixLists
        < <prefixListSet><item><prefixListId>pl-1</prefixListId><state>create-in-progress</state></item></prefixListSet>
        > ModifyManagedPrefixList PrefixListId=pl-1
            ModifyManagedPrefixList PrefixListId=pl-1
        < <prefixList><state>modify-in-progress</state></prefixList>
        > DescribeManagedPrefixLists
            DescribeManagedPrefixLists
        < <prefixListSet><item><prefixListId>pl-1</prefixListId><state>modify-in-progress</state></item></prefixListSet>
        > DescribeManagedPrefixLists
            DescribeManagedPrefixLists
        < <prefixListSet><item><prefixListId>pl-1</prefixListId><state>modify-complete</state></item></prefixListSet>
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
