//! What can reach what in a network, decided for every packet before the first request.
//!
//! [`prove()`] holds the promises of a blueprint against the network that it wants: a verdict for each, and a packet that
//! shows it where one is broken. [`World::trace`] follows one packet from hop to hop. Nothing in here performs I/O, reads
//! a clock or the environment, or knows about TOML or the AWS SDK.
//!
//! The rules are those that AWS documents, and each stands where it is used with the page that says it. What is not
//! known, such as what lies beyond a transit gateway, is never folded into an answer: every filter says what passes for
//! certain and what passes perhaps ([`Passing`]), and where the two differ the verdict is that nobody can tell, and why.
//!
//! [`policy`] holds the network against what Security Hub and CIS ask of one, with the same sets.
//!
//! # Sets of packets
//!
//! A [`Set`] is a list of boxes, one interval for each of source, destination, protocol and two more fields (ports, or
//! ICMP's type and code), of one address family. That is exact, since everything that AWS lets people write is an
//! interval: blocks, ranges of ports, protocols. A binary decision diagram is exact too. Against `biodivine-lib-bdd` 0.6, one
//! core, optimised, with random blocks and ranges of ports:
//!
//! | what | boxes | decision diagram |
//! |---|---|---|
//! | 250 ACLs of 40 entries, a third of them denials | 17 ms, at most 34 boxes | 457 ms, at most 1,413 nodes |
//! | the union of 100 rules | 0.16 ms | 15 ms |
//! | the union of 1,000 rules, the most that an interface has | 2 ms | 1.1 s, 31,000 nodes |
//! | what of a /8 1,000 rules leave out | 0.09 ms | 0.4 ms |
//!
//! A diagram pays where sets are combined again and again, or where little of them is an interval. Here each is made once,
//! a range of ports takes dozens of its nodes and one side of a box, and a witness comes with the box. Boxes can multiply
//! where denials overlap in several fields at once; AWS takes 40 entries in a list, which keeps that small.
//!
//! # Two ways to one answer
//!
//! Proofs go by sets, and [`World::trace`] looks up entry after entry and rule after rule, as AWS does. Neither knows of
//! the other, and the tests hold one against the other on a thousand random networks.

mod assumptions;
mod back;
mod cube;
mod decide;
mod deliveries;
mod difference;
mod filters;
mod footprint;
mod memo;
mod no_effect;
mod packet;
mod party;
mod passing;
pub mod policy;
mod prove;
mod public_access;
mod reachable;
mod replies;
mod set;
mod steps;
mod trace;
mod walk;
mod ways;
mod words;
mod world;

pub use assumptions::assumptions;
pub use decide::{Passes, speaks_of};
pub use difference::{Becomes, Layer, Partner, Shift, difference};
pub use filters::Groups;
pub use no_effect::{NO_EFFECT, without_effect};
pub use packet::{ICMP, ICMPV6, Packet, TCP, UDP, protocol_name};
pub use passing::{Doubt, Passing};
pub use prove::{Fault, Proof, Verdict, Witness, prove};
pub use public_access::{Blocked, Exclusion, PublicAccess};
pub use set::{Address, Set};
pub use steps::{Breach, Watch, Why, check_steps, safeguard};
pub use trace::{Drop, Goal, Leg, Onwards, Origin, Outcome, Question, Stage, Step, Trace};
pub use world::World;
