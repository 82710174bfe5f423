//! What AWS's documents say happens to certain packets, and what the rules say one by one.
//!
//! What the language cannot say is not here: propagated routes, private and regional NAT gateways, load balancers.

mod blocked;
mod net;
mod published;

mod rules;
mod steps;
