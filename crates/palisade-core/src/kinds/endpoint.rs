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
        /// How long it usually takes, in seconds.
        typical_s: u32,
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
        /// How long it usually takes, in seconds.
        typical_s: u32,
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

    /// An interface has addresses of the VPC, and its private name needs the VPC's DNS.
    fn lies_in(&self) -> Option<&Key> {
        matches!(self.reach, Reach::Interface { .. }).then_some(&self.vpc)
    }

    fn supports(&self) -> bool {
        matches!(self.reach, Reach::Gateway { .. })
    }

    /// The private DNS of an S3 interface endpoint is for resolvers from outside of the VPC, and what is within uses the
    /// gateway endpoint, which AWS therefore insists on.
    fn leans_on(&self, other: &Endpoint) -> bool {
        let is_private = matches!(self.reach, Reach::Interface { private_dns: true, .. });
        is_private && other.supports() && (&self.vpc, &self.service) == (&other.vpc, &other.service)
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
        vec![Call::AwaitAvailable { endpoint: object.clone(), typical_s: self.reach.typical_s().0 }]
    }

    /// Everything in one request, unless all that is left to do is to take away.
    fn wire(&self, live: &Endpoint, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let modification = self.modification(live, scope);
        match modification.only_removes() {
            true => Vec::new(),
            false => self.modify(key, scope, modification),
        }
    }

    fn unwire(&self, live: &Endpoint, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let modification = self.modification(live, scope);
        match modification.only_removes() && modification != Modification::default() {
            true => self.modify(key, scope, modification),
            false => Vec::new(),
        }
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let endpoint = scope.live_id(key);
        let typical_s = self.reach.typical_s().1;
        vec![Call::Delete { endpoint: endpoint.clone() }, Call::AwaitDeleted { endpoint, typical_s }]
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
            Call::AwaitAvailable { endpoint, .. } => live.set_state(endpoint, State::Usable),
            Call::Delete { endpoint } => live.start_leaving(endpoint),
            Call::AwaitDeleted { endpoint, .. } => {
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

    /// Returns how long AWS usually takes to make it and to delete it, in seconds: routes against interfaces.
    fn typical_s(&self) -> (u32, u32) {
        match self {
            Reach::Gateway { .. } => (3, 3),
            Reach::Interface { .. } => (90, 180),
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

impl Endpoint {
    /// A change is followed by a wait, since AWS refuses the next one until it is over.
    fn modify(&self, key: &Key, scope: &Scope<'_>, modification: Modification) -> Vec<Call> {
        let endpoint = scope.id(key);
        let change = Call::Modify { endpoint: endpoint.clone(), modification };
        [change].into_iter().chain(self.settle(key, &endpoint)).collect()
    }
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
            Call::AwaitAvailable { endpoint, .. } => format!("until {endpoint} is available"),
            Call::Delete { endpoint } => endpoint.to_string(),
            Call::AwaitDeleted { endpoint, .. } => format!("until {endpoint} is deleted"),
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
            Call::AwaitAvailable { endpoint, .. }
            | Call::Delete { endpoint }
            | Call::AwaitDeleted { endpoint, .. } => vec![endpoint],
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
            Call::AwaitAvailable { typical_s, .. } => Some(Wait { typical_s: *typical_s, deadline_s: 600 }),
            Call::AwaitDeleted { typical_s, .. } => Some(Wait { typical_s: *typical_s, deadline_s: 900 }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::kinds::route_table::RouteTable;
    use crate::kinds::vpc::Vpc;
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

    fn gateway(tables: &[&str]) -> crate::kinds::Spec {
        let reach = Reach::Gateway { route_tables: tables.iter().map(|it| it.parse().expect("a key")).collect() };
        of_s3(reach)
    }

    fn interface(private_dns: bool) -> crate::kinds::Spec {
        of_s3(Reach::Interface { subnets: BTreeSet::new(), security_groups: BTreeSet::new(), private_dns })
    }

    fn of_s3(reach: Reach) -> crate::kinds::Spec {
        let (vpc, service) = (Key::new(Kind::Vpc, "main"), "com.amazonaws.us-east-1.s3".to_owned());
        Endpoint { vpc, service, policy: None, reach }.into()
    }

    fn with(endpoints: &[(&'static str, crate::kinds::Spec)]) -> crate::Network {
        let mut network = want(&[], None);
        network.resources.retain(|key, _| key.kind != Kind::Endpoint);
        let endpoints = endpoints.iter().map(|(key, it)| (key.parse().expect("a key"), it.clone()));
        network.resources.extend(endpoints);
        network
    }

    #[test]
    fn one_that_goes_gives_its_tables_to_one_that_stays_before_it_is_deleted() {
        let apart = with(&[
            ("endpoint.one", gateway(&["route-table.a"])),
            ("endpoint.two", gateway(&["route-table.b"])),
        ]);
        let live = reached(&apart, &Live::default());
        let together = with(&[("endpoint.one", gateway(&["route-table.a", "route-table.b"]))]);
        assert_snapshot!(requests(&together, &live), @"
        | ModifyVpcEndpoint vpce-00000000000000008 -route-tables rtb-00000000000000006
          DescribeVpcEndpoints until vpce-00000000000000008 is available
        | ModifyVpcEndpoint vpce-00000000000000007 +route-tables rtb-00000000000000006
          DescribeVpcEndpoints until vpce-00000000000000007 is available
        | DeleteVpcEndpoints vpce-00000000000000008
          DescribeVpcEndpoints until vpce-00000000000000008 is deleted
        ");
    }

    #[test]
    fn a_private_name_of_a_service_that_has_a_gateway_is_there_while_the_gateway_is() {
        let both = with(&[("endpoint.a", interface(true)), ("endpoint.b", gateway(&["route-table.a"]))]);
        assert_snapshot!(requests(&both, &Live::default()), @"
        CreateVpc vpc.main 10.0.0.0/16
        CreateRouteTable route-table.a of <vpc.main>
        CreateRouteTable route-table.b of <vpc.main>
        CreateVpcEndpoint endpoint.b com.amazonaws.us-east-1.s3 in <vpc.main>: routes in <route-table.a>
        DescribeVpcEndpoints until <endpoint.b> is available
        CreateVpcEndpoint endpoint.a com.amazonaws.us-east-1.s3 in <vpc.main>: subnets ; groups ; private-dns=true
        DescribeVpcEndpoints until <endpoint.a> is available
        ");
        let live = reached(&both, &Live::default());
        assert_snapshot!(requests(&with(&[("endpoint.a", interface(false))]), &live), @"
        | ModifyVpcEndpoint vpce-00000000000000008 private-dns=false
          DescribeVpcEndpoints until vpce-00000000000000008 is available
        | DeleteVpcEndpoints vpce-00000000000000007
          DescribeVpcEndpoints until vpce-00000000000000007 is deleted
        ");
        assert_snapshot!(requests(&with(&[]), &live), @"
        | DeleteVpcEndpoints vpce-00000000000000008
          DescribeVpcEndpoints until vpce-00000000000000008 is deleted
        | DeleteVpcEndpoints vpce-00000000000000007
          DescribeVpcEndpoints until vpce-00000000000000007 is deleted
        ");
    }

    #[test]
    fn the_name_is_given_up_before_the_vpc_knows_no_names() {
        let of = |dns: bool, endpoints: &[(&'static str, crate::kinds::Spec)]| {
            let mut network = with(endpoints);
            let vpc = Vpc { dns_support: dns, dns_hostnames: dns, ..crate::testing::vpc() };
            network.resources.insert(Key::new(Kind::Vpc, "main"), vpc.into());
            network
        };
        let live = reached(&of(true, &[("endpoint.a", interface(true))]), &Live::default());
        assert_snapshot!(requests(&of(false, &[("endpoint.a", interface(false))]), &live), @"
        | ModifyVpcEndpoint vpce-00000000000000007 private-dns=false
          DescribeVpcEndpoints until vpce-00000000000000007 is available
        | ModifyVpcAttribute vpc-00000000000000001 dns-hostnames=false
        | ModifyVpcAttribute vpc-00000000000000001 dns-support=false
        ");
        assert_snapshot!(requests(&of(false, &[]), &live), @"
        | DeleteVpcEndpoints vpce-00000000000000007
          DescribeVpcEndpoints until vpce-00000000000000007 is deleted
        | ModifyVpcAttribute vpc-00000000000000001 dns-hostnames=false
        | ModifyVpcAttribute vpc-00000000000000001 dns-support=false
        ");
    }
}
