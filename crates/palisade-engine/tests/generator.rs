//! The laws say something only if the generated networks get into every corner.

use std::collections::BTreeMap;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::prefix_list::{Family, PrefixList};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{
    Change, Cloud, Facts, Field, Graph, Intent, Key, Kind, Live, Memory, Move, Needs, Network, Observed,
    Plan, Spec, StepId, plan, rehearse_to_the_end,
};
use palisade_testkit::drift::tamperings;
use palisade_testkit::networks::{Edit, edits, networks, sample};

/// The requests that only a change in place makes.
const OPERATIONS: [&str; 17] = [
    "AssociateDhcpOptions",
    "AssociateSubnetCidrBlock",
    "AssociateVpcCidrBlock",
    "CreateTags",
    "DeleteNetworkAclEntry",
    "DeleteRoute",
    "DeleteTags",
    "DisassociateSubnetCidrBlock",
    "DisassociateVpcCidrBlock",
    "ModifyManagedPrefixList",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "ModifyVpcEndpoint",
    "ReplaceNetworkAclEntry",
    "ReplaceRoute",
    "RevokeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
];

/// What people do by hand, apart from tags.
const BY_HAND: [&str; 38] = [
    "AssociateDhcpOptions on vpc",
    "AssociateRouteTable on subnet",
    "AssociateVpcCidrBlock on vpc",
    "AuthorizeSecurityGroupEgress on security-group",
    "AuthorizeSecurityGroupIngress on security-group",
    "CreateNetworkAclEntry on network-acl",
    "CreateRoute on route-table",
    "DeleteDhcpOptions on dhcp",
    "DeleteEgressOnlyInternetGateway on eigw",
    "DeleteFlowLogs on flow-log",
    "DeleteInternetGateway on igw",
    "DeleteManagedPrefixList on prefix-list",
    "DeleteNatGateway on nat",
    "DeleteNetworkAcl on network-acl",
    "DeleteNetworkAclEntry on network-acl",
    "DeleteRoute on route-table",
    "DeleteRouteTable on route-table",
    "DeleteSecurityGroup on security-group",
    "DeleteSubnet on subnet",
    "DeleteVpcEndpoints on endpoint",
    "DetachInternetGateway on igw",
    "DisassociateRouteTable on subnet",
    "DisassociateSubnetCidrBlock on subnet",
    "DisassociateVpcCidrBlock on vpc",
    "ModifyManagedPrefixList on prefix-list",
    "ModifySubnetAttribute on subnet",
    "ModifyVpcAttribute on vpc",
    "ModifyVpcEndpoint on endpoint",
    "OpenDefaults on vpc",
    "ReleaseAddress on eip",
    "ReplaceNetworkAclAssociation on subnet",
    "ReplaceNetworkAclEntry on network-acl",
    "ReplaceRoute on route-table",
    "ReplaceRouteTableAssociation on subnet",
    "RevokeSecurityGroupEgress on security-group",
    "RevokeSecurityGroupIngress on security-group",
    "UpdateSecurityGroupRuleDescriptionsEgress on security-group",
    "UpdateSecurityGroupRuleDescriptionsIngress on security-group",
];

/// Returns the live state after applying `want` to `live`, and how it was reached.
fn step(want: &Network, live: Live) -> (Plan, Graph, Live) {
    let live = seen_for(want, live);
    let vpc = Key::new(Kind::Vpc, "main");
    let forces = |spec: &Spec| live.object(&vpc).is_some_and(|it| spec.diff(&it.spec).forces_replacement());
    let differs = want.resources.get(&vpc).is_some_and(forces);
    let replace = differs.then_some(vpc).into_iter().collect();
    let plan = plan(want, &live, &Intent { replace, destroy: false });
    let graph = Graph::new(&plan, want, &live).expect("a plan can be ordered");
    let end = rehearse_to_the_end(&graph, want, &live).expect("a plan rehearses to its end");
    (plan, graph, end)
}

/// Returns the world as the owner of a network sees it.
fn seen_for(want: &Network, live: Live) -> Live {
    let needs = Needs { blueprint: want.blueprint.clone(), moves: want.moves.clone(), ..Needs::default() };
    let world = Observed { live, ..Memory::empty("1", "us-east-1", Facts::default()).world().clone() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(Memory::new(world).observe(&needs)).expect("reading memory never fails").live
}

fn name_each_other(network: &Network) -> bool {
    let groups = network.resources.iter().filter(|(key, _)| key.kind == Kind::SecurityGroup);
    let mut pairs = groups.flat_map(|(key, spec)| spec.peers().into_iter().map(move |peer| (key, peer)));
    pairs.any(|(key, peer)| {
        let back = network.resources.get(peer).map(Spec::peers).unwrap_or_default();
        key != peer && back.contains(&key)
    })
}

#[test]
fn every_kind_meets_every_change_and_every_way_of_ordering() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *seen.entry(what).or_default() += 1;
    for Edit { world, first, life, second } in sample(&edits(), 1_500) {
        let (_, _, live) = step(&first, world);
        assert_rivals_are_found(&second, &live);
        let (plan, graph, _) = step(&second, live);
        for (key, change) in &plan.changes {
            let word = match change {
                Change::Create { .. } => "create",
                Change::Update { .. } => "update",
                Change::Replace { .. } => "replace",
                Change::Delete { .. } => "delete",
            };
            count(format!("{word} {}", key.kind.as_str()));
            if let Change::Update { diff, .. } | Change::Replace { diff, .. } = change {
                // A member of a set is told by what comes before its own name.
                let name = |field: &Field| field.name.split(' ').next().unwrap_or_default().to_owned();
                diff.fields.iter().for_each(|it| count(format!("{} of {}", name(it), key.kind.as_str())));
            }
        }
        for (id, step) in &graph.steps {
            let early = matches!(id, StepId::Wire(key) if step.after.contains(&StepId::Unwire(key.clone())));
            let late = matches!(id, StepId::Unwire(key) if step.after.contains(&StepId::Wire(key.clone())));
            count(format!("lets go early: {early}, late: {late}, in the lane: {}", 0 < step.n_lane_calls));
        }
        for call in graph.steps.values().flat_map(|it| &it.calls) {
            count(call.request().operation().to_owned());
        }
        let sights = sights(&second, &plan).into_iter().filter(|(_, is_seen)| *is_seen);
        sights.for_each(|(what, _)| count(what.to_owned()));
    }
    let rare: Vec<String> =
        wanted().into_iter().filter(|it| seen.get(it).copied().unwrap_or(0) < 3).collect();
    assert!(rare.is_empty(), "hardly ever seen: {rare:?}\nseen: {seen:#?}");
}

