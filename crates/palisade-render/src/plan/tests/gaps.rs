//! What a reader of a plan learns of what is interrupted.

use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;

use super::check;
use crate::worlds::{World, gateway_endpoint, key, minimal, private_training, routes, subnet};

#[test]
fn gateways_exchange_their_addresses() {
    let mut want = private_training();
    want.insert(key("eip.nat@b"), ElasticIp {});
    let (subnet, address) = (key("subnet.public@b"), key("eip.nat@b"));
    want.insert(key("nat.main@b"), NatGateway { subnet, address, gateway: Some(key("igw.main")) });
    want.insert(key("route-table.app@b"), routes(&[("0.0.0.0/0", "nat.main@b")]));
    let mut world = World::made(want);
    world.edit("nat.main@a", |it: &mut NatGateway| it.address = key("eip.nat@b"));
    world.edit("nat.main@b", |it: &mut NatGateway| it.address = key("eip.nat@a"));
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    gateways
      -/+ replace nat.main@a  nat-00000000000000016
            ~ address: eip.nat@a → eip.nat@b  forces replacement
      +/- replace nat.main@b  nat-00000000000000017
            ~ address: eip.nat@b → eip.nat@a  forces replacement

    tier app
        ~ update  route-table.app@a  rtb-00000000000000018
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a
        ~ update  route-table.app@b  rtb-00000000000000019
            ~ route 0.0.0.0/0: nat.main@b (old) → nat.main@b

    note: what uses `nat.main@a` is interrupted: the old goes before the new is made, since AWS cannot
          have both
    note: `route-table.app@a` has no route to 0.0.0.0/0 until the new one can be made

    +/-: the new one is there before the old one goes
    -/+: the old one goes first, since AWS cannot have both
    Plan: 2 to update, 2 to replace.
    11 requests, about 6 min: NAT gateways
    ");
}

fn gateways(s3: &[&str], s3b: &[&str]) -> palisade_core::Network {
    let mut want = minimal();
    want.insert(key("route-table.other"), routes(&[]));
    for (name, tables) in [("endpoint.s3", s3), ("endpoint.s3b", s3b)] {
        if !tables.is_empty() {
            want.insert(key(name), gateway_endpoint("s3", tables));
        }
    }
    want
}

#[test]
fn gateway_endpoints_become_one() {
    let mut world = World::made(gateways(&["training"], &["other"]));
    world.want = gateways(&["training", "other"], &[]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    endpoints
        ~ update  endpoint.s3   vpce-0000000000000000d
            + route-table.other
        - delete  endpoint.s3b  vpce-0000000000000000e

    note: `endpoint.s3` takes route tables over once `endpoint.s3b` has given them up: for seconds in
          between, they lead past it

    Plan: 1 to update, 1 to delete.
    6 requests, about 10 s: endpoints
    ");
}

#[test]
fn gateway_endpoints_swap_their_tables() {
    let mut world = World::made(gateways(&["training"], &["other"]));
    world.want = gateways(&["other"], &["training"]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    endpoints
        ~ update  endpoint.s3   vpce-0000000000000000d
            + route-table.other
            - route-table.training
        ~ update  endpoint.s3b  vpce-0000000000000000e
            - route-table.other
            + route-table.training

    note: `endpoint.s3` takes route tables over once `endpoint.s3b` has given them up: for seconds in
          between, they lead past it; `endpoint.s3b` takes route tables over once `endpoint.s3` has
          given them up: for seconds in between, they lead past it

    Plan: 2 to update.
    8 requests, about 10 s: endpoints
    ");
}

#[test]
fn an_endpoint_moves_to_subnets_that_have_no_room_yet() {
    let mut world = World::made(private_training());
    let keys = [key("subnet.batch@a"), key("subnet.batch@b")];
    for (key, (zone, cidr)) in keys.iter().zip([("a", "10.40.64.0/23"), ("b", "10.40.68.0/23")]) {
        world.want.resources.remove(&self::key(&format!("subnet.training@{zone}")));
        world.want.insert(key.clone(), subnet(cidr, zone, "training"));
    }
    for name in ["endpoint.sts", "endpoint.sagemaker.api"] {
        world.edit(name, |it: &mut Endpoint| match &mut it.reach {
            Reach::Interface { subnets, .. } => *subnets = keys.clone().into(),
            Reach::Gateway { .. } => {}
        });
    }
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier batch
        + create  subnet.batch@a  10.40.64.0/23  eu-west-1a  table training  default ACL
        + create  subnet.batch@b  10.40.68.0/23  eu-west-1b  table training  default ACL

    tier training
        - delete  subnet.training@a  subnet-0000000000000000d
        - delete  subnet.training@b  subnet-0000000000000000f

    endpoints
        ~ update  endpoint.sagemaker.api  vpce-0000000000000001d
            + subnet.batch@a
            + subnet.batch@b
            - subnet.training@a
            - subnet.training@b
        ~ update  endpoint.sts            vpce-0000000000000001e
            + subnet.batch@a
            + subnet.batch@b
            - subnet.training@a
            - subnet.training@b

    note: until the new subnets can be made, `endpoint.sagemaker.api` has no interface at all, and
          `endpoint.sts` has no interface at all
    note: `subnet.batch@a`, `subnet.batch@b` can only be made once `subnet.training@a`,
          `subnet.training@b` gave way, since AWS cannot have both

    Plan: 2 to create, 2 to update, 2 to delete.
    18 requests, about 3 min: endpoints
    ");
}

#[test]
fn a_vpc_loses_its_ipv6() {
    let mut want = minimal();
    let mut vpc = Vpc { ipv6: true, ..crate::worlds::vpc("10.0.0.0/16") };
    want.insert(key("vpc.main"), vpc.clone());
    let subnet = |ipv6| Subnet { ipv6, ..subnet("10.0.0.0/20", "a", "training") };
    want.insert(key("subnet.training@a"), subnet(Some(0)));
    let mut world = World::made(want);
    vpc.ipv6 = false;
    world.want.insert(key("vpc.main"), vpc);
    world.want.insert(key("subnet.training@a"), subnet(None));
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001
            ~ ipv6: Amazon's → none

    tier training
        ~ update  subnet.training@a  subnet-00000000000000007
            ~ ipv6: 2600:1f18:0:500::/64 → none

    note: the IPv6 block of `subnet.training@a` goes for good, and what still uses IPv6 is cut off: AWS
          refuses that as long as an interface has an address of it

    Plan: 2 to update.
    2 requests, a few seconds
    ");
}
