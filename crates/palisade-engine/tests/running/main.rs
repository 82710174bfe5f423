//! How a run meets single answers: stops, refusals, and answers that never come.

use std::sync::atomic::{AtomicUsize, Ordering};

use palisade_core::cloud::Reason;
use palisade_core::kinds::elastic_ip::ElasticIp;
use palisade_core::kinds::security_group::{Peer, Rule, Rules, SecurityGroup};
use palisade_core::kinds::vpc::{HasIpv6, Vpc};
use palisade_core::traffic::Traffic;
use palisade_core::{Because, Block, CloudError, Event, Key, Kind, Network, Refused, StepId};

use scene::{Answer, Scene};

mod scene;

fn throttled() -> CloudError {
    CloudError::Transient("RequestLimitExceeded: slow down".to_owned())
}

fn lost() -> CloudError {
    CloudError::Lost("connection reset".to_owned())
}

fn refused(reason: Reason, message: &str) -> CloudError {
    CloudError::Refused(Refused::new(reason, message))
}

/// Things that do not need each other.
fn addresses(n: usize) -> Network {
    let mut network = Network::empty("lab");
    for at in 0..n {
        network.insert(Key::new(Kind::ElasticIp, format!("n{at:02}")), ElasticIp {});
    }
    network
}

fn vpc() -> Vpc {
    Vpc::as_created("10.0.0.0/16".parse().expect("a block"), HasIpv6::No)
}

fn group_that_admits(peer: &str) -> Network {
    groups_that_admit(&["app"], Peer::Group(Key::new(Kind::SecurityGroup, peer)))
}

fn groups_that_admit(names: &[&str], peer: Peer) -> Network {
    let mut network = Network::empty("lab");
    let key = Key::new(Kind::Vpc, "main");
    network.insert(key.clone(), vpc());
    let rule = Rule { traffic: Traffic::All, peer };
    for name in names {
        let group = SecurityGroup {
            vpc: key.clone(),
            description: "managed".to_owned(),
            inbound: Rules::from([(rule.clone(), String::new())]),
            outbound: Rules::new(),
        };
        network.insert(Key::new(Kind::SecurityGroup, name), group);
    }
    network
}

fn from(block: &str) -> Peer {
    Peer::Cidr(Block::Cidr(block.parse().expect("a block")))
}

fn is_sent(event: &Event) -> bool {
    matches!(event, Event::Sending { .. })
}

fn is_retried(event: &Event) -> bool {
    matches!(event, Event::Retrying { .. })
}

#[test]
fn a_stop_sends_nothing_new_not_even_what_waits_for_its_turn() {
    let scene = Scene::at_once(1);
    let report = scene.stopped(&addresses(40), |it| &it.soft, is_sent);
    assert_eq!((report.n_requests, report.finished.len()), (1, 1));
    assert_eq!((report.failed.as_slice(), report.skipped.len()), ([].as_slice(), 39));
    assert!(report.skipped.iter().all(|(_, because)| *because == Because::Stopped));
}

#[test]
fn a_stop_at_once_leaves_in_doubt_only_what_was_on_its_way() {
    let scene = Scene::at_once(3);
    let report = scene.stopped(&addresses(40), |it| &it.hard, is_sent);
    assert_eq!((report.n_requests, report.failed.len(), report.skipped.len()), (3, 3, 37));
    for failure in &report.failed {
        assert!(failure.in_doubt && failure.call.starts_with("AllocateAddress"), "{failure:?}");
    }
}

#[test]
fn what_pauses_after_a_clear_answer_is_not_in_doubt() {
    let scene = Scene::answering(|_, _| Some(Answer::Instead(throttled())));
    let report = scene.stopped(&addresses(1), |it| &it.hard, is_retried);
    assert_eq!((report.failed.len(), report.skipped.len()), (0, 1));
}

#[test]
fn what_had_no_answer_is_in_doubt_until_it_has_one() {
    let scene = Scene::answering(|n, _| (n == 0).then(|| Answer::Instead(lost())));
    let report = scene.stopped(&addresses(1), |it| &it.hard, is_retried);
    assert_eq!((report.failed.len(), report.skipped.len()), (1, 0));
    assert!(report.failed[0].in_doubt);
}

#[test]
fn troubles_that_take_turns_come_to_an_end() {
    let scene = Scene::answering(|n, _| {
        let error = if n % 2 == 0 { throttled() } else { lost() };
        Some(Answer::Instead(error))
    });
    let (report, seconds) = scene.run(&addresses(1));
    assert_eq!(report.failed.len(), 1, "{report:#?}");
    // Five minutes for the one, ten for the other.
    assert!((300..=960).contains(&seconds), "{seconds} s");
}

