//! DHCP options: what the interfaces in a VPC are told about names and time.

use std::fmt;
use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource, list};
use crate::cloud::Refused;
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// A set of DHCP options. Nothing of it can change but its tags; a VPC swaps one for another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DhcpOptions {
    /// The domain that names without one belong to.
    pub domain_name: Option<String>,
    /// The resolvers, the first one first; empty is the VPC's own.
    pub name_servers: Vec<NameServer>,
    /// The time servers; the order means nothing to AWS, but is kept.
    pub ntp_servers: Vec<IpAddr>,
}

/// A resolver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameServer {
    /// The VPC's own: `AmazonProvidedDNS`.
    Amazon,
    /// Somebody else's.
    Address(IpAddr),
}

/// What AWS calls the VPC's own resolver.
pub const AMAZON_DNS: &str = "AmazonProvidedDNS";

impl fmt::Display for NameServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameServer::Amazon => f.write_str(AMAZON_DNS),
            NameServer::Address(address) => address.fmt(f),
        }
    }
}

/// The requests of a set of DHCP options. Associating it is the VPC's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateDhcpOptions`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The options.
        options: DhcpOptions,
    },
    /// `DeleteDhcpOptions`: refused while a VPC has it.
    Delete {
        /// The set.
        dhcp: Handle,
    },
}

impl Resource for DhcpOptions {
    const KIND: Kind = Kind::DhcpOptions;
    const NAME: &'static str = "dhcp";
    const ID_PREFIX: &'static str = "dopt";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        Vec::new()
    }

    fn map_keys(&mut self, _rename: &mut dyn FnMut(&mut Key)) {}

    fn diff(&self, live: &DhcpOptions) -> Diff {
        let domain = |it: &DhcpOptions| it.domain_name.clone().unwrap_or_else(|| "none".to_owned());
        let names = |it: &DhcpOptions| or_none(&it.name_servers);
        let times = |it: &DhcpOptions| or_none(&it.ntp_servers);
        Diff::default()
            .replace("domain-name", &domain(live), &domain(self))
            .replace("name-servers", &names(live), &names(self))
            .replace("ntp-servers", &times(live), &times(self))
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Create { stamp: scope.stamp(key), options: self.clone() }]
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { dhcp: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, options } => live.create(stamp, options.clone()),
            Call::Delete { dhcp } => live.delete(dhcp),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { dhcp } if live.is_gone(dhcp))
    }
}

fn or_none<T: fmt::Display>(things: &[T]) -> String {
    if things.is_empty() { "none".to_owned() } else { list(things) }
}

impl fmt::Display for DhcpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.domain_name.as_ref().map(|it| format!("domain-name {it}"));
        let names = (!self.name_servers.is_empty()).then(|| format!("name-servers {}", list(&self.name_servers)));
        let times = (!self.ntp_servers.is_empty()).then(|| format!("ntp-servers {}", list(&self.ntp_servers)));
        let all: Vec<String> = domain.into_iter().chain(names).chain(times).collect();
        f.write_str(&all.join("; "))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateDhcpOptions",
            Call::Delete { .. } => "DeleteDhcpOptions",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, options } => format!("{} {options}", stamp.key),
            Call::Delete { dhcp } => dhcp.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { .. } => Vec::new(),
            Call::Delete { dhcp } => vec![dhcp],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            Call::Delete { .. } => None,
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }
}
