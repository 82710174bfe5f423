//! `[tiers.*]`: blocks, slots, zones, and the way out.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::route_table::Target;
use palisade_core::{Diagnostic, Zone};

use crate::codes;
use crate::tables::acl::{self, Acl};
use crate::tables::vpc::{Kept, Space, Vpc};
use crate::tables::{existing, nat, routes};
use crate::text::tree::{At, Section};
use crate::words::cidr;
use crate::words::names::count;
use crate::words::peers::Addresses;
use crate::words::zones::{self, Zones};

/// A tier that could be read as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Tier {
    pub(crate) ground: Ground,
    /// Its block: written, or the one that it gets.
    pub(crate) block: Block,
    pub(crate) way: Way,
    pub(crate) routes: BTreeMap<IpNet, At<Target>>,
    pub(crate) acl: Option<Acl>,
    /// Whether interfaces get an IPv6 address by themselves.
    pub(crate) assign_ipv6: bool,
}

/// What a tier says of its addresses.
#[derive(Clone, Debug)]
pub(crate) enum Ground {
    /// Which they are.
    Block(Block),
    /// How many they are.
    Size(Size),
}

/// The addresses of a tier.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) cidr: At<Ipv4Net>,
    /// How many equal subnets it is cut into, where that was said.
    pub(crate) slots: At<u32>,
}

/// As many addresses as this, wherever there is room.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    /// Where the tier's name stands: who comes first takes the first room, also where another file says how large.
    pub(crate) name_at: usize,
    /// The length of each subnet's prefix.
    pub(crate) subnet_len: At<u8>,
    pub(crate) slots: At<u32>,
}

/// Where a tier stands and how it gets out.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) route: At<Route>,
    pub(crate) nat: At<NatGateways>,
    /// The addresses of its NAT gateways, if its author brings them.
    pub(crate) nat_addresses: Vec<At<String>>,
    pub(crate) nat_replace: NatReplace,
    /// What it says of its zones, if not the same as the VPC.
    pub(crate) own_zones: Option<Zones>,
    /// The suffixes of its zones, in the order in which they take slots.
    pub(crate) zones: Vec<At<String>>,
}

/// What becomes of a NAT gateway's address when the gateway is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NatReplace {
    /// It stays, and there is a gap.
    KeepAddress,
    /// It goes, and there is none.
    NewAddress,
}

/// A tier whose subnets exist already.
#[derive(Clone, Debug)]
pub(crate) struct ExistingTier {
    pub(crate) subnets: Vec<At<String>>,
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

impl Size {
    /// Returns the length of the whole block's prefix.
    pub(crate) fn block_len(&self) -> u8 {
        self.subnet_len.it.saturating_sub(self.slots.it.ilog2() as u8)
    }

    /// Returns the block at a place that was found for it.
    pub(crate) fn at(&self, cidr: Ipv4Net) -> Block {
        Block { cidr: At::new(self.subnet_len.span.clone(), cidr), slots: self.slots.clone() }
    }
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
    pub(crate) grounds: BTreeMap<String, Ground>,
    pub(crate) blocks: BTreeMap<String, Block>,
    pub(crate) ways: BTreeMap<String, Way>,
    pub(crate) existing: BTreeMap<String, ExistingTier>,
}

/// What is known of the account while tiers are read.
pub(crate) struct Around<'a> {
    pub(crate) vpc: Option<&'a Vpc>,
    pub(crate) region: Option<&'a str>,
    /// The zones of an account that is made up.
    pub(crate) zones: &'a [Zone],
}

