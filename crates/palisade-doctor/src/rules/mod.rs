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
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Returns the edits that give a workload an interface endpoint: where the others stand, behind their groups.
fn endpoint_edits(case: &Case<'_>, service: &str) -> Vec<Edit> {
    let mut others = case.ground.network.resources.values().filter_map(|spec| match spec {
        Spec::Endpoint(it) => match &it.reach {
            Reach::Interface { subnets, security_groups, .. } => Some((subnets, security_groups)),
            Reach::Gateway { .. } => None,
        },
        _ => None,
    });
    let table = format!("endpoints.{}", quoted(service));
    let endpoint = |tiers: &[&str], groups: &[&str]| {
        let lines = [("tiers", tiers), ("security-groups", groups)];
        Edit::sets(table.clone(), lines.map(|(key, names)| (key, list(names.iter().copied()))))
    };
    let own_tiers = tiers(&case.workload.subnets);
    let other = others.find_map(|(subnets, groups)| {
        let subnets: Vec<Key> = subnets.iter().cloned().collect();
        let groups: Vec<&str> = groups.iter().map(|it| it.name.as_str()).collect();
        let tiers: Vec<String> = tiers(&subnets).into_iter().map(str::to_owned).collect();
        (!groups.is_empty() && !tiers.is_empty()).then_some((tiers, groups))
    });
    match (other, case.own_group()) {
        (Some((tiers, groups)), _) => {
            vec![endpoint(&tiers.iter().map(String::as_str).collect::<Vec<_>>(), &groups)]
        }
        (None, Some(own)) => vec![
            endpoint(&own_tiers, &["endpoints"]),
            Edit::add(
                "security-groups.endpoints",
                "inbound",
                format!("{{ from = \"group:{}\", ports = 443 }}", own.name),
            ),
            case.add_rule("outbound", "{ to = \"group:endpoints\", ports = 443 }"),
        ],
        (None, None) => {
            let words = "let its groups in on 443 in [security-groups.endpoints]";
            vec![endpoint(&own_tiers, &["endpoints"]), Edit::Choose(words.to_owned())]
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
