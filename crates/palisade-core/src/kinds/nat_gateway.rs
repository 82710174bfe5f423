//! A public NAT gateway: lets private subnets open connections to the internet, and nothing back in.

use serde::{Deserialize, Serialize};

use super::{Kind, Request, Resource, Wait};
use crate::cloud::{Reason, Refused};
use crate::handle::Handle;
use crate::key::Key;
use crate::live::{Claim, Live, State};
use crate::plan::Diff;
use crate::scope::Scope;
use crate::tags::Stamp;

/// A NAT gateway. Nothing of it can change but its tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NatGateway {
    /// The public subnet that it stands in.
    pub subnet: Key,
    /// The elastic IP that the internet sees.
    pub address: Key,
    /// The VPC's internet gateway: attached before a NAT gateway is made, and not detached while one has an address.
    /// Read back as whatever gateway the VPC has, so it never differs.
    pub gateway: Option<Key>,
}

/// The requests of a NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `CreateNatGateway`, public.
    Create {
        /// Who it is for.
        stamp: Stamp,
        /// Its subnet.
        subnet: Handle,
        /// Its address.
        address: Handle,
        /// What must be attached before; not in the request.
        gateway: Option<Handle>,
    },
    /// `DescribeNatGateways` until it is available.
    AwaitAvailable {
        /// The gateway.
        nat: Handle,
    },
    /// `DeleteNatGateway`.
    Delete {
        /// The gateway.
        nat: Handle,
    },
    /// `DescribeNatGateways` until it is deleted: only then are its address and its subnet free.
    AwaitDeleted {
        /// The gateway.
        nat: Handle,
    },
}

impl Resource for NatGateway {
    const KIND: Kind = Kind::NatGateway;
    const NAME: &'static str = "nat";
    const ID_PREFIX: &'static str = "nat";
    /// By `ReplaceRoute`.
    const IS_LEFT_AT_ONCE: bool = true;
    type Call = Call;

    fn refs(&self) -> Vec<&Key> {
        [&self.subnet, &self.address].into_iter().chain(&self.gateway).collect()
    }

    fn map_keys(&mut self, rename: &mut dyn FnMut(&mut Key)) {
        rename(&mut self.subnet);
        rename(&mut self.address);
        self.gateway.iter_mut().for_each(rename);
    }

    fn diff(&self, live: &NatGateway) -> Diff {
        let replaced = self.gateway.is_some() && live.gateway.as_ref().is_some_and(Key::is_existing);
        let diff = Diff::default().replace("subnet", &live.subnet, &self.subnet).replace(
            "address",
            &live.address,
            &self.address,
        );
        match (&live.gateway, &self.gateway) {
            (Some(had), Some(wanted)) if replaced => diff.replace("gateway", had, wanted),
            _ => diff,
        }
    }

    /// One address cannot serve two.
    fn clashes(&self, other: &NatGateway) -> bool {
        self.address == other.address
    }

    /// `Resource.AlreadyAssociated` (EC2 API reference, "Error codes").
    fn refusal(&self) -> Reason {
        Reason::Exists
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::whole(self.address.name.clone())]
    }

    fn make(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let create = Call::Create {
            stamp: scope.stamp(key),
            subnet: scope.id(&self.subnet),
            address: scope.id(&self.address),
            gateway: self.gateway.as_ref().map(|it| scope.id(it)),
        };
        [create].into_iter().chain(self.settle(key, &Handle::new_id(key))).collect()
    }

    fn settle(&self, _key: &Key, object: &Handle) -> Vec<Call> {
        vec![Call::AwaitAvailable { nat: object.clone() }]
    }

    fn remove(&self, key: &Key, scope: &Scope<'_>) -> Vec<Call> {
        let nat = scope.live_id(key);
        vec![Call::Delete { nat: nat.clone() }, Call::AwaitDeleted { nat }]
    }

    fn effect(call: &Call, live: &mut Live) -> Result<(), Refused> {
        match call {
            Call::Create { stamp, subnet, address, gateway } => {
                let (subnet, address) = (live.key_of(subnet)?, live.key_of(address)?);
                let gateway = gateway.as_ref().map(|it| live.key_of(it)).transpose()?;
                live.create(stamp, NatGateway { subnet, address, gateway })?;
                live.set_state(&Handle::new_id(&stamp.key), State::Pending)
            }
            Call::AwaitAvailable { nat } => live.set_state(nat, State::Usable),
            Call::Delete { nat } => live.start_leaving(nat),
            Call::AwaitDeleted { nat } => {
                live.finish_leaving(nat);
                Ok(())
            }
        }
    }

    fn is_done(call: &Call, live: &Live) -> bool {
        matches!(call, Call::Delete { nat } if live.is_gone(nat))
    }
}

