//! What each filter and table does with one packet, looked up as AWS does it: entry by entry, rule by rule, route by
//! route. Nothing in here knows of sets, so that proofs can be held against it.

use core::net::IpAddr;

use ipnet::IpNet;
use palisade_core::kinds::network_acl::Action;
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::security_group::{Peer, Rule, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Direction, Icmp, Ports, Traffic};
use palisade_core::{Block, Element, Key};

use crate::filters::{Acl, Groups, Other};
use crate::packet::Packet;
use crate::passing::Doubt;
use crate::world::{Table, World};

/// Whether a packet passes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passes {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// One would have to know something.
    Perhaps(Doubt),
}

/// What something does with a packet, and which part of it decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Whether it passes.
    pub passes: Passes,
    /// The entry or rule; none if nothing matches.
    pub by: Option<Element>,
    /// What that says, for people.
    pub text: String,
}

/// What a table does with a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Local(IpNet),
    To(&'a Key, IpNet, &'a Target),
    Endpoint(&'a Key, &'a Key, IpNet),
    /// A gateway endpoint may have its address.
    Unlisted(&'a Key, String),
    /// None leads there; the table that has none, unless that is the main one of a new VPC.
    None(Option<&'a Key>),
    Unknown,
}

impl<'a> World<'a> {
    /// Returns what the ACL of a subnet does with a packet.
    pub(crate) fn decide_acl(
        &self,
        key: &Key,
        subnet: &'a Subnet,
        direction: Direction,
        packet: &Packet,
    ) -> Decision {
        let entries = match self.acl_of(subnet, direction) {
            Acl::Entries(acl, entries) => (acl, entries),
            Acl::Open(vpc) => {
                let by = Some(Element::Object(vpc.clone()));
                return Decision {
                    passes: Passes::Yes,
                    by,
                    text: "the default ACL admits everything".to_owned(),
                };
            }
            Acl::Unknown => return Decision::perhaps(Doubt::Acl(key.clone())),
        };
        let (acl, entries) = entries;
        let mut doubts = Vec::new();
        let mut first = None;
        for (number, entry) in entries {
            if !speaks_of(entry.traffic, packet) {
                continue;
            }
            match self.is_in(entry.cidr, far_end(direction, packet)) {
                Passes::No => {}
                Passes::Perhaps(doubt) => doubts.push((doubt, entry.action)),
                Passes::Yes => {
                    first = Some((*number, entry));
                    break;
                }
            }
        }
        let action = first.map_or(Action::Deny, |(_, it)| it.action);
        let number = first.map(|(number, _)| number);
        let by = Element::Entry { acl: acl.clone(), direction, number };
        // An entry that matches perhaps makes a difference if it says something else.
        let passes = match (doubts.into_iter().find(|(_, it)| *it != action), action) {
            (Some((doubt, _)), _) => Passes::Perhaps(doubt),
            (None, Action::Allow) => Passes::Yes,
            (None, Action::Deny) => Passes::No,
        };
        let text = first
            .map_or_else(|| "no entry matches, so that it is denied".to_owned(), |(_, it)| it.to_string());
        Decision { passes, by: Some(by), text }
    }

    /// Returns what the groups of an interface do with the first packet of a connection.
    pub(crate) fn decide_groups(
        &self,
        groups: &Groups,
        direction: Direction,
        other: Other<'_>,
        packet: &Packet,
    ) -> Decision {
        let mut doubt = None;
        for key in groups.known() {
            let Some(group) = self.get::<SecurityGroup>(key) else {
                doubt = doubt.or(Some(Doubt::Group(key.clone())));
                continue;
            };
            let rules = direction.pick(&group.inbound, &group.outbound).keys();
            for rule in rules.filter(|it| speaks_of(it.traffic, packet)) {
                match self.is_peer(rule, other, far_end(direction, packet)) {
                    Passes::No => {}
                    Passes::Perhaps(reason) => doubt = doubt.or(Some(reason)),
                    Passes::Yes => {
                        let by = Element::Rule { group: key.clone(), direction, rule: rule.clone() };
                        return Decision { passes: Passes::Yes, by: Some(by), text: String::new() };
                    }
                }
            }
        }
        if matches!(groups, Groups::AtLeast(_)) {
            let text = "any groups: one that admits it may be carried".to_owned();
            return Decision { passes: Passes::Yes, by: None, text };
        }
        match doubt {
            Some(doubt) => Decision::perhaps(doubt),
            None => {
                let list = direction.as_str();
                let text = match groups.known().len() {
                    0 => "no group is carried".to_owned(),
                    1 => format!("no {list} rule admits it"),
                    _ => format!("no {list} rule of it or the other groups admits it"),
                };
                Decision {
                    passes: Passes::No,
                    by: groups.known().first().cloned().map(Element::Object),
                    text,
                }
            }
        }
    }

    fn is_peer(&self, rule: &Rule, other: Other<'_>, address: IpAddr) -> Passes {
        match &rule.peer {
            Peer::Cidr(block) => self.is_in(*block, address),
            Peer::PrefixList(key) => match self.list(key) {
                None => Passes::Perhaps(Doubt::List(key.name.to_string())),
                Some(blocks) => blocks.into_iter().fold(Passes::No, |passes, it| match passes {
                    Passes::Yes => Passes::Yes,
                    passes => match self.is_in(Block::Cidr(it), address) {
                        Passes::No => passes,
                        better => better,
                    },
                }),
            },
            Peer::Group(key) => match other {
                Other::Interface(Groups::AtLeast(_)) => Passes::Yes,
                Other::Interface(Groups::Exactly(groups)) if groups.contains(key) => Passes::Yes,
                Other::Outside if self.get::<SecurityGroup>(key).is_none() => {
                    Passes::Perhaps(Doubt::Group(key.clone()))
                }
                Other::Interface(_) | Other::Outside | Other::Elsewhere => Passes::No,
            },
        }
    }

    fn is_in(&self, block: Block, address: IpAddr) -> Passes {
        let is_of_vpc = self.doubtful(block).is_some_and(|prefix| prefix.contains(&address));
        match (is_of_vpc, block) {
            (true, Block::Cidr(block)) => Passes::Perhaps(Doubt::Ipv6(block)),
            _ if self.addresses(block).contains(&address) => Passes::Yes,
            _ => Passes::No,
        }
    }

    /// Returns the route that a packet takes out of a subnet.
    pub(crate) fn decide_route(&self, subnet: &'a Subnet, to: IpAddr) -> Route<'a> {
        let mut best: Option<(u8, u8, Route<'a>)> = None;
        let mut consider = |length: u8, rank: u8, route: Route<'a>| {
            let is_better = best
                .as_ref()
                .is_none_or(|(had, had_rank, _)| length > *had || (length == *had && rank < *had_rank));
            if is_better {
                best = Some((length, rank, route));
            }
        };
        for block in self.blocks().into_iter().filter(|it| it.contains(&to)) {
            consider(block.prefix_len(), 0, Route::Local(block));
        }
        let mut unlisted = None;
        match self.table_of(subnet) {
            Table::Unknown => consider(0, 3, Route::Unknown),
            Table::OfNewVpc => {}
            Table::Own(key, table) => {
                for (block, target) in table.routes.iter().filter(|(it, _)| it.contains(&to)) {
                    consider(block.prefix_len(), 1, Route::To(key, *block, target));
                }
                for (endpoint, service) in self.gateways_in(key) {
                    let Some(list) = self.list_of_service(service) else {
                        unlisted = Some(Route::Unlisted(endpoint, service.to_owned()));
                        continue;
                    };
                    for block in list.into_iter().filter(|it| it.contains(&to)) {
                        consider(block.prefix_len(), 2, Route::Endpoint(key, endpoint, block));
                    }
                }
            }
        }
        match (best, unlisted) {
            (Some((_, _, route @ Route::Local(_))), _) => route,
            (_, Some(route)) if to.is_ipv4() && self.is_public(to) => route,
            (Some((_, _, route)), _) => route,
            (None, _) => Route::None(match self.table_of(subnet) {
                Table::Own(key, _) => Some(key),
                Table::OfNewVpc | Table::Unknown => None,
            }),
        }
    }
}

impl Decision {
    fn perhaps(doubt: Doubt) -> Decision {
        let text = doubt.to_string();
        Decision { passes: Passes::Perhaps(doubt), by: None, text }
    }
}

/// Returns whether a rule speaks of a packet, apart from its addresses.
pub fn speaks_of(traffic: Traffic, packet: &Packet) -> bool {
    let is_protocol = traffic.protocol_number().is_none_or(|it| it == packet.protocol);
    is_protocol
        && match traffic {
            Traffic::Tcp(Ports { from, to }) | Traffic::Udp(Ports { from, to }) => {
                (from..=to).contains(&packet.to)
            }
            Traffic::Icmp(icmp) | Traffic::Icmpv6(icmp) => match icmp {
                Icmp::Any => true,
                Icmp::Type(kind) => packet.from == u16::from(kind),
                Icmp::Code(kind, code) => packet.from == u16::from(kind) && packet.to == u16::from(code),
            },
            Traffic::All | Traffic::Protocol(_) => true,
        }
}

fn far_end(direction: Direction, packet: &Packet) -> IpAddr {
    direction.pick(packet.source, packet.destination)
}
