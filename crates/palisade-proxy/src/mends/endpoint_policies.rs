//! The policy of an endpoint is kept as it was written, and can be reset: the quirks `policy-version` and
//! `no-policy-reset`.

use std::collections::BTreeMap;

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::place::PerPlace;

/// What an endpoint allows if nobody says otherwise.
const FULL_ACCESS: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// Remembers each policy.
#[derive(Default)]
pub(crate) struct EndpointPolicies(PerPlace<BTreeMap<String, String>>);

impl Layer for EndpointPolicies {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateVpcEndpoint" => self.create(call, next).await,
                "ModifyVpcEndpoint" => self.modify(call, next).await,
                "DescribeVpcEndpoints" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

impl EndpointPolicies {
    async fn create(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let policy = call.parameters.value("PolicyDocument").unwrap_or(FULL_ACCESS).to_owned();
        let mut answer = next.send(call).await?;
        let endpoint = answer.child_mut("vpcEndpoint");
        endpoint.set("policyDocument", &policy);
        self.0.at(&place, |it| it.insert(endpoint.text_of("vpcEndpointId").to_owned(), policy));
        Ok(answer)
    }

    async fn modify(&self, mut call: Call, next: Next<'_>) -> Answer {
        if call.parameters.value("ResetPolicy") == Some("true") {
            call.parameters.remove("ResetPolicy");
            call.parameters.set("PolicyDocument", FULL_ACCESS);
        }
        let answer = next.send(call.clone()).await?;
        if let Some(policy) = call.parameters.value("PolicyDocument") {
            let id = call.parameters.text("VpcEndpointId");
            self.0.at(&call.place, |it| it.insert(id.to_owned(), policy.to_owned()));
        }
        Ok(answer)
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |known| {
            for endpoint in &mut document.child_mut("vpcEndpointSet").children {
                if let Some(policy) = known.get(endpoint.text_of("vpcEndpointId")) {
                    endpoint.set("policyDocument", policy);
                }
            }
        });
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(calls: &str) -> String {
        let world = "
            CreateVpcEndpoint <vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId></vpcEndpoint>
            DescribeVpcEndpoints <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId></item></vpcEndpointSet>";
        check(EndpointPolicies::default(), world, calls)
    }

    #[test]
    fn it_is_kept_as_it_was_written() {
        insta::assert_snapshot!(tell("
            CreateVpcEndpoint PolicyDocument={\"Version\":\"2012-10-17\"}
            DescribeVpcEndpoints
        "), @r#"
        > CreateVpcEndpoint PolicyDocument={"Version":"2012-10-17"}
            CreateVpcEndpoint PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D
        < <vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId><policyDocument>{"Version":"2012-10-17"}</policyDocument></vpcEndpoint>
        > DescribeVpcEndpoints
            DescribeVpcEndpoints
        < <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><policyDocument>{"Version":"2012-10-17"}</policyDocument></item></vpcEndpointSet>
        "#);
    }

    #[test]
    fn a_reset_gives_full_access_back() {
        insta::assert_snapshot!(tell("
            CreateVpcEndpoint PolicyDocument={\"Version\":\"2012-10-17\"}
            ModifyVpcEndpoint VpcEndpointId=vpce-1 ResetPolicy=true
            DescribeVpcEndpoints
        "), @r#"
        > CreateVpcEndpoint PolicyDocument={"Version":"2012-10-17"}
            CreateVpcEndpoint PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D
        < <vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId><policyDocument>{"Version":"2012-10-17"}</policyDocument></vpcEndpoint>
        > ModifyVpcEndpoint VpcEndpointId=vpce-1 ResetPolicy=true
            ModifyVpcEndpoint PolicyDocument=%7B%22Version%22%3A%222008-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22*%22%2C%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%5D%7D VpcEndpointId=vpce-1
        < done
        > DescribeVpcEndpoints
            DescribeVpcEndpoints
        < <vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><policyDocument>{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}</policyDocument></item></vpcEndpointSet>
        "#);
    }
}
