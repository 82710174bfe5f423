//! What a reader of a plan sees of new names and of protection.

use palisade_core::Tags;
use palisade_core::kinds::security_group::SecurityGroup;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::Vpc;

use super::check;
use crate::worlds::{World, dual_stack, key, minimal, private_training, routes};

#[test]
fn a_tier_is_renamed() {
    let mut world = World::made(private_training());
    world.rename(&[("tier:app", "tier:batch")]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    renamed
        → move    4 objects; each keeps its AWS id
            route-table.app@{a,b}  → route-table.batch@{a,b}
            subnet.app@{a,b}       → subnet.batch@{a,b}

    Plan: 4 to move.
    4 requests, a few seconds
    ");
}

#[test]
fn two_tiers_change_places() {
    let mut world = World::made(dual_stack());
    world.rename(&[("tier:app", "tier:training"), ("tier:training", "tier:app")]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    renamed
        → move    8 objects; each keeps its AWS id
            network-acl.training   → network-acl.app
            route-table.app@{a,b}  → route-table.training@{a,b}
            route-table.training   → route-table.app
            subnet.app@{a,b}       → subnet.training@{a,b}
            subnet.training@{a,b}  → subnet.app@{a,b}

    Plan: 8 to move.
    8 requests, a few seconds
    ");
}

#[test]
fn what_changes_its_zone_is_told_by_itself() {
    let mut world = World::made(minimal());
    let to_a = ("subnet.training@b", "subnet.training@a");
    world.rename(&[("subnet.training@a", "subnet.training@b"), to_a]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    renamed
        → move    2 objects; each keeps its AWS id
            subnet.training@a  → subnet.training@b
            subnet.training@b  → subnet.training@a

    Plan: 2 to move.
    2 requests, a few seconds
    ");
}

#[test]
fn one_alone_is_told_in_its_place() {
    let mut world = World::made(minimal());
    world.rename(&[("security-group.training", "security-group.workers")]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    security groups
        → move    security-group.workers  sg-0000000000000000b  renamed from security-group.training

    Plan: 1 to move.
    1 request, a few seconds
    ");
}

#[test]
fn what_changes_beside_its_name_is_told_in_its_place() {
    let mut world = World::made(private_training());
    world.rename(&[("tier:app", "tier:batch"), ("security-group.training", "security-group.workers")]);
    world.edit("subnet.batch@b", |it: &mut Subnet| it.public_ip_on_launch = true);
    world.edit("security-group.workers", |it: &mut SecurityGroup| it.description = "workers".to_owned());
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    renamed
        → move    3 objects; each keeps its AWS id
            route-table.app@{a,b}  → route-table.batch@{a,b}
            subnet.app@a           → subnet.batch@a

    tier batch
        ~ update  subnet.batch@b  subnet-00000000000000007  renamed from subnet.app@b
            ~ public-ip-on-launch: false → true

    security groups
        ~ update  security-group.endpoints  sg-0000000000000001a
            - inbound tcp 443 from security-group.workers (old)
            + inbound tcp 443 from security-group.workers
      +/- replace security-group.workers    sg-0000000000000001b  renamed from security-group.training
            ~ description: training containers → workers  forces replacement

    +/-: the new one is there before the old one goes
    Plan: 2 to update, 3 to move, 1 to replace.
    12 requests, a few seconds
    ");
}

#[test]
fn new_tags_are_told_beside_new_names() {
    let mut world = World::made(private_training());
    world.rename(&[("tier:app", "tier:batch")]);
    world.want.tags.insert("team".to_owned(), "research".to_owned());
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    renamed
        → move    4 objects; each keeps its AWS id
            route-table.app@{a,b}  → route-table.batch@{a,b}
            subnet.app@{a,b}       → subnet.batch@{a,b}

    tags
        ~ update  20 objects
            ~ tag team: ml-platform → research
            on eip.nat@a, endpoint.s3, endpoint.sagemaker.api, endpoint.sts, igw.main, nat.main@a,
               network-acl.training, route-table.batch@{a,b}, route-table.public, route-table.training,
               security-group.endpoints, security-group.training, subnet.batch@{a,b},
               subnet.public@{a,b}, subnet.training@{a,b}, vpc.main

    Plan: 20 to update.
    5 requests, a few seconds
    ");
}

#[test]
fn a_whole_blueprint_is_renamed() {
    let mut world = World::made(private_training());
    world.want.moves.blueprints.insert("fraud-ml".to_owned());
    world.want.blueprint = "risk-ml".to_owned();
    world.rename(&[("security-group.training", "security-group.workers")]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `risk-ml` in account 111122223333, eu-west-1

    renamed
        → move    20 objects of what was blueprint `fraud-ml`; each keeps its AWS id
            security-group.training  → security-group.workers

    Plan: 20 to move.
    20 requests, about 10 s
    ");
}

#[test]
fn a_rename_is_forgotten_once_nobody_lists_it() {
    let mut world = World::made(minimal());
    world.rename(&[("tier:training", "tier:batch")]);
    world.apply();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    No changes: the network is as the blueprint says.
    6 objects, read in 14 requests and 2 waves
    ");
    world.want.moves.moves.clear();
    world.look();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tags
        ~ update  4 objects
            - note of an earlier name (palisade:moved-from)
            on network-acl.batch, route-table.batch, subnet.batch@{a,b}

    Plan: 4 to update.
    1 request, a few seconds
    ");
}

#[test]
fn nothing_is_renamed_to_what_is_there() {
    let mut world = World::made(minimal());
    world.want.insert(key("route-table.batch"), routes(&[]));
    world.apply();
    world.want.resources.remove(&key("route-table.batch"));
    world.rename(&[("route-table.batch", "route-table.training")]);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tier training
        ~ update  subnet.training@a                  subnet-00000000000000005
            ~ route-table: route-table.rtb-00000000000000009 → route-table.training
        ~ update  subnet.training@b                  subnet-00000000000000007
            ~ route-table: route-table.rtb-00000000000000009 → route-table.training
        → move    route-table.training
            rtb-0000000000000000e  renamed from route-table.batch
        - delete  route-table.rtb-00000000000000009  claims to be `route-table.training` too

    error[occupied]: `route-table.batch` cannot become `route-table.training`, which is there already:
                     rtb-0000000000000000e, rtb-00000000000000009
      help: leave that `[[moved]]` out, or take what there is out of the blueprint and apply that before

    Plan: 2 to update, 1 to move, 1 to delete.
    Nothing will be changed: there is 1 problem to solve first.
    ");
}

#[test]
fn protection_comes() {
    let mut world = World::made(minimal());
    world.want.protected = [key("subnet.training@a"), key("subnet.training@b")].into();
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tags
        ~ update  2 objects
            + protection from being deleted or replaced (palisade:protect)
            on subnet.training@{a,b}

    Plan: 2 to update.
    1 request, a few seconds
    ");
    insta::assert_snapshot!(check(&World::new(world.want)), @r#"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        + create  vpc.main  10.0.0.0/16  DNS support and host names
            default group emptied, default ACL as AWS makes it

    tier training
        + create  subnet.training@a     10.0.0.0/20   eu-west-1a  table training  default ACL  protected
        + create  subnet.training@b     10.0.16.0/20  eu-west-1b  table training  default ACL  protected
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
fn protection_goes() {
    let mut want = minimal();
    want.protected = [key("subnet.training@a"), key("vpc.main")].into();
    let mut world = World::made(want);
    world.want.protected.remove(&key("subnet.training@a"));
    world.edit("vpc.main", |it: &mut Vpc| it.dns_hostnames = false);
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    VPC
        ~ update  vpc.main  vpc-00000000000000001  protected
            ~ dns-hostnames: true → false

    tier training
        ~ update  subnet.training@a  subnet-00000000000000005
            - protection from being deleted or replaced (palisade:protect)

    Plan: 2 to update.
    2 requests, a few seconds
    ");
}

#[test]
fn protection_is_violated() {
    let mut want = minimal();
    want.protected = [key("subnet.training@a"), key("subnet.training@b")].into();
    let mut world = World::made(want);
    world.want.protected.remove(&key("subnet.training@b"));
    world.want.resources.remove(&key("subnet.training@b"));
    world.edit("subnet.training@a", |it: &mut Subnet| it.zone = "eu-west-1c".to_owned());
    insta::assert_snapshot!(check(&world), @"
    Plan of `lab` in account 111122223333, eu-west-1

    tier training
      -/+ replace subnet.training@a  subnet-00000000000000005  protected
            ~ zone: eu-west-1a → eu-west-1c  forces replacement
        - delete  subnet.training@b  subnet-00000000000000007  protected

    error[protected]: `subnet.training@a` is protected, and would be replaced
      help: take it out of `keys` of `[protect]` and apply that; the next plan may then go on
    error[protected]: `subnet.training@b` is protected, and would be deleted
      help: apply once with it in the blueprint and unchanged: that takes the protection away, since
            `[protect]` no longer names it; the next plan may then go on

    Plan: 1 to replace, 1 to delete.
    Nothing will be changed: there are 2 problems to solve first.
    ");
}

#[test]
fn an_elder_is_not_protected_whatever_it_says() {
    let mut world = World::made(minimal());
    world.edit("security-group.training", |it: &mut SecurityGroup| it.description = "workers".to_owned());
    world.run_until("CreateSecurityGroup");
    let protect = |tags: &mut Tags| drop(tags.insert("palisade:protect".to_owned(), "true".to_owned()));
    assert!(world.live.tamper_tags(&key("security-group.sg-0000000000000000b"), protect));
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
}

#[test]
fn palisades_own_tags_are_no_authors() {
    let mut world = World::made(private_training());
    world.live.tamper_tags(&key("subnet.app@a"), |tags| {
        tags.insert("Name".to_owned(), "mine".to_owned());
        tags.insert("palisade:protect".to_owned(), "true".to_owned());
        tags.insert("team".to_owned(), "somebody".to_owned());
    });
    insta::assert_snapshot!(check(&world), @"
    Plan of `fraud-ml` in account 111122223333, eu-west-1

    tier app
        ~ update  subnet.app@a  subnet-00000000000000005
            ~ tag team: somebody → ml-platform
            - protection from being deleted or replaced (palisade:protect)
            ~ palisade's tag Name: mine → fraud-ml/subnet.app@a

    Plan: 1 to update.
    2 requests, a few seconds
    ");
}
