//! Entries of a network ACL keep the type and the code of ICMP, have numbers for protocols, and are missed by name: the
//! quirks `acl-icmp`, `acl-protocol-names`, `acl-unchecked` and `error-500`.

use std::collections::BTreeMap;

use crate::answer::{Answer, Failure, refused};
use crate::call::Call;
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::place::PerPlace;

/// The greatest number that an entry of somebody's own can have.
const NUMBER_MAX: u32 = 32766;

/// Remembers the type and the code of each entry that has them.
#[derive(Default)]
pub(crate) struct AclEntries(PerPlace<BTreeMap<Entry, Icmp>>);

/// Which entry: its ACL, `true` for outbound, its number.
type Entry = (String, String, String);
/// The type and the code.
type Icmp = (String, String);

impl Layer for AclEntries {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match call.action.as_str() {
                "CreateNetworkAclEntry" | "ReplaceNetworkAclEntry" => self.set(call, next).await,
                "DeleteNetworkAclEntry" => self.delete(call, next).await,
                "DescribeNetworkAcls" => self.describe(call, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

fn entry(call: &Call) -> Entry {
    let text = |name| call.parameters.text(name).to_owned();
    (text("NetworkAclId"), text("Egress"), text("RuleNumber"))
}

impl AclEntries {
    async fn set(&self, mut call: Call, next: Next<'_>) -> Answer {
        refuse_number(&call)?;
        let protocol = match call.parameters.text("Protocol") {
            "icmp" => "1",
            "tcp" => "6",
            "udp" => "17",
            "icmpv6" => "58",
            "all" => "-1",
            it => it,
        };
        let protocol = protocol.to_owned();
        call.parameters.set("Protocol", &protocol);
        let icmp = call.parameters.value("Icmp.Type").zip(call.parameters.value("Icmp.Code"));
        let icmp = icmp.map(|(kind, code)| (kind.to_owned(), code.to_owned()));
        if matches!(protocol.as_str(), "1" | "58") && icmp.is_none() {
            return Err(refused("MissingParameter", "The request must contain the parameter icmpTypeCode"));
        }
        let answer = send(call.clone(), next).await?;
        self.0.at(&call.place, |known| match icmp {
            Some(icmp) => known.insert(entry(&call), icmp),
            None => known.remove(&entry(&call)),
        });
        Ok(answer)
    }

    async fn delete(&self, call: Call, next: Next<'_>) -> Answer {
        refuse_number(&call)?;
        let answer = send(call.clone(), next).await?;
        self.0.at(&call.place, |known| known.remove(&entry(&call)));
        Ok(answer)
    }

    async fn describe(&self, call: Call, next: Next<'_>) -> Answer {
        let place = call.place.clone();
        let mut document = next.send(call).await?;
        self.0.at(&place, |known| {
            for acl in &mut document.child_mut("networkAclSet").children {
                let id = acl.text_of("networkAclId").to_owned();
                for it in &mut acl.child_mut("entrySet").children {
                    let (egress, number) = (it.text_of("egress"), it.text_of("ruleNumber"));
                    if let Some((kind, code)) = known.get(&(id.clone(), egress.to_owned(), number.to_owned()))
                    {
                        let icmp = Element::new("icmpTypeCode").with(Element::leaf("code", code));
                        it.children.push(icmp.with(Element::leaf("type", kind)));
                    }
                }
            }
        });
        Ok(document)
    }
}

fn refuse_number(call: &Call) -> Result<(), Failure> {
    let number = call.parameters.text("RuleNumber");
    match number.parse() {
        Ok(1..=NUMBER_MAX) => Ok(()),
        _ => {
            let message =
                format!("Value ({number}) for parameter ruleNumber is invalid. Expecting 1 to {NUMBER_MAX}.");
            Err(refused("InvalidParameterValue", message))
        }
    }
}

/// Sends a call, and looks why if LocalStack stumbles over it.
async fn send(call: Call, next: Next<'_>) -> Answer {
    match next.send(call.clone()).await {
        Err(failure) if failure.has_code("InternalError") && !is_there(&call, next).await? => {
            let (_, _, number) = entry(&call);
            let message = format!("The network acl entry identified by {number} does not exist.");
            Err(refused("InvalidNetworkAclEntry.NotFound", message))
        }
        answer => answer,
    }
}

async fn is_there(call: &Call, next: Next<'_>) -> Result<bool, Failure> {
    let (acl, egress, number) = entry(call);
    let acl = next.find(call, "DescribeNetworkAcls", ("networkAclId", &acl)).await?;
    let mut entries = acl.iter().flat_map(|it| it.items("entrySet"));
    Ok(entries.any(|it| it.text_of("egress") == egress && it.text_of("ruleNumber") == number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const ENTRY: &str = "NetworkAclId=acl-1 Egress=false RuleNumber=1";
    const ACLS: &str = "DescribeNetworkAcls <networkAclSet><item><networkAclId>acl-1</networkAclId><entrySet><item>\
        <egress>false</egress><ruleNumber>1</ruleNumber></item></entrySet></item></networkAclSet>";

    fn tell(calls: &str) -> String {
        check(AclEntries::default(), ACLS, calls)
    }

    #[test]
    fn type_and_code_are_kept_until_the_entry_is_replaced() {
        insta::assert_snapshot!(tell(&format!("
            CreateNetworkAclEntry {ENTRY} Protocol=icmp Icmp.Type=8 Icmp.Code=-1
            DescribeNetworkAcls
            ReplaceNetworkAclEntry {ENTRY} Protocol=6
            DescribeNetworkAcls
        ")), @"
        > CreateNetworkAclEntry NetworkAclId=acl-1 Egress=false RuleNumber=1 Protocol=icmp Icmp.Type=8 Icmp.Code=-1
            CreateNetworkAclEntry Egress=false Icmp.Code=-1 Icmp.Type=8 NetworkAclId=acl-1 Protocol=1 RuleNumber=1
        < done
        > DescribeNetworkAcls
            DescribeNetworkAcls
        < <networkAclSet><item><networkAclId>acl-1</networkAclId><entrySet><item><egress>false</egress><ruleNumber>1</ruleNumber><icmpTypeCode><code>-1</code><type>8</type></icmpTypeCode></item></entrySet></item></networkAclSet>
        > ReplaceNetworkAclEntry NetworkAclId=acl-1 Egress=false RuleNumber=1 Protocol=6
            ReplaceNetworkAclEntry Egress=false NetworkAclId=acl-1 Protocol=6 RuleNumber=1
        < done
        > DescribeNetworkAcls
            DescribeNetworkAcls
        < <networkAclSet><item><networkAclId>acl-1</networkAclId><entrySet><item><egress>false</egress><ruleNumber>1</ruleNumber></item></entrySet></item></networkAclSet>
        ");
    }

    #[test]
    fn icmp_needs_a_type() {
        insta::assert_snapshot!(tell(&format!("CreateNetworkAclEntry {ENTRY} Protocol=1")), @"
        > CreateNetworkAclEntry NetworkAclId=acl-1 Egress=false RuleNumber=1 Protocol=1
        < MissingParameter: The request must contain the parameter icmpTypeCode
        ");
    }

    #[test]
    fn a_missing_entry_is_missed_by_name() {
        let world = format!("{ACLS}\nDeleteNetworkAclEntry !InternalError");
        let calls = format!(
            "
            DeleteNetworkAclEntry NetworkAclId=acl-1 Egress=true RuleNumber=1
            DeleteNetworkAclEntry {ENTRY}"
        );
        insta::assert_snapshot!(check(AclEntries::default(), &world, &calls), @"
        > DeleteNetworkAclEntry NetworkAclId=acl-1 Egress=true RuleNumber=1
            DeleteNetworkAclEntry Egress=true NetworkAclId=acl-1 RuleNumber=1
            DescribeNetworkAcls
        < InvalidNetworkAclEntry.NotFound: The network acl entry identified by 1 does not exist.
        > DeleteNetworkAclEntry NetworkAclId=acl-1 Egress=false RuleNumber=1
            DeleteNetworkAclEntry Egress=false NetworkAclId=acl-1 RuleNumber=1
            DescribeNetworkAcls
        < InternalError: no
        ");
    }

    #[test]
    fn the_last_entries_are_nobodys_to_change() {
        insta::assert_snapshot!(tell("DeleteNetworkAclEntry NetworkAclId=acl-1 RuleNumber=32767"), @"
        > DeleteNetworkAclEntry NetworkAclId=acl-1 RuleNumber=32767
        < InvalidParameterValue: Value (32767) for parameter ruleNumber is invalid. Expecting 1 to 32766.
        ");
    }
}
