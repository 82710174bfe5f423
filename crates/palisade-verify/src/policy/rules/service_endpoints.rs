//! `EC2.10`, `EC2.55`, `EC2.56`, `EC2.57`: services that are asked over the internet.
//!
//! Security Hub asks for these endpoints of every VPC. Here they are asked for where a NAT gateway leads to the services
//! otherwise: where nothing does, nothing reaches them at all, and what workloads need there is told by `palisade doctor`.

use palisade_core::kinds::endpoint::{Endpoint, Reach};

use super::{Rule, SECURITY_HUB_EC2, spoken};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

const OF_IMAGES: &str = "where a subnet reaches the internet through a NAT gateway, the VPC has an interface endpoint of the service; elsewhere nothing reaches it but by an endpoint";
const OF_INSTANCES: &str = "where a subnet in which nothing of SageMaker's stands reaches the internet through a NAT gateway, and so may have instances of EC2, the VPC has an interface endpoint of the service";
const MEND: &str =
    "write an endpoint of it in `[endpoints]`, or allow it here if nothing in the network asks the service";

pub(super) const EC2: Rule = Rule {
    id: "EC2.10",
    also: &[],
    title: "The API of EC2 is reached through an endpoint",
    weight: Weight::Medium,
    checks: OF_INSTANCES,
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| of_instances(case, rule, "ec2"),
};

pub(super) const ECR_API: Rule = Rule {
    id: "EC2.55",
    also: &[],
    title: "The API of ECR is reached through an endpoint",
    weight: Weight::Medium,
    checks: OF_IMAGES,
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| of_images(case, rule, "ecr.api"),
};

pub(super) const ECR_DKR: Rule = Rule {
    id: "EC2.56",
    also: &[],
    title: "The registry of ECR is reached through an endpoint",
    weight: Weight::Medium,
    checks: OF_IMAGES,
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| of_images(case, rule, "ecr.dkr"),
};

pub(super) const SSM: Rule = Rule {
    id: "EC2.57",
    also: &[],
    title: "Systems Manager is reached through an endpoint",
    weight: Weight::Medium,
    checks: OF_INSTANCES,
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| of_instances(case, rule, "ssm"),
};

fn of_images(case: &Case<'_>, rule: &Rule, service: &str) -> Vec<Finding> {
    let tables = case.behind_nat().into_iter().filter_map(|(_, subnet, _)| case.own_table(subnet)).collect();
    lacking(case, rule, service, tables)
}

fn of_instances(case: &Case<'_>, rule: &Rule, service: &str) -> Vec<Finding> {
    let standing = case.standing();
    let free = case.behind_nat().into_iter().filter(|(key, ..)| !standing.contains(key));
    let tables = free.filter_map(|(_, subnet, _)| case.own_table(subnet)).collect();
    lacking(case, rule, service, tables)
}

fn lacking(
    case: &Case<'_>,
    rule: &Rule,
    service: &str,
    tables: std::collections::BTreeSet<&palisade_core::Key>,
) -> Vec<Finding> {
    let is_of = |it: &Endpoint| {
        matches!(it.reach, Reach::Interface { .. }) && it.service.ends_with(&format!(".{service}"))
    };
    let has_endpoint = case.world.of_kind::<Endpoint>().any(|(_, it)| is_of(it));
    let Some((key, _)) = case.own_vpc().filter(|_| !has_endpoint && !tables.is_empty()) else {
        return Vec::new();
    };
    let tables: Vec<_> = tables.into_iter().collect();
    let message = format!("`{service}` is asked through the NAT gateways of {}", spoken(&tables));
    vec![Finding::new(rule, key, message)]
}
