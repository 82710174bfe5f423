//! Counts and logs every request that leaves: one event each, without its body and without anything secret.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// The count of what was sent, repetitions by the SDK included. Its clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    requests: Arc<AtomicU64>,
}

impl Meter {
    /// Returns how many requests were sent.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

/// When an attempt's request left.
#[derive(Clone, Copy, Debug)]
struct Sent(Instant);

impl Storable for Sent {
    type Storer = StoreReplace<Sent>;
}

#[dyn_dispatch_hint]
impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "palisade"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        config.interceptor_state().store_put(Sent(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Absent where the attempt ended before it was sent, for want of credentials.
        let Some(Sent(at)) = config.load::<Sent>().copied() else { return Ok(()) };
        config.interceptor_state().unset::<Sent>();
        let metadata = config.load::<Metadata>();
        let response = context.response();
        tracing::debug!(
            service = metadata.map(Metadata::service),
            operation = metadata.map(Metadata::name),
            attempt = config.load::<RequestAttempts>().map(RequestAttempts::attempts),
            duration_ms = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX),
            status = response.map(|it| it.status().as_u16()),
            request_id = response.and_then(|it| it.request_id()),
            "aws request"
        );
        Ok(())
    }
}
