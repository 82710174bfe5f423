//! Tests on the wire: the real SDK against a server on loopback.

mod blocks;
mod calls;
mod lease;
mod names;
mod outcomes;
mod quotas;
mod reading;
mod sagemaker;
mod wire;
mod workloads;
