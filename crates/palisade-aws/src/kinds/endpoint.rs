//! VPC endpoints, as EC2 speaks of them.
//!
//! The states on the wire are spelled otherwise than in AWS's model (`pendingAcceptance` for `PendingAcceptance`), so
//! they are compared without regard to case.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self, Filter, ResourceType, VpcEndpointType};
use palisade_core::cloud::Reason;
use palisade_core::kinds::endpoint::{Call, Endpoint, Modification, PolicyChange, Reach, ReachHandles};
use palisade_core::live::{Found, Stranger};
use palisade_core::{CloudError, Handle, Key, Kind, Known, Learned, Policy, Refused, Stamp, State};

use super::PAGE;
use crate::answer::{all_resolved, given, if_there, new_id, nothing, resolved};
use crate::connect::Aws;
use crate::error::{reading, unsuccessful, writing};
use crate::tags;

const DESCRIBE: &str = "DescribeVpcEndpoints";

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Create { stamp, vpc, service, policy, reach } => {
            let asked = Asked { stamp, vpc, service, policy: policy.as_ref(), reach };
            create(aws, known, &asked).await
        }
        Call::Modify { endpoint, modification } => modify(aws, known, endpoint, modification).await,
        Call::AwaitAvailable { endpoint, .. } => {
            let id = resolved(known, endpoint)?;
            is_available(&id, look(aws, &id).await?.as_ref()).map(nothing)
        }
        Call::Delete { endpoint } => {
            let request = aws.writes.delete_vpc_endpoints().vpc_endpoint_ids(resolved(known, endpoint)?);
            let answer = request.send().await.map_err(writing("ec2:DeleteVpcEndpoints"))?;
            let failed = answer.unsuccessful().first();
            failed.map_or(Ok(Learned::new()), |it| Err(unsuccessful("ec2:DeleteVpcEndpoints", it)))
        }
        Call::AwaitDeleted { endpoint, .. } => {
            let id = resolved(known, endpoint)?;
            is_deleted(&id, look(aws, &id).await?.as_ref()).map(nothing)
        }
    }
}

/// The fields of [`Call::Create`].
struct Asked<'a> {
    stamp: &'a Stamp,
    vpc: &'a Handle,
    service: &'a str,
    policy: Option<&'a Policy>,
    reach: &'a ReachHandles,
}

/// The client token is not filled in by the SDK for this one, and without a type it would be a gateway.
async fn create(aws: &Aws, known: &Known, asked: &Asked<'_>) -> Result<Learned, CloudError> {
    let request =
        aws.writes.create_vpc_endpoint().vpc_id(resolved(known, asked.vpc)?).service_name(asked.service);
    let request = request.client_token(aws.client_token(asked.stamp));
    let request = request.tag_specifications(tags::specification(ResourceType::VpcEndpoint, asked.stamp));
    let request = request.set_policy_document(asked.policy.map(Policy::to_string));
    let request = match asked.reach {
        ReachHandles::Gateway { route_tables } => {
            let tables = all_resolved(known, route_tables)?;
            request.vpc_endpoint_type(VpcEndpointType::Gateway).set_route_table_ids(Some(tables))
        }
        ReachHandles::Interface { subnets, security_groups, private_dns } => request
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .set_subnet_ids(Some(all_resolved(known, subnets)?))
            .set_security_group_ids(Some(all_resolved(known, security_groups)?))
            .private_dns_enabled(*private_dns),
    };
    let answer = request.send().await.map_err(writing("ec2:CreateVpcEndpoint"))?;
    let id = answer.vpc_endpoint.and_then(|it| it.vpc_endpoint_id);
    new_id(asked.stamp, id, "CreateVpcEndpoint", "VpcEndpointId")
}

async fn modify(
    aws: &Aws,
    known: &Known,
    endpoint: &Handle,
    modification: &Modification,
) -> Result<Learned, CloudError> {
    let ids = |handles: &[Handle]| Ok((!handles.is_empty()).then_some(all_resolved(known, handles)?));
    let request = aws.writes.modify_vpc_endpoint().vpc_endpoint_id(resolved(known, endpoint)?);
    let request = request
        .set_add_route_table_ids(ids(&modification.add_route_tables)?)
        .set_remove_route_table_ids(ids(&modification.remove_route_tables)?)
        .set_add_subnet_ids(ids(&modification.add_subnets)?)
        .set_remove_subnet_ids(ids(&modification.remove_subnets)?)
        .set_add_security_group_ids(ids(&modification.add_security_groups)?)
        .set_remove_security_group_ids(ids(&modification.remove_security_groups)?)
        .set_private_dns_enabled(modification.private_dns);
    let request = match &modification.policy {
        None => request,
        Some(PolicyChange::Set(policy)) => request.policy_document(policy.to_string()),
        Some(PolicyChange::Reset) => request.reset_policy(true),
    };
    request.send().await.map(nothing).map_err(writing("ec2:ModifyVpcEndpoint"))
}

