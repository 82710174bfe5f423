//! Leases, as parameters of Systems Manager: what every account has, with nothing to set up.
//!
//! `PutParameter` without `Overwrite` is the one request by which of several runs one comes first: the others get
//! `ParameterAlreadyExists`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_ssm::types::{Parameter, ParameterType};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use palisade_core::{CloudError, LeaseEntry, LeaseStore};

use crate::connect::Aws;
use crate::error::{reading, writing};

/// How many parameters a page has at most (SSM API reference, *GetParametersByPath*).
const PAGE: i32 = 10;
const LIST: &str = "ssm:GetParametersByPath";
const PUT: &str = "ssm:PutParameter";
const DELETE: &str = "ssm:DeleteParameters";

/// Returns the statement of an IAM policy that lets somebody take the leases of a blueprint.
pub fn lease_statement(region: &str, account: &str, blueprint: &str) -> String {
    let partition = match region {
        it if it.starts_with("cn-") => "aws-cn",
        it if it.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let resource = format!("arn:{partition}:ssm:{region}:{account}:parameter/palisade/{blueprint}/*");
    format!(r#"{{"Effect": "Allow", "Action": ["{LIST}", "{PUT}", "{DELETE}"], "Resource": "{resource}"}}"#)
}

impl LeaseStore for Aws {
    async fn list(&self, blueprint: &str) -> Result<Vec<LeaseEntry>, CloudError> {
        let (mut entries, mut token) = (Vec::new(), None);
        loop {
            let clock = Clock::default();
            let page = self.ssm_reads.get_parameters_by_path().path(folder(blueprint)).max_results(PAGE);
            let page = page.set_next_token(token).customize().interceptor(clock.clone());
            let page = page.send().await.map_err(reading(LIST))?;
            let now = clock.time();
            entries.extend(page.parameters().iter().filter_map(|it| entry(it, now)));
            token = page.next_token.filter(|it| !it.is_empty());
            if token.is_none() {
                return Ok(entries);
            }
        }
    }

    async fn create(&self, blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        self.put(blueprint, number, value, Overwrite::No).await
    }

    async fn overwrite(&self, blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        self.put(blueprint, number, value, Overwrite::Yes).await
    }

    async fn delete(&self, blueprint: &str, numbers: &[u64]) -> Result<(), CloudError> {
        let names = numbers.iter().map(|it| name(blueprint, *it)).collect();
        let request = self.ssm_writes.delete_parameters().set_names(Some(names));
        request.send().await.map(drop).map_err(writing(DELETE))
    }
}

/// Whether a parameter may be there already.
#[derive(Clone, Copy, Debug)]
enum Overwrite {
    Yes,
    No,
}

impl Aws {
    async fn put(
        &self,
        blueprint: &str,
        number: u64,
        value: &str,
        overwrite: Overwrite,
    ) -> Result<(), CloudError> {
        let request = self.ssm_writes.put_parameter().name(name(blueprint, number)).value(value);
        let request = request.r#type(ParameterType::String).overwrite(matches!(overwrite, Overwrite::Yes));
        request.send().await.map(drop).map_err(writing(PUT))
    }
}

fn folder(blueprint: &str) -> String {
    format!("/palisade/{blueprint}/lease")
}

fn name(blueprint: &str, number: u64) -> String {
    format!("{}/{number}", folder(blueprint))
}

/// What has no number is none of ours.
fn entry(parameter: &Parameter, now: DateTime) -> Option<LeaseEntry> {
    let number = parameter.name()?.rsplit('/').next()?.parse().ok()?;
    // Without a time it counts as written just now: it lives for longer rather than for less.
    let written = parameter.last_modified_date().map_or(now, |it| *it);
    let age_s = (now.as_secs_f64() - written.as_secs_f64()).max(0.0);
    let value = parameter.value().unwrap_or_default().to_owned();
    Some(LeaseEntry { number, value, age: Duration::from_secs_f64(age_s) })
}

/// Reads AWS's own clock off an answer: the age of a lease must not depend on what time this machine takes it to be.
#[derive(Clone, Debug, Default)]
struct Clock(Arc<Mutex<Option<DateTime>>>);

impl Clock {
    fn time(&self) -> DateTime {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.unwrap_or_else(|| DateTime::from(SystemTime::now()))
    }
}

#[dyn_dispatch_hint]
impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "palisade clock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|it| DateTime::from_str(it, Format::HttpDate).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
        Ok(())
    }
}
