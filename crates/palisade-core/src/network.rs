//! What the blueprint asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::kinds::Spec;
use crate::kinds::sagemaker::VpcConfig;
use crate::live::Object;
use crate::moves::Moves;
use crate::tags::{self, Identity, Origin, Tags};

/// Every resource that a blueprint asks for. An empty one is what `destroy` plans towards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// The blueprint's name, which owns everything in here.
    pub blueprint: String,
    /// The author's tags, on everything taggable.
    pub tags: Tags,
    /// The resources by their key.
    pub resources: BTreeMap<Key, Spec>,
    /// What must not be deleted or replaced, whatever the plan.
    #[serde(default)]
    pub protected: BTreeSet<Key>,
    /// What gets a successor together with something else: a NAT gateway's address, by the gateway, where the author
    /// would rather have a new address than a gap.
    #[serde(default)]
    pub renewals: BTreeMap<Key, Key>,
    /// Tags of single objects that remember what AWS does not tell: what becomes of a domain's file system.
    #[serde(default)]
    pub memos: BTreeMap<Key, Tags>,
    /// Places in the network that have a name: for what the blueprint runs there, and for those who run something there
    /// themselves.
    #[serde(default)]
    pub vpc_configs: BTreeMap<String, VpcConfig>,
    /// What had another key before.
    #[serde(default)]
    pub moves: Moves,
}

impl Network {
    /// Returns a network of `blueprint` with nothing in it.
    pub fn empty(blueprint: &str) -> Network {
        Network { blueprint: blueprint.to_owned(), ..Network::default() }
    }

    /// Adds a resource.
    pub fn insert(&mut self, key: Key, spec: impl Into<Spec>) {
        self.resources.insert(key, spec.into());
    }

    /// Returns the tags that the object of `key` shall carry, apart from its generation.
    pub fn tags_of(&self, key: &Key) -> Tags {
        let mut tags = tags::wanted(&self.blueprint, key, &self.tags);
        tags.extend(self.memos.get(key).cloned().unwrap_or_default());
        if self.protected.contains(key) {
            tags.insert(tags::PROTECT.to_owned(), tags::PROTECTED.to_owned());
        }
        tags
    }

    /// Returns the tags of a new object of `key`: where something has this key by a rename, or had it before one, it
    /// says that it is no other.
    pub(crate) fn tags_of_new(&self, key: &Key, elder: Option<&Object>) -> Tags {
        let blueprint = elder.and_then(|it| it.tags.get(tags::BLUEPRINT)).filter(|it| **it != self.blueprint);
        self.tags_of_renamed(key, blueprint.cloned(), self.moves.origin_of(key))
    }

    /// Returns the tags that `object`, which is there for `key`, shall carry: also where it came from, as long as the
    /// blueprint lists that.
    pub fn tags_of_live(&self, key: &Key, object: &Object) -> Tags {
        let Some(it) = Identity::read(&object.tags) else { return self.tags_of(key) };
        let told = it.moved_from;
        let blueprint = match it.blueprint == self.blueprint {
            true => told
                .as_ref()
                .and_then(|it| it.blueprint.clone())
                .filter(|it| self.moves.blueprints.contains(it)),
            false => Some(it.blueprint),
        };
        let from = match it.key == *key {
            true => told.map(|it| it.key).filter(|from| from != key && self.moves.end_of(from) == *key),
            false => Some(it.key),
        };
        self.tags_of_renamed(key, blueprint, from)
    }

    fn tags_of_renamed(&self, key: &Key, blueprint: Option<String>, from: Option<Key>) -> Tags {
        let mut tags = self.tags_of(key);
        if blueprint.is_some() || from.is_some() {
            let origin = Origin { blueprint, key: from.unwrap_or_else(|| key.clone()) };
            tags.insert(tags::MOVED_FROM.to_owned(), origin.to_string());
        }
        tags
    }
}
