//! What the AWS CLI prints, one module per topic: only the keys that decide about packets, all of them optional, since
//! somebody may have left out what they did not need.

pub(crate) mod acl;
pub(crate) mod gateways;
pub(crate) mod groups;
pub(crate) mod interfaces;
pub(crate) mod network;
pub(crate) mod routes;
pub(crate) mod transit;

use serde::Deserialize;

/// What has a state in a word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Status {
    /// Of most objects.
    pub(crate) state: Option<String>,
    /// Of a peering.
    pub(crate) code: Option<String>,
}
