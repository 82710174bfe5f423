//! Networks that nobody would think of, what is promised of them, and packets that meet their edges.

use core::net::IpAddr;
use std::collections::BTreeSet;

use palisade_core::guarantee::{End, Expect, Guarantee, Outside, Place, Terms};
use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::network_acl::{Action, Entry};
use palisade_core::kinds::security_group::{Peer, Rule, Rules};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Icmp, Ports, Traffic};
use palisade_core::{Block, Key, Kind, Live, Network, Spec};
use palisade_testkit::networks::{networks, sample};
use palisade_verify::{Groups, Origin, Packet, Question, Stage, Trace, World};

/// A network and what is said of it.
pub(crate) struct Scene {
    pub(crate) network: Network,
    pub(crate) live: Live,
    pub(crate) terms: Terms,
}

/// Numbers that are the same in every run: a linear congruence (Knuth, MMIX).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn roll(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())].clone()
    }
}

impl Scene {
    /// Returns networks with rules of all protocols, and outsides and lists of which some are known.
    pub(crate) fn sample(n: usize) -> Vec<Scene> {
        let mut dice = Dice::new(n as u64);
        let of = |(live, network): (Live, Network)| Scene::new(live, network, &mut dice);
        let scenes = sample(&networks(), 2 * n).into_iter().map(of);
        // Where there is no subnet there is nothing to ask.
        let scenes: Vec<Scene> = scenes.filter(|it| !it.terms.tiers.is_empty()).take(n).collect();
        assert_eq!(scenes.len(), n);
        scenes
    }

    pub(crate) fn new(live: Live, mut network: Network, dice: &mut Dice) -> Scene {
        let specs: Vec<&mut Spec> = network.resources.values_mut().collect();
        for spec in specs {
            match spec {
                Spec::SecurityGroup(it) => {
                    for rules in [&mut it.inbound, &mut it.outbound] {
                        vary_rules(rules, dice);
                        if dice.roll(2) == 0 {
                            let peer = Peer::Cidr(everywhere(dice));
                            rules.insert(Rule { traffic: Traffic::All, peer }, String::new());
                        }
                    }
                }
                Spec::NetworkAcl(it) => {
                    for entries in [&mut it.inbound, &mut it.outbound] {
                        entries.values_mut().for_each(|it| it.traffic = vary(it.traffic, dice));
                        // Behind all others, so that they still deny.
                        for number in 200..200 + dice.roll(4) {
                            let number = u16::try_from(number).expect("a small number");
                            let (action, traffic) = (Action::Allow, Traffic::All);
                            entries.insert(number, Entry { action, traffic, cidr: everywhere(dice) });
                        }
                    }
                }
                _ => {}
            }
        }
        let mut terms = Terms::default();
        let subnets = network.resources.iter().filter(|(key, _)| key.kind == Kind::Subnet);
        for (key, _) in subnets {
            let tier = key.name.split_once('@').map_or(key.name.as_str(), |(tier, _)| tier);
            terms.tiers.entry(tier.to_owned()).or_default().insert(key.clone());
        }
        let blocks =
            |all: &[&str]| all.iter().map(|it| it.parse().expect("a block")).collect::<BTreeSet<_>>();
        if 0 < dice.roll(4) {
            let internet = dice.roll(3) == 0;
            terms
                .outsides
                .insert("near".to_owned(), Outside { cidrs: blocks(&["192.168.0.0/16"]), internet });
        }
        if 0 < dice.roll(4) {
            let cidrs = blocks(&["172.16.0.0/12", "2001:db8::/32"]);
            terms.outsides.insert("far".to_owned(), Outside { cidrs, internet: false });
        }
        if 0 < dice.roll(3) {
            terms.lists.insert("pl-1".to_owned(), blocks(&["198.51.100.0/24", "2001:db8:1::/48"]));
        }
        if 0 < dice.roll(3) {
            terms.services.insert("com.amazonaws.us-east-1.s3".to_owned(), "pl-s3".to_owned());
            terms.lists.insert("pl-s3".to_owned(), blocks(&["52.216.0.0/15", "3.5.0.0/19"]));
        }
        Scene { network, live, terms }
    }

    fn keys(&self, kind: Kind) -> Vec<Key> {
        self.network.resources.keys().filter(|it| it.kind == kind).cloned().collect()
    }

    fn groups(&self, dice: &mut Dice) -> BTreeSet<Key> {
        let all = self.keys(Kind::SecurityGroup);
        all.into_iter().filter(|_| 0 < dice.roll(3)).collect()
    }

