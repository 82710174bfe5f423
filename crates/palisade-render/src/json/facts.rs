//! All that is said by a spec, as the fields of a difference would name it.

use std::collections::BTreeSet;

use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::policy::Policy;
use palisade_core::traffic::Direction;
use palisade_core::{Key, Spec};

/// A field's name and its value.
type Fact = (String, String);

const DIRECTIONS: [Direction; 2] = [Direction::Inbound, Direction::Outbound];

/// Returns every field of a spec that has a value.
pub(super) fn of(spec: &Spec) -> Vec<Fact> {
    match spec {
        Spec::Vpc(it) => vec![
            fact("cidr", &it.cidr),
            fact("dns-support", &it.dns_support),
            fact("dns-hostnames", &it.dns_hostnames),
        ],
        Spec::Subnet(it) => subnet(it),
        Spec::InternetGateway(it) => it.vpc.iter().map(|vpc| fact("vpc", vpc)).collect(),
        Spec::ElasticIp(_) => Vec::new(),
        Spec::NatGateway(it) => vec![fact("subnet", &it.subnet), fact("address", &it.address)],
        Spec::RouteTable(it) => {
            let routes = it.routes.iter().map(|(to, target)| fact(&format!("route {to}"), target));
            [fact("vpc", &it.vpc)].into_iter().chain(routes).collect()
        }
        Spec::NetworkAcl(it) => network_acl(it),
        Spec::SecurityGroup(it) => security_group(it),
        Spec::Endpoint(it) => endpoint(it),
    }
}

fn fact(name: &str, value: &impl ToString) -> Fact {
    (name.to_owned(), value.to_string())
}

fn subnet(subnet: &Subnet) -> Vec<Fact> {
    let facts = [
        fact("vpc", &subnet.vpc),
        fact("cidr", &subnet.cidr),
        fact("zone", &subnet.zone),
        fact("public-ip-on-launch", &subnet.public_ip_on_launch),
    ];
    let table = subnet.route_table.iter().map(|it| fact("route-table", it));
    let acl = subnet.network_acl.iter().map(|it| fact("network-acl", it));
    facts.into_iter().chain(table).chain(acl).collect()
}

fn network_acl(acl: &NetworkAcl) -> Vec<Fact> {
    let entries = DIRECTIONS.into_iter().flat_map(|direction| {
        let entries = acl.entries(direction).iter();
        entries.map(move |(number, entry)| fact(&format!("{} {number}", direction.as_str()), entry))
    });
    [fact("vpc", &acl.vpc)].into_iter().chain(entries).collect()
}

fn security_group(group: &SecurityGroup) -> Vec<Fact> {
    let rules = DIRECTIONS.into_iter().flat_map(|direction| {
        group.rules(direction).iter().map(move |(rule, description)| {
            let (word, preposition) = (direction.as_str(), direction.preposition());
            let name = format!("{word} {} {preposition} {}", rule.traffic, rule.peer);
            let described = if description.is_empty() { String::new() } else { format!(": {description}") };
            (name, format!("allowed{described}"))
        })
    });
    [fact("vpc", &group.vpc), fact("description", &group.description)].into_iter().chain(rules).collect()
}

fn endpoint(endpoint: &Endpoint) -> Vec<Fact> {
    let policy = endpoint.policy.as_ref().map_or_else(|| "full access".to_owned(), Policy::to_string);
    let facts = [
        fact("vpc", &endpoint.vpc),
        fact("service", &endpoint.service),
        fact("type", &endpoint.reach.type_name()),
        fact("policy", &policy),
    ];
    let all = |name: &str, keys: &BTreeSet<Key>| keys.iter().map(|it| fact(name, it)).collect::<Vec<_>>();
    let reach = match &endpoint.reach {
        Reach::Gateway { route_tables } => all("route-table", route_tables),
        Reach::Interface { subnets, security_groups, private_dns } => {
            let dns = vec![fact("private-dns", private_dns)];
            [all("subnet", subnets), all("security-group", security_groups), dns].concat()
        }
    };
    facts.into_iter().chain(reach).collect()
}
