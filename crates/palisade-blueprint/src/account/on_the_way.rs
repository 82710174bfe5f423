//! What AWS would refuse while the new stands beside the old: both ends are within its limits, the way is not.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::endpoint::Reach;
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::security_group::{Rule, SecurityGroup};
use palisade_core::kinds::vpc::Vpc;
use palisade_core::traffic::Direction;
use palisade_core::{Diagnostic, Key, Kind, Live, Network, Object, Owner, Spec};

use crate::account::limits::Limit;
use crate::account::view::View;
use crate::codes;
use crate::tables::groups;
use crate::tables::vpc::CIDRS_MAX;
use crate::text::tree::{At, Span};
use crate::words::cidr;

const IN_TWO_STEPS: &str = "take what goes out and apply that, then put in what comes";

/// Reports what only the change to `network` would have too much of. The blueprint says that the VPC has `cidrs`.
pub(crate) fn check(
    reports: &mut Vec<Diagnostic>,
    view: &View<'_>,
    cidrs: &[At<Ipv4Net>],
    network: &Network,
    live: &Live,
) {
    let tables = live;
    for (key, want) in &network.resources {
        let own = live.object(key).filter(|it| it.owner == Owner::Blueprint);
        let Some(Object { spec: live, .. }) = own.filter(|it| !want.diff(&it.spec).forces_replacement())
        else {
            continue;
        };
        match (want, live) {
            (Spec::Vpc(want), Spec::Vpc(live)) => {
                check_cidrs(reports, cidrs, &want.secondary_cidrs, &live.secondary_cidrs);
                check_routes_in_new(reports, cidrs, live, tables);
                check_routes_in_old(reports, view, want, live);
            }
            (Spec::SecurityGroup(want), Spec::SecurityGroup(live)) => {
                check_group(reports, view, &key.name, want, live);
            }
            (Spec::NetworkAcl(want), Spec::NetworkAcl(live)) => {
                check_acl(reports, view, &key.name, want, live);
            }
            _ => {}
        }
    }
    check_interfaces(reports, view, network, live);
}

fn check_group(
    reports: &mut Vec<Diagnostic>,
    view: &View<'_>,
    name: &str,
    want: &SecurityGroup,
    live: &SecurityGroup,
) {
    let Some(group) = view.parts.groups.get(name) else { return };
    for direction in Direction::BOTH {
        let rules: BTreeSet<&Rule> =
            want.rules(direction).keys().chain(live.rules(direction).keys()).collect();
        let n_rules = groups::n_counted(&rules, &|it| view.weight_of(it));
        let what = format!("group `{name}` has {n_rules} {} rules", direction.as_str());
        let span = group.rules(direction).span.clone();
        reports.extend(beyond(n_rules, &view.parts.quotas.rules_per_group, &what, span));
    }
}

/// An entry under the same number is exchanged in one request.
fn check_acl(
    reports: &mut Vec<Diagnostic>,
    view: &View<'_>,
    tier: &str,
    want: &NetworkAcl,
    live: &NetworkAcl,
) {
    let Some(acl) = view.parts.tiers.get(tier).and_then(|it| it.acl.as_ref()) else { return };
    for direction in Direction::BOTH {
        let (had, has) = (live.entries(direction), want.entries(direction));
        let of_family = |is_ipv6: bool| {
            let gone = had.iter().filter(|(number, _)| !has.contains_key(number));
            has.iter().chain(gone).filter(|(_, it)| it.cidr.is_ipv6() == is_ipv6).count()
        };
        let n_entries = of_family(false).max(of_family(true));
        let what = format!("the ACL of tier `{tier}` has {n_entries} {} entries", direction.as_str());
        let span = acl.rules(direction).span.clone();
        reports.extend(beyond(n_entries, &view.parts.quotas.entries_per_acl, &what, span));
    }
}

fn beyond(n: usize, limit: &Limit, what: &str, span: Span) -> Option<Diagnostic> {
    too_many(n, limit.n(), what, span).map(|it| limit.tell_declared(it))
}

fn too_many(n: usize, quota: usize, what: &str, span: Span) -> Option<Diagnostic> {
    let message = format!("{what} on the way, {quota} are possible: the new comes before the old goes");
    let report = Diagnostic::error(codes::ON_THE_WAY, message).at(span, "");
    (quota < n).then(|| report.help(IN_TWO_STEPS))
}

