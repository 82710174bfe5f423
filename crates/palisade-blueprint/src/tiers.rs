//! `[tiers.*]`: blocks, slots, zones, and the way out.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::Diagnostic;
use palisade_core::kinds::route_table::Target;

use crate::acl::{self, Acl};
use crate::cidr;
use crate::codes;
use crate::names::count;
use crate::peers::Addresses;
use crate::tree::{At, Section};
use crate::vpc::{Vpc, zones};
use crate::walk::check_not_empty;
use crate::{nat, routes};

/// A tier that could be read as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Tier {
    pub(crate) block: Block,
    pub(crate) way: Way,
    pub(crate) routes: BTreeMap<IpNet, Target>,
    pub(crate) acl: Option<Acl>,
}

/// The addresses of a tier.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) cidr: At<Ipv4Net>,
    /// How many equal subnets it is cut into, where that was said.
    pub(crate) slots: At<u32>,
}

/// Where a tier stands and how it gets out.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) route: At<Route>,
    pub(crate) nat: At<NatGateways>,
    /// The suffixes of its zones, in the order in which they take slots.
    pub(crate) zones: Vec<At<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Internet,
    Nat,
    Isolated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NatGateways {
    PerZone,
    Single,
    None,
}

impl Block {
    /// Returns the length of each subnet's prefix.
    pub(crate) fn subnet_len(&self) -> u8 {
        self.cidr.it.prefix_len() + self.slots.it.ilog2() as u8
    }

    /// Returns the subnet of a slot.
    pub(crate) fn subnet(&self, slot: u32) -> Ipv4Net {
        let mut subnets = self.cidr.it.subnets(self.subnet_len()).expect("the length was checked");
        subnets.nth(slot as usize).expect("there are as many subnets as slots")
    }

    /// Returns the slot whose subnet is `cidr`.
    pub(crate) fn slot_of(&self, cidr: &Ipv4Net) -> Option<u32> {
        if cidr.prefix_len() != self.subnet_len() || !self.cidr.it.contains(cidr) {
            return None;
        }
        let offset = u32::from(cidr.network()) - u32::from(self.cidr.it.network());
        Some(offset >> (32 - cidr.prefix_len()))
    }
}

/// What the tiers say of addresses and ways: enough to know what the words of a rule mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outlines {
    blocks: BTreeMap<String, Block>,
    ways: BTreeMap<String, Way>,
}

impl Outlines {
    /// Returns the blocks of the tiers, as far as they could be read.
    pub(crate) fn blocks(&self) -> BTreeMap<String, Ipv4Net> {
        self.blocks.iter().map(|(name, it)| (name.clone(), it.cidr.it)).collect()
    }
}

/// Reads the outlines of every tier and holds them against each other.
pub(crate) fn outlines(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    vpc: Option<&Vpc>,
    region: Option<&str>,
) -> Outlines {
    let sections = document.sections("tiers");
    if sections.is_empty() && document.section("tiers").is_some() {
        let report =
            Diagnostic::error(codes::NO_TIERS, "there are no tiers").at(document.value_span("tiers"), "");
        reports.push(report.help("add one: `[tiers.app]` with `route` and `cidr`"));
    }
    let mut outlines = Outlines::default();
    for (name, section) in &sections {
        let block = block(reports, section);
        let way = way(reports, section, vpc, region);
        if let (Some(block), Some(way)) = (&block, &way) {
            check_room(reports, name, block, way);
        }
        outlines.blocks.extend(block.map(|it| (name.it.to_owned(), it)));
        outlines.ways.extend(way.map(|it| (name.it.to_owned(), it)));
    }
    check_blocks(reports, vpc.and_then(|it| it.cidr.as_ref()), &outlines.blocks);
    nat::check(reports, &outlines.ways, outlines.ways.len() == sections.len());
    outlines
}

/// Reads the rest of every tier; those with a mistake are left out.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    mut outlines: Outlines,
    addresses: &Addresses<'_>,
) -> BTreeMap<String, Tier> {
    let mut tiers = BTreeMap::new();
    for (name, section) in document.sections("tiers") {
        let (block, way) = (outlines.blocks.remove(name.it), outlines.ways.remove(name.it));
        let routes = routes::read(reports, &section, way.as_ref().map(|it| it.route.it), addresses.vpc);
        let acl = section.section("network-acl").map(|it| acl::read(reports, &it, addresses));
        if let (Some(block), Some(way)) = (block, way) {
            tiers.insert(name.it.to_owned(), Tier { block, way, routes, acl });
        }
    }
    tiers
}

