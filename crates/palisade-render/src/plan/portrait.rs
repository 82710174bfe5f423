//! What a new object will be, in as few words as say all of it.

use std::collections::BTreeSet;

use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::{Peer, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::policy::Policy;
use palisade_core::traffic::Direction;
use palisade_core::{Key, Spec};

use super::entry::INDENT;
use crate::style::Style;
use crate::text;

const DIRECTIONS: [Direction; 2] = [Direction::Inbound, Direction::Outbound];

/// Returns what stands beside the key, and the lines below it.
pub(super) fn of(key: &Key, spec: &Spec, style: Style) -> (Vec<String>, Vec<String>) {
    match spec {
        Spec::Vpc(it) => (vec![it.cidr.to_string(), dns(it).to_owned()], Vec::new()),
        Spec::Subnet(it) => (subnet(it), Vec::new()),
        Spec::InternetGateway(it) => {
            (it.vpc.iter().map(|vpc| format!("attached to {vpc}")).collect(), Vec::new())
        }
        Spec::ElasticIp(_) => (vec!["a new public address".to_owned()], Vec::new()),
        Spec::NatGateway(it) => (vec![format!("in {} with {}", it.subnet, it.address)], Vec::new()),
        Spec::RouteTable(it) => route_table(it),
        Spec::NetworkAcl(it) => network_acl(it),
        Spec::SecurityGroup(it) => (vec![format!("\"{}\"", text::clean(&it.description))], rules(key, it)),
        Spec::Endpoint(it) => endpoint(key, it, style),
    }
}

fn dns(vpc: &Vpc) -> &'static str {
    match (vpc.dns_support, vpc.dns_hostnames) {
        (true, true) => "DNS support and host names",
        (true, false) => "DNS support, no host names",
        (false, _) => "no DNS support",
    }
}

fn subnet(subnet: &Subnet) -> Vec<String> {
    let table = subnet
        .route_table
        .as_ref()
        .map_or_else(|| "main table".to_owned(), |it| format!("table {}", it.name));
    let acl =
        subnet.network_acl.as_ref().map_or_else(|| "default ACL".to_owned(), |it| format!("ACL {}", it.name));
    let public = subnet.public_ip_on_launch.then(|| "public IPs".to_owned());
    [subnet.cidr.to_string(), subnet.zone.clone(), table, acl].into_iter().chain(public).collect()
}

fn route_table(table: &RouteTable) -> (Vec<String>, Vec<String>) {
    let routes: Vec<Vec<String>> =
        table.routes.iter().map(|(to, target)| vec![to.to_string(), format!("via {target}")]).collect();
    match routes.as_slice() {
        [] => (vec!["no route out of the VPC".to_owned()], Vec::new()),
        [only] => (vec![only.join(" ")], Vec::new()),
        _ => (Vec::new(), text::columns(&routes)),
    }
}

fn network_acl(acl: &NetworkAcl) -> (Vec<String>, Vec<String>) {
    let highest = acl.inbound.keys().chain(acl.outbound.keys()).max().copied().unwrap_or(0);
    let number_width = highest.to_string().len();
    let rows = DIRECTIONS.into_iter().flat_map(|direction| {
        let entries = acl.entries(direction).iter().map(move |(number, it)| {
            let peer = format!("{} {}", direction.preposition(), it.cidr);
            let (number, action) = (format!("{number:>number_width$}"), it.action.as_str().to_owned());
            vec![direction.as_str().to_owned(), number, action, it.traffic.to_string(), peer]
        });
        or_nothing(entries.collect(), direction)
    });
    (Vec::new(), text::columns(&rows.collect::<Vec<_>>()))
}

fn rules(key: &Key, group: &SecurityGroup) -> Vec<String> {
    let peer = |it: &Peer| if *it == Peer::Group(key.clone()) { "itself".to_owned() } else { it.to_string() };
    let rows = DIRECTIONS.into_iter().flat_map(|direction| {
        let rules = group.rules(direction).iter().map(move |(rule, description)| {
            let peer = format!("{} {}", direction.preposition(), peer(&rule.peer));
            let row = vec![direction.as_str().to_owned(), rule.traffic.to_string(), peer];
            let description = (!description.is_empty()).then(|| format!("\"{}\"", text::clean(description)));
            row.into_iter().chain(description).collect()
        });
        or_nothing(rules.collect(), direction)
    });
    text::columns(&rows.collect::<Vec<_>>())
}

/// A filter without rules lets nothing pass, which is worth a line.
fn or_nothing(rows: Vec<Vec<String>>, direction: Direction) -> Vec<Vec<String>> {
    match rows.is_empty() {
        true => vec![vec![direction.as_str().to_owned(), "nothing".to_owned()]],
        false => rows,
    }
}

fn endpoint(key: &Key, endpoint: &Endpoint, style: Style) -> (Vec<String>, Vec<String>) {
    // The name says it, unless the author chose another one.
    let is_named_so = endpoint.service.ends_with(&format!(".{}", key.name));
    let service = (!is_named_so).then(|| endpoint.service.clone());
    let (dns, lines) = match &endpoint.reach {
        Reach::Gateway { route_tables } => (None, list("routes in", route_tables, style)),
        Reach::Interface { subnets, security_groups, private_dns } => {
            let dns = if *private_dns { "private DNS" } else { "no private DNS" };
            let lines = [list("in", subnets, style), list("with", security_groups, style)].concat();
            (Some(dns.to_owned()), on_one_line(lines, style))
        }
    };
    let cells = [endpoint.reach.type_name(), policy(endpoint.policy.as_ref())];
    (cells.into_iter().chain(dns).chain(service).collect(), lines)
}

/// Returns short lines as one.
fn on_one_line(lines: Vec<String>, style: Style) -> Vec<String> {
    let line = lines.join(" ");
    if INDENT + text::width(&line) <= style.width { vec![line] } else { lines }
}

fn policy(policy: Option<&Policy>) -> String {
    match policy {
        None => "full access".to_owned(),
        Some(policy) if policy.is_full_access() => "full access".to_owned(),
        Some(_) => "own policy".to_owned(),
    }
}

fn list(title: &str, keys: &BTreeSet<Key>, style: Style) -> Vec<String> {
    let keys = text::by_zone(keys);
    text::wrapped(&format!("{title} "), &keys, style.width.saturating_sub(INDENT))
}
