//! `[vpc]`: the private address space and its zones.

use std::collections::BTreeSet;

use ipnet::Ipv4Net;
use palisade_core::Diagnostic;
use palisade_core::kinds::dhcp_options::DhcpOptions;
use palisade_core::kinds::flow_log::FlowLog;

use crate::codes;
use crate::reports::at_both;
use crate::tables::{dhcp, flow_logs};
use crate::text::tree::{At, Section};
use crate::words::cidr;
use crate::words::peers::is_id;
use crate::words::zones::{self, Zones};

/// How many blocks a VPC has by default, the primary one included (VPC user guide, "Amazon VPC quotas").
pub(crate) const CIDRS_MAX: usize = 5;

/// What `[vpc]` says.
#[derive(Clone, Debug)]
pub(crate) struct Vpc {
    /// One that is there already, into which the blueprint builds.
    pub(crate) existing: Option<At<String>>,
    pub(crate) cidr: Option<At<Ipv4Net>>,
    pub(crate) secondary_cidrs: Vec<At<Ipv4Net>>,
    pub(crate) ipv6: bool,
    pub(crate) zones: Option<Zones>,
    /// Whether `zones` is written, rightly or wrongly.
    pub(crate) has_zones: bool,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) dhcp: Option<DhcpOptions>,
    pub(crate) flow_log: Option<FlowLog>,
    pub(crate) default_group: Kept,
    pub(crate) default_acl: At<Kept>,
}

/// What becomes of what AWS makes with a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is left as it is.
    Left,
    /// Everything is taken out of it.
    Emptied,
}

impl Vpc {
    /// Returns whether endpoints can have private DNS; of a VPC that exists, only the account can tell.
    pub(crate) fn has_dns(&self) -> bool {
        self.existing.is_some() || (self.dns_support && self.dns_hostnames)
    }

    /// Returns the IPv4 blocks that are written.
    pub(crate) fn cidrs(&self) -> impl Iterator<Item = &At<Ipv4Net>> {
        self.cidr.iter().chain(&self.secondary_cidrs)
    }
}

/// Reads the table.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, section: &Section<'_>, region: Option<&str>) -> Vpc {
    let existing = section.text("existing").and_then(|it| existing(reports, &it));
    if section.has("existing") {
        check_not_ours(reports, section);
    }
    let cidr = section.text("cidr").and_then(|it| block(reports, &it));
    let word = |key: &str| section.text(key).map(|it| it.it);
    let emptied = |is: bool| if is { Kept::Emptied } else { Kept::Left };
    let default_acl = emptied(word("default-network-acl") == Some("deny-all"));
    let vpc = Vpc {
        existing,
        secondary_cidrs: secondary_cidrs(reports, section, cidr.as_ref()),
        cidr,
        ipv6: section.boolean("ipv6").unwrap_or(false),
        zones: zones::read(reports, section, region),
        has_zones: section.has("zones"),
        dns_support: section.boolean("dns-support").unwrap_or(true),
        dns_hostnames: section.boolean("dns-hostnames").unwrap_or(true),
        dhcp: section.section("dhcp").and_then(|it| dhcp::read(reports, &it)),
        flow_log: section.section("flow-logs").and_then(|it| flow_logs::read(reports, &it, region)),
        default_group: emptied(word("default-security-group") != Some("leave")),
        default_acl: At::new(section.value_span("default-network-acl"), default_acl),
    };
    if vpc.dns_hostnames && !vpc.dns_support && vpc.existing.is_none() {
        let message = "`dns-hostnames` needs `dns-support`";
        let report = Diagnostic::error(codes::DNS_HOSTNAMES_ALONE, message);
        let report = report.at(section.value_span("dns-support"), "");
        let is_stated = section.has("dns-hostnames");
        let report = if is_stated { report.at(section.value_span("dns-hostnames"), "") } else { report };
        reports.push(report.help("turn both on, or add `dns-hostnames = false`"));
    }
    vpc
}