fn block(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Option<Block> {
    let words = section.text("cidr");
    let cidr = words.and_then(|it| Some(At::new(it.span.clone(), cidr::ipv4(reports, &it)?)));
    let slots = slots(reports, section);
    let block = Block { cidr: cidr?, slots: slots? };
    // A length beyond IPv4's is what `subnet_len` may give here.
    let len = u32::from(block.cidr.it.prefix_len()) + block.slots.it.ilog2();
    if (16..=28).contains(&len) {
        return Some(block);
    }
    let message = format!("a subnet is /16 to /28; {} slots of {} are /{len}", block.slots.it, block.cidr.it);
    let report = Diagnostic::error(codes::SUBNET_SIZE, message).at(block.cidr.span.clone(), "");
    let report = if section.has("slots") { report.at(block.slots.span, "") } else { report };
    reports.push(match len < 16 {
        true => report.help("take a smaller block, or more slots"),
        false => report.help("take a larger block, or fewer slots"),
    });
    None
}

fn slots(reports: &mut Vec<Diagnostic>, section: &Section<'_>) -> Option<At<u32>> {
    if !section.has("slots") {
        return Some(At::new(section.span.clone(), 4));
    }
    let written = section.integer("slots")?;
    let slots = u32::try_from(written.it).ok().filter(|it| (1..=4096).contains(it))?;
    if slots.is_power_of_two() {
        return Some(At::new(written.span, slots));
    }
    let message = format!("`slots` is a power of two, not {slots}");
    let report = Diagnostic::error(codes::SLOTS_NOT_A_POWER, message).at(written.span, "");
    reports.push(
        report.help(format!("write `slots = {}`; empty slots cost nothing", slots.next_power_of_two())),
    );
    None
}

fn way(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    vpc: Option<&Vpc>,
    region: Option<&str>,
) -> Option<Way> {
    let of_vpc = vpc.and_then(|it| it.zones.as_ref());
    let own = section.has("zones").then(|| zones(reports, section, region));
    check_not_empty(reports, section, "zones");
    if let (Some(Some(own)), Some(of_vpc)) = (&own, of_vpc) {
        for zone in own.iter().filter(|zone| of_vpc.iter().all(|it| it.it != zone.it)) {
            let message = format!("zone `{}` is not one of the VPC's", zone.it);
            let report = Diagnostic::error(codes::ZONE_NOT_IN_VPC, message).at(zone.span.clone(), "");
            let known: Vec<&str> = of_vpc.iter().map(|it| it.it.as_str()).collect();
            let help = format!("add it to `zones` of `[vpc]`, which has {}", crate::names::listed(&known));
            reports.push(report.help(help));
        }
    }
    let nat = match section.has("nat-gateways") {
        false => Some(NatGateways::None),
        true => section.text("nat-gateways").and_then(|it| match it.it {
            "per-zone" => Some(NatGateways::PerZone),
            "single" => Some(NatGateways::Single),
            "none" => Some(NatGateways::None),
            _ => None,
        }),
    };
    let route = match section.text("route")?.it {
        "internet" => Route::Internet,
        "nat" => Route::Nat,
        "isolated" => Route::Isolated,
        _ => return None,
    };
    Some(Way {
        route: At::new(section.value_span("route"), route),
        nat: At::new(section.value_span("nat-gateways"), nat?),
        zones: own.unwrap_or_else(|| of_vpc.cloned())?,
    })
}

fn check_room(reports: &mut Vec<Diagnostic>, name: &At<&str>, block: &Block, way: &Way) {
    let n_zones = way.zones.len() as u32;
    if n_zones <= block.slots.it {
        return;
    }
    let slots = count(block.slots.it as usize, "slot", "slots");
    let message = format!("tier `{}` has {n_zones} zones and {slots}", name.it);
    let report = Diagnostic::error(codes::SLOTS_TOO_FEW, message).at(block.slots.span.clone(), "");
    reports.push(report.help(format!("write `slots = {}`", n_zones.next_power_of_two())));
}

fn check_blocks(reports: &mut Vec<Diagnostic>, vpc: Option<&At<Ipv4Net>>, blocks: &BTreeMap<String, Block>) {
    for (name, block) in blocks {
        let outside = vpc.filter(|it| !it.it.contains(&block.cidr.it));
        if let Some(vpc) = outside {
            let message = format!("tier `{name}` is outside of the VPC");
            let report = Diagnostic::error(codes::TIER_OUTSIDE_VPC, message);
            let report = report.at(block.cidr.span.clone(), format!("not inside {}", vpc.it));
            let report = report.at(vpc.span.clone(), "the VPC's block");
            reports.push(report.help(format!("take a block inside {}", vpc.it)));
        }
    }
    let free = |len: u8| {
        let vpc = vpc.filter(|it| it.it.prefix_len() <= len)?;
        let mut candidates = vpc.it.subnets(len).ok()?.take(4096);
        candidates.find(|it| blocks.values().all(|other| !cidr::overlap(it, &other.cidr.it)))
    };
    let by_place = |it: &(&String, &Block)| it.1.cidr.span.start;
    let mut in_order: Vec<(&String, &Block)> = blocks.iter().collect();
    in_order.sort_by_key(by_place);
    for (at, (name, block)) in in_order.iter().enumerate() {
        let clash = in_order[..at].iter().find(|(_, it)| cidr::overlap(&it.cidr.it, &block.cidr.it));
        let Some((other, first)) = clash else { continue };
        let message = format!("tiers `{other}` and `{name}` overlap");
        let report = Diagnostic::error(codes::TIERS_OVERLAP, message).at(block.cidr.span.clone(), "");
        let report = report.at(first.cidr.span.clone(), format!("`{other}` is here"));
        reports.push(match free(block.cidr.it.prefix_len()) {
            Some(free) => report.help(format!("`{free}` is free")),
            None => report.help("take another block, or a smaller one"),
        });
    }
}