#[test]
fn an_id_that_somebody_else_has_given_is_there_or_is_not() {
    let missing = "InvalidGroup.NotFound: The security group 'sg-0123456789abcdef0' does not exist";
    let scene = Scene::answering(move |_, call| {
        let is_it = call.request().operation() == "AuthorizeSecurityGroupIngress";
        is_it.then(|| Answer::Instead(refused(Reason::NotFound, missing)))
    });
    let (report, seconds) = scene.run(&group_that_admits("sg-0123456789abcdef0"));
    assert_eq!((report.failed.len(), report.failed[0].error.to_string().as_str()), (1, missing));
    assert!(seconds < 5, "{seconds} s");
}

#[test]
fn what_this_run_has_made_may_take_a_while_to_be_seen() {
    let (foreign, unseen) =
        ("sg-0123456789abcdef0", "InvalidGroup.NotFound: The security group does not exist");
    let scene = Scene::answering(move |n, call| {
        let is_it = call.request().operation() == "AuthorizeSecurityGroupIngress" && n < 8;
        is_it.then(|| Answer::Instead(refused(Reason::NotFound, unseen)))
    });
    let (report, _) = scene.run(&group_that_admits(foreign));
    assert!(report.is_complete(), "{report:#?}");
    assert!(8 < report.n_requests, "{}", report.n_requests);
}

#[test]
fn what_was_done_without_an_answer_is_not_always_refused_as_that() {
    let mut network = Network::empty("lab");
    let secondary_cidrs = ["100.64.0.0/16".parse().expect("a block")].into();
    network.insert(Key::new(Kind::Vpc, "main"), Vpc { secondary_cidrs, ..vpc() });
    let n_asked = AtomicUsize::new(0);
    let scene = Scene::answering(move |_, call| {
        let is_it = call.request().operation() == "AssociateVpcCidrBlock";
        match is_it.then(|| n_asked.fetch_add(1, Ordering::Relaxed))? {
            0 => Some(Answer::Instead(lost())),
            1 => Some(Answer::After(refused(Reason::Invalid, "InvalidParameterValue"))),
            _ => None,
        }
    });
    let (report, _) = scene.run(&network);
    assert!(report.is_complete(), "{report:#?}");
}

#[test]
fn what_is_in_use_is_changed_in_its_order_or_not_at_all() {
    let denied = || CloudError::Denied { action: "ec2:X".to_owned(), message: "you may not".to_owned() };
    let scene = Scene::answering(move |_, call| {
        let is_it = call.request().operation() == "AuthorizeSecurityGroupIngress";
        is_it.then(|| Answer::Instead(denied()))
    });
    let names = ["a", "b", "c"];
    let mut want = groups_that_admit(&names, from("10.2.0.0/16"));
    want.insert(Key::new(Kind::ElasticIp, "aside"), ElasticIp {});
    let (report, _) = scene.with(groups_that_admit(&names, from("10.1.0.0/16"))).run(&want);
    let step = |of: fn(Key) -> StepId, name: &str| of(Key::new(Kind::SecurityGroup, name));
    assert_eq!(report.finished, [StepId::Make(Key::new(Kind::ElasticIp, "aside"))]);
    let failed: Vec<&StepId> = report.failed.iter().map(|it| &it.step).collect();
    let first = step(StepId::Wire, "a");
    assert_eq!(failed, [&first]);
    let skipped = [
        (step(StepId::Unwire, "a"), Because::Needs(first.clone())),
        (step(StepId::Unwire, "b"), Because::Lane(first.clone())),
        (step(StepId::Unwire, "c"), Because::Lane(first.clone())),
        (step(StepId::Wire, "b"), Because::Lane(first.clone())),
        (step(StepId::Wire, "c"), Because::Lane(first)),
    ];
    let mut told = report.skipped.clone();
    told.sort_by_key(|(step, _)| step.to_string());
    assert_eq!(told, skipped);
}

#[test]
fn a_refusal_without_a_lost_answer_before_is_believed() {
    let scene =
        Scene::answering(|_, _| Some(Answer::After(refused(Reason::Invalid, "AddressLimitExceeded"))));
    let (report, _) = scene.run(&addresses(1));
    assert_eq!((report.n_requests, report.failed.len()), (1, 1));
}
