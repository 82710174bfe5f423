//! The identifiers of what runs in the network.

use std::collections::BTreeMap;

use palisade_core::{Key, Kind, Object, Part};

/// The identifiers of one object of SageMaker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkloadIds {
    /// Its name at AWS: the author's, and for a successor the same with a number.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// A domain's id, by which the API knows it.
    pub id: Option<String>,
}

/// Objects of SageMaker by the author's names of them.
pub type Workloads = BTreeMap<String, WorkloadIds>;

/// The kinds that a blueprint has, in the order in which they are told.
pub(crate) const KINDS: &[Kind] = &[
    Kind::Domain,
    Kind::UserProfile,
    Kind::Notebook,
    Kind::Model,
    Kind::EndpointConfig,
    Kind::InferenceEndpoint,
    Kind::TrainingJob,
    Kind::ProcessingJob,
];

/// Returns what one of them is called, as in the blueprint's tables: an `s` makes it many.
pub(crate) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Notebook => "notebook-instance",
        Kind::InferenceEndpoint => "endpoint",
        kind => kind.as_str(),
    }
}

impl WorkloadIds {
    /// Returns the identifiers of the object of `key`.
    pub(super) fn new(key: &Key, object: &Object) -> WorkloadIds {
        let arn = object.id.clone();
        let name = object.parts.get(&Part::Name).map_or_else(|| key.name.to_string(), Clone::clone);
        let id = arn.split_once(":domain/").filter(|_| key.kind == Kind::Domain).map(|(_, id)| id.to_owned());
        WorkloadIds { name, arn, id }
    }

    /// Returns every identifier with its name.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let id = self.id.iter().map(|it| ("id", it));
        id.chain([("name", &self.name), ("arn", &self.arn)])
    }
}
