//! `sm.kernel`: Studio's apps among themselves.

use palisade_core::Severity;
use palisade_core::traffic::{Direction, Ports};

use super::{Case, Rule, among_themselves};
use crate::finding::Finding;
use crate::workload::What;

pub(super) const RULE: Rule = Rule {
    id: "sm.kernel",
    title: "Studio's apps and kernels",
    checks: "tcp 8192-65535 from and to the groups of a domain themselves: between the server and its kernels",
    symptom: "kernels do not start: a notebook stays at `Starting notebook kernel…`, or `Failed to launch app`",
    source: "SageMaker developer guide, \"Connect Studio notebooks in a VPC to external resources\"; aws-samples/amazon-sagemaker-studio-vpc-blog#4",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    if case.workload.what != What::Studio || case.workload.bypasses() {
        return Vec::new();
    }
    let ports = Ports { from: 8192, to: u16::MAX };
    let shut: Vec<Direction> = among_themselves(case, ports);
    let edit = |it: &Direction| {
        let rule = format!("{{ {} = \"self\", ports = \"8192-65535\" }}", it.preposition());
        case.add_rule(it.as_str(), rule)
    };
    let ways: Vec<&str> = shut.iter().map(|it| it.pick("in from", "out to")).collect();
    let message = format!("its groups must let tcp {ports} {} themselves", ways.join(" and "));
    let finding =
        Finding::new(&RULE, Severity::Error, case, message).about(case.workload.groups.iter().cloned());
    let finding = shut.iter().fold(finding, |finding, it| finding.edit(edit(it)));
    if shut.is_empty() { Vec::new() } else { vec![finding] }
}
