//! Tests on the wire: the real SDK against a server on loopback.

mod calls;
mod outcomes;
mod reading;
mod wire;
