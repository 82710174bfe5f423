//! What is written otherwise and means the same proves the same; and groups only allow.

use palisade_core::guarantee::Expect;
use palisade_core::kinds::network_acl::Entry;
use palisade_core::kinds::security_group::{Peer, Rule, Rules};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Block, Network, Spec};
use palisade_verify::{Passing, Set, World};
use std::collections::BTreeMap;

use crate::scene::{Dice, Scene};

const N_NETWORKS: usize = 200;

/// Returns the network with each entry of an ACL and each rule of a group written as two, where that can be.
fn split(network: &Network) -> Network {
    let mut network = network.clone();
    for spec in network.resources.values_mut() {
        match spec {
            Spec::NetworkAcl(it) => {
                it.inbound = split_entries(&it.inbound);
                it.outbound = split_entries(&it.outbound);
            }
            Spec::SecurityGroup(it) => {
                it.inbound = split_rules(&it.inbound);
                it.outbound = split_rules(&it.outbound);
            }
            _ => {}
        }
    }
    network
}

/// Entries keep their order under other numbers; the second half of one follows the first.
fn split_entries(entries: &BTreeMap<u16, Entry>) -> BTreeMap<u16, Entry> {
    let halves = |(number, entry): (&u16, &Entry)| {
        let each = halves(entry.traffic).into_iter().zip(number * 3..);
        each.map(|(traffic, number)| (number, Entry { traffic, ..*entry })).collect::<Vec<_>>()
    };
    entries.iter().flat_map(halves).collect()
}

fn split_rules(rules: &Rules) -> Rules {
    let each = |(rule, text): (&Rule, &String)| {
        let blocks = match &rule.peer {
            Peer::Cidr(Block::Cidr(block)) => match block.subnets(block.prefix_len() + 1) {
                Ok(halves) => halves.map(|it| Peer::Cidr(Block::Cidr(it))).collect(),
                Err(_) => vec![rule.peer.clone()],
            },
            peer => vec![peer.clone()],
        };
        let rule = |peer: Peer| {
            halves(rule.traffic).into_iter().map(move |traffic| Rule { traffic, peer: peer.clone() })
        };
        blocks.into_iter().flat_map(rule).map(|it| (it, text.clone())).collect::<Vec<_>>()
    };
    rules.iter().flat_map(each).collect()
}

fn halves(traffic: Traffic) -> Vec<Traffic> {
    let two = |Ports { from, to }: Ports| {
        let middle = from + (to - from) / 2;
        let rest = Ports::new(middle.saturating_add(1), to).filter(|_| middle < to);
        [Some(Ports { from, to: middle }), rest].into_iter().flatten()
    };
    match traffic {
        Traffic::Tcp(ports) => two(ports).map(Traffic::Tcp).collect(),
        Traffic::Udp(ports) => two(ports).map(Traffic::Udp).collect(),
        other => vec![other],
    }
}

fn is_same(one: &Set, other: &Set) -> bool {
    one.holds(other) && other.holds(one)
}

/// Checks what is delivered in a network and in another version of it.
fn check(change: impl Fn(&Network) -> Network, is_right: impl Fn(&Passing, &Passing) -> bool) {
    let mut dice = Dice::new(4);
    let mut n_delivered = 0;
    for scene in Scene::sample(N_NETWORKS) {
        let mut terms = scene.terms.clone();
        terms.guarantees = vec![scene.guarantee(&mut dice, Expect::OneWayIsolated)];
        let changed = change(&scene.network);
        let before = World::wanted(&scene.network, &scene.live, &terms).delivered(&terms.guarantees[0]);
        let after = World::wanted(&changed, &scene.live, &terms).delivered(&terms.guarantees[0]);
        n_delivered += usize::from(!before.may.is_empty());
        assert!(is_right(&before, &after), "{:?}\n{:#?}\n{changed:#?}", terms.guarantees, scene.network);
    }
    assert!(N_NETWORKS < 5 * n_delivered, "{n_delivered}: the test says little");
}

#[test]
fn a_rule_in_two_halves_is_the_same_rule() {
    check(split, |before, after| is_same(&before.must, &after.must) && is_same(&before.may, &after.may));
}

#[test]
fn a_rule_less_in_a_group_lets_nothing_more_pass() {
    let less = |network: &Network| {
        let mut network = network.clone();
        for spec in network.resources.values_mut() {
            let Spec::SecurityGroup(it) = spec else { continue };
            it.inbound.pop_first();
            it.outbound.pop_last();
        }
        network
    };
    check(less, |before, after| before.must.holds(&after.must) && before.may.holds(&after.may));
}
