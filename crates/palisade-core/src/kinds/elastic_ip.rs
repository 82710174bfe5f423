//! An elastic IP: a public IPv4 address that stays ours until it is released, and then is gone for good.

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::Refused;
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// An elastic IP; nothing of it can be chosen but its tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ElasticIp {}

/// The requests of an elastic IP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `AllocateAddress`, in the VPC domain.
    Allocate {
        /// Who it is for.
        stamp: Stamp,
    },
    /// `ReleaseAddress`.
    Release {
        /// The allocation.
        address: Handle,
    },
}

impl Resource for ElasticIp {
    const KIND: Kind = Kind::ElasticIp;
    const NAME: &'static str = "eip";
    const ID_PREFIX: &'static str = "eipalloc";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        Vec::new()
    }

    fn map_keys(&mut self, _rename: &mut dyn FnMut(&mut Key)) {}

    fn diff(&self, _live: &ElasticIp) -> Diff {
        Diff::default()
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Allocate { stamp: scope.stamp(key) }]
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Release { address: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Allocate { stamp } => {
                live.create(stamp, ElasticIp {})?;
                live.mint_part(&stamp.key, Part::PublicIp, "public-ip");
                Ok(())
            }
            Call::Release { address } => live.delete(address),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Release { address } if live.is_gone(address))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Allocate { .. } => "AllocateAddress",
            Call::Release { .. } => "ReleaseAddress",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Allocate { stamp } => stamp.key.to_string(),
            Call::Release { address } => address.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Allocate { .. } => Vec::new(),
            Call::Release { address } => vec![address],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Allocate { stamp } => Some(stamp),
            Call::Release { .. } => None,
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Release { .. })
    }
}
