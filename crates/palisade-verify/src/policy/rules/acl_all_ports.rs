//! `net.acl-all-ports`: ACLs that stop nothing.

use super::Rule;
use super::all_ports::open_throughout;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "net.acl-all-ports",
    also: &[],
    title: "No ACL lets the internet in on all ports",
    weight: Weight::Medium,
    checks: "no ACL of a tier admits every port of tcp or of udp from the internet, by its entries in their order; the VPC's default ACL is not asked",
    mend: "let in what the tier serves, and 1024-65535 for replies",
    source: "VPC user guide, \"Network ACL rules\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    case.acls.iter().filter_map(|it| open_throughout(it, rule)).collect()
}
