//! NAT gateways: who has them, and whether those who route through them find one.

use std::collections::BTreeMap;

use palisade_core::{Diagnostic, Key, Kind, Live, Spec};

use crate::codes;
use crate::reports::{at_both, given_twice};
use crate::tables::tiers::{NatGateways, NatReplace, Route, Way};
use crate::text::tree::{At, Section};
use crate::words::names::{count, listed};
use crate::words::peers::is_id;

/// Reads the addresses that an author brings: one for each gateway, in the order of the tier's zones.
pub(crate) fn addresses(
    reports: &mut Vec<Diagnostic>,
    tier: &Section<'_>,
    nat: NatGateways,
    n_zones: usize,
) -> Vec<At<String>> {
    let mut addresses: Vec<At<String>> = Vec::new();
    for words in tier.texts("nat-addresses") {
        let address = words.clone().map(str::to_owned);
        match addresses.iter().find(|it| it.it == address.it) {
            _ if !is_id(words.it, "eipalloc") => {
                let message = format!("`{}` is no id of an elastic IP", words.it);
                let report = Diagnostic::error(codes::EXISTING_SYNTAX, message).at(words.span, "");
                reports.push(report.help("write the allocation's id: `eipalloc-0123456789abcdef0`"));
            }
            Some(first) => reports.push(given_twice(&format!("address `{}`", address.it), &address, first)),
            None => addresses.push(address),
        }
    }
    let n_gateways = match nat {
        NatGateways::None => 0,
        NatGateways::Single => 1,
        NatGateways::PerZone => n_zones,
    };
    if tier.has("nat-addresses") && addresses.len() != n_gateways {
        let message = format!(
            "the tier has {}, and brings {}",
            count(n_gateways, "NAT gateway", "NAT gateways"),
            count(addresses.len(), "address", "addresses")
        );
        let report =
            Diagnostic::error(codes::NAT_ADDRESSES, message).at(tier.value_span("nat-addresses"), "");
        reports.push(
            report.help("bring one for each gateway, in the order of the tier's zones, or none at all"),
        );
    }
    addresses
}

/// Puts zones that only a number stands for into the order in which the NAT gateways stay where they are: each in the
/// place of the address that it has, or the only one in the first place.
pub(crate) fn keep_places(zones: &mut Vec<At<String>>, way: &Way, live: &Live) {
    let address = |zone: &At<String>| {
        let key = Key::new(Kind::NatGateway, format!("main@{}", zone.it));
        match &live.object(&key)?.spec {
            Spec::NatGateway(it) => Some(&it.address.name),
            _ => None,
        }
    };
    let n_places = match way.nat.it {
        NatGateways::None => 0,
        NatGateways::Single => 1,
        NatGateways::PerZone => zones.len(),
    };
    let brought = way.nat_addresses.iter().take(n_places);
    let has = |zone: &At<String>, it: &At<String>| address(zone).is_some_and(|own| *own == it.it);
    let mut places: Vec<Option<At<String>>> =
        brought.map(|it| zones.iter().find(|zone| has(zone, it)).cloned()).collect();
    if way.nat.it == NatGateways::Single && places.iter().all(Option::is_none) {
        places = vec![zones.iter().find(|it| address(it).is_some()).cloned()];
    }
    let mut others: Vec<At<String>> =
        zones.iter().filter(|zone| !places.iter().flatten().any(|it| it.it == zone.it)).cloned().collect();
    for (at, zone) in places.into_iter().enumerate() {
        if let Some(zone) = zone {
            others.insert(at.min(others.len()), zone);
        }
    }
    *zones = others;
}

/// An address that its author brings stays: there is no other to take its place.
pub(crate) fn check_replace(reports: &mut Vec<Diagnostic>, tier: &Section<'_>, way: &Way) {
    let place = || tier.value_span("nat-replace");
    if tier.has("nat-replace") && way.nat.it == NatGateways::None {
        let message = "`nat-replace` is for a tier that has NAT gateways";
        let report = Diagnostic::error(codes::NAT_ADDRESSES, message).at(place(), "");
        reports.push(report.help("move it to the tier with `nat-gateways`"));
    } else if way.nat_replace == NatReplace::NewAddress && !way.nat_addresses.is_empty() {
        let message = "`nat-replace = \"new-address\"` has no new address to take";
        let report = Diagnostic::error(codes::NAT_ADDRESSES, message).at(place(), "");
        let report = report.at(tier.value_span("nat-addresses"), "these are the ones");
        reports.push(report.help("leave one of the two out"));
    }
}

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
