//! Every network ACL ends with a denial of everything, and the default one lets IPv6 pass where a VPC has it: the quirks
//! `no-implicit-entries` and `default-acl-ipv6`.

use crate::answer::{Answer, Failure};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;

/// Shows the last entries, and makes those of the default ACL.
pub(crate) struct AclLastEntries;

impl Layer for AclLastEntries {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "DescribeNetworkAcls" => describe(call, next).await,
                "CreateNetworkAcl" => create(call, next).await,
                "CreateVpc" | "AssociateVpcCidrBlock" => open_default(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

async fn describe(call: Call, next: Next<'_>) -> Answer {
    let mut document = next.send(call.clone()).await?;
    let with_ipv6 = vpcs_with_ipv6(&call, next).await?;
    for acl in &mut document.child_mut("networkAclSet").children {
        add_last_entries(&with_ipv6, acl);
    }
    Ok(document)
}

async fn create(call: Call, next: Next<'_>) -> Answer {
    let mut answer = next.send(call.clone()).await?;
    let with_ipv6 = vpcs_with_ipv6(&call, next).await?;
    add_last_entries(&with_ipv6, answer.child_mut("networkAcl"));
    Ok(answer)
}

async fn vpcs_with_ipv6(call: &Call, next: Next<'_>) -> Result<Vec<String>, Failure> {
    let vpcs = next.all_of(call, "DescribeVpcs").await?;
    Ok(vpcs.iter().filter(|it| has_ipv6(it)).map(|it| it.text_of("vpcId").to_owned()).collect())
}

/// Tells whether a VPC has an IPv6 block.
pub(crate) fn has_ipv6(vpc: &Element) -> bool {
    let mut blocks = vpc.items("ipv6CidrBlockAssociationSet").iter();
    blocks.any(|it| it.child("ipv6CidrBlockState").is_some_and(|it| it.text_of("state").starts_with("assoc")))
}

/// The number of the last entry, and the packets that it denies: of IPv4 and of IPv6.
const LAST: [[&str; 3]; 2] = [["32767", "cidrBlock", "0.0.0.0/0"], ["32768", "ipv6CidrBlock", "::/0"]];

fn add_last_entries(with_ipv6: &[String], acl: &mut Element) {
    let has_ipv6 = with_ipv6.iter().any(|it| it == acl.text_of("vpcId"));
    let last = if has_ipv6 { &LAST[..] } else { &LAST[..1] };
    let entries = &mut acl.child_mut("entrySet").children;
    for egress in ["true", "false"] {
        for &[number, field, cidr] in last {
            let is_there =
                |it: &Element| it.text_of("ruleNumber") == number && it.text_of("egress") == egress;
            if !entries.iter().any(is_there) {
                let fields = [
                    (field, cidr),
                    ("egress", egress),
                    ("protocol", "-1"),
                    ("ruleAction", "deny"),
                    ("ruleNumber", number),
                ];
                entries.push(Element::of("item", fields.map(|(name, text)| Element::leaf(name, text))));
            }
        }
    }
}

/// Adds entry 101 to a default ACL that nobody has touched.
async fn open_default(call: Call, next: Next<'_>) -> Answer {
    let answer = next.send(call.clone()).await?;
    let vpc = answer.child("vpc").unwrap_or(&answer).text_of("vpcId");
    let vpcs = next.describe(&call, "DescribeVpcs", ("vpc-id", vpc)).await?;
    if !vpcs.iter().any(has_ipv6) {
        return Ok(answer);
    }
    let acls = next.describe(&call, "DescribeNetworkAcls", ("vpc-id", vpc)).await?;
    for acl in acls.iter().filter(|it| it.text_of("default") == "true") {
        let own = acl.items("entrySet").iter().filter(|it| !it.text_of("ruleNumber").starts_with("3276"));
        let own: Vec<_> = own.map(|it| (it.text_of("ruleNumber"), it.text_of("ruleAction"))).collect();
        if own != [("100", "allow"); 2] {
            continue;
        }
        for egress in ["true", "false"] {
            let entry = [
                ("NetworkAclId", acl.text_of("networkAclId")),
                ("RuleNumber", "101"),
                ("Protocol", "-1"),
                ("RuleAction", "allow"),
                ("Egress", egress),
                ("Ipv6CidrBlock", "::/0"),
            ];
            next.send(call.other("CreateNetworkAclEntry", entry)).await?;
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const ACLS: &str = "DescribeNetworkAcls <networkAclSet><item><networkAclId>acl-1</networkAclId>\
        <vpcId>vpc-1</vpcId><default>true</default><entrySet>\
        <item><ruleNumber>100</ruleNumber><ruleAction>allow</ruleAction></item>\
        <item><ruleNumber>100</ruleNumber><ruleAction>allow</ruleAction></item>\
        </entrySet></item></networkAclSet>";
    const IPV4: &str = "DescribeVpcs <vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>";
    const IPV6: &str = "DescribeVpcs <vpcSet><item><vpcId>vpc-1</vpcId><ipv6CidrBlockAssociationSet><item>\
        <ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>\
        </item></vpcSet>";

    fn tell(vpcs: &str, calls: &str) -> String {
        let made = "AssociateVpcCidrBlock <vpcId>vpc-1</vpcId>";
        check(AclLastEntries, &format!("{ACLS}\n{vpcs}\n{made}"), calls)
    }

    #[test]
    fn everything_else_is_denied_both_ways() {
        insta::assert_snapshot!(tell(IPV4, "DescribeNetworkAcls"), @"
        > DescribeNetworkAcls
            DescribeNetworkAcls
            DescribeVpcs
        < <networkAclSet><item><networkAclId>acl-1</networkAclId><vpcId>vpc-1</vpcId><default>true</default><entrySet><item><ruleNumber>100</ruleNumber><ruleAction>allow</ruleAction></item><item><ruleNumber>100</ruleNumber><ruleAction>allow</ruleAction></item><item><cidrBlock>0.0.0.0/0</cidrBlock><egress>true</egress><protocol>-1</protocol><ruleAction>deny</ruleAction><ruleNumber>32767</ruleNumber></item><item><cidrBlock>0.0.0.0/0</cidrBlock><egress>false</egress><protocol>-1</protocol><ruleAction>deny</ruleAction><ruleNumber>32767</ruleNumber></item></entrySet></item></networkAclSet>
        ");
    }

    #[test]
    fn ipv6_is_denied_where_there_is_some() {
        insta::assert_snapshot!(tell(IPV6, "DescribeNetworkAcls"), @"
        > DescribeNetworkAcls
            DescribeNetworkAcls
            DescribeVpcs
        < <networkAclSet><item><networkAclId>acl-1</networkAclId><vpcId>vpc-1</vpcId><default>true</default><entrySet><item><ruleNumber>100</ruleNumber><ruleAction>allow</ruleAction></item><item><ruleNumber>100</ruleNumber><ruleAction>allow</ruleAction></item><item><cidrBlock>0.0.0.0/0</cidrBlock><egress>true</egress><protocol>-1</protocol><ruleAction>deny</ruleAction><ruleNumber>32767</ruleNumber></item><item><ipv6CidrBlock>::/0</ipv6CidrBlock><egress>true</egress><protocol>-1</protocol><ruleAction>deny</ruleAction><ruleNumber>32768</ruleNumber></item><item><cidrBlock>0.0.0.0/0</cidrBlock><egress>false</egress><protocol>-1</protocol><ruleAction>deny</ruleAction><ruleNumber>32767</ruleNumber></item><item><ipv6CidrBlock>::/0</ipv6CidrBlock><egress>false</egress><protocol>-1</protocol><ruleAction>deny</ruleAction><ruleNumber>32768</ruleNumber></item></entrySet></item></networkAclSet>
        ");
    }

    #[test]
    fn the_default_acl_lets_new_ipv6_pass() {
        insta::assert_snapshot!(tell(IPV6, "AssociateVpcCidrBlock VpcId=vpc-1"), @"
        > AssociateVpcCidrBlock VpcId=vpc-1
            AssociateVpcCidrBlock VpcId=vpc-1
            DescribeVpcs Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            DescribeNetworkAcls Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
            CreateNetworkAclEntry Egress=true Ipv6CidrBlock=%3A%3A%2F0 NetworkAclId=acl-1 Protocol=-1 RuleAction=allow RuleNumber=101
            CreateNetworkAclEntry Egress=false Ipv6CidrBlock=%3A%3A%2F0 NetworkAclId=acl-1 Protocol=-1 RuleAction=allow RuleNumber=101
        < <vpcId>vpc-1</vpcId>
        ");
        insta::assert_snapshot!(tell(IPV4, "AssociateVpcCidrBlock VpcId=vpc-1"), @"
        > AssociateVpcCidrBlock VpcId=vpc-1
            AssociateVpcCidrBlock VpcId=vpc-1
            DescribeVpcs Filter.1.Name=vpc-id Filter.1.Value.1=vpc-1
        < <vpcId>vpc-1</vpcId>
        ");
    }
}
