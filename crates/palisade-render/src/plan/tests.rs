//! What a reader of a plan sees.

use std::collections::BTreeMap;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::network_acl::{Action, Entry, NetworkAcl};
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{DefaultAcl, Defaults, HasIpv6, Vpc};
use palisade_core::live::Stranger;
use palisade_core::{Intent, Kind, Live, Network, Policy};

use super::{calls, human};
use crate::style::Style;
use crate::worlds::{
    World, all, allow, end, from_block, key, minimal, private_training, routes, subnet, tcp, without_colour,
};

mod changing;
mod dual_stack;
mod existing;
mod gaps;
mod problems;
mod removing;
mod renames;
mod replacing;
mod width;
mod workloads;

fn check(world: &World) -> String {
    world.told(|view| human(view, Style::plain(100)))
}

fn only_bucket(bucket: &str) -> Option<Policy> {
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],
        "Resource":"arn:aws:s3:::{bucket}/*"}}"#
    );
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    Some(Policy::parse(&text).expect("a policy"))
}

#[test]
fn everything_is_new() {
    insta::assert_snapshot!(check(&World::new(private_training())), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    VPC
        + create  vpc.main  10.40.0.0/16  DNS support and host names
            default group emptied, default ACL as AWS makes it

    gateways
        + create  igw.main    attached to vpc.main
        + create  eip.nat@a   a new public address
        + create  nat.main@a  in subnet.public@a with eip.nat@a

    tier public
        + create  subnet.public@a     10.40.0.0/22  eu-west-1a  table public  default ACL
        + create  subnet.public@b     10.40.4.0/22  eu-west-1b  table public  default ACL
        + create  route-table.public  0.0.0.0/0 via igw.main

    tier app
        + create  subnet.app@a       10.40.16.0/22  eu-west-1a  table app@a  default ACL
        + create  subnet.app@b       10.40.20.0/22  eu-west-1b  table app@b  default ACL
        + create  route-table.app@a  0.0.0.0/0 via nat.main@a
        + create  route-table.app@b
            0.0.0.0/0   via nat.main@a
            10.0.0.0/8  via tgw-0abc (existing)

    tier training
        + create  subnet.training@a     10.40.64.0/22  eu-west-1a  table training  ACL training
        + create  subnet.training@b     10.40.68.0/22  eu-west-1b  table training  ACL training
        + create  route-table.training  no route out of the VPC
        + create  network-acl.training
            inbound   100  allow  all             from 10.40.64.0/18
            inbound   200  allow  tcp 1024-65535  from 52.218.0.0/17
            outbound  100  allow  all             to 10.40.64.0/18
            outbound  200  allow  tcp 443         to 52.218.0.0/17

    security groups
        + create  security-group.endpoints  "endpoints"
            inbound   tcp 443  from security-group.training
            outbound  nothing
        + create  security-group.training   "training containers"
            inbound   all      from itself
            outbound  all      to itself  "between the workers"
            outbound  tcp 443  to security-group.endpoints

    endpoints
        + create  endpoint.s3             gateway    full access
            routes in route-table.app@{a,b}, route-table.training
        + create  endpoint.sagemaker.api  interface  full access  private DNS
            in subnet.training@{a,b} with security-group.endpoints
        + create  endpoint.sts            interface  full access  private DNS
            in subnet.training@{a,b} with security-group.endpoints

    Plan: 20 to create.
    52 requests, about 2 min: NAT gateways
    "#);
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(check(&World::made(private_training())), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    No changes: the network is as the blueprint says.
    20 objects, read in 14 requests and 2 waves
    ");
}

#[test]
fn every_request() {
    let mut world = World::made(private_training());
    world.edit("security-group.endpoints", |it: &mut SecurityGroup| {
        it.description = "doors to AWS".to_owned();
    });
    world.want.tags.insert("team".to_owned(), "research".to_owned());
    world.want.insert(key("subnet.batch@a"), subnet("10.40.128.0/20", "a", "public"));
    insta::assert_snapshot!(calls(&world.graph(), Style::plain(100)), @"
    13 requests in 10 steps, in the rehearsed order

    tag
       1        CreateTags team=research on vpc-00000000000000001, subnet-00000000000000005, subnet-00000000000000007, subnet-00000000000000009, subnet-0000000000000000b, subnet-0000000000000000d, subnet-0000000000000000f, igw-00000000000000011, eipalloc-00000000000000012, nat-00000000000000014, rtb-00000000000000015, rtb-00000000000000016, rtb-00000000000000017, rtb-00000000000000018, acl-00000000000000019, sg-0000000000000001b, vpce-0000000000000001c, vpce-0000000000000001d, vpce-0000000000000001e
    make subnet.batch@a
       2        CreateSubnet subnet.batch@a 10.40.128.0/20 in eu-west-1a of vpc-00000000000000001
    make security-group.endpoints
       3        CreateSecurityGroup security-group.endpoints of vpc-00000000000000001 as fraud-ml.endpoints.2
       4        RevokeSecurityGroupEgress <security-group.endpoints>: all 0.0.0.0/0
    wire subnet.batch@a
       5        AssociateRouteTable <subnet.batch@a> with rtb-00000000000000017
    wire security-group.endpoints
       6        AuthorizeSecurityGroupIngress <security-group.endpoints>: tcp 443 sg-0000000000000001b
    wire security-group.training
       7  lane  AuthorizeSecurityGroupEgress sg-0000000000000001b: tcp 443 <security-group.endpoints>
    wire endpoint.sagemaker.api
       8  lane  ModifyVpcEndpoint vpce-0000000000000001d +security-groups <security-group.endpoints>; -security-groups sg-0000000000000001a
       9  wait  DescribeVpcEndpoints until vpce-0000000000000001d is available (usually 90 s, at most 600 s)
    wire endpoint.sts
      10  lane  ModifyVpcEndpoint vpce-0000000000000001e +security-groups <security-group.endpoints>; -security-groups sg-0000000000000001a
      11  wait  DescribeVpcEndpoints until vpce-0000000000000001e is available (usually 90 s, at most 600 s)
    unwire security-group.training
      12  lane  RevokeSecurityGroupEgress sg-0000000000000001b: tcp 443 sg-0000000000000001a
    remove security-group.endpoints
      13        DeleteSecurityGroup sg-0000000000000001a

    lane: changes what happens to packets that flow today; one at a time, in this order
    wait: asks again until it is so
    ");
}

#[test]
fn no_request() {
    insta::assert_snapshot!(calls(&World::made(minimal()).graph(), Style::plain(100)), @"No requests: there is nothing to do.");
}
