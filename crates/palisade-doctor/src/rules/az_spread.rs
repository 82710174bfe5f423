//! `sm.az-spread`: how many zones.

use std::collections::BTreeSet;

use palisade_core::Severity;

use super::{Case, Rule, tiers};
use crate::finding::{Edit, Finding};
use crate::ground::list;
use crate::workload::{What, is_served};

pub(super) const RULE: Rule = Rule {
    id: "sm.az-spread",
    title: "Zones",
    checks: "Two zones for a model that an endpoint serves, even on one instance; one zone for a job of several instances with EFA, which does not cross zones",
    symptom: "`CreateEndpoint` fails: at least two subnets in different availability zones are needed; a job with EFA does not get its instances together: `CapacityError`",
    source: "SageMaker developer guide, \"Give SageMaker hosted endpoints access to resources in your VPC\"; EC2 user guide, \"Elastic Fabric Adapter\"",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let known = case.ground.subnets(&case.workload.subnets);
    if known.len() < case.workload.subnets.len() {
        return Vec::new();
    }
    let zones: BTreeSet<&str> = known.iter().map(|(_, it)| it.zone.as_str()).collect();
    let is_served =
        case.workload.what == What::Hosting && is_served(case.ground.network, &case.workload.subject);
    let crosses = case.workload.has_efa() && 1 < case.workload.n_instances() && 1 < zones.len();
    if is_served && zones.len() < 2 {
        let message = format!(
            "its subnets are all in zone {}, and hosting needs two zones",
            super::spoken(&Vec::from_iter(zones.clone()))
        );
        let finding = Finding::new(&RULE, Severity::Error, case, message);
        return vec![finding.about(case.workload.subnets.iter().cloned()).edit(wider(case, &zones))];
    }
    if crosses {
        let message = format!(
            "its instances have EFA, which does not cross zones, and its subnets are in {}",
            zones.len()
        );
        let finding = Finding::new(&RULE, Severity::Warning, case, message);
        let words = "give it a vpc-config of a tier with one zone: `zones = [\"…\"]` in the tier";
        return vec![
            finding.about(case.workload.subnets.iter().cloned()).edit(Edit::Choose(words.to_owned())),
        ];
    }
    Vec::new()
}

/// The tier in its zone and in another one of the network.
fn wider(case: &Case<'_>, zones: &BTreeSet<&str>) -> Edit {
    let others = case.ground.zones();
    let other = others.iter().find(|it| !zones.contains(**it));
    match (tiers(&case.workload.subnets).as_slice(), other) {
        ([tier], Some(other)) => {
            Edit::set(format!("tiers.{tier}"), "zones", list(zones.iter().copied().chain([*other])))
        }
        _ => Edit::Choose("name a second zone in `zones` of [vpc], or of its tier".to_owned()),
    }
}
