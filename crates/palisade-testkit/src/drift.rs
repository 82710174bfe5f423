//! What people do by hand, behind palisade's back.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::endpoint::{Modification, PolicyChange, Reach};
use palisade_core::kinds::network_acl::{Action, Entry, NewEntry};
use palisade_core::kinds::route_table::Hop;
use palisade_core::kinds::security_group::{Peer, PeerHandle, Permission, Rule};
use palisade_core::kinds::vpc::Vpc;
use palisade_core::kinds::{
    dhcp_options, egress_only_gateway, elastic_ip, endpoint, flow_log, internet_gateway, nat_gateway,
    network_acl, prefix_list, route_table, security_group, subnet, tagging, vpc,
};
use palisade_core::traffic::{Direction, Ports, Traffic};
use palisade_core::{
    Block, Call, Handle, Key, Kind, Live, Object, Owner, Part, Policy, Spec, Tags, block::BlockHandle, tags,
};
use proptest::prelude::*;

mod workloads;

/// One thing that somebody does: an index into what is ours, and one into what can be done to it.
#[derive(Clone, Copy, Debug)]
pub struct Tampering {
    object: prop::sample::Index,
    deed: prop::sample::Index,
}

/// Returns some things that people do.
pub fn tamperings() -> impl Strategy<Value = Vec<Tampering>> {
    let one = any::<(prop::sample::Index, prop::sample::Index)>();
    prop::collection::vec(one.prop_map(|(object, deed)| Tampering { object, deed }), 1..4)
}

/// What somebody does to one object.
enum Deed {
    /// By requests that palisade makes too.
    Requests(Vec<Call>),
    /// By one that it never makes: something is let into what AWS made with a VPC.
    OpenDefaults,
}

impl Tampering {
    /// Does it, if AWS allows it; returns the key of the object, and what was done.
    pub fn apply(&self, live: &mut Live) -> Option<(Key, String)> {
        let ours = live.objects().iter().filter(|(_, it)| it.owner == Owner::Blueprint);
        let ours: Vec<(&Key, &Object)> = ours.collect();
        let (key, object) = *ours.get(self.object.index(ours.len().max(1)))?;
        let key = key.clone();
        let mut deeds: Vec<Deed> = deeds(&key, object, live).into_iter().map(Deed::Requests).collect();
        if key.kind == Kind::Vpc {
            deeds.extend([Deed::OpenDefaults, Deed::OpenDefaults]);
        }
        match deeds.get(self.deed.index(deeds.len().max(1)))? {
            Deed::Requests(calls) => {
                let mut after = live.clone();
                calls.iter().try_for_each(|it| it.effect(&mut after)).ok()?;
                *live = after;
                Some((key, calls.iter().map(Call::to_string).collect::<Vec<_>>().join(", ")))
            }
            Deed::OpenDefaults => live.tamper(&key, open_defaults).then(|| (key, "OpenDefaults".to_owned())),
        }
    }
}

fn open_defaults(vpc: &mut Vpc) {
    let cidr = Block::Cidr("198.51.100.0/24".parse().expect("a CIDR"));
    if let Some(group) = &mut vpc.defaults.group {
        let rule = Rule { traffic: Traffic::All, peer: Peer::Cidr(cidr) };
        group.inbound.insert(rule.clone(), "by hand".to_owned());
        group.outbound.insert(rule, String::new());
        group.inbound.insert(Rule { traffic: Traffic::All, peer: Peer::Group(vpc::itself()) }, String::new());
    }
    if let Some(acl) = &mut vpc.defaults.acl {
        acl.inbound.insert(7, Entry { action: Action::Allow, traffic: Traffic::All, cidr });
        acl.outbound.insert(7, Entry { action: Action::Deny, traffic: Traffic::All, cidr });
    }
}

