//! A network as workloads stand on it.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::route_table::Target;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::{Facts, Key, Kind, Network, Spec};

use crate::acl::Acl;
use crate::workload::{self, Workload};

/// A network with what is known of AWS's addresses.
pub(crate) struct Ground<'a> {
    pub(crate) network: &'a Network,
    pub(crate) workloads: Vec<Workload<'a>>,
    facts: &'a Facts,
}

/// Where a subnet's packets to the internet go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayOut {
    /// Through a NAT gateway, or to something whose other side is not known.
    There,
    /// To the internet gateway, which helps only who has a public address: SageMaker's interfaces have none.
    PublicOnly,
    /// Nowhere.
    Nowhere,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(network: &'a Network, facts: &'a Facts) -> Ground<'a> {
        Ground { network, workloads: workload::all(network), facts }
    }

    /// Returns the VPC, if it is the blueprint's own.
    pub(crate) fn vpc(&self) -> Option<(&'a Key, &'a Vpc)> {
        self.network.resources.iter().find_map(|(key, spec)| match spec {
            Spec::Vpc(vpc) => Some((key, vpc)),
            _ => None,
        })
    }

    /// Returns a subnet, if it is the blueprint's own.
    pub(crate) fn subnet(&self, key: &Key) -> Option<&'a Subnet> {
        match self.network.resources.get(key) {
            Some(Spec::Subnet(subnet)) => Some(subnet),
            _ => None,
        }
    }

    /// Returns those of a workload's subnets that are the blueprint's own.
    pub(crate) fn subnets<'k>(&self, keys: impl IntoIterator<Item = &'k Key>) -> Vec<(&'k Key, &'a Subnet)> {
        keys.into_iter().filter_map(|key| Some((key, self.subnet(key)?))).collect()
    }

    pub(crate) fn way_out(&self, subnet: &Subnet) -> WayOut {
        let Some(table) = &subnet.route_table else {
            // The main table of a VPC of ours has no routes but the local ones.
            return if self.vpc().is_some() { WayOut::Nowhere } else { WayOut::There };
        };
        let Some(Spec::RouteTable(table)) = self.network.resources.get(table) else { return WayOut::There };
        // Half of all addresses is as good as all of them: nobody writes one half alone.
        let is_default = |it: &IpNet| matches!(it, IpNet::V4(it) if it.prefix_len() <= 1);
        let mut ways = table.routes.iter().filter(|(to, _)| is_default(to)).map(|(_, target)| match target {
            Target::NatGateway(_) => WayOut::There,
            Target::Existing(id) if id.starts_with("pcx-") => WayOut::Nowhere,
            Target::Existing(_) => WayOut::There,
            Target::InternetGateway(_) => WayOut::PublicOnly,
            Target::EgressOnlyGateway(_) => WayOut::Nowhere,
        });
        ways.next_back().unwrap_or(WayOut::Nowhere)
    }

    /// Returns whether packets to S3 go to a gateway endpoint.
    pub(crate) fn has_s3_gateway(&self, subnet: &Subnet) -> bool {
        let table = subnet.route_table.as_ref();
        self.endpoints("s3").any(|(_, it)| match &it.reach {
            Reach::Gateway { route_tables } => table.is_some_and(|it| route_tables.contains(it)),
            Reach::Interface { .. } => false,
        })
    }

    /// Returns the endpoints of a service by its short name, such as `sagemaker.api`.
    pub(crate) fn endpoints(&self, service: &str) -> impl Iterator<Item = (&'a Key, &'a Endpoint)> {
        self.network.resources.iter().filter_map(move |(key, spec)| match spec {
            Spec::Endpoint(it) if is_of(&it.service, service) => Some((key, it)),
            _ => None,
        })
    }

    pub(crate) fn acl(&self, subnet: &Subnet) -> Acl<'a> {
        let acl = match &subnet.network_acl {
            Some(key) => match self.network.resources.get(key) {
                Some(Spec::NetworkAcl(acl)) => Some((&acl.inbound, &acl.outbound)),
                _ => None,
            },
            None => self
                .vpc()
                .and_then(|(_, vpc)| vpc.defaults.acl.as_ref())
                .map(|it| (&it.inbound, &it.outbound)),
        };
        acl.map_or(Acl::Open, |(inbound, outbound)| Acl::Entries { inbound, outbound })
    }

    /// Returns S3's addresses, if they are known.
    pub(crate) fn s3_blocks(&self) -> Option<Vec<Ipv4Net>> {
        let list = self.facts.prefix_lists.iter().find(|(name, _)| is_of(name, "s3"))?.1;
        let v4 = list.cidrs.iter().filter_map(|it| if let IpNet::V4(it) = it { Some(*it) } else { None });
        Some(v4.collect::<Vec<_>>()).filter(|it| !it.is_empty())
    }

    /// Returns whether a prefix list that exists already may have addresses of S3, or of another service if that is
    /// meant.
    pub(crate) fn may_list(&self, id: &str, is_s3: bool) -> bool {
        let known =
            self.facts.prefix_lists.iter().find(|(_, list)| list.id == id).map(|(name, _)| name.as_str());
        match known {
            Some(name) if is_of(name, "s3") => is_s3,
            Some(name) if is_of(name, "dynamodb") => false,
            _ => true,
        }
    }

    /// Returns the zones of the VPC's subnets, by their last letter or their id.
    pub(crate) fn zones(&self) -> BTreeSet<&'a str> {
        let zone = |spec: &'a Spec| if let Spec::Subnet(it) = spec { Some(it.zone.as_str()) } else { None };
        self.network.resources.values().filter_map(zone).collect()
    }
}

/// Returns whether a full name is that of a service by its short one.
fn is_of(full: &str, service: &str) -> bool {
    let Some(rest) = full.strip_suffix(service).and_then(|it| it.strip_suffix('.')) else { return false };
    // What is left ends with the region: `com.amazonaws.eu-west-1`, `aws.sagemaker.eu-west-1`.
    let is_aws = ["com.amazonaws.", "cn.com.amazonaws.", "aws.sagemaker."];
    is_aws.iter().any(|it| rest.strip_prefix(it).is_some_and(|region| !region.contains('.')))
}

/// Returns the tier of a subnet, a table or an ACL of the blueprint.
pub(crate) fn tier(key: &Key) -> &str {
    key.name.split('@').next().unwrap_or_default()
}

/// Returns a name as a part of a TOML table's.
pub(crate) fn quoted(name: &str) -> String {
    match name.contains('.') {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}

/// Returns names as a TOML list.
pub(crate) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|it| format!("\"{it}\"")).collect();
    format!("[{}]", names.join(", "))
}

/// Returns the table of a workload in the blueprint.
pub(crate) fn table_of(key: &Key) -> String {
    let kind = match key.kind {
        Kind::Domain => "domains",
        Kind::UserProfile => "user-profiles",
        Kind::Notebook => "notebook-instances",
        Kind::Model => "models",
        Kind::EndpointConfig => "endpoint-configs",
        Kind::InferenceEndpoint => "endpoints",
        Kind::TrainingJob => "training-jobs",
        _ => "processing-jobs",
    };
    format!("sagemaker.{kind}.{}", quoted(&key.name))
}
