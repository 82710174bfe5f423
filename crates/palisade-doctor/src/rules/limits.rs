//! `sm.limits`: how many groups and subnets.

use palisade_core::Severity;

use super::{Case, Rule};
use crate::finding::{Edit, Finding};
use crate::workload::What;

pub(super) const RULE: Rule = Rule {
    id: "sm.limits",
    title: "Groups and subnets",
    checks: "One to five groups (none for a notebook is the VPC's default one; four for a domain or a profile, to which AWS adds one) and at most 16 subnets",
    symptom: "`ValidationException: … Member must have length less than or equal to 5` (or 16, or greater than or equal to 1) when it is created",
    source: "SageMaker API reference, `VpcConfig` and `UserSettings`",
    examine,
};

const MAX_GROUPS: usize = 5;
const MAX_SUBNETS: usize = 16;

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let workload = case.workload;
    let (n_groups, n_subnets) = (workload.groups.len(), workload.subnets.len());
    let is_studio = workload.what == What::Studio;
    let told = |severity, message: String, words: &str| {
        let finding = Finding::new(&RULE, severity, case, message).about(workload.groups.iter().cloned());
        finding.edit(Edit::Choose(words.to_owned()))
    };
    let mut findings = Vec::new();
    if MAX_GROUPS < n_groups {
        let message = format!("it has {n_groups} groups, and AWS takes {MAX_GROUPS}");
        findings.push(told(Severity::Error, message, "merge rules of groups in `security-groups`"));
    } else if is_studio && n_groups == MAX_GROUPS {
        let message =
            format!("it has {n_groups} groups, to which AWS adds one for NFS, and takes {MAX_GROUPS}");
        findings.push(told(Severity::Warning, message, "merge rules of groups in `security-groups`"));
    } else if n_groups == 0 && workload.what != What::Notebook {
        findings.push(told(Severity::Error, "it has no group".to_owned(), "name one in `security-groups`"));
    }
    if MAX_SUBNETS < n_subnets {
        let message = format!("it has {n_subnets} subnets, and AWS takes {MAX_SUBNETS}");
        findings.push(told(Severity::Error, message, "name fewer tiers, or narrow the `zones` of its tier"));
    }
    findings
}
