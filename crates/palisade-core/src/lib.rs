//! The vocabulary and the arithmetic of palisade: resources, plans, ordered steps, AWS requests as data.
//!
//! Nothing in here performs I/O, reads a clock or the environment, or knows about TOML or the AWS SDK.
//! A mistake that a person can make is returned as data; only a bug in palisade panics.

pub mod block;
pub mod cloud;
pub mod control;
pub mod diagnostic;
mod diff;
pub mod document;
pub mod element;
pub mod event;
pub mod graph;
pub mod guarantee;
pub mod handle;
pub mod key;
pub mod kinds;
pub mod lease;
pub mod live;
pub mod memory;
pub mod moves;
pub mod network;
pub mod order;
pub mod pace;
mod pairs;
pub mod plan;
pub mod policy;
mod quota;
pub mod recovery;
mod rehearse;
pub mod scope;
pub mod sources;
pub mod tags;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod traffic;

pub use block::Block;
pub use cloud::{Cloud, CloudError, Facts, Needs, Observed, Refused, Zone};
pub use diagnostic::{Diagnostic, Label, Severity};
pub use document::Document;
pub use element::Element;
pub use event::{Because, Event, Failure, Report};
pub use graph::{Graph, Step, StepId};
pub use handle::{Handle, Known, Learned, Part};
pub use key::Key;
pub use kinds::{Call, Kind, Request, Resource, Spec};
pub use lease::{Holder, LeaseEntry, LeaseRecord, LeaseState, LeaseStore};
pub use live::{Live, Object, Owner, State};
pub use memory::Memory;
pub use moves::{Move, Moves};
pub use network::Network;
pub use order::Estimate;
pub use plan::{Change, Diff, Field, Intent, Plan, Problem, Protection, plan};
pub use policy::Policy;
pub use quota::Quota;
pub use rehearse::{Flaw, rehearse, rehearse_to_the_end};
pub use scope::Scope;
pub use sources::{Source, Sources};
pub use tags::{Stamp, Tags};
