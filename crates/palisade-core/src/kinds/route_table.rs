//! A route table: where the packets of the subnets that follow it go.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::Live;
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// A route table with the routes that are an author's to choose: not the VPC's local ones, propagated ones, or those
/// that a gateway endpoint puts in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RouteTable {
    /// The VPC.
    pub vpc: Key,
    /// Where each destination goes.
    pub routes: BTreeMap<IpNet, Target>,
}

/// The next hop of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The internet, both ways.
    InternetGateway(Key),
    /// The internet, outwards.
    NatGateway(Key),
    /// The internet, outwards, for IPv6.
    EgressOnlyGateway(Key),
    /// Something that exists already, by its AWS id: `tgw-`, `pcx-`, `vgw-`, `vpce-` (a gateway load balancer's) or
    /// `eni-`.
    Existing(String),
}

impl Target {
    fn key(&self) -> Option<&Key> {
        match self {
            Target::InternetGateway(key) | Target::NatGateway(key) | Target::EgressOnlyGateway(key) => Some(key),
            Target::Existing(_) => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::InternetGateway(key) | Target::NatGateway(key) | Target::EgressOnlyGateway(key) => key.fmt(f),
            Target::Existing(id) => f.write_str(id),
        }
    }
}

/// A next hop in a request. AWS has one parameter per kind of hop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hop {
    /// `GatewayId`.
    InternetGateway(Handle),
    /// `NatGatewayId`.
    NatGateway(Handle),
    /// `EgressOnlyInternetGatewayId`.
    EgressOnlyGateway(Handle),
    /// The parameter that the id's prefix says.
    Existing(String),
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hop::InternetGateway(handle) | Hop::NatGateway(handle) | Hop::EgressOnlyGateway(handle) => handle.fmt(f),
            Hop::Existing(id) => f.write_str(id),
        }
    }
}

/// The requests of a route table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateRouteTable`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
    },
    /// `CreateRoute`.
    CreateRoute {
        /// The table.
        table: Handle,
        /// The destination.
        to: IpNet,
        /// The next hop.
        via: Hop,
    },
    /// `ReplaceRoute`: another hop for the same destination, with no moment in between.
    ReplaceRoute {
        /// The table.
        table: Handle,
        /// The destination.
        to: IpNet,
        /// The next hop.
        via: Hop,
    },
    /// `DeleteRoute`.
    DeleteRoute {
        /// The table.
        table: Handle,
        /// The destination.
        to: IpNet,
    },
    /// `DeleteRouteTable`.
    Delete {
        /// The table.
        table: Handle,
    },
}

