//! The twins of `palisade_core::kinds`: how each kind speaks to AWS. One request per call, no decisions.
//!
//! Every file has a `call` that sends, a `read` that asks for all objects of its kind, and a `found` that reads one
//! of them into the spec it would be wanted as. The kinds of SageMaker are in one.

use palisade_core::{Call, CloudError, Known, Learned};

use crate::connect::Aws;

pub(crate) mod dhcp_options;
pub(crate) mod egress_only_gateway;
pub(crate) mod elastic_ip;
pub(crate) mod endpoint;
pub(crate) mod flow_log;
pub(crate) mod internet_gateway;
pub(crate) mod mount_target;
pub(crate) mod nat_gateway;
pub(crate) mod network_acl;
pub(crate) mod prefix_list;
pub(crate) mod route_table;
pub(crate) mod security_group;
pub(crate) mod subnet;
pub(crate) mod tagging;
pub(crate) mod vpc;
pub(crate) mod workload;

/// The largest page that EC2 gives of most things.
pub(crate) const PAGE: i32 = 1000;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Vpc(it) => vpc::call(aws, it, known).await,
        Call::Subnet(it) => subnet::call(aws, it, known).await,
        Call::InternetGateway(it) => internet_gateway::call(aws, it, known).await,
        Call::EgressOnlyGateway(it) => egress_only_gateway::call(aws, it, known).await,
        Call::ElasticIp(it) => elastic_ip::call(aws, it, known).await,
        Call::NatGateway(it) => nat_gateway::call(aws, it, known).await,
        Call::RouteTable(it) => route_table::call(aws, it, known).await,
        Call::NetworkAcl(it) => network_acl::call(aws, it, known).await,
        Call::SecurityGroup(it) => security_group::call(aws, it, known).await,
        Call::Endpoint(it) => endpoint::call(aws, it, known).await,
        Call::PrefixList(it) => prefix_list::call(aws, it, known).await,
        Call::DhcpOptions(it) => dhcp_options::call(aws, it, known).await,
        Call::FlowLog(it) => flow_log::call(aws, it, known).await,
        Call::Domain(it) => workload::call(aws, it, known).await,
        Call::UserProfile(it) => workload::call(aws, it, known).await,
        Call::Notebook(it) => workload::call(aws, it, known).await,
        Call::Model(it) => workload::call(aws, it, known).await,
        Call::EndpointConfig(it) => workload::call(aws, it, known).await,
        Call::InferenceEndpoint(it) => workload::call(aws, it, known).await,
        Call::TrainingJob(it) => workload::call(aws, it, known).await,
        Call::ProcessingJob(it) => workload::call(aws, it, known).await,
        Call::App(it) => workload::call(aws, it, known).await,
        Call::Space(it) => workload::call(aws, it, known).await,
        Call::MountTarget(it) => mount_target::call(aws, it, known).await,
        Call::Tagging(it) => tagging::call(aws, it, known).await,
    }
}
