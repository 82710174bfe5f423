//! A part of a network that decides about packets: what a proof points at.

use std::fmt;

use ipnet::IpNet;

use crate::key::Key;
use crate::kinds::security_group::Rule;
use crate::traffic::Direction;

/// A rule, an entry, a route, or an object as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// An object.
    Object(Key),
    /// An entry of an ACL; of a VPC's default one, the key is the VPC's.
    Entry {
        /// The ACL.
        acl: Key,
        /// Which of its two lists.
        direction: Direction,
        /// Its number; none is AWS's own last denial.
        number: Option<u16>,
    },
    /// A rule of a group.
    Rule {
        /// The group.
        group: Key,
        /// Which of its two lists.
        direction: Direction,
        /// The rule.
        rule: Rule,
    },
    /// A route of a table.
    Route {
        /// The table.
        table: Key,
        /// Its destination.
        to: IpNet,
    },
}

impl Element {
    /// Returns the object that it belongs to.
    pub fn key(&self) -> &Key {
        match self {
            Element::Object(key) | Element::Entry { acl: key, .. } => key,
            Element::Rule { group: key, .. } | Element::Route { table: key, .. } => key,
        }
    }
}

/// As proofs name it.
impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Element::Object(key) => key.fmt(f),
            Element::Entry { acl, direction, number: Some(number) } => {
                write!(f, "{acl}, {} entry {number}", direction.as_str())
            }
            Element::Entry { acl, direction, number: None } => {
                write!(f, "{acl}, {}", direction.as_str())
            }
            Element::Rule { group, direction, rule } => {
                let (list, end) = (direction.as_str(), direction.preposition());
                write!(f, "{group}, {list} rule {} {end} {}", rule.traffic, rule.peer)
            }
            Element::Route { table, to } => write!(f, "{table}, route to {to}"),
        }
    }
}
