//! Which subnet each zone of a tier gets, so that addresses never move.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Diagnostic, Key, Kind, Live, Spec};

use crate::account::draft::Parts;
use crate::codes;
use crate::tables::endpoints::Endpoint;
use crate::tables::tiers::{Block, Ground, Tier};
use crate::words::names::count;

/// The subnets of every tier, by zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    subnets: BTreeMap<String, Vec<Place>>,
}

/// One subnet of a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The suffix of its zone.
    pub(crate) zone: String,
    pub(crate) key: Key,
    pub(crate) cidr: Ipv4Net,
    /// Which /64 of the VPC's IPv6 block it has.
    pub(crate) ipv6: Option<u8>,
}

impl Layout {
    /// Gives each zone of each tier a slot: the one that it has live, else the lowest free one in the author's order.
    pub(crate) fn new(parts: &Parts, region: &str, live: &Live) -> Layout {
        let made = parts.tiers.iter().map(|(name, tier)| (name.clone(), places(name, tier, live)));
        let mut subnets: BTreeMap<String, Vec<Place>> = made.collect();
        if parts.space.ipv6 {
            give_ipv6(&mut subnets, live);
        }
        for (name, tier) in &parts.existing_tiers {
            let place = |id: &str| existing_place(id, region, live);
            let mut places: Vec<Place> = tier.subnets.iter().filter_map(|it| place(&it.it)).collect();
            places.sort_by(|a, b| (&a.zone, &a.key).cmp(&(&b.zone, &b.key)));
            subnets.insert(name.clone(), places);
        }
        Layout { subnets }
    }

    /// Returns the subnets of a tier by zone.
    pub(crate) fn of_tier(&self, tier: &str) -> impl Iterator<Item = &Place> {
        self.subnets.get(tier).into_iter().flatten()
    }

    /// Returns where an interface endpoint stands: in each zone, in the first of its tiers that has the zone.
    pub(crate) fn of_endpoint(&self, endpoint: &Endpoint) -> BTreeMap<&str, &Place> {
        let mut places = BTreeMap::new();
        for place in endpoint.tiers.iter().flat_map(|tier| self.of_tier(&tier.it)) {
            places.entry(place.zone.as_str()).or_insert(place);
        }
        places
    }
}

fn places(name: &str, tier: &Tier, live: &Live) -> Vec<Place> {
    let of_zone = |(zone, cidr): (&str, Ipv4Net)| Some((zone.to_owned(), tier.block.slot_of(&cidr)?));
    let had: BTreeMap<String, u32> = live_subnets(live, name).filter_map(of_zone).collect();
    let zones: Vec<&str> = tier.way.zones.iter().map(|it| it.it.as_str()).collect();
    let slots = assign(&zones, tier.block.slots.it, &had).into_iter();
    let place = |(zone, slot): (&str, u32)| Place {
        zone: zone.to_owned(),
        key: Key::new(Kind::Subnet, format!("{name}@{zone}")),
        cidr: tier.block.subnet(slot),
        ipv6: None,
    };
    slots.map(place).collect()
}

/// Gives every subnet the /64 that it has live, else the lowest that nobody has. One that moves to other addresses gets
/// another /64 too, if there is one: with the same, the old subnet would have to go before the new one can come.
fn give_ipv6(subnets: &mut BTreeMap<String, Vec<Place>>, live: &Live) {
    let had = |place: &Place| live.object(&place.key).and_then(|it| subnet(&it.spec));
    let mut taken: BTreeSet<u8> =
        live.of_kind(Kind::Subnet).filter_map(|(_, it)| subnet(&it.spec)?.ipv6).collect();
    for place in subnets.values_mut().flatten() {
        let free = || (0..=u8::MAX).find(|it| !taken.contains(it));
        let had = had(place);
        let overlaps = |it: &&Subnet| it.cidr.contains(&place.cidr) || place.cidr.contains(&it.cidr);
        let kept = had.filter(overlaps).and_then(|it| it.ipv6);
        place.ipv6 = kept.or_else(free).or_else(|| had?.ipv6);
        taken.extend(place.ipv6);
    }
}

fn existing_place(id: &str, region: &str, live: &Live) -> Option<Place> {
    let key = Key::new(Kind::Subnet, id);
    let subnet = subnet(&live.find(&key)?.spec)?;
    let zone = subnet.zone.strip_prefix(region).unwrap_or(&subnet.zone).to_owned();
    Some(Place { zone, key, cidr: subnet.cidr, ipv6: subnet.ipv6 })
}

fn subnet(spec: &Spec) -> Option<&Subnet> {
    match spec {
        Spec::Subnet(subnet) => Some(subnet),
        _ => None,
    }
}

/// Returns the live subnets of a tier by the suffixes of their zones, those of zones that leave too.
pub(crate) fn live_subnets<'a>(live: &'a Live, tier: &'a str) -> impl Iterator<Item = (&'a str, Ipv4Net)> {
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
        let Ground::Block(block) = &tier.ground else { continue };
        let is_recut =
            |cidr: &Ipv4Net| block.cidr.it.contains(cidr) && cidr.prefix_len() != block.subnet_len();
        let Some((_, cidr)) = live_subnets(live, name).find(|(_, it)| is_recut(it)) else { continue };
        let had = 1_usize << (cidr.prefix_len() - block.cidr.it.prefix_len());
        let message = format!(
            "tier `{name}` is built in subnets of /{}, {} of its block",
            cidr.prefix_len(),
            count(had, "slot", "slots")
        );
        let report = Diagnostic::error(codes::SLOTS_CHANGED, message);
        let report = report.at(block.slots.span.clone(), "").at(block.cidr.span.clone(), "this block");
        let report = report.help(match whole(tier, block, live_subnets(live, name).map(|(_, it)| it)) {
            Some(whole) => format!("write `cidr = \"{whole}\"`: addresses never move while a tier lives"),
            None => format!("write `slots = {had}`: addresses never move while a tier lives"),
        });
        reports.push(report.help("for others add a tier of another name, and take this one out"));
    }
}

/// Returns the block whose slots the live subnets are, if as they are written they would be too few for the zones.
fn whole(tier: &Tier, block: &Block, mut live: impl Iterator<Item = Ipv4Net>) -> Option<Ipv4Net> {
    let first = live.next()?;
    let had = 1_usize << (first.prefix_len().checked_sub(block.cidr.it.prefix_len())?);
    let n_bits = u8::try_from(block.slots.it.ilog2()).ok()?;
    let whole = Ipv4Net::new(first.network(), first.prefix_len().checked_sub(n_bits)?).ok()?.trunc();
    (had < tier.way.zones.len() && live.all(|it| whole.contains(&it))).then_some(whole)
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
