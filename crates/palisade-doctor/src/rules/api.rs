//! `sm.api`: the way to SageMaker's own API.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.api",
    title: "SageMaker's API",
    checks: "An endpoint of `sagemaker.api`, or a route to a NAT gateway, from every subnet of a job, a notebook or a domain",
    symptom: "Studio: `SageMaker Studio is unable to reach SageMaker endpoint. Please ensure your VPC has connectivity to SageMaker via Internet or VPC Endpoint`; a notebook or a job that calls the SDK hangs until `Connect timeout on endpoint URL`",
    source: "SageMaker developer guide, \"Connect to SageMaker within your VPC\"; data-dot-all/dataall#351, aws/aws-cli#3940",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["sagemaker.api"])
}
