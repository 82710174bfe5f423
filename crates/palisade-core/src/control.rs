//! The controls of the policy pack by their ids, and what a blueprint says about them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::key::Key;

/// The id of every control, in the order in which the pack tells them: Security Hub's where it has one.
///
/// What each of them checks is the business of the pack, which has one rule for each; the language only names them.
pub const IDS: &[&str] = &[
    "net.all-ports",
    "EC2.19",
    "EC2.13",
    "EC2.14",
    "EC2.53",
    "EC2.54",
    "EC2.18",
    "net.wide-ranges",
    "EC2.2",
    "EC2.22",
    "net.acl-all-ports",
    "EC2.21",
    "EC2.16",
    "EC2.15",
    "EC2.12",
    "net.igw-route",
    "net.peering",
    "net.zones",
    "EC2.6",
    "net.endpoint-policy",
    "net.endpoint-zones",
    "net.s3-endpoint",
    "EC2.10",
    "EC2.55",
    "EC2.56",
    "EC2.57",
    "SageMaker.1",
    "SageMaker.2",
    "SageMaker.3",
    "SageMaker.4",
    "SageMaker.5",
    "ml.model-vpc",
    "ml.job-vpc",
    "ml.job-isolation",
    "ml.traffic-encryption",
    "ml.volume-key",
    "ml.domain-vpc-only",
];

/// What a blueprint says about controls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stance {
    /// The controls whose findings stop a plan.
    pub deny: BTreeSet<String>,
    /// The findings that are as they shall be.
    pub allow: Vec<Allowance>,
}

/// One finding that is as it shall be, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The control.
    pub id: String,
    /// What the finding is about.
    pub key: Key,
    /// Why it is as it shall be.
    pub reason: String,
    /// Where it stands in the blueprint.
    pub span: Range<usize>,
}
