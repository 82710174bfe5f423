//! What is in use and must be another one: the plan says in which order, and no kill leaves two or none.

use palisade_core::{Intent, Live, Observed, Owner, rehearse};

use crate::in_memory::{carried_out, draft, fresh, way};
use crate::sandbox::{Sandbox, replaced};

const BASE: &str = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr      = "10.0.0.0/16"
zones     = ["a", "b"]
dhcp      = { domain-name = "one.example.com" }
flow-logs = { to = "s3://logs/one" }

[tiers.public]
route        = "internet"
cidr         = "10.0.0.0/20"
nat-gateways = "single"

[tiers.app]
route = "nat"
cidr  = "10.0.16.0/20"

[security-groups.app]
description = "first"
inbound     = [{ from = "group:endpoints", ports = 8080 }]

[security-groups.endpoints]
inbound = [{ from = "group:app", ports = 443 }]

[endpoints.sts]
tiers           = ["app"]
security-groups = ["endpoints", "app"]

[endpoints.own]
service         = "com.amazonaws.vpce.eu-west-1.vpce-svc-0abc"
type            = "interface"
tiers           = ["app"]
security-groups = ["app"]
"#;

/// Whether a replacement stands beside what it replaces until nobody uses that any more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// It does.
    ForBoth,
    /// AWS has no room for both: the old one goes first.
    ForOne,
}

/// Shows the plan of the binary; then kills the run after every single request and finishes it.
fn check(start: &[(&str, &str)], edit: (&str, &str), keys: &[&str], room: Room) -> String {
    let first = start.iter().fold(BASE.to_owned(), |text, (old, new)| replaced(&text, old, new));
    let second = replaced(&first, edit.0, edit.1);
    survives_kills(&first, &second, &Intent::default(), keys, room);
    let sandbox = Sandbox::with(&first);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.write("blueprint.toml", &second);
    sandbox.run(&["plan"])
}

fn survives_kills(first: &str, second: &str, intent: &Intent, keys: &[&str], room: Room) {
    let (first, second) = (draft(first), draft(second));
    let account = fresh(&first);
    let live = carried_out(&first, account.clone()).reached();
    let world = |live: &Live| Observed { live: live.clone(), ..account.clone() };
    let way = way(&second, world(&live), intent).unwrap_or_else(|end| panic!("{end:?}"));
    let mut states = vec![way.live.clone()];
    rehearse(&way.graph, &way.live, |_, _, live| states.push(live.clone()))
        .expect("a plan can be carried out");
    assert!(2 < states.len(), "something is replaced");
    for (n_done, live) in states.iter().enumerate() {
        for key in keys {
            let n_there = generations(live, key);
            assert!(n_there <= 2, "`{key}` is there {n_there} times after {n_done} requests");
            assert!(room == Room::ForOne || 0 < n_there, "`{key}` is gone after {n_done} requests");
        }
        let end = carried_out(&second, world(live)).reached();
        for key in keys {
            let n_wanted = usize::from(way.want.resources.contains_key(&key.parse().expect("a key")));
            assert_eq!(generations(&end, key), n_wanted, "`{key}` after a kill behind {n_done} requests");
        }
        let n_ours = end.objects().values().filter(|it| it.owner != Owner::Foreign).count();
        assert_eq!(n_ours, way.want.resources.len(), "after a kill behind {n_done} requests");
    }
}

/// Returns how many objects there are of a key: the current one and its elders.
fn generations(live: &Live, key: &str) -> usize {
    let key = key.parse().expect("a key");
    let is_of_key = |owner: &Owner| matches!(owner, Owner::Deposed { of } if *of == key);
    usize::from(live.object(&key).is_some())
        + live.objects().values().filter(|it| is_of_key(&it.owner)).count()
}

