//! What somebody sees who asks what has drifted.

use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::live::Stranger;

use super::human;
use crate::style::Style;
use crate::worlds::{World, all, end, from_block, group, key, minimal, routes, subnet, vpc, without_colour};

fn check(world: &World) -> String {
    world.told(|view| human(view, Style::plain(100)))
}

/// Somebody was at the console.
fn tampered() -> World {
    let mut world = World::made(minimal());
    let live = &mut world.live;
    live.tamper(&key("security-group.training"), |it: &mut SecurityGroup| {
        it.outbound.insert(from_block(all(), "0.0.0.0/0"), "just for a test".to_owned());
        it.inbound.clear();
    });
    live.tamper(&key("network-acl.training"), |it: &mut NetworkAcl| {
        it.inbound.remove(&100);
    });
    live.tamper_tags(&key("vpc.main"), |tags| drop(tags.insert("Name".to_owned(), "mine".to_owned())));
    live.insert_foreign("subnet-0abc", subnet("10.0.32.0/24", "a", "training"));
    live.insert_foreign("sg-0abc", group("by hand", &[], &[]));
    live.insert_foreign("vpc-0def", vpc("10.0.0.0/16"));
    live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what: "network interface of `i-0abc`".to_owned(),
        uses: vec![key("subnet.training@b")],
    });
    world
}

#[test]
fn somebody_was_at_the_console() {
    insta::assert_snapshot!(check(&tampered()), @r#"
    Drift of `lab` in account 111122223333, eu-west-1

    VPC
        ~ changed vpc.main  vpc-00000000000000001
            ~ tag Name: lab/vpc.main → mine

    tier training
        ~ changed network-acl.training  acl-0000000000000000a
            - inbound 100: allow all 10.40.64.0/18

    security groups
        ~ changed security-group.training  sg-0000000000000000b
            - inbound all from security-group.training
            + outbound all to 0.0.0.0/0  "just for a test"

    in the VPC and not the blueprint's (never touched)
        subnet                         subnet-0abc
        security group                 sg-0abc
        network interface of `i-0abc`  eni-0abc

    Drift: 3 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    "#);
}

#[test]
fn one_is_missing_and_one_is_extra() {
    let mut world = World::made(minimal());
    world.want.insert(key("route-table.batch"), routes(&[]));
    world.live = end(&world.want, &world.live);
    world.want.resources.remove(&key("route-table.batch"));
    world.want.insert(key("subnet.training@c"), subnet("10.0.32.0/20", "c", "training"));
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    tier training
        - missing subnet.training@c  in the blueprint, not in the account

    tier batch
        + extra   route-table.batch  rtb-0000000000000000e, not in the blueprint

    Drift: 1 missing, 1 extra.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn an_elder_is_extra_and_its_users_have_not_drifted() {
    let mut world = World::made(minimal());
    world.edit("security-group.training", |it: &mut SecurityGroup| it.description = "workers".to_owned());
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    security groups
        ~ changed security-group.training  sg-0000000000000000b
            ~ description: workers → training containers

    Drift: 1 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
    world.run_until("AuthorizeSecurityGroupIngress");
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    security groups
        + extra   security-group.sg-0000000000000000b  left over from `security-group.training`

    Drift: 1 extra.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn no_drift() {
    insta::assert_snapshot!(check(&World::made(minimal())), @"
    Drift of `lab` in account 111122223333, eu-west-1

    No drift: the network is as the blueprint says.
    6 objects, read in 14 requests and 2 waves
    ");
}

#[test]
fn colour_says_nothing_of_its_own() {
    let coloured = tampered().told(|view| human(view, Style { color: true, width: 100 }));
    assert_eq!(without_colour(&coloured), check(&tampered()));
}
