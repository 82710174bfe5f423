//! Small networks for tests, and what there is once they are made.

use std::collections::BTreeSet;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use palisade_core::cloud::{Cloud, Facts, Needs, Observed};
use palisade_core::kinds::InSpec;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{DefaultGroup, Defaults, HasIpv6, Vpc};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Graph, Intent, Key, Live, Memory, Move, Network, Plan, plan, rehearse_to_the_end};

use crate::plan::PlanView;

mod dual_stack;
mod workloads;

pub(crate) use dual_stack::{cidr, dual_stack};
pub(crate) use workloads::{document, hosting, jobs, notebook, studio, training};

/// A network, what there is, and the way from one to the other.
pub(crate) struct World {
    pub(crate) want: Network,
    pub(crate) live: Live,
    pub(crate) intent: Intent,
}

impl World {
    /// Nothing is there yet.
    pub(crate) fn new(want: Network) -> World {
        World { want, live: Live::default(), intent: Intent::default() }
    }

    /// All of it is there.
    pub(crate) fn made(want: Network) -> World {
        let live = end(&want, &Live::default());
        World { want, live, intent: Intent::default() }
    }

    /// Lets `tell` tell the plan.
    pub(crate) fn told(&self, tell: impl FnOnce(&PlanView<'_>) -> String) -> String {
        let World { want, live, intent } = self;
        let plan = plan(want, live, intent);
        let graph = graph(&plan, want, live);
        let (blueprint, account, region) = (want.blueprint.as_str(), "111122223333", "eu-west-1");
        tell(&PlanView {
            blueprint,
            account,
            region,
            want,
            live,
            plan: &plan,
            lists: &BTreeSet::from(["pl-0abc".to_owned()]),
            graph: &graph,
            reads: Some((14, 2)),
        })
    }

    /// Changes what is wanted of `name`.
    pub(crate) fn edit<R: InSpec>(&mut self, name: &str, edit: impl FnOnce(&mut R)) {
        let spec = self.want.resources.get_mut(&key(name)).expect("the network has it");
        edit(R::of_mut(spec).expect("the kind is in the key"));
    }

    /// Goes the way up to and with the first request of an operation, as a run that is killed then.
    pub(crate) fn run_until(&mut self, operation: &str) {
        let graph = self.graph();
        for call in graph.order.iter().flat_map(|id| &graph.steps[id].calls) {
            call.effect(&mut self.live).expect("the plan works");
            if call.request().operation() == operation {
                return;
            }
        }
    }

    /// Goes all the way.
    pub(crate) fn apply(&mut self) {
        self.live = end(&self.want, &self.live);
    }

    /// Renames what is wanted, and looks again at what there is.
    pub(crate) fn rename(&mut self, moves: &[(&str, &str)]) {
        self.want.moves.moves = moves.iter().map(|(from, to)| rename(from, to)).collect();
        let resources = std::mem::take(&mut self.want.resources);
        for (key, mut spec) in resources {
            spec.map_keys(&mut |it| *it = self.want.moves.end_of(it));
            self.want.resources.insert(self.want.moves.end_of(&key), spec);
        }
        self.look();
    }

    /// Looks at what there is as the owner of what is wanted does.
    pub(crate) fn look(&mut self) {
        let live = std::mem::take(&mut self.live);
        let (blueprint, moves) = (self.want.blueprint.clone(), self.want.moves.clone());
        let needs = Needs { blueprint, moves, ..Needs::default() };
        let (account, region, facts) = (String::new(), String::new(), Facts::default());
        let memory = Memory::new(Observed { account, region, live, facts });
        let seen = pin!(memory.observe(&needs)).poll(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Ok(seen)) = seen else { unreachable!("the memory answers at once") };
        self.live = seen.live;
    }

    /// The graph of the way.
    pub(crate) fn graph(&self) -> Graph {
        graph(&plan(&self.want, &self.live, &self.intent), &self.want, &self.live)
    }
}

/// The rename of a key, or of a tier.
fn rename(from: &str, to: &str) -> Move {
    match (from.strip_prefix("tier:"), to.strip_prefix("tier:")) {
        (Some(from), Some(to)) => Move::Tier { from: from.to_owned(), to: to.to_owned() },
        _ => Move::Key { from: key(from), to: key(to) },
    }
}

/// The requests of a plan that can be carried out.
fn graph(plan: &Plan, want: &Network, live: &Live) -> Graph {
    match plan.problems.is_empty() {
        true => Graph::new(plan, want, live).expect("the plan has an order"),
        false => Graph::default(),
    }
}

/// What there is once `want` is made out of `live`.
pub(crate) fn end(want: &Network, live: &Live) -> Live {
    let plan = plan(want, live, &Intent::default());
    let graph = Graph::new(&plan, want, live).expect("the plan has an order");
    rehearse_to_the_end(&graph, want, live).expect("the plan works")
}

/// The text without ANSI colours.
pub(crate) fn without_colour(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let plain = parts.next().unwrap_or_default().to_owned();
    let after_code = |part: &str| part.split_once('m').map_or("", |(_, rest)| rest).to_owned();
    [plain].into_iter().chain(parts.map(after_code)).collect()
}

pub(crate) fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

/// A VPC with one isolated tier in two zones.
pub(crate) fn minimal() -> Network {
    let mut network = Network::empty("lab");
    network.insert(key("vpc.main"), vpc("10.0.0.0/16"));
    for (zone, cidr) in [("a", "10.0.0.0/20"), ("b", "10.0.16.0/20")] {
        network.insert(key(&format!("subnet.training@{zone}")), subnet(cidr, zone, "training"));
    }
    network.insert(key("route-table.training"), routes(&[]));
    network.insert(key("network-acl.training"), training_acl());
    network.insert(
        key("security-group.training"),
        group("training containers", &[(all(), "training", "")], &[]),
    );
    network
}

/// Three tiers, NAT, groups that name each other, and both kinds of endpoints.
pub(crate) fn private_training() -> Network {
    let mut network = Network::empty("fraud-ml");
    network.tags.insert("team".to_owned(), "ml-platform".to_owned());
    network.insert(key("vpc.main"), vpc("10.40.0.0/16"));
    network.insert(key("igw.main"), InternetGateway { vpc: Some(key("vpc.main")) });
    network.insert(key("eip.nat@a"), ElasticIp {});
    let (subnet_of_nat, address) = (key("subnet.public@a"), key("eip.nat@a"));
    network.insert(
        key("nat.main@a"),
        NatGateway { subnet: subnet_of_nat, address, gateway: Some(key("igw.main")) },
    );
    let tiers = [("public", 0), ("app", 16), ("training", 64)];
    for ((tier, first), (zone, nth)) in tiers.into_iter().flat_map(|it| [(it, ("a", 0)), (it, ("b", 4))]) {
        let mut subnet = subnet(&format!("10.40.{}.0/22", first + nth), zone, tier);
        subnet.network_acl = (tier == "training").then(|| key("network-acl.training"));
        if tier == "app" {
            subnet.route_table = Some(key(&format!("route-table.app@{zone}")));
        }
        network.insert(key(&format!("subnet.{tier}@{zone}")), subnet);
    }
    network.insert(key("route-table.public"), routes(&[("0.0.0.0/0", "igw.main")]));
    network.insert(key("route-table.app@a"), routes(&[("0.0.0.0/0", "nat.main@a")]));
    network
        .insert(key("route-table.app@b"), routes(&[("0.0.0.0/0", "nat.main@a"), ("10.0.0.0/8", "tgw-0abc")]));
    network.insert(key("route-table.training"), routes(&[]));
    network.insert(key("network-acl.training"), training_acl());
    let to_endpoints = [(tcp(443), "endpoints", ""), (all(), "training", "between the workers")];
    let from_training = [(tcp(443), "training", "")];
    network.insert(
        key("security-group.training"),
        group("training containers", &[(all(), "training", "")], &to_endpoints),
    );
    network.insert(key("security-group.endpoints"), group("endpoints", &from_training, &[]));
    network.insert(key("endpoint.s3"), gateway_endpoint("s3", &["training", "app@a", "app@b"]));
    network.insert(key("endpoint.sagemaker.api"), interface_endpoint("sagemaker.api"));
    network.insert(key("endpoint.sts"), interface_endpoint("sts"));
    network
}

pub(crate) fn vpc(cidr: &str) -> Vpc {
    let defaults = Defaults { group: Some(DefaultGroup::default()), acl: None };
    let created = Vpc::as_created(cidr.parse().expect("a CIDR"), HasIpv6::No);
    Vpc { dns_hostnames: true, defaults, ..created }
}

pub(crate) fn subnet(cidr: &str, zone: &str, tier: &str) -> Subnet {
    Subnet {
        vpc: key("vpc.main"),
        cidr: cidr.parse().expect("a CIDR"),
        ipv6: None,
        assign_ipv6: false,
        zone: format!("eu-west-1{zone}"),
        public_ip_on_launch: false,
        route_table: Some(key(&format!("route-table.{tier}"))),
        network_acl: None,
    }
}

pub(crate) fn routes(routes: &[(&str, &str)]) -> RouteTable {
    let route = |(to, via): &(&str, &str)| {
        let target = match via.parse::<Key>() {
            Ok(key) if via.starts_with("igw") => Target::InternetGateway(key),
            Ok(key) if via.starts_with("eigw") => Target::EgressOnlyGateway(key),
            Ok(key) => Target::NatGateway(key),
            Err(_) => Target::Existing((*via).to_owned()),
        };
        (to.parse().expect("a CIDR"), target)
    };
    RouteTable { vpc: key("vpc.main"), routes: routes.iter().map(route).collect() }
}

pub(crate) fn allow(traffic: Traffic, cidr: &str) -> Entry {
    Entry { action: Action::Allow, traffic, cidr: cidr.parse().expect("a CIDR") }
}

fn training_acl() -> NetworkAcl {
    let replies = Traffic::Tcp(Ports { from: 1024, to: 65535 });
    NetworkAcl {
        vpc: key("vpc.main"),
        inbound: [(100, allow(all(), "10.40.64.0/18")), (200, allow(replies, "52.218.0.0/17"))].into(),
        outbound: [(100, allow(all(), "10.40.64.0/18")), (200, allow(tcp(443), "52.218.0.0/17"))].into(),
    }
}

pub(crate) fn all() -> Traffic {
    Traffic::All
}

pub(crate) fn tcp(port: u16) -> Traffic {
    Traffic::Tcp(Ports::one(port))
}

/// Rules of traffic, peer group and description.
pub(crate) fn group(
    description: &str,
    inbound: &[(Traffic, &str, &str)],
    outbound: &[(Traffic, &str, &str)],
) -> SecurityGroup {
    let rules = |rules: &[(Traffic, &str, &str)]| -> Rules {
        let rule = |(traffic, peer, description): &(Traffic, &str, &str)| {
            let peer = Peer::Group(key(&format!("security-group.{peer}")));
            (Rule { traffic: *traffic, peer }, (*description).to_owned())
        };
        rules.iter().map(rule).collect()
    };
    SecurityGroup {
        vpc: key("vpc.main"),
        description: description.to_owned(),
        inbound: rules(inbound),
        outbound: rules(outbound),
    }
}

/// A rule about a block of addresses.
pub(crate) fn from_block(traffic: Traffic, cidr: &str) -> Rule {
    Rule { traffic, peer: Peer::Cidr(cidr.parse().expect("a CIDR")) }
}

pub(crate) fn gateway_endpoint(service: &str, tables: &[&str]) -> Endpoint {
    let tables = tables.iter().map(|it| key(&format!("route-table.{it}")));
    endpoint(service, Reach::Gateway { route_tables: tables.collect() })
}

fn interface_endpoint(service: &str) -> Endpoint {
    let subnets = ["subnet.training@a", "subnet.training@b"].map(key).into();
    let security_groups = [key("security-group.endpoints")].into();
    endpoint(service, Reach::Interface { subnets, security_groups, private_dns: true })
}

fn endpoint(service: &str, reach: Reach) -> Endpoint {
    let service = format!("com.amazonaws.eu-west-1.{service}");
    Endpoint { vpc: key("vpc.main"), service, policy: None, reach }
}
