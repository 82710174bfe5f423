//! A model: where its container and its artifacts are, and in which subnets it runs when something serves it.

use serde::{Deserialize, Serialize};

use super::sagemaker::{self, Api, Links, Workload, as_workload, links_and_settings};
use super::{Kind, Resource};
use crate::cloud::Refused;
use crate::document::Document;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;

/// A model. Nothing of it can change but its tags (SageMaker API reference, `CreateModel`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Model {
    /// What it names.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
}

/// Its requests.
pub type Call = sagemaker::Call<Model>;

impl Resource for Model {
    const KIND: Kind = Kind::Model;
    const NAME: &'static str = "model";
    const ID_PREFIX: &'static str = "arn";
    type Call = Call;

    as_workload!();

    fn diff(&self, live: &Model) -> Diff {
        sagemaker::diff(live, self)
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        sagemaker::remove(Document::default(), key, scope)
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        sagemaker::effect(call, live)
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        sagemaker::is_done(call, live)
    }
}

impl Workload for Model {
    const API: Api = Api::immutable("CreateModel", "DescribeModel", "DeleteModel");
    const FIXED: &[&str] = &["*"];

    links_and_settings!();
}
