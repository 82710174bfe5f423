//! `ml.volume-key`: disks of workloads.

use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::endpoint_config::EndpointConfig;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::{Document, Key};
use serde_json::Value;

use super::Rule;
use super::job::jobs;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::{at, list, text};

pub(super) const RULE: Rule = Rule {
    id: "ml.volume-key",
    also: &[],
    title: "Disks are encrypted with a key of yours",
    weight: Weight::Low,
    checks: "notebook instances, domains, endpoint configurations and jobs name a KMS key for their disks, unless their machines have disks of their own, for which SageMaker takes none",
    mend: "write the key: `kms-key-id`, in a job `volume-kms-key-id` of its machines",
    source: "SageMaker developer guide, \"Protect Data at Rest Using Encryption\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let mut found: Vec<&Key> = Vec::new();
    let has_no = |it: &Document| text(it, &["KmsKeyId"]).is_empty();
    found.extend(case.own::<Notebook>().filter(|(_, it)| has_no(&it.settings)).map(|(key, _)| key));
    found.extend(case.own::<Domain>().filter(|(_, it)| has_no(&it.settings)).map(|(key, _)| key));
    let configs = case.own::<EndpointConfig>().filter(|(_, it)| {
        let variants = list(&it.settings, &["ProductionVariants"]);
        has_no(&it.settings) && variants.iter().any(takes_key)
    });
    found.extend(configs.map(|(key, _)| key));
    for job in jobs(case) {
        let places = [&["ResourceConfig"][..], &["ProcessingResources", "ClusterConfig"]];
        let machines = places.into_iter().find_map(|it| at(job.settings, it));
        let Some(machines) = machines else { continue };
        let groups = list(job.settings, &["ResourceConfig", "InstanceGroups"]);
        let has_key = machines.get("VolumeKmsKeyId").is_some();
        if !has_key && [machines].into_iter().chain(groups).any(takes_key) {
            found.push(job.key);
        }
    }
    found
        .into_iter()
        .map(|it| Finding::new(rule, it, "its disks are encrypted with a key of AWS's"))
        .collect()
}

/// Returns whether machines take a key: those with NVMe disks of their own encrypt them by themselves, and SageMaker
/// refuses a request with a key (SageMaker API reference, `ResourceConfig`).
fn takes_key(machines: &Value) -> bool {
    let Some(instance_type) = machines.get("InstanceType").and_then(Value::as_str) else { return false };
    let family = instance_type.trim_start_matches("ml.").split('.').next().unwrap_or_default();
    const OWN_DISKS: &[&str] = &[
        "g4dn", "g5", "g6", "g6e", "gr6", "p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "trn1", "trn1n", "trn2",
    ];
    let is_of_disks = |it: &str| it.starts_with(['c', 'm', 'r']) && (it.ends_with('d') || it.ends_with("dn"));
    !OWN_DISKS.contains(&family) && !is_of_disks(family) && !family.starts_with("p6-")
}
