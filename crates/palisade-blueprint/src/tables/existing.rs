//! What exists already and is built into: VPCs, subnets, tables, groups, addresses, lists.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::{Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{self as core, HasIpv6};
use palisade_core::{Diagnostic, Facts, Key, Kind, Live, Owner, Part, Spec, Zone};

use crate::account::draft::{Draft, Parts};
use crate::codes;
use crate::grammar::walk::check_not_empty;
use crate::reports::given_twice;
use crate::tables::endpoints::{Endpoint, Reach};
use crate::tables::tiers::{Block, ExistingTier};
use crate::tables::vpc::{Space, Vpc};
use crate::text::tree::{At, Section, Span};
use crate::words::cidr;
use crate::words::peers::is_id;

/// What helps against an id that leads nowhere.
const LOOK: &str = "look at the id, and at the account and the region that the blueprint is for";

/// Reads a tier whose subnets exist; nothing if one of its ids is none.
pub(crate) fn tier(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    vpc: Option<&Vpc>,
) -> Option<ExistingTier> {
    let made = ["route", "cidr", "size", "slots", "zones", "nat-gateways", "nat-addresses", "nat-replace"];
    let made = made.into_iter().chain(["routes", "network-acl", "assign-ipv6"]);
    for key in made.filter(|it| section.has(it)) {
        let message = format!("`{key}` cannot be chosen for subnets that exist already");
        let report = Diagnostic::error(codes::EXISTING_FIELD, message).at(section.key_span(key), "");
        let report = report.at(section.key_span("existing-subnets"), "these are somebody else's");
        reports.push(report.help("leave it out, or write a tier of its own"));
    }
    if vpc.is_some_and(|it| it.existing.is_none()) {
        let message = "subnets that exist already lie in a VPC that exists already";
        let report = Diagnostic::error(codes::EXISTING_FIELD, message);
        let report = report.at(section.key_span("existing-subnets"), "");
        reports.push(report.help("write `existing = \"vpc-…\"` into `[vpc]`"));
    }
    check_not_empty(reports, section, "existing-subnets");
    let words = section.texts("existing-subnets");
    let mut subnets: Vec<At<String>> = Vec::new();
    for it in &words {
        let subnet = it.clone().map(str::to_owned);
        match subnets.iter().find(|first| first.it == subnet.it) {
            _ if !is_id(it.it, "subnet") => {
                let message = format!("`{}` is no id of a subnet", it.it);
                let report = Diagnostic::error(codes::EXISTING_SYNTAX, message).at(it.span.clone(), "");
                reports.push(report.help("write the id of a subnet that exists: `subnet-0123456789abcdef0`"));
            }
            Some(first) => reports.push(given_twice(&format!("subnet `{}`", it.it), &subnet, first)),
            None => subnets.push(subnet),
        }
    }
    (!subnets.is_empty() && subnets.len() == words.len()).then_some(ExistingTier { subnets })
}

/// Returns the addresses of a VPC that exists, as far as they can be guessed before it is read: what the blueprint says
/// of them, else the /16s that its tiers lie in.
pub(crate) fn assumed_space(vpc: &Vpc, blocks: &BTreeMap<String, Block>) -> Space {
    let whole =
        |it: &Block| Ipv4Net::new(it.cidr.it.network(), 16.min(it.cidr.it.prefix_len())).map(|it| it.trunc());
    let written = vpc.cidr.as_ref().map(|it| it.it);
    let mut cidrs: BTreeSet<Ipv4Net> = vpc.secondary_cidrs.iter().map(|it| it.it).collect();
    if written.is_none() {
        cidrs.extend(blocks.values().filter_map(|it| whole(it).ok()));
    }
    let cidr = written.or_else(|| cidrs.pop_first()).unwrap_or_else(|| cidr::fixed("10.0.0.0/16"));
    Space { cidr, secondary_cidrs: cidrs, ipv6: vpc.ipv6 }
}

/// Something that the blueprint names by its AWS id.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) key: Key,
    pub(crate) span: Span,
}

impl Draft {
    /// Returns an account that is made up, in which what the blueprint names as existing is there as it says.
    pub fn assumed(&self) -> Live {
        assumed(&self.parts, self.existing_vpc.as_ref(), &self.fixtures().zones)
    }
}

