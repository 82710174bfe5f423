//! The blocks of a VPC do not overlap, and those that subnets use stay: the quirks `cidr-overlap` and `cidr-in-use`.

use ipnet::IpNet;

use crate::answer::{Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;

/// Refuses what LocalStack takes.
pub(crate) struct Cidrs;

const V4: [&str; 3] = ["cidrBlockAssociationSet", "cidrBlock", "cidrBlockState"];
const V6: [&str; 3] = ["ipv6CidrBlockAssociationSet", "ipv6CidrBlock", "ipv6CidrBlockState"];

impl Layer for Cidrs {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "AssociateVpcCidrBlock" => refuse_overlap(&call, next).await?,
                "DisassociateVpcCidrBlock" => refuse_used(&call, next).await?,
                "AssociateSubnetCidrBlock" => refuse_second(&call, next).await?,
                "DisassociateSubnetCidrBlock" => refuse_assigned(&call, next).await?,
                _ => {}
            }
            next.send(call).await
        })
    }
}

async fn refuse_overlap(call: &Call, next: Next<'_>) -> Result<(), Failure> {
    let Some(new) = call.parameters.value("CidrBlock") else { return Ok(()) };
    let vpc = next.find(call, "DescribeVpcs", ("vpcId", call.parameters.text("VpcId"))).await?;
    match vpc.iter().flat_map(|it| blocks(it, V4)).find(|(_, it)| overlap(it, new)) {
        Some((_, old)) => {
            let message = format!("The CIDR '{new}' conflicts with the CIDR '{old}' of the VPC.");
            Err(refused("CidrConflict", message))
        }
        None => Ok(()),
    }
}

async fn refuse_used(call: &Call, next: Next<'_>) -> Result<(), Failure> {
    let id = call.parameters.text("AssociationId");
    for vpc in next.all_of(call, "DescribeVpcs").await? {
        for fields in [V4, V6] {
            let Some((_, block)) = blocks(&vpc, fields).find(|it| it.0 == id) else { continue };
            let subnets = next.describe(call, "DescribeSubnets", ("vpc-id", vpc.text_of("vpcId"))).await?;
            let v6 = subnets.iter().flat_map(|it| blocks(it, V6)).map(|it| it.1);
            let mut used = subnets.iter().map(|it| it.text_of("cidrBlock")).chain(v6);
            // The primary block is refused for what it is.
            if block != vpc.text_of("cidrBlock") && used.any(|it| overlap(it, block)) {
                let message = format!("The vpc CIDR block with association ID {id} is in use by a subnet.");
                return Err(refused("InvalidCidrBlock.InUse", message));
            }
        }
    }
    Ok(())
}

async fn refuse_second(call: &Call, next: Next<'_>) -> Result<(), Failure> {
    let subnet = call.parameters.text("SubnetId");
    let found = next.find(call, "DescribeSubnets", ("subnetId", subnet)).await?;
    if found.iter().any(|it| blocks(it, V6).next().is_some()) {
        let message = format!("The subnet '{subnet}' already has an IPv6 CIDR block.");
        return Err(refused("InvalidParameterValue", message));
    }
    Ok(())
}

async fn refuse_assigned(call: &Call, next: Next<'_>) -> Result<(), Failure> {
    let id = call.parameters.text("AssociationId");
    let is_assigned = |it: &Element| it.mentions(id) && it.text_of("assignIpv6AddressOnCreation") == "true";
    if next.all_of(call, "DescribeSubnets").await?.iter().any(is_assigned) {
        let message = format!(
            "The subnet IPv6 CIDR block with association ID {id} may not be disassociated, because its subnet has \
             assign-ipv6-address-on-creation set to true."
        );
        return Err(refused("InvalidCidrBlock.InUse", message));
    }
    Ok(())
}

/// Returns the associations of blocks that hold, or are about to.
fn blocks<'a>(
    object: &'a Element,
    [set, block, state]: [&'a str; 3],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let holds =
        move |it: &&Element| it.child(state).is_some_and(|it| it.text_of("state").starts_with("assoc"));
    object.items(set).iter().filter(holds).map(move |it| (it.text_of("associationId"), it.text_of(block)))
}

fn overlap(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<IpNet>(), other.parse::<IpNet>()) else { return false };
    one.contains(&other) || other.contains(&one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    fn tell(call: &str) -> String {
        let world = "
            DescribeVpcs <vpcSet><item><vpcId>vpc-1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock><cidrBlockAssociationSet>\
                <item><associationId>a-1</associationId><cidrBlock>100.64.0.0/16</cidrBlock><cidrBlockState>\
                <state>associated</state></cidrBlockState></item></cidrBlockAssociationSet></item></vpcSet>
            DescribeSubnets <subnetSet><item><subnetId>subnet-1</subnetId><cidrBlock>100.64.1.0/24</cidrBlock>\
                <assignIpv6AddressOnCreation>true</assignIpv6AddressOnCreation><ipv6CidrBlockAssociationSet>\
                <item><associationId>a-6</associationId><ipv6CidrBlock>2600::/64</ipv6CidrBlock><ipv6CidrBlockState>\
                <state>associated</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet></item></subnetSet>";
        let story = check(Cidrs, world, call);
        story.lines().last().expect("what the client gets").to_owned()
    }

    #[test]
    fn a_block_that_overlaps_is_refused() {
        insta::assert_snapshot!(tell("AssociateVpcCidrBlock VpcId=vpc-1 CidrBlock=100.64.128.0/17"), @"< CidrConflict: The CIDR '100.64.128.0/17' conflicts with the CIDR '100.64.0.0/16' of the VPC.");
        insta::assert_snapshot!(tell("AssociateVpcCidrBlock VpcId=vpc-1 CidrBlock=100.65.0.0/16"), @"< done");
    }

    #[test]
    fn a_block_that_a_subnet_uses_stays() {
        insta::assert_snapshot!(tell("DisassociateVpcCidrBlock AssociationId=a-1"), @"< InvalidCidrBlock.InUse: The vpc CIDR block with association ID a-1 is in use by a subnet.");
    }

    #[test]
    fn a_subnet_has_one_block_of_ipv6_and_keeps_it_while_it_hands_it_out() {
        insta::assert_snapshot!(tell("AssociateSubnetCidrBlock SubnetId=subnet-1"), @"< InvalidParameterValue: The subnet 'subnet-1' already has an IPv6 CIDR block.");
        insta::assert_snapshot!(tell("DisassociateSubnetCidrBlock AssociationId=a-6"), @"< InvalidCidrBlock.InUse: The subnet IPv6 CIDR block with association ID a-6 may not be disassociated, because its subnet has assign-ipv6-address-on-creation set to true.");
    }
}
