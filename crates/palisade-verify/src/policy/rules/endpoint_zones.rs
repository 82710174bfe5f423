//! `net.endpoint-zones`: endpoints that fail with another zone.

use std::collections::BTreeSet;

use palisade_core::Key;
use palisade_core::kinds::endpoint::{Endpoint, Reach};

use super::{Rule, spoken};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "net.endpoint-zones",
    also: &[],
    title: "Endpoints stand in the zones of those who use them",
    weight: Weight::Low,
    checks: "an interface endpoint stands in each zone in which something of SageMaker's stands, or may by a named place; where nothing does, in each zone of the network",
    mend: "add a tier of these zones to the endpoint's `tiers`",
    source: "AWS PrivateLink guide, \"Access an AWS service using an interface VPC endpoint\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let standing = case.standing();
    let zones = |is_meant: &dyn Fn(&Key) -> bool| -> BTreeSet<&str> {
        let subnets = case.world.subnets().filter(|(key, _)| is_meant(key));
        subnets.map(|(_, it)| it.zone.as_str()).collect()
    };
    let wanted = zones(&|it| standing.is_empty() || standing.contains(it));
    let lacking = case.own::<Endpoint>().filter_map(|(key, endpoint)| {
        let Reach::Interface { subnets, .. } = &endpoint.reach else { return None };
        let has = zones(&|it| subnets.contains(it));
        let lacks: Vec<&str> = wanted.difference(&has).copied().collect();
        let message = format!("it does not stand in {}", spoken(&lacks));
        (!lacks.is_empty()).then(|| Finding::new(rule, key, message))
    });
    lacking.collect()
}
