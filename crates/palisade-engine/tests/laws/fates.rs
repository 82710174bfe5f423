//! What happens to some packets, and which of it a plan must leave as it is.

use std::collections::BTreeSet;

use ipnet::IpNet;
use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::{Peer, Rule, Rules};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::traffic::{Direction, Traffic};
use palisade_core::{
    Change, Graph, Key, Kind, Live, Network, Object, Plan, Spec, State, Step, StepId, rehearse_to_the_end,
};

/// A fate, with the AWS id of what decides about it.
pub(crate) type Fate = (String, String);

/// The fate of some packets: of rules by both their ends, of the members of lists, of what enters and leaves each
/// subnet, and of where it goes from there.
pub(crate) fn fates(live: &Live) -> BTreeSet<Fate> {
    live.objects().values().flat_map(|it| of_object(it, live)).collect()
}

fn of_object(object: &Object, live: &Live) -> Vec<Fate> {
    let fates = match &object.spec {
        Spec::SecurityGroup(it) => {
            [of_rules("in", &it.inbound, live), of_rules("out", &it.outbound, live)].concat()
        }
        Spec::PrefixList(it) => {
            // Another description takes a block away for a moment: AWS has no other way.
            it.entries.iter().map(|(block, text)| format!("lists {block} as {text:?}")).collect()
        }
        Spec::Vpc(it) => {
            let groups = it.defaults.group.iter();
            let rules = groups.flat_map(|it| {
                [of_rules("default in", &it.inbound, live), of_rules("default out", &it.outbound, live)]
            });
            rules.flatten().collect()
        }
        Spec::Subnet(it) => of_subnet(it, live),
        Spec::Endpoint(Endpoint { reach: Reach::Interface { security_groups, subnets, .. }, .. }) => vec![
            format!("has an interface: {}", !subnets.is_empty()),
            format!("carries a group: {}", !security_groups.is_empty()),
        ],
        Spec::RouteTable(_) => ways_to_services(object, live),
        _ => Vec::new(),
    };
    fates.into_iter().map(|it| (object.id.clone(), it)).collect()
}

fn of_rules(way: &str, rules: &Rules, live: &Live) -> Vec<String> {
    let id = |key: &Key| live.find(key).map_or_else(|| key.name.to_string(), |it| it.id.clone());
    let tell = |Rule { traffic, peer }: &Rule| match peer {
        Peer::Group(key) | Peer::PrefixList(key) => format!("{way} {traffic} {}", id(key)),
        Peer::Cidr(block) => format!("{way} {traffic} {block}"),
    };
    rules.keys().map(tell).collect()
}

fn of_subnet(subnet: &Subnet, live: &Live) -> Vec<String> {
    let mut fates = Vec::new();
    for direction in Direction::BOTH {
        for address in
            ["10.1.2.3/32", "2600:1fff:ffff:ff01::1/128", "2600:1fff:ffff:ff09::1/128", "2001:db8::1/128"]
        {
            for port in [1, 2, 3, 4] {
                let decision = decision(subnet, live, direction, address.parse().expect("an address"), port);
                fates.push(format!("{} {address} {port} {decision}", direction.as_str()));
            }
        }
    }
    let table =
        subnet.route_table.as_ref().and_then(|it| live.find(it)).and_then(|it| RouteTable::of(&it.spec));
    for to in ["0.0.0.0/0", "192.168.0.0/16", "172.16.0.0/12", "::/0", "2001:db8::/32"] {
        let to: IpNet = to.parse().expect("a CIDR");
        let has_way = table.is_some_and(|it| it.routes.keys().any(|route| route.contains(&to)));
        fates.push(format!("way to {to}: {has_way}"));
    }
    fates
}

/// The services to which a gateway endpoint puts routes into a table.
fn ways_to_services(table: &Object, live: &Live) -> Vec<String> {
    let is_in = |it: &Endpoint| match &it.reach {
        Reach::Gateway { route_tables } => {
            route_tables.iter().any(|key| live.find(key).is_some_and(|it| it.id == table.id))
        }
        Reach::Interface { .. } => false,
    };
    let endpoints = live.of_kind(Kind::Endpoint).filter(|(_, it)| it.state != State::Leaving);
    let endpoints = endpoints.filter_map(|(_, it)| Endpoint::of(&it.spec));
    endpoints.filter(|it| is_in(it)).map(|it| format!("way to {}", it.service)).collect()
}

/// What the ACL of a subnet, its own or the default one, does to a packet.
fn decision(subnet: &Subnet, live: &Live, direction: Direction, address: IpNet, port: u16) -> &'static str {
    let matches = |it: &&Entry| {
        let is_port = !matches!(it.traffic, Traffic::Tcp(ports) if ports.from != port);
        is_port && it.cidr.stand_in().contains(&address)
    };
    let own =
        subnet.network_acl.as_ref().and_then(|it| live.find(it)).and_then(|it| NetworkAcl::of(&it.spec));
    let default = live.find(&subnet.vpc).and_then(|it| Vpc::of(&it.spec)?.defaults.acl.as_ref());
    let entries = match (own, default, direction) {
        (Some(acl), _, _) => acl.entries(direction),
        (None, Some(acl), Direction::Inbound) => &acl.inbound,
        (None, Some(acl), Direction::Outbound) => &acl.outbound,
        (None, None, _) => return Action::Allow.as_str(),
    };
    entries.values().find(matches).map_or(Action::Deny, |it| it.action).as_str()
}

/// The fates that are the same now and at the end, apart from those of what must give way, and of ways if a table must.
pub(crate) fn stays(plan: &Plan, want: &Network, live: &Live) -> BTreeSet<Fate> {
    let graph = Graph::new(plan, want, live).expect("a plan can be ordered");
    let is_early = |(id, step): &(&StepId, &Step)| matches!(id, StepId::Wire(key) if step.after.contains(&StepId::Unwire(key.clone())));
    let early: Vec<&Key> = graph.steps.iter().filter(is_early).filter_map(|(id, _)| id.key()).collect();
    // A subnet that leaves a table or an ACL which is rewritten for others at the same time: the language gives each
    // tier its own, so it cannot ask for that.
    let leaves_rewritten = plan.changes.iter().filter(|(_, change)| {
        let kept: Vec<&Key> = change.want().map(Spec::peers).unwrap_or_default();
        let had = change.live().map(|it| it.spec.peers()).unwrap_or_default();
        had.into_iter()
            .any(|it| !kept.contains(&it) && matches!(plan.changes.get(it), Some(Change::Update { .. })))
    });
    let early: Vec<&Key> = early.into_iter().chain(leaves_rewritten.map(|(key, _)| key)).collect();
    // Gateways of one service pass a table on through a moment in which neither has it: AWS has no other way.
    let passed_on = plan.obstacles.keys().any(|it| it.kind == Kind::Endpoint);
    let gives_way = |(id, fate): &&Fate| {
        let of_early = early.iter().any(|key| live.object(key).is_some_and(|it| it.id == *id));
        of_early
            || (fate.starts_with("way") && early.iter().any(|it| it.kind == Kind::RouteTable))
            || (fate.starts_with("way to com") && passed_on)
    };
    // What is removed loses its fate on the way, and nobody is left to miss it.
    let end = rehearse_to_the_end(&graph, want, live).expect("a plan rehearses to its end");
    let (now, then) = (fates(live), fates(&end));
    now.intersection(&then).filter(|it| !gives_way(it)).cloned().collect()
}
