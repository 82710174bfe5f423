//! `sm.endpoint-dns-az`: an interface of the runtime's endpoint in every zone.

use std::collections::BTreeSet;

use palisade_core::Key;
use palisade_core::kinds::endpoint::Reach;

use super::{Case, Rule, tiers};
use crate::finding::{Edit, Finding};
use crate::ground::{list, quoted, tier};
use crate::way::by_endpoint;

pub(super) const RULE: Rule = Rule {
    id: "sm.endpoint-dns-az",
    title: "The runtime in every zone",
    checks: "An interface of the endpoint of `sagemaker.runtime` in every zone from which it is called: its private name resolves in those zones only",
    symptom: "`InvokeEndpoint` works in some zones; in the others the name of the runtime does not lead to the endpoint: `Could not connect to the endpoint URL`",
    source: "SageMaker developer guide, \"Connect to SageMaker within your VPC\"",
    examine,
};

const SERVICE: &str = "sagemaker.runtime";

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let called = by_endpoint(case).into_iter().filter(|(service, ..)| *service == SERVICE);
    let findings = called.filter_map(|(_, severity, key, endpoint)| {
        let Reach::Interface { subnets, .. } = &endpoint.reach else { return None };
        let known = case.ground.subnets(subnets);
        let zones: BTreeSet<&str> = known.iter().map(|(_, it)| it.zone.as_str()).collect();
        let own = case.ground.subnets(&case.workload.subnets);
        let outside: Vec<Key> = own
            .iter()
            .filter(|(_, it)| !zones.contains(it.zone.as_str()))
            .map(|(key, _)| (*key).clone())
            .collect();
        // A subnet that exists already may be in any zone.
        if outside.is_empty() || known.len() < subnets.len() {
            return None;
        }
        let message = format!("`{key}` has no interface in the zone of {}", super::spoken(&outside));
        let had: Vec<&str> = subnets.iter().map(tier).collect();
        let mut all: Vec<&str> = Vec::new();
        for it in had.into_iter().chain(tiers(&outside)) {
            if !all.contains(&it) {
                all.push(it);
            }
        }
        let edit = Edit::set(format!("endpoints.{}", quoted(&key.name)), "tiers", list(all));
        let about = [key.clone()].into_iter().chain(outside.iter().cloned());
        Some(Finding::new(&RULE, severity, case, message).about(about).edit(edit))
    });
    findings.collect()
}
