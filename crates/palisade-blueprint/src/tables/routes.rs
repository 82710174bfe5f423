//! `routes` of a tier: ways to gateways that exist already.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::Diagnostic;
use palisade_core::kinds::route_table::Target;

use crate::codes;
use crate::tables::tiers::Route;
use crate::tables::vpc::Space;
use crate::text::tree::{At, Section, Span};
use crate::words::cidr;
use crate::words::peers::{broken_id, is_id};

const GATEWAYS: &[&str] = &["tgw", "pcx", "vgw", "vpce", "eni"];

/// Reads the routes of a tier; those with a mistake are left out.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    tier: &Section<'_>,
    way: Option<Route>,
    space: Option<&Space>,
) -> BTreeMap<IpNet, At<Target>> {
    let mut routes: BTreeMap<IpNet, (At<Target>, Span)> = BTreeMap::new();
    for route in tier.list("routes") {
        let to = route.text("to");
        let destination = to.as_ref().and_then(|it| destination(reports, it, way, space));
        let target = route.text("via").and_then(|it| Some(At::new(it.span.clone(), target(reports, &it)?)));
        let (Some(to), Some(destination), Some(target)) = (to, destination, target) else { continue };
        if let Some((_, first)) = routes.get(&destination) {
            let message = format!("there are two routes to {destination}");
            let report = Diagnostic::error(codes::ROUTE_TWICE, message).at(to.span, "");
            reports.push(report.at(first.clone(), "here first").help("leave one of them out"));
            continue;
        }
        routes.insert(destination, (target, to.span));
    }
    if way == Some(Route::Isolated) {
        check_halves(reports, &routes);
    }
    routes.into_iter().map(|(to, (target, _))| (to, target)).collect()
}

/// Reports routes that lead everywhere together, as one default route would.
fn check_halves(reports: &mut Vec<Diagnostic>, routes: &BTreeMap<IpNet, (At<Target>, Span)>) {
    let all: Vec<IpNet> = routes.keys().copied().collect();
    for default in IpNet::aggregate(&all).into_iter().filter(|it| it.prefix_len() == 0) {
        let mut halves = routes.iter().filter(|(to, _)| default.contains(*to)).map(|(_, (_, span))| span);
        let Some(first) = halves.next() else { continue };
        let message = "these routes are a default route together, which an isolated tier has not";
        let report = Diagnostic::error(codes::ROUTE_DEFAULT, message).at(first.clone(), "");
        let report = halves.fold(report, |it, span| it.at(span.clone(), "and this"));
        reports.push(report.help("name the blocks that lie beyond the gateway, such as `10.0.0.0/8`"));
    }
}

fn destination(
    reports: &mut Vec<Diagnostic>,
    words: &At<&str>,
    way: Option<Route>,
    space: Option<&Space>,
) -> Option<IpNet> {
    let to = cidr::any(reports, words)?;
    let has_default = matches!(to, IpNet::V4(_)) || space.is_some_and(|it| it.ipv6);
    let report = match way {
        Some(Route::Isolated) if to.prefix_len() == 0 => {
            let message = "an isolated tier has no default route";
            let report = Diagnostic::error(codes::ROUTE_DEFAULT, message).at(words.span.clone(), "");
            report.help("name the blocks that lie beyond the gateway, such as `10.0.0.0/8`")
        }
        Some(Route::Internet | Route::Nat) if has_default && to.prefix_len() == 0 => {
            let message = "the tier has a default route already, by its `route`";
            let report = Diagnostic::error(codes::ROUTE_DEFAULT, message).at(words.span.clone(), "");
            report.help("leave this one out, or name the blocks that lie beyond the gateway")
        }
        _ => {
            let is_inside = |own: &Ipv4Net| matches!(to, IpNet::V4(to) if own.contains(&to));
            let Some(own) = space.and_then(|it| it.cidrs().find(is_inside)) else { return Some(to) };
            let message = format!("{to} lies inside of the VPC, whose own route comes first");
            let report = Diagnostic::error(codes::ROUTE_LOCAL, message).at(words.span.clone(), "");
            report.help(format!("name blocks outside of {own}"))
        }
    };
    reports.push(report);
    None
}

fn target(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<Target> {
    if GATEWAYS.iter().any(|prefix| is_id(words.it, prefix)) {
        return Some(Target::Existing(words.it.to_owned()));
    }
    if let Some(report) = broken_id(words, GATEWAYS) {
        reports.push(report);
        return None;
    }
    let message = format!("`{}` is no gateway that a route can lead to", words.it);
    let report = Diagnostic::error(codes::ROUTE_VIA, message).at(words.span.clone(), "");
    let is_own = |prefix: &str| words.it.starts_with(prefix);
    reports.push(if is_own("igw") {
        report.help("write `route = \"internet\"`: the tier gets the network's own internet gateway")
    } else if is_own("nat") {
        report.help("write `route = \"nat\"`: the tier gets the network's own NAT gateways")
    } else {
        let ids: Vec<String> = GATEWAYS.iter().map(|it| format!("`{it}-…`")).collect();
        report.help(format!("write the id of a gateway that exists: {}", ids.join(", ")))
    });
    None
}
