//! An endpoint configuration: which models an endpoint serves, on what.

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

/// An endpoint configuration. Nothing of it can change but its tags: an endpoint goes over to another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EndpointConfig {
    /// The models of its variants, and where it runs if that is not for the models to say.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
}

/// Its requests.
pub type Call = sagemaker::Call<EndpointConfig>;

impl Resource for EndpointConfig {
    const KIND: Kind = Kind::EndpointConfig;
    const NAME: &'static str = "endpoint-config";
    const ID_PREFIX: &'static str = "arn";
    type Call = Call;

    as_workload!();

    fn diff(&self, live: &EndpointConfig) -> Diff {
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

impl Workload for EndpointConfig {
    const API: Api = Api::immutable("CreateEndpointConfig", "DescribeEndpointConfig", "DeleteEndpointConfig");
    const FIXED: &[&str] = &["*"];

    links_and_settings!();
}
