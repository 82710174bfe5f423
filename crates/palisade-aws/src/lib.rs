//! AWS behind the [`Cloud`] port: one request per call, over the SDK for EC2, SageMaker, EFS, STS, Service
//! Quotas and the tagging API. Leases are behind a port of their own, over the SDK for Systems Manager.
//!
//! This is the only crate that may name `aws_*`. It makes no decision: which request to send was decided by the plan,
//! whether to send it again is decided by the engine. It never loops over a request that changes something, never
//! logs a body, and holds no state but its connections and a count of what it sent.
//!
//! Settings of the environment (credentials, profiles, SSO, assumed roles, web identity, `aws login`, proxies,
//! `AWS_ENDPOINT_URL*`) are `aws-config`'s to read, so that what works for the AWS CLI works here. Only the region is
//! not the environment's to say: the blueprint names it, as `--region` would.

mod answer;
mod association;
mod connect;
mod error;
mod facts;
mod interceptor;
mod kinds;
mod lease;
mod observe;
mod profile;
mod sagemaker;
mod strangers;
mod tags;
#[cfg(test)]
mod tests;
mod traffic;

use palisade_core::{Call, Cloud, CloudError, Known, Learned, Needs, Observed};

pub use connect::{Aws, Settings};
pub use lease::lease_statement;
pub use observe::Reading;

impl Cloud for Aws {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        observe::observe(self, needs).await
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        kinds::call(self, call, known).await
    }
}
