//! The stable name of a resource.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::kinds::Kind;

/// The stable, author-chosen address of a resource, such as `subnet.training@a`.
///
/// What exists already and is not the blueprint's (foreign objects, and deposed elders of our own) has a key as
/// well: its kind and its AWS id, such as `security-group.sg-0abc`. So every reference in a [`crate::Spec`] is a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Which one: the author's name, or the AWS id of something that exists already. Cheap to clone and near at
    /// hand to compare, since a plan names each object in many places.
    pub name: SmolStr,
}

impl Key {
    /// Returns the key of `kind` and `name`.
    pub fn new(kind: Kind, name: impl AsRef<str>) -> Key {
        Key { kind, name: SmolStr::new(name) }
    }

    /// Returns whether the name is an AWS id, that is: whether the object is not the current one of any blueprint key.
    ///
    /// The blueprint's language keeps names that look like an id of their kind to itself, so the two never meet.
    pub fn is_existing(&self) -> bool {
        // An ARN goes on with a colon.
        self.name.strip_prefix(self.kind.id_prefix()).is_some_and(|rest| rest.starts_with(['-', ':']))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind.as_str(), self.name)
    }
}

/// As text: a key stands in most of what gets printed while debugging.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no key: `<kind>.<name>` with a kind that this version of palisade knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key; a key is a kind and a name, such as `subnet.training@a`")]
pub struct NotAKey(pub String);

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Key, NotAKey> {
        let not_a_key = || NotAKey(text.to_owned());
        let (kind, name) = text.split_once('.').ok_or_else(not_a_key)?;
        let kind = Kind::ALL.iter().copied().find(|it| it.as_str() == kind).ok_or_else(not_a_key)?;
        if name.is_empty() {
            return Err(not_a_key());
        }
        Ok(Key::new(kind, name))
    }
}

/// As text, so that it can be a key of a JSON object too.
impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["subnet.training@a", "endpoint.sagemaker.api", "vpc.main", "security-group.sg-0abc"] {
            assert_eq!(text.parse::<Key>().expect("a key").to_string(), text);
        }
        assert!("subnet".parse::<Key>().is_err());
        assert!("subnot.x".parse::<Key>().is_err());
    }

    #[test]
    fn an_id_is_told_from_a_name() {
        assert!(Key::new(Kind::SecurityGroup, "sg-0abc").is_existing());
        assert!(!Key::new(Kind::SecurityGroup, "training").is_existing());
        assert!(!Key::new(Kind::Subnet, "subnets").is_existing());
    }
}