/// A block cannot change its size, and two that overlap cannot be there at once.
fn check_cidrs(
    reports: &mut Vec<Diagnostic>,
    cidrs: &[At<Ipv4Net>],
    want: &BTreeSet<Ipv4Net>,
    live: &BTreeSet<Ipv4Net>,
) {
    let is_new = |it: &&At<Ipv4Net>| want.contains(&it.it) && !live.contains(&it.it);
    let new: Vec<&At<Ipv4Net>> = cidrs.iter().filter(is_new).collect();
    for it in &new {
        if let Some(old) = live.iter().find(|old| cidr::overlap(old, &it.it)) {
            let message =
                format!("the VPC has {old}, which {} overlaps and cannot take the place of at once", it.it);
            let report = Diagnostic::error(codes::ON_THE_WAY, message).at(it.span.clone(), "");
            reports.push(
                report.help(format!("leave it at {old}, or take that out and apply, and add {} then", it.it)),
            );
        }
    }
    let n_cidrs = 1 + live.union(want).count();
    let what = format!("the VPC has {n_cidrs} blocks");
    reports.extend(new.last().and_then(|it| too_many(n_cidrs, CIDRS_MAX, &what, it.span.clone())));
}

/// AWS takes no block in which a route leads somewhere else (VPC user guide, "IPv4 CIDR block association restrictions"),
/// and blocks come before routes go.
fn check_routes_in_new(reports: &mut Vec<Diagnostic>, cidrs: &[At<Ipv4Net>], vpc: &Vpc, live: &Live) {
    let tables = live.of_kind(Kind::RouteTable).filter(|(_, it)| it.owner == Owner::Blueprint);
    let routes = tables.flat_map(|(key, it)| match &it.spec {
        Spec::RouteTable(table) => table.routes.keys().map(|to| (key, *to)).collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let routes: Vec<(&Key, IpNet)> = routes.collect();
    for block in cidrs.iter().filter(|it| it.it != vpc.cidr && !vpc.secondary_cidrs.contains(&it.it)) {
        let is_inside = |to: &IpNet| matches!(to, IpNet::V4(to) if block.it.contains(to));
        let Some((key, to)) = routes.iter().find(|(_, to)| is_inside(to)) else { continue };
        let message = format!("`{key}` has a route to {to}, and AWS adds no block in which that lies");
        let report = Diagnostic::error(codes::ON_THE_WAY, message).at(block.span.clone(), "");
        reports.push(report.help("take the route out and apply that, then add the block"));
    }
}

/// Routes come before blocks go, and AWS takes none to a gateway that leads into a block of the VPC's own.
fn check_routes_in_old(reports: &mut Vec<Diagnostic>, view: &View<'_>, want: &Vpc, live: &Vpc) {
    for block in live.secondary_cidrs.difference(&want.secondary_cidrs) {
        let is_inside = |to: &IpNet| matches!(to, IpNet::V4(to) if block.contains(to));
        for tier in view.parts.tiers.values() {
            for (to, via) in tier.routes.iter().filter(|(to, _)| is_inside(to)) {
                let message = format!("{to} lies in {block}, which the VPC still has");
                let report = Diagnostic::error(codes::ON_THE_WAY, message).at(via.span.clone(), "");
                reports.push(report.help("take the block out and apply that, then add the route"));
            }
        }
    }
}

/// Interface endpoints that are new, or take the place of another one, stand beside those that go.
fn check_interfaces(reports: &mut Vec<Diagnostic>, view: &View<'_>, network: &Network, live: &Live) {
    let made = network.resources.iter().filter_map(|(key, want)| {
        let is_made = live.object(key).is_none_or(|it| want.diff(&it.spec).forces_replacement());
        let vpc = vpc_of_interface(want).filter(|_| is_made)?;
        Some((vpc, &view.parts.endpoints.get(key.name.as_str())?.span))
    });
    let made: Vec<(&Key, &Span)> = made.collect();
    let Some((vpc, last)) = made.iter().max_by_key(|(_, it)| it.start) else { return };
    let is_beside = |it: &Object| vpc_of_interface(&it.spec) == Some(*vpc);
    let n_there = live.of_kind(Kind::Endpoint).filter(|(_, it)| is_beside(it)).count();
    let n_endpoints = n_there + made.len();
    let what = format!("the VPC has {n_endpoints} interface endpoints");
    let report = beyond(n_endpoints, &view.parts.quotas.interface_endpoints, &what, (*last).clone());
    reports.extend(report.filter(|_| 0 < n_there));
}

fn vpc_of_interface(spec: &Spec) -> Option<&Key> {
    match spec {
        Spec::Endpoint(it) if matches!(it.reach, Reach::Interface { .. }) => Some(&it.vpc),
        _ => None,
    }
}