/// Reads the outlines of every tier and holds them against each other.
pub(crate) fn outlines(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    around: &Around<'_>,
) -> Outlines {
    let sections = document.sections("tiers");
    if document.section("tiers").is_some_and(|it| it.entries().next().is_none()) {
        let report =
            Diagnostic::error(codes::NO_TIERS, "there are no tiers").at(document.value_span("tiers"), "");
        reports.push(report.help("add one: `[tiers.app]` with `route` and `cidr`"));
    }
    let mut outlines = Outlines::default();
    for (name, section) in &sections {
        if section.has("existing-subnets") {
            let existing = existing::tier(reports, section, around.vpc);
            outlines.existing.extend(existing.map(|it| (name.it.to_owned(), it)));
            continue;
        }
        let ground = ground(reports, name, section);
        let way = way(reports, section, around);
        if let (Some(ground), Some(way)) = (&ground, &way) {
            check_room(reports, name, ground, way);
        }
        outlines.grounds.extend(ground.map(|it| (name.it.to_owned(), it)));
        outlines.ways.extend(way.map(|it| (name.it.to_owned(), it)));
    }
    let written: BTreeMap<String, Block> = outlines
        .grounds
        .iter()
        .filter_map(|(name, it)| match it {
            Ground::Block(block) => Some((name.clone(), block.clone())),
            Ground::Size(_) => None,
        })
        .collect();
    check_blocks(reports, around.vpc, &written);
    outlines.blocks = written;
    let is_whole = outlines.ways.len() + outlines.existing.len() == sections.len();
    nat::check(reports, &outlines.ways, is_whole);
    outlines
}

/// Reads the rest of every tier; those with a mistake are left out.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    outlines: &Outlines,
    space: Option<&Space>,
    addresses: &Addresses<'_>,
) -> BTreeMap<String, Tier> {
    let mut tiers = BTreeMap::new();
    for (name, section) in document.sections("tiers") {
        if outlines.existing.contains_key(name.it) {
            continue;
        }
        let way = outlines.ways.get(name.it).cloned();
        let routes = routes::read(reports, &section, way.as_ref().map(|it| it.route.it), space);
        let acl = section.section("network-acl").map(|it| acl::read(reports, &it, addresses));
        let assign_ipv6 = section.boolean("assign-ipv6").unwrap_or(false);
        if assign_ipv6 && addresses.has_ipv6 == Some(false) {
            let message = "`assign-ipv6` needs a VPC with IPv6";
            let report = Diagnostic::error(codes::IPV6_OFF, message).at(section.key_span("assign-ipv6"), "");
            reports.push(report.help("add `ipv6 = true` to `[vpc]`, or leave this out"));
        }
        check_default_acl(reports, &name, acl.as_ref(), addresses.default_acl);
        let (block, ground) = (outlines.blocks.get(name.it).cloned(), outlines.grounds.get(name.it).cloned());
        if let (Some(ground), Some(block), Some(way)) = (ground, block, way) {
            tiers.insert(name.it.to_owned(), Tier { ground, block, way, routes, acl, assign_ipv6 });
        }
    }
    tiers
}

/// A tier without an ACL of its own follows the default one, through which nothing may pass.
fn check_default_acl(
    reports: &mut Vec<Diagnostic>,
    name: &At<&str>,
    acl: Option<&Acl>,
    default: Option<&At<Kept>>,
) {
    let Some(default) = default.filter(|it| it.it == Kept::Emptied && acl.is_none()) else { return };
    let message = format!("tier `{}` has no `network-acl`, and the default ACL lets nothing pass", name.it);
    let report = Diagnostic::error(codes::DEFAULT_ACL_CUTS, message).at(name.span.clone(), "");
    let report = report.at(default.span.clone(), "by this");
    reports.push(
        report.help(format!("add `[tiers.{}.network-acl]`, or leave `default-network-acl` out", name.it)),
    );
}

fn ground(reports: &mut Vec<Diagnostic>, name: &At<&str>, section: &Section<'_>) -> Option<Ground> {
    let slots = slots(reports, section);
    if section.has("size") {
        if section.has("cidr") {
            let report = Diagnostic::error(codes::SIZE_AND_CIDR, "a tier has `cidr` or `size`, not both");
            let report = report.at(section.key_span("size"), "").at(section.key_span("cidr"), "and this");
            reports.push(report.help("leave `size` out: the subnets are as large as `cidr` and `slots` say"));
            return None;
        }
        let size = section.text("size").and_then(|it| size(reports, &it));
        return Some(Ground::Size(Size { name_at: name.span.start, subnet_len: size?, slots: slots? }));
    }
    block(reports, section, slots).map(Ground::Block)
}

