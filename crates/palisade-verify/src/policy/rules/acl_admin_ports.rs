//! `EC2.21`: ACLs that let the internet in to administer machines.

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.21",
    also: &["CIS 5: 5.2", "CIS 7: 6.2"],
    title: "No ACL lets the internet in on tcp 22 or 3389",
    weight: Weight::Medium,
    checks: "no ACL of a tier admits tcp 22 or 3389 from the internet, by its entries in their order; the VPC's default ACL is not asked. Port 3389 is among the ephemeral ports: an ACL that lets in replies from the internet to 1024-65535 lets it in as well",
    mend: "deny it in a rule before; where a NAT gateway gets its replies, 3389 may be one of its own ports: allow it here with that reason, and leave it to groups",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let holes = case.acls.iter().flat_map(|it| it.holes.iter().map(move |hole| (it.key, hole)));
    let meant = holes.filter(|(_, hole)| hole.has_tcp(22) || hole.has_tcp(3389));
    meant.map(|(key, hole)| Finding::new(rule, key, hole.to_string()).because(hole.because.clone())).collect()
}