/// Looks at one endpoint.
async fn look(aws: &Aws, id: &str) -> Result<Option<types::VpcEndpoint>, CloudError> {
    let answer = aws.reads.describe_vpc_endpoints().vpc_endpoint_ids(id).send().await;
    if_there(answer.map_err(reading("ec2:DescribeVpcEndpoints")).map(|it| it.vpc_endpoints))
}

fn state_of(endpoint: &types::VpcEndpoint) -> String {
    endpoint.state().map(|it| it.as_str().to_ascii_lowercase()).unwrap_or_default()
}

fn is_available(id: &str, endpoint: Option<&types::VpcEndpoint>) -> Result<(), CloudError> {
    // A new endpoint cannot always be seen at once.
    let endpoint = endpoint.ok_or_else(|| CloudError::Transient(format!("`{id}` is not to be seen yet")))?;
    let state = state_of(endpoint);
    let refused = |message: String| Err(CloudError::Refused(Refused::new(Reason::Invalid, message)));
    match state.as_str() {
        "available" => Ok(()),
        "failed" | "rejected" | "expired" => refused(format!("{state}: {}", why(endpoint))),
        "pendingacceptance" => refused(format!("`{id}` waits until the owner of its service accepts it")),
        "deleting" | "deleted" => refused(format!("`{id}` is {state}")),
        _ => Err(CloudError::Transient(format!("`{id}` is {state}"))),
    }
}

/// AWS's own words for a failure.
fn why(endpoint: &types::VpcEndpoint) -> String {
    let words = |it: &types::LastError| {
        [it.code(), it.message()].into_iter().flatten().collect::<Vec<_>>().join(": ")
    };
    let last = endpoint.last_error().map(words).filter(|it| !it.is_empty());
    let reason = endpoint.failure_reason().map(str::to_owned);
    last.or(reason).unwrap_or_else(|| "AWS does not say why".to_owned())
}

fn is_deleted(id: &str, endpoint: Option<&types::VpcEndpoint>) -> Result<(), CloudError> {
    match endpoint.map(state_of).as_deref() {
        None | Some("deleted") => Ok(()),
        Some(state) => Err(CloudError::Transient(format!("`{id}` is {state}"))),
    }
}

/// Asks for the endpoints that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<types::VpcEndpoint>, CloudError> {
    let pages = aws.reads.describe_vpc_endpoints().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeVpcEndpoints"))
}

/// Returns whether an endpoint is gone, although AWS still shows it; or going, and of a type that is only reported.
pub(crate) fn is_gone(endpoint: &types::VpcEndpoint) -> bool {
    match state_of(endpoint).as_str() {
        "deleted" => true,
        "deleting" => endpoint.vpc_endpoint_type().is_some_and(|it| !is_known(it)),
        _ => false,
    }
}

fn is_known(kind: &VpcEndpointType) -> bool {
    ["gateway", "interface"].iter().any(|it| kind.as_str().eq_ignore_ascii_case(it))
}

/// An endpoint that was read: of our kind, or of one that palisade only reports.
#[derive(Debug)]
pub(crate) enum AnyEndpoint {
    /// A gateway or interface endpoint.
    Ours(Box<Found>),
    /// One to a load balancer, a resource or a service network.
    Other(Stranger),
}

/// Reads one endpoint.
pub(crate) fn found(endpoint: &types::VpcEndpoint) -> Result<AnyEndpoint, CloudError> {
    let id = given(endpoint.vpc_endpoint_id(), DESCRIBE, "VpcEndpointId")?.to_owned();
    let vpc = Key::new(Kind::Vpc, given(endpoint.vpc_id(), DESCRIBE, "VpcId")?);
    let keys = |kind: Kind, ids: &[String]| ids.iter().map(|it| Key::new(kind, it)).collect::<BTreeSet<_>>();
    let subnets = keys(Kind::Subnet, endpoint.subnet_ids());
    let groups = endpoint.groups().iter().filter_map(|it| it.group_id());
    let security_groups: BTreeSet<Key> = groups.map(|it| Key::new(Kind::SecurityGroup, it)).collect();
    // Without a type it is a gateway, AWS says.
    let kind = endpoint.vpc_endpoint_type().map_or("gateway", VpcEndpointType::as_str);
    let reach = match kind.to_ascii_lowercase().as_str() {
        "gateway" => Reach::Gateway { route_tables: keys(Kind::RouteTable, endpoint.route_table_ids()) },
        "interface" => {
            let private_dns = endpoint.private_dns_enabled().unwrap_or_default();
            Reach::Interface { subnets, security_groups, private_dns }
        }
        _ => {
            let what = format!("{kind} endpoint");
            let uses = subnets.into_iter().chain(security_groups).chain([vpc]).collect();
            return Ok(AnyEndpoint::Other(Stranger { id, what, uses, of: Vec::new() }));
        }
    };
    let state = match state_of(endpoint).as_str() {
        "pending" | "pendingacceptance" | "partial" => State::Pending,
        "failed" | "rejected" | "expired" => State::Failed,
        "deleting" => State::Leaving,
        _ => State::Usable,
    };
    let service = given(endpoint.service_name(), DESCRIBE, "ServiceName")?.to_owned();
    let spec = Endpoint { vpc, service, policy: policy(&id, endpoint.policy_document())?, reach };
    let tags = tags::from_sdk(endpoint.tags());
    let (spec, parts) = (spec.into(), BTreeMap::new());
    Ok(AnyEndpoint::Ours(Box::new(Found { id, state, spec, parts, tags })))
}

