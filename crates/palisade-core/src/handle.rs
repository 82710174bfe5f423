//! How a request names what it acts on, also before AWS has given it an id.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::block;
use crate::key::Key;

/// An identifier that AWS gives to an object or to something that hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The object's own id.
    Id,
    /// The name that AWS wants unique, of a security group.
    Name,
    /// A subnet's association with a network ACL; every subnet has exactly one.
    AclAssociation,
    /// A subnet's explicit association with a route table.
    RouteAssociation,
    /// A VPC's association with a secondary IPv4 block.
    CidrAssociation(Ipv4Net),
    /// A VPC's or a subnet's association with its IPv6 block.
    Ipv6Association,
    /// The IPv6 block that Amazon gave a VPC.
    Ipv6Prefix,
    /// One /64 of that block, by its number. Follows from the block.
    Ipv6Slot(u8),
    /// A VPC's default network ACL.
    DefaultAcl,
    /// A VPC's default security group.
    DefaultGroup,
    /// A VPC's main route table.
    MainTable,
    /// An elastic IP's public address.
    PublicIp,
    /// A prefix list's version, which a change must name.
    Version,
}

impl Part {
    const NAMES: &[(&str, Part)] = &[
        ("id", Part::Id),
        ("name", Part::Name),
        ("acl-association", Part::AclAssociation),
        ("route-association", Part::RouteAssociation),
        ("ipv6-association", Part::Ipv6Association),
        ("ipv6-prefix", Part::Ipv6Prefix),
        ("default-acl", Part::DefaultAcl),
        ("default-group", Part::DefaultGroup),
        ("main-table", Part::MainTable),
        ("public-ip", Part::PublicIp),
        ("version", Part::Version),
    ];

    /// Returns whether its value is an identifier by which requests name it.
    pub(crate) fn identifies(self) -> bool {
        !matches!(self, Part::Version | Part::Name | Part::Ipv6Prefix)
    }

    /// Returns the part that it follows from, which is what AWS tells.
    pub(crate) fn told_as(self) -> Part {
        match self {
            Part::Ipv6Slot(_) => Part::Ipv6Prefix,
            part => part,
        }
    }
}

/// The part's name in a printed handle, such as `id` or `ipv6-slot(3)`.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::CidrAssociation(block) => write!(f, "cidr-association({block})"),
            Part::Ipv6Slot(slot) => write!(f, "ipv6-slot({slot})"),
            part => {
                let (name, _) =
                    Part::NAMES.iter().find(|(_, it)| it == part).expect("every other part has a name");
                f.write_str(name)
            }
        }
    }
}

/// The text names no part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no part of an object")]
pub struct NotAPart(String);

impl FromStr for Part {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Part, NotAPart> {
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        let named = || Part::NAMES.iter().find(|(name, _)| *name == text).map(|(_, part)| *part);
        let slot = || inside("ipv6-slot")?.parse().ok().map(Part::Ipv6Slot);
        let cidr = || inside("cidr-association")?.parse().ok().map(Part::CidrAssociation);
        named().or_else(slot).or_else(cidr).ok_or_else(|| NotAPart(text.to_owned()))
    }
}

/// As text, so that it can be a key of a JSON object.
impl Serialize for Part {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Part, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An identifier in a request: known, or learned by an earlier request of the same plan.
///
/// So a plan is complete before any id exists, and everything in it can be printed, saved and rehearsed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handle {
    /// What AWS calls it.
    Value(String),
    /// A part of an object that this plan makes, or that it asks AWS for.
    Part {
        /// The object.
        key: Key,
        /// Which of its identifiers.
        part: Part,
    },
}

impl Handle {
    /// Returns the handle of the id of what this plan makes for `key`.
    pub fn new_id(key: &Key) -> Handle {
        Handle::Part { key: key.clone(), part: Part::Id }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Handle::Value(value) => f.write_str(value),
            Handle::Part { key, part: Part::Id } => write!(f, "<{key}>"),
            Handle::Part { key, part } => write!(f, "<{key}/{part}>"),
        }
    }
}

/// The identifiers that the requests of one run have taught so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    parts: BTreeMap<(Key, Part), String>,
}

/// What the answer to one request teaches.
pub type Learned = Vec<(Key, Part, String)>;

impl Known {
    /// Adds what an answer taught.
    pub fn learn(&mut self, learned: Learned) {
        self.parts.extend(learned.into_iter().map(|(key, part, value)| ((key, part), value)));
    }

    /// Returns what is known of the given handles alone.
    pub fn only<'a>(&self, handles: impl Iterator<Item = &'a Handle>) -> Known {
        let wanted = handles.filter_map(|handle| match handle {
            Handle::Value(_) => None,
            Handle::Part { key, part } => Some((key.clone(), part.told_as())),
        });
        let parts = wanted.filter_map(|it| self.parts.get(&it).cloned().map(|value| (it, value)));
        Known { parts: parts.collect() }
    }

    /// Returns the identifier behind `handle`, if it is known by now.
    pub fn resolve<'a>(&'a self, handle: &'a Handle) -> Option<Cow<'a, str>> {
        let (key, part) = match handle {
            Handle::Value(value) => return Some(Cow::Borrowed(value)),
            Handle::Part { key, part } => (key, part),
        };
        let told = self.parts.get(&(key.clone(), part.told_as()))?;
        match part {
            Part::Ipv6Slot(slot) => Some(Cow::Owned(block::slot_in(told.parse().ok()?, *slot).to_string())),
            _ => Some(Cow::Borrowed(told)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Kind;

    #[test]
    fn parts_are_text_and_back() {
        let others = [Part::Ipv6Slot(255), Part::CidrAssociation("100.64.0.0/16".parse().expect("a block"))];
        for part in Part::NAMES.iter().map(|(_, part)| *part).chain(others) {
            assert_eq!(part.to_string().parse(), Ok(part));
        }
        assert!("ipv6-slot".parse::<Part>().is_err());
    }

    #[test]
    fn a_slot_follows_from_the_prefix() {
        let vpc = Key::new(Kind::Vpc, "main");
        let slot = Handle::Part { key: vpc.clone(), part: Part::Ipv6Slot(0x1f) };
        let mut known = Known::default();
        assert_eq!(known.resolve(&slot), None);
        known.learn(vec![(vpc, Part::Ipv6Prefix, "2600:1f18:1:ff00::/56".to_owned())]);
        assert_eq!(known.only([&slot].into_iter()).resolve(&slot).as_deref(), Some("2600:1f18:1:ff1f::/64"));
    }
}
