//! `sm.efs`: NFS with file systems.

use palisade_core::Severity;
use palisade_core::traffic::{Direction, Ports};
use serde_json::Value;

use super::{Case, Rule, among_themselves};
use crate::finding::Finding;
use crate::groups::{Flow, reach_anything};
use crate::workload::What;

pub(super) const RULE: Rule = Rule {
    id: "sm.efs",
    title: "File systems",
    checks: "tcp 2049 between the groups of a domain and its file system of home directories; tcp 2049 (EFS) or 988 (Lustre) out of the groups of a job that reads a file system",
    symptom: "Studio: an app hangs while it mounts the home directory, and fails; a job fails before it begins, since its file system cannot be mounted",
    source: "SageMaker developer guide, \"Connect Studio notebooks in a VPC to external resources\" and \"FileSystemDataSource\"; EFS user guide, \"Using VPC security groups\"; aws/sagemaker-python-sdk#2204",
    examine,
};

const NFS: u16 = 2049;
const LUSTRE: u16 = 988;

fn examine(case: &Case<'_>) -> Vec<Finding> {
    match case.workload.what {
        What::Studio => of_domain(case).into_iter().collect(),
        What::Training | What::Processing => of_job(case).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// AWS adds groups of its own for NFS, and asks for the rules nevertheless.
fn of_domain(case: &Case<'_>) -> Option<Finding> {
    let is_without =
        case.workload.settings?.get("HomeEfsFileSystemCreation").is_some_and(|it| it == "Disabled");
    let shut = among_themselves(case, Ports::one(NFS));
    if is_without || case.workload.bypasses() || shut.is_empty() {
        return None;
    }
    let ways: Vec<&str> = shut.iter().map(|it| it.pick("in from", "out to")).collect();
    let message =
        format!("its groups must let tcp {NFS} {} themselves, for the home directories", ways.join(" and "));
    let finding =
        Finding::new(&RULE, Severity::Warning, case, message).about(case.workload.groups.iter().cloned());
    let edit = |it: &Direction| {
        let rule = format!("{{ {} = \"self\", ports = {NFS} }}", it.preposition());
        case.add_rule(it.as_str(), rule)
    };
    Some(shut.iter().fold(finding, |finding, it| finding.edit(edit(it))))
}

fn of_job(case: &Case<'_>) -> Option<Finding> {
    let named = case.workload.find("FileSystemType", &Value::is_string)?;
    let port = if named == "FSxLustre" { LUSTRE } else { NFS };
    if reach_anything(case.ground, &case.workload.groups, Flow::tcp(Direction::Outbound, Ports::one(port))) {
        return None;
    }
    let message = format!("its groups let no tcp {port} out, which the file system that it reads needs");
    let finding =
        Finding::new(&RULE, Severity::Error, case, message).about(case.workload.groups.iter().cloned());
    Some(finding.edit(case.add_rule("outbound", format!("{{ to = \"vpc\", ports = {port} }}"))))
}
