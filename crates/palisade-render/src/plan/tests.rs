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

mod dual_stack;
mod existing;
mod gaps;
mod renames;

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
fn rules_come_and_go() {
    let mut world = World::made(private_training());
    world.edit("security-group.endpoints", |it: &mut SecurityGroup| {
        it.inbound.clear();
        it.inbound.insert(from_block(tcp(443), "10.40.64.0/18"), String::new());
        it.inbound.insert(from_block(tcp(443), "10.40.16.0/20"), "from the application".to_owned());
    });
    world.edit("security-group.training", |it: &mut SecurityGroup| {
        it.outbound.values_mut().for_each(|description| *description = "as reviewed".to_owned());
    });
    world.edit("network-acl.training", |it: &mut NetworkAcl| {
        it.inbound.insert(50, allow(tcp(22), "10.40.16.0/20"));
        it.outbound.insert(200, allow(all(), "52.218.0.0/17"));
        it.outbound.remove(&100);
    });
    world.edit("route-table.app@b", |it: &mut RouteTable| {
        it.routes = routes(&[("0.0.0.0/0", "tgw-0abc"), ("192.168.0.0/16", "tgw-0abc")]).routes;
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier app
        ~ update  route-table.app@b  rtb-00000000000000016
            ~ route 0.0.0.0/0: nat.main@a → tgw-0abc (existing)
            - route 10.0.0.0/8 via tgw-0abc (existing)
            + route 192.168.0.0/16 via tgw-0abc (existing)

    tier training
        ~ update  network-acl.training  acl-00000000000000019
            + inbound 50: allow tcp 22 10.40.16.0/20
            - outbound 100: allow all 10.40.64.0/18
            ~ outbound 200: allow tcp 443 52.218.0.0/17 → allow all 52.218.0.0/17

    security groups
        ~ update  security-group.endpoints  sg-0000000000000001a
            + inbound tcp 443 from 10.40.16.0/20  "from the application"
            + inbound tcp 443 from 10.40.64.0/18
            - inbound tcp 443 from security-group.training
        ~ update  security-group.training   sg-0000000000000001b
            ~ outbound all to security-group.training:      "between the workers" → "as reviewed"
            ~ outbound tcp 443 to security-group.endpoints: no description → "as reviewed"

    Plan: 4 to update.
    9 requests, a few seconds
    "#);
}

#[test]
fn an_endpoint_gets_another_policy() {
    let mut want = private_training();
    let restrict = |want: &mut Network, bucket: &str| {
        let endpoint = want.resources.get_mut(&key("endpoint.s3")).and_then(Endpoint::of_mut);
        endpoint.expect("it is there").policy = only_bucket(bucket);
    };
    restrict(&mut want, "raw-data");
    let live = end(&want, &Live::default());
    restrict(&mut want, "features");
    insta::assert_snapshot!(check(&World { want, live, intent: Intent::default() }), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    endpoints
        ~ update  endpoint.s3  vpce-0000000000000001c
            ~ policy:
                      "Effect": "Allow",
                      "Principal": "*",
              -       "Resource": "arn:aws:s3:::raw-data/*"
              +       "Resource": "arn:aws:s3:::features/*"
                    }
                  ],

    Plan: 1 to update.
    2 requests, a few seconds
    "#);
}

#[test]
fn an_endpoint_is_restricted_and_moves() {
    let mut world = World::made(private_training());
    world.edit("endpoint.s3", |it: &mut Endpoint| it.policy = only_bucket("features"));
    world.edit("endpoint.sts", |it: &mut Endpoint| {
        let Reach::Interface { subnets, private_dns, .. } = &mut it.reach else { return };
        subnets.remove(&key("subnet.training@b"));
        subnets.insert(key("subnet.app@b"));
        *private_dns = false;
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    endpoints
        ~ update  endpoint.s3   vpce-0000000000000001c
            ~ policy:
              - full access
              + {
              +   "Statement": [
              +     {
              +       "Action": [
              +         "s3:GetObject",
              +         "s3:PutObject"
              +       ],
              +       "Effect": "Allow",
              +       "Principal": "*",
              +       "Resource": "arn:aws:s3:::features/*"
              +     }
              +   ],
              +   "Version": "2012-10-17"
              + }
        ~ update  endpoint.sts  vpce-0000000000000001e
            + subnet.app@b
            - subnet.training@b
            ~ private-dns: true → false

    Plan: 2 to update.
    4 requests, about 2 min: endpoints
    "#);
}

#[test]
fn attributes_change_in_place() {
    let mut world = World::made(private_training());
    world.edit("vpc.main", |it: &mut Vpc| {
        it.dns_hostnames = false;
        it.dns_support = false;
    });
    world.edit("subnet.training@b", |it: &mut Subnet| it.network_acl = None);
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001
            ~ dns-support:   true → false
            ~ dns-hostnames: true → false

    tier training
        ~ update  subnet.training@b  subnet-0000000000000000f
            ~ network-acl: network-acl.training → the VPC's default ACL

    Plan: 2 to update.
    3 requests, a few seconds
    ");
}

#[test]
fn a_subnet_falls_to_a_default_acl_that_is_not_as_aws_makes_it() {
    let told = |acl: DefaultAcl| {
        let mut world = World::made(private_training());
        world.live.tamper(&key("vpc.main"), |it: &mut Vpc| it.defaults.acl = Some(acl.clone()));
        world.edit("subnet.training@b", |it: &mut Subnet| it.network_acl = None);
        check(&world)
    };
    let as_made = Defaults::as_created(HasIpv6::No).acl.expect("AWS makes one");
    let everything = as_made.inbound[&100];
    let denial = Entry { action: Action::Deny, cidr: "192.0.2.0/24".parse().expect("a block"), ..everything };
    assert!(!told(as_made.clone()).contains("note:"));
    insta::assert_snapshot!(told(DefaultAcl { inbound: BTreeMap::new(), ..as_made.clone() }), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier training
        ~ update  subnet.training@b  subnet-0000000000000000f
            ~ network-acl: network-acl.training → the VPC's default ACL

    note: the VPC's default ACL, which `subnet.training@b` will have, lets nothing through: give the
          tier a `network-acl`, or allow by hand what it needs

    Plan: 1 to update.
    1 request, a few seconds
    ");
    let after = DefaultAcl { inbound: [(100, everything), (200, denial)].into(), ..as_made.clone() };
    assert!(!told(after).contains("note:"));
    let before = DefaultAcl { inbound: [(50, denial), (100, everything)].into(), ..as_made };
    insta::assert_snapshot!(told(before).lines().skip_while(|it| !it.starts_with("note")).collect::<Vec<_>>().join("\n"), @"
    note: the VPC's default ACL, which `subnet.training@b` will have, does not let everything through:
          give the tier a `network-acl`, or allow by hand what it needs

    Plan: 1 to update.
    1 request, a few seconds
    ");
}

#[test]
fn the_new_one_is_made_first_where_both_can_be() {
    let mut world = World::made(private_training());
    world.edit("security-group.endpoints", |it: &mut SecurityGroup| {
        it.description = "doors to AWS".to_owned();
    });
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    security groups
      +/- replace security-group.endpoints  sg-0000000000000001a
            ~ description: endpoints → doors to AWS  forces replacement
        ~ update  security-group.training   sg-0000000000000001b
            + outbound tcp 443 to security-group.endpoints
            - outbound tcp 443 to security-group.endpoints (old)

    endpoints
        ~ update  endpoint.sagemaker.api  vpce-0000000000000001d
            + security-group.endpoints
            - security-group.endpoints (old)
        ~ update  endpoint.sts            vpce-0000000000000001e
            + security-group.endpoints
            - security-group.endpoints (old)

    Plan: 3 to update, 1 to replace.
    10 requests, about 2 min: endpoints
    ");
}

#[test]
fn the_old_one_goes_first_where_both_cannot_be() {
    let mut world = World::made(private_training());
    world.edit("subnet.app@b", |it: &mut Subnet| it.cidr = "10.40.20.0/23".parse().expect("a CIDR"));
    world.edit("nat.main@a", |it: &mut NatGateway| it.subnet = key("subnet.public@b"));
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    gateways
      -/+ replace nat.main@a  nat-00000000000000014
            ~ subnet: subnet.public@a → subnet.public@b  forces replacement

    tier app
      -/+ replace subnet.app@b       subnet-00000000000000007
            ~ cidr: 10.40.20.0/22 → 10.40.20.0/23  forces replacement
        ~ update  route-table.app@a  rtb-00000000000000015
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a
        ~ update  route-table.app@b  rtb-00000000000000016
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a

    note: what uses `subnet.app@b`, `nat.main@a` is interrupted: the old goes before the new is made,
          since AWS cannot have both
    note: `route-table.app@a`, `route-table.app@b` have no route to 0.0.0.0/0 until the new one can be
          made

    Plan: 2 to update, 2 to replace.
    12 requests, about 3 min: NAT gateways
    ");
}

#[test]
fn a_tier_goes_and_another_takes_its_place() {
    let mut world = World::made(private_training());
    world.want.resources.retain(|key, _| !key.name.starts_with("app"));
    world.edit("endpoint.s3", |it: &mut Endpoint| {
        it.reach = Reach::Gateway { route_tables: [key("route-table.training")].into() };
    });
    world.want.insert(key("subnet.batch@a"), subnet("10.40.16.0/20", "a", "batch"));
    world.want.insert(key("route-table.batch"), routes(&[]));
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier app
        - delete  subnet.app@a       subnet-00000000000000005
        - delete  subnet.app@b       subnet-00000000000000007
        - delete  route-table.app@a  rtb-00000000000000015
        - delete  route-table.app@b  rtb-00000000000000016

    tier batch
        + create  subnet.batch@a     10.40.16.0/20  eu-west-1a  table batch  default ACL
        + create  route-table.batch  no route out of the VPC

    endpoints
        ~ update  endpoint.s3  vpce-0000000000000001c
            - route-table.app@a
            - route-table.app@b

    note: `subnet.batch@a` can only be made once `subnet.app@a`, `subnet.app@b` gave way, since AWS
          cannot have both

    Plan: 2 to create, 1 to update, 4 to delete.
    11 requests, a few seconds
    ");
}

#[test]
fn replaced_on_purpose() {
    let mut world = World::made(private_training());
    world.intent.replace = [key("security-group.training"), key("eip.nat@b")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    security groups
        ~ update  security-group.endpoints  sg-0000000000000001a
            - inbound tcp 443 from security-group.training (old)
            + inbound tcp 443 from security-group.training
      -/+ replace security-group.training   sg-0000000000000001b
            ~ object: sg-0000000000000001b → a new one, as asked

    error[nothing-to-replace]: `eip.nat@b` does not exist, so it cannot be replaced
      help: there is `eip.nat@a`

    Plan: 1 to update, 1 to replace.
    Nothing will be changed: there is 1 problem to solve first.
    ");
    world.intent.replace = [key("eip.nat@a")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    gateways
      +/- replace eip.nat@a   eipalloc-00000000000000012
            ~ object: eipalloc-00000000000000012 → a new one, as asked
      +/- replace nat.main@a  nat-00000000000000014
            ~ address: eip.nat@a (old) → eip.nat@a  forces replacement

    tier app
        ~ update  route-table.app@a  rtb-00000000000000015
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a
        ~ update  route-table.app@b  rtb-00000000000000016
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a

    note: the public address of `nat.main@a` changes: who admits the old one has to admit the new one
    note: public addresses are released for good: public-ip-00000000000000013 (`eip.nat@a`)

    Plan: 2 to update, 2 to replace.
    8 requests, about 3 min: NAT gateways
    ");
}

#[test]
fn tags_of_everything_are_told_once() {
    let mut world = World::made(private_training());
    world.want.tags.insert("team".to_owned(), "research".to_owned());
    world.want.tags.insert("cost-centre".to_owned(), "4711".to_owned());
    world.live.tamper_tags(&key("vpc.main"), |tags| drop(tags.insert("Name".to_owned(), "mine".to_owned())));
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001
            + tag cost-centre: 4711
            ~ tag team: ml-platform → research
            ~ palisade's tag Name: mine → fraud-ml/vpc.main

    tags
        ~ update  19 objects
            + tag cost-centre: 4711
            ~ tag team: ml-platform → research
            on eip.nat@a, endpoint.s3, endpoint.sagemaker.api, endpoint.sts, igw.main, nat.main@a,
               network-acl.training, route-table.app@{a,b}, route-table.public, route-table.training,
               security-group.endpoints, security-group.training, subnet.app@{a,b}, subnet.public@{a,b},
               subnet.training@{a,b}

    Plan: 20 to update.
    2 requests, a few seconds
    ");
}

#[test]
fn what_is_not_ours_stands_in_the_way() {
    let mut world = World::made(minimal());
    world.live.insert_foreign("subnet-0abc", subnet("10.0.32.0/24", "a", "training"));
    world.live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what: "network interface of `i-0abc`".to_owned(),
        uses: vec![key("subnet.training@b")],
    });
    world.want.insert(key("subnet.training@c"), subnet("10.0.32.0/20", "c", "training"));
    world.want.resources.remove(&key("subnet.training@b"));
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tier training
        - delete  subnet.training@b  subnet-00000000000000007
        + create  subnet.training@c  10.0.32.0/20  eu-west-1c  table training  default ACL

    error[blocked]: `subnet.training@b` cannot be removed while it is used by `eni-0abc` (network
                    interface of `i-0abc`)
      help: remove its users first; palisade never touches what is not its own
    error[clash]: `subnet.training@c` cannot exist beside `subnet-0abc`, which is not this blueprint's
      help: change the blueprint, or remove what is in the way

    Plan: 1 to create, 1 to delete.
    Nothing will be changed: there are 2 problems to solve first.
    ");
}

#[test]
fn the_vpc_is_guarded() {
    let mut world = World::made(minimal());
    world.want.resources.clear();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        - delete  vpc.main  vpc-00000000000000001

    tier training
        - delete  subnet.training@a     subnet-00000000000000005
        - delete  subnet.training@b     subnet-00000000000000007
        - delete  route-table.training  rtb-00000000000000009
        - delete  network-acl.training  acl-0000000000000000a

    security groups
        - delete  security-group.training  sg-0000000000000000b

    error[guarded]: `vpc.main` would be deleted
      help: use `palisade destroy`, or keep `vpc.main` in the blueprint

    Plan: 6 to delete.
    Nothing will be changed: there is 1 problem to solve first.
    ");
}

#[test]
fn destroy() {
    let mut world = World::made(private_training());
    world.want = Network::empty("fraud-ml");
    world.intent.destroy = true;
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    VPC
        - delete  vpc.main  vpc-00000000000000001

    gateways
        - delete  igw.main    igw-00000000000000011
        - delete  eip.nat@a   eipalloc-00000000000000012
        - delete  nat.main@a  nat-00000000000000014

    tier public
        - delete  subnet.public@a     subnet-00000000000000009
        - delete  subnet.public@b     subnet-0000000000000000b
        - delete  route-table.public  rtb-00000000000000017

    tier app
        - delete  subnet.app@a       subnet-00000000000000005
        - delete  subnet.app@b       subnet-00000000000000007
        - delete  route-table.app@a  rtb-00000000000000015
        - delete  route-table.app@b  rtb-00000000000000016

    tier training
        - delete  subnet.training@a     subnet-0000000000000000d
        - delete  subnet.training@b     subnet-0000000000000000f
        - delete  route-table.training  rtb-00000000000000018
        - delete  network-acl.training  acl-00000000000000019

    security groups
        - delete  security-group.endpoints  sg-0000000000000001a
        - delete  security-group.training   sg-0000000000000001b

    endpoints
        - delete  endpoint.s3             vpce-0000000000000001c
        - delete  endpoint.sagemaker.api  vpce-0000000000000001d
        - delete  endpoint.sts            vpce-0000000000000001e

    note: public addresses are released for good: public-ip-00000000000000013 (`eip.nat@a`)

    Plan: 20 to delete.
    35 requests, about 3 min: endpoints
    ");
    world.live = Live::default();
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    Nothing to destroy: there is nothing of `fraud-ml` in this account.
    ");
}

#[test]
fn an_earlier_run_was_cut_short() {
    let mut world = World::made(minimal());
    world.edit("security-group.training", |it: &mut SecurityGroup| it.description = "workers".to_owned());
    world.run_until("CreateSecurityGroup");
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    security groups
        ~ update  security-group.training              sg-0000000000000000e
            + inbound all from security-group.training
            - outbound all to 0.0.0.0/0
        - delete  security-group.sg-0000000000000000b
            left over from an earlier replacement of `security-group.training`

    Plan: 1 to update, 1 to delete.
    3 requests, a few seconds
    ");

    let mut world = World::new(private_training());
    world.run_until("CreateNatGateway");
    world.want.resources.retain(|key, _| !matches!(key.kind, Kind::Endpoint | Kind::SecurityGroup));
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier public
        ~ update  subnet.public@a     subnet-00000000000000009
            ~ route-table: the VPC's main table → route-table.public
        ~ update  subnet.public@b     subnet-0000000000000000b
            ~ route-table: the VPC's main table → route-table.public
        + create  route-table.public  0.0.0.0/0 via igw.main

    tier app
        ~ update  subnet.app@a       subnet-00000000000000005
            ~ route-table: the VPC's main table → route-table.app@a
        ~ update  subnet.app@b       subnet-00000000000000007
            ~ route-table: the VPC's main table → route-table.app@b
        + create  route-table.app@a  0.0.0.0/0 via nat.main@a
        + create  route-table.app@b
            0.0.0.0/0   via nat.main@a
            10.0.0.0/8  via tgw-0abc (existing)

    tier training
        ~ update  subnet.training@a     subnet-0000000000000000d
            ~ route-table: the VPC's main table → route-table.training
            ~ network-acl: the VPC's default ACL → network-acl.training
        ~ update  subnet.training@b     subnet-0000000000000000f
            ~ route-table: the VPC's main table → route-table.training
            ~ network-acl: the VPC's default ACL → network-acl.training
        + create  route-table.training  no route out of the VPC
        + create  network-acl.training
            inbound   100  allow  all             from 10.40.64.0/18
            inbound   200  allow  tcp 1024-65535  from 52.218.0.0/17
            outbound  100  allow  all             to 10.40.64.0/18
            outbound  200  allow  tcp 443         to 52.218.0.0/17

    note: AWS is still making `nat.main@a`: it is waited for before it is used

    Plan: 5 to create, 6 to update.
    22 requests, about 2 min: NAT gateways
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

#[test]
fn narrow_terminals_wrap_lists() {
    let mut world = World::made(private_training());
    world.want.resources.retain(|key, _| key.kind != Kind::Endpoint);
    world.want.tags.clear();
    insta::assert_snapshot!(world.told(|view| human(view, Style::plain(60))), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    endpoints
        - delete  endpoint.s3             vpce-0000000000000001c
        - delete  endpoint.sagemaker.api  vpce-0000000000000001d
        - delete  endpoint.sts            vpce-0000000000000001e

    tags
        ~ update  17 objects
            - tag team: ml-platform
            on eip.nat@a, igw.main, nat.main@a,
               network-acl.training, route-table.app@{a,b},
               route-table.public, route-table.training,
               security-group.endpoints,
               security-group.training, subnet.app@{a,b},
               subnet.public@{a,b}, subnet.training@{a,b},
               vpc.main

    Plan: 17 to update, 3 to delete.
    7 requests, about 3 min: endpoints
    ");
}

#[test]
fn narrow_terminals_move_what_does_not_fit_below() {
    insta::assert_snapshot!(World::new(minimal()).told(|view| human(view, Style::plain(72))), @r#"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        + create  vpc.main  10.0.0.0/16  DNS support and host names
            default group emptied, default ACL as AWS makes it

    tier training
        + create  subnet.training@a
            10.0.0.0/20   eu-west-1a  table training  default ACL
        + create  subnet.training@b
            10.0.16.0/20  eu-west-1b  table training  default ACL
        + create  route-table.training  no route out of the VPC
        + create  network-acl.training
            inbound   100  allow  all             from 10.40.64.0/18
            inbound   200  allow  tcp 1024-65535  from 52.218.0.0/17
            outbound  100  allow  all             to 10.40.64.0/18
            outbound  200  allow  tcp 443         to 52.218.0.0/17

    security groups
        + create  security-group.training  "training containers"
            inbound   all  from itself
            outbound  nothing

    Plan: 6 to create.
    18 requests, a few seconds
    "#);
}

#[test]
fn colour_says_nothing_of_its_own() {
    let mut world = World::made(private_training());
    world.edit("security-group.endpoints", |it: &mut SecurityGroup| {
        it.description = "doors to AWS".to_owned();
    });
    world.edit("endpoint.s3", |it: &mut Endpoint| it.policy = only_bucket("features"));
    world.rename(&[("tier:app", "tier:batch")]);
    world.want.protected = [key("subnet.public@a"), key("subnet.public@b")].into();
    let coloured = world.told(|view| human(view, Style { color: true, width: 100 }));
    assert_ne!(coloured, check(&world));
    assert_eq!(without_colour(&coloured), check(&world));
}

#[test]
fn every_code_has_its_line_in_the_reference() {
    let page = include_str!("../../../../docs/reference/codes.md");
    let source = include_str!("../plan.rs");
    let arms = source.split("fn code(").nth(1).and_then(|it| it.split("\n}\n").next()).expect("the function");
    let codes: Vec<&str> = arms.split('"').skip(1).step_by(2).collect();
    assert_eq!(codes.len(), 9, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("\n| `{code}` |")), "{code}");
    }
}
