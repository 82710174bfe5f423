//! What stands between the kinds: who waits for whom, what gives way, what is refused.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use crate::cloud::Needs;
use crate::graph::{Graph, StepId};
use crate::handle::Part;
use crate::key::Key;
use crate::kinds::elastic_ip::ElasticIp;
use crate::kinds::endpoint::{Endpoint, Reach};
use crate::kinds::internet_gateway::InternetGateway;
use crate::kinds::nat_gateway::NatGateway;
use crate::kinds::network_acl::{Action, Entry, NetworkAcl};
use crate::kinds::route_table::{RouteTable, Target};
use crate::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use crate::kinds::subnet::Subnet;
use crate::kinds::vpc::{DefaultAcl, Defaults, HasIpv6, Vpc};
use crate::kinds::{Kind, Spec};
use crate::live::{Live, State, Stranger};
use crate::moves::{Move, Moves};
use crate::network::Network;
use crate::plan::{Intent, plan};
use crate::testing::{network, reached, requests, requests_as};
use crate::traffic::{Ports, Traffic};

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

fn vpc() -> (&'static str, Spec) {
    ("vpc.main", Vpc { dns_hostnames: true, ..crate::testing::vpc() }.into())
}

fn subnet(cidr: &str, table: Option<&str>, acl: Option<&str>) -> Spec {
    let subnet = Subnet {
        vpc: key("vpc.main"),
        cidr: cidr.parse().expect("a CIDR"),
        ipv6: None,
        assign_ipv6: false,
        zone: "us-east-1a".to_owned(),
        public_ip_on_launch: false,
        route_table: table.map(key),
        network_acl: acl.map(key),
    };
    subnet.into()
}

fn gateway() -> (&'static str, Spec) {
    ("igw.main", InternetGateway { vpc: Some(key("vpc.main")) }.into())
}

fn table(routes: &[(&str, Target)]) -> Spec {
    let routes = routes.iter().map(|(to, via)| (to.parse().expect("a CIDR"), via.clone())).collect();
    RouteTable { vpc: key("vpc.main"), routes }.into()
}

fn nat(subnet: &str, address: &str) -> Spec {
    NatGateway { subnet: key(subnet), address: key(address), gateway: Some(key("igw.main")) }.into()
}

fn group(description: &str, inbound: &[(u16, &str)]) -> Spec {
    let rule = |(port, peer): &(u16, &str)| {
        let peer = match peer.parse() {
            Ok(cidr) => Peer::Cidr(cidr),
            Err(_) => Peer::Group(key(peer)),
        };
        (Rule { traffic: Traffic::Tcp(Ports::one(*port)), peer }, String::new())
    };
    let (inbound, outbound) = (inbound.iter().map(rule).collect(), Rules::new());
    SecurityGroup { vpc: key("vpc.main"), description: description.to_owned(), inbound, outbound }.into()
}

fn interface(subnets: &[&str], groups: &[&str]) -> Spec {
    let keys = |names: &[&str]| names.iter().map(|it| key(it)).collect::<BTreeSet<Key>>();
    let reach = Reach::Interface { subnets: keys(subnets), security_groups: keys(groups), private_dns: true };
    Endpoint { vpc: key("vpc.main"), service: "com.amazonaws.us-east-1.sts".to_owned(), policy: None, reach }
        .into()
}

fn acl(entries: &[(u16, Action)]) -> Spec {
    let cidr = "10.0.0.0/8".parse().expect("a CIDR");
    let entry =
        |(number, action): &(u16, Action)| (*number, Entry { action: *action, traffic: Traffic::All, cidr });
    NetworkAcl {
        vpc: key("vpc.main"),
        inbound: entries.iter().map(entry).collect(),
        outbound: Default::default(),
    }
    .into()
}

fn world(want: &Network) -> Live {
    reached(want, &Live::default())
}

