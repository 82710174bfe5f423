//! `EC2.6`: a network of whose packets nobody hears.

use palisade_core::kinds::flow_log::{FlowLog, Recorded};

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.6",
    also: &["CIS 5: 3.7", "CIS 7: 4.7"],
    title: "Rejected packets are recorded",
    weight: Weight::Medium,
    checks: "the VPC has a flow log that records rejected packets, or all",
    mend: "in [vpc] write `flow-logs = { to = \"s3://…\" }`",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let Some((key, _)) = case.own_vpc() else { return Vec::new() };
    let mut logs = case.world.of_kind::<FlowLog>().filter(|(_, it)| it.vpc == *key).peekable();
    let message = match logs.peek() {
        None => "it has no flow log",
        Some(_) => "its flow log does not record what is rejected",
    };
    let is_enough = logs.any(|(_, it)| matches!(it.recorded, Recorded::All | Recorded::Reject));
    if is_enough { Vec::new() } else { vec![Finding::new(rule, key, message)] }
}