/// Everything that can be done to an object by hand, each as the requests that do it.
fn deeds(key: &Key, object: &Object, live: &Live) -> Vec<Vec<Call>> {
    let id = Handle::Value(object.id.clone());
    let part = |part: Part| object.parts.get(&part).cloned().map(Handle::Value);
    let mut deeds: Vec<Vec<Call>> = match &object.spec {
        Spec::Vpc(it) => of_vpc(it, &id, key, live, part),
        Spec::Subnet(it) => of_subnet(it, &id, key, live, part),
        Spec::InternetGateway(it) => {
            let vpc = it.vpc.as_ref().and_then(|it| live.find(it)).map(|it| Handle::Value(it.id.clone()));
            let detach = vpc.map(|vpc| internet_gateway::Call::Detach { gateway: id.clone(), vpc });
            let delete = internet_gateway::Call::Delete { gateway: id.clone() };
            let both: Vec<Call> = detach.iter().cloned().chain([delete]).map(Call::InternetGateway).collect();
            vec![detach.into_iter().map(Call::InternetGateway).collect(), both]
        }
        Spec::EgressOnlyGateway(_) => {
            vec![vec![Call::EgressOnlyGateway(egress_only_gateway::Call::Delete { gateway: id.clone() })]]
        }
        Spec::ElasticIp(_) => vec![vec![Call::ElasticIp(elastic_ip::Call::Release { address: id.clone() })]],
        Spec::NatGateway(_) => {
            let (delete, gone) = (
                nat_gateway::Call::Delete { nat: id.clone() },
                nat_gateway::Call::AwaitDeleted { nat: id.clone() },
            );
            vec![vec![Call::NatGateway(delete.clone())], [delete, gone].map(Call::NatGateway).into()]
        }
        Spec::RouteTable(it) => of_table(it, &id),
        Spec::NetworkAcl(it) => of_acl(it, &id),
        Spec::SecurityGroup(it) => of_group(it, &id),
        Spec::Endpoint(it) => of_endpoint(it, &id, live),
        Spec::PrefixList(it) => of_list(it, &id, object),
        Spec::DhcpOptions(_) => {
            vec![vec![Call::DhcpOptions(dhcp_options::Call::Delete { dhcp: id.clone() })]]
        }
        Spec::FlowLog(_) => vec![vec![Call::FlowLog(flow_log::Call::Delete { log: id.clone() })]],
        _ => workloads::deeds(object, live),
    };
    deeds.extend(of_tags(&id, object).into_iter().map(|it| vec![Call::Tagging(it)]));
    deeds.retain(|it| !it.is_empty());
    deeds
}

/// Whose it is stays: what loses that is nobody's. So does where a job ran, which nothing else tells.
fn of_tags(id: &Handle, object: &Object) -> Vec<tagging::Call> {
    let is_single = object.spec.kind().is_of_sagemaker();
    let set = |name: &str| {
        let tags: Tags = [(name.to_owned(), "by hand".to_owned())].into();
        match is_single {
            true => tagging::Call::Add { object: id.clone(), tags },
            false => tagging::Call::Set { objects: vec![id.clone()], tags },
        }
    };
    let unset = |name: &String| {
        let keys = vec![name.clone()];
        match is_single {
            true => tagging::Call::Drop { object: id.clone(), keys },
            false => tagging::Call::Unset { objects: vec![id.clone()], keys },
        }
    };
    let lasting =
        [tags::BLUEPRINT, tags::KEY, tags::GENERATION, tags::MOVED_FROM, tags::MANAGED, tags::VPC_CONFIG];
    let own = object.tags.keys().filter(|it| !lasting.contains(&it.as_str()));
    [set(tags::NAME)].into_iter().chain(own.map(unset)).collect()
}

fn of_vpc(
    it: &Vpc,
    vpc: &Handle,
    key: &Key,
    live: &Live,
    part: impl Fn(Part) -> Option<Handle>,
) -> Vec<Vec<Call>> {
    let vpc = || vpc.clone();
    let block = Ipv4Net::new_assert([100, 66, 0, 0].into(), 16);
    let ours = live.objects().iter().filter(|(_, it)| matches!(it.spec, Spec::DhcpOptions(_)));
    let swap =
        ours.map(|(_, it)| vec![vpc::Call::SetDhcp { vpc: vpc(), dhcp: Some(Handle::Value(it.id.clone())) }]);
    let mut deeds = vec![
        vec![vpc::Call::SetDnsSupport { vpc: vpc(), enabled: !it.dns_support }],
        vec![vpc::Call::SetDnsHostnames { vpc: vpc(), enabled: !it.dns_hostnames }],
        vec![vpc::Call::AssociateCidr { key: key.clone(), vpc: vpc(), cidr: block }],
        vec![vpc::Call::SetDhcp { vpc: vpc(), dhcp: None }],
        vec![vpc::Call::AssociateIpv6 { vpc: vpc() }],
    ];
    let blocks =
        it.secondary_cidrs.iter().map(|it| Part::CidrAssociation(*it)).chain([Part::Ipv6Association]);
    let gone = blocks.filter_map(part);
    deeds.extend(gone.map(|association| vec![vpc::Call::Disassociate { vpc: vpc(), association }]));
    deeds.into_iter().chain(swap).map(|it| it.into_iter().map(Call::Vpc).collect()).collect()
}

