//! The ids of what a blueprint has made, for people and for what is built on top of it.

use std::collections::BTreeMap;

use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Block, Key, Kind, Live, Object, Owner, Part, Spec};

use crate::plan::groups::tier;

mod dotenv;
mod human;
pub(crate) mod sagemaker;
#[cfg(test)]
mod tests;
mod tfvars;
mod vpc_config;

pub use sagemaker::{WorkloadIds, Workloads};
pub use vpc_config::{NoVpcConfig, VpcConfigIds};

/// The ids of a blueprint's current objects. What is not there (yet) is absent; elders and what is foreign
/// are not in here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// The VPC.
    pub vpc: Option<String>,
    /// The IPv6 block that Amazon gave it.
    pub vpc_ipv6_prefix: Option<String>,
    /// Its internet gateway.
    pub internet_gateway: Option<String>,
    /// Its egress-only internet gateway.
    pub egress_only_gateway: Option<String>,
    /// Elastic IPs by their name, such as `nat@a`.
    pub elastic_ips: BTreeMap<String, ElasticIpIds>,
    /// NAT gateways by the suffix of their zone.
    pub nat_gateways: BTreeMap<String, String>,
    /// Tiers by their name.
    pub tiers: BTreeMap<String, TierIds>,
    /// Prefix lists by their name.
    pub prefix_lists: BTreeMap<String, String>,
    /// Security groups by their name.
    pub security_groups: BTreeMap<String, String>,
    /// Endpoints by their name.
    pub endpoints: BTreeMap<String, String>,
    /// What runs in the network, by its kind.
    pub sagemaker: BTreeMap<Kind, Workloads>,
}

/// The ids of one tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierIds {
    /// Subnets by the suffix of their zone.
    pub subnets: BTreeMap<String, String>,
    /// The subnets' IPv6 blocks by the suffix of their zone.
    pub ipv6_blocks: BTreeMap<String, String>,
    /// Route tables by the suffix of the zone that follows them: where one table serves the whole tier, it is
    /// there for each zone.
    pub route_tables: BTreeMap<String, String>,
    /// The network ACL, if the tier has its own.
    pub network_acl: Option<String>,
}

/// The identifiers of one elastic IP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElasticIpIds {
    /// The allocation's id.
    pub id: String,
    /// The address that the internet sees.
    pub public_ip: Option<String>,
}

impl Outputs {
    /// Collects the ids of the blueprint's current objects.
    pub fn new(live: &Live) -> Outputs {
        let mut outputs = Outputs::default();
        let current = live.objects().iter().filter(|(_, it)| it.owner == Owner::Blueprint);
        for (key, object) in current {
            outputs.add(key, object);
            if let Spec::Subnet(subnet) = &object.spec {
                outputs.add_ipv6(key, subnet, live);
            }
        }
        for tier in outputs.tiers.values_mut() {
            tier.spread_the_table_of_all_zones();
        }
        outputs
    }

    fn add(&mut self, key: &Key, object: &Object) {
        let (name, id) = (key.name.to_string(), object.id.clone());
        match key.kind {
            Kind::Vpc => {
                self.vpc = Some(id);
                self.vpc_ipv6_prefix = object.parts.get(&Part::Ipv6Prefix).cloned();
            }
            Kind::InternetGateway => self.internet_gateway = Some(id),
            Kind::EgressOnlyGateway => self.egress_only_gateway = Some(id),
            Kind::ElasticIp => {
                let public_ip = object.parts.get(&Part::PublicIp).cloned();
                self.elastic_ips.insert(name, ElasticIpIds { id, public_ip });
            }
            Kind::NatGateway => drop(self.nat_gateways.insert(zone(key).to_owned(), id)),
            Kind::Subnet => drop(self.tier(key).subnets.insert(zone(key).to_owned(), id)),
            Kind::RouteTable => drop(self.tier(key).route_tables.insert(zone(key).to_owned(), id)),
            Kind::NetworkAcl => self.tier(key).network_acl = Some(id),
            Kind::SecurityGroup => drop(self.security_groups.insert(name, id)),
            Kind::Endpoint => drop(self.endpoints.insert(name, id)),
            Kind::PrefixList => drop(self.prefix_lists.insert(name, id)),
            // They do their work for all of the VPC, and nothing that is built on it names them.
            Kind::DhcpOptions | Kind::FlowLog => {}
            Kind::Domain
            | Kind::UserProfile
            | Kind::Notebook
            | Kind::Model
            | Kind::EndpointConfig
            | Kind::InferenceEndpoint
            | Kind::TrainingJob
            | Kind::ProcessingJob => {
                self.sagemaker.entry(key.kind).or_default().insert(name, WorkloadIds::new(key, object));
            }
            // Nobody has asked for them.
            Kind::App | Kind::Space | Kind::MountTarget => {}
        }
    }

    fn add_ipv6(&mut self, key: &Key, subnet: &Subnet, live: &Live) {
        let block = subnet.ipv6.map(Block::Ipv6Slot);
        if let Some(block) = block.and_then(|it| it.addresses(live.ipv6_prefix(&subnet.vpc))) {
            self.tier(key).ipv6_blocks.insert(zone(key).to_owned(), block.to_string());
        }
    }

    fn tier(&mut self, key: &Key) -> &mut TierIds {
        self.tiers.entry(tier(key).to_owned()).or_default()
    }
}

/// Returns the suffix of the key's zone, or nothing if it is of all zones.
fn zone(key: &Key) -> &str {
    key.name.split_once('@').map_or("", |(_, zone)| zone)
}

impl TierIds {
    /// Whoever looks up the table of a zone need not know how the tier is routed.
    fn spread_the_table_of_all_zones(&mut self) {
        let Some(table) = self.route_tables.remove("") else { return };
        for zone in self.subnets.keys() {
            self.route_tables.entry(zone.clone()).or_insert_with(|| table.clone());
        }
    }

    /// Returns the ids of the tables, each once.
    fn distinct_route_tables(&self) -> Vec<&str> {
        let mut tables: Vec<&str> = Vec::new();
        for table in self.route_tables.values() {
            if !tables.contains(&table.as_str()) {
                tables.push(table);
            }
        }
        tables
    }
}
