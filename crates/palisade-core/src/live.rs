//! What there is: the blueprint's objects, their deposed elders, and what else is in the VPC.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv6Net;
use serde::{Deserialize, Serialize};

use crate::handle::Part;
use crate::key::Key;
use crate::kinds::{Kind, Spec};
use crate::tags::{Origin, Tags};

mod assemble;
mod changing;
mod claims;

pub use claims::Claim;
use claims::Claims;

/// An object that exists, read back into the same [`Spec`] as it would be wanted in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its AWS id.
    pub id: String,
    /// Its generation; 0 for what is not ours.
    pub generation: u32,
    /// Whose it is.
    pub owner: Owner,
    /// Whether it can be used.
    pub state: State,
    /// Its properties. References to current objects are the author's keys, others are AWS ids.
    pub spec: Spec,
    /// The identifiers of what hangs on it.
    pub parts: BTreeMap<Part, String>,
    /// All its tags but AWS's own.
    pub tags: Tags,
}

/// Whose an object is, which decides what may be done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The blueprint's current object of its key.
    Blueprint,
    /// An elder of the key `of`: replaced by a newer generation, or never usable. To be removed.
    Deposed {
        /// The author's key.
        of: Key,
    },
    /// Made by AWS for the object `of`, and marked so: touched only when that goes, or is gone.
    Derived {
        /// The object that it belongs to; an AWS id, if it is no current one.
        of: Key,
    },
    /// Not the blueprint's: never changed, but it can clash, block or leak.
    Foreign,
}

/// Whether an object can be used already, or ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It works.
    Usable,
    /// AWS is still making it; a wait comes before its users.
    Pending,
    /// AWS is still deleting it; a wait comes before what needs its place.
    Leaving,
    /// It will never work, as a NAT gateway that AWS gave up on.
    Failed,
}

impl State {
    /// Returns whether an object of the kind can be its key's present one. What has run has done so, however it ended.
    pub(crate) fn is_present(self, kind: Kind) -> bool {
        kind.is_run() || matches!(self, State::Usable | State::Pending)
    }
}

/// An object as it was found, before it is known whose it is. References are AWS ids throughout.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its AWS id.
    pub id: String,
    /// Whether it can be used.
    pub state: State,
    /// Its properties.
    pub spec: Spec,
    /// The identifiers of what hangs on it.
    pub parts: BTreeMap<Part, String>,
    /// All its tags but AWS's own.
    pub tags: Tags,
}

/// Something in the VPC that is of none of our kinds, such as an instance's network interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// Its AWS id.
    pub id: String,
    /// What it is, for people, such as "network interface of `i-0abc`".
    pub what: String,
    /// What it keeps from being removed.
    pub uses: Vec<Key>,
    /// The objects that it may belong to, of which it is told by AWS's marks: it goes some time after they have gone.
    #[serde(default)]
    pub of: Vec<Key>,
}

/// Two objects that claim to be the same generation of the same key: reported, never picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// The key that both claim.
    pub key: Key,
    /// The generation that both claim.
    pub generation: u32,
    /// Their AWS ids.
    pub ids: Vec<String>,
    /// What one of them has been called until now, if it is a rename that makes them claim the same.
    #[serde(default)]
    pub moved_from: Option<Origin>,
}

/// All that exists, as far as it matters to one blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Live {
    objects: BTreeMap<Key, Object>,
    strangers: Vec<Stranger>,
    duplicates: Vec<Duplicate>,
    /// How many ids the in-memory cloud has given out.
    minted: u64,
    /// Who names whom; derived.
    users: BTreeMap<Key, BTreeSet<Key>>,
    /// Whose each identifier is; derived.
    identifiers: BTreeMap<String, (Key, Part)>,
    /// The elders of each key; derived.
    elders: BTreeMap<Key, BTreeSet<Key>>,
    /// The names that AWS may want unique, in lower case, and whose they are; derived.
    names: BTreeSet<(Kind, String, Key)>,
    /// Who has what only one can have; derived.
    claims: Claims,
}

