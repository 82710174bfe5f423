//! How a request names what it acts on, also before AWS has given it an id.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::key::Key;

/// An identifier that AWS gives to an object or to something that hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The object's own id.
    Id,
    /// A subnet's association with a network ACL; every subnet has exactly one.
    AclAssociation,
    /// A subnet's explicit association with a route table.
    RouteAssociation,
    /// A VPC's default network ACL.
    DefaultAcl,
    /// A VPC's default security group.
    DefaultGroup,
    /// A VPC's main route table.
    MainTable,
    /// An elastic IP's public address.
    PublicIp,
}

impl Part {
    /// Returns the part's name in a printed handle, such as `id`.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Id => "id",
            Part::AclAssociation => "acl-association",
            Part::RouteAssociation => "route-association",
            Part::DefaultAcl => "default-acl",
            Part::DefaultGroup => "default-group",
            Part::MainTable => "main-table",
            Part::PublicIp => "public-ip",
        }
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
            Handle::Part { key, part } => write!(f, "<{key}/{}>", part.as_str()),
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
            Handle::Part { key, part } => Some((key.clone(), *part)),
        });
        let parts = wanted.filter_map(|it| self.parts.get(&it).cloned().map(|value| (it, value)));
        Known { parts: parts.collect() }
    }

    /// Returns the identifier behind `handle`, if it is known by now.
    pub fn resolve<'a>(&'a self, handle: &'a Handle) -> Option<&'a str> {
        match handle {
            Handle::Value(value) => Some(value),
            Handle::Part { key, part } => self.parts.get(&(key.clone(), *part)).map(String::as_str),
        }
    }
}
