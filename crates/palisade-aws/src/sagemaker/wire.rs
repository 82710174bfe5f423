//! One request with a body of ours, over the operation of the SDK, and its answer as it came.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_sagemaker::config::Builder;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use palisade_core::cloud::Reason;
use palisade_core::{CloudError, Refused};
use serde_json::{Map, Value};

use crate::error::{reading, writing};

/// The fields of a body.
pub(crate) type Fields = Map<String, Value>;

/// The SDK's clients.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// For what can be sent again: the SDK repeats it.
    reads: aws_sdk_sagemaker::Client,
    /// For what changes something: sent once. SageMaker knows no repeated request.
    writes: aws_sdk_sagemaker::Client,
}

impl Client {
    /// Returns the clients that `config` leads to.
    pub(crate) fn new(config: Builder) -> Client {
        let writes = config.clone().retry_config(RetryConfig::disabled());
        Client {
            reads: aws_sdk_sagemaker::Client::from_conf(config.build()),
            writes: aws_sdk_sagemaker::Client::from_conf(writes.build()),
        }
    }
}

/// What is sent in place of what the SDK would send, and what came back.
#[derive(Clone, Debug)]
struct Exchange {
    body: Arc<str>,
    answer: Arc<Mutex<Option<Fields>>>,
}

impl Exchange {
    fn new(body: Fields) -> Exchange {
        Exchange { body: Value::Object(body).to_string().into(), answer: Arc::default() }
    }

    /// Returns the last answer that is no error, also one that the types of the SDK have no room for.
    fn answer(&self) -> Option<Fields> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Exchange {
    fn name(&self) -> &'static str {
        "palisade body"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.headers_mut().try_insert("content-length", self.body.len().to_string())?;
        *request.body_mut() = SdkBody::from(&*self.body);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let body = response.body().bytes().filter(|_| response.status().is_success());
        let fields = body.and_then(|it| match it {
            [] => Some(Fields::new()),
            it => serde_json::from_slice(it).ok(),
        });
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = fields;
        Ok(())
    }
}

macro_rules! operations {
    ($($name:literal $client:ident $effect:ident $operation:ident),* $(,)?) => {
        /// Sends `body` as a request for `operation` and returns the body of the answer.
        pub(crate) async fn ask(
            client: &Client,
            operation: &str,
            body: Fields,
        ) -> Result<Fields, CloudError> {
            let exchange = Exchange::new(body);
            let outcome = match operation {
                $($name => {
                    let request = client.$client.$operation().customize().interceptor(exchange.clone());
                    request.send().await.map(drop).map_err($effect(concat!("sagemaker:", $name)))
                })*
                other => {
                    let message = format!("`{other}` is not spoken: this is a bug in palisade");
                    return Err(CloudError::Unusable(message));
                }
            };
            match exchange.answer() {
                Some(answer) => Ok(answer),
                None => outcome.map(|()| Fields::new()),
            }
        }

        #[cfg(test)]
        pub(crate) const OPERATIONS: &[&str] = &[$($name),*];
    };
}

operations! {
    "AddTags" writes writing add_tags,
    "CreateDomain" writes writing create_domain,
    "CreateEndpoint" writes writing create_endpoint,
    "CreateEndpointConfig" writes writing create_endpoint_config,
    "CreateModel" writes writing create_model,
    "CreateNotebookInstance" writes writing create_notebook_instance,
    "CreateProcessingJob" writes writing create_processing_job,
    "CreateTrainingJob" writes writing create_training_job,
    "CreateUserProfile" writes writing create_user_profile,
    "DeleteApp" writes writing delete_app,
    "DeleteDomain" writes writing delete_domain,
    "DeleteEndpoint" writes writing delete_endpoint,
    "DeleteEndpointConfig" writes writing delete_endpoint_config,
    "DeleteModel" writes writing delete_model,
    "DeleteNotebookInstance" writes writing delete_notebook_instance,
    "DeleteSpace" writes writing delete_space,
    "DeleteTags" writes writing delete_tags,
    "DeleteUserProfile" writes writing delete_user_profile,
    "DescribeApp" reads reading describe_app,
    "DescribeDomain" reads reading describe_domain,
    "DescribeEndpoint" reads reading describe_endpoint,
    "DescribeEndpointConfig" reads reading describe_endpoint_config,
    "DescribeModel" reads reading describe_model,
    "DescribeNotebookInstance" reads reading describe_notebook_instance,
    "DescribeProcessingJob" reads reading describe_processing_job,
    "DescribeSpace" reads reading describe_space,
    "DescribeTrainingJob" reads reading describe_training_job,
    "DescribeUserProfile" reads reading describe_user_profile,
    "ListApps" reads reading list_apps,
    "ListDomains" reads reading list_domains,
    "ListSpaces" reads reading list_spaces,
    "ListTags" reads reading list_tags,
    "ListUserProfiles" reads reading list_user_profiles,
    "StartNotebookInstance" writes writing start_notebook_instance,
    "StopNotebookInstance" writes writing stop_notebook_instance,
    "UpdateDomain" writes writing update_domain,
    "UpdateEndpoint" writes writing update_endpoint,
    "UpdateNotebookInstance" writes writing update_notebook_instance,
    "UpdateUserProfile" writes writing update_user_profile,
}

/// Asks for a list page by page; `list` is the field of the answer that holds it.
pub(crate) async fn pages(
    client: &Client,
    operation: &str,
    mut body: Fields,
    list: &str,
) -> Result<Vec<Fields>, CloudError> {
    let mut found = Vec::new();
    loop {
        let mut answer = ask(client, operation, body.clone()).await?;
        if let Some(Value::Array(items)) = answer.remove(list) {
            found.extend(items.into_iter().filter_map(|it| match it {
                Value::Object(fields) => Some(fields),
                _ => None,
            }));
        }
        let next = answer.remove(NEXT_TOKEN).filter(|it| it.as_str().is_some_and(|it| !it.is_empty()));
        match next {
            // The same token again would go round forever.
            Some(next) if body.get(NEXT_TOKEN) != Some(&next) => body.insert(NEXT_TOKEN.to_owned(), next),
            _ => return Ok(found),
        };
    }
}

/// Returns what was looked at; what does not exist, or cannot be seen yet, is none.
pub(crate) fn if_found(seen: Result<Fields, CloudError>) -> Result<Option<Fields>, CloudError> {
    match seen {
        Ok(seen) => Ok(Some(seen)),
        Err(CloudError::Refused(Refused { reason: Reason::NotFound, .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the fields of what was written as an object.
pub(crate) fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

const NEXT_TOKEN: &str = "NextToken";

/// Returns a field that holds text, unless it is empty.
pub(crate) fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str().filter(|it| !it.is_empty())
}
