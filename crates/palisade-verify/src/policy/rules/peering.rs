//! `net.peering`: routes over a peering to more than is known to be there.

use std::collections::BTreeMap;

use palisade_core::kinds::route_table::Target;
use palisade_core::{Element, Key};

use super::Rule;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::set::{Address, Set};

pub(super) const RULE: Rule = Rule {
    id: "net.peering",
    also: &["CIS 5: 5.6", "CIS 7: 6.6"],
    title: "Routes over a peering lead to what is declared",
    weight: Weight::Medium,
    checks: "what the routes of a table send over peerings, less what longer routes take, lies in the blocks of `[outside.*]`",
    mend: "route the blocks that are needed, and declare them: `[outside.<name>] cidrs = [\"…\"]`",
    source: "CIS AWS Foundations Benchmark, \"routing tables for VPC peering are least access\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let outsides = case.world.terms.outsides.values().flat_map(|it| &it.cidrs);
    let declared = Set::with_address(Address::Destination, outsides);
    let is_peering = |it: &Target| matches!(it, Target::Existing(id) if id.starts_with("pcx-"));
    let mut wide: BTreeMap<&Key, (Vec<Element>, String)> = BTreeMap::new();
    for (_, subnet) in case.subnets() {
        let Some(table) = case.own_table(subnet) else { continue };
        let (sent, routes) = case.routed(subnet, &is_peering);
        if let Some(packet) = sent.minus(&declared).witness() {
            wide.entry(table).or_insert_with(|| (routes, case.world.write(packet.destination)));
        }
    }
    let finding = |(table, (routes, address)): (&Key, (Vec<Element>, String))| {
        let message = format!("sends over a peering what no `[outside.*]` declares, such as {address}");
        Finding::new(rule, table, message).because(routes)
    };
    wide.into_iter().map(finding).collect()
}
