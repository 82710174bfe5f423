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
