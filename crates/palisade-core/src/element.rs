//! A part of a network that decides about packets: what a proof points at.

use std::fmt;

use ipnet::IpNet;

use crate::key::Key;
use crate::kinds::Spec;
use crate::kinds::security_group::Rule;
use crate::network::Network;
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

    /// Returns whether a network has it, and says the same there.
    pub fn is_in(&self, network: &Network) -> bool {
        let Some(spec) = network.resources.get(self.key()) else { return false };
        match (self, spec) {
            (Element::Object(_), _) => true,
            (Element::Rule { direction, rule, .. }, Spec::SecurityGroup(it)) => {
                direction.pick(&it.inbound, &it.outbound).contains_key(rule)
            }
            (Element::Route { to, .. }, Spec::RouteTable(it)) => it.routes.contains_key(to),
            (Element::Entry { direction, number, .. }, Spec::NetworkAcl(it)) => {
                number.is_none_or(|number| it.entries(*direction).contains_key(&number))
            }
            (Element::Entry { direction, number, .. }, Spec::Vpc(it)) => {
                let acl = it.defaults.acl.as_ref();
                let entries = acl.map(|it| direction.pick(&it.inbound, &it.outbound));
                number.is_none_or(|number| entries.is_some_and(|it| it.contains_key(&number)))
            }
            _ => false,
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
