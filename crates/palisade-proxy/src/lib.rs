//! A proxy on loopback between an AWS client and LocalStack, which mends what LocalStack gets wrong about EC2.
//!
//! A client of EC2 sees pages, states that take a while, dependencies that are insisted on, and attributes that are
//! kept; every row of `localstack/README.md` that says so is a file in `mends`.
//! What is not EC2 passes through as it came.
//!
//! Each call to EC2 goes through a chain of layers, which `mends` lists.
//! In front of it, `faults` makes things worse on purpose, for every service: it throttles, fails, loses, cuts and delays
//! answers, shows an old world for a while, and stops a client at one of its changes so that it can be killed there.
//! Unless it is told to, it does nothing of that.
//!
//! For tests only; nothing that is shipped depends on it.
//! It will never answer from itself what LocalStack answers well, and it never listens beyond loopback.

mod answer;
mod call;
mod chain;
mod element;
mod faults;
mod mends;
mod parameters;
mod place;
mod proxy;
mod server;
mod upstream;

#[cfg(test)]
mod testing;

pub use faults::{Counts, Hold, Weather, When};
pub use proxy::{Proxy, Settings};
