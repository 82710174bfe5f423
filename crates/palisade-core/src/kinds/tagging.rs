//! Tags of objects that exist already: one request for many objects of any kind.

use serde::{Deserialize, Serialize};

use super::{Request, list};
use crate::cloud::Refused;
use crate::handle::Handle;
use crate::live::Live;
use crate::tags::Tags;

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
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Set { .. } => "CreateTags",
            Call::Unset { .. } => "DeleteTags",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Set { objects, tags } => {
                let tags: Vec<String> = tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("{} on {}", tags.join(", "), list(objects))
            }
            Call::Unset { objects, keys } => format!("{} on {}", keys.join(", "), list(objects)),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        let (Call::Set { objects, .. } | Call::Unset { objects, .. }) = self;
        objects.iter().collect()
    }

    /// Tags say nothing about packets, and AWS merges them: nobody needs to wait for them.
    fn own(&self) -> Option<&Handle> {
        None
    }
}

impl Call {
    pub(crate) fn effect(&self, live: &mut Live) -> Result<(), Refused> {
        match self {
            Call::Set { objects, tags } => {
                objects.iter().try_for_each(|it| live.edit_tags(it, |live| live.extend(tags.clone())))
            }
            Call::Unset { objects, keys } => objects
                .iter()
                .try_for_each(|it| live.edit_tags(it, |live| live.retain(|key, _| !keys.contains(key)))),
        }
    }
}