#[test]
fn groups_that_name_each_other_are_made_before_their_rules() {
    let want = network([
        vpc(),
        ("security-group.a", group("a", &[(443, "security-group.b")])),
        ("security-group.b", group("b", &[(80, "security-group.a"), (22, "security-group.b")])),
    ]);
    assert_snapshot!(requests(&want, &Live::default()), @"
    CreateVpc vpc.main 10.0.0.0/16
    ModifyVpcAttribute <vpc.main> dns-hostnames=true
    CreateSecurityGroup security-group.a of <vpc.main> as t.a.1
    RevokeSecurityGroupEgress <security-group.a>: all 0.0.0.0/0
    CreateSecurityGroup security-group.b of <vpc.main> as t.b.1
    RevokeSecurityGroupEgress <security-group.b>: all 0.0.0.0/0
    AuthorizeSecurityGroupIngress <security-group.a>: tcp 443 <security-group.b>
    AuthorizeSecurityGroupIngress <security-group.b>: tcp 22 <security-group.b>, tcp 80 <security-group.a>
    ");
    assert_snapshot!(requests_as(&Network::empty("t"), &world(&want), &Intent { destroy: true, ..Intent::default() }), @"
    RevokeSecurityGroupIngress sg-00000000000000005: tcp 443 sg-00000000000000006
    RevokeSecurityGroupIngress sg-00000000000000006: tcp 80 sg-00000000000000005
    DeleteSecurityGroup sg-00000000000000005
    DeleteSecurityGroup sg-00000000000000006
    DeleteVpc vpc-00000000000000001
    ");
}

#[test]
fn a_subnet_follows_a_table_that_has_been_emptied_whoever_else_let_go_of_the_same_gateway() {
    let way_out = || [("0.0.0.0/0", Target::InternetGateway(key("igw.main")))];
    let live = world(&network([
        vpc(),
        gateway(),
        ("subnet.x@a", subnet("10.0.0.0/24", Some("route-table.a"), None)),
        ("route-table.a", table(&[])),
        ("route-table.b", table(&way_out())),
        ("route-table.c", table(&way_out())),
    ]));
    let want = network([
        vpc(),
        ("subnet.x@a", subnet("10.0.0.0/24", Some("route-table.b"), None)),
        ("route-table.b", table(&[])),
        ("route-table.c", table(&[])),
    ]);
    assert_snapshot!(requests(&want, &live), @"
    | DeleteRoute rtb-00000000000000009 0.0.0.0/0
    | ReplaceRouteTableAssociation <subnet.x@a/route-association> with rtb-00000000000000009
    | DeleteRoute rtb-0000000000000000a 0.0.0.0/0
    | DetachInternetGateway igw-00000000000000007 from vpc-00000000000000001
      DeleteInternetGateway igw-00000000000000007
      DeleteRouteTable rtb-00000000000000008
    ");
}

#[test]
fn a_rule_opens_before_another_closes() {
    let live = world(&network([vpc(), ("security-group.a", group("a", &[(443, "10.0.0.0/8")]))]));
    let want = network([vpc(), ("security-group.a", group("a", &[(8443, "10.0.0.0/8")]))]);
    assert_snapshot!(requests(&want, &live), @"
    | AuthorizeSecurityGroupIngress sg-00000000000000005: tcp 8443 10.0.0.0/8
    | RevokeSecurityGroupIngress sg-00000000000000005: tcp 443 10.0.0.0/8
    ");
}

#[test]
fn a_replaced_group_is_there_before_its_users_move_and_goes_after() {
    let rest = |description: &str| {
        network([
            vpc(),
            ("subnet.x@a", subnet("10.0.0.0/24", None, None)),
            ("security-group.a", group(description, &[(443, "security-group.a")])),
            ("security-group.b", group("b", &[(80, "security-group.a")])),
            ("endpoint.sts", interface(&["subnet.x@a"], &["security-group.a"])),
        ])
    };
    assert_snapshot!(requests(&rest("new"), &world(&rest("old"))), @"
      CreateSecurityGroup security-group.a of vpc-00000000000000001 as t.a.2
      RevokeSecurityGroupEgress <security-group.a>: all 0.0.0.0/0
      AuthorizeSecurityGroupIngress <security-group.a>: tcp 443 <security-group.a>
    | AuthorizeSecurityGroupIngress sg-00000000000000008: tcp 80 <security-group.a>
    | ModifyVpcEndpoint vpce-00000000000000009 +security-groups <security-group.a>; -security-groups sg-00000000000000007
      DescribeVpcEndpoints until vpce-00000000000000009 is available
    | RevokeSecurityGroupIngress sg-00000000000000008: tcp 80 sg-00000000000000007
      DeleteSecurityGroup sg-00000000000000007
    ");
}

#[test]
fn a_subnet_that_keeps_its_addresses_gives_way_first() {
    let of = |zone: &str| {
        let mut network = network([
            vpc(),
            ("subnet.x@a", subnet("10.0.0.0/24", None, None)),
            ("security-group.a", group("a", &[])),
            ("endpoint.sts", interface(&["subnet.x@a"], &["security-group.a"])),
        ]);
        if let Some(Spec::Subnet(it)) = network.resources.get_mut(&key("subnet.x@a")) {
            it.zone = zone.to_owned();
        }
        network
    };
    assert_snapshot!(requests(&of("us-east-1b"), &world(&of("us-east-1a"))), @"
    | ModifyVpcEndpoint vpce-00000000000000008 -subnets subnet-00000000000000005
      DescribeVpcEndpoints until vpce-00000000000000008 is available
      DeleteSubnet subnet-00000000000000005
      CreateSubnet subnet.x@a 10.0.0.0/24 in us-east-1b of vpc-00000000000000001
    | ModifyVpcEndpoint vpce-00000000000000008 +subnets <subnet.x@a>
      DescribeVpcEndpoints until vpce-00000000000000008 is available
    ");
}

#[test]
fn a_table_is_filled_before_a_live_subnet_follows_it() {
    let internet = table(&[("0.0.0.0/0", Target::InternetGateway(key("igw.main")))]);
    let live = world(&network([
        vpc(),
        gateway(),
        ("route-table.old", table(&[])),
        ("subnet.x@a", subnet("10.0.0.0/24", Some("route-table.old"), None)),
    ]));
    let want = network([
        vpc(),
        gateway(),
        ("route-table.new", internet),
        ("network-acl.x", acl(&[(100, Action::Allow), (200, Action::Deny)])),
        ("subnet.x@a", subnet("10.0.0.0/24", Some("route-table.new"), Some("network-acl.x"))),
    ]);
    assert_snapshot!(requests(&want, &live), @"
      CreateRouteTable route-table.new of vpc-00000000000000001
      CreateNetworkAcl network-acl.x of vpc-00000000000000001
      CreateRoute <route-table.new> 0.0.0.0/0 via igw-00000000000000007
      CreateNetworkAclEntry <network-acl.x> inbound 200 deny all 10.0.0.0/8
      CreateNetworkAclEntry <network-acl.x> inbound 100 allow all 10.0.0.0/8
    | ReplaceNetworkAclAssociation <subnet.x@a/acl-association> to <network-acl.x>
    | ReplaceRouteTableAssociation <subnet.x@a/route-association> with <route-table.new>
      DeleteRouteTable rtb-00000000000000008
    ");
}

fn natted() -> Network {
    network([
        vpc(),
        gateway(),
        ("eip.nat@a", ElasticIp {}.into()),
        ("route-table.public", table(&[("0.0.0.0/0", Target::InternetGateway(key("igw.main")))])),
        ("subnet.public@a", subnet("10.0.0.0/24", Some("route-table.public"), None)),
        ("nat.main@a", nat("subnet.public@a", "eip.nat@a")),
        ("route-table.app@a", table(&[("0.0.0.0/0", Target::NatGateway(key("nat.main@a")))])),
        ("subnet.app@a", subnet("10.0.1.0/24", Some("route-table.app@a"), None)),
    ])
}

#[test]
fn a_nat_gateway_is_waited_for_before_a_route_leads_to_it() {
    assert_snapshot!(requests(&natted(), &Live::default()), @"
    CreateVpc vpc.main 10.0.0.0/16
    ModifyVpcAttribute <vpc.main> dns-hostnames=true
    CreateSubnet subnet.app@a 10.0.1.0/24 in us-east-1a of <vpc.main>
    CreateSubnet subnet.public@a 10.0.0.0/24 in us-east-1a of <vpc.main>
    CreateInternetGateway igw.main
    AttachInternetGateway <igw.main> to <vpc.main>
    AllocateAddress eip.nat@a
    CreateNatGateway nat.main@a in <subnet.public@a> with <eip.nat@a>
    DescribeNatGateways until <nat.main@a> is available
    CreateRouteTable route-table.app@a of <vpc.main>
    CreateRouteTable route-table.public of <vpc.main>
    CreateRoute <route-table.app@a> 0.0.0.0/0 via <nat.main@a>
    AssociateRouteTable <subnet.app@a> with <route-table.app@a>
    CreateRoute <route-table.public> 0.0.0.0/0 via <igw.main>
    AssociateRouteTable <subnet.public@a> with <route-table.public>
    ");
}

#[test]
fn everything_goes_in_the_order_that_aws_wants() {
    let intent = Intent { destroy: true, ..Intent::default() };
    assert_snapshot!(requests_as(&Network::empty("t"), &world(&natted()), &intent), @"
    DisassociateRouteTable rtbassoc-0000000000000000f
    DeleteSubnet subnet-00000000000000005
    DeleteRouteTable rtb-0000000000000000d
    DeleteNatGateway nat-0000000000000000c
    DescribeNatGateways until nat-0000000000000000c is deleted
    DisassociateRouteTable rtbassoc-00000000000000010
    DeleteSubnet subnet-00000000000000007
    ReleaseAddress eipalloc-0000000000000000a
    DeleteRouteTable rtb-0000000000000000e
    DetachInternetGateway igw-00000000000000009 from vpc-00000000000000001
    DeleteInternetGateway igw-00000000000000009
    DeleteVpc vpc-00000000000000001
    ");
}

#[test]
fn what_an_earlier_run_left_unfinished_is_finished() {
    let mut live = world(&natted());
    // Killed while the NAT gateway was pending.
    let nat = key("nat.main@a");
    live.set_state(&crate::Handle::Value(live.object(&nat).expect("it is there").id.clone()), State::Pending)
        .expect("it is there");
    live.tamper(&key("route-table.app@a"), |it: &mut RouteTable| it.routes.clear());
    assert_snapshot!(requests(&natted(), &live), @"
      DescribeNatGateways until nat-0000000000000000c is available
    | CreateRoute rtb-0000000000000000d 0.0.0.0/0 via nat-0000000000000000c
    ");
}

#[test]
fn a_gateway_that_was_never_attached_is_attached_before_its_users() {
    let mut live = world(&network([vpc(), gateway()]));
    live.tamper(&key("igw.main"), |it: &mut InternetGateway| it.vpc = None);
    let internet = table(&[("0.0.0.0/0", Target::InternetGateway(key("igw.main")))]);
    assert_snapshot!(requests(&network([vpc(), gateway(), ("route-table.x", internet)]), &live), @"
    CreateRouteTable route-table.x of vpc-00000000000000001
    AttachInternetGateway igw-00000000000000005 to vpc-00000000000000001
    CreateRoute <route-table.x> 0.0.0.0/0 via igw-00000000000000005
    ");
}

#[test]
fn the_vpc_is_not_replaced_by_the_way() {
    let mut want = natted();
    want.insert(
        key("vpc.main"),
        Vpc { cidr: "10.0.0.0/17".parse().expect("a CIDR"), dns_hostnames: true, ..crate::testing::vpc() },
    );
    assert_snapshot!(requests(&want, &world(&natted())), @"! `vpc.main` and everything in it would be replaced, since `cidr` changes");
}

#[test]
fn what_is_foreign_clashes_and_blocks_by_name() {
    let mut live = world(&natted());
    let Spec::Subnet(theirs) = subnet("10.0.2.0/24", Some("route-table.app@a"), None) else { unreachable!() };
    live.insert_foreign("subnet-0theirs", theirs);
    let what = "network interface of instance `i-0abc`".to_owned();
    live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what,
        uses: vec![key("subnet.app@a")],
        of: Vec::new(),
    });
    let mut want = natted();
    want.resources.retain(|key, _| !key.name.starts_with("app"));
    want.insert(
        key("subnet.new@a"),
        match subnet("10.0.2.0/23", None, None) {
            Spec::Subnet(it) => it,
            _ => unreachable!(),
        },
    );
    assert_snapshot!(requests(&want, &live), @"
    ! `subnet.app@a` cannot be removed while it is used by `eni-0abc` (network interface of instance `i-0abc`)
    ! `subnet.new@a` cannot exist beside `subnet-0theirs`, which is not this blueprint's
    ! `route-table.app@a` cannot be removed while it is used by `subnet-0theirs`
    ");
}

#[test]
fn an_own_group_is_not_named_by_its_id() {
    let live = world(&network([vpc(), ("security-group.a", group("a", &[]))]));
    let id = &live.object(&key("security-group.a")).expect("it is there").id;
    let mut want =
        network([vpc(), ("security-group.a", group("a", &[])), ("security-group.b", group("b", &[]))]);
    if let Some(Spec::SecurityGroup(it)) = want.resources.get_mut(&key("security-group.b")) {
        let rule = Rule { traffic: Traffic::All, peer: Peer::Group(Key::new(Kind::SecurityGroup, id)) };
        it.inbound.insert(rule, String::new());
    }
    assert_snapshot!(requests(&want, &live), @"! `security-group.b` names `sg-00000000000000005`, which is this blueprint's own `security-group.a`");
}

#[test]
fn an_endpoint_keeps_working_until_its_successor_does() {
    let gateway = |description: &str| {
        network([
            vpc(),
            ("subnet.x@a", subnet("10.0.0.0/24", None, None)),
            ("security-group.a", group(description, &[])),
            ("endpoint.sts", interface(&["subnet.x@a"], &["security-group.a"])),
        ])
    };
    let mut live = world(&gateway("a"));
    // Killed after the successor was created, before it worked.
    live.tamper_tags(&key("endpoint.sts"), |tags| {
        tags.insert(crate::tags::GENERATION.to_owned(), "2".to_owned());
    });
    let endpoint = live.object(&key("endpoint.sts")).expect("it is there").clone();
    let mut found = vec![];
    for object in live.objects().values().chain([&endpoint]) {
        let is_twin = found.iter().any(|it: &crate::live::Found| it.id == object.id);
        let (id, state) = match is_twin {
            true => ("vpce-elder".to_owned(), State::Usable),
            false if object.id == endpoint.id => (object.id.clone(), State::Pending),
            false => (object.id.clone(), State::Usable),
        };
        let mut tags = object.tags.clone();
        if is_twin {
            tags.insert(crate::tags::GENERATION.to_owned(), "1".to_owned());
        }
        let mut spec = object.spec.clone();
        spec.map_keys(&mut |it| {
            if let Some(object) = live.object(it) {
                *it = Key::new(it.kind, &object.id);
            }
        });
        found.push(crate::live::Found { id, state, spec, parts: object.parts.clone(), tags });
    }
    let live = Live::assemble(&Needs { blueprint: "t".to_owned(), ..Needs::default() }, found, Vec::new());
    assert_snapshot!(requests(&gateway("a"), &live), @"
      DescribeVpcEndpoints until vpce-00000000000000008 is available
    | DeleteVpcEndpoints vpce-elder
      DescribeVpcEndpoints until vpce-elder is deleted
    ");
}

#[test]
fn gateways_of_one_service_can_swap_tables() {
    let endpoint = |table: &str| {
        let reach = Reach::Gateway { route_tables: [key(table)].into() };
        let (vpc, service) = (key("vpc.main"), "com.amazonaws.us-east-1.s3".to_owned());
        Spec::from(Endpoint { vpc, service, policy: None, reach })
    };
    let of = |one: &str, two: &str| {
        network([
            vpc(),
            ("route-table.a", table(&[])),
            ("route-table.b", table(&[])),
            ("endpoint.one", endpoint(one)),
            ("endpoint.two", endpoint(two)),
        ])
    };
    let live = world(&of("route-table.a", "route-table.b"));
    assert_snapshot!(requests(&of("route-table.b", "route-table.a"), &live), @"
    | ModifyVpcEndpoint vpce-00000000000000007 -route-tables rtb-00000000000000005
      DescribeVpcEndpoints until vpce-00000000000000007 is available
    | ModifyVpcEndpoint vpce-00000000000000008 -route-tables rtb-00000000000000006
      DescribeVpcEndpoints until vpce-00000000000000008 is available
    | ModifyVpcEndpoint vpce-00000000000000007 +route-tables rtb-00000000000000006
      DescribeVpcEndpoints until vpce-00000000000000007 is available
    | ModifyVpcEndpoint vpce-00000000000000008 +route-tables rtb-00000000000000005
      DescribeVpcEndpoints until vpce-00000000000000008 is available
    ");
}

#[test]
fn tags_of_all_objects_change_in_one_request() {
    let mut old = natted();
    old.tags = [("team", "ml"), ("gone", "1")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let mut live = world(&old);
    live.tamper_tags(&key("vpc.main"), |tags| {
        tags.insert("cost-centre".to_owned(), "not ours".to_owned());
    });
    let mut new = natted();
    new.tags = [("team", "ml-2")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    assert_snapshot!(requests(&new, &live), @"
    DeleteTags gone on vpc-00000000000000001, subnet-00000000000000005, subnet-00000000000000007, igw-00000000000000009, eipalloc-0000000000000000a, nat-0000000000000000c, rtb-0000000000000000d, rtb-0000000000000000e
    CreateTags palisade:tags=team, team=ml-2 on vpc-00000000000000001, subnet-00000000000000005, subnet-00000000000000007, igw-00000000000000009, eipalloc-0000000000000000a, nat-0000000000000000c, rtb-0000000000000000d, rtb-0000000000000000e
    ");
}

#[test]
fn ids_are_written_out_and_parts_are_looked_up() {
    let live = world(&natted());
    let subnet = live.object(&key("subnet.app@a")).expect("it is there");
    assert_eq!(subnet.spec.kind(), Kind::Subnet);
    assert!(subnet.parts.contains_key(&Part::RouteAssociation));
    assert!(live.find(&Key::new(Kind::Subnet, &subnet.id)).is_some());
}

fn swapped(network: Network, one: &str, other: &str) -> Network {
    let moves = [(one, other), (other, one)].map(|(from, to)| Move::Key { from: key(from), to: key(to) });
    Network { moves: Moves { moves: moves.into(), ..Moves::default() }, ..network }
}

fn seen_for(want: &Network, live: &Live) -> Live {
    let needs = Needs { blueprint: want.blueprint.clone(), moves: want.moves.clone(), ..Needs::default() };
    live.reassembled(&needs)
}

/// Returns the world after a run of which nothing but the making of `made` was done.
fn killed_after_making(made: &str, want: &Network, live: Live) -> Live {
    let plan = plan(want, &live, &Intent::default());
    let graph = Graph::new(&plan, want, &live).expect("a plan can be ordered");
    let mut half = live;
    let make = &graph.steps[&StepId::Make(key(made))].calls;
    make.iter().try_for_each(|it| it.effect(&mut half)).expect("it can be made");
    half
}

#[test]
fn what_is_new_under_a_name_that_changes_hands_says_that_it_stays() {
    let live = world(&network([vpc(), ("security-group.a", group("a", &[]))]));
    let both = [vpc(), ("security-group.b", group("a", &[])), ("security-group.a", group("new", &[]))];
    let want = swapped(network(both), "security-group.a", "security-group.b");
    let end = seen_for(&want, &reached(&want, &seen_for(&want, &live)));
    assert_eq!(end.duplicates(), []);
    assert_snapshot!(requests(&want, &end), @"");
}

#[test]
fn a_successor_that_is_renamed_too_is_no_duplicate() {
    let live = world(&network([vpc(), ("security-group.a", group("old", &[]))]));
    let mut want = network([vpc(), ("security-group.b", group("new", &[]))]);
    want.moves.moves.push(Move::Key { from: key("security-group.a"), to: key("security-group.b") });
    let half = seen_for(&want, &killed_after_making("security-group.b", &want, seen_for(&want, &live)));
    assert_eq!(half.duplicates(), []);
    assert_snapshot!(requests(&want, &half), @"  DeleteSecurityGroup sg-00000000000000005");
}

fn dual(ipv6: bool, acl: Option<DefaultAcl>) -> (&'static str, Spec) {
    let has_ipv6 = if ipv6 { HasIpv6::Yes } else { HasIpv6::No };
    let vpc = crate::testing::vpc();
    let defaults = Defaults { acl, ..Defaults::default() };
    ("vpc.main", Vpc { defaults, ..Vpc::as_created(vpc.cidr, has_ipv6) }.into())
}

#[test]
fn the_default_acl_is_emptied_after_some_have_left_it_and_before_others_come() {
    let acl = || ("network-acl.x", acl(&[(100, Action::Allow)]));
    let of = |default, one, other| {
        let (one, other) = (subnet("10.0.0.0/24", None, one), subnet("10.0.1.0/24", None, other));
        network([dual(false, default), acl(), ("subnet.x@a", one), ("subnet.y@a", other)])
    };
    let live = world(&of(None, None, Some("network-acl.x")));
    let want = of(Some(DefaultAcl::default()), Some("network-acl.x"), None);
    assert_snapshot!(requests(&want, &live), @"
    | ReplaceNetworkAclAssociation <subnet.x@a/acl-association> to acl-00000000000000009
    | DeleteNetworkAclEntry <vpc.main/default-acl> inbound 100
    | DeleteNetworkAclEntry <vpc.main/default-acl> outbound 100
    | ReplaceNetworkAclAssociation <subnet.y@a/acl-association> to <vpc.main/default-acl>
    ");
}

#[test]
fn what_is_new_is_made_before_the_vpc_loses_its_ipv6() {
    let live = world(&network([dual(true, None)]));
    let want = network([dual(false, None), ("security-group.a", group("a", &[]))]);
    assert_snapshot!(requests(&want, &live), @"
    CreateSecurityGroup security-group.a of vpc-00000000000000001 as t.a.1
    RevokeSecurityGroupEgress <security-group.a>: all 0.0.0.0/0, all ::/0
    DisassociateVpcCidrBlock <vpc.main/ipv6-association>
    ");
    let plan = plan(&want, &live, &Intent::default());
    let graph = Graph::new(&plan, &want, &live).expect("a plan can be ordered");
    let release = &graph.steps[&StepId::Release(key("vpc.main"))];
    assert!(release.after.contains(&StepId::Make(key("security-group.a"))));
}

#[test]
fn an_ipv6_block_goes_from_one_subnet_to_another() {
    let of = |slots: [Option<u8>; 2]| {
        let subnet = |cidr: &str, ipv6: Option<u8>| match subnet(cidr, None, None) {
            Spec::Subnet(it) => Subnet { ipv6, ..it }.into(),
            _ => unreachable!(),
        };
        network([
            dual(true, None),
            ("subnet.x@a", subnet("10.0.0.0/24", slots[0])),
            ("subnet.y@a", subnet("10.0.1.0/24", slots[1])),
        ])
    };
    let live = world(&of([None, Some(1)]));
    assert_snapshot!(requests(&of([Some(1), Some(2)]), &live), @"
    | DisassociateSubnetCidrBlock <subnet.y@a/ipv6-association>
      AssociateSubnetCidrBlock subnet-00000000000000009 with <vpc.main/ipv6-slot(2)>
      DescribeSubnets until subnet-00000000000000009 has its IPv6 block
      AssociateSubnetCidrBlock subnet-00000000000000007 with <vpc.main/ipv6-slot(1)>
      DescribeSubnets until subnet-00000000000000007 has its IPv6 block
    ");
}

#[test]
fn an_address_that_is_new_already_is_not_renewed_again() {
    let renewing = |subnet_of_nat: &str| {
        let mut network = natted();
        network.renewals.insert(key("nat.main@a"), key("eip.nat@a"));
        let other = subnet("10.0.7.0/24", Some("route-table.public"), None);
        network.resources.insert(key("subnet.other@a"), other);
        network.resources.insert(key("nat.main@a"), nat(subnet_of_nat, "eip.nat@a"));
        network
    };
    let (live, want) = (world(&renewing("subnet.public@a")), renewing("subnet.other@a"));
    assert_snapshot!(requests(&want, &killed_after_making("eip.nat@a", &want, live)), @"
      CreateNatGateway nat.main@a in subnet-00000000000000007 with eipalloc-00000000000000014
      DescribeNatGateways until <nat.main@a> is available
    | ReplaceRoute rtb-0000000000000000f 0.0.0.0/0 via <nat.main@a>
      DeleteNatGateway nat-0000000000000000e
      DescribeNatGateways until nat-0000000000000000e is deleted
      ReleaseAddress eipalloc-0000000000000000c
    ");
}

#[test]
fn a_vpc_that_was_cut_short_is_finished_while_a_gateway_comes_to_it() {
    let internet = table(&[("0.0.0.0/0", Target::InternetGateway(key("igw.main")))]);
    let want = network([dual(false, Some(DefaultAcl::default())), gateway(), ("route-table.x", internet)]);
    let mut live = world(&network([dual(false, None), gateway(), ("route-table.x", table(&[]))]));
    live.tamper(&key("igw.main"), |it: &mut InternetGateway| it.vpc = None);
    assert_snapshot!(requests(&want, &live), @"
      AttachInternetGateway igw-00000000000000005 to vpc-00000000000000001
    | CreateRoute rtb-00000000000000006 0.0.0.0/0 via igw-00000000000000005
    | DeleteNetworkAclEntry <vpc.main/default-acl> inbound 100
    | DeleteNetworkAclEntry <vpc.main/default-acl> outbound 100
    ");
}
