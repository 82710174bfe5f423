//! A training job: a run, not a resource. It is made once, never changed and never deleted.

use serde::{Deserialize, Serialize};

use super::sagemaker::{self, Action, Api, Links, Workload, as_workload, links_and_settings};
use super::{Kind, Resource};
use crate::cloud::Refused;
use crate::document::Document;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;

/// A training job. One that has ended names nothing of the network any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TrainingJob {
    /// Where it runs; nothing once it has ended.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
}

/// Its requests.
pub type Call = sagemaker::Call<TrainingJob>;

impl Resource for TrainingJob {
    const KIND: Kind = Kind::TrainingJob;
    const NAME: &'static str = "training-job";
    const ID_PREFIX: &'static str = "arn";
    const IS_RUN: bool = true;
    const RUNS_AT_ONCE: bool = true;
    type Call = Call;

    as_workload!();

    /// Where it runs is no difference: the network may have changed after it ran.
    fn diff(&self, live: &TrainingJob) -> Diff {
        let links = live.links.clone();
        sagemaker::diff(live, &TrainingJob { links, settings: self.settings.clone() })
    }

    /// A run is never deleted; AWS keeps the record of it.
    fn remove(&self, _key: &Key, _scope: &Scope<'_>) -> Vec<Call> {
        Vec::new()
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        sagemaker::effect(call, live)?;
        // The cloud in memory runs a job to its end at once.
        match &call.action {
            Action::Create { stamp, .. } => live.edit(&Handle::new_id(&stamp.key), |it: &mut TrainingJob| {
                it.links = Links::default();
                Ok(())
            }),
            _ => Ok(()),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        sagemaker::is_done(call, live)
    }
}

impl Workload for TrainingJob {
    const API: Api = Api::immutable("CreateTrainingJob", "DescribeTrainingJob", "DeleteTrainingJob");
    const FIXED: &[&str] = &[];

    links_and_settings!();
}
