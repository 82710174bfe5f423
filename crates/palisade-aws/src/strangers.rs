//! Network interfaces that are nobody's that palisade knows: what they are, in words, and what they keep in use.
//!
//! They are told by the marks that AWS's services leave on them (`aws-semantics.md` §16); none of the marks is promised.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Filter, NatGateway, NetworkInterface, NetworkInterfaceStatus, VpcEndpoint};
use palisade_core::live::{Found, Stranger};
use palisade_core::{CloudError, Key, Kind};

use crate::answer::given;
use crate::connect::Aws;
use crate::error::reading;
use crate::kinds::PAGE;
use crate::sagemaker;

/// Asks for the network interfaces that `filter` lets through.
pub(crate) async fn read(aws: &Aws, filter: Filter) -> Result<Vec<NetworkInterface>, CloudError> {
    let pages =
        aws.reads.describe_network_interfaces().filters(filter).into_paginator().page_size(PAGE).items();
    pages.send().collect::<Result<Vec<_>, _>>().await.map_err(reading("ec2:DescribeNetworkInterfaces"))
}

/// Returns the interfaces that endpoints and NAT gateways say are theirs.
pub(crate) fn owned(endpoints: &[VpcEndpoint], nats: &[NatGateway]) -> BTreeSet<String> {
    let of_endpoints = endpoints.iter().flat_map(|it| it.network_interface_ids()).cloned();
    let addresses = nats.iter().flat_map(|it| it.nat_gateway_addresses());
    of_endpoints.chain(addresses.filter_map(|it| it.network_interface_id().map(str::to_owned))).collect()
}

/// Returns whether an interface belongs to an endpoint or a NAT gateway, also one that is on its way out.
pub(crate) fn is_of_known_kind(interface: &NetworkInterface, owned: &BTreeSet<String>) -> bool {
    let kind = interface.interface_type().map(|it| it.as_str().replace('_', "").to_ascii_lowercase());
    let description = interface.description().unwrap_or_default();
    interface.network_interface_id().is_some_and(|it| owned.contains(it))
        || matches!(kind.as_deref(), Some("natgateway" | "vpcendpoint" | "gatewayloadbalancerendpoint"))
        || description.starts_with("VPC Endpoint Interface vpce-")
        || description.starts_with("Interface for NAT Gateway")
}

/// Reads one interface.
pub(crate) fn found(interface: &NetworkInterface) -> Result<Stranger, CloudError> {
    let id = given(interface.network_interface_id(), "DescribeNetworkInterfaces", "NetworkInterfaceId")?;
    let subnet = interface.subnet_id().map(|it| Key::new(Kind::Subnet, it));
    let groups = interface.groups().iter().filter_map(|it| it.group_id());
    let groups = groups.map(|it| Key::new(Kind::SecurityGroup, it));
    let vpc = interface.vpc_id().map(|it| Key::new(Kind::Vpc, it));
    Ok(Stranger {
        id: id.to_owned(),
        what: what(interface),
        uses: subnet.into_iter().chain(groups).chain(vpc).collect(),
        of: Vec::new(),
    })
}

/// Returns those of `workloads` that an interface may belong to. SageMaker says of which domain or notebook it is; of the
/// others it says nothing, and they are told by where they run.
pub(crate) fn workloads_of(interface: &NetworkInterface, workloads: &[&Found]) -> Vec<Key> {
    let description = interface.description().unwrap_or_default();
    let named = |kind: Kind, name: &str| {
        workloads
            .iter()
            .filter(|it| it.spec.kind() == kind && is_called(it, name))
            .map(|it| key(it))
            .collect()
    };
    if let Some(domain) = after(description, OF_DOMAIN) {
        return named(Kind::Domain, &domain);
    }
    if let Some(notebook) = after(description, OF_NOTEBOOK) {
        return named(Kind::Notebook, &notebook);
    }
    if !description.contains("SageMaker") {
        return Vec::new();
    }
    let subnet = interface.subnet_id().map(|it| Key::new(Kind::Subnet, it));
    let groups: Vec<Key> = interface
        .groups()
        .iter()
        .filter_map(|it| Some(Key::new(Kind::SecurityGroup, it.group_id()?)))
        .collect();
    let runs_there = |it: &&&Found| {
        let is_run = matches!(
            it.spec.kind(),
            Kind::Model | Kind::EndpointConfig | Kind::TrainingJob | Kind::ProcessingJob
        );
        let names: Vec<&Key> = it.spec.refs();
        is_run
            && subnet.as_ref().is_some_and(|it| names.contains(&it))
            && groups.iter().any(|it| names.contains(&it))
    };
    workloads.iter().filter(runs_there).map(|it| key(it)).collect()
}

fn key(found: &Found) -> Key {
    Key::new(found.spec.kind(), &found.id)
}

/// A domain is called by its id, which its ARN ends with.
fn is_called(found: &Found, name: &str) -> bool {
    sagemaker::last(&found.id).eq_ignore_ascii_case(name)
}

const OF_DOMAIN: &str = "SageMaker for Studio Domain(";
const OF_NOTEBOOK: &str = "SageMaker Notebook Instance ";

/// Returns the word after a mark.
fn after(description: &str, mark: &str) -> Option<String> {
    let (_, rest) = description.split_once(mark)?;
    Some(rest.split([')', ' ', ',']).next().unwrap_or_default().to_owned())
}

