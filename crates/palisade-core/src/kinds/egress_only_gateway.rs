//! An egress-only internet gateway: lets IPv6 out of a VPC, and nothing in that was not asked for.

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::Refused;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::{Claim, Live};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// An egress-only internet gateway. Nothing of it can change but its tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EgressOnlyGateway {
    /// The VPC that it is attached to; a VPC has at most one.
    pub vpc: Key,
}

/// The requests of an egress-only internet gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateEgressOnlyInternetGateway`, which attaches it too.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
    },
    /// `DeleteEgressOnlyInternetGateway`.
    Delete {
        /// The gateway.
        gateway: Handle,
    },
}

impl Resource for EgressOnlyGateway {
    const KIND: Kind = Kind::EgressOnlyGateway;
    const NAME: &'static str = "eigw";
    const ID_PREFIX: &'static str = "eigw";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        vec![&self.vpc]
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
    }

    fn diff(&self, live: &EgressOnlyGateway) -> Diff {
        Diff::default().replace("vpc", &live.vpc, &self.vpc)
    }

    fn clashes(&self, other: &EgressOnlyGateway) -> bool {
        self.vpc == other.vpc
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::whole(self.vpc.name.clone())]
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Create { stamp: scope.stamp(key), vpc: scope.id(&self.vpc) }]
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { gateway: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc } => {
                let vpc = live.key_of(vpc)?;
                live.create(stamp, EgressOnlyGateway { vpc })
            }
            Call::Delete { gateway } => live.delete(gateway),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { gateway } if live.is_gone(gateway))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateEgressOnlyInternetGateway",
            Call::Delete { .. } => "DeleteEgressOnlyInternetGateway",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc } => format!("{} of {vpc}", stamp.key),
            Call::Delete { gateway } => gateway.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, .. } => vec![vpc],
            Call::Delete { gateway } => vec![gateway],
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

    fn steers(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }
}
