//! The connection: what the environment says, with palisade's own retries, deadlines and region.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::provider_config::ProviderConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_ec2::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use palisade_core::{CloudError, Stamp};

use crate::interceptor::Meter;
use crate::observe::Reading;
use crate::profile::OfProfile;
use crate::sagemaker;

/// How to connect, beyond what the environment says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The blueprint's region. It wins over the environment's and the profile's, as the AWS CLI's `--region` does.
    pub region: String,
    /// The profile to use instead of the environment's. It wins over credentials in the environment too, as the AWS
    /// CLI's `--profile` does.
    pub profile: Option<String>,
    /// What tells this run from every other: a create request that is repeated within the run makes nothing twice.
    pub run_id: String,
}

/// AWS in one account and region.
#[derive(Debug)]
pub struct Aws {
    /// For what can be sent again: the SDK repeats it.
    pub(crate) reads: aws_sdk_ec2::Client,
    /// For what changes something: sent once, since a lost create must not be repeated blindly.
    pub(crate) writes: aws_sdk_ec2::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) sagemaker: sagemaker::Client,
    /// Finds what SageMaker has by its tags, which SageMaker itself cannot.
    pub(crate) tagging: aws_sdk_resourcegroupstagging::Client,
    pub(crate) efs_reads: aws_sdk_efs::Client,
    pub(crate) efs_writes: aws_sdk_efs::Client,
    /// For what a plan can do without: asked once, and not for long.
    pub(crate) quotas: aws_sdk_servicequotas::Client,
    pub(crate) ssm_reads: aws_sdk_ssm::Client,
    pub(crate) ssm_writes: aws_sdk_ssm::Client,
    pub(crate) region: String,
    run_id: String,
    meter: Meter,
    last_reading: Mutex<Reading>,
}

impl Aws {
    /// Reads the environment and the shared configuration files; sends nothing.
    ///
    /// Credentials are looked for when the first request needs them.
    pub async fn connect(settings: Settings) -> Result<Aws, CloudError> {
        let name = concat!("palisade-", env!("CARGO_PKG_VERSION"));
        let name = AppName::new(name).map_err(|err| CloudError::Unusable(err.to_string()))?;
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_attempt_timeout(Duration::from_secs(30))
            .operation_timeout(Duration::from_secs(60))
            .build();
        let (version, region) = (BehaviorVersion::v2026_01_12(), Region::new(settings.region.clone()));
        let http = http_client();
        let mut loader = aws_config::defaults(version)
            .region(region.clone())
            .app_name(name)
            .timeout_config(timeouts.clone())
            .retry_config(repeated_readings())
            .http_client(http.clone());
        if let Some(profile) = &settings.profile {
            let config = ProviderConfig::without_region()
                .with_behavior_version(Some(version))
                .with_region(Some(region))
                .with_retry_config(repeated_readings())
                .with_timeout_config(timeouts)
                .with_http_client(http);
            loader = loader.profile_name(profile).credentials_provider(OfProfile::new(profile, &config));
        }
        Ok(Aws::over(&loader.load().await, settings))
    }

    /// Connects to an emulator, which takes the access key for the account's number; the environment has no say.
    ///
    /// For tests that run side by side in one process, each in an account of its own.
    pub async fn on_emulator(endpoint: &str, account: &str, settings: Settings) -> Aws {
        let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(Region::new(settings.region.clone()))
            .endpoint_url(endpoint)
            .retry_config(repeated_readings())
            .credentials_provider(Credentials::new(account, "dummy", None, None, "emulator"));
        Aws::over(&loader.load().await, settings)
    }

