//! `net.zones`: a network that fails with its zone.

use std::collections::BTreeSet;

use super::Rule;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "net.zones",
    also: &[],
    title: "A network has subnets in several zones",
    weight: Weight::Low,
    checks: "the subnets of the VPC stand in two availability zones or more",
    mend: "name another zone in `[vpc]`: `zones = [\"a\", \"b\"]`",
    source: "VPC user guide, \"Security best practices for your VPC\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let Some((key, _)) = case.own_vpc() else { return Vec::new() };
    let zones: BTreeSet<&str> = case.world.subnets().map(|(_, it)| it.zone.as_str()).collect();
    let only = zones.iter().next().filter(|_| zones.len() == 1);
    only.map(|zone| Finding::new(rule, key, format!("all of its subnets are in {zone}")))
        .into_iter()
        .collect()
}
