//! A mount target: where a subnet reaches the file system of a domain. SageMaker makes one in each subnet of a domain, and
//! leaves it there when the file system outlives the domain.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource, Wait, map_key_set};
use crate::cloud::Refused;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Tags;

/// A mount target of a domain's file system, found and never made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MountTarget {
    /// The file system's AWS id, such as `fs-0abc`.
    pub file_system: String,
    /// Where its interface stands.
    pub subnet: Key,
    /// What filters it.
    pub security_groups: BTreeSet<Key>,
    /// Whose homes are on the file system. It may be gone already.
    pub domain: Option<Key>,
}

/// The requests of a mount target, which are those of EFS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `DeleteMountTarget`; what is on the file system stays.
    Delete {
        /// The mount target.
        target: Handle,
    },
    /// `DescribeMountTargets` until it is gone: only then are its subnet and its groups free.
    AwaitDeleted {
        /// The mount target.
        target: Handle,
    },
}

impl Resource for MountTarget {
    const KIND: Kind = Kind::MountTarget;
    const NAME: &'static str = "mount-target";
    const ID_PREFIX: &'static str = "fsmt";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        [&self.subnet].into_iter().chain(&self.security_groups).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.subnet);
        map_key_set(&mut self.security_groups, rename);
        self.domain.iter_mut().for_each(rename);
    }

    fn diff(&self, live: &MountTarget) -> Diff {
        Diff::default().replace("subnet", &live.subnet, &self.subnet)
    }

    fn derived_from(&self, _tags: &Tags) -> Option<Key> {
        self.domain.clone()
    }

    /// Nobody asks for one.
    fn make(&self, _key: &Key, _scope: &Scope<'_>) -> Vec<Call> {
        Vec::new()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let target = scope.live_id(key);
        vec![Call::Delete { target: target.clone() }, Call::AwaitDeleted { target }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Delete { target } => live.start_leaving(target),
            Call::AwaitDeleted { target } => {
                live.finish_leaving(target);
                Ok(())
            }
        }
    }

    /// It goes by itself when its file system does.
    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { target } if live.is_gone(target))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Delete { .. } => "DeleteMountTarget",
            Call::AwaitDeleted { .. } => "DescribeMountTargets",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Delete { target } => target.to_string(),
            Call::AwaitDeleted { target } => format!("until {target} is deleted"),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        let (Call::Delete { target } | Call::AwaitDeleted { target }) = self;
        vec![target]
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }

    fn wait(&self) -> Option<Wait> {
        match self {
            Call::AwaitDeleted { .. } => Some(Wait { typical_s: 60, deadline_s: 900 }),
            Call::Delete { .. } => None,
        }
    }
}