    /// Returns the cloud that `config` leads to.
    pub(crate) fn over(config: &SdkConfig, settings: Settings) -> Aws {
        let meter = Meter::default();
        let reads = aws_sdk_ec2::config::Builder::from(config)
            .interceptor(meter.clone())
            .retry_partition(unrationed());
        let writes = reads.clone().retry_config(RetryConfig::disabled());
        let sts = aws_sdk_sts::config::Builder::from(config)
            .interceptor(meter.clone())
            .retry_partition(unrationed());
        let sagemaker = aws_sdk_sagemaker::config::Builder::from(config)
            .interceptor(meter.clone())
            .retry_partition(unrationed());
        let tagging = aws_sdk_resourcegroupstagging::config::Builder::from(config)
            .interceptor(meter.clone())
            .retry_partition(unrationed());
        let efs_reads = aws_sdk_efs::config::Builder::from(config)
            .interceptor(meter.clone())
            .retry_partition(unrationed());
        let efs_writes = efs_reads.clone().retry_config(RetryConfig::disabled());
        let ssm_reads = aws_sdk_ssm::config::Builder::from(config).interceptor(meter.clone());
        let ssm_writes = ssm_reads.clone().retry_config(RetryConfig::disabled());
        let patience = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(10))
            .build();
        let quotas = aws_sdk_servicequotas::config::Builder::from(config).interceptor(meter.clone());
        let quotas = quotas.retry_config(RetryConfig::disabled()).timeout_config(patience);
        let Settings { region, run_id, profile: _ } = settings;
        Aws {
            reads: aws_sdk_ec2::Client::from_conf(reads.build()),
            writes: aws_sdk_ec2::Client::from_conf(writes.build()),
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            sagemaker: sagemaker::Client::new(sagemaker),
            tagging: aws_sdk_resourcegroupstagging::Client::from_conf(tagging.build()),
            efs_reads: aws_sdk_efs::Client::from_conf(efs_reads.build()),
            efs_writes: aws_sdk_efs::Client::from_conf(efs_writes.build()),
            quotas: aws_sdk_servicequotas::Client::from_conf(quotas.build()),
            ssm_reads: aws_sdk_ssm::Client::from_conf(ssm_reads.build()),
            ssm_writes: aws_sdk_ssm::Client::from_conf(ssm_writes.build()),
            region,
            run_id,
            meter,
            last_reading: Mutex::default(),
        }
    }

    /// Returns how many requests were sent so far, repetitions by the SDK included.
    pub fn requests_sent(&self) -> u64 {
        self.meter.requests()
    }

    /// Returns what the last finished [`palisade_core::Cloud::observe`] took.
    pub fn last_reading(&self) -> Reading {
        *self.last_reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_last_reading(&self, reading: Reading) {
        *self.last_reading.lock().unwrap_or_else(PoisonError::into_inner) = reading;
    }

    /// Returns the token by which AWS knows a repeated create request; at most 64 characters are allowed.
    pub(crate) fn client_token(&self, stamp: &Stamp) -> String {
        let hash = |half: u8| {
            let mut hasher = DefaultHasher::new();
            (half, &self.run_id, &stamp.key, stamp.generation).hash(&mut hasher);
            hasher.finish()
        };
        format!("palisade-{:016x}{:016x}", hash(0), hash(1))
    }
}

/// How often the SDK sends a reading again that was throttled, failed or lost: a plan needs some thirty of them, so that
/// three attempts each, the usual number, fail most plans where half of the requests do.
fn repeated_readings() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(12)
        .with_initial_backoff(Duration::from_millis(250))
        .with_max_backoff(Duration::from_secs(2))
}

/// Repetitions without the ration that all clients of a process share: it is used up by the first reading of a bad day,
/// and from then on one request that fails, of thirty, fails all of them. The engine has limits of its own.
fn unrationed() -> RetryPartition {
    RetryPartition::custom("palisade").token_bucket(TokenBucket::unlimited()).build()
}

/// The SDK's default client, made once: each SDK client would else parse the root certificates and hold its own
/// connections.
fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}

#[cfg(test)]
mod tests {
    use palisade_core::{Key, Kind, Tags};

    use super::*;

    fn token(run_id: &str, name: &str, generation: u32) -> String {
        let settings = Settings { region: "eu-west-1".to_owned(), profile: None, run_id: run_id.to_owned() };
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12()).build();
        let aws = Aws::over(&config, settings);
        aws.client_token(&Stamp::new(&Key::new(Kind::NatGateway, name), generation, &Tags::new()))
    }

    #[test]
    fn a_token_is_of_one_run_key_and_generation() {
        let token_of_a = token("run-1", "a", 1);
        assert_eq!(token_of_a, token("run-1", "a", 1));
        for other in [token("run-2", "a", 1), token("run-1", "b", 1), token("run-1", "a", 2)] {
            assert_ne!(token_of_a, other);
        }
        assert!(token_of_a.is_ascii() && token_of_a.len() <= 64);
    }
}
