//! What the groups of an interface admit: the union of their rules.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::security_group::{Peer, Rule};
use palisade_core::kinds::vpc::itself;
use palisade_core::traffic::{Direction, Ports};
use palisade_core::{Block, Key, Spec};

use crate::ground::Ground;
use crate::ports::{PortSet, Protocol};
use crate::regions::{Passes, is_private, regions};

/// What goes through a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    pub(crate) direction: Direction,
    pub(crate) protocol: Protocol,
    pub(crate) ports: Ports,
}

impl Flow {
    pub(crate) fn tcp(direction: Direction, ports: Ports) -> Flow {
        Flow { direction, protocol: Protocol::Tcp, ports }
    }

    fn ports_of(&self, rule: &Rule) -> Option<Ports> {
        self.protocol.ports(rule.traffic)
    }
}

/// The interfaces at the other end.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    /// What each carries.
    pub(crate) groups: Vec<Key>,
    /// Where they stand.
    pub(crate) blocks: Vec<Ipv4Net>,
}

/// Returns what interfaces carry that were given these groups: the VPC's default group if it is none.
pub(crate) fn carried(groups: &[Key]) -> Vec<Key> {
    match groups {
        [] => vec![itself()],
        groups => groups.to_vec(),
    }
}

/// Returns how much of a flow passes between interfaces with some groups and those at the other end.
pub(crate) fn passes(ground: &Ground<'_>, groups: &[Key], flow: Flow, ends: &Ends) -> Passes {
    let Some(rules) = rules(ground, groups, flow.direction) else { return Passes::All };
    let mut by_group = PortSet::default();
    let mut by_block: Vec<(Ipv4Net, Ports)> = Vec::new();
    for rule in rules {
        let Some(ports) = flow.ports_of(rule) else { continue };
        match &rule.peer {
            Peer::Group(group) if ends.groups.contains(group) => {
                by_group = by_group.union(&PortSet::of(ports));
            }
            Peer::Group(_) => {}
            // Whose addresses are not known may be there.
            peer => match blocks(ground, peer) {
                Some(blocks) => by_block.extend(blocks.into_iter().map(|it| (it, ports))),
                None => by_group = by_group.union(&PortSet::of(ports)),
            },
        }
    }
    let cuts: Vec<Ipv4Net> = by_block.iter().map(|(block, _)| *block).collect();
    let parts = ends.blocks.iter().flat_map(|it| regions(*it, &cuts)).map(|region| {
        let here = by_block.iter().filter(|(block, _)| block.contains(&region));
        let open = here.fold(by_group.clone(), |open, (_, ports)| open.union(&PortSet::of(*ports)));
        match (open.covers(flow.ports), open.meets(flow.ports)) {
            (true, _) => Passes::All,
            (false, true) => Passes::Some,
            (false, false) => Passes::None,
        }
    });
    Passes::of(parts)
}

/// Returns whether interfaces with these groups can open connections to S3's addresses on 443.
pub(crate) fn reach_s3(ground: &Ground<'_>, groups: &[Key]) -> bool {
    let https = Flow::tcp(Direction::Outbound, Ports::one(443));
    let Some(s3) = ground.s3_blocks() else { return reach_public(ground, groups, true) };
    let Some(rules) = rules(ground, groups, https.direction) else { return true };
    let open: Vec<&Rule> = rules.filter(|it| https.ports_of(it).is_some_and(|it| covers(it, 443))).collect();
    let lists_it = |it: &&Rule| match &it.peer {
        Peer::PrefixList(key) => key.is_existing() && ground.may_list(&key.name, true),
        _ => false,
    };
    let blocks: Vec<Ipv4Net> = open.iter().filter_map(|it| blocks(ground, &it.peer)).flatten().collect();
    let is_covered = |region: Ipv4Net| blocks.iter().any(|it| it.contains(&region));
    open.iter().any(lists_it) || s3.iter().flat_map(|it| regions(*it, &blocks)).all(is_covered)
}

/// Returns whether interfaces with these groups can open connections to some public address on 443, and what else is
/// not known counts for them.
pub(crate) fn reach_public(ground: &Ground<'_>, groups: &[Key], is_s3: bool) -> bool {
    let https = Flow::tcp(Direction::Outbound, Ports::one(443));
    let Some(mut rules) = rules(ground, groups, https.direction) else { return true };
    rules.any(|it| {
        let is_open = https.ports_of(it).is_some_and(|it| covers(it, 443));
        is_open
            && match &it.peer {
                Peer::Group(_) => false,
                Peer::PrefixList(key) if key.is_existing() => ground.may_list(&key.name, is_s3),
                peer => blocks(ground, peer).is_none_or(|it| it.iter().any(|it| !is_private(*it))),
            }
    })
}

/// Returns whether interfaces with these groups can open some of a flow's connections to anybody at all.
pub(crate) fn reach_anything(ground: &Ground<'_>, groups: &[Key], flow: Flow) -> bool {
    let meets = |it: &Rule| flow.ports_of(it).is_some_and(|it| PortSet::of(it).meets(flow.ports));
    rules(ground, groups, flow.direction).is_none_or(|mut it| it.any(meets))
}

fn covers(ports: Ports, port: u16) -> bool {
    (ports.from..=ports.to).contains(&port)
}

/// Returns the rules of groups; nothing if one of them exists already, so that nobody knows what it admits.
fn rules<'a>(
    ground: &Ground<'a>,
    groups: &[Key],
    direction: Direction,
) -> Option<impl Iterator<Item = &'a Rule> + use<'a>> {
    let of = |key: &Key| match ground.network.resources.get(key) {
        Some(Spec::SecurityGroup(it)) => Some(direction.pick(&it.inbound, &it.outbound)),
        _ if *key == itself() => {
            let group = ground.vpc().and_then(|(_, vpc)| vpc.defaults.group.as_ref())?;
            Some(direction.pick(&group.inbound, &group.outbound))
        }
        _ => None,
    };
    let rules = carried(groups).iter().map(of).collect::<Option<Vec<_>>>()?;
    let rules: BTreeSet<&'a Rule> = rules.into_iter().flat_map(|it| it.keys()).collect();
    Some(rules.into_iter())
}

/// Returns the addresses of a peer; nothing if they are not known.
fn blocks(ground: &Ground<'_>, peer: &Peer) -> Option<Vec<Ipv4Net>> {
    let v4 = |it: &IpNet| if let IpNet::V4(it) = it { Some(*it) } else { None };
    match peer {
        Peer::Cidr(Block::Cidr(block)) => Some(v4(block).into_iter().collect()),
        Peer::Cidr(_) | Peer::Group(_) => Some(Vec::new()),
        Peer::PrefixList(key) => match ground.network.resources.get(key) {
            Some(Spec::PrefixList(list)) => Some(list.entries.keys().filter_map(v4).collect()),
            // AWS's own lists have public addresses only.
            _ if !ground.may_list(&key.name, false) => Some(Vec::new()),
            _ => None,
        },
    }
}
