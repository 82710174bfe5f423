//! What lets packets pass: ACLs, security groups, prefix lists.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::prefix_list::{Family, PrefixList};
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::traffic::{Ports, Traffic};
use palisade_core::{Block, Key, Kind, Network, Spec};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{Kept, Place, cidr, key};

#[derive(Clone, Debug)]
pub(super) struct Filters {
    acls: BTreeMap<u8, Vec<EntryChoice>>,
    groups: BTreeMap<u8, (u8, Vec<RuleChoice>)>,
    lists: BTreeMap<u8, ListChoice>,
    /// The port whose rules are described.
    described: u8,
}

/// The number, whether it allows, the port, the block.
type EntryChoice = (u8, bool, u8, u8);

/// Inbound or outbound, the peer, the port.
type RuleChoice = (bool, u8, u8);

#[derive(Clone, Copy, Debug)]
struct ListChoice {
    is_ipv6: bool,
    first: u8,
    n_entries: u8,
    n_free: u8,
    description: u8,
}

pub(super) fn choices() -> impl Strategy<Value = Filters> {
    let sizes = prop_oneof![30 => 0u8..6, 1 => 95u8..250];
    let list = (prop::bool::weighted(0.2), 0u8..4, sizes, 0u8..3, 0u8..3);
    let list = list.prop_map(|(is_ipv6, first, n_entries, n_free, description)| ListChoice {
        is_ipv6,
        first,
        n_entries,
        n_free,
        description,
    });
    let descriptions = prop::sample::select(vec![0u8, 0, 0, 1]);
    let parts = (
        btree_map(0u8..2, vec((0u8..5, any::<bool>(), 0u8..4, 0u8..6), 0..5), 0..3),
        btree_map(0u8..3, (descriptions, vec((any::<bool>(), 0u8..14, 0u8..3), 0..5)), 0..4),
        btree_map(0u8..3, list, 0..4),
        0u8..3,
    );
    parts.prop_map(|(acls, groups, lists, described)| Filters { acls, groups, lists, described })
}

impl Filters {
    pub(super) fn keeping(self, first: &Filters, kept: Kept) -> Filters {
        Filters {
            acls: kept.choose(13, &first.acls, self.acls),
            groups: kept.choose(14, &first.groups, self.groups),
            lists: kept.choose(15, &first.lists, self.lists),
            described: kept.choose(18, &first.described, self.described),
        }
    }

    pub(super) fn add_to(&self, network: &mut Network, place: &Place) {
        self.add_lists(network);
        self.add_acls(network, place);
        self.add_groups(network, place);
    }

    /// Blocks of one list never lie in each other: what one of them admits, no other does.
    fn add_lists(&self, network: &mut Network) {
        for (n, it) in &self.lists {
            let block = |number: u8| match it.is_ipv6 {
                true => {
                    IpNet::V6(Ipv6Net::new_assert([0x2001, 0xdb8, number.into(), 0, 0, 0, 0, 0].into(), 48))
                }
                false => IpNet::V4(Ipv4Net::new_assert([192, 168, number, 0].into(), 24)),
            };
            let describe = |number: u8| match number % 3 == it.description {
                true => "office".to_owned(),
                false => String::new(),
            };
            let numbers = it.first..it.first.saturating_add(it.n_entries);
            let entries: BTreeMap<IpNet, String> = numbers.map(|it| (block(it), describe(it))).collect();
            let family = if it.is_ipv6 { Family::Ipv6 } else { Family::Ipv4 };
            let max_entries = (u32::from(it.n_entries) + u32::from(it.n_free)).max(1);
            network.insert(key(Kind::PrefixList, *n), PrefixList { family, max_entries, entries });
        }
    }

    /// A subnet names its ACL before it is known whether there is one.
    fn add_acls(&self, network: &mut Network, place: &Place) {
        for (n, entries) in &self.acls {
            let entry = |(number, allow, port, block): &EntryChoice| {
                let action = if *allow { Action::Allow } else { Action::Deny };
                let cidr = self::block(*block, place)?;
                Some((100 + u16::from(*number), Entry { action, traffic: traffic(*port), cidr }))
            };
            let (inbound, outbound) = entries.split_at(entries.len() / 2);
            let entries = |it: &[EntryChoice]| it.iter().filter_map(entry).collect();
            let (inbound, outbound) = (entries(inbound), entries(outbound));
            network
                .insert(key(Kind::NetworkAcl, *n), NetworkAcl { vpc: place.vpc.clone(), inbound, outbound });
        }
        for spec in network.resources.values_mut() {
            if let Spec::Subnet(subnet) = spec {
                let is_there = |it: &Key| self.acls.keys().any(|acl| key(Kind::NetworkAcl, *acl) == *it);
                subnet.network_acl = subnet.network_acl.take().filter(is_there);
            }
        }
    }

    fn add_groups(&self, network: &mut Network, place: &Place) {
        let peer = |choice: u8| match choice {
            0..3 => self.groups.contains_key(&choice).then(|| Peer::Group(key(Kind::SecurityGroup, choice))),
            3..6 => {
                let list = choice - 3;
                self.lists.contains_key(&list).then(|| Peer::PrefixList(key(Kind::PrefixList, list)))
            }
            6 => Some(Peer::PrefixList(Key::new(Kind::PrefixList, "pl-1"))),
            7 => Some(Peer::Group(Key::new(Kind::SecurityGroup, "sg-elsewhere"))),
            8 => {
                let theirs = place.theirs.iter().find(|it| it.kind == Kind::SecurityGroup);
                theirs.cloned().map(Peer::Group)
            }
            // Everything out is what AWS gives to a new group.
            choice => block(choice - 9, place).map(Peer::Cidr),
        };
        for (n, (description, rules)) in &self.groups {
            let (mut inbound, mut outbound) = (Rules::new(), Rules::new());
            for (is_inbound, choice, port) in rules {
                let Some(peer) = peer(*choice) else { continue };
                let rules = if *is_inbound { &mut inbound } else { &mut outbound };
                let description =
                    if *port == self.described { "described".to_owned() } else { String::new() };
                rules.insert(Rule { traffic: traffic(*port), peer }, description);
            }
            let description = format!("description {description}");
            let group = SecurityGroup { vpc: place.vpc.clone(), description, inbound, outbound };
            network.insert(key(Kind::SecurityGroup, *n), group);
        }
    }
}

fn traffic(port: u8) -> Traffic {
    if port == 0 { Traffic::All } else { Traffic::Tcp(Ports::one(port.into())) }
}

/// Returns addresses of the families that the VPC has.
fn block(choice: u8, place: &Place) -> Option<Block> {
    let block = match choice {
        0 => Block::Cidr(cidr("10.0.0.0/8")),
        1 => Block::Cidr(cidr("0.0.0.0/0")),
        2 => Block::Cidr(cidr("::/0")),
        3 => Block::Ipv6Prefix,
        4 => Block::Ipv6Slot(1),
        _ => Block::Cidr(cidr("2001:db8::/32")),
    };
    (place.has_ipv6 || !block.is_ipv6()).then_some(block)
}