fn of_subnet(
    it: &subnet::Subnet,
    subnet: &Handle,
    key: &Key,
    live: &Live,
    part: impl Fn(Part) -> Option<Handle>,
) -> Vec<Vec<Call>> {
    let (key, subnet) = (|| key.clone(), || subnet.clone());
    let tables = live.objects().values().filter(|it| matches!(it.spec, Spec::RouteTable(_)));
    let acls = live.objects().values().filter(|it| matches!(it.spec, Spec::NetworkAcl(_)));
    let handle = |it: &Object| Handle::Value(it.id.clone());
    let mut calls = vec![
        subnet::Call::SetPublicIpOnLaunch { subnet: subnet(), enabled: !it.public_ip_on_launch },
        subnet::Call::SetAssignIpv6 { subnet: subnet(), enabled: !it.assign_ipv6 },
        subnet::Call::Delete { subnet: subnet() },
    ];
    let ipv6 = part(Part::Ipv6Association);
    calls.extend(ipv6.map(|association| subnet::Call::DisassociateIpv6 { association }));
    match part(Part::RouteAssociation) {
        None => calls.extend(tables.map(|it| subnet::Call::Associate {
            key: key(),
            subnet: subnet(),
            table: handle(it),
        })),
        Some(association) => {
            let swap = |it: &Object| subnet::Call::Reassociate {
                key: key(),
                subnet: subnet(),
                association: association.clone(),
                table: handle(it),
            };
            calls.extend(tables.map(swap));
            calls.push(subnet::Call::Disassociate { association: association.clone() });
        }
    }
    if let Some(association) = part(Part::AclAssociation) {
        let default = live.find(&it.vpc).and_then(|it| it.parts.get(&Part::DefaultAcl)).cloned();
        let all = acls.map(handle).chain(default.map(Handle::Value));
        calls.extend(all.map(|acl| subnet::Call::SwapAcl {
            key: key(),
            subnet: subnet(),
            association: association.clone(),
            acl,
        }));
    }
    calls.into_iter().map(|it| vec![Call::Subnet(it)]).collect()
}

fn of_table(it: &route_table::RouteTable, table: &Handle) -> Vec<Vec<Call>> {
    let (table, via) = (|| table.clone(), || Hop::Existing("pcx-by-hand".to_owned()));
    let to: IpNet = "198.51.100.0/24".parse().expect("a CIDR");
    let mut calls = vec![
        route_table::Call::CreateRoute { table: table(), to, via: via() },
        route_table::Call::Delete { table: table() },
    ];
    for to in it.routes.keys().copied() {
        calls.push(route_table::Call::ReplaceRoute { table: table(), to, via: via() });
        calls.push(route_table::Call::DeleteRoute { table: table(), to });
    }
    calls.into_iter().map(|it| vec![Call::RouteTable(it)]).collect()
}

fn of_acl(it: &network_acl::NetworkAcl, acl: &Handle) -> Vec<Vec<Call>> {
    let acl = || acl.clone();
    let entry = || NewEntry {
        action: Action::Allow,
        traffic: Traffic::Tcp(Ports::one(22)),
        cidr: BlockHandle::Cidr("0.0.0.0/0".parse().expect("a CIDR")),
    };
    let mut calls = vec![network_acl::Call::Delete { acl: acl() }];
    for direction in Direction::BOTH {
        calls.push(network_acl::Call::CreateEntry { acl: acl(), direction, number: 1, entry: entry() });
        for number in it.entries(direction).keys().copied() {
            calls.push(network_acl::Call::ReplaceEntry { acl: acl(), direction, number, entry: entry() });
            calls.push(network_acl::Call::DeleteEntry { acl: acl(), direction, number });
        }
    }
    calls.into_iter().map(|it| vec![Call::NetworkAcl(it)]).collect()
}

fn of_group(it: &security_group::SecurityGroup, group: &Handle) -> Vec<Vec<Call>> {
    let group = || group.clone();
    let mut calls = vec![security_group::Call::Delete { group: group() }];
    for direction in Direction::BOTH {
        let ssh = Permission {
            traffic: Traffic::Tcp(Ports::one(22)),
            peer: PeerHandle::Cidr(BlockHandle::Cidr("198.51.100.0/24".parse().expect("a CIDR"))),
            description: "by hand".to_owned(),
        };
        calls.push(security_group::Call::Authorize { group: group(), direction, rules: vec![ssh] });
        for rule in it.rules(direction).keys() {
            let peer = match &rule.peer {
                Peer::Cidr(Block::Cidr(block)) => PeerHandle::Cidr(BlockHandle::Cidr(*block)),
                _ => continue,
            };
            let rules = vec![Permission { traffic: rule.traffic, peer, description: "by hand".to_owned() }];
            calls.push(security_group::Call::Describe { group: group(), direction, rules: rules.clone() });
            calls.push(security_group::Call::Revoke { group: group(), direction, rules });
        }
    }
    calls.into_iter().map(|it| vec![Call::SecurityGroup(it)]).collect()
}

