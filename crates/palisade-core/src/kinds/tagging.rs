//! Tags of objects that exist already: one request for many objects of any kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Kind, Request, list};
use crate::cloud::Refused;
use crate::handle::Handle;
use crate::live::Live;
use crate::tags::{TagDiff, Tags};

/// How many objects one request may name (EC2 API reference, `CreateTags`).
pub(crate) const OBJECTS_MAX: usize = 1000;

/// The requests about tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateTags`: writes tags, over their old values.
    Set {
        /// The objects.
        objects: Vec<Handle>,
        /// The tags.
        tags: Tags,
    },
    /// `DeleteTags`: takes tags away. Never empty: AWS takes an empty list for all tags.
    Unset {
        /// The objects.
        objects: Vec<Handle>,
        /// The keys of the tags.
        keys: Vec<String>,
    },
    /// `AddTags` of SageMaker, which takes one object at a time.
    Add {
        /// The object.
        object: Handle,
        /// The tags.
        tags: Tags,
    },
    /// `DeleteTags` of SageMaker.
    Drop {
        /// The object.
        object: Handle,
        /// The keys of the tags.
        keys: Vec<String>,
    },
}

/// Returns the requests that change tags: one for all objects of EC2 that get the same, one for each of SageMaker's.
///
/// Which tags are ours is itself a tag: it must not forget one that is still there, so those that go, go first.
pub(crate) fn calls<'a>(changed: impl Iterator<Item = (Kind, Handle, &'a TagDiff)>) -> Vec<Call> {
    let mut set: BTreeMap<Tags, Vec<Handle>> = BTreeMap::new();
    let mut unset: BTreeMap<Vec<String>, Vec<Handle>> = BTreeMap::new();
    let mut single = Vec::new();
    for (kind, object, diff) in changed {
        let keys: Vec<String> = diff.unset.keys().cloned().collect();
        if kind.is_of_sagemaker() {
            let drop = (!keys.is_empty()).then(|| Call::Drop { object: object.clone(), keys });
            let add = (!diff.set.is_empty()).then(|| Call::Add { object, tags: diff.set.clone() });
            single.extend(drop.into_iter().chain(add));
            continue;
        }
        if !keys.is_empty() {
            unset.entry(keys).or_default().push(object.clone());
        }
        if !diff.set.is_empty() {
            set.entry(diff.set.clone()).or_default().push(object);
        }
    }
    let unset = unset.into_iter().flat_map(|(keys, objects)| {
        chunks(&objects).map(|objects| Call::Unset { objects, keys: keys.clone() }).collect::<Vec<_>>()
    });
    let set = set.into_iter().flat_map(|(tags, objects)| {
        chunks(&objects).map(|objects| Call::Set { objects, tags: tags.clone() }).collect::<Vec<_>>()
    });
    unset.chain(set).chain(single).collect()
}

fn chunks(objects: &[Handle]) -> impl Iterator<Item = Vec<Handle>> {
    objects.chunks(OBJECTS_MAX).map(<[Handle]>::to_vec)
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Set { .. } => "CreateTags",
            Call::Unset { .. } | Call::Drop { .. } => "DeleteTags",
            Call::Add { .. } => "AddTags",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Set { objects, tags } => format!("{} on {}", written(tags), list(objects)),
            Call::Unset { objects, keys } => format!("{} on {}", keys.join(", "), list(objects)),
            Call::Add { object, tags } => format!("{} on {object}", written(tags)),
            Call::Drop { object, keys } => format!("{} on {object}", keys.join(", ")),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Set { objects, .. } | Call::Unset { objects, .. } => objects.iter().collect(),
            Call::Add { object, .. } | Call::Drop { object, .. } => vec![object],
        }
    }

    /// Tags say nothing about packets, and AWS merges them: nobody needs to wait for them.
    fn own(&self) -> Option<&Handle> {
        None
    }
}

impl Call {
    pub(crate) fn effect(&self, live: &mut Live) -> Result<(), Refused> {
        match self {
            Call::Set { objects, tags } => objects.iter().try_for_each(|it| add(live, it, tags)),
            Call::Unset { objects, keys } => objects.iter().try_for_each(|it| drop(live, it, keys)),
            Call::Add { object, tags } => add(live, object, tags),
            Call::Drop { object, keys } => drop(live, object, keys),
        }
    }
}

fn written(tags: &Tags) -> String {
    tags.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}

fn add(live: &mut Live, object: &Handle, tags: &Tags) -> Result<(), Refused> {
    live.edit_tags(object, |live| live.extend(tags.clone()))
}

fn drop(live: &mut Live, object: &Handle, keys: &[String]) -> Result<(), Refused> {
    live.edit_tags(object, |live| live.retain(|key, _| !keys.contains(key)))
}
