//! All that is said by a spec, as the fields of a difference would name it.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::dhcp_options::DhcpOptions;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::flow_log::{Destination, FlowLog};
use palisade_core::kinds::mount_target::MountTarget;
use palisade_core::kinds::network_acl::Entry;
use palisade_core::kinds::prefix_list::PrefixList;
use palisade_core::kinds::sagemaker::Links;
use palisade_core::kinds::security_group::{Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::policy::Policy;
use palisade_core::traffic::Direction;
use palisade_core::{Block, Document, Key, Spec};

use crate::settings;

/// A field's name and its value.
type Fact = (String, String);

/// Returns every field of a spec that has a value.
pub(super) fn of(spec: &Spec) -> Vec<Fact> {
    match spec {
        Spec::Vpc(it) => vpc(it),
        Spec::Subnet(it) => subnet(it),
        Spec::InternetGateway(it) => it.vpc.iter().map(|vpc| fact("vpc", vpc)).collect(),
        Spec::EgressOnlyGateway(it) => vec![fact("vpc", &it.vpc)],
        Spec::ElasticIp(_) => Vec::new(),
        Spec::NatGateway(it) => vec![fact("subnet", &it.subnet), fact("address", &it.address)],
        Spec::RouteTable(it) => {
            let routes = it.routes.iter().map(|(to, target)| fact(&format!("route {to}"), target));
            [fact("vpc", &it.vpc)].into_iter().chain(routes).collect()
        }
        Spec::NetworkAcl(it) => {
            let entries = [(Direction::Inbound, &it.inbound), (Direction::Outbound, &it.outbound)];
            let entries = entries.into_iter().flat_map(|(direction, it)| entries_of("", direction, it));
            [fact("vpc", &it.vpc)].into_iter().chain(entries).collect()
        }
        Spec::SecurityGroup(it) => security_group(it),
        Spec::Endpoint(it) => endpoint(it),
        Spec::PrefixList(it) => prefix_list(it),
        Spec::DhcpOptions(it) => dhcp_options(it),
        Spec::FlowLog(it) => flow_log(it),
        Spec::Domain(it) => workload(&it.links, &it.settings),
        Spec::UserProfile(it) => workload(&it.links, &it.settings),
        Spec::Notebook(it) => workload(&it.links, &it.settings),
        Spec::Model(it) => workload(&it.links, &it.settings),
        Spec::EndpointConfig(it) => workload(&it.links, &it.settings),
        Spec::InferenceEndpoint(it) => workload(&it.links, &it.settings),
        Spec::TrainingJob(it) => workload(&it.links, &it.settings),
        Spec::ProcessingJob(it) => workload(&it.links, &it.settings),
        Spec::App(it) => {
            let of = it.of.iter().map(|it| fact("of", it));
            workload(&it.links, &it.settings).into_iter().chain(of).collect()
        }
        Spec::Space(it) => workload(&it.links, &it.settings),
        Spec::MountTarget(it) => mount_target(it),
    }
}

fn fact(name: &str, value: &impl ToString) -> Fact {
    (name.to_owned(), value.to_string())
}

fn vpc(vpc: &Vpc) -> Vec<Fact> {
    let secondary = vpc.secondary_cidrs.iter().map(|it| fact("secondary-cidr", it));
    let ipv6 = vpc.ipv6.then(|| fact("ipv6", &"Amazon's"));
    let dns = [fact("dns-support", &vpc.dns_support), fact("dns-hostnames", &vpc.dns_hostnames)];
    let dhcp = vpc.dhcp.iter().map(|it| fact("dhcp", it));
    let group = vpc.defaults.group.iter().flat_map(|it| {
        let rules = [(Direction::Inbound, &it.inbound), (Direction::Outbound, &it.outbound)];
        or_empty(
            "default group",
            rules.map(|(direction, it)| rules_of("default group: ", direction, it)).concat(),
        )
    });
    let acl = vpc.defaults.acl.iter().flat_map(|it| {
        let entries = [(Direction::Inbound, &it.inbound), (Direction::Outbound, &it.outbound)];
        or_empty(
            "default ACL",
            entries.map(|(direction, it)| entries_of("default ACL: ", direction, it)).concat(),
        )
    });
    let addresses = [fact("cidr", &vpc.cidr)].into_iter().chain(secondary).chain(ipv6);
    addresses.chain(dns).chain(dhcp).chain(group).chain(acl).collect()
}

/// What is emptied says so, since what is left alone says nothing.
fn or_empty(owner: &str, facts: Vec<Fact>) -> Vec<Fact> {
    if facts.is_empty() { vec![fact(owner, &"empty")] } else { facts }
}

fn subnet(subnet: &Subnet) -> Vec<Fact> {
    let facts = [fact("vpc", &subnet.vpc), fact("cidr", &subnet.cidr), fact("zone", &subnet.zone)];
    let ipv6 = subnet.ipv6.map(|it| fact("ipv6", &Block::Ipv6Slot(it)));
    let interfaces =
        [fact("assign-ipv6", &subnet.assign_ipv6), fact("public-ip-on-launch", &subnet.public_ip_on_launch)];
    let table = subnet.route_table.iter().map(|it| fact("route-table", it));
    let acl = subnet.network_acl.iter().map(|it| fact("network-acl", it));
    facts.into_iter().chain(ipv6).chain(interfaces).chain(table).chain(acl).collect()
}

fn entries_of(owner: &str, direction: Direction, entries: &BTreeMap<u16, Entry>) -> Vec<Fact> {
    let entry = |(number, entry)| fact(&format!("{owner}{} {number}", direction.as_str()), entry);
    entries.iter().map(entry).collect()
}

fn security_group(group: &SecurityGroup) -> Vec<Fact> {
    let directions = [(Direction::Inbound, &group.inbound), (Direction::Outbound, &group.outbound)];
    let rules = directions.into_iter().flat_map(|(direction, it)| rules_of("", direction, it));
    [fact("vpc", &group.vpc), fact("description", &group.description)].into_iter().chain(rules).collect()
}

fn rules_of(owner: &str, direction: Direction, rules: &Rules) -> Vec<Fact> {
    let rules = rules.iter().map(|(rule, description)| {
        let (word, preposition) = (direction.as_str(), direction.preposition());
        let name = format!("{owner}{word} {} {preposition} {}", rule.traffic, rule.peer);
        (name, described("allowed", description))
    });
    rules.collect()
}

/// The value of what there is nothing to say of but its description.
fn described(word: &str, description: &str) -> String {
    if description.is_empty() { word.to_owned() } else { format!("{word}: {description}") }
}

fn prefix_list(list: &PrefixList) -> Vec<Fact> {
    let facts = [fact("family", &list.family), fact("max-entries", &list.max_entries)];
    let entries = list.entries.iter();
    let entries = entries.map(|(block, text)| (format!("entry {block}"), described("listed", text)));
    facts.into_iter().chain(entries).collect()
}

fn dhcp_options(options: &DhcpOptions) -> Vec<Fact> {
    let list = |name: &str, servers: Vec<String>| {
        (!servers.is_empty()).then(|| (name.to_owned(), servers.join(", ")))
    };
    let domain = options.domain_name.iter().map(|it| fact("domain-name", it));
    let names = list("name-servers", options.name_servers.iter().map(ToString::to_string).collect());
    let times = list("ntp-servers", options.ntp_servers.iter().map(ToString::to_string).collect());
    domain.chain(names).chain(times).collect()
}

fn workload(links: &Links<Key>, settings: &Document) -> Vec<Fact> {
    let one = |name: &str, key: &Option<Key>| key.iter().map(|it| fact(name, it)).collect::<Vec<_>>();
    let all = |name: &str, keys: &[Key]| keys.iter().map(|it| fact(name, it)).collect::<Vec<_>>();
    let links = [
        one("vpc", &links.vpc),
        one("domain", &links.domain),
        one("endpoint-config", &links.config),
        all("subnet", &links.subnets),
        all("security-group", &links.security_groups),
        all("model", &links.models),
    ];
    let settings = settings::all(settings).into_iter().map(|it| (it.path, it.value));
    links.concat().into_iter().chain(settings).collect()
}

fn mount_target(target: &MountTarget) -> Vec<Fact> {
    let facts = [fact("file-system", &target.file_system), fact("subnet", &target.subnet)];
    let groups = target.security_groups.iter().map(|it| fact("security-group", it));
    let domain = target.domain.iter().map(|it| fact("domain", it));
    facts.into_iter().chain(groups).chain(domain).collect()
}

fn flow_log(log: &FlowLog) -> Vec<Fact> {
    let role = match &log.destination {
        Destination::LogGroup { role, .. } => Some(fact("role", role)),
        Destination::Bucket { .. } => None,
    };
    let facts = [fact("vpc", &log.vpc), fact("to", &log.destination)].into_iter().chain(role);
    facts.chain([fact("traffic", &log.recorded.as_str()), fact("interval", &log.interval_s)]).collect()
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
