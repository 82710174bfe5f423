//! `sm.s3`: the way to S3.

use palisade_core::kinds::endpoint::Reach;
use palisade_core::{Key, Severity};

use super::{Case, Rule, tiers};
use crate::finding::{Edit, Finding};
use crate::ground::{WayOut, list, quoted, tier};
use crate::need::needs_s3;
use crate::workload::What;

pub(super) const RULE: Rule = Rule {
    id: "sm.s3",
    title: "A route to S3",
    checks: "A gateway endpoint of S3 in the table of every subnet, or a route to a NAT gateway; also with network isolation, since AWS itself brings data through the VPC",
    symptom: "`ClientError: Data download failed: Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device, and both the security groups and the subnet's network ACL allow outbound traffic to S3`",
    source: "SageMaker developer guide, \"Give training jobs access to resources in your VPC\"; aws/amazon-sagemaker-operator-for-k8s#22",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    if !needs_s3(case.workload) {
        return Vec::new();
    }
    let without =
        |subnet| !case.ground.has_s3_gateway(subnet) && case.ground.way_out(subnet) != WayOut::There;
    let subnets = case.ground.subnets(&case.workload.subnets);
    let shut: Vec<_> = subnets.into_iter().filter(|(_, it)| without(it)).collect();
    if shut.is_empty() {
        return Vec::new();
    }
    let is_public = shut.iter().any(|(_, it)| case.ground.way_out(it) == WayOut::PublicOnly);
    let table = |(key, subnet): &(&Key, &palisade_core::kinds::subnet::Subnet)| match &subnet.route_table {
        Some(table) => table.clone(),
        None => (*key).clone(),
    };
    let mut tables: Vec<Key> = shut.iter().map(table).collect();
    tables.dedup();
    let named: Vec<String> = tables.iter().map(|it| format!("`{it}`")).collect();
    let public = match is_public {
        true => "; the internet gateway is of no use to it, since its interfaces have no public address",
        false => "",
    };
    let message = format!("no route to S3 in {}{public}", named.join(", "));
    let subnets: Vec<Key> = shut.iter().map(|(key, _)| (*key).clone()).collect();
    let finding = Finding::new(&RULE, Severity::Error, case, message)
        .about(tables)
        .symptom(symptom(case.workload.what));
    vec![finding.edit(edit(case, &subnets))]
}

/// Returns what AWS says of S3 that is out of reach.
pub(crate) fn symptom(what: What) -> &'static str {
    match what {
        What::Hosting => {
            "the endpoint fails to get in service: `Please ensure that an S3 VPC endpoint exists in route table or NAT gateway`"
        }
        What::Notebook | What::Studio => {
            "calls of S3 hang until `Connect timeout on endpoint URL: https://….s3…`"
        }
        What::Training | What::Processing | What::Place => RULE.symptom,
    }
}

/// The endpoint in the tiers that it has and in those that lack it.
fn edit(case: &Case<'_>, subnets: &[Key]) -> Edit {
    let gateway = case.ground.endpoints("s3").find_map(|(key, it)| match &it.reach {
        Reach::Gateway { route_tables } => Some((key.name.as_str(), route_tables)),
        Reach::Interface { .. } => None,
    });
    let mut all: Vec<&str> = Vec::new();
    let had = gateway.iter().flat_map(|(_, tables)| tables.iter()).filter(|it| !it.is_existing()).map(tier);
    for tier in had.chain(tiers(subnets)) {
        if !all.contains(&tier) {
            all.push(tier);
        }
    }
    let name = gateway.map_or("s3", |(name, _)| name);
    Edit::set(format!("endpoints.{}", quoted(name)), "tiers", list(all))
}
