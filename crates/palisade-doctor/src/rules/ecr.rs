//! `sm.ecr`: the way to images.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.ecr",
    title: "Images from ECR",
    checks: "Endpoints of both `ecr.api` and `ecr.dkr`, or a route to a NAT gateway: for an image that is pulled through the VPC, and for code that builds or pulls images",
    symptom: "the image cannot be pulled: the endpoint of a model fails to get in service, and `docker pull` in Studio times out",
    source: "SageMaker developer guide, \"Use a private Docker registry for real-time inference containers\"; aws-samples/amazon-sagemaker-studio-vpc-blog#1",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["ecr.api", "ecr.dkr"])
}
