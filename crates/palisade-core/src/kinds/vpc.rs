//! A VPC: one private address space.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::Refused;
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// A VPC with its primary IPv4 block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Vpc {
    /// The primary block, /16 to /28; cannot change.
    pub cidr: Ipv4Net,
    /// Whether the VPC has a DNS resolver. Private DNS of endpoints needs it.
    pub dns_support: bool,
    /// Whether instances get DNS names. Private DNS of endpoints needs this too.
    pub dns_hostnames: bool,
}

/// The requests of a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateVpc`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// Its block.
        cidr: Ipv4Net,
    },
    /// `ModifyVpcAttribute`, `EnableDnsSupport`: AWS takes one attribute at a time.
    SetDnsSupport {
        /// The VPC.
        vpc: Handle,
        /// The wanted value.
        enabled: bool,
    },
    /// `ModifyVpcAttribute`, `EnableDnsHostnames`.
    SetDnsHostnames {
        /// The VPC.
        vpc: Handle,
        /// The wanted value.
        enabled: bool,
    },
    /// `DeleteVpc`; its default group, ACL and table go with it.
    Delete {
        /// The VPC.
        vpc: Handle,
    },
}

impl Resource for Vpc {
    const KIND: Kind = Kind::Vpc;
    const NAME: &'static str = "vpc";
    const ID_PREFIX: &'static str = "vpc";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        Vec::new()
    }

    fn map_keys(&mut self, _rename: &mut dyn FnMut(&mut Key)) {}

    fn diff(&self, live: &Vpc) -> Diff {
        Diff::default()
            .replace("cidr", &live.cidr, &self.cidr)
            .update("dns-support", &live.dns_support, &self.dns_support)
            .update("dns-hostnames", &live.dns_hostnames, &self.dns_hostnames)
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let mut calls = vec![Call::Create { stamp: scope.stamp(key), cidr: self.cidr }];
        calls.extend(self.wire(&Vpc::as_created(self.cidr), key, scope));
        calls
    }

    /// AWS wants support before host names when it goes on, and the other way round when it goes off.
    fn wire(&self, live: &Vpc, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let vpc = scope.id(key);
        let support = Call::SetDnsSupport { vpc: vpc.clone(), enabled: self.dns_support };
        let hostnames = Call::SetDnsHostnames { vpc, enabled: self.dns_hostnames };
        let support = (self.dns_support != live.dns_support).then_some(support);
        let hostnames = (self.dns_hostnames != live.dns_hostnames).then_some(hostnames);
        match self.dns_support {
            true => support.into_iter().chain(hostnames).collect(),
            false => hostnames.into_iter().chain(support).collect(),
        }
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { vpc: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, cidr } => {
                live.create(stamp, Vpc::as_created(*cidr))?;
                live.mint_part(&stamp.key, Part::DefaultAcl, "acl");
                live.mint_part(&stamp.key, Part::DefaultGroup, "sg");
                live.mint_part(&stamp.key, Part::MainTable, "rtb");
                Ok(())
            }
            Call::SetDnsSupport { vpc, enabled } => live.edit(vpc, |it: &mut Vpc| {
                it.dns_support = *enabled;
                Ok(())
            }),
            Call::SetDnsHostnames { vpc, enabled } => live.edit(vpc, |it: &mut Vpc| {
                it.dns_hostnames = *enabled;
                Ok(())
            }),
            Call::Delete { vpc } => live.delete(vpc),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { vpc } if live.is_gone(vpc))
    }
}

impl Vpc {
    /// Returns what `CreateVpc` alone gives (VPC user guide, "DNS attributes in your VPC").
    fn as_created(cidr: Ipv4Net) -> Vpc {
        Vpc { cidr, dns_support: true, dns_hostnames: false }
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateVpc",
            Call::SetDnsSupport { .. } | Call::SetDnsHostnames { .. } => "ModifyVpcAttribute",
            Call::Delete { .. } => "DeleteVpc",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, cidr } => format!("{} {cidr}", stamp.key),
            Call::SetDnsSupport { vpc, enabled } => format!("{vpc} dns-support={enabled}"),
            Call::SetDnsHostnames { vpc, enabled } => format!("{vpc} dns-hostnames={enabled}"),
            Call::Delete { vpc } => vpc.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { .. } => Vec::new(),
            Call::SetDnsSupport { vpc, .. } | Call::SetDnsHostnames { vpc, .. } | Call::Delete { vpc } => vec![vpc],
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }

    fn steers(&self) -> bool {
        matches!(self, Call::SetDnsSupport { .. } | Call::SetDnsHostnames { .. })
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::testing::{network, reached, requests};

    fn want(dns_support: bool, dns_hostnames: bool) -> crate::Network {
        let cidr = "10.0.0.0/16".parse().expect("a CIDR");
        network([("vpc.main", Vpc { cidr, dns_support, dns_hostnames }.into())])
    }

    #[test]
    fn host_names_go_off_before_support_and_come_after_it() {
        let on = reached(&want(true, true), &Live::default());
        assert_snapshot!(requests(&want(false, false), &on), @"
        | ModifyVpcAttribute vpc-00000000000000001 dns-hostnames=false
        | ModifyVpcAttribute vpc-00000000000000001 dns-support=false
        ");
        let off = reached(&want(false, false), &Live::default());
        assert_snapshot!(requests(&want(true, true), &off), @"
        | ModifyVpcAttribute vpc-00000000000000001 dns-support=true
        | ModifyVpcAttribute vpc-00000000000000001 dns-hostnames=true
        ");
    }
}