fn size(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<At<u8>> {
    let len = words.it.strip_prefix('/').and_then(|it| it.parse::<u8>().ok());
    if let Some(len) = len.filter(|it| (16..=28).contains(it)) {
        return Some(At::new(words.span.clone(), len));
    }
    let message = match len {
        Some(len) => format!("a subnet is /16 to /28, not /{len}"),
        None => format!("`{}` is no size of a subnet", words.it),
    };
    let report = Diagnostic::error(codes::SUBNET_SIZE, message).at(words.span.clone(), "");
    let digits = words.it.trim_start_matches(|it: char| !it.is_ascii_digit()).parse::<u8>().ok();
    reports.push(match digits.filter(|it| len.is_none() && (16..=28).contains(it)) {
        Some(len) => report.help(format!("write `\"/{len}\"`")),
        None => report.help("write the length of each subnet's prefix, such as `size = \"/20\"`"),
    });
    None
}

fn block(reports: &mut Vec<Diagnostic>, section: &Section<'_>, slots: Option<At<u32>>) -> Option<Block> {
    let words = section.text("cidr");
    let cidr = words.and_then(|it| Some(At::new(it.span.clone(), cidr::ipv4(reports, &it)?)));
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

fn way(reports: &mut Vec<Diagnostic>, section: &Section<'_>, around: &Around<'_>) -> Option<Way> {
    let of_vpc = around.vpc.and_then(|it| it.zones.as_ref());
    let own = section.has("zones").then(|| zones::read(reports, section, around.region));
    let nat = match section.has("nat-gateways") {
        false => Some(NatGateways::None),
        true => section.text("nat-gateways").and_then(|it| match it.it {
            "per-zone" => Some(NatGateways::PerZone),
            "single" => Some(NatGateways::Single),
            "none" => Some(NatGateways::None),
            _ => None,
        }),
    };
    let nat_replace = match section.text("nat-replace").map(|it| it.it) {
        Some("new-address") => NatReplace::NewAddress,
        _ => NatReplace::KeepAddress,
    };
    let route = match section.text("route")?.it {
        "internet" => Route::Internet,
        "nat" => Route::Nat,
        "isolated" => Route::Isolated,
        _ => return None,
    };
    let is_own = own.is_some();
    let own_zones = own.flatten();
    let written = if is_own { own_zones.as_ref()? } else { zones_of_vpc(reports, section, of_vpc, around)? };
    if let (Some(Zones::Count(count)), Some(of_vpc)) = (&own_zones, of_vpc) {
        reports.extend(more_than(count, of_vpc));
    }
    // What such an account lacks is only a real one's to say.
    let (region, none) = (around.region?, BTreeSet::new());
    let whole = of_vpc.map(|it| it.suffixes(&mut Vec::new(), around.zones, region, &none));
    let choice = match written {
        Zones::Named(_) => around.zones.to_vec(),
        Zones::Count(_) => zones::choice(around.zones, region, whole.as_deref()),
    };
    let suffixes = written.suffixes(&mut Vec::new(), &choice, region, &none);
    if let Some(own) = own_zones.as_ref().filter(|it| matches!(it, Zones::Named(_))) {
        check_in_vpc(reports, own, &suffixes, whole.as_deref().unwrap_or_default(), around);
    }
    let way = Way {
        route: At::new(section.value_span("route"), route),
        nat: At::new(section.value_span("nat-gateways"), nat?),
        nat_addresses: nat::addresses(reports, section, nat?, suffixes.len()),
        nat_replace,
        own_zones,
        zones: suffixes,
    };
    nat::check_replace(reports, section, &way);
    Some(way)
}

/// Returns a report on a tier that counts more zones than its VPC has.
fn more_than(count: &At<u32>, of_vpc: &Zones) -> Option<Diagnostic> {
    let n_zones = match of_vpc {
        Zones::Count(of_vpc) => of_vpc.it,
        Zones::Named(names) => names.len() as u32,
    };
    let message = format!(
        "the VPC has {}, not {}",
        crate::words::names::count(n_zones as usize, "zone", "zones"),
        count.it
    );
    let report = Diagnostic::error(codes::ZONE_NOT_IN_VPC, message).at(count.span.clone(), "");
    let help = format!("write `zones = {n_zones}` or less, or have more in `zones` of `[vpc]`");
    (n_zones < count.it).then(|| report.help(help))
}

/// A tier without zones of its own has the VPC's.
fn zones_of_vpc<'a>(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    of_vpc: Option<&'a Zones>,
    around: &Around<'_>,
) -> Option<&'a Zones> {
    let is_unsaid = around.vpc.is_some_and(|it| it.existing.is_some() && !it.has_zones);
    if is_unsaid {
        let message = "`zones` is missing, here and in `[vpc]`";
        let report = Diagnostic::error(codes::MISSING_KEY, message).at(section.span.clone(), "");
        reports.push(report.help("add `zones = [\"a\", \"b\"]`"));
    }
    of_vpc
}

