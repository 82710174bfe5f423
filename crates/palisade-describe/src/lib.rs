//! One packet's way through accounts that the AWS CLI has described, hop by hop, and the way of its reply.
//!
//! [`Account::read`] takes the texts of JSON files, and [`Account::trace`] follows a packet between two ends that are
//! named by their AWS ids or addresses. What palisade makes is known by subnets and groups, since its interfaces are yet to
//! come; here every interface is known with its addresses, so that a packet can be followed from one VPC into another, by
//! peerings, transit gateways and NAT gateways. Nothing in here performs I/O, reads a clock or the environment.
//!
//! Files can be incomplete. What is not described and would decide is told as what one would have to know, and the
//! verdict is then that nobody can tell; it is never taken for granted.

mod account;
mod addresses;
mod assemble;
mod completeness;
mod ends;
mod filters;
mod interface;
mod leaving;
mod peering;
mod reading;
mod routes;
mod topics;
mod trace;
mod transit;
mod walk;
mod why;

pub use account::Account;
pub use ends::{Ends, NoEnd};
pub use reading::Unreadable;
pub use trace::{Hop, Leg, Outcome, Passes, Place, Trace};
pub use why::Why;
