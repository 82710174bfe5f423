//! What the account's own quotas are. A blueprint says what it takes them for, so one that cannot be read ends nothing:
//! credentials may lack the action, a private network the endpoint, and an emulator the service.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_servicequotas::types::ServiceQuota;
use palisade_core::{CloudError, Needs, Quota};

use crate::connect::Aws;
use crate::error::reading;

/// How many quotas come in one answer: as many as AWS allows.
const PAGE: i32 = 100;

/// Returns those that could be read: of each service in which any is asked for, with one request and its pages.
pub(super) async fn read(aws: &Aws, needs: &Needs) -> BTreeMap<Quota, u64> {
    let asked = |service: &str| needs.quotas.iter().copied().filter(|it| it.service() == service).collect();
    let (vpc, ec2) = tokio::join!(of_service(aws, "vpc", asked("vpc")), of_service(aws, "ec2", asked("ec2")));
    vpc.into_iter().chain(ec2).collect()
}

async fn of_service(aws: &Aws, service: &'static str, asked: BTreeSet<Quota>) -> BTreeMap<Quota, u64> {
    if asked.is_empty() {
        return BTreeMap::new();
    }
    let listed = list(aws, service).await.unwrap_or_else(|error| {
        tracing::warn!(service, %error, "the account's quotas could not be read");
        Vec::new()
    });
    let own = |quota: Quota| {
        let listed = listed.iter().find(|it| it.quota_code() == Some(quota.code()))?;
        Some((quota, whole(listed.value()?)?))
    };
    asked.into_iter().filter_map(own).collect()
}

async fn list(aws: &Aws, service: &str) -> Result<Vec<ServiceQuota>, CloudError> {
    let pages = aws.quotas.list_service_quotas().service_code(service).into_paginator().page_size(PAGE);
    let quotas = pages.items().send().collect::<Result<Vec<_>, _>>().await;
    quotas.map_err(reading("servicequotas:ListServiceQuotas"))
}

/// Quotas are fractions to AWS; a count is none.
fn whole(value: f64) -> Option<u64> {
    let is_count = value.fract() == 0.0 && (0.0..1e9).contains(&value);
    is_count.then_some(value as u64)
}
