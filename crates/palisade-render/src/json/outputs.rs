//! Outputs on the wire.

use std::collections::BTreeMap;

use palisade_core::Kind;
use serde::Serialize;

use super::FORMAT_VERSION;
use crate::outputs::{ElasticIpIds, Outputs, TierIds, WorkloadIds, Workloads};

/// What `output --format json` writes: ids of what there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputsDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The VPC; null if there is none.
    pub vpc: Option<String>,
    /// The IPv6 block that Amazon gave it; null if it has none.
    pub vpc_ipv6_prefix: Option<String>,
    /// Its internet gateway; null if there is none.
    pub internet_gateway: Option<String>,
    /// Its egress-only internet gateway; null if there is none.
    pub egress_only_gateway: Option<String>,
    /// NAT gateways by the suffix of their zone.
    pub nat_gateways: BTreeMap<String, String>,
    /// Elastic IPs by their name.
    pub elastic_ips: BTreeMap<String, ElasticIpOutput>,
    /// Tiers by their name.
    pub tiers: BTreeMap<String, TierOutput>,
    /// Prefix lists by their name.
    pub prefix_lists: BTreeMap<String, String>,
    /// Security groups by their name.
    pub security_groups: BTreeMap<String, String>,
    /// Endpoints by their name.
    pub endpoints: BTreeMap<String, String>,
    /// What runs in the network.
    pub sagemaker: SageMakerOutput,
}

/// What runs in the network: for each kind by the author's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SageMakerOutput {
    /// Domains of Studio.
    pub domains: BTreeMap<String, DomainOutput>,
    /// Their user profiles.
    pub user_profiles: BTreeMap<String, WorkloadOutput>,
    /// Notebook instances.
    pub notebook_instances: BTreeMap<String, WorkloadOutput>,
    /// Models.
    pub models: BTreeMap<String, WorkloadOutput>,
    /// Endpoint configurations.
    pub endpoint_configs: BTreeMap<String, WorkloadOutput>,
    /// Endpoints that answer requests; those of the VPC are beside.
    pub endpoints: BTreeMap<String, WorkloadOutput>,
    /// Training jobs.
    pub training_jobs: BTreeMap<String, WorkloadOutput>,
    /// Processing jobs.
    pub processing_jobs: BTreeMap<String, WorkloadOutput>,
}

/// The identifiers of one object of SageMaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkloadOutput {
    /// Its name at AWS, which is another one after a replacement.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// The identifiers of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainOutput {
    /// Its id, such as `d-0abc`; null in a sandbox.
    pub id: Option<String>,
    /// Its name at AWS, which is another one after a replacement.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// The identifiers of one elastic IP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ElasticIpOutput {
    /// The allocation's id.
    pub id: String,
    /// The address that the internet sees; null if AWS did not say.
    pub public_ip: Option<String>,
}

/// The ids of one tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierOutput {
    /// Subnets by the suffix of their zone.
    pub subnets: BTreeMap<String, String>,
    /// The subnets' IPv6 blocks by the suffix of their zone.
    pub ipv6_blocks: BTreeMap<String, String>,
    /// For each zone the route table that its subnet follows.
    pub route_tables: BTreeMap<String, String>,
    /// The network ACL; null if the tier has none of its own.
    pub network_acl: Option<String>,
}

impl OutputsDocument {
    /// Returns the document of the outputs.
    pub fn new(outputs: &Outputs) -> OutputsDocument {
        let outputs = outputs.clone();
        let address = |(name, it): (String, ElasticIpIds)| {
            (name, ElasticIpOutput { id: it.id, public_ip: it.public_ip })
        };
        let tier = |(name, it): (String, TierIds)| {
            let TierIds { subnets, ipv6_blocks, route_tables, network_acl } = it;
            (name, TierOutput { subnets, ipv6_blocks, route_tables, network_acl })
        };
        OutputsDocument {
            format_version: FORMAT_VERSION,
            vpc: outputs.vpc,
            vpc_ipv6_prefix: outputs.vpc_ipv6_prefix,
            internet_gateway: outputs.internet_gateway,
            egress_only_gateway: outputs.egress_only_gateway,
            nat_gateways: outputs.nat_gateways,
            elastic_ips: outputs.elastic_ips.into_iter().map(address).collect(),
            tiers: outputs.tiers.into_iter().map(tier).collect(),
            prefix_lists: outputs.prefix_lists,
            security_groups: outputs.security_groups,
            endpoints: outputs.endpoints,
            sagemaker: SageMakerOutput::new(&outputs.sagemaker),
        }
    }
}

impl SageMakerOutput {
    fn new(by_kind: &BTreeMap<Kind, Workloads>) -> SageMakerOutput {
        let of = |kind| by_kind.get(&kind).cloned().unwrap_or_default().into_iter();
        let workload =
            |(author, it): (String, WorkloadIds)| (author, WorkloadOutput { name: it.name, arn: it.arn });
        let domain = |(author, it): (String, WorkloadIds)| {
            (author, DomainOutput { id: it.id, name: it.name, arn: it.arn })
        };
        let workloads = |kind| of(kind).map(workload).collect();
        SageMakerOutput {
            domains: of(Kind::Domain).map(domain).collect(),
            user_profiles: workloads(Kind::UserProfile),
            notebook_instances: workloads(Kind::Notebook),
            models: workloads(Kind::Model),
            endpoint_configs: workloads(Kind::EndpointConfig),
            endpoints: workloads(Kind::InferenceEndpoint),
            training_jobs: workloads(Kind::TrainingJob),
            processing_jobs: workloads(Kind::ProcessingJob),
        }
    }
}