fn of_endpoint(it: &endpoint::Endpoint, endpoint: &Handle, live: &Live) -> Vec<Vec<Call>> {
    let endpoint = || endpoint.clone();
    let id = |key: &Key| live.find(key).map(|it| Handle::Value(it.id.clone()));
    let all = |wanted: fn(&Spec) -> bool, had: &BTreeSet<Key>| {
        let others = live.objects().iter().filter(|(key, it)| wanted(&it.spec) && !had.contains(*key));
        others.map(|(_, it)| Handle::Value(it.id.clone())).collect::<Vec<Handle>>()
    };
    let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"by:hand","Resource":"*"}]}"#;
    let policy = Policy::parse(policy).expect("a policy");
    let mut changes = vec![
        Modification { policy: Some(PolicyChange::Set(policy)), ..Modification::default() },
        Modification { policy: Some(PolicyChange::Reset), ..Modification::default() },
    ];
    match &it.reach {
        Reach::Gateway { route_tables } => {
            let remove_route_tables = route_tables.iter().filter_map(id).collect();
            changes.push(Modification { remove_route_tables, ..Modification::default() });
            let add_route_tables = all(|it| matches!(it, Spec::RouteTable(_)), route_tables);
            changes.push(Modification { add_route_tables, ..Modification::default() });
        }
        Reach::Interface { subnets, security_groups, private_dns } => {
            changes.push(Modification { private_dns: Some(!private_dns), ..Modification::default() });
            let remove_subnets = subnets.iter().filter_map(id).collect();
            changes.push(Modification { remove_subnets, ..Modification::default() });
            let add_subnets = all(|it| matches!(it, Spec::Subnet(_)), subnets);
            changes.push(Modification { add_subnets, ..Modification::default() });
            let remove_security_groups = security_groups.iter().filter_map(id).collect();
            changes.push(Modification { remove_security_groups, ..Modification::default() });
            let add_security_groups = all(|it| matches!(it, Spec::SecurityGroup(_)), security_groups);
            changes.push(Modification { add_security_groups, ..Modification::default() });
        }
    }
    let modify =
        |modification| vec![Call::Endpoint(endpoint::Call::Modify { endpoint: endpoint(), modification })];
    let (delete, gone) = (
        endpoint::Call::Delete { endpoint: endpoint() },
        endpoint::Call::AwaitDeleted { endpoint: endpoint(), typical_s: 3 },
    );
    let removals = [vec![delete.clone()], vec![delete, gone]];
    let removals = removals.into_iter().map(|it| it.into_iter().map(Call::Endpoint).collect());
    changes.into_iter().map(modify).chain(removals).collect()
}

fn of_list(it: &prefix_list::PrefixList, list: &Handle, object: &Object) -> Vec<Vec<Call>> {
    let list = || list.clone();
    let version = Handle::Value(object.parts.get(&Part::Version).cloned().unwrap_or_default());
    let modify = |add: BTreeMap<IpNet, String>, remove: BTreeSet<IpNet>| prefix_list::Call::Modify {
        list: list(),
        version: version.clone(),
        add,
        remove,
    };
    let block = match it.family {
        prefix_list::Family::Ipv4 => "198.51.100.0/24",
        prefix_list::Family::Ipv6 => "2001:db8:ffff::/48",
    };
    let block: IpNet = block.parse().expect("a CIDR");
    let resize = prefix_list::Call::Resize { list: list(), max_entries: it.max_entries + 1 };
    let mut deeds = vec![
        vec![resize.clone()],
        vec![resize, modify([(block, "by hand".to_owned())].into(), BTreeSet::new())],
        vec![prefix_list::Call::Delete { list: list() }],
    ];
    if let Some(first) = it.entries.keys().next().copied() {
        let remove = modify(BTreeMap::new(), [first].into());
        let again = modify([(first, "by hand".to_owned())].into(), BTreeSet::new());
        deeds.push(vec![remove.clone()]);
        deeds.push(vec![remove, again]);
    }
    deeds.into_iter().map(|it| it.into_iter().map(Call::PrefixList).collect()).collect()
}