/// What AWS writes where nobody gave a policy is none.
fn policy(id: &str, document: Option<&str>) -> Result<Option<Policy>, CloudError> {
    let Some(text) = document.filter(|it| !it.is_empty()) else { return Ok(None) };
    let odd =
        |err| CloudError::Unusable(format!("AWS answered `{DESCRIBE}` with no policy for `{id}`: {err}"));
    Ok(Some(Policy::parse(text).map_err(odd)?).filter(|it| !it.is_full_access()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::SecurityGroupIdentifier;
    use aws_sdk_ec2::types::builders::VpcEndpointBuilder;

    use super::*;

    fn endpoint(kind: VpcEndpointType) -> VpcEndpointBuilder {
        let it =
            types::VpcEndpoint::builder().vpc_endpoint_id("vpce-1").vpc_id("vpc-1").vpc_endpoint_type(kind);
        it.service_name("com.amazonaws.eu-west-1.s3").state("available".into())
    }

    fn interface() -> VpcEndpointBuilder {
        let group = SecurityGroupIdentifier::builder().group_id("sg-1").build();
        endpoint(VpcEndpointType::Interface).subnet_ids("subnet-1").groups(group).private_dns_enabled(true)
    }

    fn read(endpoint: VpcEndpointBuilder) -> (Endpoint, State) {
        let Ok(AnyEndpoint::Ours(found)) = found(&endpoint.build()) else { panic!("an endpoint") };
        let palisade_core::Spec::Endpoint(endpoint) = found.spec else { panic!("an endpoint") };
        (endpoint, found.state)
    }

    #[test]
    fn each_type_has_its_own_reach() {
        let set = |kind, id: &str| BTreeSet::from([Key::new(kind, id)]);
        let (gateway, _) =
            read(endpoint(VpcEndpointType::Gateway).route_table_ids("rtb-1").private_dns_enabled(true));
        assert_eq!(gateway.reach, Reach::Gateway { route_tables: set(Kind::RouteTable, "rtb-1") });
        let reach = Reach::Interface {
            subnets: set(Kind::Subnet, "subnet-1"),
            security_groups: set(Kind::SecurityGroup, "sg-1"),
            private_dns: true,
        };
        assert_eq!(read(interface()).0.reach, reach);
        let balancer = endpoint(VpcEndpointType::GatewayLoadBalancer).subnet_ids("subnet-1").build();
        let Ok(AnyEndpoint::Other(stranger)) = found(&balancer) else { panic!("a stranger") };
        assert_eq!(stranger.what, "GatewayLoadBalancer endpoint");
        assert_eq!(stranger.uses, [Key::new(Kind::Subnet, "subnet-1"), Key::new(Kind::Vpc, "vpc-1")]);
    }

    #[test]
    fn states_are_read_in_any_case() {
        let state = |text: &str| read(interface().state(text.into())).1;
        assert_eq!(state("available"), State::Usable);
        assert_eq!(state("pendingAcceptance"), State::Pending);
        assert_eq!(state("Pending"), State::Pending);
        assert_eq!(state("rejected"), State::Failed);
        assert_eq!(state("Deleting"), State::Leaving);
        assert!(is_gone(&interface().state("Deleted".into()).build()));
        assert!(!is_gone(&interface().build()));
    }

    #[test]
    fn full_access_is_no_policy() {
        let full = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
        let policy = |text: &str| read(interface().policy_document(text)).0.policy;
        assert_eq!(policy(full), None);
        assert_eq!(policy(""), None);
        assert!(policy(&full.replace("Allow", "Deny")).is_some());
        assert!(found(&interface().policy_document("?").build()).is_err());
    }
}
