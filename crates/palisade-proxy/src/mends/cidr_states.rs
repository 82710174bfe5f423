//! Blocks of addresses take a while to be associated, and to be let go of: the quirk `no-waiting`.

use crate::answer::Answer;
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::mends::looks::{Looks, Way};
use crate::mends::pages::list_of;

/// Shows blocks on their way.
pub(crate) struct CidrStates(Looks);

/// Where an answer has an association, or a list of them, and its state.
const FIELDS: [[&str; 3]; 2] = [
    ["cidrBlockAssociation", "cidrBlockAssociationSet", "cidrBlockState"],
    ["ipv6CidrBlockAssociation", "ipv6CidrBlockAssociationSet", "ipv6CidrBlockState"],
];

impl CidrStates {
    /// Returns states that last for a number of looks.
    pub(crate) fn new(n_looks: u32) -> CidrStates {
        CidrStates(Looks::new(n_looks))
    }

    async fn change(&self, call: Call, way: Way, next: Next<'_>) -> Answer {
        let mut answer = next.send(call.clone()).await?;
        for [field, _, state] in FIELDS {
            if let Some(association) = answer.children.iter_mut().find(|it| it.name == field) {
                self.0.put(&call, association.text_of("associationId"), way);
                association.child_mut(state).set("state", name(way));
            }
        }
        Ok(answer)
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let mut document = next.send(call.clone()).await?;
        for object in &mut document.child_mut(list_of(&call.action)).children {
            for [_, list, state] in FIELDS {
                for association in &mut object.child_mut(list).children {
                    self.show(&call, association, state);
                }
            }
        }
        Ok(document)
    }

    fn show(&self, call: &Call, association: &mut Element, state: &str) {
        if let Some(way) = self.0.look(call, association.text_of("associationId")) {
            association.child_mut(state).set("state", name(way));
        }
    }
}

impl Layer for CidrStates {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "AssociateVpcCidrBlock" | "AssociateSubnetCidrBlock" => {
                    self.change(call, Way::Coming, next).await
                }
                "DisassociateVpcCidrBlock" | "DisassociateSubnetCidrBlock" => {
                    self.change(call, Way::Going, next).await
                }
                "DescribeVpcs" | "DescribeSubnets" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

fn name(way: Way) -> &'static str {
    match way {
        Way::Coming | Way::Changing => "associating",
        Way::Going => "disassociating",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn a_block_is_on_its_way_for_a_look() {
        let world = "
            AssociateVpcCidrBlock <cidrBlockAssociation><associationId>a-1</associationId></cidrBlockAssociation>
            DescribeVpcs <vpcSet><item><cidrBlockAssociationSet><item><associationId>a-1</associationId>\
                <cidrBlockState><state>associated</state></cidrBlockState></item></cidrBlockAssociationSet></item></vpcSet>";
        let calls = "
            AssociateVpcCidrBlock
            DescribeVpcs
            DescribeVpcs";
        insta::assert_snapshot!(check(CidrStates::new(1), world, calls), @"
        > AssociateVpcCidrBlock
            AssociateVpcCidrBlock
        < <cidrBlockAssociation><associationId>a-1</associationId><cidrBlockState><state>associating</state></cidrBlockState></cidrBlockAssociation>
        > DescribeVpcs
            DescribeVpcs
        < <vpcSet><item><cidrBlockAssociationSet><item><associationId>a-1</associationId><cidrBlockState><state>associating</state></cidrBlockState></item></cidrBlockAssociationSet><ipv6CidrBlockAssociationSet/></item></vpcSet>
        > DescribeVpcs
            DescribeVpcs
        < <vpcSet><item><cidrBlockAssociationSet><item><associationId>a-1</associationId><cidrBlockState><state>associated</state></cidrBlockState></item></cidrBlockAssociationSet><ipv6CidrBlockAssociationSet/></item></vpcSet>
        ");
    }
}
