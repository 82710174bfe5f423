//! What passes for certain, what passes perhaps, and what one would have to know to tell.

use std::collections::BTreeSet;
use std::fmt;

use ipnet::IpNet;
use palisade_core::Key;

use crate::set::Set;

/// What is not known about a network, and would decide about a packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// What is in a prefix list that somebody else keeps.
    List(String),
    /// Whether a block has addresses that Amazon has yet to give to the VPC.
    Ipv6(IpNet),
    /// What a group of others admits, or who carries it.
    Group(Key),
    /// Which table a subnet follows.
    Table(Key),
    /// Which ACL a subnet follows.
    Acl(Key),
    /// What lies beyond a gateway: no outside has these addresses.
    Beyond(String, IpNet),
    /// What a gateway's far side lets pass: its attachments, its own tables, and filters over there.
    FarSide(String),
    /// What an appliance does with what it is sent.
    Appliance(String),
    /// The public addresses of a service.
    Addresses(String),
    /// Which subnet's exclusion from blocked public access counts for what leaves by a NAT gateway.
    Exclusion(Key),
    /// Whether something passes packets already, or still: AWS is making or deleting it.
    Unsettled(Key),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::List(id) => write!(f, "it is not known what is in the prefix list `{id}`"),
            Doubt::Ipv6(block) => {
                write!(f, "it is not known whether Amazon gives the VPC addresses of {block}")
            }
            Doubt::Group(key) => {
                write!(f, "it is not known what the group `{}` admits, and who carries it", key.name)
            }
            Doubt::Table(subnet) => write!(f, "it is not known which route table `{subnet}` follows"),
            Doubt::Acl(subnet) => write!(f, "it is not known which ACL `{subnet}` follows"),
            Doubt::Beyond(gateway, to) => {
                write!(f, "{to} is routed to `{gateway}`, and no `[outside.*]` says what is there")
            }
            Doubt::FarSide(gateway) => {
                write!(f, "it is not known what lets pass or routes on the far side of `{gateway}`")
            }
            Doubt::Appliance(id) => write!(f, "it is not known what `{id}` does with what it is sent"),
            Doubt::Addresses(service) => write!(f, "the public addresses of `{service}` are not known"),
            Doubt::Unsettled(key) => {
                write!(f, "AWS is still making or deleting `{key}`: it may pass packets or not")
            }
            Doubt::Exclusion(nat) => write!(
                f,
                "AWS does not say which subnet's exclusion from blocked public access counts for `{nat}`"
            ),
        }
    }
}

/// The packets that pass something. What is not known lies between the two sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passing {
    /// What passes whatever turns out.
    pub must: Set,
    /// What passes in some case.
    pub may: Set,
    /// What one would have to know.
    pub doubts: BTreeSet<Doubt>,
}

impl Passing {
    /// Returns what is known to pass.
    pub fn certain(set: Set) -> Passing {
        Passing { must: set.clone(), may: set, doubts: BTreeSet::new() }
    }

    /// Returns that nothing passes.
    pub fn nothing() -> Passing {
        Passing::default()
    }

    /// Returns that everything passes.
    pub fn everything() -> Passing {
        Passing::certain(Set::all())
    }

    /// Returns what may pass, unless something unknown stops it.
    pub fn perhaps(set: Set, doubt: Doubt) -> Passing {
        Passing { must: Set::none(), may: set, doubts: [doubt].into() }
    }

    /// Returns what passes both.
    #[must_use]
    pub fn and(&self, other: &Passing) -> Passing {
        let may = self.may.and(&other.may);
        if may.is_empty() {
            return Passing::nothing();
        }
        Passing { must: self.must.and(&other.must), may, doubts: &self.doubts | &other.doubts }
    }

    /// Returns what passes one of two ways.
    #[must_use]
    pub fn or(self, other: Passing) -> Passing {
        Passing {
            must: self.must.or(other.must),
            may: self.may.or(other.may),
            doubts: &self.doubts | &other.doubts,
        }
    }

    /// Returns what passes and is in a set.
    #[must_use]
    pub fn within(&self, set: &Set) -> Passing {
        let may = self.may.and(set);
        if may.is_empty() {
            return Passing::nothing();
        }
        Passing { must: self.must.and(set), may, doubts: self.doubts.clone() }
    }

    /// Returns what passes, as far as one knows something more.
    #[must_use]
    pub fn doubted(mut self, doubt: Doubt) -> Passing {
        if self.may.is_empty() {
            return self;
        }
        self.must = Set::none();
        self.doubts.insert(doubt);
        self
    }

    /// Returns what passes once both sets are changed alike, by what keeps one within the other.
    #[must_use]
    pub fn map(self, change: impl Fn(&Set) -> Set) -> Passing {
        Passing { must: change(&self.must), may: change(&self.may), doubts: self.doubts }
    }

    /// Returns whether nothing passes, whatever turns out.
    pub fn is_empty(&self) -> bool {
        self.may.is_empty()
    }
}