#[test]
fn a_group_that_rules_and_endpoints_name() {
    insta::assert_snapshot!(check(&[], (r#""first""#, r#""second""#), &["security-group.app"], Room::ForBoth), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
      +/- replace security-group.app        sg-[1]
            ~ description: first → second  forces replacement
        ~ update  security-group.endpoints  sg-[2]
            + inbound tcp 443 from security-group.app
            - inbound tcp 443 from security-group.app (old)

    endpoints
        ~ update  endpoint.own  vpce-[3]
            + security-group.app
            - security-group.app (old)
        ~ update  endpoint.sts  vpce-[4]
            + security-group.app
            - security-group.app (old)

    +/-: the new one is there before the old one goes
    Plan: 3 to update, 1 to replace.
    10 requests, about 2 min: endpoints
    ");
}

#[test]
fn subnets_that_go_to_another_block() {
    let edit = ("10.0.16.0/20", "10.0.32.0/20");
    insta::assert_snapshot!(check(&[], edit, &["subnet.app@a", "subnet.app@b"], Room::ForBoth), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    tier app
      +/- replace subnet.app@a  subnet-[1]
            ~ cidr: 10.0.16.0/22 → 10.0.32.0/22  forces replacement
      +/- replace subnet.app@b  subnet-[2]
            ~ cidr: 10.0.20.0/22 → 10.0.36.0/22  forces replacement

    endpoints
        ~ update  endpoint.own  vpce-[3]
            + subnet.app@a
            + subnet.app@b
            - subnet.app@a (old)
            - subnet.app@b (old)
        ~ update  endpoint.sts  vpce-[4]
            + subnet.app@a
            + subnet.app@b
            - subnet.app@a (old)
            - subnet.app@b (old)

    +/-: the new one is there before the old one goes
    Plan: 2 to update, 2 to replace.
    12 requests, about 2 min: endpoints
    ");
}

#[test]
fn a_nat_gateway_that_keeps_its_address() {
    let edit = ("10.0.0.0/20", "10.0.48.0/20");
    insta::assert_snapshot!(check(&[], edit, &["nat.main@a"], Room::ForOne), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    gateways
      -/+ replace nat.main@a  nat-[1]
            ~ subnet: subnet.public@a (old) → subnet.public@a  forces replacement

    tier public
      +/- replace subnet.public@a  subnet-[2]
            ~ cidr: 10.0.0.0/22 → 10.0.48.0/22  forces replacement
      +/- replace subnet.public@b  subnet-[3]
            ~ cidr: 10.0.4.0/22 → 10.0.52.0/22  forces replacement

    tier app
        ~ update  route-table.app@a  rtb-[4]
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a
        ~ update  route-table.app@b  rtb-[5]
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a

    note: what uses `nat.main@a` is interrupted: the old goes before the new is made, since AWS cannot
          have both
    note: `route-table.app@a`, `route-table.app@b` have no route to 0.0.0.0/0 until the new one can be
          made

    +/-: the new one is there before the old one goes
    -/+: the old one goes first, since AWS cannot have both
    Plan: 2 to update, 3 to replace.
    16 requests, about 3 min: NAT gateways
    ");
}

#[test]
fn a_nat_gateway_that_gets_another_address() {
    let start = [("nat-gateways = \"single\"", "nat-gateways = \"single\"\nnat-replace  = \"new-address\"")];
    let edit = ("10.0.0.0/20", "10.0.48.0/20");
    insta::assert_snapshot!(check(&start, edit, &["nat.main@a", "eip.nat@a"], Room::ForBoth), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    gateways
      +/- replace eip.nat@a   eipalloc-[1]
            ~ object: eipalloc-[1] → a new one, so that there is no gap
      +/- replace nat.main@a  nat-[2]
            ~ subnet:  subnet.public@a (old) → subnet.public@a  forces replacement
            ~ address: eip.nat@a (old) → eip.nat@a  forces replacement

    tier public
      +/- replace subnet.public@a  subnet-[3]
            ~ cidr: 10.0.0.0/22 → 10.0.48.0/22  forces replacement
      +/- replace subnet.public@b  subnet-[4]
            ~ cidr: 10.0.4.0/22 → 10.0.52.0/22  forces replacement

    tier app
        ~ update  route-table.app@a  rtb-[5]
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a
        ~ update  route-table.app@b  rtb-[6]
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a

    note: the public address of `nat.main@a` changes: who admits the old one has to admit the new one
    note: public addresses are released for good: public-ip-[7] (`eip.nat@a`)

    +/-: the new one is there before the old one goes
    Plan: 2 to update, 4 to replace.
    16 requests, about 3 min: NAT gateways
    ");
}

/// A tier that has one zone takes another one, as a slot is free.
#[test]
fn a_subnet_that_goes_to_another_zone() {
    let start = [("\ncidr  = \"10.0.16.0/20\"", "\ncidr  = \"10.0.16.0/20\"\nzones = [\"a\"]")];
    let edit = ("zones = [\"a\"]", "zones = [\"b\"]");
    insta::assert_snapshot!(check(&start, edit, &["subnet.app@a", "subnet.app@b"], Room::ForOne), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    tier app
        - delete  subnet.app@a       subnet-[1]
        + create  subnet.app@b       10.0.20.0/22  eu-west-1b  table app@b  default ACL
        - delete  route-table.app@a  rtb-[2]
        + create  route-table.app@b  0.0.0.0/0 via nat.main@a

    endpoints
        ~ update  endpoint.own  vpce-[3]
            - subnet.app@a
            + subnet.app@b
        ~ update  endpoint.sts  vpce-[4]
            - subnet.app@a
            + subnet.app@b

    Plan: 2 to create, 2 to update, 2 to delete.
    11 requests, about 2 min: endpoints
    ");
}

#[test]
fn dhcp_options() {
    insta::assert_snapshot!(check(&[], ("one.example.com", "two.example.com"), &["dhcp.main"], Room::ForBoth), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    VPC
        ~ update  vpc.main   vpc-[1]
            ~ dhcp: dhcp.main (old) → dhcp.main
      +/- replace dhcp.main  dopt-[2]
            ~ domain-name: one.example.com → two.example.com  forces replacement

    +/-: the new one is there before the old one goes
    Plan: 1 to update, 1 to replace.
    3 requests, a few seconds
    ");
}

#[test]
fn flow_logs() {
    insta::assert_snapshot!(check(&[], ("s3://logs/one", "s3://logs/two"), &["flow-log.vpc"], Room::ForBoth), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    VPC
      +/- replace flow-log.vpc  fl-[1]
            ~ to: arn:aws:s3:::logs/one → arn:aws:s3:::logs/two  forces replacement

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    2 requests, a few seconds
    ");
}

#[test]
fn an_endpoint_with_private_dns() {
    let start = [("com.amazonaws.vpce.eu-west-1.vpce-svc-0abc", "com.amazonaws.eu-west-1.logs")];
    let edit = ("com.amazonaws.eu-west-1.logs", "com.amazonaws.eu-west-1.kms");
    insta::assert_snapshot!(check(&start, edit, &["endpoint.own"], Room::ForBoth), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    endpoints
      +/- replace endpoint.own  vpce-[1]
            ~ service: com.amazonaws.eu-west-1.logs → com.amazonaws.eu-west-1.kms  forces replacement

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    4 requests, about 5 min: endpoints
    ");
}

#[test]
fn an_endpoint_whose_names_only_one_can_have() {
    let replace = ["endpoint.sts".parse().expect("a key")].into();
    let intent = Intent { replace, ..Intent::default() };
    survives_kills(BASE, BASE, &intent, &["endpoint.sts"], Room::ForBoth);
    let sandbox = Sandbox::with(BASE);
    sandbox.succeed(&["apply", "--yes"]);
    insta::assert_snapshot!(sandbox.run(&["plan", "--replace", "endpoint.sts"]), @"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    endpoints
      +/- replace endpoint.sts  vpce-[1]
            ~ object: vpce-[1] → a new one, as asked

    note: `endpoint.sts` is made without private DNS, and takes the public name over once the old one
          has given it up: for seconds in between, the name leads outside of the VPC

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    8 requests, about 8 min: endpoints
    ");
}

/// What goes lets go of each other in one direction only: the subnet of its ACL, before the gateways and the subnet
/// beside it go, before the block goes that this one lies in.
#[test]
fn a_way_out_an_acl_and_a_block_that_go_together() {
    let second = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
route = "isolated"
cidr  = "10.0.0.0/20"
"#;
    let edge = r#"
[tiers.edge]
route        = "internet"
cidr         = "10.1.0.0/20"
nat-gateways = "single"
"#;
    let first =
        second.replace("zones = [\"a\"]", "zones = [\"a\"]\nsecondary-cidrs = [\"10.1.0.0/16\"]").replace(
            "route = \"isolated\"",
            "route = \"nat\"\nnetwork-acl = { inbound = [{ rule = 100, allow = \"all\", from = \"vpc\" }] }",
        );
    let keys = ["subnet.app@a", "network-acl.app", "nat.main@a", "subnet.edge@a"];
    survives_kills(&(first + edge), second, &Intent::default(), &keys, Room::ForOne);
}
