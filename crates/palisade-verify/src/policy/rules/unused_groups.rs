//! `EC2.22`: groups that nothing carries.

use std::collections::BTreeSet;

use palisade_core::Key;
use palisade_core::guarantee::{End, Place};
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::security_group::{Peer, SecurityGroup};

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.22",
    also: &[],
    title: "Every group is of use",
    weight: Weight::Medium,
    checks: "every group is carried by an endpoint, by something of SageMaker's or by a named place, or is named by another group's rules or by a guarantee: what a blueprint does not make can carry groups too",
    mend: "leave it out, or name the place in which it is carried: `[sagemaker.vpc-configs.<name>]`",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let used = used(case);
    let unused = case.own::<SecurityGroup>().filter(|(key, _)| !used.contains(key));
    unused.map(|(key, _)| Finding::new(rule, key, "nothing that is known here carries it")).collect()
}

fn used<'a>(case: &Case<'a>) -> BTreeSet<&'a Key> {
    let endpoints = case.world.of_kind::<Endpoint>().filter_map(|(_, it)| match &it.reach {
        Reach::Interface { security_groups, .. } => Some(security_groups),
        Reach::Gateway { .. } => None,
    });
    let workloads = case.workloads().into_iter().flat_map(|(_, it)| &it.security_groups);
    let places = case.network.vpc_configs.values().flat_map(|it| &it.security_groups);
    let of_rules = case.world.of_kind::<SecurityGroup>().flat_map(|(key, group)| {
        let rules = group.inbound.keys().chain(group.outbound.keys());
        rules.filter_map(move |it| match &it.peer {
            Peer::Group(other) if other != key => Some(other),
            _ => None,
        })
    });
    let ends = case.world.terms.guarantees.iter().flat_map(|it| [&it.from, &it.to]);
    let of_guarantees = ends.flat_map(|End { place, groups }| {
        let carried = match place {
            Place::Group(key) => Some(key),
            _ => None,
        };
        groups.iter().flatten().chain(carried)
    });
    endpoints.flatten().chain(workloads).chain(places).chain(of_rules).chain(of_guarantees).collect()
}
