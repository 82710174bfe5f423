//! `sm.egress`: 443 from the workload's groups.

use std::collections::BTreeMap;

use palisade_core::kinds::endpoint::Reach;
use palisade_core::traffic::{Direction, Ports};
use palisade_core::{Key, Severity};

use super::s3::symptom;
use super::{Case, Rule};
use crate::finding::Finding;
use crate::groups::{Flow, passes, reach_public, reach_s3};
use crate::need::{SERVICES, need, needs_s3};
use crate::regions::Passes;
use crate::way::{Way, by_endpoint, ends, way};

pub(super) const RULE: Rule = Rule {
    id: "sm.egress",
    title: "Out of the workload's groups",
    checks: "tcp 443 out of the groups of the workload to S3's addresses, to every endpoint that it uses, and to the internet for what has no endpoint",
    symptom: "calls hang until `Connect timeout on endpoint URL`",
    source: "SageMaker developer guide, \"Give training jobs access to resources in your VPC\"; aws/amazon-sagemaker-operator-for-k8s#22",
    examine,
};

const HTTPS: u16 = 443;

fn examine(case: &Case<'_>) -> Vec<Finding> {
    to_s3(case).into_iter().chain(to_endpoints(case)).chain(out(case)).collect()
}

fn to_s3(case: &Case<'_>) -> Option<Finding> {
    let gateway = gateway(case)?;
    if reach_s3(case.ground, &case.workload.groups) {
        return None;
    }
    let finding = Finding::new(&RULE, Severity::Error, case, "its groups let no tcp 443 out to S3");
    let finding = finding.about(case.workload.groups.iter().cloned()).symptom(symptom(case.workload.what));
    let rule = format!("{{ to = \"endpoint:{}\", ports = {HTTPS} }}", gateway.name);
    Some(finding.edit(case.add_rule("outbound", rule)))
}

/// Returns the gateway endpoint through which a workload gets to S3, from some of its subnets at least.
fn gateway<'a>(case: &Case<'a>) -> Option<&'a Key> {
    let subnets = case.ground.subnets(&case.workload.subnets);
    let has_it = needs_s3(case.workload) && subnets.iter().any(|(_, it)| case.ground.has_s3_gateway(it));
    let mut gateways =
        case.ground.endpoints("s3").filter(|(_, it)| matches!(it.reach, Reach::Gateway { .. }));
    gateways.next().filter(|_| has_it).map(|(key, _)| key)
}

/// One finding for all endpoints behind the same groups.
fn to_endpoints(case: &Case<'_>) -> Vec<Finding> {
    let mut shut: BTreeMap<Vec<Key>, (Severity, Vec<&str>)> = BTreeMap::new();
    let https = Flow::tcp(Direction::Outbound, Ports::one(HTTPS));
    for (service, severity, _, endpoint) in by_endpoint(case) {
        let ends = ends(case, endpoint);
        if passes(case.ground, &case.workload.groups, https, &ends) != Passes::All {
            let (worst, services) = shut.entry(ends.groups).or_insert((severity, Vec::new()));
            *worst = (*worst).min(severity);
            services.push(service);
        }
    }
    let finding = |(groups, (severity, services)): (Vec<Key>, (Severity, Vec<&str>))| {
        let message =
            format!("its groups let no tcp 443 out to the endpoints of {}", super::spoken(&services));
        let about = case.workload.groups.iter().chain(&groups).cloned();
        let to = match groups.iter().find(|it| !it.is_existing()) {
            Some(group) => format!("group:{}", group.name),
            None => "vpc".to_owned(),
        };
        let edit = case.add_rule("outbound", format!("{{ to = \"{to}\", ports = {HTTPS} }}"));
        Finding::new(&RULE, severity, case, message).about(about).edit(edit)
    };
    shut.into_iter().map(finding).collect()
}

/// Through a NAT gateway, where a service has no endpoint.
fn out(case: &Case<'_>) -> Option<Finding> {
    let is_out = |service: &str| matches!(way(case, service), Way::Out);
    let groups = &case.workload.groups;
    let others = SERVICES.iter().filter(|_| !reach_public(case.ground, groups, false));
    let others = others.filter_map(|it| Some((need(case.workload, it)?, *it)).filter(|_| is_out(it)));
    let s3_is_out = needs_s3(case.workload) && gateway(case).is_none() && is_out("s3");
    let s3 = (s3_is_out && !reach_s3(case.ground, groups)).then_some((Severity::Error, "s3"));
    let shut: Vec<(Severity, &str)> = s3.into_iter().chain(others).collect();
    let severity = shut.iter().map(|(severity, _)| *severity).min()?;
    let services: Vec<&str> = shut.iter().map(|(_, service)| *service).collect();
    let message = format!("its groups let no tcp 443 out to the internet, for {}", super::spoken(&services));
    let finding = Finding::new(&RULE, severity, case, message).about(groups.iter().cloned());
    Some(finding.edit(case.add_rule("outbound", format!("{{ to = \"internet\", ports = {HTTPS} }}"))))
}