/// What is written of a [`Live`]; the rest is derived from it.
#[derive(Serialize, Deserialize)]
struct Stored {
    objects: BTreeMap<Key, Object>,
    #[serde(default)]
    strangers: Vec<Stranger>,
    #[serde(default)]
    duplicates: Vec<Duplicate>,
    #[serde(default)]
    minted: u64,
}

impl From<Live> for Stored {
    fn from(live: Live) -> Stored {
        let Live { objects, strangers, duplicates, minted, .. } = live;
        Stored { objects, strangers, duplicates, minted }
    }
}

/// What was written has been changed by hand.
impl TryFrom<Stored> for Live {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Live, String> {
        let Stored { objects, strangers, duplicates, minted } = stored;
        let mut live = Live { strangers, duplicates, minted, ..Live::default() };
        for (key, object) in objects {
            if key.kind != object.spec.kind() {
                return Err(format!("`{key}` is described as another kind of object"));
            }
            if live.identifiers.contains_key(&object.id) {
                return Err(format!("`{}` is the id of more than one object", object.id));
            }
            live.put(key, object);
        }
        let is_dangling = |key: &Key| !key.is_existing() && !live.objects.contains_key(key);
        let by_object = live.users.iter().filter(|(key, _)| is_dangling(key));
        let by_object = by_object.filter_map(|(key, users)| Some((users.first()?.to_string(), key)));
        let by_stranger = live.strangers.iter().flat_map(|it| it.uses.iter().map(|key| (it.id.clone(), key)));
        match by_object.chain(by_stranger.filter(|(_, key)| is_dangling(key))).next() {
            Some((by, key)) => Err(format!("`{by}` names what is not there: `{key}`")),
            None => Ok(live),
        }
    }
}

/// Reading.
impl Live {
    /// Returns every object by its key, in order.
    pub fn objects(&self) -> &BTreeMap<Key, Object> {
        &self.objects
    }

    /// Returns the object of `key`.
    pub fn object(&self, key: &Key) -> Option<&Object> {
        self.objects.get(key)
    }

    /// Returns the object of `key`, where a key that is an AWS id finds the object of that id under any key.
    pub fn find(&self, key: &Key) -> Option<&Object> {
        self.objects.get(key).or_else(|| self.objects.get(self.key_of_id(&key.name)?))
    }

    /// Returns the IPv6 block that Amazon gave the VPC of `vpc`.
    pub fn ipv6_prefix(&self, vpc: &Key) -> Option<Ipv6Net> {
        self.find(vpc)?.parts.get(&Part::Ipv6Prefix)?.parse().ok()
    }

    /// Returns the objects that are no kind of ours.
    pub fn strangers(&self) -> &[Stranger] {
        &self.strangers
    }

    /// Returns the keys that two objects claim.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// Returns the keys of the objects that name `key`, itself excepted.
    pub fn users<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = &'a Key> {
        self.users.get(key).into_iter().flatten().filter(move |it| *it != key)
    }

    /// Returns the objects of one kind, in order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Key, &Object)> {
        self.objects.range(Key::new(kind, "")..).take_while(move |(key, _)| key.kind == kind)
    }

    /// Returns the key of the object of an AWS id.
    pub(crate) fn key_of_id(&self, id: &str) -> Option<&Key> {
        self.identifiers.get(id).filter(|(_, part)| *part == Part::Id).map(|(key, _)| key)
    }

    /// Returns the objects of that kind that have that name; to AWS, the case of its letters makes no difference.
    pub(crate) fn called(&self, kind: Kind, name: &str) -> impl Iterator<Item = (&Key, &Object)> {
        let first = (kind, name.to_ascii_lowercase(), Key::new(kind, ""));
        let from = self.names.range(first.clone()..);
        let same = from.take_while(move |(of, it, _)| *of == first.0 && *it == first.1);
        same.filter_map(|(_, _, key)| Some((key, self.objects.get(key)?)))
    }

    /// Returns the generation that the next object of `key` gets: above every one there is.
    pub fn next_generation(&self, key: &Key) -> u32 {
        let current = self.objects.get(key).map_or(0, |it| it.generation);
        let elders = self.elders.get(key).into_iter().flatten().filter_map(|it| self.objects.get(it));
        elders.map(|it| it.generation).fold(current, u32::max) + 1
    }
}
