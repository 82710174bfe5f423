//! Small networks, written down rule by rule, and questions about them.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use palisade_core::guarantee::{End, Expect, Guarantee, Outside, Place, Terms};
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{HasIpv6, Vpc};
use palisade_core::traffic::{Icmp, Ports, Traffic};
use palisade_core::{Block, Element, Key, Kind, Live, Network};
use palisade_verify::{
    Goal, Groups, Leg, Onwards, Origin, Outcome, Packet, PublicAccess, Question, Stage, Step, Trace, Verdict,
    World, prove,
};

pub(crate) const S3: &str = "com.amazonaws.eu-west-1.s3";

/// A network and what is said of it.
pub(crate) struct Net {
    pub(crate) network: Network,
    pub(crate) terms: Terms,
    pub(crate) access: PublicAccess,
}

pub(crate) fn key(kind: Kind, name: &str) -> Key {
    Key::new(kind, name)
}

fn vpc() -> Key {
    key(Kind::Vpc, "main")
}

impl Net {
    /// Returns a VPC of 10.0.0.0/16.
    pub(crate) fn new(has_ipv6: HasIpv6) -> Net {
        let mut network = Network::empty("facts");
        let cidr = "10.0.0.0/16".parse().expect("a block");
        network.insert(vpc(), Vpc { dns_hostnames: true, ..Vpc::as_created(cidr, has_ipv6) });
        Net { network, terms: Terms::default(), access: PublicAccess::default() }
    }

    /// Adds a subnet, which is a tier of its own. Its table and its ACL have its name; an ACL that is not there is the
    /// default one.
    pub(crate) fn subnet(mut self, name: &str, cidr: &str, routes: &[(&str, &str)]) -> Net {
        let routes = routes.iter().map(|(to, via)| (to.parse().expect("a block"), target(via)));
        let table = RouteTable { vpc: vpc(), routes: routes.collect::<BTreeMap<_, _>>() };
        self.network.insert(key(Kind::RouteTable, name), table);
        let n_subnets = self.terms.tiers.len();
        let has_ipv6 =
            Vpc::as_created("10.0.0.0/16".parse().expect("a block"), HasIpv6::Yes).ipv6 && self.has_ipv6();
        let subnet = Subnet {
            vpc: vpc(),
            cidr: cidr.parse().expect("a block"),
            ipv6: has_ipv6.then(|| u8::try_from(n_subnets).expect("few subnets")),
            assign_ipv6: false,
            zone: "eu-west-1a".to_owned(),
            public_ip_on_launch: false,
            route_table: Some(key(Kind::RouteTable, name)),
            network_acl: None,
        };
        self.network.insert(key(Kind::Subnet, name), subnet);
        self.terms.tiers.insert(name.to_owned(), [key(Kind::Subnet, name)].into());
        self
    }

    fn has_ipv6(&self) -> bool {
        let spec = &self.network.resources[&vpc()];
        matches!(spec, palisade_core::Spec::Vpc(it) if it.ipv6)
    }

    fn change_subnet(mut self, name: &str, change: impl FnOnce(&mut Subnet)) -> Net {
        let Some(palisade_core::Spec::Subnet(subnet)) =
            self.network.resources.get_mut(&key(Kind::Subnet, name))
        else {
            panic!("there is no subnet {name}");
        };
        change(subnet);
        self
    }

    /// Gives interfaces of a subnet public addresses.
    pub(crate) fn public(self, name: &str) -> Net {
        self.change_subnet(name, |it| it.public_ip_on_launch = true)
    }

    /// Gives a subnet an ACL: `100 allow tcp 443 0.0.0.0/0`, a line each.
    pub(crate) fn acl(mut self, name: &str, inbound: &str, outbound: &str) -> Net {
        let acl = NetworkAcl { vpc: vpc(), inbound: entries(inbound), outbound: entries(outbound) };
        self.network.insert(key(Kind::NetworkAcl, name), acl);
        self.change_subnet(name, |it| it.network_acl = Some(key(Kind::NetworkAcl, name)))
    }

