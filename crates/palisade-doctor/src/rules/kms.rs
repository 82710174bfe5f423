//! `sm.kms`: the way to KMS.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.kms",
    title: "Keys from KMS",
    checks: "An endpoint of `kms`, or a route to a NAT gateway, for code that encrypts by itself",
    symptom: "calls of KMS hang until `Connect timeout on endpoint URL: https://kms…`",
    source: "SageMaker developer guide, \"Connect to SageMaker within your VPC\"",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["kms"])
}