impl Request for Call {
    fn operation(&self) -> &'static str {
        match self {
            Call::Create { .. } => "CreateNatGateway",
            Call::AwaitAvailable { .. } | Call::AwaitDeleted { .. } => "DescribeNatGateways",
            Call::Delete { .. } => "DeleteNatGateway",
        }
    }

    fn details(&self) -> String {
        match self {
            Call::Create { stamp, subnet, address, .. } => format!("{} in {subnet} with {address}", stamp.key),
            Call::AwaitAvailable { nat } => format!("until {nat} is available"),
            Call::Delete { nat } => nat.to_string(),
            Call::AwaitDeleted { nat } => format!("until {nat} is deleted"),
        }
    }

    fn handles(&self) -> Vec<&Handle> {
        match self {
            Call::Create { subnet, address, .. } => vec![subnet, address],
            Call::AwaitAvailable { nat } | Call::Delete { nat } | Call::AwaitDeleted { nat } => vec![nat],
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

    /// Typical times are field reports, deadlines the usual tools' own; AWS promises neither.
    fn wait(&self) -> Option<Wait> {
        match self {
            Call::AwaitAvailable { .. } => Some(Wait { typical_s: 110, deadline_s: 600 }),
            Call::AwaitDeleted { .. } => Some(Wait { typical_s: 60, deadline_s: 900 }),
            Call::Create { .. } | Call::Delete { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use insta::assert_snapshot;

    use super::*;
    use crate::graph::{Graph, StepId};
    use crate::kinds::Spec;
    use crate::kinds::elastic_ip::ElasticIp;
    use crate::kinds::endpoint::{Endpoint, Reach};
    use crate::kinds::internet_gateway::InternetGateway;
    use crate::kinds::route_table::{RouteTable, Target};
    use crate::kinds::subnet::Subnet;
    use crate::plan::{Intent, plan};
    use crate::testing::{network, reached, requests};

    fn key(text: &str) -> Key {
        text.parse().expect("a key")
    }

    /// Three gateways with the given addresses, and for each a table that leads to the given gateway.
    fn zones(addresses: [&str; 3], hops: [&str; 3]) -> crate::Network {
        let vpc = || key("vpc.main");
        let subnet = Subnet {
            vpc: vpc(),
            cidr: "10.0.0.0/24".parse().expect("a CIDR"),
            ipv6: None,
            assign_ipv6: false,
            zone: "us-east-1a".to_owned(),
            public_ip_on_launch: false,
            route_table: None,
            network_acl: None,
        };
        let nat = |address: &str| -> Spec {
            NatGateway { subnet: key("subnet.p"), address: key(address), gateway: Some(key("igw.main")) }.into()
        };
        let table = |hop: &str| -> Spec {
            let routes = [("0.0.0.0/0".parse().expect("a CIDR"), Target::NatGateway(key(hop)))].into();
            RouteTable { vpc: vpc(), routes }.into()
        };
        let mut network = network([
            ("vpc.main", crate::testing::vpc().into()),
            ("igw.main", InternetGateway { vpc: Some(vpc()) }.into()),
            ("subnet.p", subnet.into()),
            ("eip.0", ElasticIp {}.into()),
            ("eip.1", ElasticIp {}.into()),
            ("eip.2", ElasticIp {}.into()),
            ("eip.3", ElasticIp {}.into()),
        ]);
        let names = ["a", "b", "c"];
        for ((name, address), hop) in names.into_iter().zip(addresses).zip(hops) {
            if hops.iter().any(|it| it.ends_with(name)) {
                network.resources.insert(Key::new(Kind::NatGateway, name), nat(address));
            }
            network.resources.insert(Key::new(Kind::RouteTable, name), table(hop));
        }
        network
    }

    const OWN: [&str; 3] = ["nat.a", "nat.b", "nat.c"];

    #[test]
    fn a_ring_of_addresses_is_broken_at_one_gateway_alone() {
        let live = reached(&zones(["eip.0", "eip.1", "eip.2"], OWN), &Live::default());
        assert_snapshot!(requests(&zones(["eip.1", "eip.2", "eip.0"], OWN), &live), @"
        | DeleteRoute rtb-00000000000000013 0.0.0.0/0
          DeleteNatGateway nat-00000000000000010
          DescribeNatGateways until nat-00000000000000010 is deleted
          CreateNatGateway nat.c in subnet-00000000000000005 with eipalloc-00000000000000008
          DescribeNatGateways until <nat.c> is available
        | ReplaceRoute rtb-00000000000000015 0.0.0.0/0 via <nat.c>
          DeleteNatGateway nat-00000000000000012
          DescribeNatGateways until nat-00000000000000012 is deleted
          CreateNatGateway nat.b in subnet-00000000000000005 with eipalloc-0000000000000000c
          DescribeNatGateways until <nat.b> is available
        | ReplaceRoute rtb-00000000000000014 0.0.0.0/0 via <nat.b>
          DeleteNatGateway nat-00000000000000011
          DescribeNatGateways until nat-00000000000000011 is deleted
          CreateNatGateway nat.a in subnet-00000000000000005 with eipalloc-0000000000000000a
          DescribeNatGateways until <nat.a> is available
        | CreateRoute rtb-00000000000000013 0.0.0.0/0 via <nat.a>
        ");
    }

    #[test]
    fn a_ring_is_broken_where_it_interrupts_the_fewest() {
        let of = |first: &str, second: &str| {
            let mut network = zones([first, second, "eip.2"], OWN);
            network.resources.remove(&key("route-table.b"));
            network
        };
        let live = reached(&of("eip.0", "eip.1"), &Live::default());
        assert_snapshot!(requests(&of("eip.1", "eip.0"), &live), @"
          DeleteNatGateway nat-00000000000000011
          DescribeNatGateways until nat-00000000000000011 is deleted
          CreateNatGateway nat.a in subnet-00000000000000005 with eipalloc-0000000000000000a
          DescribeNatGateways until <nat.a> is available
        | ReplaceRoute rtb-00000000000000013 0.0.0.0/0 via <nat.a>
          DeleteNatGateway nat-00000000000000010
          DescribeNatGateways until nat-00000000000000010 is deleted
          CreateNatGateway nat.b in subnet-00000000000000005 with eipalloc-00000000000000008
          DescribeNatGateways until <nat.b> is available
        ");
    }

    #[test]
    fn an_address_that_is_handed_on_interrupts_nobody() {
        let live = reached(&zones(["eip.0", "eip.1", "eip.2"], OWN), &Live::default());
        assert_snapshot!(requests(&zones(["eip.3", "eip.0", "eip.1"], OWN), &live), @"
          CreateNatGateway nat.a in subnet-00000000000000005 with eipalloc-0000000000000000e
          DescribeNatGateways until <nat.a> is available
        | ReplaceRoute rtb-00000000000000013 0.0.0.0/0 via <nat.a>
          DeleteNatGateway nat-00000000000000010
          DescribeNatGateways until nat-00000000000000010 is deleted
          CreateNatGateway nat.b in subnet-00000000000000005 with eipalloc-00000000000000008
          DescribeNatGateways until <nat.b> is available
        | ReplaceRoute rtb-00000000000000014 0.0.0.0/0 via <nat.b>
          DeleteNatGateway nat-00000000000000011
          DescribeNatGateways until nat-00000000000000011 is deleted
          CreateNatGateway nat.c in subnet-00000000000000005 with eipalloc-0000000000000000a
          DescribeNatGateways until <nat.c> is available
        | ReplaceRoute rtb-00000000000000015 0.0.0.0/0 via <nat.c>
          DeleteNatGateway nat-00000000000000012
          DescribeNatGateways until nat-00000000000000012 is deleted
        ");
    }

    #[test]
    fn a_table_that_goes_over_to_a_gateway_which_stays_is_not_interrupted() {
        let live = reached(&zones(["eip.0", "eip.1", "eip.2"], OWN), &Live::default());
        let want = zones(["eip.0", "eip.2", "eip.2"], ["nat.a", "nat.b", "nat.a"]);
        assert_snapshot!(requests(&want, &live), @"
        | ReplaceRoute rtb-00000000000000015 0.0.0.0/0 via nat-00000000000000010
          DeleteNatGateway nat-00000000000000012
          DescribeNatGateways until nat-00000000000000012 is deleted
          CreateNatGateway nat.b in subnet-00000000000000005 with eipalloc-0000000000000000c
          DescribeNatGateways until <nat.b> is available
        | ReplaceRoute rtb-00000000000000014 0.0.0.0/0 via <nat.b>
          DeleteNatGateway nat-00000000000000011
          DescribeNatGateways until nat-00000000000000011 is deleted
        ");
    }

    #[test]
    fn what_takes_longest_is_on_the_longest_path() {
        let reach = Reach::Interface {
            subnets: [key("subnet.p")].into(),
            security_groups: BTreeSet::new(),
            private_dns: false,
        };
        let (vpc, service) = (key("vpc.main"), "com.amazonaws.us-east-1.sts".to_owned());
        let endpoint = Endpoint { vpc, service, policy: None, reach };
        let mut old = zones(["eip.0", "eip.1", "eip.2"], OWN);
        old.resources.insert(key("endpoint.sts"), endpoint.into());
        let (live, want) = (reached(&old, &Live::default()), zones(["eip.1", "eip.0", "eip.2"], OWN));
        let graph = Graph::new(&plan(&want, &live, &Intent::default()), &want, &live).expect("it can be ordered");
        let told = |id: &StepId| format!("{id}: {} s", graph.remaining_ms()[id] / 1000);
        assert_snapshot!(told(&StepId::Remove(key("endpoint.sts"))), @"remove endpoint.sts: 180 s");
        assert_snapshot!(told(&StepId::Remove(key("nat.a"))), @"remove nat.a: 343 s");
        assert_snapshot!(graph.estimate().dominated_by.expect("there are waits"), @"make nat.a");
    }
}
