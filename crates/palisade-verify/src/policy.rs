//! What Security Hub and CIS ask of a network, and what else is asked of one for machine learning.
//!
//! [`examine`] returns what of it a network does not have: one [`Finding`] for each hole and each control that it
//! offends. [`judge`] holds the findings against what the blueprint says of them. What is said about packets is decided by
//! the same sets as a proof, so that it does not matter how somebody has written it: `0.0.0.0/1` and `128.0.0.0/1` are the
//! internet, and what an earlier entry of an ACL denies is not open. What is not known is no finding.
//!
//! Only what is the blueprint's own is looked at: what exists already is somebody else's to mend.

mod case;
mod finding;
mod holes;
mod judging;
mod rules;
mod settings;
mod telling;

use palisade_core::Network;

pub use finding::{Finding, Weight};
pub use judging::{Judged, Judgement, Standing, judge};
pub use rules::{RULES, Rule};
pub use telling::{IDLE, diagnostics};

use crate::policy::case::Case;
use crate::world::World;

/// Returns what of the pack a world does not keep, in the order of [`RULES`], then of what it is about. The network tells
/// which places of the world have a name, for those who run something there.
pub fn examine(world: &World<'_>, network: &Network) -> Vec<Finding> {
    let case = Case::new(world, network);
    RULES.iter().flat_map(|rule| (rule.examine)(&case, rule)).collect()
}
