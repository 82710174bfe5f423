//! One packet, from hop to hop, and what answers it.

use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Element, Key};

use crate::decide::Passes;
use crate::filters::Groups;
use crate::packet::Packet;
use crate::passing::Doubt;
use crate::world::World;

/// A packet that opens a connection, and who sends and gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The packet.
    pub packet: Packet,
    /// Where it comes from.
    pub origin: Origin,
    /// What its sender carries, if that is an interface.
    pub sender: Groups,
    /// What its receiver carries, if that is an interface.
    pub receiver: Groups,
}

/// Where a packet comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From an interface that has its source address.
    Interface,
    /// From the internet.
    Internet,
    /// From a network of `[outside.*]`.
    Outside(String),
}

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
    pub steps: Vec<Step>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Something that a packet meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What kind of thing it is.
    pub stage: Stage,
    /// Which part of the network decides, if it is one.
    pub by: Option<Element>,
    /// What happens, for people.
    pub text: String,
    /// Whether the packet passes.
    pub passes: Passes,
}

/// What a packet can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Where it begins.
    Sent,
    /// Security groups.
    Group,
    /// A network ACL.
    Acl,
    /// A route table.
    Route,
    /// A gateway.
    Gateway,
    /// Where it ends.
    Arrives,
}

/// What becomes of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is delivered.
    Delivered(Goal),
    /// It is dropped.
    Dropped(Drop),
    /// One would have to know something.
    Unknown(Doubt),
}

/// Where a packet can be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To an interface in a subnet.
    Interface(Key),
    /// To the internet.
    Internet,
    /// To a service, by a gateway endpoint.
    Service(Key),
    /// To the networks of `[outside.*]` that have its address, and on to the internet if one leads there.
    Outside(Vec<String>, Onwards),
}

/// Whether an outside leads on to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onwards {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// Why a packet is dropped. Where Reachability Analyzer has a word for it, [`Drop::code`] is like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drop {
    /// No group of the sender admits it.
    GroupEgress,
    /// No group of the receiver admits it.
    GroupIngress,
    /// The ACL of a subnet that it leaves.
    AclEgress,
    /// The ACL of a subnet that it enters.
    AclIngress,
    /// No route leads there.
    NoRoute,
    /// The route leads to what is not there.
    BlackHole,
    /// The internet gateway needs a public address of the sender.
    NoPublicAddress,
    /// The internet gateway drops addresses that are no public ones.
    PrivateAddress,
    /// Nobody in the VPC has this address.
    NobodyThere,
    /// The sender does not have this address.
    NotItsOwn,
    /// A NAT gateway takes TCP, UDP and ICMP of IPv4.
    NatProtocol,
    /// A NAT gateway lets nothing in that was not asked for.
    Unsolicited,
    /// A NAT gateway's own subnet routes to a NAT gateway.
    NatCircle,
    /// A gateway endpoint takes TCP and ICMP echoes.
    EndpointProtocol,
    /// Nothing of the kind is attached to the VPC.
    NotAttached,
    /// The internet knows no address of the receiver.
    NotMapped,
    /// Public access is blocked.
    PublicAccess,
}

impl Drop {
    /// Returns the word for it in output for programs.
    pub fn code(self) -> &'static str {
        match self {
            Drop::GroupEgress => "SG_EGRESS_DENY",
            Drop::GroupIngress => "SG_INGRESS_DENY",
            Drop::AclEgress => "NACL_EGRESS_DENY",
            Drop::AclIngress => "NACL_INGRESS_DENY",
            Drop::NoRoute => "NO_ROUTE",
            Drop::BlackHole => "BLACKHOLE",
            Drop::NoPublicAddress => "IGW_NO_PUBLIC_IP",
            Drop::PrivateAddress => "IGW_PRIVATE_DST",
            Drop::NobodyThere => "NO_ENI_AT_ADDRESS",
            Drop::NotItsOwn => "ENI_SOURCE_DEST_CHECK",
            Drop::NatProtocol => "NAT_PROTOCOL",
            Drop::Unsolicited => "NAT_NO_SESSION",
            Drop::NatCircle => "NAT_LOOP",
            Drop::EndpointProtocol => "VPCE_GW_PROTOCOL",
            Drop::NotAttached => "NOT_ATTACHED",
            Drop::NotMapped => "INTERNET_PRIVATE_ADDR",
            Drop::PublicAccess => "BPA",
        }
    }
}

impl<'a> World<'a> {
    /// Returns what happens to a packet, and to what answers it.
    pub fn trace(&self, question: &Question) -> Trace {
        let forward = self.forward(question);
        let reply = match &forward.outcome {
            Outcome::Delivered(_) => self.backward(question, &forward),
            Outcome::Dropped(_) | Outcome::Unknown(_) => None,
        };
        Trace { forward, reply }
    }

    /// Returns the subnet in which an interface can have an address.
    pub(crate) fn subnet_at(&self, address: core::net::IpAddr) -> Option<(&'a Key, &'a Subnet)> {
        use crate::world::usable;
        self.subnets().find(|(_, subnet)| {
            self.blocks_of(subnet).iter().any(|block| {
                let (low, high) = usable(block);
                block.contains(&address) && low <= address && address <= high
            })
        })
    }
}

impl Leg {
    /// Returns the step at which it ends badly.
    pub fn fault(&self) -> Option<&Step> {
        self.steps.iter().find(|it| it.passes == Passes::No)
    }
}

impl Trace {
    /// Returns whether the packet is delivered.
    pub fn is_delivered(&self) -> bool {
        matches!(self.forward.outcome, Outcome::Delivered(_))
    }
}