#[test]
fn hands_reach_every_kind_and_everything_that_aws_lets_them_change() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let tamperings = sample(&tamperings(), 4_000);
    for ((world, want), tamperings) in sample(&networks(), 400).into_iter().zip(tamperings.chunks(10)) {
        let (_, _, built) = step(&want, world);
        for tampering in tamperings.iter().flatten() {
            let mut live = built.clone();
            let Some((key, deed)) = tampering.apply(&mut live) else { continue };
            let operations = deed.split([' ', ',']).filter(|it| it.starts_with(char::is_uppercase));
            operations.for_each(|it| *seen.entry(format!("{it} on {}", key.kind.as_str())).or_default() += 1);
        }
    }
    let tags = Kind::ALL
        .iter()
        .flat_map(|kind| ["CreateTags", "DeleteTags"].map(|it| format!("{it} on {}", kind.as_str())));
    let wanted: Vec<String> = tags.chain(BY_HAND.map(str::to_owned)).collect();
    let rare: Vec<String> = wanted.into_iter().filter(|it| seen.get(it).copied().unwrap_or(0) < 3).collect();
    assert!(rare.is_empty(), "hardly ever seen: {rare:?}\nseen: {seen:#?}");
}

/// Whatever clashes is found by what it claims.
fn assert_rivals_are_found(want: &Network, live: &Live) {
    for (key, spec) in &want.resources {
        let rivals = live.rivals(spec);
        for (other, object) in live.of_kind(key.kind).filter(|(_, it)| spec.clashes(&it.spec)) {
            assert!(
                rivals.contains(other),
                "{key} clashes with {other}, and {object:?} claims nothing of it"
            );
        }
    }
}

/// What is worth a test of its own, wherever it comes from.
fn sights(want: &Network, plan: &Plan) -> Vec<(&'static str, bool)> {
    let named = || want.resources.values().flat_map(Spec::names);
    let lists = || want.resources.values().filter_map(PrefixList::of);
    let subnets = || want.resources.values().filter_map(Subnet::of);
    let only_tags = |change: &Change| matches!(change, Change::Update { diff, .. } if diff.is_empty());
    vec![
        ("mutual groups", name_each_other(want)),
        ("obstacles", !plan.obstacles.is_empty()),
        ("a VPC that is there", named().any(|it| it.kind == Kind::Vpc && it.is_existing())),
        ("a table that is there", named().any(|it| it.kind == Kind::RouteTable && it.is_existing())),
        ("a subnet that is there", named().any(|it| it.kind == Kind::Subnet && it.is_existing())),
        ("a group that is there", named().any(|it| it.kind == Kind::SecurityGroup && it.is_existing())),
        ("an address that is there", named().any(|it| it.kind == Kind::ElasticIp && it.is_existing())),
        ("more entries than a request takes", lists().any(|it| 100 < it.entries.len())),
        ("a list of IPv6", lists().any(|it| it.family == Family::Ipv6)),
        ("a subnet in a secondary block", subnets().any(|it| it.cidr.network().octets()[0] == 100)),
        ("addresses by themselves", subnets().any(|it| it.assign_ipv6)),
        (
            "a renewal",
            want.renewals.keys().any(|it| matches!(plan.changes.get(it), Some(Change::Replace { .. }))),
        ),
        ("a renamed blueprint", !want.moves.blueprints.is_empty()),
        ("a renamed tier", want.moves.moves.iter().any(|it| matches!(it, Move::Tier { .. }))),
        ("a renamed object", want.moves.moves.iter().any(|it| matches!(it, Move::Key { .. }))),
        ("nothing but tags", plan.changes.values().any(only_tags)),
    ]
}

fn wanted() -> Vec<String> {
    let kinds = Kind::ALL.iter().filter(|it| **it != Kind::Vpc);
    // An update of a NAT gateway or an address is one of its tags.
    let changes = kinds.flat_map(|kind| {
        ["create", "update", "replace", "delete"].map(|word| format!("{word} {}", kind.as_str()))
    });
    let more = [
        "replace vpc",
        "lets go early: true, late: false, in the lane: true",
        "lets go early: false, late: true, in the lane: true",
        "secondary-cidr of vpc",
        "ipv6 of vpc",
        "dhcp of vpc",
        "default of vpc",
        "ipv6 of subnet",
        "assign-ipv6 of subnet",
        "family of prefix-list",
        "max-entries of prefix-list",
        "entry of prefix-list",
    ];
    let sights = sights(&Network::default(), &Plan::default()).into_iter().map(|(what, _)| what);
    changes.chain(more.into_iter().chain(OPERATIONS).chain(sights).map(str::to_owned)).collect()
}
