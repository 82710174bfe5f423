//! Addresses as a rule names them, also those that AWS has not given yet.

use std::fmt;
use std::str::FromStr;

use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::handle::{Handle, Part};

/// A block of addresses. Those of Amazon's IPv6 are named by what they are to the VPC, since nobody knows them before
/// the VPC is there; so what is wanted and what there is are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// Addresses that are written out.
    Cidr(IpNet),
    /// The whole /56 that Amazon gives the VPC.
    Ipv6Prefix,
    /// One /64 of it, by its number: a subnet's.
    Ipv6Slot(u8),
}

/// A block in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockHandle {
    /// Addresses that are known.
    Cidr(IpNet),
    /// Those that Amazon gives: a VPC's part.
    Ipv6(Handle),
}

/// The length of the block that Amazon gives a VPC (VPC user guide, "IPv6 VPC CIDR blocks").
const PREFIX_LEN: u8 = 56;
/// The length of a subnet's.
const SLOT_LEN: u8 = 64;

impl Block {
    /// Returns how a block is written in a VPC whose IPv6 block is `prefix`.
    pub fn read(block: IpNet, prefix: Option<Ipv6Net>) -> Block {
        let (IpNet::V6(block), Some(prefix)) = (block, prefix) else { return Block::Cidr(block) };
        if block == prefix {
            return Block::Ipv6Prefix;
        }
        match slot_of(prefix, block) {
            Some(slot) => Block::Ipv6Slot(slot),
            None => Block::Cidr(block.into()),
        }
    }

    /// Returns the addresses in a VPC whose IPv6 block is `prefix`; nothing if they are Amazon's to give.
    pub fn addresses(self, prefix: Option<Ipv6Net>) -> Option<IpNet> {
        match self {
            Block::Cidr(block) => Some(block),
            Block::Ipv6Prefix => prefix.map(IpNet::V6),
            Block::Ipv6Slot(slot) => prefix.map(|it| slot_in(it, slot).into()),
        }
    }

    /// Returns addresses that stand for the block where only its relation to other blocks counts: Amazon's are inside
    /// of `2000::/3` and nowhere else that anybody writes down.
    pub fn stand_in(self) -> IpNet {
        let prefix: Ipv6Net = "2600:1fff:ffff:ff00::/56".parse().expect("a block that is written here");
        self.addresses(Some(prefix)).expect("there is a prefix")
    }

    /// Returns whether the addresses are IPv6.
    pub fn is_ipv6(self) -> bool {
        !matches!(self, Block::Cidr(IpNet::V4(_)))
    }

    /// Returns the part of the VPC that the block is, if Amazon gives it.
    pub(crate) fn part(self) -> Option<Part> {
        match self {
            Block::Cidr(_) => None,
            Block::Ipv6Prefix => Some(Part::Ipv6Prefix),
            Block::Ipv6Slot(slot) => Some(Part::Ipv6Slot(slot)),
        }
    }
}

impl BlockHandle {
    /// Returns what must be known to send it.
    pub(crate) fn handle(&self) -> Option<&Handle> {
        match self {
            BlockHandle::Cidr(_) => None,
            BlockHandle::Ipv6(handle) => Some(handle),
        }
    }
}

impl fmt::Display for BlockHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BlockHandle::Cidr(block) => block.fmt(f),
            BlockHandle::Ipv6(handle) => handle.fmt(f),
        }
    }
}

/// Returns the /64 of a number in a VPC's IPv6 block.
pub fn slot_in(prefix: Ipv6Net, slot: u8) -> Ipv6Net {
    let network = u128::from(prefix.trunc().network()) | u128::from(slot) << (128 - SLOT_LEN);
    Ipv6Net::new_assert(network.into(), SLOT_LEN)
}

/// Returns the number of a /64 in a VPC's IPv6 block.
pub fn slot_of(prefix: Ipv6Net, block: Ipv6Net) -> Option<u8> {
    let is_slot =
        prefix.prefix_len() == PREFIX_LEN && block.prefix_len() == SLOT_LEN && prefix.contains(&block);
    let number = u128::from(block.network()) >> (128 - SLOT_LEN);
    is_slot.then_some((number & 0xff) as u8)
}

impl From<IpNet> for Block {
    fn from(block: IpNet) -> Block {
        Block::Cidr(block)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.part()) {
            (Block::Cidr(block), _) => block.fmt(f),
            (_, Some(part)) => part.fmt(f),
            (_, None) => unreachable!("what Amazon gives is a part of the VPC"),
        }
    }
}

/// The text is neither a CIDR block nor one of a VPC's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no block of addresses")]
pub struct NotABlock(String);

impl FromStr for Block {
    type Err = NotABlock;

    fn from_str(text: &str) -> Result<Block, NotABlock> {
        if let Ok(block) = text.parse() {
            return Ok(Block::Cidr(block));
        }
        match text.parse() {
            Ok(Part::Ipv6Prefix) => Ok(Block::Ipv6Prefix),
            Ok(Part::Ipv6Slot(slot)) => Ok(Block::Ipv6Slot(slot)),
            _ => Err(NotABlock(text.to_owned())),
        }
    }
}

/// As text, as in plans.
impl Serialize for Block {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Block, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(block: &str) -> String {
        let prefix = "2600:1f18:1:ff00::/56".parse().expect("a block");
        Block::read(block.parse().expect("a block"), Some(prefix)).to_string()
    }

    #[test]
    fn blocks_of_the_vpc_are_written_by_what_they_are() {
        assert_eq!(read("2600:1f18:1:ff00::/56"), "ipv6-prefix");
        assert_eq!(read("2600:1f18:1:ff03::/64"), "ipv6-slot(3)");
        assert_eq!(read("2600:1f18:1:ff03::/80"), "2600:1f18:1:ff03::/80");
        assert_eq!(read("2600:1f18:2:ff03::/64"), "2600:1f18:2:ff03::/64");
        assert_eq!(read("10.0.0.0/8"), "10.0.0.0/8");
    }

    #[test]
    fn text_and_back() {
        for text in ["10.0.0.0/8", "::/0", "ipv6-prefix", "ipv6-slot(255)"] {
            assert_eq!(text.parse::<Block>().expect("a block").to_string(), text);
        }
        assert!("ipv6-slot(256)".parse::<Block>().is_err());
        assert!("vpc".parse::<Block>().is_err());
    }

    #[test]
    fn what_stands_in_for_a_slot_lies_inside_of_what_stands_in_for_the_prefix() {
        let (prefix, slot) = (Block::Ipv6Prefix.stand_in(), Block::Ipv6Slot(7).stand_in());
        assert!(prefix.contains(&slot));
        assert_eq!(slot.to_string(), "2600:1fff:ffff:ff07::/64");
    }
}
