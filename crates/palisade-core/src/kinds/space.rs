//! A space of a domain: where people share apps and files. It has to be gone before its domain can go.

use serde::{Deserialize, Serialize};

use super::sagemaker::{self, Api, Links, Workload};
use super::{Kind, Resource, Wait};
use crate::cloud::Refused;
use crate::document::Document;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Tags;

/// A space, found and never made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Space {
    /// Its domain.
    pub links: Links<Key>,
    /// By which the API names it.
    pub settings: Document,
    /// The profile that it belongs to, unless all of the domain share it.
    #[serde(default)]
    pub of: Option<Key>,
}

/// Its requests.
pub type Call = sagemaker::Call<Space>;

impl Resource for Space {
    const KIND: Kind = Kind::Space;
    const NAME: &'static str = "space";
    const ID_PREFIX: &'static str = "arn";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        self.links.all().chain(&self.of).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        self.links.map_keys(rename);
        self.of.iter_mut().for_each(rename);
    }

    fn diff(&self, live: &Space) -> Diff {
        sagemaker::diff(live, self)
    }

    fn derived_from(&self, _tags: &Tags) -> Option<Key> {
        self.links.domain.clone()
    }

    /// Nobody asks for one.
    fn make(&self, _key: &Key, _scope: &Scope<'_>) -> Vec<Call> {
        Vec::new()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        sagemaker::remove(self.settings.clone(), key, scope)
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        sagemaker::effect(call, live)
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        sagemaker::is_done(call, live)
    }
}

impl Workload for Space {
    const API: Api = Api {
        deleted: Some(Wait { typical_s: 60, deadline_s: 1200 }),
        ..Api::immutable("CreateSpace", "DescribeSpace", "DeleteSpace")
    };
    const FIXED: &[&str] = &["*"];

    fn new(links: Links<Key>, settings: Document) -> Space {
        Space { links, settings, of: None }
    }

    fn links(&self) -> &Links<Key> {
        &self.links
    }

    fn settings(&self) -> &Document {
        &self.settings
    }

    fn parts_mut(&mut self) -> (&mut Links<Key>, &mut Document) {
        (&mut self.links, &mut self.settings)
    }
}
