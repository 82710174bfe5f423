//! Leases, on a simulated clock: in every order of requests, and with answers that get lost, late or refused.

mod examples;
mod interleavings;
mod rounds;
mod store;
