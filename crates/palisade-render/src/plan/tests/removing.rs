//! What goes.

use super::*;

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