/// Returns a world with everything that is named, and nothing else.
pub(crate) fn assumed(parts: &Parts, vpc: Option<&At<String>>, zones: &[Zone]) -> Live {
    let (named, space) = (parts.existing(), &parts.space);
    let mut live = Live::default();
    let Some(vpc) = vpc else {
        for it in named.iter().filter(|it| it.key.kind == Kind::ElasticIp) {
            live.insert_existing(&it.key.name, ElasticIp {}, Vec::new());
        }
        return live;
    };
    let key = Key::new(Kind::Vpc, &vpc.it);
    let part = |part: Part, prefix: &str| (part, format!("{prefix}-of-{}", vpc.it));
    let mut own =
        vec![part(Part::DefaultAcl, "acl"), part(Part::DefaultGroup, "sg"), part(Part::MainTable, "rtb")];
    if space.ipv6 {
        own.push((Part::Ipv6Prefix, "2600:1f18:ffff:ff00::/56".to_owned()));
    }
    let has_ipv6 = if space.ipv6 { HasIpv6::Yes } else { HasIpv6::No };
    let spec = core::Vpc {
        secondary_cidrs: space.secondary_cidrs.clone(),
        dns_hostnames: true,
        ..core::Vpc::as_created(space.cidr, has_ipv6)
    };
    live.insert_existing(&vpc.it, spec, own);
    let mut places = room_beside(parts).zip(zones.iter().cycle());
    for it in &named {
        let (vpc, id) = (key.clone(), it.key.name.as_str());
        match it.key.kind {
            Kind::Subnet => {
                let Some((cidr, zone)) = places.next() else { continue };
                let subnet = Subnet {
                    vpc,
                    cidr,
                    ipv6: None,
                    assign_ipv6: false,
                    zone: zone.name.clone(),
                    public_ip_on_launch: false,
                    route_table: None,
                    network_acl: None,
                };
                live.insert_existing(id, subnet, Vec::new());
            }
            Kind::RouteTable => {
                live.insert_existing(id, RouteTable { vpc, routes: BTreeMap::new() }, Vec::new());
            }
            Kind::SecurityGroup => {
                let (inbound, outbound) = (Rules::new(), Rules::new());
                let group = SecurityGroup { vpc, description: "made up".to_owned(), inbound, outbound };
                live.insert_existing(id, group, Vec::new());
            }
            Kind::ElasticIp => live.insert_existing(id, ElasticIp {}, Vec::new()),
            _ => {}
        }
    }
    live
}

/// Returns places for subnets of others: from the end of the VPC, where tiers are put last, and in none of the tiers.
/// Where those leave nothing, the VPC is taken to be larger than what is known of it.
fn room_beside(parts: &Parts) -> impl Iterator<Item = Ipv4Net> {
    let halves = |it: Ipv4Net| it.subnets(28).into_iter().flatten().collect::<Vec<_>>().into_iter().rev();
    let is_free = |it: &Ipv4Net| parts.tiers.values().all(|tier| !cidr::overlap(it, &tier.block.cidr.it));
    let inside = parts.space.cidrs().flat_map(halves).filter(is_free);
    let beyond = ["100.64.0.0/24", "172.16.0.0/24"].map(cidr::fixed);
    let is_beyond = |it: &Ipv4Net| parts.space.cidrs().all(|own| !cidr::overlap(it, &own));
    inside.chain(beyond.into_iter().filter(is_beyond).flat_map(halves))
}

/// Reports what is named and not there, or not where it should be.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, parts: &Parts, vpc: Option<&At<String>>, live: &Live) {
    if let Some(vpc) = vpc {
        let key = Key::new(Kind::Vpc, &vpc.it);
        if live.find(&key).is_none() {
            reports.push(missing(&Named { key, span: vpc.span.clone() }));
            return;
        }
    }
    for it in &parts.existing() {
        // Groups in rules may lie beyond a peering, where nothing is read.
        let is_read = matches!(it.key.kind, Kind::Subnet | Kind::RouteTable | Kind::ElasticIp);
        match live.find(&it.key).map(|it| (&it.owner, &it.spec)) {
            None if is_read => reports.push(missing(it)),
            Some((Owner::Foreign, spec)) => reports.extend(elsewhere(it, spec, vpc)),
            _ => {}
        }
    }
    for it in &parts.carried() {
        let own = vpc.map(|it| Key::new(Kind::Vpc, &it.it));
        let message = match live.find(&it.key).map(|it| &it.spec) {
            Some(Spec::SecurityGroup(group)) if own.is_some_and(|own| own != group.vpc) => {
                format!("security group `{}` lies in `{}`", it.key.name, group.vpc.name)
            }
            Some(_) => continue,
            None => format!("the VPC has no security group `{}`", it.key.name),
        };
        let report = Diagnostic::error(codes::EXISTING_MISSING, message).at(it.span.clone(), "");
        let help = "an interface carries groups of its own VPC: name one of those, or one of the blueprint's";
        reports.push(report.help(help));
    }
}

