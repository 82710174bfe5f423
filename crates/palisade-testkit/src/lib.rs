//! What tests are made of: networks that nobody would think of, and clouds that misbehave.
//!
//! For tests only; nothing that is shipped depends on it.

pub mod drift;
pub mod faults;
pub mod lives;
pub mod networks;
pub mod storms;
pub mod worlds;