fn what(interface: &NetworkInterface) -> String {
    let description = interface.description().unwrap_or_default();
    let owner = owner(interface, description);
    let is_idle = interface.status() == Some(&NetworkInterfaceStatus::Available);
    match owner {
        Some(owner) if is_idle => format!("network interface left by {owner}"),
        Some(owner) => format!("network interface of {owner}"),
        None => {
            let state = if is_idle { "unattached network interface" } else { "network interface" };
            let described = (!description.is_empty()).then(|| format!("described as \"{description}\""));
            let requester = interface.requester_id().filter(|it| !it.is_empty());
            let requester = requester.map(|it| format!("requested by {it}"));
            let details: Vec<String> = described.into_iter().chain(requester).collect();
            if details.is_empty() { state.to_owned() } else { format!("{state} {}", details.join(", ")) }
        }
    }
}

/// Whose an interface is.
fn owner(interface: &NetworkInterface, description: &str) -> Option<String> {
    let instance = interface.attachment().and_then(|it| it.instance_id()).filter(|it| !it.is_empty());
    if let Some(instance) = instance {
        return Some(format!("instance `{instance}`"));
    }
    let services = [
        (OF_DOMAIN, "SageMaker domain"),
        (OF_NOTEBOOK, "SageMaker notebook"),
        ("EFS mount target for ", "a mount target of file system"),
    ];
    let told = services.into_iter().find_map(|(mark, owner)| Some((owner, after(description, mark)?)));
    if let Some((owner, name)) = told {
        return Some(format!("{owner} `{name}`"));
    }
    if let Some(rest) = description.strip_prefix("AWS Lambda VPC ENI") {
        // The function's name is followed by a random UUID.
        let name = rest.trim_start_matches(['-', ' ', ':']);
        let name = name.len().checked_sub(UUID_LEN + 1).and_then(|end| name.get(..end)).unwrap_or(name);
        return Some(format!("Lambda function `{name}`"));
    }
    if let Some(name) = description.strip_prefix("ELB ") {
        return Some(format!("load balancer `{name}`"));
    }
    let services = [
        ("SageMaker", "a SageMaker job or endpoint"),
        ("RDSNetworkInterface", "a database"),
        ("ElastiCache", "an ElastiCache cluster"),
        ("Network Interface for Transit Gateway Attachment", "a transit gateway attachment"),
    ];
    services.into_iter().find(|(mark, _)| description.contains(mark)).map(|(_, owner)| owner.to_owned())
}

const UUID_LEN: usize = 36;

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::builders::NetworkInterfaceBuilder;
    use aws_sdk_ec2::types::{GroupIdentifier, NetworkInterfaceAttachment, NetworkInterfaceType};

    use super::*;

    fn interface() -> NetworkInterfaceBuilder {
        NetworkInterface::builder().network_interface_id("eni-1").vpc_id("vpc-1").subnet_id("subnet-1")
    }

    fn described(description: &str) -> String {
        found(&interface().description(description).build()).expect("a stranger").what
    }

    #[test]
    fn its_owner_is_told_by_what_services_write() {
        let texts = [
            "[DO NOT DELETE] ENI managed by SageMaker for Studio Domain(d-abc) - 1f2e",
            "[Do not delete] Network Interface created to access resources in your VPC for SageMaker Notebook Instance lab",
            "EFS mount target for fs-1 (fsmt-2)",
            "AWS Lambda VPC ENI-my-function-0a1b2c3d-0000-1111-2222-333344445555",
            "ELB app/web/50dc6c495c0c9188",
            "RDSNetworkInterface",
            "written by hand",
            "",
        ];
        let said: Vec<String> = texts.into_iter().map(described).collect();
        let expected = [
            "network interface of SageMaker domain `d-abc`",
            "network interface of SageMaker notebook `lab`",
            "network interface of a mount target of file system `fs-1`",
            "network interface of Lambda function `my-function`",
            "network interface of load balancer `app/web/50dc6c495c0c9188`",
            "network interface of a database",
            "network interface described as \"written by hand\"",
            "network interface",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn an_idle_one_was_left_behind() {
        let idle = interface().status(NetworkInterfaceStatus::Available);
        let what = |it: NetworkInterfaceBuilder| found(&it.build()).expect("a stranger").what;
        let description = "[DO NOT DELETE] ENI managed by SageMaker for Studio Domain(d-abc) - 1f2e";
        assert_eq!(
            what(idle.clone().description(description)),
            "network interface left by SageMaker domain `d-abc`"
        );
        assert_eq!(what(idle.requester_id("AIDA")), "unattached network interface requested by AIDA");
    }

    #[test]
    fn it_uses_its_subnet_its_groups_and_its_vpc() {
        let attachment = NetworkInterfaceAttachment::builder().instance_id("i-1").build();
        let group = GroupIdentifier::builder().group_id("sg-1").build();
        let stranger = found(&interface().attachment(attachment).groups(group).build()).expect("a stranger");
        assert_eq!(stranger.what, "network interface of instance `i-1`");
        let uses: Vec<String> = stranger.uses.iter().map(Key::to_string).collect();
        assert_eq!(uses, ["subnet.subnet-1", "security-group.sg-1", "vpc.vpc-1"]);
    }

    #[test]
    fn those_of_endpoints_and_nat_gateways_are_no_strangers() {
        let none = BTreeSet::new();
        assert!(!is_of_known_kind(
            &interface().interface_type(NetworkInterfaceType::Interface).build(),
            &none
        ));
        assert!(is_of_known_kind(&interface().build(), &BTreeSet::from(["eni-1".to_owned()])));
        for kind in
            [NetworkInterfaceType::NatGateway, NetworkInterfaceType::VpcEndpoint, "nat_gateway".into()]
        {
            assert!(is_of_known_kind(&interface().interface_type(kind).build(), &none));
        }
        let description = "VPC Endpoint Interface vpce-0abc";
        assert!(is_of_known_kind(&interface().description(description).build(), &none));
    }
}
