//! A flow log: a record of the packets that the interfaces of a VPC accepted and rejected.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::{Claim, Live};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// A flow log of a VPC. Nothing of it can change but its tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FlowLog {
    /// The VPC.
    pub vpc: Key,
    /// Where the records go.
    pub destination: Destination,
    /// Which packets are recorded.
    pub recorded: Recorded,
    /// Over how many seconds packets of one flow become one record: 60 or 600.
    pub interval_s: u32,
}

/// Where the records of a flow log go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// A bucket.
    Bucket {
        /// The bucket's ARN, with the prefix behind a slash.
        arn: String,
    },
    /// A log group of CloudWatch Logs.
    LogGroup {
        /// Its name.
        name: String,
        /// The ARN of the role that may write to it.
        role: String,
    },
}

/// Which packets a flow log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recorded {
    /// Accepted and rejected ones.
    All,
    /// Accepted ones.
    Accept,
    /// Rejected ones.
    Reject,
}

impl Recorded {
    /// Returns the word of the blueprint; AWS writes it in capitals.
    pub fn as_str(self) -> &'static str {
        match self {
            Recorded::All => "all",
            Recorded::Accept => "accept",
            Recorded::Reject => "reject",
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Bucket { arn } => f.write_str(arn),
            Destination::LogGroup { name, .. } => write!(f, "log-group:{name}"),
        }
    }
}

/// The requests of a flow log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateFlowLogs`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
        /// Where the records go.
        destination: Destination,
        /// Which packets are recorded.
        recorded: Recorded,
        /// Over how many seconds.
        interval_s: u32,
    },
    /// `DeleteFlowLogs`; what has been recorded stays.
    Delete {
        /// The flow log.
        log: Handle,
    },
}

impl Resource for FlowLog {
    const KIND: Kind = Kind::FlowLog;
    const NAME: &'static str = "flow-log";
    const ID_PREFIX: &'static str = "fl";
    const GOES_ALONG: bool = true;
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        vec![&self.vpc]
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
    }

    fn diff(&self, live: &FlowLog) -> Diff {
        let role = |it: &FlowLog| match &it.destination {
            Destination::LogGroup { role, .. } => role.clone(),
            Destination::Bucket { .. } => "none".to_owned(),
        };
        Diff::default()
            .replace("vpc", &live.vpc, &self.vpc)
            .replace("to", &live.destination.to_string(), &self.destination.to_string())
            .replace("role", &role(live), &role(self))
            .replace("traffic", &live.recorded.as_str(), &self.recorded.as_str())
            .replace("interval", &live.interval_s, &self.interval_s)
    }

    /// AWS refuses a second one that says the same (EC2 API reference, `FlowLogAlreadyExists`).
    fn clashes(&self, other: &FlowLog) -> bool {
        self == other
    }

    /// `FlowLogAlreadyExists` (EC2 API reference, "Error codes").
    fn refusal(&self) -> Reason {
        Reason::Exists
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::whole(format!("{} to {}", self.vpc.name, self.destination))]
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let FlowLog { vpc, destination, recorded, interval_s } = self.clone();
        vec![Call::Create { stamp: scope.stamp(key), vpc: scope.id(&vpc), destination, recorded, interval_s }]
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { log: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc, destination, recorded, interval_s } => {
                let (vpc, destination) = (live.key_of(vpc)?, destination.clone());
                live.create(stamp, FlowLog { vpc, destination, recorded: *recorded, interval_s: *interval_s })
            }
            Call::Delete { log } => live.delete(log),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { log } if live.is_gone(log))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateFlowLogs",
            Call::Delete { .. } => "DeleteFlowLogs",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc, destination, recorded, interval_s } => {
                let what = recorded.as_str();
                format!("{} of {vpc} to {destination}: {what} traffic, every {interval_s} s", stamp.key)
            }
            Call::Delete { log } => log.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, .. } => vec![vpc],
            Call::Delete { log } => vec![log],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            Call::Delete { .. } => None,
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }
}
