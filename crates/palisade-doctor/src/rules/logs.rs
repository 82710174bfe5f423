//! `sm.logs`: the way to CloudWatch's logs.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.logs",
    title: "Logs",
    checks: "An endpoint of `logs`, or a route to a NAT gateway, from every subnet of a job, a notebook or a domain",
    symptom: "the SDK shows `Starting` for ever, although the job that it waits for has ended: it polls the logs",
    source: "awsdocs/amazon-sagemaker-developer-guide#259, aws/sagemaker-python-sdk#2199",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["logs"])
}
