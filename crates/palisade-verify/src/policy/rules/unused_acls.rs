//! `EC2.16`: ACLs that no subnet follows.

use palisade_core::Key;
use palisade_core::kinds::network_acl::NetworkAcl;

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.16",
    also: &[],
    title: "Every ACL is of use",
    weight: Weight::Low,
    checks: "every ACL is followed by a subnet; those of a blueprint are, since they are their tier's",
    mend: "take it away, or let a subnet follow it",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let is_followed = |key: &Key| case.world.subnets().any(|(_, it)| it.network_acl.as_ref() == Some(key));
    let unused = case.own::<NetworkAcl>().filter(|(key, _)| !is_followed(key));
    unused.map(|(key, _)| Finding::new(rule, key, "no subnet follows it")).collect()
}
