//! A create request that is sent again with its token makes nothing twice: the quirk `no-client-token`.

use std::collections::BTreeMap;

use crate::answer::{Answer, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::parameters::Parameters;
use crate::place::PerPlace;

/// Remembers what each token was sent with, and what was answered.
#[derive(Default)]
pub(crate) struct ClientTokens {
    answers: PerPlace<BTreeMap<(String, String), (Parameters, Element)>>,
}

impl ClientTokens {
    async fn create(&self, token: String, mut call: Call, next: Next<'_>) -> Answer {
        let key = (call.action.clone(), token);
        call.parameters.remove("ClientToken");
        let (place, parameters) = (call.place.clone(), call.parameters.clone());
        if let Some((earlier, answer)) = self.answers.at(&place, |it| it.get(&key).cloned()) {
            let message = "The client token was used with other parameters.";
            let is_same = earlier == parameters;
            return if is_same { Ok(answer) } else { Err(refused("IdempotentParameterMismatch", message)) };
        }
        let answer = next.send(call).await?;
        self.answers.at(&place, |it| it.insert(key, (parameters, answer.clone())));
        Ok(answer)
    }
}

impl Layer for ClientTokens {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.parameters.value("ClientToken").map(str::to_owned) {
                Some(token) => self.create(token, call, next).await,
                None => next.send(call).await,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn a_token_makes_one_thing() {
        let world = "CreateRouteTable <routeTable><routeTableId>rtb-1</routeTableId></routeTable>";
        insta::assert_snapshot!(check(ClientTokens::default(), world, "
            CreateRouteTable VpcId=vpc-1 ClientToken=t
            CreateRouteTable VpcId=vpc-1 ClientToken=t
            CreateRouteTable VpcId=vpc-2 ClientToken=t
        "), @"
        > CreateRouteTable VpcId=vpc-1 ClientToken=t
            CreateRouteTable VpcId=vpc-1
        < <routeTable><routeTableId>rtb-1</routeTableId></routeTable>
        > CreateRouteTable VpcId=vpc-1 ClientToken=t
        < <routeTable><routeTableId>rtb-1</routeTableId></routeTable>
        > CreateRouteTable VpcId=vpc-2 ClientToken=t
        < IdempotentParameterMismatch: The client token was used with other parameters.
        ");
    }
}
