//! The rules, one file each: what it looks at, what somebody sees otherwise, where it is written.

use palisade_core::kinds::endpoint::Reach;
use palisade_core::traffic::{Direction, Ports};
use palisade_core::{Key, Severity, Spec};

use crate::finding::{Edit, Finding};
use crate::ground::{Ground, list, quoted, tier};
use crate::groups::{Flow, passes};
use crate::need::need;
use crate::regions::Passes;
use crate::way::{Way, own_ends, way};
use crate::workload::Workload;

mod acl_replies;
mod acl_requests;
mod api;
mod az_spread;
mod ecr;
mod efs;
mod egress;
mod endpoint_dns;
mod endpoint_group;
mod endpoint_zone;
mod ip_capacity;
mod kernel;
mod kms;
mod limits;
mod logs;
mod monitoring;
mod no_internet;
mod notebook;
mod runtime;
mod s3;
mod self_mesh;
mod servicecatalog;
mod sts;
mod studio;

/// What can be missing.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its stable name, such as `sm.s3`.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What must be so.
    pub checks: &'static str,
    /// What somebody sees otherwise.
    pub symptom: &'static str,
    /// Where AWS says so, or somebody has run into it.
    pub source: &'static str,
    pub(crate) examine: fn(&Case<'_>) -> Vec<Finding>,
}

/// Every rule, in the order in which findings are told: the way to S3 first, without which nothing runs.
pub const RULES: &[Rule] = &[
    s3::RULE,
    api::RULE,
    runtime::RULE,
    studio::RULE,
    notebook::RULE,
    sts::RULE,
    logs::RULE,
    monitoring::RULE,
    ecr::RULE,
    kms::RULE,
    servicecatalog::RULE,
    endpoint_dns::RULE,
    endpoint_zone::RULE,
    egress::RULE,
    endpoint_group::RULE,
    acl_requests::RULE,
    acl_replies::RULE,
    self_mesh::RULE,
    kernel::RULE,
    efs::RULE,
    az_spread::RULE,
    ip_capacity::RULE,
    no_internet::RULE,
    limits::RULE,
];

/// One workload on its ground.
pub(crate) struct Case<'a> {
    pub(crate) ground: &'a Ground<'a>,
    pub(crate) workload: &'a Workload<'a>,
}

impl Case<'_> {
    /// Returns the first group of the workload that is the blueprint's own, to add rules to.
    fn own_group(&self) -> Option<&Key> {
        self.workload.groups.iter().find(|it| !it.is_existing())
    }

    /// Returns the edit that adds a rule to the workload's groups.
    fn add_rule(&self, list: &str, rule: impl Into<String>) -> Edit {
        let rule = rule.into();
        match self.own_group() {
            Some(group) => Edit::add(group_table(group), list, rule),
            None => Edit::Choose(format!("give it a group of the blueprint, with {rule} in `{list}`")),
        }
    }
}

pub(crate) use s3::symptom as s3_symptom;

/// Returns the table of a group.
fn group_table(group: &Key) -> String {
    format!("security-groups.{}", quoted(&group.name))
}

/// Returns the findings on services that a workload cannot get to.
fn unreachable(case: &Case<'_>, rule: &Rule, services: &[&str]) -> Vec<Finding> {
    let needed = services.iter().filter_map(|it| Some((*it, need(case.workload, it)?, way(case, it))));
    let missing = needed.filter_map(|(service, severity, way)| match way {
        Way::Nowhere(subnets) => Some((service, severity, subnets)),
        _ => None,
    });
    let missing: Vec<(&str, Severity, Vec<Key>)> = missing.collect();
    let Some((_, severity, subnets)) = missing.first() else { return Vec::new() };
    let names: Vec<&str> = missing.iter().map(|(service, ..)| *service).collect();
    // A VPC that exists already may have endpoints of somebody else.
    let severity = if case.ground.vpc().is_some() { *severity } else { Severity::Warning };
    let message = format!("no endpoint of {} and no route to a NAT gateway", spoken(&names));
    let finding = Finding::new(rule, severity, case, message).about(subnets.iter().cloned());
    let edits = names.iter().flat_map(|it| endpoint_edits(case, it));
    vec![edits.fold(finding, Finding::edit)]
}

/// Returns names as people list them.
pub(crate) fn spoken<T: std::fmt::Display>(names: &[T]) -> String {
    names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" and ")
}

/// Returns the edits that give a workload an interface endpoint, with the groups that the others have.
fn endpoint_edits(case: &Case<'_>, service: &str) -> Vec<Edit> {
    let tiers = list(tiers(&case.workload.subnets));
    let mut others = case.ground.network.resources.values().filter_map(|spec| match spec {
        Spec::Endpoint(it) => match &it.reach {
            Reach::Interface { security_groups, .. } if !security_groups.is_empty() => Some(security_groups),
            _ => None,
        },
        _ => None,
    });
    let table = format!("endpoints.{}", quoted(service));
    let endpoint =
        |groups: String| Edit::sets(table.clone(), [("tiers", tiers.clone()), ("security-groups", groups)]);
    match (others.next(), case.own_group()) {
        (Some(groups), _) => vec![endpoint(list(groups.iter().map(|it| it.name.as_str())))],
        (None, Some(own)) => vec![
            endpoint(list(["endpoints"])),
            Edit::add(
                "security-groups.endpoints",
                "inbound",
                format!("{{ from = \"group:{}\", ports = 443 }}", own.name),
            ),
            case.add_rule("outbound", "{ to = \"group:endpoints\", ports = 443 }"),
        ],
        (None, None) => {
            vec![
                endpoint(list(["endpoints"])),
                Edit::Choose("let its groups in on 443 in [security-groups.endpoints]".to_owned()),
            ]
        }
    }
}

/// Returns the tiers of subnets, each once.
fn tiers(subnets: &[Key]) -> Vec<&str> {
    let mut tiers: Vec<&str> = Vec::new();
    for subnet in subnets.iter().filter(|it| !it.is_existing()) {
        if !tiers.contains(&tier(subnet)) {
            tiers.push(tier(subnet));
        }
    }
    tiers
}

/// Returns the directions in which the workload's groups do not let tcp through to themselves.
fn among_themselves(case: &Case<'_>, ports: Ports) -> Vec<Direction> {
    let ends = own_ends(case);
    let shut = |direction: &Direction| {
        passes(case.ground, &case.workload.groups, Flow::tcp(*direction, ports), &ends) != Passes::All
    };
    Direction::BOTH.into_iter().filter(shut).collect()
}
