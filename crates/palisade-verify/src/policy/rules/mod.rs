//! The rules of the pack, one file for what belongs together: what a control checks, where that comes from, how to mend
//! it.

use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

mod acl_admin_ports;
mod acl_all_ports;
mod admin_ports;
mod all_ports;
mod authorised_ports;
mod default_group;
mod domain;
mod endpoint_policy;
mod endpoint_zones;
mod flow_logs;
mod high_risk_ports;
mod igw_route;
mod job;
mod model;
mod notebook;
mod peering;
mod public_addresses;
mod s3_endpoint;
mod service_endpoints;
mod serving;
mod traffic_encryption;
mod unused_acls;
mod unused_addresses;
mod unused_groups;
mod volume_key;
mod wide_ranges;
mod zones;

/// A control.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its stable id: Security Hub's where it has one, such as `EC2.13`.
    pub id: &'static str,
    /// What else asks for it.
    pub also: &'static [&'static str],
    /// Its name for people.
    pub title: &'static str,
    /// How bad it is if it is not kept.
    pub weight: Weight,
    /// What must be so.
    pub checks: &'static str,
    /// How to mend what is not.
    pub mend: &'static str,
    /// Where that comes from.
    pub source: &'static str,
    pub(crate) examine: fn(&Case<'_>, &Rule) -> Vec<Finding>,
}

/// Every rule, in the order in which findings are told: what lets somebody in first.
pub const RULES: &[Rule] = &[
    all_ports::RULE,
    high_risk_ports::RULE,
    admin_ports::SSH,
    admin_ports::RDP,
    admin_ports::IPV4,
    admin_ports::IPV6,
    authorised_ports::RULE,
    wide_ranges::RULE,
    default_group::RULE,
    unused_groups::RULE,
    acl_all_ports::RULE,
    acl_admin_ports::RULE,
    unused_acls::RULE,
    public_addresses::RULE,
    unused_addresses::RULE,
    igw_route::RULE,
    peering::RULE,
    zones::RULE,
    flow_logs::RULE,
    endpoint_policy::RULE,
    endpoint_zones::RULE,
    s3_endpoint::RULE,
    service_endpoints::EC2,
    service_endpoints::ECR_API,
    service_endpoints::ECR_DKR,
    service_endpoints::SSM,
    notebook::NO_INTERNET,
    notebook::IN_VPC,
    notebook::NO_ROOT,
    serving::RULE,
    model::ISOLATED,
    model::IN_VPC,
    job::IN_VPC,
    job::ISOLATED,
    traffic_encryption::RULE,
    volume_key::RULE,
    domain::RULE,
];

/// The documents that most controls come from.
const SECURITY_HUB_EC2: &str = "Security Hub user guide, \"Security Hub controls for Amazon EC2\"";
const SECURITY_HUB_SAGEMAKER: &str =
    "Security Hub user guide, \"Security Hub controls for Amazon SageMaker AI\"";

/// Returns names as people list them.
fn spoken<T: std::fmt::Display>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
