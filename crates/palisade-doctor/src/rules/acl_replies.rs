//! `sm.acl-replies`: what ACLs stop of replies.

use super::{Case, Rule};
use crate::finding::Finding;
use crate::passage::{Half, findings};

pub(super) const RULE: Rule = Rule {
    id: "sm.acl-replies",
    title: "Replies past the ACLs",
    checks: "the client's ports (1024-65535) back in from S3's public addresses and from the endpoints' subnets, and out there: an ACL does not remember who asked",
    symptom: "`Data download failed: Please ensure that … both the security groups and the subnet's network ACL allow outbound traffic to S3`; calls of other services hang until `Connect timeout on endpoint URL`",
    source: "VPC user guide, \"Network ACLs\" and \"Ephemeral ports\"; aws/amazon-sagemaker-operator-for-k8s#22",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    findings(case, &RULE, Half::Replies)
}
