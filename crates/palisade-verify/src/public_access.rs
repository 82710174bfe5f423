//! VPC Block Public Access: what an account lets through its internet gateways at all.
//!
//! The facts are those of the VPC user guide, "Block public access to VPCs and subnets", and its example. AWS does not
//! say whose exclusion counts for what leaves by a NAT gateway: the sender's subnet or the gateway's. Where they differ,
//! nothing is decided.

use std::collections::BTreeMap;

use palisade_core::Key;

use crate::passing::{Doubt, Passing};

/// The setting of an account in a region. It is not read from AWS yet: a proof says that it assumes none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicAccess {
    /// What is blocked.
    pub blocked: Blocked,
    /// Subnets that are excluded from it.
    pub exclusions: BTreeMap<Key, Exclusion>,
}

/// What is blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocked {
    /// Nothing.
    #[default]
    Nothing,
    /// `block-ingress`: only what leaves by NAT and egress-only gateways remains.
    Ingress,
    /// `block-bidirectional`: everything.
    Bidirectional,
}

/// What an exclusion allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// `allow-bidirectional`.
    Bidirectional,
    /// `allow-egress`: by NAT and egress-only gateways, and only where everything is blocked.
    Egress,
}

impl PublicAccess {
    /// Returns whether a subnet may exchange packets with the internet gateway itself.
    pub fn is_direct(&self, subnet: &Key) -> bool {
        self.blocked == Blocked::Nothing || self.exclusions.get(subnet) == Some(&Exclusion::Bidirectional)
    }

    /// Returns whether what a subnet sends may leave by the egress-only gateway.
    pub fn is_egress(&self, subnet: &Key) -> bool {
        self.blocked != Blocked::Bidirectional || self.exclusions.contains_key(subnet)
    }

    /// Returns what of that which a subnet sends may leave by a NAT gateway in another one.
    pub(crate) fn through_nat(&self, subnet: &Key, nat: &Key, nat_subnet: &Key) -> Passing {
        match (self.is_egress(subnet), self.is_egress(nat_subnet)) {
            (true, true) => Passing::everything(),
            (false, false) => Passing::nothing(),
            _ => Passing::everything().doubted(Doubt::Exclusion(nat.clone())),
        }
    }
}
