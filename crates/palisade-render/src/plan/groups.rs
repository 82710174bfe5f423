//! Which objects are told together: the VPC, its gateways, each tier, prefix lists, security groups, endpoints.

use std::collections::BTreeMap;
use std::fmt;

use palisade_core::{Key, Kind, Live, Network, Owner, Spec};

/// Objects that a person thinks of together, in the order in which they are told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// The VPC itself, and what hangs on all of it.
    Vpc,
    /// The ways out, and their addresses.
    Gateways,
    /// A tier: its subnets, tables and ACL.
    Tier {
        /// Its lowest address: authors number their tiers in the order in which they think of them.
        address: u32,
        /// Its name.
        name: String,
    },
    /// All prefix lists.
    PrefixLists,
    /// All security groups.
    SecurityGroups,
    /// All endpoints.
    Endpoints,
    /// What runs in the network, and what AWS makes for it.
    SageMaker,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Group::Vpc => f.write_str("VPC"),
            Group::Gateways => f.write_str("gateways"),
            Group::Tier { name, .. } => write!(f, "tier {name}"),
            Group::PrefixLists => f.write_str("prefix lists"),
            Group::SecurityGroups => f.write_str("security groups"),
            Group::Endpoints => f.write_str("endpoints"),
            Group::SageMaker => f.write_str("SageMaker"),
        }
    }
}

/// Where each object of one network stands.
pub(crate) struct Groups<'a> {
    live: &'a Live,
    addresses: BTreeMap<&'a str, u32>,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(want: &'a Network, live: &'a Live) -> Groups<'a> {
        let mut groups = Groups { live, addresses: BTreeMap::new() };
        let there = live.objects().iter().filter(|(_, it)| it.owner != Owner::Foreign);
        let there = there.map(|(key, object)| (key, &object.spec));
        for (key, spec) in want.resources.iter().chain(there) {
            let Spec::Subnet(subnet) = spec else { continue };
            let address = u32::from(subnet.cidr.network());
            let lowest = groups.addresses.entry(tier(authors_key(key, live))).or_insert(address);
            *lowest = address.min(*lowest);
        }
        groups
    }

    /// Puts items into their groups, an elder behind its successor.
    pub(crate) fn sort<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> &'a Key,
    ) -> BTreeMap<Group, Vec<T>> {
        let mut items: Vec<T> = items.into_iter().collect();
        items.sort_by_key(|it| {
            let authors = authors_key(key(it), self.live);
            (authors, authors != key(it), key(it))
        });
        let mut groups: BTreeMap<Group, Vec<T>> = BTreeMap::new();
        for item in items {
            groups.entry(self.of(authors_key(key(&item), self.live))).or_default().push(item);
        }
        groups
    }

    fn of(&self, key: &Key) -> Group {
        match key.kind {
            Kind::Vpc | Kind::DhcpOptions | Kind::FlowLog => Group::Vpc,
            Kind::InternetGateway | Kind::EgressOnlyGateway | Kind::ElasticIp | Kind::NatGateway => {
                Group::Gateways
            }
            Kind::Subnet | Kind::RouteTable | Kind::NetworkAcl => {
                let name = tier(key);
                let address = self.addresses.get(name).copied().unwrap_or(u32::MAX);
                Group::Tier { address, name: name.to_owned() }
            }
            Kind::PrefixList => Group::PrefixLists,
            Kind::SecurityGroup => Group::SecurityGroups,
            Kind::Endpoint => Group::Endpoints,
            Kind::Domain
            | Kind::UserProfile
            | Kind::Notebook
            | Kind::Model
            | Kind::EndpointConfig
            | Kind::InferenceEndpoint
            | Kind::TrainingJob
            | Kind::ProcessingJob
            | Kind::App
            | Kind::Space
            | Kind::MountTarget => Group::SageMaker,
        }
    }
}

/// Returns the key that the author knows an object by: for an elder, that of its successor, and for what AWS has made
/// for something, that of this.
pub(crate) fn authors_key<'a>(key: &'a Key, live: &'a Live) -> &'a Key {
    match live.object(key).map(|it| &it.owner) {
        Some(Owner::Deposed { of }) => of,
        Some(Owner::Derived { of }) => authors_key(of, live),
        _ => key,
    }
}

/// Returns the name of the tier in a key of a subnet, table or ACL.
pub(crate) fn tier(key: &Key) -> &str {
    key.name.split_once('@').map_or(key.name.as_str(), |(tier, _)| tier)
}
