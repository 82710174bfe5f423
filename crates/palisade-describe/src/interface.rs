//! A network interface, with everything that files say of it in one place.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::BTreeSet;

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    /// Its AWS id; of one that stands for any in a subnet, words.
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    /// Its addresses, the first one first, and the public ones that stand for them.
    pub(crate) addresses: Vec<(IpAddr, Option<Ipv4Addr>)>,
    pub(crate) groups: Groups,
    /// Whether it takes packets of its own addresses only.
    pub(crate) is_checked: bool,
    pub(crate) of: Of,
    /// Its place on its instance.
    pub(crate) index: Option<u32>,
    /// Whether nobody knows if it has a public address.
    pub(crate) may_be_public: bool,
}

/// Whose an interface is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Instance(String),
    NatGateway(String),
    Endpoint(String),
    Something,
}

/// The groups that an interface carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Groups {
    /// These and no other.
    Exactly(BTreeSet<String>),
    /// Whatever admits the packet: it stands for any interface.
    Any,
    /// Nobody knows.
    Unknown,
}

impl Interface {
    /// Returns whether it has an address.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|(it, _)| *it == address)
    }

    /// Returns its first address of a family.
    pub(crate) fn address(&self, is_ipv6: bool) -> Option<IpAddr> {
        self.addresses.iter().map(|(it, _)| *it).find(|it| it.is_ipv6() == is_ipv6)
    }

    /// Returns the public address that stands for one of its own.
    pub(crate) fn public(&self, address: IpAddr) -> Option<Ipv4Addr> {
        self.addresses.iter().find(|(it, _)| *it == address)?.1
    }

    /// Returns who it is, for people.
    pub(crate) fn title(&self) -> String {
        match &self.of {
            Of::Instance(of) | Of::NatGateway(of) | Of::Endpoint(of) if *of != self.id => {
                format!("{} of {of}", self.id)
            }
            _ => self.id.clone(),
        }
    }
}
