//! What the blueprint asks for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::kinds::Spec;
use crate::tags::{self, Tags};

/// Every resource that a blueprint asks for. An empty one is what `destroy` plans towards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// The blueprint's name, which owns everything in here.
    pub blueprint: String,
    /// The author's tags, on everything taggable.
    pub tags: Tags,
    /// The resources by their key.
    pub resources: BTreeMap<Key, Spec>,
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

    /// Returns the tags that the object of `key` shall carry, beside the marks of its identity.
    pub fn tags_of(&self, key: &Key) -> Tags {
        tags::wanted(&self.blueprint, key, &self.tags)
    }
}
