//! A route to a NAT gateway that is no more is a black hole: the quirk `no-blackhole`.

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};

/// Shows the black holes.
pub(crate) struct Blackholes;

impl Layer for Blackholes {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DescribeRouteTables" => describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn describe(call: Call, next: Next<'_>) -> Answer {
    let mut document = next.send(call.clone()).await?;
    let tables = &mut document.child_mut("routeTableSet").children;
    let mut routes: Vec<_> = tables
        .iter_mut()
        .flat_map(|it| &mut it.child_mut("routeSet").children)
        .filter(|it| !it.text_of("natGatewayId").is_empty())
        .collect();
    if routes.is_empty() {
        return Ok(document);
    }
    let gateways = next.all_of(&call, "DescribeNatGateways").await?;
    for route in &mut routes {
        let works = gateways.iter().any(|it| {
            it.text_of("natGatewayId") == route.text_of("natGatewayId") && it.text_of("state") == "available"
        });
        route.set("state", if works { "active" } else { "blackhole" });
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn a_route_to_what_is_no_more_is_one() {
        let world = "
            DescribeRouteTables <routeTableSet><item><routeSet><item><natGatewayId>nat-1</natGatewayId></item>\
                <item><natGatewayId>nat-2</natGatewayId></item><item><gatewayId>local</gatewayId></item>\
                </routeSet></item></routeTableSet>
            DescribeNatGateways <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><state>available</state></item>\
                <item><natGatewayId>nat-2</natGatewayId><state>deleted</state></item></natGatewaySet>";
        insta::assert_snapshot!(check(Blackholes, world, "DescribeRouteTables"), @"
        > DescribeRouteTables
            DescribeRouteTables
            DescribeNatGateways
        < <routeTableSet><item><routeSet><item><natGatewayId>nat-1</natGatewayId><state>active</state></item><item><natGatewayId>nat-2</natGatewayId><state>blackhole</state></item><item><gatewayId>local</gatewayId></item></routeSet></item></routeTableSet>
        ");
    }
}
