//! What gets a successor.

use super::*;

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

    +/-: the new one is there before the old one goes
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

    -/+: the old one goes first, since AWS cannot have both
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

    +/-: the new one is there before the old one goes
    Plan: 2 to update, 2 to replace.
    8 requests, about 3 min: NAT gateways
    ");
}
