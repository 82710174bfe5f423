//! A cloud that changes nothing without a lease.

use std::sync::Arc;

use palisade_core::{Call, Cloud, CloudError, Known, Learned, LeaseStore, Needs, Observed};
use tokio::time::timeout;

use super::Lease;

/// A cloud whose changes are sent while the lease is held, and not otherwise. Without a lease it is as it was.
#[derive(Debug)]
pub struct Leased<C, S> {
    cloud: C,
    lease: Option<Arc<Lease<S>>>,
}

impl<C, S> Leased<C, S> {
    /// Returns the cloud behind a lease.
    pub fn new(cloud: C, lease: Option<Arc<Lease<S>>>) -> Leased<C, S> {
        Leased { cloud, lease }
    }
}

impl<C: Cloud, S: LeaseStore> Cloud for Leased<C, S> {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        self.cloud.observe(needs).await
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        let Some(lease) = self.lease.as_ref().filter(|_| !call.request().only_looks()) else {
            return self.cloud.call(call, known).await;
        };
        lease.may_send()?;
        // Whoever waits longer than that no longer knows whether it has the lease.
        let answer = timeout(lease.request_time(), self.cloud.call(call, known)).await;
        let late = |_| CloudError::Lost(format!("no answer within {} s", lease.request_time().as_secs_f32()));
        answer.map_err(late)?
    }
}
