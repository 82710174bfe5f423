//! The tables of a gateway endpoint have a route to it: the quirks `no-route-on-modify`, `undeletable-gateway`,
//! `same-service-twice`, `list-route-twice` and `type-required`.

use crate::answer::{Answer, Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};

/// Makes and takes away the routes that LocalStack forgets.
pub(crate) struct GatewayRoutes;

impl Layer for GatewayRoutes {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateVpcEndpoint" => create(call, next).await,
                "CreateRoute" => create_route(call, next).await,
                "ModifyVpcEndpoint" => modify(call, next).await,
                "DeleteVpcEndpoints" => delete(call, next).await,
                "DeleteRouteTable" => delete_table(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn create(mut call: Call, next: Next<'_>) -> Answer {
    // Without a type it is a gateway, which LocalStack makes and cannot delete any more.
    if call.parameters.value("VpcEndpointType").is_none() {
        call.parameters.set("VpcEndpointType", "Gateway");
    }
    let tables = call.parameters.values("RouteTableId");
    if !tables.is_empty() {
        refuse_second(
            &call,
            &list_of(&call, call.parameters.text("ServiceName"), next).await?,
            &tables,
            next,
        )
        .await?;
    }
    next.send(call).await
}

async fn create_route(call: Call, next: Next<'_>) -> Answer {
    if let Some(list) = call.parameters.value("DestinationPrefixListId") {
        refuse_second(&call, list, &[call.parameters.text("RouteTableId")], next).await?;
    }
    next.send(call).await
}

async fn modify(call: Call, next: Next<'_>) -> Answer {
    let added: Vec<String> = owned(call.parameters.values("AddRouteTableId"));
    let removed: Vec<String> = owned(call.parameters.values("RemoveRouteTableId"));
    if added.is_empty() && removed.is_empty() {
        return next.send(call).await;
    }
    let id = call.parameters.text("VpcEndpointId").to_owned();
    let endpoint = next.find(&call, "DescribeVpcEndpoints", ("vpcEndpointId", &id)).await?;
    let Some(endpoint) = endpoint else { return next.send(call).await };
    let has = endpoint.texts("routeTableIdSet");
    let list = list_of(&call, endpoint.text_of("serviceName"), next).await?;
    let new: Vec<&str> = added.iter().map(String::as_str).filter(|it| !has.contains(it)).collect();
    refuse_second(&call, &list, &new, next).await?;
    let answer = next.send(call.clone()).await?;
    for table in new {
        let route = [("RouteTableId", table), ("DestinationPrefixListId", &list), ("GatewayId", &id)];
        next.send(call.other("CreateRoute", route)).await?;
    }
    for table in removed.iter().filter(|it| has.contains(&it.as_str())) {
        forget_route(&call, table, &list, next).await?;
    }
    Ok(answer)
}

async fn delete(call: Call, next: Next<'_>) -> Answer {
    for id in call.parameters.values("VpcEndpointId") {
        let endpoint = next.find(&call, "DescribeVpcEndpoints", ("vpcEndpointId", id)).await?;
        let Some(endpoint) = endpoint else { continue };
        let tables = endpoint.texts("routeTableIdSet");
        if tables.is_empty() || endpoint.text_of("state") == "deleted" {
            continue;
        }
        let list = list_of(&call, endpoint.text_of("serviceName"), next).await?;
        let mut modify = call.other("ModifyVpcEndpoint", [("VpcEndpointId", id)]);
        modify.parameters.set_values("RemoveRouteTableId", tables.iter().copied());
        next.send(modify).await?;
        for table in tables {
            forget_route(&call, table, &list, next).await?;
        }
    }
    next.send(call).await
}

/// The endpoints of a table that is deleted have one table less.
async fn delete_table(call: Call, next: Next<'_>) -> Answer {
    let answer = next.send(call.clone()).await?;
    let table = call.parameters.text("RouteTableId");
    for endpoint in next.all_of(&call, "DescribeVpcEndpoints").await? {
        if endpoint.texts("routeTableIdSet").contains(&table) && endpoint.text_of("state") != "deleted" {
            let change =
                [("VpcEndpointId", endpoint.text_of("vpcEndpointId")), ("RemoveRouteTableId.1", table)];
            next.send(call.other("ModifyVpcEndpoint", change)).await?;
        }
    }
    Ok(answer)
}

/// Returns Amazon's prefix list of a service.
async fn list_of(call: &Call, service: &str, next: Next<'_>) -> Result<String, Failure> {
    let lists = next.describe(call, "DescribeManagedPrefixLists", ("prefix-list-name", service)).await?;
    let unknown = || refused("InvalidServiceName", format!("The service {service} has no gateway."));
    lists.first().map(|it| it.text_of("prefixListId").to_owned()).ok_or_else(unknown)
}

/// Refuses a table that has a route for the service already, or that is not there.
async fn refuse_second(call: &Call, list: &str, tables: &[&str], next: Next<'_>) -> Result<(), Failure> {
    for &id in tables {
        let Some(table) = next.find(call, "DescribeRouteTables", ("routeTableId", id)).await? else {
            let message = format!("The routeTable ID '{id}' does not exist");
            return Err(refused("InvalidRouteTableId.NotFound", message));
        };
        if table.items("routeSet").iter().any(|it| it.text_of("destinationPrefixListId") == list) {
            let message =
                format!("route table {id} already has a route with destination-prefix-list-id {list}");
            return Err(refused("RouteAlreadyExists", message));
        }
    }
    Ok(())
}

async fn forget_route(call: &Call, table: &str, list: &str, next: Next<'_>) -> Result<(), Failure> {
    let route = [("RouteTableId", table), ("DestinationPrefixListId", list)];
    match next.send(call.other("DeleteRoute", route)).await {
        Err(it) if !it.has_code("InvalidRoute.NotFound") && !it.has_code("InvalidRouteTableID.NotFound") => {
            Err(it)
        }
        _ => Ok(()),
    }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    /// Two tables, of which the endpoint has the first.
    const WORLD: &str = "
        DescribeVpcEndpoints <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><serviceName>s3</serviceName>\
            <routeTableIdSet><item>rtb-1</item></routeTableIdSet></item></vpcEndpointSet>
        DescribeManagedPrefixLists <prefixListSet><item><prefixListId>pl-1</prefixListId></item></prefixListSet>
        DescribeRouteTables <routeTableSet>\
            <item><routeTableId>rtb-1</routeTableId><routeSet><item>\
            <destinationPrefixListId>pl-1</destinationPrefixListId></item></routeSet></item>\
            <item><routeTableId>rtb-2</routeTableId></item></routeTableSet>";

    fn tell(calls: &str) -> String {
        check(GatewayRoutes, WORLD, calls)
    }

    #[test]
    fn a_table_that_is_added_gets_the_route_and_one_that_is_removed_loses_it() {
        let call =
            "ModifyVpcEndpoint VpcEndpointId=vpce-1 AddRouteTableId.1=rtb-2 RemoveRouteTableId.1=rtb-1";
        insta::assert_snapshot!(tell(call), @"
        > ModifyVpcEndpoint VpcEndpointId=vpce-1 AddRouteTableId.1=rtb-2 RemoveRouteTableId.1=rtb-1
            DescribeVpcEndpoints
            DescribeManagedPrefixLists Filter.1.Name=prefix-list-name Filter.1.Value.1=s3
            DescribeRouteTables
            ModifyVpcEndpoint AddRouteTableId.1=rtb-2 RemoveRouteTableId.1=rtb-1 VpcEndpointId=vpce-1
            CreateRoute DestinationPrefixListId=pl-1 GatewayId=vpce-1 RouteTableId=rtb-2
            DeleteRoute DestinationPrefixListId=pl-1 RouteTableId=rtb-1
        < done
        ");
    }

    #[test]
    fn a_table_has_one_endpoint_of_a_service() {
        insta::assert_snapshot!(tell("CreateVpcEndpoint ServiceName=s3 RouteTableId.1=rtb-1"), @"
        > CreateVpcEndpoint ServiceName=s3 RouteTableId.1=rtb-1
            DescribeManagedPrefixLists Filter.1.Name=prefix-list-name Filter.1.Value.1=s3
            DescribeRouteTables
        < RouteAlreadyExists: route table rtb-1 already has a route with destination-prefix-list-id pl-1
        ");
    }

    #[test]
    fn a_table_has_one_route_for_a_prefix_list() {
        insta::assert_snapshot!(tell("CreateRoute DestinationPrefixListId=pl-1 RouteTableId=rtb-1"), @"
        > CreateRoute DestinationPrefixListId=pl-1 RouteTableId=rtb-1
            DescribeRouteTables
        < RouteAlreadyExists: route table rtb-1 already has a route with destination-prefix-list-id pl-1
        ");
    }

    #[test]
    fn a_table_that_is_not_there_is_missed() {
        insta::assert_snapshot!(tell("ModifyVpcEndpoint VpcEndpointId=vpce-1 AddRouteTableId.1=rtb-3"), @"
        > ModifyVpcEndpoint VpcEndpointId=vpce-1 AddRouteTableId.1=rtb-3
            DescribeVpcEndpoints
            DescribeManagedPrefixLists Filter.1.Name=prefix-list-name Filter.1.Value.1=s3
            DescribeRouteTables
        < InvalidRouteTableId.NotFound: The routeTable ID 'rtb-3' does not exist
        ");
    }

    #[test]
    fn an_endpoint_lets_go_of_its_tables_before_it_is_deleted() {
        let world = format!("{WORLD}\nDeleteRoute !InvalidRoute.NotFound");
        insta::assert_snapshot!(check(GatewayRoutes, &world, "DeleteVpcEndpoints VpcEndpointId.1=vpce-1"), @"
        > DeleteVpcEndpoints VpcEndpointId.1=vpce-1
            DescribeVpcEndpoints
            DescribeManagedPrefixLists Filter.1.Name=prefix-list-name Filter.1.Value.1=s3
            ModifyVpcEndpoint RemoveRouteTableId.1=rtb-1 VpcEndpointId=vpce-1
            DeleteRoute DestinationPrefixListId=pl-1 RouteTableId=rtb-1
            DeleteVpcEndpoints VpcEndpointId.1=vpce-1
        < done
        ");
    }

    #[test]
    fn a_deleted_table_is_gone_from_its_endpoints() {
        insta::assert_snapshot!(tell("DeleteRouteTable RouteTableId=rtb-1"), @"
        > DeleteRouteTable RouteTableId=rtb-1
            DeleteRouteTable RouteTableId=rtb-1
            DescribeVpcEndpoints
            ModifyVpcEndpoint RemoveRouteTableId.1=rtb-1 VpcEndpointId=vpce-1
        < done
        ");
    }
}