impl Resource for RouteTable {
    const KIND: Kind = Kind::RouteTable;
    const NAME: &'static str = "route-table";
    const ID_PREFIX: &'static str = "rtb";
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        vec![&self.vpc]
    }

    fn peers(&self) -> Vec<&Key> {
        self.routes.values().filter_map(Target::key).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
        for target in self.routes.values_mut() {
            match target {
                Target::InternetGateway(key) | Target::NatGateway(key) | Target::EgressOnlyGateway(key) => rename(key),
                Target::Existing(_) => {}
            }
        }
    }

    fn diff(&self, live: &RouteTable) -> Diff {
        let destinations: BTreeSet<&IpNet> = live.routes.keys().chain(self.routes.keys()).collect();
        let diff = Diff::default().replace("vpc", &live.vpc, &self.vpc);
        destinations.into_iter().fold(diff, |diff, to| {
            diff.entry(format_args!("route {to}"), live.routes.get(to), self.routes.get(to))
        })
    }

    fn born(&self, _key: &Key, _scope: &Scope<'_>) -> RouteTable {
        RouteTable { vpc: self.vpc.clone(), routes: BTreeMap::new() }
    }

    fn without(&self, gone: &BTreeSet<Key>) -> RouteTable {
        let mut left = self.clone();
        left.routes.retain(|_, target| target.key().is_none_or(|it| !gone.contains(it)));
        left
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Create { stamp: scope.stamp(key), vpc: scope.id(&self.vpc) }]
    }

    fn wire(&self, live: &RouteTable, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let table = scope.id(key);
        let hop = |target: &Target| match target {
            Target::InternetGateway(key) => Hop::InternetGateway(scope.id(key)),
            Target::NatGateway(key) => Hop::NatGateway(scope.id(key)),
            Target::EgressOnlyGateway(key) => Hop::EgressOnlyGateway(scope.id(key)),
            Target::Existing(id) => Hop::Existing(id.clone()),
        };
        let changed = self.routes.iter().filter(|(to, target)| live.routes.get(to) != Some(target));
        let call = |(to, target): (&IpNet, &Target)| match live.routes.contains_key(to) {
            true => Call::ReplaceRoute { table: table.clone(), to: *to, via: hop(target) },
            false => Call::CreateRoute { table: table.clone(), to: *to, via: hop(target) },
        };
        changed.map(call).collect()
    }

    fn unwire(&self, live: &RouteTable, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let gone = live.routes.keys().filter(|to| !self.routes.contains_key(to));
        gone.map(|to| Call::DeleteRoute { table: scope.id(key), to: *to }).collect()
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        vec![Call::Delete { table: scope.live_id(key) }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc } => {
                let vpc = live.key_of(vpc)?;
                live.create(stamp, RouteTable { vpc, routes: BTreeMap::new() })
            }
            Call::CreateRoute { table, to, via } => {
                let target = target(live, via)?;
                live.edit(table, |it: &mut RouteTable| match it.routes.contains_key(to) {
                    true => Err(Refused::new(Reason::Exists, format!("a route to {to} exists"))),
                    false => {
                        it.routes.insert(*to, target);
                        Ok(())
                    }
                })
            }
            Call::ReplaceRoute { table, to, via } => {
                let target = target(live, via)?;
                live.edit(table, |it: &mut RouteTable| {
                    let route = it.routes.get_mut(to).ok_or_else(|| no_route(to))?;
                    *route = target;
                    Ok(())
                })
            }
            Call::DeleteRoute { table, to } => live.edit(table, |it: &mut RouteTable| {
                it.routes.remove(to).map(drop).ok_or_else(|| no_route(to))
            }),
            Call::Delete { table } => live.delete(table),
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        let route = |table: &Handle, to: &IpNet| live.spec_of::<RouteTable>(table).and_then(|it| it.routes.get(to));
        match call {
            Call::Create { .. } => false,
            Call::CreateRoute { table, to, via } | Call::ReplaceRoute { table, to, via } => {
                target(live, via).is_ok_and(|it| route(table, to) == Some(&it))
            }
            Call::DeleteRoute { table, to } => route(table, to).is_none(),
            Call::Delete { table } => live.is_gone(table),
        }
    }
}

fn target(live: &Live, via: &Hop) -> Result<Target, Refused> {
    Ok(match via {
        Hop::InternetGateway(gateway) => Target::InternetGateway(live.key_of(gateway)?),
        Hop::NatGateway(nat) => Target::NatGateway(live.key_of(nat)?),
        Hop::EgressOnlyGateway(gateway) => Target::EgressOnlyGateway(live.key_of(gateway)?),
        Hop::Existing(id) => Target::Existing(id.clone()),
    })
}

fn no_route(to: &IpNet) -> Refused {
    Refused::new(Reason::NotFound, format!("there is no route to {to}"))
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateRouteTable",
            Call::CreateRoute { .. } => "CreateRoute",
            Call::ReplaceRoute { .. } => "ReplaceRoute",
            Call::DeleteRoute { .. } => "DeleteRoute",
            Call::Delete { .. } => "DeleteRouteTable",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc } => format!("{} of {vpc}", stamp.key),
            Call::CreateRoute { table, to, via } | Call::ReplaceRoute { table, to, via } => {
                format!("{table} {to} via {via}")
            }
            Call::DeleteRoute { table, to } => format!("{table} {to}"),
            Call::Delete { table } => table.to_string(),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, .. } => vec![vpc],
            Call::CreateRoute { table, via, .. } | Call::ReplaceRoute { table, via, .. } => match via {
                Hop::InternetGateway(hop) | Hop::NatGateway(hop) | Hop::EgressOnlyGateway(hop) => vec![table, hop],
                Hop::Existing(_) => vec![table],
            },
            Call::DeleteRoute { table, .. } | Call::Delete { table } => vec![table],
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
        matches!(self, Call::CreateRoute { .. } | Call::ReplaceRoute { .. } | Call::DeleteRoute { .. })
    }
}
