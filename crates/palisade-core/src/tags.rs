//! Ownership: who made an object, for which key, and which of its tags are ours to change.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::key::{Key, NotAKey};

/// Tags by their key.
pub type Tags = BTreeMap<String, String>;

/// The tag that names the blueprint an object belongs to.
pub const BLUEPRINT: &str = "palisade:blueprint";
/// The tag that holds an object's [`Key`].
pub const KEY: &str = "palisade:key";
/// The tag that holds an object's generation.
pub const GENERATION: &str = "palisade:generation";
/// The tag that remembers which tags came from the blueprint, so that one that leaves it can be taken away without
/// touching those that others (cost tools, an organisation's tagger) have added.
pub const MANAGED: &str = "palisade:tags";
/// What stands between the keys in [`MANAGED`]. SageMaker takes no comma in a tag (SageMaker API reference, `Tag`).
pub const SEPARATOR: char = '+';
/// The tag that remembers the [`Origin`] of an object that was renamed, as long as the blueprint lists the rename.
pub const MOVED_FROM: &str = "palisade:moved-from";
/// The tag of what must not be deleted or replaced. It outlives its line in the blueprint by one apply.
pub const PROTECT: &str = "palisade:protect";
/// The value of [`PROTECT`].
pub const PROTECTED: &str = "true";
/// The tag that remembers what becomes of a domain's file system when the domain goes.
pub const HOME_EFS: &str = "palisade:home-efs";
/// The tag that remembers how the blueprint calls the place where a job ran.
pub const VPC_CONFIG: &str = "palisade:vpc-config";
/// The tag of a notebook that an apply has stopped and will start again: a run that is cut short must not leave it stopped.
pub const RESTART: &str = "palisade:restart";
/// The tag by which SageMaker says for which domain it has made something: the domain's ARN.
pub const OF_SAGEMAKER: &str = "ManagedByAmazonSageMakerResource";
/// The tag that consoles show as an object's name.
pub const NAME: &str = "Name";

/// What a create request writes on the new object, so that it is never without an owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The key that the object is made for.
    pub key: Key,
    /// 1 for a key's first object, one more for each replacement.
    pub generation: u32,
    /// All tags of the request.
    pub tags: Tags,
}

impl Stamp {
    /// Returns the stamp of a new object with the tags that [`wanted`] gives.
    pub fn new(key: &Key, generation: u32, wanted: &Tags) -> Stamp {
        let mut tags = wanted.clone();
        tags.insert(GENERATION.to_owned(), generation.to_string());
        Stamp { key: key.clone(), generation, tags }
    }
}

/// What an object's tags say about who it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The blueprint's name.
    pub blueprint: String,
    /// The key in that blueprint.
    pub key: Key,
    /// The object's generation.
    pub generation: u32,
    /// What it was called before a rename.
    pub moved_from: Option<Origin>,
}

/// What an object was called before a rename.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The blueprint, if it had another name.
    pub blueprint: Option<String>,
    /// The key; the present one, if only the blueprint was renamed.
    pub key: Key,
}

/// As `old/subnet.app@a`, or `subnet.app@a` if the blueprint is the same.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.blueprint {
            Some(blueprint) => write!(f, "{blueprint}/{}", self.key),
            None => self.key.fmt(f),
        }
    }
}

impl FromStr for Origin {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Origin, NotAKey> {
        match text.split_once('/') {
            Some((blueprint, key)) => Ok(Origin { blueprint: Some(blueprint.to_owned()), key: key.parse()? }),
            None => Ok(Origin { blueprint: None, key: text.parse()? }),
        }
    }
}

/// As text.
impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Origin, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Identity {
    /// Reads the ownership tags; nothing if one is absent or not ours to understand.
    pub fn read(tags: &Tags) -> Option<Identity> {
        let key = tags.get(KEY)?.parse().ok()?;
        let generation = tags.get(GENERATION)?.parse().ok()?;
        let moved_from = tags.get(MOVED_FROM).and_then(|it| it.parse().ok());
        Some(Identity { blueprint: tags.get(BLUEPRINT)?.clone(), key, generation, moved_from })
    }
}

/// Returns the tags that an object of `key` shall carry, apart from its generation: whose it is, the author's tags, a
/// name, and the memory of which tags are managed.
pub fn wanted(blueprint: &str, key: &Key, authors: &Tags) -> Tags {
    let mut tags = authors.clone();
    tags.insert(BLUEPRINT.to_owned(), blueprint.to_owned());
    tags.insert(KEY.to_owned(), key.to_string());
    tags.insert(NAME.to_owned(), format!("{blueprint}/{key}"));
    if !authors.is_empty() {
        tags.insert(MANAGED.to_owned(), managed_value(authors));
    }
    tags
}

/// Returns the value of [`MANAGED`] for the author's tags. AWS limits a tag value to 256 characters.
pub fn managed_value(authors: &Tags) -> String {
    authors.keys().cloned().collect::<Vec<_>>().join(&SEPARATOR.to_string())
}

/// The tags to set and to take away so that `live` becomes `want`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagDiff {
    /// Tags to write.
    pub set: Tags,
    /// Tags to remove, with the value that they have.
    pub unset: Tags,
}

impl TagDiff {
    /// Compares on the tags that are ours only.
    pub fn between(live: &Tags, want: &Tags) -> TagDiff {
        let differs = |(name, value): &(&String, &String)| live.get(*name) != Some(*value);
        let set = want.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone())).collect();
        let remembered = live.get(MANAGED).map(String::as_str).unwrap_or_default();
        let ours =
            remembered.split(SEPARATOR).chain([MANAGED, MOVED_FROM, PROTECT]).filter(|it| !it.is_empty());
        let gone = ours.filter(|it| !want.contains_key(*it));
        let unset = gone.filter_map(|it| Some((it.to_owned(), live.get(it)?.clone()))).collect();
        TagDiff { set, unset }
    }

    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.unset.is_empty()
    }
}
