//! Everything that palisade says, as text or as JSON: plans, drift, diagnostics, outputs, and what happens in
//! a run.
//!
//! Data in, text out. Nothing in here prints, reads a file, a clock or the environment, or decides anything:
//! equal input gives equal bytes, with and without colour.

pub mod described;
pub mod diagnostics;
pub mod drift;
pub mod events;
pub mod history;
pub mod json;
pub mod outputs;
pub mod plan;
pub mod policy;
pub mod proof;
mod settings;
mod style;
mod text;
#[cfg(test)]
mod worlds;

pub use outputs::{NoVpcConfig, Outputs, VpcConfigIds};
pub use plan::PlanView;
pub use policy::PolicyView;
pub use proof::{About, ProofView};
pub use style::Style;
