//! Credentials of a profile that somebody named: of that one, whatever else the environment offers.

use std::error::Error;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};

/// The credentials of one profile, and of nothing else: the default chain would take those of the environment first,
/// and the AWS CLI's `--profile` does not.
#[derive(Debug)]
pub(crate) struct OfProfile {
    name: String,
    inner: ProfileFileCredentialsProvider,
}

/// The profile is not there, or says nothing about credentials.
#[derive(Debug)]
pub(crate) struct NoProfile {
    name: String,
    reason: Option<String>,
}

impl OfProfile {
    /// Reads nothing yet.
    pub(crate) fn new(name: &str, config: &ProviderConfig) -> OfProfile {
        let inner = ProfileFileCredentialsProvider::builder().configure(config).profile_name(name).build();
        OfProfile { name: name.to_owned(), inner }
    }
}

impl ProvideCredentials for OfProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.inner.provide_credentials().await.map_err(|err| match err {
                CredentialsError::CredentialsNotLoaded(_) => {
                    let reason = err.source().map(ToString::to_string);
                    CredentialsError::not_loaded(NoProfile { name: self.name.clone(), reason })
                }
                other => other,
            })
        })
    }
}

impl std::fmt::Display for NoProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the profile `{}` does not exist or has no credentials", self.name)?;
        if let Some(reason) = &self.reason {
            write!(f, " ({reason})")?;
        }
        f.write_str(
            "; profiles are looked for in `~/.aws/config` and `~/.aws/credentials`, or where `AWS_CONFIG_FILE` and \
             `AWS_SHARED_CREDENTIALS_FILE` say",
        )
    }
}

impl Error for NoProfile {}
