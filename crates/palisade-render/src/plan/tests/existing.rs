//! What a reader sees of what exists already.

use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::internet_gateway::InternetGateway;
use palisade_core::kinds::nat_gateway::NatGateway;
use palisade_core::kinds::route_table::RouteTable;
use palisade_core::kinds::security_group::{Peer, Rule, SecurityGroup};
use palisade_core::{Key, Kind, Spec};

use super::check;
use crate::json::PlanDocument;
use crate::worlds::{World, group, key, minimal, routes, subnet, tcp, vpc};

/// A network in somebody else's VPC, with what else of theirs it can name.
fn guest() -> World {
    let mut want = minimal();
    want.resources.remove(&key("vpc.main"));
    let vpc_key = key("vpc.vpc-0abc");
    let routes = routes(&[("10.0.0.0/8", "tgw-0abc"), ("0.0.0.0/0", "igw.igw-0abc")]);
    want.insert(key("route-table.training"), routes);
    let (subnet_of_nat, address) = (key("subnet.training@a"), key("eip.eipalloc-0abc"));
    let gateway = Some(key("igw.igw-0abc"));
    want.insert(key("nat.main@a"), NatGateway { subnet: subnet_of_nat, address, gateway });
    let mut training =
        group("training containers", &[(tcp(443), "sg-0abc", "of security-group.sg-0abc")], &[]);
    for list in ["pl-0abc", "pl-0aws"] {
        let peer = Peer::PrefixList(Key::new(Kind::PrefixList, list));
        training.outbound.insert(Rule { traffic: tcp(443), peer }, String::new());
    }
    want.insert(key("security-group.training"), training);
    want.resources.values_mut().for_each(|it| settle(it, &vpc_key));

    let mut world = World::new(want);
    world.live.insert_foreign("vpc-0abc", vpc("10.0.0.0/16"));
    world.live.insert_foreign("igw-0abc", InternetGateway { vpc: Some(vpc_key.clone()) });
    world.live.insert_foreign("eipalloc-0abc", ElasticIp {});
    for id in ["sg-0abc", "sg-0def"] {
        let mut theirs = group("theirs", &[], &[]);
        theirs.vpc = vpc_key.clone();
        world.live.insert_foreign(id, theirs);
    }
    let mut theirs = subnet("10.0.255.0/24", "a", "training");
    (theirs.vpc, theirs.route_table) = (vpc_key, None);
    world.live.insert_foreign("subnet-0abc", theirs);
    world
}

fn settle(spec: &mut Spec, vpc: &Key) {
    spec.map_keys(&mut |it| {
        if *it == key("vpc.main") {
            *it = vpc.clone();
        }
    });
}

#[test]
fn what_exists_is_marked_where_it_is_named() {
    insta::assert_snapshot!(check(&guest()), @r#"
    Plan of `lab` in account 111122223333, eu-west-1, vpc-0abc (existing)

    gateways
        + create  nat.main@a  in subnet.training@a with eip.eipalloc-0abc (existing)

    tier training
        + create  subnet.training@a  10.0.0.0/20   eu-west-1a  table training  default ACL
        + create  subnet.training@b  10.0.16.0/20  eu-west-1b  table training  default ACL
        + create  route-table.training
            0.0.0.0/0   via igw.igw-0abc (existing)
            10.0.0.0/8  via tgw-0abc (existing)
        + create  network-acl.training
            inbound   100  allow  all             from 10.40.64.0/18
            inbound   200  allow  tcp 1024-65535  from 52.218.0.0/17
            outbound  100  allow  all             to 10.40.64.0/18
            outbound  200  allow  tcp 443         to 52.218.0.0/17

    security groups
        + create  security-group.training  "training containers"
            inbound   tcp 443  from security-group.sg-0abc (existing)  "of security-group.sg-0abc"
            outbound  tcp 443  to pl-0abc (existing)
            outbound  tcp 443  to pl-0aws

    Plan: 6 to create.
    18 requests, about 2 min: NAT gateways
    "#);
}

#[test]
fn what_exists_is_marked_where_it_comes_and_goes() {
    let mut world = guest();
    world.apply();
    world.edit("security-group.training", |it: &mut SecurityGroup| {
        it.inbound = group("", &[(tcp(443), "sg-0def", "of security-group.sg-0abc")], &[]).inbound;
    });
    world.edit("route-table.training", |it: &mut RouteTable| {
        it.routes.extend(routes(&[("10.0.0.0/8", "pcx-0abc")]).routes);
    });
    insta::assert_snapshot!(check(&world), @r#"
    Plan of `lab` in account 111122223333, eu-west-1, vpc-0abc (existing)

    tier training
        ~ update  route-table.training  rtb-00000000000000006
            ~ route 10.0.0.0/8: tgw-0abc (existing) → pcx-0abc (existing)

    security groups
        ~ update  security-group.training  sg-00000000000000008
            - inbound tcp 443 from security-group.sg-0abc (existing)  "of security-group.sg-0abc"
            + inbound tcp 443 from security-group.sg-0def (existing)  "of security-group.sg-0abc"

    Plan: 2 to update.
    3 requests, a few seconds
    "#);
}

#[test]
fn what_exists_stays_when_the_network_goes() {
    let mut world = guest();
    world.apply();
    world.want.resources.clear();
    world.intent.destroy = true;
    insta::assert_snapshot!(check(&world).lines().next().unwrap_or_default(), @"Plan of `lab` in account 111122223333, eu-west-1, vpc-0abc (existing)");
    let listed = world.told(|view| format!("{:?}", PlanDocument::new(view).existing));
    assert_eq!(listed, "[]", "nothing is wanted any more");
    let listed = guest().told(|view| PlanDocument::new(view).existing.join(" "));
    insta::assert_snapshot!(listed, @"eipalloc-0abc igw-0abc pl-0abc sg-0abc tgw-0abc vpc-0abc");
}
