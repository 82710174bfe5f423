//! A user profile: a person's place in a domain.

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
use crate::tags::Tags;

/// A user profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct UserProfile {
    /// Its domain, and the groups of its apps beside the domain's.
    pub links: Links<Key>,
    /// The API's other fields.
    pub settings: Document,
}

/// Its requests.
pub type Call = sagemaker::Call<UserProfile>;

impl Resource for UserProfile {
    const KIND: Kind = Kind::UserProfile;
    const NAME: &'static str = "user-profile";
    const ID_PREFIX: &'static str = "arn";
    const HOLDS_DATA: bool = true;
    type Call = Call;

    as_workload!();

    fn diff(&self, live: &UserProfile) -> Diff {
        sagemaker::diff(live, self)
    }

    fn wire(&self, live: &UserProfile, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        sagemaker::update(self, live, key, scope)
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        sagemaker::remove(Document::default(), key, scope)
    }

    /// People make profiles of their own in our domain.
    fn derived_from(&self, _tags: &Tags) -> Option<Key> {
        self.links.domain.clone()
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        sagemaker::effect(call, live)
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        sagemaker::is_done(call, live)
    }
}

impl Workload for UserProfile {
    const API: Api = Api {
        create: "CreateUserProfile",
        describe: "DescribeUserProfile",
        update: Some("UpdateUserProfile"),
        start: None,
        stop: None,
        delete: "DeleteUserProfile",
        made: Some(Wait { typical_s: 20, deadline_s: 600 }),
        deleted: Some(Wait { typical_s: 20, deadline_s: 600 }),
    };
    const FIXED: &[&str] = &["SingleSignOnUserIdentifier", "SingleSignOnUserValue"];

    links_and_settings!();
}