/// Reports zones of a tier that the VPC has not; a VPC that only counts its zones, or an id beside a name, can only be
/// judged in the account.
fn check_in_vpc(
    reports: &mut Vec<Diagnostic>,
    own: &Zones,
    suffixes: &[At<String>],
    whole: &[At<String>],
    around: &Around<'_>,
) {
    let of_vpc = around.vpc.and_then(|it| it.zones.as_ref());
    let Some(of_vpc @ Zones::Named(_)) = of_vpc else { return };
    let is_by_name = |it: &Zones| it.names().all(|it| matches!(it, zones::Name::Suffix(_)));
    if is_by_name(own) && is_by_name(of_vpc) {
        reports.extend(zones_beside(suffixes, whole));
    }
}

/// Returns a report for each zone of a tier that is not one of the VPC's.
pub(crate) fn zones_beside(own: &[At<String>], of_vpc: &[At<String>]) -> Vec<Diagnostic> {
    let beside = own.iter().filter(|zone| of_vpc.iter().all(|it| it.it != zone.it));
    let report = |zone: &At<String>| {
        let message = format!("zone `{}` is not one of the VPC's", zone.it);
        let report = Diagnostic::error(codes::ZONE_NOT_IN_VPC, message).at(zone.span.clone(), "");
        let known: Vec<&str> = of_vpc.iter().map(|it| it.it.as_str()).collect();
        let help = format!("add it to `zones` of `[vpc]`, which has {}", crate::words::names::listed(&known));
        report.help(help)
    };
    beside.map(report).collect()
}

fn check_room(reports: &mut Vec<Diagnostic>, name: &At<&str>, ground: &Ground, way: &Way) {
    let slots = match ground {
        Ground::Block(block) => &block.slots,
        Ground::Size(size) => &size.slots,
    };
    let n_zones = way.zones.len() as u32;
    if n_zones <= slots.it {
        return;
    }
    let n_slots = count(slots.it as usize, "slot", "slots");
    let message = format!("tier `{}` has {n_zones} zones and {n_slots}", name.it);
    let report = Diagnostic::error(codes::SLOTS_TOO_FEW, message).at(slots.span.clone(), "");
    reports.push(report.help(format!("write `slots = {}`", n_zones.next_power_of_two())));
}

fn check_blocks(reports: &mut Vec<Diagnostic>, vpc: Option<&Vpc>, blocks: &BTreeMap<String, Block>) {
    let of_vpc: Vec<&At<Ipv4Net>> = vpc.into_iter().flat_map(Vpc::cidrs).collect();
    for (name, block) in blocks {
        let is_outside = of_vpc.iter().all(|it| !it.it.contains(&block.cidr.it));
        if let Some(first) = of_vpc.first().filter(|_| is_outside) {
            let message = format!("tier `{name}` is outside of the VPC");
            let report = Diagnostic::error(codes::TIER_OUTSIDE_VPC, message);
            let blocks: Vec<String> = of_vpc.iter().map(|it| it.it.to_string()).collect();
            let blocks = blocks.join(", ");
            let report = report.at(block.cidr.span.clone(), format!("not inside {blocks}"));
            let report = report.at(first.span.clone(), "the VPC's block");
            reports.push(report.help(format!("take a block inside {blocks}")));
        }
    }
    let vpc = of_vpc.first();
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
