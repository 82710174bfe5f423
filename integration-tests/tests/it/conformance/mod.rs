//! The cloud in memory is like the emulator: the same requests, the same worlds, the same refusals.

use std::collections::BTreeSet;

use palisade_core::Kind;
use palisade_proxy::{Proxy, Settings};
use serde::Deserialize;

use self::allowed::{ALLOWED, Allowed, LITTER};
use self::compare::Difference;
use self::pair::{Pair, Trials};
use crate::fixture::{Emulator, edited, repository};

mod allowed;
mod compare;
mod pair;
mod translation;

const BASE: &str = include_str!("base.toml");
const EDITS: &str = include_str!("edits.toml");

/// What both clouds are asked for.
const OPERATIONS: &[&str] = &[
    "AllocateAddress",
    "AssociateDhcpOptions",
    "AssociateRouteTable",
    "AssociateSubnetCidrBlock",
    "AssociateVpcCidrBlock",
    "AttachInternetGateway",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateDhcpOptions",
    "CreateEgressOnlyInternetGateway",
    "CreateFlowLogs",
    "CreateInternetGateway",
    "CreateManagedPrefixList",
    "CreateNatGateway",
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateTags",
    "CreateVpc",
    "CreateVpcEndpoint",
    "DeleteDhcpOptions",
    "DeleteEgressOnlyInternetGateway",
    "DeleteFlowLogs",
    "DeleteInternetGateway",
    "DeleteManagedPrefixList",
    "DeleteNatGateway",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteTags",
    "DeleteVpc",
    "DeleteVpcEndpoints",
    "DescribeManagedPrefixLists",
    "DescribeNatGateways",
    "DescribeNetworkAcls",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcEndpoints",
    "DescribeVpcs",
    "DetachInternetGateway",
    "DisassociateRouteTable",
    "DisassociateSubnetCidrBlock",
    "DisassociateVpcCidrBlock",
    "ModifyManagedPrefixList",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "ModifyVpcEndpoint",
    "ReleaseAddress",
    "ReplaceNetworkAclAssociation",
    "ReplaceNetworkAclEntry",
    "ReplaceRouteTableAssociation",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
];

/// What both are asked for too early, or again, and refuse.
const REFUSED: &[&str] = &[
    "AssociateRouteTable",
    "AssociateSubnetCidrBlock",
    "AssociateVpcCidrBlock",
    "AttachInternetGateway",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateFlowLogs",
    "CreateNetworkAclEntry",
    "CreateRoute",
    "CreateSubnet",
    "CreateVpcEndpoint",
    "DeleteDhcpOptions",
    "DeleteEgressOnlyInternetGateway",
    "DeleteFlowLogs",
    "DeleteInternetGateway",
    "DeleteManagedPrefixList",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteVpc",
    "DetachInternetGateway",
    "DisassociateRouteTable",
    "DisassociateSubnetCidrBlock",
    "DisassociateVpcCidrBlock",
    "ModifyManagedPrefixList",
    "ReleaseAddress",
    "ReplaceNetworkAclAssociation",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
];

#[derive(Deserialize)]
struct Table {
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
struct Edit {
    name: String,
    edit: Vec<(String, String)>,
}

/// Builds, changes and destroys a network on both clouds, and returns where they were not the same.
async fn differences(endpoint: &str) -> (Pair, BTreeSet<Difference>) {
    let mut pair = Pair::new(endpoint, "us-east-1", Trials::Harmless).await;
    pair.reach("build", BASE).await;
    for Edit { name, edit } in toml::from_str::<Table>(EDITS).expect("a table of edits").edits {
        let blueprint = edit.iter().fold(BASE.to_owned(), |text, (old, new)| edited(&text, old, new));
        pair.reach(&name, &blueprint).await;
    }
    pair.reach("back", BASE).await;
    pair.destroy(BASE).await;
    let mut apart = Pair::new(endpoint, "us-east-1", Trials::Apart).await;
    apart.reach("build apart", BASE).await;
    apart.destroy(BASE).await;
    let all = pair.differences.union(&apart.differences).cloned().collect();
    (pair, all)
}

fn conforms() -> Pair {
    let bare = Emulator::Bare.endpoint().parse().expect("LocalStack has an address");
    // How answers come in pages is tested elsewhere, and this reads a lot.
    let settings = Settings { page_size: 1000, ..Settings::new(bare) };
    let proxy = Proxy::start(&settings).expect("loopback has a free port");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (pair, differences) = runtime.block_on(differences(proxy.endpoint()));
    let allowed: Vec<&Allowed> = ALLOWED.iter().collect();
    let unknown = differences.iter().filter(|it| !allowed.iter().any(|allowed| allowed.covers(it)));
    let mut seen = BTreeSet::new();
    let unknown = unknown.filter(|it| seen.insert(it.what.clone())).map(ToString::to_string);
    let unneeded = allowed.iter().filter(|it| !differences.iter().any(|seen| it.covers(seen)));
    let unneeded = unneeded.map(|it| format!("no longer needed: {} of `{}`: {}", it.what, it.of, it.reason));
    let wrong: Vec<String> = unknown.chain(unneeded).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    pair
}

#[test]
fn what_is_allowed_names_a_quirk() {
    let quirks =
        std::fs::read_to_string(repository().join("localstack/README.md")).expect("the table of quirks");
    let allowed = ALLOWED.iter().map(|Allowed { what, row, .. }| (what, row));
    for (what, row) in allowed.chain(LITTER.iter().map(|(what, row)| (what, row))) {
        assert!(quirks.contains(&format!("\n| `{row}` |")), "{what}: `{row}` is no quirk");
    }
}

#[test]
fn the_cloud_in_memory_is_like_the_mended_emulator() {
    let pair = conforms();
    let kinds: Vec<Kind> = pair.compared.keys().copied().collect();
    // What moto has of SageMaker is at once as it shall be, and lacks most of what changes: the tests on the wire of
    // `palisade-aws` hold those kinds against the documents.
    let is_of_ec2 = |it: &&Kind| !it.is_of_sagemaker() && **it != Kind::MountTarget;
    let of_ec2: Vec<Kind> = Kind::ALL.iter().filter(is_of_ec2).copied().collect();
    assert_eq!(kinds, of_ec2, "every kind of EC2 is compared");
    let asked: Vec<&str> = pair.operations.keys().copied().collect();
    assert_eq!(asked.join("\n"), OPERATIONS.join("\n"), "the operations that both were asked for");
    let in_vain: Vec<&str> =
        pair.operations.iter().filter(|(_, it)| !it.is_empty()).map(|(operation, _)| *operation).collect();
    assert_eq!(in_vain.join("\n"), REFUSED.join("\n"), "the operations that both refuse");
}
