//! `sm.sts`: the way to STS.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.sts",
    title: "Credentials from STS",
    checks: "An endpoint of `sts`, or a route to a NAT gateway, from every subnet of a job, a notebook or a domain",
    symptom: "the SDK hangs where it asks who it is, and then `Connect timeout on endpoint URL: https://sts…`, or says that a permission for STS is missing",
    source: "awsdocs/amazon-sagemaker-developer-guide#259, aws/sagemaker-python-sdk#1142",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["sts"])
}
