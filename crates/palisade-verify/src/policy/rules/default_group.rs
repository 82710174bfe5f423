//! `EC2.2`: the group that everything carries for which nobody names one.

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.2",
    also: &["CIS 5: 5.5", "CIS 7: 6.5"],
    title: "The default group lets nothing pass",
    weight: Weight::High,
    checks: "the VPC's default security group has no rules",
    mend: "leave `default-security-group` out, or write `default-security-group = \"empty\"`",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let Some((key, vpc)) = case.own_vpc() else { return Vec::new() };
    let message = match &vpc.defaults.group {
        None => "its default security group is left as AWS makes it",
        Some(group) if !group.inbound.is_empty() || !group.outbound.is_empty() => {
            "its default security group has rules"
        }
        Some(_) => return Vec::new(),
    };
    vec![Finding::new(rule, key, message)]
}
