//! Reading an account: two waves of parallel, paginated requests, filtered wherever AWS can; the second only where
//! there is something to look into.
//!
//! What marks of SageMaker name, in the VPC and outside, is looked at in a wave more; so is who has a name that is wanted.
//!
//! What belongs to no VPC is found by our tag, what is in a VPC by the VPC's id, so that strangers, defaults and drift
//! are seen too. Requests grow with kinds, VPCs, prefix lists and pages, never with what is in them, but for SageMaker,
//! which describes one object at a time.

use std::future::Future;
use std::sync::Arc;

use palisade_core::{CloudError, Facts, Needs, Observed};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::connect::Aws;
use crate::facts;

mod first;
mod gateways;
mod live;
mod marks;
mod names;
mod quotas;
mod second;
mod workloads;

use first::First;
use second::Second;
use workloads::Workloads;

/// What one reading of the account took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many rounds of requests waited for each other.
    pub waves: u32,
    /// How many requests were sent meanwhile.
    pub requests: u64,
}

/// Reads what a blueprint needs to know.
pub(crate) async fn observe(aws: &Aws, needs: &Needs) -> Result<Observed, CloudError> {
    let sent_before = aws.requests_sent();
    let first = First::read(aws, needs).await?;
    let (second, workloads) =
        tokio::join!(Second::read(aws, needs, &first), Workloads::read(aws, needs, &first));
    let (second, mut workloads) = (second?, workloads?);
    let rounds = workloads.rounds.max(u32::from(second.is_some()));
    let second = second.unwrap_or_default();
    let waves = 1 + rounds + marks::read(aws, &second, &mut workloads).await?;
    aws.set_last_reading(Reading { waves, requests: aws.requests_sent() - sent_before });

    let live = live::assemble(needs, &aws.region, live::Seen { first: &first, second: &second, workloads })?;
    let prefix_lists = facts::prefix_lists(needs, &first.lists, &second.entries);
    let First { account, zones, gateways_of_others: gateways, groups_of_others: groups, quotas, .. } = first;
    let facts = Facts { zones, prefix_lists, gateways, groups, quotas };
    Ok(Observed { account, region: aws.region.clone(), live, facts })
}

/// Makes requests at the same time; all of them are dropped when one fails.
async fn together<T: Send + 'static>(
    requests: Vec<impl Future<Output = Result<T, CloudError>> + Send + 'static>,
) -> Result<Vec<T>, CloudError> {
    let requests: JoinSet<_> = requests.into_iter().collect();
    requests.join_all().await.into_iter().collect()
}

/// How many requests of one sort SageMaker gets at once: it takes few.
const AT_ONCE: usize = 5;

/// Makes requests, a few at the same time; all of them are dropped when one fails.
async fn few_together<T: Send + 'static>(
    requests: Vec<impl Future<Output = Result<T, CloudError>> + Send + 'static>,
) -> Result<Vec<T>, CloudError> {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let requests = requests.into_iter().map(|request| {
        let permits = permits.clone();
        async move {
            let _permit = permits.acquire().await.expect("nobody closes it");
            request.await
        }
    });
    together(requests.collect()).await
}

/// Asks with a filter for some ids, unless there are none: AWS takes an empty filter for a mistake.
async fn if_any<'a, T, I, R>(ids: I, read: impl FnOnce(Vec<String>) -> R) -> Result<Vec<T>, CloudError>
where
    I: IntoIterator<Item = &'a String>,
    R: Future<Output = Result<Vec<T>, CloudError>>,
{
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    if ids.is_empty() { Ok(Vec::new()) } else { read(ids).await }
}