    /// Adds a group: `tcp 443 0.0.0.0/0` or `all group:web`, a line each.
    pub(crate) fn group(mut self, name: &str, inbound: &str, outbound: &str) -> Net {
        let group = SecurityGroup {
            vpc: vpc(),
            description: "a group".to_owned(),
            inbound: rules(inbound),
            outbound: rules(outbound),
        };
        self.network.insert(key(Kind::SecurityGroup, name), group);
        self
    }

    pub(crate) fn igw(mut self) -> Net {
        self.network.insert(key(Kind::InternetGateway, "main"), InternetGateway { vpc: Some(vpc()) });
        self
    }

    pub(crate) fn nat(mut self, subnet: &str) -> Net {
        self.network.insert(key(Kind::ElasticIp, "nat"), ElasticIp {});
        let gateway = Some(key(Kind::InternetGateway, "main"));
        let nat =
            NatGateway { subnet: key(Kind::Subnet, subnet), address: key(Kind::ElasticIp, "nat"), gateway };
        self.network.insert(key(Kind::NatGateway, "main"), nat);
        self
    }

    /// Adds a gateway endpoint of S3, which has 52.216.0.0/15.
    pub(crate) fn s3(mut self, tables: &[&str]) -> Net {
        let route_tables = tables.iter().map(|it| key(Kind::RouteTable, it)).collect();
        self.endpoint("s3", S3, Reach::Gateway { route_tables });
        self.terms.services.insert(S3.to_owned(), "pl-s3".to_owned());
        self.terms.lists.insert("pl-s3".to_owned(), ["52.216.0.0/15".parse().expect("a block")].into());
        self
    }

    /// Adds an interface endpoint with private DNS.
    pub(crate) fn interface(mut self, name: &str, subnet: &str, group: &str) -> Net {
        let reach = Reach::Interface {
            subnets: [key(Kind::Subnet, subnet)].into(),
            security_groups: [key(Kind::SecurityGroup, group)].into(),
            private_dns: true,
        };
        self.endpoint(name, &format!("com.amazonaws.eu-west-1.{name}"), reach);
        self
    }

    fn endpoint(&mut self, name: &str, service: &str, reach: Reach) {
        let endpoint = Endpoint { vpc: vpc(), service: service.to_owned(), policy: None, reach };
        self.network.insert(key(Kind::Endpoint, name), endpoint);
    }

    pub(crate) fn outside(mut self, name: &str, cidr: &str, onwards: Onwards) -> Net {
        let cidrs = [cidr.parse().expect("a block")].into();
        let internet = onwards == Onwards::Yes;
        self.terms.outsides.insert(name.to_owned(), Outside { cidrs, internet });
        self
    }

    /// Returns what happens to a packet of tcp. What it comes from and goes to is a subnet, `internet`, an outside or an
    /// address; groups are those of sender and receiver, any if there are none.
    pub(crate) fn tcp(&self, from: &str, from_port: u16, to: &str, port: u16, groups: [&[&str]; 2]) -> Trace {
        self.ask(from, to, (6, from_port, port), groups)
    }

    pub(crate) fn ask(
        &self,
        from: &str,
        to: &str,
        (protocol, one, other): (u8, u16, u16),
        groups: [&[&str]; 2],
    ) -> Trace {
        let (origin, source) = self.end(from);
        let (_, destination) = self.end(to);
        let [sender, receiver] = groups.map(carried);
        let packet = Packet { source, destination, protocol, from: one, to: other };
        let question = Question { packet, origin, sender, receiver };
        let trace = self.world(&self.terms, |world| world.trace(&question));
        self.agrees(&question, &trace);
        trace
    }

