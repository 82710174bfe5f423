//! Narrow terminals and colours.

use super::*;

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
