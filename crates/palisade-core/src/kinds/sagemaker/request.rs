//! The requests about the objects of SageMaker.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::{Links, Workload};
use crate::document::{Document, kebab};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::kinds::{Request, Wait, list};
use crate::tags::Stamp;

/// A request about an object of the kind `R`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Call<R> {
    /// What is asked for.
    pub action: Action,
    #[serde(skip)]
    of: PhantomData<R>,
}

/// What is asked for; the names of the operations are the kind's [`super::Api`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Makes it.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// Its name at AWS.
        name: String,
        /// What it names.
        links: Links<Handle>,
        /// The rest of the request.
        settings: Document,
    },
    /// Looks until it can be used.
    AwaitReady {
        /// The object.
        object: Handle,
    },
    /// Changes it.
    Update {
        /// The object.
        object: Handle,
        /// What it shall name.
        links: Links<Handle>,
        /// The rest; what is absent stays as it is.
        settings: Document,
    },
    /// Looks until it can be used and is as it was asked for.
    AwaitChanged {
        /// The object.
        object: Handle,
        /// What it shall name.
        links: Links<Handle>,
        /// What else it shall show.
        settings: Document,
    },
    /// Stops it.
    Stop {
        /// The object.
        object: Handle,
    },
    /// Looks until it has stopped.
    AwaitStopped {
        /// The object.
        object: Handle,
    },
    /// Starts it.
    Start {
        /// The object.
        object: Handle,
    },
    /// `AddTags`: writes down what is still to be done, before it is begun.
    Remember {
        /// The object.
        object: Handle,
        /// The tag's key; it has no value of its own.
        tag: String,
    },
    /// `DeleteTags`: it is done.
    Forget {
        /// The object.
        object: Handle,
        /// The tag's key.
        tag: String,
    },
    /// Deletes it.
    Delete {
        /// The object.
        object: Handle,
        /// The rest of the request.
        details: Document,
    },
    /// Looks until it is gone.
    AwaitGone {
        /// The object.
        object: Handle,
    },
    /// Looks at the interfaces that it had until none of them holds a subnet or a group.
    AwaitReleased {
        /// Their AWS ids.
        interfaces: Vec<Handle>,
    },
}

impl<R> Call<R> {
    /// Returns the request.
    pub fn new(action: Action) -> Call<R> {
        Call { action, of: PhantomData }
    }
}

impl<R> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.action.fmt(f)
    }
}

/// How long interfaces stay after what they belonged to is gone, by field reports.
const RELEASED: Wait = Wait { typical_s: 120, deadline_s: 2700 };
/// How long a notebook takes to stop.
const STOPPED: Wait = Wait { typical_s: 60, deadline_s: 600 };

impl<R: Workload> Request for Call<R> {
    fn operation(&self) -> &'static str {
        let api = R::API;
        match &self.action {
            Action::Create { .. } => api.create,
            Action::Update { .. } => api.update.unwrap_or(api.describe),
            Action::Stop { .. } => api.stop.unwrap_or(api.describe),
            Action::Start { .. } => api.start.unwrap_or(api.describe),
            Action::Delete { .. } => api.delete,
            Action::Remember { .. } => "AddTags",
            Action::Forget { .. } => "DeleteTags",
            Action::AwaitReleased { .. } => "DescribeNetworkInterfaces",
            Action::AwaitReady { .. }
            | Action::AwaitChanged { .. }
            | Action::AwaitStopped { .. }
            | Action::AwaitGone { .. } => api.describe,
        }
    }

    fn details(&self) -> String {
        match &self.action {
            Action::Create { stamp, name, links, settings } => {
                format!("{} as {name}{}{}", stamp.key, named(links), said(settings))
            }
            Action::Update { object, links, settings } => {
                format!("{object}{}{}", named(links), said(settings))
            }
            Action::AwaitReady { object } => format!("until {object} can be used"),
            Action::AwaitChanged { object, .. } => format!("until {object} shows the change"),
            Action::AwaitStopped { object } => format!("until {object} has stopped"),
            Action::AwaitGone { object } => format!("until {object} is gone"),
            Action::AwaitReleased { interfaces } => format!("until {} are released", list(interfaces)),
            Action::Delete { object, details } => format!("{object}{}", shown(details)),
            Action::Stop { object } | Action::Start { object } => object.to_string(),
            Action::Remember { object, tag } | Action::Forget { object, tag } => format!("{tag} on {object}"),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match &self.action {
            Action::Create { links, .. } => links.all().collect(),
            Action::Update { object, links, .. } | Action::AwaitChanged { object, links, .. } => {
                [object].into_iter().chain(links.all()).collect()
            }
            Action::AwaitReleased { interfaces } => interfaces.iter().collect(),
            Action::AwaitReady { object }
            | Action::Stop { object }
            | Action::AwaitStopped { object }
            | Action::Start { object }
            | Action::Remember { object, .. }
            | Action::Forget { object, .. }
            | Action::Delete { object, .. }
            | Action::AwaitGone { object } => vec![object],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match &self.action {
            Action::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    fn learns(&self) -> Vec<(&Key, Part)> {
        self.stamp().map(|it| [(&it.key, Part::Id), (&it.key, Part::Name)]).into_iter().flatten().collect()
    }

    fn is_removal(&self) -> bool {
        matches!(self.action, Action::Delete { .. })
    }

    fn wait(&self) -> Option<Wait> {
        match self.action {
            Action::AwaitReady { .. } | Action::AwaitChanged { .. } => R::API.made,
            Action::AwaitStopped { .. } => Some(STOPPED),
            Action::AwaitGone { .. } => R::API.deleted,
            Action::AwaitReleased { .. } => Some(RELEASED),
            _ => None,
        }
    }
}

fn named(links: &Links<Handle>) -> String {
    let lists = [("in", &links.subnets), ("with", &links.security_groups), ("of", &links.models)];
    let ones = [("in", &links.vpc), ("in", &links.domain), ("by", &links.config)];
    let ones = ones.into_iter().filter_map(|(word, it)| Some(format!(" {word} {}", it.as_ref()?)));
    let lists = lists.into_iter().filter(|(_, it)| !it.is_empty());
    ones.chain(lists.map(|(word, it)| format!(" {word} {}", list(it)))).collect()
}

/// Only which fields are set: environment variables and hyperparameters may hold what nobody should read.
fn said(settings: &Document) -> String {
    let fields: Vec<String> = settings.0.keys().map(|it| kebab(it)).collect();
    if fields.is_empty() { String::new() } else { format!("; {}", fields.join(", ")) }
}

/// What a deletion says beside what it deletes is no secret.
fn shown(details: &Document) -> String {
    details.0.iter().map(|(field, value)| format!("; {}: {value}", kebab(field))).collect()
}
