//! What lets packets pass: network ACLs and security groups, as sets.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::security_group::{Peer, Rule, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Direction, Traffic};
use palisade_core::{Block, Key};

use crate::decide::Passes;
use crate::memo::Admitted;
use crate::passing::{Doubt, Passing};
use crate::set::{Address, Set};
use crate::world::World;

/// The groups that an interface carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups {
    /// These and no other.
    Exactly(BTreeSet<Key>),
    /// These, and perhaps others, of whoever has made them.
    AtLeast(BTreeSet<Key>),
}

/// Of how many interfaces something must be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Of any: what is chosen (groups, ports, zones) is chosen for the worst. For isolation.
    Any,
    /// Of all: whatever is chosen. For reachability.
    All,
}

/// What is at the other end of an interface's packets.
#[derive(Clone, Copy, Debug)]
pub enum Other<'a> {
    /// An interface of the VPC that is known by its groups.
    Interface(&'a Groups),
    /// Something beyond a gateway to another VPC, whose groups rules may name.
    Outside,
    /// Something that no group stands for: the internet, a service, or what comes through a NAT gateway.
    Elsewhere,
}

impl Groups {
    /// Returns that nothing is known of the groups.
    pub fn any() -> Groups {
        Groups::AtLeast(BTreeSet::new())
    }

    /// Returns the groups that the interface carries for certain.
    pub fn known(&self) -> &BTreeSet<Key> {
        match self {
            Groups::Exactly(groups) | Groups::AtLeast(groups) => groups,
        }
    }

    /// Returns whether it carries a group; if it is not known, as is worse.
    fn carries(&self, group: &Key, mode: Mode) -> bool {
        let may_have_more = matches!(self, Groups::AtLeast(_)) && mode == Mode::Any;
        may_have_more || self.known().contains(group)
    }
}

/// The entries of the ACL that a subnet follows.
#[derive(Clone, Copy, Debug)]
pub enum Acl<'a> {
    /// Those of one that is there; of a VPC's default one, the key is the VPC's.
    Entries(&'a Key, &'a BTreeMap<u16, Entry>),
    /// AWS's own of a new VPC, which admits everything (VPC user guide, "Default network ACL").
    Open(&'a Key),
    /// Nobody knows.
    Unknown,
}

