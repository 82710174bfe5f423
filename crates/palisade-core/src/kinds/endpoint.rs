//! A VPC endpoint: a private way to an AWS service, by routes (gateway) or by interfaces in subnets (PrivateLink).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource, Wait, list, map_key_set};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::{Claim, Live, State};
use crate::plan::Diff;
use crate::policy::Policy;
use crate::scope::Scope;
use crate::tags::Stamp;

mod modification;

pub use modification::{Modification, PolicyChange};

/// An endpoint for one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Endpoint {
    /// The VPC.
    pub vpc: Key,
    /// The service's full name, such as `com.amazonaws.eu-west-1.s3`; cannot change.
    pub service: String,
    /// Who may do what through it; none is AWS's own policy, which allows everything.
    pub policy: Option<Policy>,
    /// How it connects; cannot change from one way to the other.
    pub reach: Reach,
}

/// How an endpoint is reached from the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// By a route to the service's prefix list, which AWS puts into the tables. S3 and DynamoDB only; free.
    Gateway {
        /// The tables.
        route_tables: BTreeSet<Key>,
    },
    /// By an interface with a private address in each subnet.
    Interface {
        /// The subnets, at most one per zone.
        subnets: BTreeSet<Key>,
        /// The interfaces' security groups.
        security_groups: BTreeSet<Key>,
        /// Whether the service's public name resolves to the interfaces. One endpoint per service and VPC can have it.
        private_dns: bool,
    },
}

/// How an endpoint is reached, in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReachHandles {
    /// See [`Reach::Gateway`].
    Gateway {
        /// The tables.
        route_tables: Vec<Handle>,
    },
    /// See [`Reach::Interface`].
    Interface {
        /// The subnets.
        subnets: Vec<Handle>,
        /// The groups.
        security_groups: Vec<Handle>,
        /// Private DNS.
        private_dns: bool,
    },
}

/// The requests of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateVpcEndpoint`.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// The VPC.
        vpc: Handle,
        /// The service's full name.
        service: String,
        /// Its policy, if not AWS's own.
        policy: Option<Policy>,
        /// How it is reached.
        reach: ReachHandles,
    },
    /// `ModifyVpcEndpoint`.
    Modify {
        /// The endpoint.
        endpoint: Handle,
        /// What changes.
        modification: Modification,
    },
    /// `DescribeVpcEndpoints` until it is available: it takes no other change before.
    AwaitAvailable {
        /// The endpoint.
        endpoint: Handle,
    },
    /// `DeleteVpcEndpoints`.
    Delete {
        /// The endpoint.
        endpoint: Handle,
    },
    /// `DescribeVpcEndpoints` until it is gone: only then are its subnets, groups and DNS name free.
    AwaitDeleted {
        /// The endpoint.
        endpoint: Handle,
    },
}

impl Resource for Endpoint {
    const KIND: Kind = Kind::Endpoint;
    const NAME: &'static str = "endpoint";
    const ID_PREFIX: &'static str = "vpce";
    type Call = Call;

