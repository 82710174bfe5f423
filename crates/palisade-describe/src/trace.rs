//! What happens to a packet, and to what answers it.

use palisade_verify::{Packet, Stage};

use crate::why::Why;

/// What happens to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The packet on its way.
    pub forward: Leg,
    /// What answers it, if it is delivered and something does.
    pub reply: Option<Leg>,
}

/// One way of one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The packet, as it is sent.
    pub packet: Packet,
    /// What it meets.
    pub hops: Vec<Hop>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Something that a packet meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What kind of thing it is.
    pub stage: Stage,
    /// The AWS id of what decides, if it is one object.
    pub id: Option<String>,
    /// What happens, for people.
    pub text: String,
    /// Whether the packet passes.
    pub passes: Passes,
}

/// Whether a packet passes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// One would have to know something, which the hop's text tells.
    Perhaps,
}

/// What becomes of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is delivered.
    Delivered(Place),
    /// It is dropped.
    Dropped(Why),
    /// One would have to know something.
    Unknown(String),
}

/// Where a packet can be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// To an interface, by its id.
    Interface(String),
    /// To the internet.
    Internet,
    /// To a service, by a gateway endpoint.
    Service(String),
    /// To a service that Amazon has in every VPC.
    Amazon,
}

impl Outcome {
    /// Returns the word for it: `delivered`, `dropped` or `undetermined`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Delivered(_) => "delivered",
            Outcome::Dropped(_) => "dropped",
            Outcome::Unknown(_) => "undetermined",
        }
    }

    /// Returns how bad it is, the worst first: of several that may happen, one has to expect the worst.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Outcome::Dropped(_) => 0,
            Outcome::Unknown(_) => 1,
            Outcome::Delivered(_) => 2,
        }
    }
}
