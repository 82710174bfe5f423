//! What a reader of a plan sees of IPv6, prefix lists, DHCP options and flow logs.

use palisade_core::kinds::dhcp_options::DhcpOptions;
use palisade_core::kinds::flow_log::{FlowLog, Recorded};
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::prefix_list::{Family, PrefixList};
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{Defaults, Vpc};
use palisade_core::{Kind, Network};

use super::check;
use crate::plan::calls;
use crate::style::Style;
use crate::worlds::{World, allow, cidr, dual_stack, from_block, key, private_training, subnet, tcp, vpc};

#[test]
fn everything_is_new() {
    insta::assert_snapshot!(check(&World::new(dual_stack())), @r#"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        + create  vpc.main
            10.60.0.0/16  DNS support and host names  IPv6 of Amazon's choice  with dhcp.main
            and 100.64.0.0/16
            default group and default ACL emptied
        + create  dhcp.main     domain-name corp.example; name-servers 10.0.0.2, AmazonProvidedDNS
        + create  flow-log.vpc  of vpc.main to log-group:/vpc/lab  all traffic  every 600 s
            as arn:aws:iam::111122223333:role/flow-logs

    gateways
        + create  igw.main    attached to vpc.main
        + create  eigw.main   attached to vpc.main, IPv6 outwards only
        + create  eip.nat@a   a new public address
        + create  nat.main@a  in subnet.public@a with eip.nat@a

    tier public
        + create  subnet.public@a
            10.60.0.0/20  eu-west-1a  table public  default ACL  ipv6-slot(0)  IPv6 for every interface
        + create  route-table.public
            0.0.0.0/0  via igw.main
            ::/0       via igw.main

    tier app
        + create  subnet.app@a  10.60.16.0/20  eu-west-1a  table app@a  default ACL  ipv6-slot(1)
        + create  subnet.app@b  10.60.32.0/20  eu-west-1b  table app@b  default ACL  ipv6-slot(2)
        + create  route-table.app@a
            0.0.0.0/0  via nat.main@a
            ::/0       via eigw.main
        + create  route-table.app@b
            0.0.0.0/0  via nat.main@a
            ::/0       via eigw.main

    tier training
        + create  subnet.training@a
            100.64.0.0/20   eu-west-1a  table training  ACL training  ipv6-slot(3)
        + create  subnet.training@b
            100.64.16.0/20  eu-west-1b  table training  ACL training  ipv6-slot(4)
        + create  route-table.training  no route out of the VPC
        + create  network-acl.training
            inbound   100  allow  all  from 100.64.0.0/19
            inbound   101  allow  all  from ipv6-slot(3)
            inbound   102  allow  all  from ipv6-slot(4)
            outbound  100  allow  all  to 100.64.0.0/19
            outbound  101  allow  all  to ipv6-slot(3)
            outbound  102  allow  all  to ipv6-slot(4)

    prefix lists
        + create  prefix-list.corp  IPv4  2 of 5 entries
            192.0.2.0/24  "office"
            198.51.100.0/24

    security groups
        + create  security-group.endpoints  "endpoints"
            inbound   tcp 443  from security-group.training
            outbound  nothing
        + create  security-group.training   "training containers"
            inbound   all      from itself
            inbound   tcp 22   from prefix-list.corp  "from the office"
            outbound  tcp 443  to ipv6-prefix
            outbound  tcp 443  to security-group.endpoints

    endpoints
        + create  endpoint.sts  interface  full access  private DNS
            in subnet.training@{a,b} with security-group.endpoints

    note: `ipv6-prefix` is the /56 of IPv6 addresses that Amazon will give the VPC, and `ipv6-slot(n)`
          is the /64 number n in it

    Plan: 21 to create.
    70 requests, about 2 min: NAT gateways
    "#);
}

#[test]
fn nothing_to_do() {
    insta::assert_snapshot!(check(&World::made(dual_stack())), @"
    Plan of `lab` in account 111122223333, eu-west-1

    No changes: the network is as the blueprint says.
    21 objects, read in 14 requests and 2 waves
    ");
}

#[test]
fn what_aws_makes_with_a_vpc_can_be_left_alone() {
    let mut world = World::new(dual_stack());
    world.want.resources.retain(|key, _| key.name == "main" && key.kind != Kind::NatGateway);
    world.edit("vpc.main", |it: &mut Vpc| it.defaults = Defaults::default());
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        + create  vpc.main
            10.60.0.0/16  DNS support and host names  IPv6 of Amazon's choice  with dhcp.main
            and 100.64.0.0/16
            default group and default ACL as AWS makes it
        + create  dhcp.main  domain-name corp.example; name-servers 10.0.0.2, AmazonProvidedDNS

    gateways
        + create  igw.main   attached to vpc.main
        + create  eigw.main  attached to vpc.main, IPv6 outwards only

    Plan: 4 to create.
    10 requests, about 30 s: address blocks
    ");
}

#[test]
fn the_vpc_gets_more_addresses_and_loses_some() {
    let mut world = World::made(dual_stack());
    world.edit("vpc.main", |it: &mut Vpc| {
        it.secondary_cidrs.insert(cidr("100.65.0.0/16"));
        it.dhcp = None;
    });
    world.want.resources.remove(&key("dhcp.main"));
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main   vpc-00000000000000005
            + secondary-cidr: 100.65.0.0/16
            ~ dhcp: dhcp.main → AWS's own
        - delete  dhcp.main  dopt-00000000000000004

    Plan: 1 to update, 1 to delete.
    4 requests, about 20 s: address blocks
    ");
}

#[test]
fn ipv6_comes_to_a_vpc_that_is_there() {
    let mut want = Network::empty("lab");
    want.insert(key("vpc.main"), vpc("10.60.0.0/16"));
    want.insert(
        key("subnet.public@a"),
        Subnet { route_table: None, ..subnet("10.60.0.0/20", "a", "public") },
    );
    let mut world = World::made(want);
    world.edit("vpc.main", |it: &mut Vpc| it.ipv6 = true);
    world.edit("subnet.public@a", |it: &mut Subnet| {
        it.ipv6 = Some(7);
        it.assign_ipv6 = true;
    });
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001
            ~ ipv6: none → Amazon's

    tier public
        ~ update  subnet.public@a  subnet-00000000000000005
            ~ ipv6:        none → ipv6-slot(7)
            ~ assign-ipv6: false → true

    note: `ipv6-slot(n)` is the /64 number n in the /56 of IPv6 addresses that Amazon will give the VPC

    Plan: 2 to update.
    5 requests, about 20 s: address blocks
    ");
}

#[test]
fn addresses_are_told_where_they_are_known() {
    let mut world = World::made(dual_stack());
    let mut third = subnet("100.64.32.0/20", "c", "training");
    third.ipv6 = Some(5);
    world.want.insert(key("subnet.training@c"), third);
    world.edit("subnet.app@b", |it: &mut Subnet| it.ipv6 = Some(6));
    world.edit("network-acl.training", |it: &mut NetworkAcl| {
        it.inbound.insert(103, allow(tcp(443), "ipv6-slot(5)"));
    });
    world.edit("security-group.endpoints", |it: &mut SecurityGroup| {
        it.inbound.insert(from_block(tcp(443), "ipv6-prefix"), String::new());
    });
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tier app
        ~ update  subnet.app@b  subnet-0000000000000000f
            ~ ipv6: 2600:1f18:0:902::/64 → 2600:1f18:0:906::/64

    tier training
        + create  subnet.training@c
            100.64.32.0/20  eu-west-1c  table training  default ACL  2600:1f18:0:905::/64
        ~ update  network-acl.training  acl-00000000000000022
            + inbound 103: allow tcp 443 2600:1f18:0:905::/64

    security groups
        ~ update  security-group.endpoints  sg-00000000000000023
            + inbound tcp 443 from 2600:1f18:0:900::/56

    note: the IPv6 block of `subnet.app@b` goes before the other one comes: AWS refuses that as long as
          an interface has an address of it, and for seconds there is no IPv6
    note: the VPC's default ACL, which `subnet.training@c` will have, lets nothing through: give the
          tier a `network-acl`, or allow by hand what it needs

    Plan: 1 to create, 3 to update.
    8 requests, a few seconds
    ");
}

#[test]
fn names_stand_for_addresses_in_requests() {
    let mut world = World::made(dual_stack());
    world.edit("subnet.app@b", |it: &mut Subnet| it.ipv6 = Some(6));
    insta::assert_snapshot!(calls(&world.graph(), Style::plain(100)), @"
    3 requests in 1 step, in the rehearsed order

    wire subnet.app@b
      1  lane  DisassociateSubnetCidrBlock <subnet.app@b/ipv6-association>
      2        AssociateSubnetCidrBlock subnet-0000000000000000f with <vpc.main/ipv6-slot(6)>
      3  wait  DescribeSubnets until subnet-0000000000000000f has its IPv6 block (usually 3 s, at most 300 s)

    lane: changes what happens to packets that flow today; one at a time, in this order
    wait: asks again until it is so
    ipv6-prefix: the /56 of IPv6 addresses that Amazon gives the VPC; ipv6-slot(n): the /64 number n in it
    ");
}

#[test]
fn entries_of_a_list_come_and_go() {
    let mut world = World::made(dual_stack());
    world.edit("prefix-list.corp", |it: &mut PrefixList| {
        it.max_entries = 6;
        it.entries.remove(&cidr("198.51.100.0/24"));
        it.entries.insert(cidr("203.0.113.0/24"), "branch".to_owned());
        it.entries.insert(cidr("192.0.2.0/24"), "head office".to_owned());
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `lab` in account 111122223333, eu-west-1

    prefix lists
        ~ update  prefix-list.corp  pl-00000000000000003
            ~ max-entries:        5 → 6
            ~ entry 192.0.2.0/24: "office" → "head office"
            - entry 198.51.100.0/24
            + entry 203.0.113.0/24  "branch"

    note: another description takes two requests, and for seconds in between the list lacks the block:
          192.0.2.0/24 in `prefix-list.corp`

    Plan: 1 to update.
    6 requests, about 20 s: prefix lists
    "#);
}

#[test]
fn a_list_of_another_family_is_another_list() {
    let mut world = World::made(dual_stack());
    world.edit("prefix-list.corp", |it: &mut PrefixList| {
        it.family = Family::Ipv6;
        it.entries = [(cidr("2001:db8::/32"), String::new())].into();
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `lab` in account 111122223333, eu-west-1

    prefix lists
      +/- replace prefix-list.corp  pl-00000000000000003
            ~ family: IPv4 → IPv6  forces replacement
            - entry 192.0.2.0/24  "office"
            - entry 198.51.100.0/24
            + entry 2001:db8::/32

    security groups
        ~ update  security-group.training  sg-00000000000000024
            + inbound tcp 22 from prefix-list.corp  "from the office"
            - inbound tcp 22 from prefix-list.corp (old)  "from the office"

    +/-: the new one is there before the old one goes
    Plan: 1 to update, 1 to replace.
    5 requests, about 10 s: prefix lists
    "#);
}

#[test]
fn what_cannot_change_is_replaced_beside_the_old_one() {
    let mut world = World::made(dual_stack());
    world.edit("dhcp.main", |it: &mut DhcpOptions| it.name_servers.clear());
    world.edit("flow-log.vpc", |it: &mut FlowLog| it.recorded = Recorded::Reject);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main      vpc-00000000000000005
            ~ dhcp: dhcp.main (old) → dhcp.main
      +/- replace dhcp.main     dopt-00000000000000004
            ~ name-servers: 10.0.0.2, AmazonProvidedDNS → none  forces replacement
      +/- replace flow-log.vpc  fl-00000000000000026
            ~ traffic: all → reject  forces replacement

    +/-: the new one is there before the old one goes
    Plan: 1 to update, 2 to replace.
    5 requests, a few seconds
    ");
}

#[test]
fn the_gateway_for_ipv6_goes() {
    let mut world = World::made(dual_stack());
    world.want.resources.remove(&key("eigw.main"));
    for table in ["route-table.app@a", "route-table.app@b"] {
        world.edit(table, |it: &mut RouteTable| {
            it.routes.remove(&cidr("::/0"));
        });
    }
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    gateways
        - delete  eigw.main  eigw-0000000000000001c

    tier app
        ~ update  route-table.app@a  rtb-0000000000000001e
            - route ::/0 via eigw.main
        ~ update  route-table.app@b  rtb-0000000000000001f
            - route ::/0 via eigw.main

    Plan: 2 to update, 1 to delete.
    3 requests, a few seconds
    ");
}

#[test]
fn an_endpoint_with_private_dns_hands_its_name_over() {
    let mut world = World::made(dual_stack());
    world.intent.replace = [key("endpoint.sts")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    endpoints
      +/- replace endpoint.sts  vpce-00000000000000025
            ~ object: vpce-00000000000000025 → a new one, as asked

    note: `endpoint.sts` is made without private DNS, and takes the public name over once the old one
          has given it up: for seconds in between, the name leads outside of the VPC

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    8 requests, about 8 min: endpoints
    ");
    let spec = world.want.resources.remove(&key("endpoint.sts")).expect("it is there");
    world.want.insert(key("endpoint.tokens"), spec);
    world.intent.replace.clear();
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `lab` in account 111122223333, eu-west-1

    endpoints
        - delete  endpoint.sts     vpce-00000000000000025
        + create  endpoint.tokens  interface  full access  private DNS  com.amazonaws.eu-west-1.sts
            in subnet.training@{a,b} with security-group.endpoints

    note: `endpoint.tokens` is made without private DNS, and takes the public name over once
          `endpoint.sts` has given it up: for seconds in between, the name leads outside of the VPC
    note: what goes comes again under another name: `endpoint.sts` as `endpoint.tokens`; to keep it, add
          to the blueprint
      [[moved]]
      from = "endpoint.sts"
      to   = "endpoint.tokens"

    Plan: 1 to create, 1 to delete.
    8 requests, about 6 min: endpoints
    "#);
}

#[test]
fn a_gateway_endpoint_hands_its_tables_over() {
    let mut world = World::made(private_training());
    world.intent.replace = [key("endpoint.s3")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    endpoints
      +/- replace endpoint.s3  vpce-0000000000000001c
            ~ object: vpce-0000000000000001c → a new one, as asked

    note: `endpoint.s3` is made without route tables, and takes them over once the old one has given
          them up: for seconds in between, they lead past it

    +/-: the new one is there before the old one goes
    Plan: 1 to replace.
    8 requests, about 20 s: endpoints
    ");
}

#[test]
fn a_nat_gateway_gets_a_new_address_rather_than_a_gap() {
    let mut world = World::made(dual_stack());
    world.want.renewals.insert(key("nat.main@a"), key("eip.nat@a"));
    world.intent.replace = [key("nat.main@a")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    gateways
      +/- replace eip.nat@a   eipalloc-00000000000000001
            ~ object: eipalloc-00000000000000001 → a new one, so that there is no gap
      +/- replace nat.main@a  nat-0000000000000001d
            ~ address: eip.nat@a (old) → eip.nat@a  forces replacement
            ~ object:  nat-0000000000000001d → a new one, as asked

    tier app
        ~ update  route-table.app@a  rtb-0000000000000001e
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a
        ~ update  route-table.app@b  rtb-0000000000000001f
            ~ route 0.0.0.0/0: nat.main@a (old) → nat.main@a

    note: the public address of `nat.main@a` changes: who admits the old one has to admit the new one
    note: public addresses are released for good: public-ip-00000000000000002 (`eip.nat@a`)

    +/-: the new one is there before the old one goes
    Plan: 2 to update, 2 to replace.
    8 requests, about 3 min: NAT gateways
    ");
}