    /// Tables, subnets and groups too: the create request names them.
    fn refs(&self) -> Vec<&Key> {
        let named: Vec<&Key> = match &self.reach {
            Reach::Gateway { route_tables } => route_tables.iter().collect(),
            Reach::Interface { subnets, security_groups, .. } => subnets.iter().chain(security_groups).collect(),
        };
        [&self.vpc].into_iter().chain(named).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.vpc);
        match &mut self.reach {
            Reach::Gateway { route_tables } => map_key_set(route_tables, rename),
            Reach::Interface { subnets, security_groups, .. } => {
                map_key_set(subnets, rename);
                map_key_set(security_groups, rename);
            }
        }
    }

    fn diff(&self, live: &Endpoint) -> Diff {
        let policy = |it: &Option<Policy>| it.as_ref().map_or_else(|| "full access".to_owned(), Policy::to_string);
        let diff = Diff::default()
            .replace("vpc", &live.vpc, &self.vpc)
            .replace("service", &live.service, &self.service)
            .replace("type", &live.reach.type_name(), &self.reach.type_name());
        let diff = match live.policy == self.policy {
            true => diff,
            false => diff.update("policy", &policy(&live.policy), &policy(&self.policy)),
        };
        match (&live.reach, &self.reach) {
            (Reach::Gateway { route_tables: had }, Reach::Gateway { route_tables: wanted }) => {
                diff.set("route-table", had, wanted)
            }
            (
                Reach::Interface { subnets: had_subnets, security_groups: had_groups, private_dns: had_dns },
                Reach::Interface { subnets, security_groups, private_dns },
            ) => diff
                .set("subnet", had_subnets, subnets)
                .set("security-group", had_groups, security_groups)
                .update("private-dns", had_dns, private_dns),
            _ => diff,
        }
    }

    /// One gateway endpoint per service and table; one private DNS name per service and VPC.
    fn clashes(&self, other: &Endpoint) -> bool {
        if (&self.vpc, &self.service) != (&other.vpc, &other.service) {
            return false;
        }
        match (&self.reach, &other.reach) {
            (Reach::Gateway { route_tables: own }, Reach::Gateway { route_tables: others }) => {
                own.intersection(others).next().is_some()
            }
            (Reach::Interface { private_dns: own, .. }, Reach::Interface { private_dns: others, .. }) => {
                *own && *others
            }
            _ => false,
        }
    }

    /// `RouteAlreadyExists` of a gateway's routes; an interface's names are `InvalidParameter` (EC2 API reference, "Error
    /// codes").
    fn refusal(&self) -> Reason {
        match self.reach {
            Reach::Gateway { .. } => Reason::Exists,
            Reach::Interface { .. } => Reason::Clash,
        }
    }

    fn claims(&self) -> Vec<Claim> {
        match &self.reach {
            Reach::Gateway { route_tables } => {
                route_tables.iter().map(|it| Claim::whole(format!("{} in {}", self.service, it.name))).collect()
            }
            Reach::Interface { private_dns: true, .. } => {
                vec![Claim::whole(format!("{} of {}", self.service, self.vpc.name))]
            }
            Reach::Interface { .. } => Vec::new(),
        }
    }

    fn without(&self, gone: &BTreeSet<Key>) -> Endpoint {
        let mut left = self.clone();
        match &mut left.reach {
            Reach::Gateway { route_tables } => route_tables.retain(|it| !gone.contains(it)),
            Reach::Interface { subnets, security_groups, .. } => {
                subnets.retain(|it| !gone.contains(it));
                security_groups.retain(|it| !gone.contains(it));
            }
        }
        left
    }

    /// The tables and the private name are the other's to have.
    fn yielding(&self, other: &Endpoint) -> Endpoint {
        match self.clashes(other) {
            true => Endpoint { reach: self.reach.undemanding(), ..self.clone() },
            false => self.clone(),
        }
    }

    /// One that waits for room is made without what only one can have.
    fn born(&self, key: &Key, scope: &Scope<'_>) -> Endpoint {
        match scope.waits_for_room(key) {
            true => Endpoint { reach: self.reach.undemanding(), ..self.clone() },
            false => self.clone(),
        }
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let handles = |keys: &BTreeSet<Key>| keys.iter().map(|it| scope.id(it)).collect();
        let reach = match &self.born(key, scope).reach {
            Reach::Gateway { route_tables } => ReachHandles::Gateway { route_tables: handles(route_tables) },
            Reach::Interface { subnets, security_groups, private_dns } => ReachHandles::Interface {
                subnets: handles(subnets),
                security_groups: handles(security_groups),
                private_dns: *private_dns,
            },
        };
        let create = Call::Create {
            stamp: scope.stamp(key),
            vpc: scope.id(&self.vpc),
            service: self.service.clone(),
            policy: self.policy.clone(),
            reach,
        };
        [create].into_iter().chain(self.settle(key, &Handle::new_id(key))).collect()
    }

    fn settle(&self, _key: &Key, object: &Handle) -> Vec<Call> {
        vec![Call::AwaitAvailable { endpoint: object.clone() }]
    }

    /// Everything in one request, unless all that is left to do is to take away.
    fn wire(&self, live: &Endpoint, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let modification = self.modification(live, scope);
        match modification.only_removes() {
            true => Vec::new(),
            false => modify(scope.id(key), modification),
        }
    }

    fn unwire(&self, live: &Endpoint, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let modification = self.modification(live, scope);
        match modification.only_removes() && modification != Modification::default() {
            true => modify(scope.id(key), modification),
            false => Vec::new(),
        }
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let endpoint = scope.live_id(key);
        vec![Call::Delete { endpoint: endpoint.clone() }, Call::AwaitDeleted { endpoint }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, vpc, service, policy, reach } => {
                let reach = match reach {
                    ReachHandles::Gateway { route_tables } => {
                        Reach::Gateway { route_tables: keys(live, route_tables)? }
                    }
                    ReachHandles::Interface { subnets, security_groups, private_dns } => Reach::Interface {
                        subnets: keys(live, subnets)?,
                        security_groups: keys(live, security_groups)?,
                        private_dns: *private_dns,
                    },
                };
                let (vpc, service, policy) = (live.key_of(vpc)?, service.clone(), policy.clone());
                live.create(stamp, Endpoint { vpc, service, policy, reach })?;
                live.set_state(&Handle::new_id(&stamp.key), State::Pending)
            }
            Call::Modify { endpoint, modification } => modification.effect(endpoint, live),
            Call::AwaitAvailable { endpoint } => live.set_state(endpoint, State::Usable),
            Call::Delete { endpoint } => live.start_leaving(endpoint),
            Call::AwaitDeleted { endpoint } => {
                live.finish_leaving(endpoint);
                Ok(())
            }
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { endpoint } if live.is_gone(endpoint))
    }
}

