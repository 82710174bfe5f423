//! Which subnet each zone of a tier gets, so that addresses never move.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use palisade_core::{Diagnostic, Kind, Live, Spec};

use crate::codes;
use crate::endpoints::Endpoint;
use crate::tiers::Tier;

/// The subnets of every tier by the suffix of their zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    subnets: BTreeMap<String, BTreeMap<String, Ipv4Net>>,
}

impl Layout {
    /// Gives each zone of each tier a slot: the one that it has live, else the lowest free one in the author's order.
    pub(crate) fn new(tiers: &BTreeMap<String, Tier>, live: &Live) -> Layout {
        let of_tier = |(name, tier): (&String, &Tier)| {
            let of_zone = |(zone, cidr): (&str, Ipv4Net)| Some((zone.to_owned(), tier.block.slot_of(&cidr)?));
            let had: BTreeMap<String, u32> = live_subnets(live, name).filter_map(of_zone).collect();
            let zones: Vec<&str> = tier.way.zones.iter().map(|it| it.it.as_str()).collect();
            let slots = assign(&zones, tier.block.slots.it, &had);
            let subnets = slots.into_iter().map(|(zone, slot)| (zone.to_owned(), tier.block.subnet(slot)));
            (name.clone(), subnets.collect())
        };
        Layout { subnets: tiers.iter().map(of_tier).collect() }
    }

    /// Returns the subnets of a tier by their zones' suffixes.
    pub(crate) fn of_tier(&self, tier: &str) -> impl Iterator<Item = (&str, Ipv4Net)> {
        self.subnets.get(tier).into_iter().flatten().map(|(zone, cidr)| (zone.as_str(), *cidr))
    }

    /// Returns where an interface endpoint stands: in each zone, in the first of its tiers that has the zone.
    pub(crate) fn of_endpoint<'a>(&'a self, endpoint: &'a Endpoint) -> BTreeMap<&'a str, (&'a str, Ipv4Net)> {
        let mut places = BTreeMap::new();
        for tier in &endpoint.tiers {
            for (zone, cidr) in self.of_tier(&tier.it) {
                places.entry(zone).or_insert((tier.it.as_str(), cidr));
            }
        }
        places
    }
}

/// Returns the live subnets of a tier by the suffixes of their zones, those of zones that leave too.
fn live_subnets<'a>(live: &'a Live, tier: &'a str) -> impl Iterator<Item = (&'a str, Ipv4Net)> {
    live.of_kind(Kind::Subnet).filter_map(move |(key, object)| {
        match (key.name.split_once('@'), &object.spec) {
            (Some((of, zone)), Spec::Subnet(subnet)) if of == tier => Some((zone, subnet.cidr)),
            _ => None,
        }
    })
}

/// Zones keep the slots that they have. A slot that a leaving zone still holds is taken last, so that the new subnet
/// need not wait until the old one is gone.
fn assign<'a>(zones: &[&'a str], n_slots: u32, had: &BTreeMap<String, u32>) -> BTreeMap<&'a str, u32> {
    let kept: BTreeMap<&str, u32> = zones.iter().filter_map(|it| Some((*it, *had.get(*it)?))).collect();
    let mut taken: BTreeSet<u32> = kept.values().copied().collect();
    let held: BTreeSet<u32> = had.values().copied().collect();
    let mut slots = kept.clone();
    for zone in zones.iter().filter(|it| !kept.contains_key(**it)) {
        let free =
            |is_wanted: &dyn Fn(u32) -> bool| (0..n_slots).find(|it| !taken.contains(it) && is_wanted(*it));
        let slot = free(&|it| !held.contains(&it)).or_else(|| free(&|_| true));
        if let Some(slot) = slot {
            taken.insert(slot);
            slots.insert(zone, slot);
        }
    }
    slots
}

/// Reports tiers whose live subnets are of another size than their blocks are cut into now.
pub(crate) fn check_slots(reports: &mut Vec<Diagnostic>, tiers: &BTreeMap<String, Tier>, live: &Live) {
    for (name, tier) in tiers {
        let block = &tier.block;
        let is_recut =
            |cidr: &Ipv4Net| block.cidr.it.contains(cidr) && cidr.prefix_len() != block.subnet_len();
        let Some((_, cidr)) = live_subnets(live, name).find(|(_, it)| is_recut(it)) else { continue };
        let had = 1_u32 << (cidr.prefix_len() - block.cidr.it.prefix_len());
        let message =
            format!("tier `{name}` is built in subnets of /{}, {had} slots of its block", cidr.prefix_len());
        let report = Diagnostic::error(codes::SLOTS_CHANGED, message);
        let report = report.at(block.slots.span.clone(), "").at(block.cidr.span.clone(), "this block");
        let report = report.help(format!("write `slots = {had}`: addresses never move while a tier lives"));
        reports.push(report.help("for other slots add a tier of another name, and take this one out"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(zones: &[&str], had: &[(&str, u32)]) -> String {
        let had = had.iter().map(|(zone, slot)| ((*zone).to_owned(), *slot)).collect();
        let slots = assign(zones, 4, &had).into_iter();
        slots.map(|(zone, slot)| format!("{zone}{slot}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_first_zone_takes_the_first_slot() {
        assert_eq!(slots(&["b", "a"], &[]), "a1 b0");
    }

    #[test]
    fn a_live_zone_keeps_its_slot() {
        assert_eq!(slots(&["a", "b"], &[("b", 0)]), "a1 b0");
        assert_eq!(slots(&["c", "b", "a"], &[("a", 0), ("b", 1)]), "a0 b1 c2");
    }

    #[test]
    fn a_leaving_zones_slot_is_taken_last() {
        assert_eq!(slots(&["b", "c"], &[("a", 0), ("b", 1)]), "b1 c2");
        assert_eq!(slots(&["b", "c", "d", "e"], &[("a", 0), ("b", 1)]), "b1 c2 d3 e0");
    }
}
