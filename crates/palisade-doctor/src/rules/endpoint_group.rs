//! `sm.endpoint-group`: 443 into the endpoints' groups.

use std::collections::BTreeMap;

use palisade_core::traffic::{Direction, Ports};
use palisade_core::{Key, Severity};

use super::{Case, Rule, group_table, tiers};
use crate::finding::{Edit, Finding};
use crate::groups::{Flow, passes};
use crate::regions::Passes;
use crate::way::{by_endpoint, ends, own_ends};

pub(super) const RULE: Rule = Rule {
    id: "sm.endpoint-group",
    title: "Into the endpoints' groups",
    checks: "tcp 443 from the groups of the workload, or from the addresses of its subnets, into the groups of every endpoint that it uses",
    symptom: "calls hang until `Connect timeout on endpoint URL`, although endpoint and name are there; Studio: `SageMaker Studio is unable to reach SageMaker endpoint`",
    source: "SageMaker developer guide, \"Connect to SageMaker within your VPC\"; aws-samples/amazon-sagemaker-studio-vpc-blog#2",
    examine,
};

/// One finding for all endpoints behind the same groups.
fn examine(case: &Case<'_>) -> Vec<Finding> {
    let mut shut: BTreeMap<Vec<Key>, (Severity, Vec<&str>)> = BTreeMap::new();
    let https = Flow::tcp(Direction::Inbound, Ports::one(443));
    for (service, severity, _, endpoint) in by_endpoint(case) {
        let groups = ends(case, endpoint).groups;
        if passes(case.ground, &groups, https, &own_ends(case)) != Passes::All {
            let (worst, services) = shut.entry(groups).or_insert((severity, Vec::new()));
            *worst = (*worst).min(severity);
            services.push(service);
        }
    }
    let finding = |(groups, (severity, services)): (Vec<Key>, (Severity, Vec<&str>))| {
        let message = format!(
            "{} of the endpoints of {} does not let it in on tcp 443",
            super::spoken(&groups),
            super::spoken(&services)
        );
        let edit = edit(case, &groups);
        Finding::new(&RULE, severity, case, message).about(groups).edit(edit)
    };
    shut.into_iter().map(finding).collect()
}

fn edit(case: &Case<'_>, groups: &[Key]) -> Edit {
    let from = match (case.own_group(), tiers(&case.workload.subnets).first()) {
        (Some(group), _) => format!("group:{}", group.name),
        (None, Some(tier)) => format!("tier:{tier}"),
        (None, None) => "vpc".to_owned(),
    };
    match groups.iter().find(|it| !it.is_existing()) {
        Some(group) => {
            Edit::add(group_table(group), "inbound", format!("{{ from = \"{from}\", ports = 443 }}"))
        }
        None => Edit::Choose(
            "give the endpoints a group of the blueprint: the VPC's default one admits nothing".to_owned(),
        ),
    }
}