impl Reach {
    /// Returns it without what only one endpoint of a service can have.
    fn undemanding(&self) -> Reach {
        match self {
            Reach::Gateway { .. } => Reach::Gateway { route_tables: BTreeSet::new() },
            Reach::Interface { subnets, security_groups, .. } => Reach::Interface {
                subnets: subnets.clone(),
                security_groups: security_groups.clone(),
                private_dns: false,
            },
        }
    }

    /// Returns AWS's name of the type.
    pub fn type_name(&self) -> String {
        match self {
            Reach::Gateway { .. } => "gateway".to_owned(),
            Reach::Interface { .. } => "interface".to_owned(),
        }
    }
}

/// A change is followed by a wait, since AWS refuses the next one until it is over.
fn modify(endpoint: Handle, modification: Modification) -> Vec<Call> {
    vec![Call::Modify { endpoint: endpoint.clone(), modification }, Call::AwaitAvailable { endpoint }]
}

fn keys(live: &Live, handles: &[Handle]) -> Result<BTreeSet<Key>, Refused> {
    handles.iter().map(|it| live.key_of(it)).collect()
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateVpcEndpoint",
            Call::Modify { .. } => "ModifyVpcEndpoint",
            Call::AwaitAvailable { .. } | Call::AwaitDeleted { .. } => "DescribeVpcEndpoints",
            Call::Delete { .. } => "DeleteVpcEndpoints",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, vpc, service, reach, .. } => {
                let reach = match reach {
                    ReachHandles::Gateway { route_tables } => format!("routes in {}", list(route_tables)),
                    ReachHandles::Interface { subnets, security_groups, private_dns } => {
                        let (subnets, groups) = (list(subnets), list(security_groups));
                        format!("subnets {subnets}; groups {groups}; private-dns={private_dns}")
                    }
                };
                format!("{} {service} in {vpc}: {reach}", stamp.key)
            }
            Call::Modify { endpoint, modification } => format!("{endpoint} {}", modification.changes().join("; ")),
            Call::AwaitAvailable { endpoint } => format!("until {endpoint} is available"),
            Call::Delete { endpoint } => endpoint.to_string(),
            Call::AwaitDeleted { endpoint } => format!("until {endpoint} is deleted"),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { vpc, reach, .. } => {
                let named: Vec<&Handle> = match reach {
                    ReachHandles::Gateway { route_tables } => route_tables.iter().collect(),
                    ReachHandles::Interface { subnets, security_groups, .. } => {
                        subnets.iter().chain(security_groups).collect()
                    }
                };
                [vpc].into_iter().chain(named).collect()
            }
            Call::Modify { endpoint, modification } => [endpoint].into_iter().chain(modification.handles()).collect(),
            Call::AwaitAvailable { endpoint } | Call::Delete { endpoint } | Call::AwaitDeleted { endpoint } => {
                vec![endpoint]
            }
        }
    }

    fn stamp(&self) -> Option<&Stamp> {
        match self {
            Call::Create { stamp, .. } => Some(stamp),
            _ => None,
        }
    }

    /// AWS puts a gateway endpoint's route into the tables.
    fn writes(&self) -> Vec<&Handle> {
        match self {
            Call::Create { reach: ReachHandles::Gateway { route_tables }, .. } => route_tables.iter().collect(),
            Call::Modify { modification, .. } => {
                modification.add_route_tables.iter().chain(&modification.remove_route_tables).collect()
            }
            _ => Vec::new(),
        }
    }

    fn is_removal(&self) -> bool {
        matches!(self, Call::Delete { .. })
    }

    fn steers(&self) -> bool {
        match self {
            Call::Create { reach, .. } => matches!(reach, ReachHandles::Gateway { .. }),
            Call::Modify { .. } | Call::Delete { .. } => true,
            Call::AwaitAvailable { .. } | Call::AwaitDeleted { .. } => false,
        }
    }

    /// Typical times are field reports, deadlines the usual tools' own; AWS promises neither.
    fn wait(&self) -> Option<Wait> {
        match self {
            Call::AwaitAvailable { .. } => Some(Wait { typical_s: 90, deadline_s: 600 }),
            Call::AwaitDeleted { .. } => Some(Wait { typical_s: 180, deadline_s: 900 }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::kinds::route_table::RouteTable;
    use crate::testing::{network, reached, requests};

    fn want(tables: &[&str], policy: Option<&str>) -> crate::Network {
        let vpc = crate::testing::vpc();
        let table = || RouteTable { vpc: Key::new(Kind::Vpc, "main"), routes: Default::default() };
        let endpoint = Endpoint {
            vpc: Key::new(Kind::Vpc, "main"),
            service: "com.amazonaws.us-east-1.s3".to_owned(),
            policy: policy.map(|text| Policy::parse(text).expect("a policy")),
            reach: Reach::Gateway { route_tables: tables.iter().map(|it| it.parse().expect("a key")).collect() },
        };
        network([
            ("vpc.main", vpc.into()),
            ("route-table.a", table().into()),
            ("route-table.b", table().into()),
            ("endpoint.s3", endpoint.into()),
        ])
    }

    #[test]
    fn a_change_is_one_request_and_a_wait() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#;
        let live = reached(&want(&["route-table.a"], None), &Live::default());
        assert_snapshot!(requests(&want(&["route-table.b"], Some(policy)), &live), @r#"
        | ModifyVpcEndpoint vpce-00000000000000007 +route-tables rtb-00000000000000006; -route-tables rtb-00000000000000005; policy={"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Principal":"*","Resource":"*"}]}
          DescribeVpcEndpoints until vpce-00000000000000007 is available
        "#);
        let live = reached(&want(&["route-table.a", "route-table.b"], Some(policy)), &Live::default());
        assert_snapshot!(requests(&want(&["route-table.b"], None), &live), @"
        | ModifyVpcEndpoint vpce-00000000000000007 -route-tables rtb-00000000000000005; reset policy
          DescribeVpcEndpoints until vpce-00000000000000007 is available
        ");
        assert_snapshot!(requests(&want(&["route-table.a"], Some(policy)), &live), @"
        | ModifyVpcEndpoint vpce-00000000000000007 -route-tables rtb-00000000000000006
          DescribeVpcEndpoints until vpce-00000000000000007 is available
        ");
    }
}