impl<'a> World<'a> {
    /// Returns the entries of one direction that a subnet follows.
    pub fn acl_of(&self, subnet: &'a Subnet, direction: Direction) -> Acl<'a> {
        if let Some(key) = &subnet.network_acl {
            return self
                .get::<NetworkAcl>(key)
                .map_or(Acl::Unknown, |it| Acl::Entries(key, it.entries(direction)));
        }
        match self.vpc {
            Some((key, vpc)) => match &vpc.defaults.acl {
                Some(acl) => Acl::Entries(key, direction.pick(&acl.inbound, &acl.outbound)),
                None if !key.is_existing() => Acl::Open(key),
                None => Acl::Unknown,
            },
            None => Acl::Unknown,
        }
    }

    /// Returns what passes the ACL of a subnet. Entries go by their numbers, and the first that matches decides (VPC user
    /// guide, "Network ACL rules").
    pub fn acl(&self, key: &Key, subnet: &'a Subnet, direction: Direction) -> Cow<'_, Passing> {
        match self.acl_of(subnet, direction) {
            Acl::Entries(acl, entries) => self.memo.acl(acl, direction, || self.entries(entries, direction)),
            Acl::Open(_) => Cow::Owned(Passing::everything()),
            Acl::Unknown => Cow::Owned(Passing::perhaps(Set::all(), Doubt::Acl(key.clone()))),
        }
    }

    fn entries(&self, entries: &BTreeMap<u16, Entry>, direction: Direction) -> Passing {
        let (mut allowed, mut denied) = (Passing::nothing(), Passing::nothing());
        for Entry { action, traffic, cidr } in entries.values() {
            let matching = self.matching(*cidr, *traffic, direction);
            match action {
                Action::Allow => {
                    let fresh = Passing {
                        must: matching.must.minus(&denied.may),
                        may: matching.may.minus(&denied.must),
                        doubts: &matching.doubts | &denied.doubts,
                    };
                    allowed = allowed.or(fresh);
                }
                Action::Deny => denied = denied.or(matching),
            }
        }
        allowed
    }

    /// Returns what an entry of an ACL speaks of.
    pub(crate) fn matching(&self, block: Block, traffic: Traffic, direction: Direction) -> Passing {
        self.in_block(far_end(direction), block).within(&Set::of_traffic(traffic))
    }

    /// Returns what the groups of an interface let pass, to or from what is at the other end. They can only allow, so
    /// that all rules of all groups count together (VPC user guide, "Security group rules").
    pub fn groups(&self, groups: &Groups, direction: Direction, other: Other<'_>, mode: Mode) -> Passing {
        self.through_groups(&Passing::everything(), groups, (direction, other, mode))
    }

    /// Returns what of some packets the groups of an interface let pass.
    pub(crate) fn through_groups(
        &self,
        sent: &Passing,
        groups: &Groups,
        (direction, other, mode): (Direction, Other<'_>, Mode),
    ) -> Passing {
        if matches!(groups, Groups::AtLeast(_)) && mode == Mode::Any {
            return sent.clone();
        }
        groups.known().iter().fold(Passing::nothing(), |passing, key| {
            let admitted = self
                .get::<SecurityGroup>(key)
                .and_then(|group| self.memo.group(key, direction, || self.admitted(group, direction)));
            let Some(admitted) = admitted else {
                return passing.or(sent.and(&Passing::perhaps(Set::all(), Doubt::Group(key.clone()))));
            };
            let by_address = admitted.by_address.iter().map(|it| sent.and(it));
            let by_group =
                admitted.by_group.iter().map(|(group, traffic)| match self.is_carried(group, other, mode) {
                    Passes::Yes => sent.within(traffic),
                    Passes::No => Passing::nothing(),
                    Passes::Perhaps(doubt) => sent.within(traffic).doubted(doubt),
                });
            by_address.chain(by_group).fold(passing, Passing::or)
        })
    }

    /// Returns what one rule of a group lets pass.
    pub(crate) fn rule(&self, rule: &Rule, direction: Direction, other: Other<'_>, mode: Mode) -> Passing {
        let traffic = Set::of_traffic(rule.traffic);
        match &rule.peer {
            Peer::Cidr(block) => self.in_block(far_end(direction), *block).within(&traffic),
            Peer::PrefixList(key) => self.in_list(far_end(direction), key).within(&traffic),
            Peer::Group(key) => match self.is_carried(key, other, mode) {
                Passes::Yes => Passing::certain(traffic),
                Passes::No => Passing::nothing(),
                Passes::Perhaps(doubt) => Passing::perhaps(traffic, doubt),
            },
        }
    }

    fn admitted(&self, group: &SecurityGroup, direction: Direction) -> Admitted {
        let (mut by_address, mut by_group) = (Vec::new(), Vec::new());
        for Rule { traffic, peer } in direction.pick(&group.inbound, &group.outbound).keys() {
            let traffic = Set::of_traffic(*traffic);
            match peer {
                Peer::Cidr(block) => {
                    by_address.push(self.in_block(far_end(direction), *block).within(&traffic));
                }
                Peer::PrefixList(key) => {
                    by_address.push(self.in_list(far_end(direction), key).within(&traffic));
                }
                Peer::Group(key) => by_group.push((key.clone(), traffic)),
            }
        }
        Admitted { by_address, by_group }
    }

    /// Returns whether what is at the other end carries a group. A group stands for the private addresses of the
    /// interfaces that carry it, also of a peered VPC, and for no other address (VPC user guide, "Security group
    /// rules"); a rule may name a group that nothing here knows.
    fn is_carried(&self, group: &Key, other: Other<'_>, mode: Mode) -> Passes {
        let is_known = self.get::<SecurityGroup>(group).is_some();
        match other {
            Other::Interface(groups) if groups.carries(group, mode) => Passes::Yes,
            Other::Outside if !is_known => Passes::Perhaps(Doubt::Group(group.clone())),
            Other::Interface(_) | Other::Outside | Other::Elsewhere => Passes::No,
        }
    }

    pub(crate) fn in_list(&self, address: Address, list: &Key) -> Passing {
        match self.list(list) {
            Some(blocks) => blocks
                .into_iter()
                .fold(Passing::nothing(), |passing, it| passing.or(self.in_block(address, Block::Cidr(it)))),
            None => Passing::perhaps(Set::all(), Doubt::List(list.name.to_string())),
        }
    }

    /// Returns every packet of which one address lies in a block.
    pub(crate) fn in_block(&self, address: Address, block: Block) -> Passing {
        let addresses = Set::with_address(address, [&self.addresses(block)]);
        let (Some(prefix), Block::Cidr(written)) = (self.doubtful(block), block) else {
            return Passing::certain(addresses);
        };
        let unknown = Set::with_address(address, [&prefix]);
        Passing {
            must: addresses.minus(&unknown),
            may: addresses.or(unknown),
            doubts: [Doubt::Ipv6(written)].into(),
        }
    }
}

/// Which address of a packet a rule speaks of: inbound, where it comes from.
pub(crate) fn far_end(direction: Direction) -> Address {
    direction.pick(Address::Source, Address::Destination)
}
