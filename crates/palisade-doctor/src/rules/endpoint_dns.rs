//! `sm.endpoint-dns`: names that lead to the endpoints.

use palisade_core::Severity;

use super::{Case, Rule};
use crate::finding::{Edit, Finding};
use crate::ground::quoted;
use crate::need::{SERVICES, need, needs_s3};
use crate::way::{Way, way};

pub(super) const RULE: Rule = Rule {
    id: "sm.endpoint-dns",
    title: "Names of endpoints",
    checks: "Private DNS on the interface endpoints, and `dns-support` and `dns-hostnames` of the VPC, without which AWS's names lead to public addresses",
    symptom: "the endpoint is there and is not used: calls go to a public address and hang until `Connect timeout on endpoint URL`; without the VPC's DNS, `Could not connect to the endpoint URL`",
    source: "PrivateLink guide, \"Access an AWS service using an interface VPC endpoint\"; awsdocs/amazon-sagemaker-developer-guide#259",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    if let Some(finding) = of_vpc(case) {
        return vec![finding];
    }
    let nameless = SERVICES.iter().filter_map(|service| {
        let severity = need(case.workload, service)?;
        let Way::Nameless(key) = way(case, service) else { return None };
        let message =
            format!("`{key}` has no private DNS, so that the name of `{service}` does not lead to it");
        let finding = Finding::new(&RULE, severity, case, message).about([key.clone()]);
        Some(finding.edit(Edit::set(format!("endpoints.{}", quoted(&key.name)), "private-dns", "true")))
    });
    nameless.collect()
}

fn of_vpc(case: &Case<'_>) -> Option<Finding> {
    let (key, vpc) = case.ground.vpc()?;
    let called = SERVICES.iter().filter_map(|service| {
        let severity = need(case.workload, service)?;
        matches!(way(case, service), Way::Endpoint(..)).then_some(severity)
    });
    // Without a resolver, not even the names of what is outside are known.
    let s3 = (!vpc.dns_support && needs_s3(case.workload)).then_some(Severity::Error);
    let severity = called.chain(s3).min()?;
    let off = [("dns-support", vpc.dns_support), ("dns-hostnames", vpc.dns_hostnames)];
    let off: Vec<&str> = off.iter().filter(|(_, is_on)| !is_on).map(|(name, _)| *name).collect();
    if off.is_empty() {
        return None;
    }
    let message =
        format!("the VPC has {} off, so that names do not lead to its endpoints", super::spoken(&off));
    let finding = Finding::new(&RULE, severity, case, message).about([key.clone()]);
    Some(finding.edit(Edit::sets("vpc", off.into_iter().map(|it| (it, "true".to_owned())))))
}
