//! What somebody sees who asks what has drifted.

use palisade_core::kinds::model::Model;
use palisade_core::kinds::mount_target;
use palisade_core::kinds::network_acl::NetworkAcl;
use palisade_core::kinds::prefix_list::PrefixList;
use palisade_core::kinds::security_group::{Peer, Rule, SecurityGroup};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::kinds::vpc::{Defaults, HasIpv6, Vpc};
use palisade_core::live::Stranger;
use palisade_core::{Handle, Kind, Live};
use serde_json::json;

use super::human;
use crate::style::Style;
use crate::worlds::{
    World, all, cidr, dual_stack, end, from_block, group, hosting, key, minimal, routes, studio, subnet, tcp,
    vpc, without_colour,
};

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
        of: Vec::new(),
    });
    world
}

#[test]
fn somebody_was_at_the_console() {
    insta::assert_snapshot!(check(&tampered()), @r#"
    Drift of `lab` in account 111122223333, eu-west-1

    VPC
        ~ changed vpc.main  vpc-00000000000000001
            ~ palisade's tag Name: lab/vpc.main → mine

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

/// Somebody was at the console of a network with IPv6.
fn opened() -> World {
    let mut world = World::made(dual_stack());
    let live = &mut world.live;
    live.insert_foreign("sg-0abc", group("by hand", &[], &[]));
    live.tamper(&key("vpc.main"), |it: &mut Vpc| {
        it.defaults = Defaults::as_created(HasIpv6::Yes);
        let rules = it.defaults.group.as_mut().map(|it| &mut it.inbound);
        let ssh = Rule { traffic: tcp(22), peer: Peer::Group(key("security-group.sg-0abc")) };
        rules.map(|it| it.insert(ssh, "for the contractor".to_owned()));
        it.dhcp = None;
        it.secondary_cidrs.insert(cidr("100.99.0.0/16"));
    });
    live.tamper(&key("subnet.app@a"), |it: &mut Subnet| {
        it.ipv6 = None;
        it.assign_ipv6 = true;
    });
    live.tamper(&key("prefix-list.corp"), |it: &mut PrefixList| {
        it.max_entries = 6;
        it.entries.insert(cidr("0.0.0.0/1"), String::new());
        it.entries.insert(cidr("192.0.2.0/24"), "home office".to_owned());
    });
    live.tamper(&key("security-group.training"), |it: &mut SecurityGroup| it.outbound.clear());
    live.tamper(&key("network-acl.training"), |it: &mut NetworkAcl| it.inbound.clear());
    world
}

#[test]
fn somebody_opened_what_was_emptied() {
    insta::assert_snapshot!(check(&opened()), @r#"
    Drift of `lab` in account 111122223333, eu-west-1

    VPC
        ~ changed vpc.main  vpc-00000000000000005
            + secondary-cidr: 100.99.0.0/16
            ~ dhcp: dhcp.main → AWS's own
            + default group: inbound all from itself
            + default group: inbound tcp 22 from security-group.sg-0abc (existing)  "for the contractor"
            + default group: outbound all to 0.0.0.0/0
            + default group: outbound all to ::/0
            + default ACL: inbound 100: allow all 0.0.0.0/0
            + default ACL: inbound 101: allow all ::/0
            + default ACL: outbound 100: allow all 0.0.0.0/0
            + default ACL: outbound 101: allow all ::/0

    tier app
        ~ changed subnet.app@a  subnet-0000000000000000c
            ~ ipv6:        2600:1f18:0:901::/64 → none
            ~ assign-ipv6: false → true

    tier training
        ~ changed network-acl.training  acl-00000000000000022
            - inbound 100: allow all 100.64.0.0/19
            - inbound 101: allow all 2600:1f18:0:903::/64
            - inbound 102: allow all 2600:1f18:0:904::/64

    prefix lists
        ~ changed prefix-list.corp  pl-00000000000000003
            ~ max-entries:        5 → 6
            + entry 0.0.0.0/1
            ~ entry 192.0.2.0/24: "office" → "home office"

    security groups
        ~ changed security-group.training  sg-00000000000000024
            - outbound tcp 443 to 2600:1f18:0:900::/56
            - outbound tcp 443 to security-group.endpoints

    in the VPC and not the blueprint's (never touched)
        security group  sg-0abc

    Drift: 5 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    "#);
}

#[test]
fn what_is_gone_is_missing() {
    let mut world = World::made(dual_stack());
    world.live = end(&minimal(), &Live::default());
    insta::assert_snapshot!(check(&world), @r#"
    Drift of `lab` in account 111122223333, eu-west-1

    VPC
        ~ changed vpc.main      vpc-00000000000000001
            ~ cidr: 10.60.0.0/16 → 10.0.0.0/16
            - secondary-cidr: 100.64.0.0/16
            ~ ipv6: Amazon's → none
            ~ dhcp: dhcp.main → AWS's own
            + default ACL: inbound 100: allow all 0.0.0.0/0
            + default ACL: outbound 100: allow all 0.0.0.0/0
        - missing dhcp.main     in the blueprint, not in the account
        - missing flow-log.vpc  in the blueprint, not in the account

    gateways
        - missing igw.main    in the blueprint, not in the account
        - missing eigw.main   in the blueprint, not in the account
        - missing eip.nat@a   in the blueprint, not in the account
        - missing nat.main@a  in the blueprint, not in the account

    tier training
        ~ changed subnet.training@a     subnet-00000000000000005
            ~ cidr:        100.64.0.0/20 → 10.0.0.0/20
            ~ ipv6:        ipv6-slot(3) → none
            ~ network-acl: network-acl.training → the VPC's default ACL
        ~ changed subnet.training@b     subnet-00000000000000007
            ~ cidr:        100.64.16.0/20 → 10.0.16.0/20
            ~ ipv6:        ipv6-slot(4) → none
            ~ network-acl: network-acl.training → the VPC's default ACL
        ~ changed network-acl.training  acl-0000000000000000a
            ~ inbound 100:  allow all 100.64.0.0/19 → allow all 10.40.64.0/18
            - inbound 101: allow all ipv6-slot(3)
            - inbound 102: allow all ipv6-slot(4)
            + inbound 200: allow tcp 1024-65535 52.218.0.0/17
            ~ outbound 100: allow all 100.64.0.0/19 → allow all 10.40.64.0/18
            - outbound 101: allow all ipv6-slot(3)
            - outbound 102: allow all ipv6-slot(4)
            + outbound 200: allow tcp 443 52.218.0.0/17

    tier public
        - missing subnet.public@a     in the blueprint, not in the account
        - missing route-table.public  in the blueprint, not in the account

    tier app
        - missing subnet.app@a       in the blueprint, not in the account
        - missing subnet.app@b       in the blueprint, not in the account
        - missing route-table.app@a  in the blueprint, not in the account
        - missing route-table.app@b  in the blueprint, not in the account

    prefix lists
        - missing prefix-list.corp  in the blueprint, not in the account

    security groups
        - missing security-group.endpoints  in the blueprint, not in the account
        ~ changed security-group.training   sg-0000000000000000b
            - inbound tcp 22 from prefix-list.corp  "from the office"
            - outbound tcp 443 to ipv6-prefix
            - outbound tcp 443 to security-group.endpoints

    endpoints
        - missing endpoint.sts  in the blueprint, not in the account

    note: `ipv6-prefix` is the /56 of IPv6 addresses that Amazon will give the VPC, and `ipv6-slot(n)`
          is the /64 number n in it

    error[guarded]: `vpc.main` and everything in it would be replaced, since `cidr` changes
      help: undo that change, or say `--replace vpc.main`

    Drift: 5 changed, 15 missing.
    help: `palisade apply` changes nothing before the errors above are mended
    "#);
}

#[test]
fn what_is_left_as_it_is_has_not_drifted() {
    let mut world = opened();
    world.want.resources.retain(|key, _| ["vpc.main", "dhcp.main"].contains(&key.to_string().as_str()));
    world.live = end(&world.want, &Live::default());
    world.edit("vpc.main", |it: &mut Vpc| it.defaults = Defaults::default());
    world.live.tamper(&key("vpc.main"), |it: &mut Vpc| it.defaults = Defaults::as_created(HasIpv6::Yes));
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    No drift: the network is as the blueprint says.
    2 objects, read in 14 requests and 2 waves
    ");
}

#[test]
fn new_names_are_not_yet_in_the_account() {
    let mut world = World::made(minimal());
    world.rename(&[("tier:training", "tier:batch")]);
    world.live.tamper(&key("subnet.batch@b"), |it: &mut Subnet| it.public_ip_on_launch = true);
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    renamed in the blueprint, not yet in the account
        → renamed 3 objects; each keeps its AWS id
            network-acl.training  → network-acl.batch
            route-table.training  → route-table.batch
            subnet.training@a     → subnet.batch@a

    tier batch
        ~ changed subnet.batch@b  subnet-00000000000000007  renamed from subnet.training@b
            ~ public-ip-on-launch: false → true

    Drift: 1 changed, 3 renamed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn the_note_of_an_earlier_name_has_not_drifted() {
    let mut world = World::made(minimal());
    world.rename(&[("security-group.training", "security-group.workers")]);
    world.apply();
    world.edit("security-group.workers", |it: &mut SecurityGroup| it.description = "workers".to_owned());
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    security groups
        ~ changed security-group.workers  sg-0000000000000000b
            ~ description: workers → training containers

    Drift: 1 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn somebody_lifted_the_protection() {
    let mut want = minimal();
    want.protected.insert(key("subnet.training@a"));
    let mut world = World::made(want);
    world.live.tamper_tags(&key("subnet.training@a"), |tags| drop(tags.remove("palisade:protect")));
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    tier training
        ~ changed subnet.training@a  subnet-00000000000000005
            - protection from being deleted or replaced (palisade:protect)

    Drift: 1 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn what_aws_makes_for_a_domain_is_no_drift() {
    let mut world = World::made(studio());
    world.live.insert_stranger(Stranger {
        id: "eni-0abc".to_owned(),
        what: "network interface of a SageMaker app".to_owned(),
        uses: vec![key("subnet.training@a")],
        of: vec![key("domain.studio")],
    });
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    No drift: the network is as the blueprint says.
    8 objects, read in 14 requests and 2 waves
    ");
    // The domain has left the blueprint.
    world.want.resources.retain(|it, _| it.kind != Kind::Domain && it.kind != Kind::UserProfile);
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    SageMaker
        + extra   domain.studio     studio, not in the blueprint
        + extra   user-profile.ann  ann, not in the blueprint

    Drift: 2 extra.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn somebody_deleted_the_domain() {
    let mut world = World { want: minimal(), ..World::made(studio()) };
    world.run_until("DescribeDomain");
    world.look();
    world.want = studio();
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    SageMaker
        + extra   security-group.sg-0000000000000000f
            made by AWS for `arn-0000000000000000e`, which is gone
        + extra   security-group.sg-00000000000000010
            made by AWS for `arn-0000000000000000e`, which is gone
        + extra   mount-target.fsmt-00000000000000011
            made by AWS for `arn-0000000000000000e`, which is gone
        + extra   mount-target.fsmt-00000000000000012
            made by AWS for `arn-0000000000000000e`, which is gone
        - missing domain.studio                        in the blueprint, not in the account
        - missing user-profile.ann                     in the blueprint, not in the account

    Drift: 2 missing, 4 extra.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn somebody_changed_the_environment() {
    let mut world = World::made(hosting());
    world.live.tamper(&key("model.score"), |it: &mut Model| {
        let environment = json!({"API_TOKEN": "hunter3", "MODE": "slow"});
        it.settings.insert("PrimaryContainer", json!({"Image": "score:0", "Environment": environment}));
    });
    let told = check(&world);
    assert!(!told.contains("hunter"), "{told}");
    insta::assert_snapshot!(told, @"
    Drift of `lab` in account 111122223333, eu-west-1

    SageMaker
        ~ changed model.score  score
            ~ primary-container.environment.API_TOKEN: another value → (not shown)
            ~ primary-container.environment.MODE:      another value → (not shown)
            ~ primary-container.image:                 111122223333.dkr.ecr.eu-west-1.amazonaws.com/score:1 → score:0

    Drift: 1 changed.
    help: `palisade apply` undoes it; what should stay belongs into the blueprint
    ");
}

#[test]
fn colour_says_nothing_of_its_own() {
    let coloured = tampered().told(|view| human(view, Style { color: true, width: 100 }));
    assert_eq!(without_colour(&coloured), check(&tampered()));
}

#[test]
fn homes_that_are_cut_off_are_told() {
    let mut world = World::made(studio());
    let key = world.live.of_kind(Kind::MountTarget).map(|(key, _)| key.clone()).last().expect("one");
    let target = || Handle::Value(key.name.to_string());
    for call in [
        mount_target::Call::Delete { target: target() },
        mount_target::Call::AwaitDeleted { target: target() },
    ] {
        palisade_core::Call::MountTarget(call).effect(&mut world.live).expect("it is there");
    }
    insta::assert_snapshot!(check(&world), @"
    Drift of `lab` in account 111122223333, eu-west-1

    note: the homes of `domain.studio` have no mount target in `subnet.training@b`, so that apps there
          cannot reach them; palisade makes none, so make it yourself, with the domain's group for
          inbound NFS:
          `aws efs create-mount-target --file-system-id fs-arn-0000000000000000e --subnet-id subnet-00000000000000007`

    No drift: the network is as the blueprint says.
    8 objects, read in 14 requests and 2 waves
    ");
}
