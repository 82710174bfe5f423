//! `sm.notebook`: the way to a notebook's page from within the VPC.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.notebook",
    title: "A notebook's page",
    checks: "An endpoint of `notebook`, or a route to a NAT gateway, for a notebook without direct internet access",
    symptom: "the presigned URL of the notebook times out in a browser that has no way but the VPC: the API endpoint does not serve it",
    source: "SageMaker developer guide, \"Connect to a notebook instance through a VPC interface endpoint\"",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["notebook"])
}
