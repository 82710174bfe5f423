//! Conditions on tags hold for NAT gateways and egress-only gateways too: the quirks `nat-tag-filter` and
//! `eigw-tag-filter`.

use crate::answer::Answer;
use crate::call::{Call, Filter};
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::mends::pages::list_of;

/// Filters what LocalStack does not.
pub(crate) struct TagFilters;

impl Layer for TagFilters {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DescribeNatGateways" | "DescribeEgressOnlyInternetGateways" => describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn describe(mut call: Call, next: Next<'_>) -> Answer {
    let list = list_of(&call.action);
    let filters = call.take_filters(|name| name.starts_with("tag:") || name == "tag-key");
    let mut document = next.send(call).await?;
    document.child_mut(list).children.retain(|object| filters.iter().all(|it| is_met(it, object)));
    Ok(document)
}

fn is_met(filter: &Filter, object: &Element) -> bool {
    object.tags().any(|(key, value)| match filter.name.strip_prefix("tag:") {
        Some(wanted) => key == wanted && filter.takes(value),
        None => filter.takes(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(calls: &str) -> String {
        let world = "DescribeNatGateways <natGatewaySet>\
            <item><natGatewayId>nat-1</natGatewayId><tagSet><item><key>a</key><value>b</value></item></tagSet></item>\
            <item><natGatewayId>nat-2</natGatewayId></item></natGatewaySet>";
        check(TagFilters, world, calls)
    }

    #[test]
    fn conditions_on_tags_are_kept_from_localstack_and_others_are_not() {
        insta::assert_snapshot!(tell("
            DescribeNatGateways Filter.1.Name=tag:a Filter.1.Value.1=b* Filter.2.Name=vpc-id Filter.2.Value.1=vpc-1
            DescribeNatGateways Filter.1.Name=tag:a Filter.1.Value.1=c
            DescribeNatGateways Filter.1.Name=tag-key Filter.1.Value.1=a
        "), @"
        > DescribeNatGateways Filter.1.Name=tag:a Filter.1.Value.1=b* Filter.2.Name=vpc-id Filter.2.Value.1=vpc-1
            DescribeNatGateways Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
        < <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><tagSet><item><key>a</key><value>b</value></item></tagSet></item></natGatewaySet>
        > DescribeNatGateways Filter.1.Name=tag:a Filter.1.Value.1=c
            DescribeNatGateways
        < <natGatewaySet/>
        > DescribeNatGateways Filter.1.Name=tag-key Filter.1.Value.1=a
            DescribeNatGateways
        < <natGatewaySet><item><natGatewayId>nat-1</natGatewayId><tagSet><item><key>a</key><value>b</value></item></tagSet></item></natGatewaySet>
        ");
    }
}