fn existing(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<At<String>> {
    if is_id(words.it, "vpc") {
        return Some(words.clone().map(str::to_owned));
    }
    let message = format!("`{}` is no id of a VPC", words.it);
    let report = Diagnostic::error(codes::EXISTING_SYNTAX, message).at(words.span.clone(), "");
    reports.push(report.help("write the id of a VPC that exists: `vpc-0123456789abcdef0`"));
    None
}

/// What exists is built into and never changed.
fn check_not_ours(reports: &mut Vec<Diagnostic>, section: &Section<'_>) {
    // A flow log beside its VPC changes nothing of it.
    let ours = ["dns-support", "dns-hostnames", "dhcp", "default-security-group", "default-network-acl"];
    for key in ours.into_iter().filter(|it| section.has(it)) {
        let message = format!("`{key}` cannot be chosen for a VPC that exists already");
        let report = Diagnostic::error(codes::EXISTING_FIELD, message).at(section.key_span(key), "");
        let report = report.at(section.value_span("existing"), "this one is somebody else's");
        reports.push(report.help("leave it out: palisade builds into such a VPC, and changes nothing of it"));
    }
}

fn block(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<At<Ipv4Net>> {
    let block = cidr::ipv4(reports, words)?;
    let place = || words.span.clone();
    if !(16..=28).contains(&block.prefix_len()) {
        let message = format!("a VPC is /16 to /28, not /{}", block.prefix_len());
        let report = Diagnostic::error(codes::VPC_SIZE, message).at(place(), "");
        let largest = Ipv4Net::new(block.addr(), 16).map(|it| it.trunc());
        reports.push(match largest {
            Ok(largest) if block.prefix_len() < 16 => report.help(format!("write `{largest}`")),
            _ => report.help("take a larger block"),
        });
        return None;
    }
    // VPC user guide, "VPC CIDR blocks": loopback, link-local, multicast and reserved addresses.
    let reserved = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(cidr::fixed);
    if let Some(reserved) = reserved.iter().find(|it| cidr::overlap(it, &block)) {
        let message = format!("AWS has no VPCs in {reserved}");
        let report = Diagnostic::error(codes::CIDR_RESERVED, message).at(place(), "");
        reports.push(report.help("take a private block, such as `10.40.0.0/16`"));
        return None;
    }
    // SageMaker developer guide, on VPCs: containers talk to their host through Docker's own bridge.
    let bridge = cidr::fixed("172.17.0.0/16");
    if cidr::overlap(&bridge, &block) {
        let message = format!("`{block}` overlaps {bridge}, Docker's own network inside of every host");
        let report = Diagnostic::warning(codes::DOCKER_BRIDGE, message).at(place(), "");
        reports.push(
            report.help("SageMaker's containers cannot reach what has such an address; take another block"),
        );
    }
    Some(At::new(place(), block))
}

/// Reads the further blocks; those with a mistake are left out.
fn secondary_cidrs(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    primary: Option<&At<Ipv4Net>>,
) -> Vec<At<Ipv4Net>> {
    let mut blocks: Vec<At<Ipv4Net>> = Vec::new();
    for words in section.texts("secondary-cidrs") {
        let Some(block) = block(reports, &words) else { continue };
        if let Some(first) = primary.into_iter().chain(&blocks).find(|it| cidr::overlap(&it.it, &block.it)) {
            let report = Diagnostic::error(codes::CIDRS_OVERLAP, "two blocks of the VPC overlap");
            reports.push(at_both(report, &block.span, &first.span).help("take a block beside the others"));
            continue;
        }
        let range = primary.and_then(|it| forbidden_beside(&it.it, &block.it));
        if let (Some(range), Some(primary)) = (range, primary) {
            let message = format!("AWS takes no block of {range} beside {}", primary.it);
            let report = Diagnostic::error(codes::CIDR_RANGE, message).at(block.span.clone(), "");
            let report = report.at(primary.span.clone(), "the primary block");
            reports.push(report.help("take a block of the primary one's own range, or of 100.64.0.0/10"));
            continue;
        }
        blocks.push(block);
    }
    if CIDRS_MAX <= blocks.len() {
        let message = format!("the VPC has {} blocks, {CIDRS_MAX} are possible", blocks.len() + 1);
        let report = Diagnostic::error(codes::CIDRS_TOO_MANY, message);
        reports.push(report.at(section.value_span("secondary-cidrs"), "").help("take fewer, larger blocks"));
    }
    blocks
}

/// Returns the private range of `block`, if AWS does not take it beside a primary block of another range (VPC user
/// guide, "IPv4 CIDR block association restrictions").
fn forbidden_beside(primary: &Ipv4Net, block: &Ipv4Net) -> Option<Ipv4Net> {
    let ranges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"].map(cidr::fixed);
    let of = |block: &Ipv4Net| ranges.iter().find(|it| it.contains(block)).copied();
    let (own, others) = (of(primary), of(block)?);
    (own != Some(others)).then_some(others)
}

/// The addresses of a VPC, whoever it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    pub(crate) cidr: Ipv4Net,
    pub(crate) secondary_cidrs: BTreeSet<Ipv4Net>,
    pub(crate) ipv6: bool,
}

impl Space {
    /// Returns the IPv4 blocks, the primary one first.
    pub(crate) fn cidrs(&self) -> impl Iterator<Item = Ipv4Net> {
        [self.cidr].into_iter().chain(self.secondary_cidrs.iter().copied())
    }
}
