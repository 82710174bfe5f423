//! The laws say something only if the generated networks get into every corner.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::InSpec;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::prefix_list::{Family, PrefixList};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{
    Change, Cloud, Facts, Field, Graph, Intent, Key, Kind, Live, Memory, Move, Needs, Network, Observed,
    Owner, Plan, Problem, Spec, StepId, plan, rehearse_to_the_end,
};
use palisade_testkit::drift::tamperings;
use palisade_testkit::networks::{Edit, edits, networks, sample};

/// The requests that only a change in place makes.
const OPERATIONS: [&str; 24] = [
    "AddTags",
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
    "StartNotebookInstance",
    "StopNotebookInstance",
    "UpdateDomain",
    "UpdateEndpoint",
    "UpdateNotebookInstance",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateUserProfile",
];

/// What people do by hand, apart from tags.
const BY_HAND: [&str; 51] = [
    "AssociateDhcpOptions on vpc",
    "AssociateRouteTable on subnet",
    "AssociateVpcCidrBlock on vpc",
    "AuthorizeSecurityGroupEgress on security-group",
    "AuthorizeSecurityGroupIngress on security-group",
    "CreateNetworkAclEntry on network-acl",
    "CreateRoute on route-table",
    "DeleteDhcpOptions on dhcp",
    "DeleteDomain on domain",
    "DeleteEgressOnlyInternetGateway on eigw",
    "DeleteEndpoint on inference-endpoint",
    "DeleteEndpointConfig on endpoint-config",
    "DeleteFlowLogs on flow-log",
    "DeleteInternetGateway on igw",
    "DeleteManagedPrefixList on prefix-list",
    "DeleteModel on model",
    "DeleteNatGateway on nat",
    "DeleteNetworkAcl on network-acl",
    "DeleteNetworkAclEntry on network-acl",
    "DeleteNotebookInstance on notebook",
    "DeleteProcessingJob on processing-job",
    "DeleteRoute on route-table",
    "DeleteRouteTable on route-table",
    "DeleteSecurityGroup on security-group",
    "DeleteSubnet on subnet",
    "DeleteTrainingJob on training-job",
    "DeleteUserProfile on user-profile",
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
    "StopNotebookInstance on notebook",
    "UpdateDomain on domain",
    "UpdateEndpoint on inference-endpoint",
    "UpdateNotebookInstance on notebook",
    "UpdateSecurityGroupRuleDescriptionsEgress on security-group",
    "UpdateSecurityGroupRuleDescriptionsIngress on security-group",
    "UpdateUserProfile on user-profile",
];

/// What only AWS or the people in a domain make.
const MADE_BY_OTHERS: [Kind; 3] = [Kind::App, Kind::Space, Kind::MountTarget];

/// How a network was reached.
struct Step {
    plan: Plan,
    graph: Graph,
    end: Live,
    /// What a plan asked for, which the next one was told to replace: things in use of which the last must go first.
    held: Vec<Problem>,
}

