//! NAT gateways: who has them, and whether those who route through them find one.

use std::collections::BTreeMap;

use palisade_core::Diagnostic;

use crate::codes;
use crate::names::listed;
use crate::tiers::{NatGateways, Route, Way};
use crate::vpc::at_both;

/// Holds the tiers against each other; unless all of them could be read, nothing is said to be missing.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, ways: &BTreeMap<String, Way>, is_whole: bool) {
    let read: Vec<(&str, &Way)> = ways.iter().map(|(name, it)| (name.as_str(), it)).collect();
    let with_nat = read.iter().filter(|(_, it)| it.nat.it != NatGateways::None);
    let (hosts, misplaced): (Vec<&(&str, &Way)>, Vec<_>) =
        with_nat.partition(|(_, it)| it.route.it == Route::Internet);
    for (name, way) in &misplaced {
        let message = format!("tier `{name}` cannot have NAT gateways");
        let report = Diagnostic::error(codes::NAT_MISPLACED, message).at(way.nat.span.clone(), "");
        let report = report.at(way.route.span.clone(), "they stand in an internet tier");
        reports.push(report.help("move `nat-gateways` to a tier with `route = \"internet\"`"));
    }
    if let [(first, first_way), others @ ..] = hosts.as_slice() {
        for (name, way) in others {
            let message = format!("tiers `{first}` and `{name}` both have NAT gateways");
            let report = Diagnostic::error(codes::NAT_TWICE, message);
            reports.push(at_both(report, &way.nat.span, &first_way.nat.span).help("leave one of them out"));
        }
    }
    let clients: Vec<&(&str, &Way)> = read.iter().filter(|(_, it)| it.route.it == Route::Nat).collect();
    match hosts.as_slice() {
        [] if is_whole && misplaced.is_empty() => reports.extend(missing(&read, &clients)),
        [(name, host)] if clients.is_empty() && is_whole => reports.push(unused(name, host)),
        [(name, host)] => clients.iter().for_each(|it| check_zones(reports, (name, host), it)),
        _ => {}
    }
}

fn missing(read: &[(&str, &Way)], clients: &[&(&str, &Way)]) -> Option<Diagnostic> {
    let names: Vec<&str> = clients.iter().map(|(name, _)| *name).collect();
    let (_, first) = clients.first()?;
    let message = format!("{} routed through NAT, but there is no NAT gateway", are(&names));
    let report = Diagnostic::error(codes::NAT_MISSING, message).at(first.route.span.clone(), "");
    let report = clients[1..].iter().fold(report, |it, (_, way)| it.at(way.route.span.clone(), "and here"));
    let public = read.iter().find(|(_, it)| it.route.it == Route::Internet);
    Some(match public {
        Some((name, _)) => report.help(format!("add `nat-gateways = \"per-zone\"` to `[tiers.{name}]`")),
        None => report.help("add a tier with `route = \"internet\"` and `nat-gateways = \"per-zone\"`"),
    })
}

fn are(names: &[&str]) -> String {
    match names {
        [one] => format!("tier `{one}` is"),
        many => format!("tiers {} are", listed(many)),
    }
}

fn unused(name: &str, host: &Way) -> Diagnostic {
    let message = format!("no tier is routed through the NAT gateways of `{name}`");
    let report = Diagnostic::warning(codes::NAT_UNUSED, message).at(host.nat.span.clone(), "");
    report.help("leave `nat-gateways` out: AWS charges for them by the hour")
}

/// With a gateway per zone, a zone's traffic stays in the zone; a zone without one is a mistake rather than a detour.
fn check_zones(reports: &mut Vec<Diagnostic>, host: (&str, &Way), client: &(&str, &Way)) {
    if host.1.nat.it != NatGateways::PerZone {
        return;
    }
    let stands = |zone: &str| host.1.zones.iter().any(|it| it.it == zone);
    let lost: Vec<&str> = client.1.zones.iter().map(|it| it.it.as_str()).filter(|it| !stands(it)).collect();
    if lost.is_empty() {
        return;
    }
    let message =
        format!("tier `{}` is routed through NAT in {}, where no NAT gateway is", client.0, zones(&lost));
    let report = Diagnostic::error(codes::NAT_ZONE_MISSING, message).at(client.1.route.span.clone(), "");
    let report = report.at(host.1.nat.span.clone(), format!("one per zone of `{}`", host.0));
    let help = format!("give `[tiers.{}]` the zone too, or write `nat-gateways = \"single\"` there", host.0);
    reports.push(report.help(help));
}

fn zones(names: &[&str]) -> String {
    let word = if names.len() == 1 { "zone" } else { "zones" };
    format!("{word} {}", listed(names))
}