    fn end(&self, words: &str) -> (Origin, IpAddr) {
        match words.parse::<IpAddr>() {
            Ok(address) if self.world(&self.terms, |it| it.is_local(address)) => (Origin::Interface, address),
            Ok(address) => {
                let has_it = |it: &Outside| it.cidrs.iter().any(|it| it.contains(&address));
                let outside = self.terms.outsides.iter().find(|(_, it)| has_it(it));
                (outside.map_or(Origin::Internet, |(name, _)| Origin::Outside(name.clone())), address)
            }
            Err(_) if words == "internet" => (Origin::Internet, "8.8.8.8".parse().expect("an address")),
            Err(_) => {
                let subnet = self.terms.tiers[words].first().expect("a subnet");
                let family = palisade_core::kinds::prefix_list::Family::Ipv4;
                let address =
                    self.world(&self.terms, |it| it.an_address(subnet, family)).expect("an address");
                (Origin::Interface, address)
            }
        }
    }

    fn world<T>(&self, terms: &Terms, ask: impl FnOnce(&World<'_>) -> T) -> T {
        let live = Live::default();
        let mut world = World::wanted(&self.network, &live, terms);
        world.public_access = self.access.clone();
        ask(&world)
    }

    /// Holds the proof against one packet: it is among those that are delivered if and only if it is.
    fn agrees(&self, question: &Question, trace: &Trace) {
        let exact = |groups: &Groups| match groups {
            Groups::Exactly(groups) => Some(groups.clone()),
            Groups::AtLeast(_) => None,
        };
        let from = match &question.origin {
            Origin::Interface => End { place: Place::Vpc, groups: exact(&question.sender) },
            Origin::Internet => End::any(Place::Internet),
            Origin::Outside(name) => End::any(Place::Outside(name.clone())),
        };
        let to = match &trace.forward.outcome {
            Outcome::Delivered(Goal::Internet) => End::any(Place::Internet),
            Outcome::Delivered(Goal::Service(key)) => End::any(Place::Endpoint(key.clone())),
            Outcome::Delivered(Goal::Outside(names, _)) if !names.is_empty() => {
                End::any(Place::Outside(names[0].clone()))
            }
            Outcome::Delivered(Goal::Outside(..)) => End::any(Place::Internet),
            _ if self.world(&self.terms, |it| it.is_local(question.packet.destination)) => {
                End { place: Place::Vpc, groups: exact(&question.receiver) }
            }
            _ => End::any(Place::Internet),
        };
        let mut terms = self.terms.clone();
        terms.guarantees = vec![guarantee(from, to, Expect::OneWayIsolated)];
        self.world(&terms, |world| {
            let delivered = world.delivered(&world.terms.guarantees[0]);
            let is_in = (delivered.must.has(&question.packet), delivered.may.has(&question.packet));
            match &trace.forward.outcome {
                Outcome::Delivered(_) => assert_eq!(is_in, (true, true), "{question:?} {trace:#?}"),
                Outcome::Dropped(_) => assert_eq!(is_in, (false, false), "{question:?} {trace:#?}"),
                Outcome::Unknown(_) => assert_eq!(is_in, (false, true), "{question:?} {trace:#?}"),
            }
        });
    }

    /// Returns what becomes of a promise, in a word.
    pub(crate) fn verdict(&self, guarantee: Guarantee) -> String {
        let mut terms = self.terms.clone();
        terms.guarantees = vec![guarantee];
        self.world(&terms, |world| {
            let proof = prove(world).pop().expect("one promise");
            match proof.verdict {
                Verdict::Holds => "holds".to_owned(),
                Verdict::Broken(witness) => format!("broken by {}", witness.packet),
                Verdict::Undetermined(doubts, _) => {
                    format!("undetermined: {}", doubts.first().expect("a reason"))
                }
                Verdict::Assumed(_) => "assumed".to_owned(),
                Verdict::Empty => "empty".to_owned(),
            }
        })
    }
}

pub(crate) fn tier(name: &str) -> End {
    End::any(Place::Tier(name.to_owned()))
}

pub(crate) fn carrying(place: Place, groups: &[&str]) -> End {
    let groups = groups.iter().map(|it| key(Kind::SecurityGroup, it)).collect();
    End { place, groups: Some(groups) }
}

pub(crate) fn guarantee(from: End, to: End, expect: Expect) -> Guarantee {
    Guarantee {
        name: "a promise".to_owned(),
        from,
        to,
        expect,
        traffic: vec![Traffic::All],
        client_ports: Ports { from: 1024, to: 65535 },
        assume: None,
        span: 0..0,
        is_implied: false,
    }
}

fn carried(names: &[&str]) -> Groups {
    match names {
        [] => Groups::any(),
        names => {
            let keys: BTreeSet<Key> = names.iter().map(|it| key(Kind::SecurityGroup, it)).collect();
            Groups::Exactly(keys)
        }
    }
}

fn target(via: &str) -> Target {
    match via {
        "igw" => Target::InternetGateway(key(Kind::InternetGateway, "main")),
        "nat" => Target::NatGateway(key(Kind::NatGateway, "main")),
        "eigw" => Target::EgressOnlyGateway(key(Kind::EgressOnlyGateway, "main")),
        id => Target::Existing(id.to_owned()),
    }
}

fn entries(text: &str) -> BTreeMap<u16, Entry> {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    let entry = |line: &str| {
        let (number, rest) = line.split_once(' ').expect("a number");
        let (action, rest) = rest.split_once(' ').expect("an action");
        let (traffic, block) = rest.rsplit_once(' ').expect("a block");
        let action = if action == "allow" { Action::Allow } else { Action::Deny };
        let cidr: Block = block.parse().expect("a block");
        (number.parse().expect("a number"), Entry { action, traffic: self::traffic(traffic), cidr })
    };
    lines.map(entry).collect()
}

fn rules(text: &str) -> Rules {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    let rule = |line: &str| {
        let (traffic, peer) = line.rsplit_once(' ').expect("a peer");
        let peer = match peer.split_once(':') {
            Some(("group", name)) => Peer::Group(key(Kind::SecurityGroup, name)),
            Some(("list", name)) => Peer::PrefixList(key(Kind::PrefixList, name)),
            _ => Peer::Cidr(peer.parse().expect("a block")),
        };
        (Rule { traffic: self::traffic(traffic), peer }, String::new())
    };
    lines.map(rule).collect()
}

pub(crate) fn traffic(text: &str) -> Traffic {
    let ports = |text: &str| {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        Ports { from: from.parse().expect("a port"), to: to.parse().expect("a port") }
    };
    match text.split_once(' ') {
        Some(("tcp", range)) => Traffic::Tcp(ports(range)),
        Some(("udp", range)) => Traffic::Udp(ports(range)),
        Some(("protocol", number)) => Traffic::Protocol(number.parse().expect("a number")),
        _ if text == "icmp" => Traffic::Icmp(Icmp::Any),
        _ => Traffic::All,
    }
}

/// Returns how a trace ends, in the words of a table of facts: `ACCEPT`, `EXIT_INTERNET`, or why it is dropped; and the
/// same of its reply.
pub(crate) fn ends(trace: &Trace) -> String {
    let forward = end_of(&trace.forward);
    match &trace.reply {
        Some(reply) => format!("{forward} / {}", end_of(reply)),
        None => forward,
    }
}

fn end_of(leg: &Leg) -> String {
    match &leg.outcome {
        Outcome::Delivered(Goal::Interface(_)) => "ACCEPT".to_owned(),
        Outcome::Delivered(Goal::Internet) => "EXIT_INTERNET".to_owned(),
        Outcome::Delivered(Goal::Service(key)) => format!("SERVICE {key}"),
        Outcome::Delivered(Goal::Outside(names, onwards)) => {
            format!("OUTSIDE {} {onwards:?}", names.join(" "))
        }
        Outcome::Dropped(why) => why.code().to_owned(),
        Outcome::Unknown(doubt) => format!("UNDETERMINED: {doubt}"),
    }
}

/// Returns which parts of the network decided, at one kind of stage.
pub(crate) fn decided(leg: &Leg, stage: Stage) -> String {
    let steps = leg.steps.iter().filter(|it| it.stage == stage);
    let by = |it: &Step| match &it.by {
        Some(Element::Object(_)) | None => it.text.clone(),
        Some(Element::Route { .. }) => it.text.clone(),
        Some(by) => by.to_string(),
    };
    steps.map(by).collect::<Vec<_>>().join("; ")
}