/// Returns the live state after applying `want` to `live`, and how it was reached.
fn step(want: &Network, live: Live) -> Step {
    let live = seen_for(want, live);
    let (mut intent, mut held) = (Intent::default(), Vec::new());
    let plan = loop {
        let plan = plan(want, &live, &intent);
        let asked = plan.problems.iter().filter_map(|it| match it {
            Problem::Guarded { key, .. } | Problem::Held { by: key, .. } => Some(key.clone()),
            _ => None,
        });
        let asked: Vec<Key> = asked.collect();
        if asked.is_empty() {
            break plan;
        }
        held.extend(plan.problems.into_iter().filter(|it| matches!(it, Problem::Held { .. })));
        intent.replace.extend(asked);
    };
    let graph = Graph::new(&plan, want, &live).expect("a plan can be ordered");
    let end = rehearse_to_the_end(&graph, want, &live).expect("a plan rehearses to its end");
    Step { plan, graph, end, held }
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
        let mut live = step(&first, world).end;
        life.happen(&mut live);
        assert_rivals_are_found(&second, &live);
        let had: BTreeSet<Key> = live.objects().keys().filter(|it| it.kind.is_run()).cloned().collect();
        let Step { plan, graph, held, .. } = step(&second, live);
        held.iter().for_each(|it| count(format!("held: {}", held_kinds(it))));
        had.iter()
            .filter(|it| second.resources.contains_key(*it))
            .for_each(|it| count(format!("lasting {}", it.kind.as_str())));
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
        let built = step(&want, world).end;
        for tampering in tamperings.iter().flatten() {
            let mut live = built.clone();
            let Some((key, deed)) = tampering.apply(&mut live) else { continue };
            let operations = deed.split([' ', ',']).filter(|it| it.starts_with(char::is_uppercase));
            let operations = operations.map(|it| if it == "AddTags" { "CreateTags" } else { it });
            operations.for_each(|it| *seen.entry(format!("{it} on {}", key.kind.as_str())).or_default() += 1);
        }
    }
    let tags = Kind::ALL
        .iter()
        .filter(|it| !MADE_BY_OTHERS.contains(it))
        .flat_map(|kind| ["CreateTags", "DeleteTags"].map(|it| format!("{it} on {}", kind.as_str())));
    let wanted: Vec<String> = tags.chain(BY_HAND.map(str::to_owned)).collect();
    let rare: Vec<String> = wanted.into_iter().filter(|it| seen.get(it).copied().unwrap_or(0) < 3).collect();
    assert!(rare.is_empty(), "hardly ever seen: {rare:?}\nseen: {seen:#?}");
}

fn held_kinds(problem: &Problem) -> String {
    match problem {
        Problem::Held { key, by } => format!("{} by {}", key.kind.as_str(), by.kind.as_str()),
        _ => String::new(),
    }
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
    let is_derived = |change: &Change, kind: Kind| {
        let live = change.live().filter(|it| change.removes() && it.spec.kind() == kind);
        live.is_some_and(|it| matches!(it.owner, Owner::Derived { .. }))
    };
    let is_stopped = |change: &Change| {
        let live = change.live().and_then(|it| Notebook::of(&it.spec));
        matches!(change, Change::Update { diff, .. } if !diff.is_empty()) && live.is_some_and(|it| it.stopped)
    };
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
        ("a group made by AWS goes", plan.changes.values().any(|it| is_derived(it, Kind::SecurityGroup))),
        (
            "a profile that is not ours goes",
            plan.changes.values().any(|it| is_derived(it, Kind::UserProfile)),
        ),
        ("a notebook that is stopped changes", plan.changes.values().any(is_stopped)),
    ]
}

fn wanted() -> Vec<String> {
    let kinds = Kind::ALL.iter().filter(|it| **it != Kind::Vpc);
    // An update of a NAT gateway or an address is one of its tags, and so is that of a run.
    let changes = kinds.flat_map(|kind| {
        let words: &[&str] = match kind {
            it if MADE_BY_OTHERS.contains(it) => &["delete"],
            it if it.is_run() => &["create", "update", "lasting"],
            _ => &["create", "update", "replace", "delete"],
        };
        words.iter().map(|word| format!("{word} {}", kind.as_str()))
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
        "subnet of domain",
        "security-group of domain",
        "auth-mode of domain",
        "domain of user-profile",
        "model of endpoint-config",
        "endpoint-config of inference-endpoint",
        "volume-size-in-gb of notebook",
        "DescribeNetworkInterfaces",
        "held: endpoint-config by inference-endpoint",
        "held: subnet by domain",
    ];
    let sights = sights(&Network::default(), &Plan::default()).into_iter().map(|(what, _)| what);
    changes.chain(more.into_iter().chain(OPERATIONS).chain(sights).map(str::to_owned)).collect()
}
