//! A deleted NAT gateway lets go of its address and its interface: the quirk `nat-ghost`.

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};

/// Frees what LocalStack keeps.
pub(crate) struct NatAddresses;

impl Layer for NatAddresses {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DeleteNatGateway" => delete(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn delete(call: Call, next: Next<'_>) -> Answer {
    let answer = next.send(call.clone()).await?;
    let id = [("NatGatewayId.1", call.parameters.text("NatGatewayId"))];
    let found = next.send(call.other("DescribeNatGateways", id)).await?;
    for gateway in found.items("natGatewaySet") {
        for address in gateway.items("natGatewayAddressSet") {
            let association = address.text_of("associationId");
            if !association.is_empty() {
                // Somebody may have let go of it by hand before.
                let _ = next.send(call.other("DisassociateAddress", [("AssociationId", association)])).await;
            }
            let interface = [("NetworkInterfaceId", address.text_of("networkInterfaceId"))];
            let _ = next.send(call.other("DeleteNetworkInterface", interface)).await;
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn they_are_let_go_of() {
        let world = "DescribeNatGateways <natGatewaySet><item><natGatewayAddressSet><item>\
            <associationId>eipassoc-1</associationId><networkInterfaceId>eni-1</networkInterfaceId>\
            </item></natGatewayAddressSet></item></natGatewaySet>";
        insta::assert_snapshot!(check(NatAddresses, world, "DeleteNatGateway NatGatewayId=nat-1"), @"
        > DeleteNatGateway NatGatewayId=nat-1
            DeleteNatGateway NatGatewayId=nat-1
            DescribeNatGateways NatGatewayId.1=nat-1
            DisassociateAddress AssociationId=eipassoc-1
            DeleteNetworkInterface NetworkInterfaceId=eni-1
        < done
        ");
    }
}
