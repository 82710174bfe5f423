//! `sm.no-internet`: ways around the network.

use palisade_core::Severity;

use super::{Case, Rule};
use crate::finding::{Edit, Finding, Subject};
use crate::ground::table_of;
use crate::workload::What;

pub(super) const RULE: Rule = Rule {
    id: "sm.no-internet",
    title: "No way around the network",
    checks: "`direct-internet-access = \"Disabled\"` for a notebook, `app-network-access-type = \"VpcOnly\"` for a domain: otherwise their traffic, also that to S3, leaves through a VPC of SageMaker's own",
    symptom: "everything works, and nothing that this blueprint says of routes, groups, endpoints and their policies holds for it",
    source: "SageMaker developer guide, \"Connect a notebook instance in a VPC to external resources\"; Security Hub, SageMaker.1",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let Subject::Workload(key) = &case.workload.subject else { return Vec::new() };
    if !case.workload.bypasses() {
        return Vec::new();
    }
    let (line, value) = match case.workload.what {
        What::Studio => ("app-network-access-type", "\"VpcOnly\""),
        _ => ("direct-internet-access", "\"Disabled\""),
    };
    let message = "what it sends out of the VPC does not go through this network";
    let finding = Finding::new(&RULE, Severity::Warning, case, message);
    vec![finding.edit(Edit::set(table_of(key), line, value))]
}
