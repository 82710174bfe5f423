//! `net.igw-route`: ways to the internet where workloads stand.

use std::collections::BTreeMap;

use palisade_core::Key;
use palisade_core::kinds::route_table::Target;

use super::{Rule, spoken};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::holes::is_internet;
use crate::set::{Address, Set};

pub(super) const RULE: Rule = Rule {
    id: "net.igw-route",
    also: &["AWS Config: no-unrestricted-route-to-igw"],
    title: "Workloads stand in subnets without a route to the internet gateway",
    weight: Weight::High,
    checks: "no subnet in which something of SageMaker's stands, or may by a named place, has routes to the internet gateway that together, and less what longer routes take, are the internet",
    mend: "let it stand in a tier with `route = \"isolated\"` or `route = \"nat\"`: an internet tier is for NAT gateways and load balancers",
    source: "AWS Config developer guide, \"no-unrestricted-route-to-igw\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let standing = case.standing();
    let public = case.world.of_internet(Address::Destination);
    let mut open: BTreeMap<&Key, (Vec<&Key>, Vec<palisade_core::Element>)> = BTreeMap::new();
    for (key, subnet) in case.subnets().into_iter().filter(|(key, _)| standing.contains(key)) {
        let Some(table) = case.own_table(subnet) else { continue };
        let (out, routes) = case.routed(subnet, &|it| matches!(it, Target::InternetGateway(_)));
        if is_whole(&out.and(&public)) {
            open.entry(table).or_insert_with(|| (Vec::new(), routes)).0.push(key);
        }
    }
    let finding = |(table, (subnets, routes)): (&Key, (Vec<&Key>, _))| {
        let message = format!("leads {}, where workloads stand, to the internet gateway", spoken(&subnets));
        Finding::new(rule, table, message).because(routes)
    };
    open.into_iter().map(finding).collect()
}

fn is_whole(out: &Set) -> bool {
    [false, true].into_iter().any(|it| is_internet(out.n_addresses(Address::Destination, it), it))
}
