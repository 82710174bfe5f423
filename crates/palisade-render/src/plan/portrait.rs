//! What a new object will be, in as few words as say all of it.

use std::collections::BTreeSet;

use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::flow_log::{Destination, FlowLog};
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::prefix_list::PrefixList;
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::{Peer, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::policy::Policy;
use palisade_core::traffic::Direction;
use palisade_core::{Block, Key, Spec};

use super::entry::INDENT;
use super::existing::{Existing, Terms};
use super::ipv6::Ipv6;
use crate::style::Style;
use crate::text;

mod workload;

/// Returns what stands beside the key, and the lines below it.
pub(super) fn of(key: &Key, spec: &Spec, terms: &Terms<'_>, style: Style) -> (Vec<String>, Vec<String>) {
    let Terms { ipv6, existing } = terms;
    match spec {
        Spec::Vpc(it) => vpc(it, style),
        Spec::Subnet(it) => (subnet(it, *ipv6), Vec::new()),
        Spec::InternetGateway(it) => {
            (it.vpc.iter().map(|vpc| format!("attached to {}", existing.key(vpc))).collect(), Vec::new())
        }
        Spec::EgressOnlyGateway(EgressOnlyGateway { vpc }) => {
            (vec![format!("attached to {}, IPv6 outwards only", existing.key(vpc))], Vec::new())
        }
        Spec::ElasticIp(_) => (vec!["a new public address".to_owned()], Vec::new()),
        Spec::NatGateway(it) => {
            let (subnet, address) = (existing.key(&it.subnet), existing.key(&it.address));
            (vec![format!("in {subnet} with {address}")], Vec::new())
        }
        Spec::RouteTable(it) => route_table(it, existing),
        Spec::NetworkAcl(it) => network_acl(it, *ipv6),
        Spec::SecurityGroup(it) => {
            (vec![format!("\"{}\"", text::clean(&it.description))], rules(key, it, terms))
        }
        Spec::Endpoint(it) => endpoint(key, it, existing, style),
        Spec::PrefixList(it) => prefix_list(it),
        Spec::DhcpOptions(it) => (vec![it.to_string()], Vec::new()),
        Spec::FlowLog(it) => flow_log(it, existing),
        Spec::Domain(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::UserProfile(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::Notebook(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::Model(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::EndpointConfig(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::InferenceEndpoint(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::TrainingJob(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::ProcessingJob(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::App(it) => workload::portrait(&it.links, &it.settings, existing, style),
        Spec::Space(it) => workload::portrait(&it.links, &it.settings, existing, style),
        // Nobody asks for one.
        Spec::MountTarget(it) => (vec![it.file_system.clone()], Vec::new()),
    }
}

/// What AWS makes with a VPC is told too: nobody sees it in a blueprint that does not speak of it.
fn vpc(vpc: &Vpc, style: Style) -> (Vec<String>, Vec<String>) {
    let further: Vec<String> = vpc.secondary_cidrs.iter().map(ToString::to_string).collect();
    let further = match further.as_slice() {
        [] => Vec::new(),
        further => text::wrapped("and ", further, style.width.saturating_sub(INDENT)),
    };
    let ipv6 = vpc.ipv6.then(|| "IPv6 of Amazon's choice".to_owned());
    let dhcp = vpc.dhcp.as_ref().map(|it| format!("with {it}"));
    let emptied = |is_wanted: bool| if is_wanted { "emptied" } else { "as AWS makes it" };
    let (group, acl) = (emptied(vpc.defaults.group.is_some()), emptied(vpc.defaults.acl.is_some()));
    let defaults = match group == acl {
        true => format!("default group and default ACL {group}"),
        false => format!("default group {group}, default ACL {acl}"),
    };
    let cells = [vpc.cidr.to_string(), dns(vpc).to_owned()].into_iter().chain(ipv6).chain(dhcp);
    (cells.collect(), further.into_iter().chain([defaults]).collect())
}

fn dns(vpc: &Vpc) -> &'static str {
    match (vpc.dns_support, vpc.dns_hostnames) {
        (true, true) => "DNS support and host names",
        (true, false) => "DNS support, no host names",
        (false, _) => "no DNS support",
    }
}

fn subnet(subnet: &Subnet, ipv6: Ipv6<'_>) -> Vec<String> {
    let table = subnet
        .route_table
        .as_ref()
        .map_or_else(|| "main table".to_owned(), |it| format!("table {}", it.name));
    let acl =
        subnet.network_acl.as_ref().map_or_else(|| "default ACL".to_owned(), |it| format!("ACL {}", it.name));
    let slot = subnet.ipv6.map(|it| ipv6.block(Block::Ipv6Slot(it)));
    let assigned = subnet.assign_ipv6.then(|| "IPv6 for every interface".to_owned());
    let public = subnet.public_ip_on_launch.then(|| "public IPs".to_owned());
    let cells = [subnet.cidr.to_string(), subnet.zone.clone(), table, acl].into_iter();
    cells.chain(slot).chain(assigned).chain(public).collect()
}

fn route_table(table: &RouteTable, existing: &Existing) -> (Vec<String>, Vec<String>) {
    let via = |it: &Target| existing.marked(&format!("via {it}"));
    let routes: Vec<Vec<String>> =
        table.routes.iter().map(|(to, target)| vec![to.to_string(), via(target)]).collect();
    match routes.as_slice() {
        [] => (vec!["no route out of the VPC".to_owned()], Vec::new()),
        [only] => (vec![only.join(" ")], Vec::new()),
        _ => (Vec::new(), text::columns(&routes)),
    }
}

fn network_acl(acl: &NetworkAcl, ipv6: Ipv6<'_>) -> (Vec<String>, Vec<String>) {
    let highest = acl.inbound.keys().chain(acl.outbound.keys()).max().copied().unwrap_or(0);
    let number_width = highest.to_string().len();
    let rows = Direction::BOTH.into_iter().flat_map(|direction| {
        let entries = acl.entries(direction).iter().map(move |(number, it)| {
            let peer = format!("{} {}", direction.preposition(), ipv6.block(it.cidr));
            let (number, action) = (format!("{number:>number_width$}"), it.action.as_str().to_owned());
            vec![direction.as_str().to_owned(), number, action, it.traffic.to_string(), peer]
        });
        or_nothing(entries.collect(), direction)
    });
    (Vec::new(), text::columns(&rows.collect::<Vec<_>>()))
}

fn rules(key: &Key, group: &SecurityGroup, terms: &Terms<'_>) -> Vec<String> {
    let peer = |it: &Peer| match it {
        Peer::Group(other) if other == key => "itself".to_owned(),
        Peer::Cidr(block) => terms.ipv6.block(*block),
        Peer::Group(_) | Peer::PrefixList(_) => terms.existing.marked(&it.to_string()),
    };
    let rows = Direction::BOTH.into_iter().flat_map(|direction| {
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

fn endpoint(key: &Key, endpoint: &Endpoint, existing: &Existing, style: Style) -> (Vec<String>, Vec<String>) {
    let list = |title: &str, keys: &BTreeSet<Key>| list(title, keys, existing, style);
    // The name says it, unless the author chose another one.
    let is_named_so = endpoint.service.ends_with(&format!(".{}", key.name));
    let service = (!is_named_so).then(|| endpoint.service.clone());
    let (dns, lines) = match &endpoint.reach {
        Reach::Gateway { route_tables } => (None, list("routes in", route_tables)),
        Reach::Interface { subnets, security_groups, private_dns } => {
            let dns = if *private_dns { "private DNS" } else { "no private DNS" };
            let lines = [list("in", subnets), list("with", security_groups)].concat();
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

fn list(title: &str, keys: &BTreeSet<Key>, existing: &Existing, style: Style) -> Vec<String> {
    let keys: Vec<String> = text::by_zone(keys).iter().map(|it| existing.marked(it)).collect();
    text::wrapped(&format!("{title} "), &keys, style.width.saturating_sub(INDENT))
}

fn prefix_list(list: &PrefixList) -> (Vec<String>, Vec<String>) {
    let PrefixList { family, max_entries, entries } = list;
    let rows = entries.iter().map(|(block, description)| {
        let description = (!description.is_empty()).then(|| format!("\"{}\"", text::clean(description)));
        [block.to_string()].into_iter().chain(description).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let room = format!("{} of {max_entries} entries", entries.len());
    (vec![family.to_string(), room], text::columns(&rows))
}

fn flow_log(log: &FlowLog, existing: &Existing) -> (Vec<String>, Vec<String>) {
    let role = match &log.destination {
        Destination::LogGroup { role, .. } => vec![format!("as {}", text::clean(role))],
        Destination::Bucket { .. } => Vec::new(),
    };
    let cells = [
        format!("of {} to {}", existing.key(&log.vpc), log.destination),
        format!("{} traffic", log.recorded.as_str()),
        format!("every {} s", log.interval_s),
    ];
    (cells.into(), role)
}
