//! What a blueprint promises about packets, with its words resolved to keys and addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::traffic::{Ports, Traffic};

/// Everything that a blueprint says about packets beside its objects: what it promises, and what the words of its
/// promises stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    /// The promises, those that nobody wrote last.
    pub guarantees: Vec<Guarantee>,
    /// The subnets of each tier.
    pub tiers: BTreeMap<String, BTreeSet<Key>>,
    /// The networks beyond transit gateways, peerings and VPNs.
    pub outsides: BTreeMap<String, Outside>,
    /// The ids of AWS's prefix lists by the services whose addresses they list.
    pub services: BTreeMap<String, String>,
    /// What is in the prefix lists that others keep, by their ids, where that is known.
    pub lists: BTreeMap<String, BTreeSet<IpNet>>,
}

/// A network that packets can come from and go to through a gateway that exists already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outside {
    /// Its addresses.
    pub cidrs: BTreeSet<IpNet>,
    /// Whether it leads on to the internet.
    pub internet: bool,
}

/// One promise about packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Guarantee {
    /// What its author calls it, or a sentence.
    pub name: String,
    /// Where packets come from.
    pub from: End,
    /// Where they go.
    pub to: End,
    /// What is promised of them.
    pub expect: Expect,
    /// Which packets; every one of these.
    pub traffic: Vec<Traffic>,
    /// The ports that clients open connections from, of tcp and udp.
    pub client_ports: Ports,
    /// Why what cannot be decided counts as kept, if it does.
    pub assume: Option<String>,
    /// Where it stands in the blueprint; of one that nobody wrote, what it follows from.
    pub span: Range<usize>,
    /// Whether nobody wrote it.
    pub is_implied: bool,
}

/// One end of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct End {
    /// Who it is.
    pub place: Place,
    /// The groups that an interface there carries, exactly; none is any.
    pub groups: Option<BTreeSet<Key>>,
}

/// Who stands at one end of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// What lies beyond an internet, egress-only or NAT gateway, or beyond an outside that leads on to it.
    Internet,
    /// Every interface in the VPC.
    Vpc,
    /// Every interface in a tier, also those to come.
    Tier(String),
    /// Every interface that carries a group.
    Group(Key),
    /// An endpoint: its interfaces, or the service behind a gateway.
    Endpoint(Key),
    /// A service however it can be reached, by its full name.
    Service(String),
    /// A network beyond a gateway.
    Outside(String),
    /// Some addresses, whoever has them.
    Cidr(IpNet),
}

/// What is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// No packet of a new connection is delivered, either way.
    Isolated,
    /// No packet of a new connection is delivered from the first end to the second.
    OneWayIsolated,
    /// Every packet is delivered, from each client port, and its reply.
    Reachable,
    /// Every packet that is delivered has passed this.
    OnlyVia(Via),
}

/// What packets pass on their way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// An endpoint of the blueprint.
    Endpoint(Key),
    /// Any NAT gateway.
    Nat,
}

impl End {
    /// Returns an end whose interfaces carry any groups.
    pub fn any(place: Place) -> End {
        End { place, groups: None }
    }
}

impl Expect {
    /// Returns the word of the blueprint.
    pub fn as_str(&self) -> &'static str {
        match self {
            Expect::Isolated => "isolated",
            Expect::OneWayIsolated => "one-way-isolated",
            Expect::Reachable => "reachable",
            Expect::OnlyVia(_) => "only-via",
        }
    }
}

/// As blueprints write it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Internet => f.write_str("internet"),
            Place::Vpc => f.write_str("vpc"),
            Place::Tier(name) => write!(f, "tier:{name}"),
            Place::Group(key) if key.is_existing() => f.write_str(&key.name),
            Place::Group(key) => write!(f, "group:{}", key.name),
            Place::Endpoint(key) => write!(f, "endpoint:{}", key.name),
            Place::Service(name) => write!(f, "service:{name}"),
            Place::Outside(name) => write!(f, "outside:{name}"),
            Place::Cidr(block) => block.fmt(f),
        }
    }
}

/// With the groups that its interfaces carry.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)?;
        let Some(groups) = &self.groups else { return Ok(()) };
        let names: Vec<&str> = groups.iter().map(|it| it.name.as_str()).collect();
        write!(f, " ({})", names.join(", "))
    }
}

/// As blueprints write it.
impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Via::Endpoint(key) => write!(f, "endpoint:{}", key.name),
            Via::Nat => f.write_str("nat"),
        }
    }
}
