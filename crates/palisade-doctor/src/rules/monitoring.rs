//! `sm.monitoring`: the way to CloudWatch's metrics.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.monitoring",
    title: "Metrics",
    checks: "An endpoint of `monitoring`, or a route to a NAT gateway, from every subnet of a domain",
    symptom: "metrics that an app puts are lost, and the call hangs until it times out",
    source: "aws-samples/amazon-sagemaker-studio-vpc-blog#7",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["monitoring"])
}
