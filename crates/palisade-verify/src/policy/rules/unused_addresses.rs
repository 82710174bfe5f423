//! `EC2.12`: elastic IPs that nothing has.

use palisade_core::Key;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::nat_gateway::NatGateway;

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.12",
    also: &[],
    title: "Every elastic IP is of use",
    weight: Weight::Low,
    checks: "every elastic IP is a NAT gateway's; those of a blueprint are",
    mend: "release it",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let is_used = |key: &Key| case.world.of_kind::<NatGateway>().any(|(_, it)| it.address == *key);
    let unused = case.own::<ElasticIp>().filter(|(key, _)| !is_used(key));
    unused.map(|(key, _)| Finding::new(rule, key, "no NAT gateway has it")).collect()
}
