//! `[vpc]`: the private address space and its zones.

use ipnet::Ipv4Net;
use palisade_core::Diagnostic;

use crate::cidr;
use crate::codes;
use crate::tree::{At, Section, Span};
use crate::walk::{check_not_empty, not_yet};

/// What `[vpc]` says.
#[derive(Clone, Debug)]
pub(crate) struct Vpc {
    pub(crate) cidr: Option<At<Ipv4Net>>,
    /// The suffixes of the zones, in the author's order; none if one of them is no zone.
    pub(crate) zones: Option<Vec<At<String>>>,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
}

impl Vpc {
    /// Returns whether endpoints can have private DNS.
    pub(crate) fn has_dns(&self) -> bool {
        self.dns_support && self.dns_hostnames
    }
}

/// Reads the table.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, section: &Section<'_>, region: Option<&str>) -> Vpc {
    let cidr = section.text("cidr").and_then(|it| block(reports, &it));
    check_not_empty(reports, section, "zones");
    let vpc = Vpc {
        cidr,
        zones: zones(reports, section, region),
        dns_support: section.boolean("dns-support").unwrap_or(true),
        dns_hostnames: section.boolean("dns-hostnames").unwrap_or(true),
    };
    if vpc.dns_hostnames && !vpc.dns_support {
        let message = "`dns-hostnames` needs `dns-support`";
        let report = Diagnostic::error(codes::DNS_HOSTNAMES_ALONE, message);
        let report = report.at(section.value_span("dns-support"), "");
        let is_stated = section.has("dns-hostnames");
        let report = if is_stated { report.at(section.value_span("dns-hostnames"), "") } else { report };
        reports.push(report.help("turn both on, or add `dns-hostnames = false`"));
    }
    vpc
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

/// Reads `zones` into suffixes; none if one of them is no zone, so that what depends on them is not reported too.
pub(crate) fn zones(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    region: Option<&str>,
) -> Option<Vec<At<String>>> {
    let words = section.texts("zones");
    let n_words = words.len();
    let suffixes: Vec<At<String>> =
        words.iter().filter_map(|it| Some(At::new(it.span.clone(), zone(reports, it, region)?))).collect();
    for (at, later) in suffixes.iter().enumerate() {
        if let Some(first) = suffixes[..at].iter().find(|it| it.it == later.it) {
            reports.push(given_twice(&format!("zone `{}`", later.it), later, first));
        }
    }
    let is_whole = suffixes.len() == n_words && n_words == section.one_or_many("zones").len();
    (is_whole && !suffixes.is_empty()).then_some(suffixes)
}

fn zone(reports: &mut Vec<Diagnostic>, words: &At<&str>, region: Option<&str>) -> Option<String> {
    let is_suffix = |it: &str| it.len() == 1 && it.bytes().all(|it| it.is_ascii_lowercase());
    if is_suffix(words.it) {
        return Some(words.it.to_owned());
    }
    let (elsewhere, suffix) = words.it.split_at(last_letter(words.it));
    let is_full_name = crate::head::is_region(elsewhere) && is_suffix(suffix);
    let report = match region {
        Some(region) if is_full_name && region != elsewhere => {
            let message = format!("zone `{}` is not in region `{region}`", words.it);
            let report = Diagnostic::error(codes::ZONE_ELSEWHERE, message).at(words.span.clone(), "");
            report.help(format!("write `{suffix}`, or change `region`"))
        }
        _ if is_full_name => return Some(suffix.to_owned()),
        _ if words.it.contains("-az") => {
            let meanwhile = "write the zone's name in this account: `a` or `eu-west-1a`";
            not_yet(&format!("zone id `{}`", words.it), words.span.clone(), meanwhile)
        }
        Some(region) if words.it.starts_with(&format!("{region}-")) => {
            not_yet(&format!("local zone `{}`", words.it), words.span.clone(), "take a zone such as `a`")
        }
        _ => {
            let message = format!("`{}` is no availability zone", words.it);
            let report = Diagnostic::error(codes::ZONE_SYNTAX, message).at(words.span.clone(), "");
            report.help("write the letter after the region (`a`) or the full name (`eu-west-1a`)")
        }
    };
    reports.push(report);
    None
}

/// Returns where the last letter of `text` begins.
fn last_letter(text: &str) -> usize {
    text.char_indices().last().map_or(0, |(at, _)| at)
}

/// Returns the report on a list that names `what` twice.
pub(crate) fn given_twice<T>(what: &str, later: &At<T>, first: &At<T>) -> Diagnostic {
    let report = Diagnostic::error(codes::TWICE, format!("{what} is given twice"));
    at_both(report, &later.span, &first.span).help("leave one of them out")
}

/// Adds two places that contradict each other: the later one is where to look.
pub(crate) fn at_both(report: Diagnostic, one: &Span, other: &Span) -> Diagnostic {
    let (first, later) = if one.start < other.start { (one, other) } else { (other, one) };
    report.at(later.clone(), "").at(first.clone(), "here first")
}
