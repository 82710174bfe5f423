//! Which cloud a command talks to: AWS, or the one in a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use palisade_aws::{Aws, Settings};
use palisade_core::{Call, Cloud, CloudError, Known, Learned, Needs, Observed};

use palisade_engine::Pace;

use crate::commands::Format;
use crate::error::{CommandError, unreadable};
use crate::journal::RunId;
use crate::lease::LeaseArgs;
use crate::sandbox::Sandbox;
use crate::settings;

/// Whether a command only looks, or may change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It looks.
    Read,
    /// It may change something.
    Write {
        /// How others are kept away meanwhile.
        lease: LeaseArgs,
        /// For whom it is told who is in the way.
        format: Format,
    },
}

/// Where to connect to, as the command line and the environment say.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// AWS.
    Aws {
        /// The profile, in front of what the AWS SDK finds.
        profile: Option<String>,
        /// Whether to send requests no faster than AWS takes them.
        pacing: Pacing,
    },
    /// A file.
    Sandbox {
        /// The file.
        path: PathBuf,
        /// How long each request takes.
        latency: Duration,
    },
}

/// Whether to send requests no faster than AWS documents that it takes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pacing {
    /// To AWS itself, and not to another endpoint that stands for it.
    #[default]
    Auto,
    /// To whatever endpoint.
    On,
    /// As fast as they come.
    Off,
}

/// A cloud.
#[derive(Debug)]
pub(crate) enum AnyCloud {
    /// AWS.
    Aws(Arc<Aws>),
    /// A file.
    Sandbox(Box<Sandbox>),
}

impl Place {
    /// Connects. A sandbox that does not exist yet is as `fresh` has it.
    pub(crate) async fn connect(
        &self,
        access: Access,
        run: &RunId,
        fresh: Observed,
    ) -> Result<AnyCloud, CommandError> {
        match self {
            Place::Sandbox { path, latency } => {
                Ok(AnyCloud::Sandbox(Box::new(Sandbox::open(path, access, *latency, fresh)?)))
            }
            Place::Aws { profile, .. } => {
                let run_id = run.to_string();
                tracing::info!(run_id, region = fresh.region, "connecting to AWS");
                let settings = Settings { region: fresh.region, profile: profile.clone(), run_id };
                Ok(AnyCloud::Aws(Arc::new(Aws::connect(settings).await.map_err(unreadable)?)))
            }
        }
    }
}

impl Place {
    /// Returns how fast requests may be sent there.
    pub(crate) fn pace(&self) -> Pace {
        match self {
            Place::Sandbox { .. } | Place::Aws { pacing: Pacing::Off, .. } => Pace::Unpaced,
            Place::Aws { pacing: Pacing::On, .. } => Pace::Documented,
            Place::Aws { pacing: Pacing::Auto, .. } => match settings::aws_endpoint() {
                Some(_) => Pace::Unpaced,
                None => Pace::Documented,
            },
        }
    }
}

impl AnyCloud {
    /// Returns how to get to another account.
    pub(crate) fn other_account(&self) -> &'static str {
        match self {
            AnyCloud::Aws(_) => "use credentials of the right account: `--profile NAME` or `AWS_PROFILE`",
            AnyCloud::Sandbox(_) => {
                "use another sandbox: a file that does not exist yet begins as the right account"
            }
        }
    }

    /// Returns what else helps where something of others is not in the account.
    pub(crate) fn more_in_account(&self) -> Option<&'static str> {
        match self {
            AnyCloud::Sandbox(sandbox) if !sandbox.is_complete() => {
                Some("a sandbox has what was named when its file was new: begin another one to name more")
            }
            AnyCloud::Aws(_) | AnyCloud::Sandbox(_) => None,
        }
    }

    /// Returns the file of a sandbox that somebody has changed by hand.
    pub(crate) fn changed_by_hand(&self) -> Option<&Path> {
        match self {
            AnyCloud::Aws(_) => None,
            AnyCloud::Sandbox(sandbox) => sandbox.changed_by_hand(),
        }
    }

    /// Returns how many requests the last reading took, and in how many waves; nothing if nobody counted.
    pub(crate) fn last_reading(&self) -> Option<(usize, usize)> {
        match self {
            AnyCloud::Aws(aws) => {
                let reading = aws.last_reading();
                Some((usize::try_from(reading.requests).ok()?, usize::try_from(reading.waves).ok()?))
            }
            AnyCloud::Sandbox(_) => None,
        }
    }
}

impl Cloud for AnyCloud {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        match self {
            AnyCloud::Aws(aws) => aws.observe(needs).await,
            AnyCloud::Sandbox(sandbox) => sandbox.observe(needs).await,
        }
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        match self {
            AnyCloud::Aws(aws) => aws.call(call, known).await,
            AnyCloud::Sandbox(sandbox) => sandbox.call(call, known).await,
        }
    }
}