    /// Returns any promise.
    pub(crate) fn guarantee(&self, dice: &mut Dice, expect: Expect) -> Guarantee {
        let tiers: Vec<Place> = self.terms.tiers.keys().cloned().map(Place::Tier).collect();
        let outsides = self.terms.outsides.keys().cloned().map(Place::Outside);
        let endpoints = self.keys(Kind::Endpoint).into_iter().map(Place::Endpoint);
        let others: Vec<Place> =
            tiers.iter().cloned().chain(outsides.clone()).chain([Place::Internet]).collect();
        let mut tos = others.clone();
        tos.extend(endpoints);
        tos.push(Place::Internet);
        let must_say = expect == Expect::Reachable;
        let is_from_outside = dice.roll(4) == 0;
        let from = if is_from_outside { dice.pick(&others) } else { dice.pick(&tiers) };
        let to = if matches!(from, Place::Tier(_)) { dice.pick(&tos) } else { dice.pick(&tiers) };
        let mut end = |place: Place| {
            let has_groups = matches!(place, Place::Tier(_)) && (must_say || dice.roll(3) == 0);
            End { groups: has_groups.then(|| self.groups(dice)), place }
        };
        let (from, to) = (end(from), end(to));
        Guarantee {
            name: "law".to_owned(),
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

    /// Returns the subnets of a place.
    fn subnets(&self, place: &Place) -> Vec<&Subnet> {
        let keys: Vec<&Key> = match place {
            Place::Tier(name) => self.terms.tiers[name].iter().collect(),
            Place::Endpoint(key) => match Endpoint::of(&self.network.resources[key]).map(|it| &it.reach) {
                Some(Reach::Interface { subnets, .. }) => subnets.iter().collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        keys.into_iter().filter_map(|it| Subnet::of(self.network.resources.get(it)?)).collect()
    }

    /// Returns whether an endpoint has an interface in a subnet.
    pub(crate) fn stands_in(&self, endpoint: &Key, subnet: &Key) -> bool {
        let spec = Endpoint::of(&self.network.resources[endpoint]).expect("an endpoint");
        matches!(&spec.reach, Reach::Interface { subnets, .. } if subnets.contains(subnet))
    }

    /// Returns whether a place is a gateway endpoint of whose service it is not known what addresses it has.
    pub(crate) fn is_unlisted(&self, place: &Place) -> bool {
        let Place::Endpoint(key) = place else { return false };
        let spec = Endpoint::of(&self.network.resources[key]).expect("an endpoint");
        matches!(spec.reach, Reach::Gateway { .. }) && self.terms.services.is_empty()
    }

    /// Returns any packet that the first end of a promise can send: mostly towards the second.
    pub(crate) fn question(&self, dice: &mut Dice, guarantee: &Guarantee, world: &World<'_>) -> Question {
        let wants_ipv6 = dice.roll(4) == 0;
        let address = |place: &Place, dice: &mut Dice| -> IpAddr {
            let blocks: Vec<_> = self.subnets(place).into_iter().flat_map(|it| world.blocks_of(it)).collect();
            let of_family: Vec<_> =
                blocks.iter().filter(|it| matches!(it, ipnet::IpNet::V6(_)) == wants_ipv6).collect();
            let fixed: &[&str] = match wants_ipv6 {
                true => &["2001:db8::1", "2a00::1", "2001:db8:1::5", "fd00::1", "2600:1fff:ffff:ff09::7"],
                false => &[
                    "8.8.8.8",
                    "52.216.0.9",
                    "192.168.1.1",
                    "172.16.0.1",
                    "198.51.100.7",
                    "10.0.9.9",
                    "10.9.9.9",
                ],
            };
            match of_family.is_empty() || dice.roll(8) == 0 {
                true => dice.pick(fixed).parse().expect("an address"),
                false => at(dice.pick(&of_family), [4, 5, 9, 250, 254, 255][dice.roll(6)]),
            }
        };
        let origin = match &guarantee.from.place {
            Place::Internet => Origin::Internet,
            Place::Outside(name) => Origin::Outside(name.clone()),
            _ => Origin::Interface,
        };
        let mut source = address(&guarantee.from.place, dice);
        // What is not in the first end is not spoken of.
        if origin == Origin::Interface {
            let of_end = self.subnets(&guarantee.from.place);
            let blocks: Vec<_> = of_end.into_iter().flat_map(|it| world.blocks_of(it)).collect();
            if !blocks.iter().any(|it| it.contains(&source)) {
                source = at(&dice.pick(&blocks), 7);
            }
        }
        let mut destination = address(&guarantee.to.place, dice);
        if destination.is_ipv6() != source.is_ipv6() {
            destination =
                if source.is_ipv6() { "2001:db8::1" } else { "8.8.8.8" }.parse().expect("an address");
        }
        let protocol = dice.pick(&[6, 6, 6, 6, 17, 17, 1, 58, 47]);
        let (from, to) = match protocol {
            6 | 17 => (dice.pick(&[1024, 1025, 40000, 65535]), dice.pick(&[0, 1, 2, 3, 4, 443, 1024, 65535])),
            1 | 58 => (dice.pick(&[0, 3, 8, 128, 129]), dice.pick(&[0, 4])),
            _ => (0, 0),
        };
        let groups = |end: &End| match (&end.groups, &end.place) {
            (Some(groups), _) => Groups::Exactly(groups.clone()),
            (None, Place::Endpoint(key)) => match Endpoint::of(&self.network.resources[key])
                .map(|it| &it.reach)
            {
                Some(Reach::Interface { security_groups, .. }) => Groups::Exactly(security_groups.clone()),
                _ => Groups::any(),
            },
            (None, _) => Groups::any(),
        };
        let packet = Packet { source, destination, protocol, from, to };
        Question { packet, origin, sender: groups(&guarantee.from), receiver: groups(&guarantee.to) }
    }

    /// Returns whether a packet passes the internet gateway by a public IPv4 address that an interface may not have.
    pub(crate) fn needs_address(&self, question: &Question, trace: &Trace) -> bool {
        let by_gateway = |it: &palisade_verify::Step| {
            it.stage == Stage::Gateway
                && it.by.as_ref().is_some_and(|it| it.key().kind == Kind::InternetGateway)
        };
        let by_nat =
            |it: &palisade_verify::Step| it.by.as_ref().is_some_and(|it| it.key().kind == Kind::NatGateway);
        let steps = &trace.forward.steps;
        let own = match question.origin {
            Origin::Interface => question.packet.source,
            _ => question.packet.destination,
        };
        let subnets = self.network.resources.values().filter_map(Subnet::of);
        let is_given = subnets.filter(|it| it.public_ip_on_launch).any(|it| match own {
            IpAddr::V4(own) => it.cidr.contains(&own),
            IpAddr::V6(_) => false,
        });
        // So does what comes by a gateway to other networks.
        let by_outside = |it: &palisade_verify::Step| it.stage == Stage::Gateway && it.by.is_none();
        let is_far = question.origin == Origin::Internet && steps.iter().any(by_outside);
        is_far || own.is_ipv4() && !is_given && steps.iter().any(by_gateway) && !steps.iter().any(by_nat)
    }
}

/// Returns the address at a place in a block.
fn at(block: &ipnet::IpNet, offset: u8) -> IpAddr {
    match block {
        ipnet::IpNet::V4(it) => std::net::Ipv4Addr::from(u32::from(it.network()) + u32::from(offset)).into(),
        ipnet::IpNet::V6(it) => {
            std::net::Ipv6Addr::from(u128::from(it.network()) + u128::from(offset)).into()
        }
    }
}

/// Every address of a family, mostly of IPv4.
fn everywhere(dice: &mut Dice) -> Block {
    let block = if dice.roll(4) == 0 { "::/0" } else { "0.0.0.0/0" };
    Block::Cidr(block.parse().expect("a block"))
}

fn vary_rules(rules: &mut Rules, dice: &mut Dice) {
    let varied = std::mem::take(rules).into_iter();
    let varied = varied.map(|(rule, text)| (Rule { traffic: vary(rule.traffic, dice), ..rule }, text));
    *rules = varied.collect();
}

fn vary(traffic: Traffic, dice: &mut Dice) -> Traffic {
    let Traffic::Tcp(ports) = traffic else { return traffic };
    match dice.roll(9) {
        0 => Traffic::Udp(Ports { from: 0, to: ports.to }),
        1 => Traffic::Icmp(Icmp::Any),
        2 => Traffic::Icmp(Icmp::Type(8)),
        3 => Traffic::Icmpv6(Icmp::Code(128, 0)),
        4 => Traffic::Protocol(47),
        5 | 6 => Traffic::Tcp(Ports { from: ports.from, to: 65535 }),
        7 => Traffic::Udp(Ports { from: 1024, to: 65535 }),
        _ => traffic,
    }
}
