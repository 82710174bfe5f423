//! A deleted subnet lets go of its table and its ACL: the quirk `association-outlives-subnet`.

use std::collections::BTreeSet;

use crate::answer::{Answer, Failure};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::place::PerPlace;

/// Ends the associations that LocalStack keeps, and hides those that cannot be ended.
#[derive(Default)]
pub(crate) struct SubnetAssociations(PerPlace<BTreeSet<String>>);

impl Layer for SubnetAssociations {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DeleteSubnet" => self.delete(call, next).await,
                "DescribeNetworkAcls" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

impl SubnetAssociations {
    async fn delete(&self, call: Call, next: Next<'_>) -> Answer {
        let id = call.parameters.text("SubnetId");
        let tables = next.describe(&call, "DescribeRouteTables", ("association.subnet-id", id)).await?;
        let answer = next.send(call.clone()).await?;
        for association in associations(&tables, id) {
            let association = [("AssociationId", association.text_of("routeTableAssociationId"))];
            next.send(call.other("DisassociateRouteTable", association)).await?;
        }
        self.leave_acl(&call, id, next).await?;
        Ok(answer)
    }

    /// A subnet always has an ACL, so what is left of this one goes to the default one, which nobody deletes.
    async fn leave_acl(&self, call: &Call, id: &str, next: Next<'_>) -> Result<(), Failure> {
        self.0.at(&call.place, |it| it.insert(id.to_owned()));
        let acls = next.describe(call, "DescribeNetworkAcls", ("association.subnet-id", id)).await?;
        for acl in acls.iter().filter(|it| it.text_of("default") != "true") {
            let in_vpc = next.describe(call, "DescribeNetworkAcls", ("vpc-id", acl.text_of("vpcId"))).await?;
            let Some(default) = in_vpc.iter().find(|it| it.text_of("default") == "true") else { continue };
            for association in associations(std::slice::from_ref(acl), id) {
                let moved = [
                    ("AssociationId", association.text_of("networkAclAssociationId")),
                    ("NetworkAclId", default.text_of("networkAclId")),
                ];
                next.send(call.other("ReplaceNetworkAclAssociation", moved)).await?;
            }
        }
        Ok(())
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |gone| {
            for acl in &mut document.child_mut("networkAclSet").children {
                let associations = &mut acl.child_mut("associationSet").children;
                associations.retain(|it| !gone.contains(it.text_of("subnetId")));
            }
        });
        Ok(document)
    }
}

fn associations<'a>(objects: &'a [Element], subnet: &'a str) -> impl Iterator<Item = &'a Element> {
    let all = objects.iter().flat_map(|it| it.items("associationSet"));
    all.filter(move |it| it.text_of("subnetId") == subnet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn they_end_with_the_subnet() {
        let world = "
            DescribeRouteTables <routeTableSet><item><associationSet><item><subnetId>subnet-1</subnetId>\
                <routeTableAssociationId>rtbassoc-1</routeTableAssociationId></item></associationSet></item>\
                </routeTableSet>
            DescribeNetworkAcls <networkAclSet><item><vpcId>vpc-1</vpcId><associationSet><item>\
                <subnetId>subnet-1</subnetId><networkAclAssociationId>aclassoc-1</networkAclAssociationId>\
                </item></associationSet></item><item><networkAclId>acl-0</networkAclId><default>true</default></item>\
                </networkAclSet>";
        let calls = "
            DeleteSubnet SubnetId=subnet-1
            DescribeNetworkAcls";
        insta::assert_snapshot!(check(SubnetAssociations::default(), world, calls), @"
        > DeleteSubnet SubnetId=subnet-1
            DescribeRouteTables Filter.1.Name=association.subnet-id Filter.1.Value.1=subnet-1
            DeleteSubnet SubnetId=subnet-1
            DisassociateRouteTable AssociationId=rtbassoc-1
            DescribeNetworkAcls Filter.1.Name=association.subnet-id Filter.1.Value.1=subnet-1
            DescribeNetworkAcls Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            ReplaceNetworkAclAssociation AssociationId=aclassoc-1 NetworkAclId=acl-0
        < done
        > DescribeNetworkAcls
            DescribeNetworkAcls
        < <networkAclSet><item><vpcId>vpc-1</vpcId><associationSet/></item><item><networkAclId>acl-0</networkAclId><default>true</default><associationSet/></item></networkAclSet>
        ");
    }
}
