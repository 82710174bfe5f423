//! `sm.acl-requests`: what ACLs stop of requests.

use super::{Case, Rule};
use crate::finding::Finding;
use crate::passage::{Half, findings};

pub(super) const RULE: Rule = Rule {
    id: "sm.acl-requests",
    title: "Requests past the ACLs",
    checks: "tcp 443 out of the ACL of every subnet of the workload, to S3's addresses and to the endpoints' subnets, and in there",
    symptom: "`Data download failed: Please ensure that … both the security groups and the subnet's network ACL allow outbound traffic to S3`; calls of other services hang until `Connect timeout on endpoint URL`",
    source: "VPC user guide, \"Network ACLs\" and \"Ephemeral ports\"; aws/amazon-sagemaker-operator-for-k8s#22",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    findings(case, &RULE, Half::Requests)
}
