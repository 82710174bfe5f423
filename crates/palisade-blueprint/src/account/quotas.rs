//! How much AWS takes of what a blueprint has as a whole; what single lists and tables hold is counted where they are read.

use ipnet::IpNet;
use palisade_core::kinds::endpoint;
use palisade_core::{Diagnostic, Facts, Key, Kind, Live, Object, Owner, Spec};

use crate::account::draft::Parts;
use crate::account::layout::Layout;
use crate::account::limits::{Limit, Quotas};
use crate::codes;
use crate::tables::endpoints::Reach;
use crate::tables::tiers::{NatGateways, Route, Tier};
use crate::text::tree::Span;
use crate::words::names::count;

/// Warns of quotas that are declared and could not be compared with the account's own.
pub(crate) fn check_read(reports: &mut Vec<Diagnostic>, quotas: &Quotas, facts: &Facts) {
    let unread = quotas.declared().filter(|(it, _)| !facts.quotas.contains_key(it));
    let mut places: Vec<&Span> = unread.map(|(_, it)| &it.span).collect();
    if places.is_empty() {
        return;
    }
    places.sort_by_key(|it| it.start);
    let message = "the account's own quotas could not be read, so these are taken as they are written";
    let report = Diagnostic::warning(codes::QUOTA_UNREAD, message);
    let report = places.into_iter().fold(report, |report, it| report.at(it.clone(), ""));
    reports.push(
        report.help("allow `servicequotas:ListServiceQuotas`; with `-v`, palisade says why it could not"),
    );
}

/// Reports what there is too much of: in the VPC together with what others have there, in the region as far as the
/// blueprint alone can tell.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, parts: &Parts, layout: &Layout, vpc: &Key, live: &Live) {
    check_subnets(reports, parts, layout, n_foreign(Kind::Subnet, live, |it| subnet_in(it, vpc)));
    check_interfaces(reports, parts, n_foreign(Kind::Endpoint, live, |it| interface_in(it, vpc)));
    for (name, tier) in &parts.tiers {
        check_routes(reports, name, tier, parts);
        check_addresses(reports, tier, &parts.quotas.elastic_ips);
    }
    let (n_lists, limit) = (parts.lists.len(), &parts.quotas.prefix_lists);
    let quota = limit.n();
    let mut lists: Vec<&Span> = parts.lists.values().map(|it| &it.span).collect();
    lists.sort_by_key(|it| it.start);
    if let Some(beyond) = lists.get(quota) {
        let message = format!("{n_lists} prefix lists are more than the {quota} that AWS takes in a region");
        reports.push(beyond_quota(message, (*beyond).clone(), limit, "take some out"));
    }
}

fn n_foreign(kind: Kind, live: &Live, is_in: impl Fn(&Object) -> bool) -> usize {
    live.of_kind(kind).filter(|(_, it)| it.owner == Owner::Foreign && is_in(it)).count()
}

fn subnet_in(object: &Object, vpc: &Key) -> bool {
    matches!(&object.spec, Spec::Subnet(it) if it.vpc == *vpc)
}

fn interface_in(object: &Object, vpc: &Key) -> bool {
    let Spec::Endpoint(it) = &object.spec else { return false };
    it.vpc == *vpc && matches!(it.reach, endpoint::Reach::Interface { .. })
}

fn check_subnets(reports: &mut Vec<Diagnostic>, parts: &Parts, layout: &Layout, n_foreign: usize) {
    let limit = &parts.quotas.subnets;
    let quota = limit.n();
    let mut tiers: Vec<(&String, &Tier)> = parts.tiers.iter().collect();
    tiers.sort_by_key(|(_, it)| it.block.cidr.span.start);
    let sums = tiers.iter().scan(n_foreign, |n_subnets, (name, _)| {
        *n_subnets += layout.of_tier(name).count();
        Some(*n_subnets)
    });
    let sums: Vec<usize> = sums.collect();
    let Some(at) = sums.iter().position(|it| quota < *it) else { return };
    let n_subnets = sums.last().copied().unwrap_or_default();
    let message = format!(
        "{n_subnets} subnets{} are more than the {quota} that AWS takes in a VPC",
        with_foreign(n_foreign)
    );
    let span = tiers[at].1.block.cidr.span.clone();
    reports.push(beyond_quota(message, span, limit, "take tiers or zones out"));
}

fn check_interfaces(reports: &mut Vec<Diagnostic>, parts: &Parts, n_foreign: usize) {
    let limit = &parts.quotas.interface_endpoints;
    let own = parts.endpoints.values().filter(|it| matches!(it.reach, Reach::Interface { .. }));
    let mut own: Vec<&Span> = own.map(|it| &it.span).collect();
    own.sort_by_key(|it| it.start);
    let Some(beyond) = own.get(limit.n().saturating_sub(n_foreign)) else { return };
    let message = format!(
        "{} interface endpoints{} are more than the {} possible",
        own.len() + n_foreign,
        with_foreign(n_foreign),
        limit.n()
    );
    let report = Diagnostic::error(codes::ENDPOINT_QUOTA, message).at((*beyond).clone(), "");
    reports.push(limit.raise(report, "take some out"));
}

fn with_foreign(n_foreign: usize) -> String {
    match n_foreign {
        0 => String::new(),
        some => format!(", {some} of them not this blueprint's,"),
    }
}

fn check_routes(reports: &mut Vec<Diagnostic>, name: &str, tier: &Tier, parts: &Parts) {
    let has_default = tier.way.route.it != Route::Isolated;
    let gateways = parts.endpoints.values().filter(|it| matches!(it.reach, Reach::Gateway { .. }));
    let n_gateways = gateways.filter(|it| it.tiers.iter().any(|it| it.it == name)).count();
    let of_family = |is_ipv6: bool| {
        let is_of = |it: &&IpNet| matches!(it, IpNet::V6(_)) == is_ipv6;
        tier.routes.keys().filter(is_of).count() + usize::from(has_default && (!is_ipv6 || parts.space.ipv6))
    };
    let limit = &parts.quotas.routes_per_table;
    let (n_routes, quota) = ((of_family(false) + n_gateways).max(of_family(true)), limit.n());
    if quota < n_routes {
        let message = format!("the tables of tier `{name}` have {n_routes} routes, {quota} are possible");
        let span = tier.way.route.span.clone();
        reports.push(beyond_quota(message, span, limit, "name wider blocks in `routes`"));
    }
}

/// Addresses that an author brings are there already.
fn check_addresses(reports: &mut Vec<Diagnostic>, tier: &Tier, limit: &Limit) {
    let quota = limit.n();
    let n_addresses = match tier.way.nat.it {
        NatGateways::PerZone if tier.way.nat_addresses.is_empty() => tier.way.zones.len(),
        _ => return,
    };
    if quota < n_addresses {
        let addresses = count(n_addresses, "elastic IP", "elastic IPs");
        let message =
            format!("{addresses} for NAT gateways are more than the {quota} that AWS takes in a region");
        let span = tier.way.nat.span.clone();
        reports.push(beyond_quota(message, span, limit, "write `nat-gateways = \"single\"`"));
    }
}

fn beyond_quota(message: String, span: Span, limit: &Limit, instead: &str) -> Diagnostic {
    limit.raise(Diagnostic::error(codes::QUOTA, message).at(span, ""), instead)
}
