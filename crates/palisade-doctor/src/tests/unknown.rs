//! What the language refuses, and what nobody can know.

use palisade_core::kinds::InSpec;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::security_group::{Peer, SecurityGroup};
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::vpc::Vpc;
use palisade_core::{Facts, Key, Kind, Network};

use super::{language, sound, told};

/// Returns what is told of a sound network after a change.
fn changed<R: InSpec>(sound: &str, key: &str, change: impl FnOnce(&mut R)) -> Vec<String> {
    let (mut network, facts) = language::network(&sound::text(sound));
    let spec = network.resources.get_mut(&key.parse::<Key>().expect("a key")).expect("it is there");
    change(R::of_mut(spec).expect("it is of this kind"));
    examine(&network, &facts)
}

fn examine(network: &Network, facts: &Facts) -> Vec<String> {
    crate::examine(network, facts).iter().map(told).collect()
}

#[test]
fn a_vpc_without_names() {
    let no_hostnames = changed("training", "vpc.main", |it: &mut Vpc| it.dns_hostnames = false);
    assert_eq!(no_hostnames, ["warning sm.endpoint-dns `training-job.fit`"]);
    let no_hostnames = changed("studio", "vpc.main", |it: &mut Vpc| it.dns_hostnames = false);
    assert_eq!(no_hostnames, ["error sm.endpoint-dns `domain.studio`"]);
    let no_support = changed("nat-training", "vpc.main", |it: &mut Vpc| it.dns_support = false);
    assert_eq!(no_support, ["error sm.endpoint-dns `training-job.fit`"]);
}

#[test]
fn too_many_groups_and_none() {
    let groups = |n: usize| (0..n).map(|it| Key::new(Kind::SecurityGroup, format!("sg-{it:03}"))).collect();
    let training = |n| {
        changed("training", "training-job.fit", |it: &mut TrainingJob| it.links.security_groups = groups(n))
    };
    let limits = "error sm.limits `training-job.fit`";
    assert_eq!(training(5).iter().filter(|it| *it == limits).count(), 0);
    assert_eq!(training(6).iter().filter(|it| *it == limits).count(), 1);
    assert_eq!(training(0).iter().filter(|it| *it == limits).count(), 1);
    let studio = changed("studio", "domain.studio", |it: &mut palisade_core::kinds::domain::Domain| {
        it.links.security_groups = groups(5);
    });
    assert_eq!(studio.iter().filter(|it| *it == "warning sm.limits `domain.studio`").count(), 1);
}

#[test]
fn a_group_that_exists_already_may_admit_anything() {
    let existing = || [Key::new(Kind::SecurityGroup, "sg-0abc")];
    let distributed = changed("distributed", "training-job.wide", |it: &mut TrainingJob| {
        it.links.security_groups = existing().into();
    });
    // What the endpoints admit is ours, and they do not name it.
    assert_eq!(distributed, ["warning sm.endpoint-group `training-job.wide`"]);
    let endpoints = changed("training", "endpoint.sts", |it: &mut Endpoint| {
        if let Reach::Interface { security_groups, .. } = &mut it.reach {
            *security_groups = existing().into();
        }
    });
    // Nor does the job's group let out to a group that it does not name.
    assert_eq!(endpoints, ["warning sm.egress `training-job.fit`"]);
}

#[test]
fn a_prefix_list_that_exists_already_may_be_of_s3() {
    let (mut network, facts) = language::network(&sound::text("training"));
    let group = network.resources.get_mut(&Key::new(Kind::SecurityGroup, "ml")).expect("it is there");
    let group = SecurityGroup::of_mut(group).expect("a group");
    let other = |mut rule: palisade_core::kinds::security_group::Rule| {
        if let Peer::PrefixList(list) = &mut rule.peer {
            *list = Key::new(Kind::PrefixList, "pl-0other");
        }
        rule
    };
    group.outbound =
        std::mem::take(&mut group.outbound).into_iter().map(|(rule, it)| (other(rule), it)).collect();
    assert_eq!(examine(&network, &facts), [""; 0]);
    // That of DynamoDB is not.
    let mut facts = facts;
    let list = palisade_core::cloud::PrefixList { id: "pl-0other".to_owned(), ..Default::default() };
    facts.prefix_lists.insert("com.amazonaws.eu-west-1.dynamodb".to_owned(), list);
    assert_eq!(examine(&network, &facts), ["error sm.egress `training-job.fit`"]);
}

#[test]
fn a_vpc_that_exists_already_may_have_endpoints() {
    let (mut network, facts) = language::network(&sound::text("studio"));
    network.resources.remove(&Key::new(Kind::Vpc, "main"));
    network.resources.remove(&Key::new(Kind::Endpoint, "sagemaker.api"));
    assert_eq!(examine(&network, &facts), ["warning sm.api `domain.studio`"]);
}

#[test]
fn subnets_that_exist_already_are_not_judged() {
    let there = || Key::new(Kind::Subnet, "subnet-0abc");
    let training =
        changed("training", "training-job.fit", |it: &mut TrainingJob| it.links.subnets = vec![there()]);
    assert_eq!(training, [""; 0]);
}