/// Reports private DNS in a VPC that exists and has its DNS off.
pub(crate) fn check_dns(
    reports: &mut Vec<Diagnostic>,
    endpoints: &BTreeMap<String, Endpoint>,
    vpc: Option<&At<String>>,
    live: &Live,
) {
    let Some(vpc) = vpc else { return };
    let Some(Spec::Vpc(spec)) = live.find(&Key::new(Kind::Vpc, &vpc.it)).map(|it| &it.spec) else { return };
    if spec.dns_support && spec.dns_hostnames {
        return;
    }
    for (name, endpoint) in endpoints {
        let Reach::Interface { private_dns, .. } = &endpoint.reach else { continue };
        if private_dns.it {
            let message = format!("endpoint `{name}` has private DNS, but the DNS of `{}` is off", vpc.it);
            let report = Diagnostic::error(codes::PRIVATE_DNS_OFF, message).at(private_dns.span.clone(), "");
            let help = "add `private-dns = false`, or have its owner turn DNS support and host names on";
            reports.push(report.help(help));
        }
    }
}

/// Reports gateways to which routes lead and that are not there.
pub(crate) fn check_gateways(reports: &mut Vec<Diagnostic>, parts: &Parts, facts: &Facts) {
    for it in parts.gateways().filter(|it| !facts.gateways.contains(it.it)) {
        let what = match it.it.split_once('-').map(|(prefix, _)| prefix) {
            Some("tgw") => "transit gateway",
            Some("pcx") => "peering connection",
            Some("vgw") => "VPN gateway",
            Some("vpce") => "endpoint of a gateway load balancer",
            _ => "network interface",
        };
        reports.push(absent(what, it.it, it.span.clone()).help(LOOK));
    }
}

fn absent(what: &str, id: &str, span: Span) -> Diagnostic {
    let message = format!("the account has no {what} `{id}` in this region");
    Diagnostic::error(codes::EXISTING_MISSING, message).at(span, "")
}

fn missing(named: &Named) -> Diagnostic {
    let Named { key, span } = named;
    let report = absent(what(key.kind), &key.name, span.clone());
    match key.kind {
        Kind::Subnet | Kind::RouteTable => {
            report.help("it must lie in the VPC that `existing` of `[vpc]` names")
        }
        _ => report.help(LOOK),
    }
}

fn elsewhere(named: &Named, spec: &Spec, vpc: Option<&At<String>>) -> Option<Diagnostic> {
    let vpc = Key::new(Kind::Vpc, &vpc?.it);
    let own = match spec {
        Spec::Subnet(it) => &it.vpc,
        Spec::RouteTable(it) => &it.vpc,
        _ => return None,
    };
    let Named { key, span } = named;
    let message = format!("{} `{}` lies in `{}`", what(key.kind), key.name, own.name);
    let report = Diagnostic::error(codes::EXISTING_MISSING, message).at(span.clone(), "");
    (*own != vpc).then(|| report.help(format!("name one in `{}`", vpc.name)))
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Vpc => "VPC",
        Kind::RouteTable => "route table",
        Kind::ElasticIp => "elastic IP",
        kind => kind.as_str(),
    }
}

/// Returns the addresses of a VPC that exists, and reports where the blueprint says something else of them.
pub(crate) fn space(
    reports: &mut Vec<Diagnostic>,
    vpc: &At<String>,
    said: &[At<Ipv4Net>],
    live: &Live,
) -> Option<Space> {
    let Spec::Vpc(spec) = &live.find(&Key::new(Kind::Vpc, &vpc.it))?.spec else { return None };
    let (cidr, secondary_cidrs) = (spec.cidr, spec.secondary_cidrs.clone());
    let space = Space { cidr, secondary_cidrs, ipv6: spec.ipv6 };
    for block in said.iter().filter(|it| space.cidrs().all(|own| own != it.it)) {
        let message = format!("`{}` is no block of `{}`", block.it, vpc.it);
        let report = Diagnostic::error(codes::EXISTING_DIFFERS, message).at(block.span.clone(), "");
        let blocks: Vec<String> = space.cidrs().map(|it| it.to_string()).collect();
        reports.push(
            report.help(format!("it has {}; leave `cidr` out to take what there is", blocks.join(", "))),
        );
    }
    Some(space)
}
