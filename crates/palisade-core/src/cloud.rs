//! The port to a cloud. `palisade-aws` implements it over the SDK, [`crate::Memory`] in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::handle::{Known, Learned};
use crate::key::Key;
use crate::kinds::Call;
use crate::live::Live;
use crate::moves::Moves;
use crate::quota::Quota;

/// Where requests go. An implementation makes one request per call and decides nothing.
pub trait Cloud: Send + Sync + 'static {
    /// Reads what is there: in a number of requests that grows with kinds and pages, never with resources.
    fn observe(&self, needs: &Needs) -> impl Future<Output = Result<Observed, CloudError>> + Send;

    /// Makes the one request that `call` describes and answers with the identifiers it taught.
    ///
    /// A wait (`Await…`) is one look: [`CloudError::Transient`] means "not yet".
    fn call(&self, call: &Call, known: &Known) -> impl Future<Output = Result<Learned, CloudError>> + Send;
}

impl<C: Cloud> Cloud for std::sync::Arc<C> {
    fn observe(&self, needs: &Needs) -> impl Future<Output = Result<Observed, CloudError>> + Send {
        C::observe(self, needs)
    }

    fn call(&self, call: &Call, known: &Known) -> impl Future<Output = Result<Learned, CloudError>> + Send {
        C::call(self, call, known)
    }
}

/// What a blueprint needs to know of the account, beside its own objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// The blueprint whose objects to read.
    pub blueprint: String,
    /// Its renames.
    #[serde(default)]
    pub moves: Moves,
    /// The ids of VPCs that are there already, to read what is in them.
    #[serde(default)]
    pub vpcs: BTreeSet<String>,
    /// The ids of elastic IPs that are there already.
    #[serde(default)]
    pub addresses: BTreeSet<String>,
    /// Prefix lists that are there already, by name for AWS's own (`com.amazonaws.eu-west-1.s3`), by id for others.
    pub prefix_lists: BTreeSet<String>,
    /// Those of them whose CIDRs are needed too; one more request each.
    pub prefix_list_entries: BTreeSet<String>,
    /// Gateways that are there already and that routes lead to, by their ids: `tgw-`, `pcx-`, `vgw-`, `vpce-`, `eni-`.
    #[serde(default)]
    pub gateways: BTreeSet<String>,
    /// Security groups that are there already and that rules name, by their ids.
    #[serde(default)]
    pub groups: BTreeSet<String>,
    /// What it wants to run in the network. SageMaker knows that by its name, and who has the name may carry no tag of
    /// ours, or one that is not to be found by yet.
    #[serde(default)]
    pub workloads: BTreeSet<Key>,
    /// The quotas that it says AWS has raised.
    #[serde(default)]
    pub quotas: BTreeSet<Quota>,
}

/// What one reading of the account gave. Nothing of it may be used before account and region are checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// The 12-digit account that the credentials belong to.
    pub account: String,
    /// The region that was read.
    pub region: String,
    /// The blueprint's objects, and what else is in its VPC.
    pub live: Live,
    /// What the blueprint asked to know.
    pub facts: Facts,
}

/// What AWS says of itself, as far as [`Needs`] asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The region's available zones.
    pub zones: Vec<Zone>,
    /// Prefix lists by what [`Needs`] called them.
    pub prefix_lists: BTreeMap<String, PrefixList>,
    /// Those of [`Needs::gateways`] that are there.
    #[serde(default)]
    pub gateways: BTreeSet<String>,
    /// Those of [`Needs::groups`] that are in the account, whatever their VPC.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<String>,
    /// Those of [`Needs::quotas`] that could be read, as the account has them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quotas: BTreeMap<Quota, u64>,
}

/// An availability zone, as this account sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone {
    /// The account's own name of it, such as `eu-west-1a`.
    pub name: String,
    /// The name that is the same in every account, such as `euw1-az1`.
    pub id: String,
}

impl Needs {
    /// Returns every name that the blueprint has or had.
    pub fn blueprints(&self) -> impl Iterator<Item = &str> {
        [self.blueprint.as_str()].into_iter().chain(self.moves.blueprints.iter().map(String::as_str))
    }

    /// Returns whether what belongs to `blueprint` belongs to the one whose needs these are.
    pub fn owns(&self, blueprint: &str) -> bool {
        self.blueprints().any(|it| it == blueprint)
    }
}

/// A prefix list that somebody else keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrefixList {
    /// Such as `pl-6da54004`; differs by region.
    pub id: String,
    /// Its CIDRs, if they were asked for; in order.
    pub cidrs: Vec<IpNet>,
    /// How many rules it counts for: as many as it may have entries; AWS says so of lists that are not its own.
    #[serde(default)]
    pub max_entries: Option<u32>,
}

/// Why a request did not give what it should, by what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CloudError {
    /// Nothing happened and the same request may work later: throttled, a 5xx on a read, a wait that is not over.
    #[error("{0}")]
    Transient(String),
    /// AWS understood the request and said no.
    #[error("{0}")]
    Refused(Refused),
    /// There was no clear answer: the request may have been carried out.
    #[error("{0}")]
    Lost(String),
    /// The credentials may not do this.
    #[error("{message}")]
    Denied {
        /// The IAM action that is missing, such as `ec2:CreateVpc`.
        action: String,
        /// What AWS said.
        message: String,
    },
    /// No request could be made, or its answer makes no sense: no credentials, no region, no such host.
    #[error("{0}")]
    Unusable(String),
}

/// A refusal: its class, which code branches on, and its words, which people read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Refused {
    /// What to make of it.
    pub reason: Reason,
    /// AWS's error code and message, or the in-memory cloud's words.
    pub message: String,
}

/// The classes of refusal that are treated differently (AWS's codes: EC2 API reference, "Error codes").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It is there already: `RouteAlreadyExists`, `InvalidPermission.Duplicate`, …
    Exists,
    /// Something that the request names is not there, or cannot be seen yet.
    NotFound,
    /// Something else still uses it: `DependencyViolation`, `InvalidIPAddress.InUse`, …
    InUse,
    /// It cannot exist beside something that is there: `InvalidSubnet.Conflict`, …
    Clash,
    /// Everything else that will not change by trying again: a quota, a wrong parameter.
    Invalid,
}

impl Refused {
    /// Returns a refusal with its words.
    pub fn new(reason: Reason, message: impl Into<String>) -> Refused {
        Refused { reason, message: message.into() }
    }
}
