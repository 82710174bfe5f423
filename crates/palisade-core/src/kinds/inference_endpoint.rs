//! An endpoint of SageMaker: models behind a name that answers requests. Not a VPC endpoint, which is [`super::endpoint`].

use serde::{Deserialize, Serialize};

use super::sagemaker::{self, Api, Links, Workload, as_workload, links_and_settings};
use super::{Kind, Resource, Wait};
use crate::cloud::Refused;
use crate::document::Document;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;

/// An endpoint; it goes over to another configuration without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InferenceEndpoint {
    /// Its configuration.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
}

/// Its requests.
pub type Call = sagemaker::Call<InferenceEndpoint>;

impl Resource for InferenceEndpoint {
    const KIND: Kind = Kind::InferenceEndpoint;
    const NAME: &'static str = "inference-endpoint";
    const ID_PREFIX: &'static str = "arn";
    const RUNS_AT_ONCE: bool = true;
    type Call = Call;

    as_workload!();

    fn diff(&self, live: &InferenceEndpoint) -> Diff {
        sagemaker::diff(live, self)
    }

    fn wire(&self, live: &InferenceEndpoint, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        sagemaker::update(self, live, key, scope)
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

impl Workload for InferenceEndpoint {
    const API: Api = Api {
        create: "CreateEndpoint",
        describe: "DescribeEndpoint",
        update: Some("UpdateEndpoint"),
        start: None,
        stop: None,
        delete: "DeleteEndpoint",
        made: Some(Wait { typical_s: 420, deadline_s: 3600 }),
        deleted: Some(Wait { typical_s: 60, deadline_s: 1800 }),
    };
    const FIXED: &[&str] = &[];

    links_and_settings!();
}
