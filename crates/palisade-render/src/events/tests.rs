//! What somebody sees who watches a run without a terminal, or reads how it ended.

use std::time::Duration;

use palisade_core::cloud::{Reason, Refused};
use palisade_core::{Because, CloudError, Event, Failure, Report, StepId};

use super::{Lines, report};
use crate::style::Style;
use crate::worlds::{key, without_colour};

pub(crate) fn make(name: &str) -> StepId {
    StepId::Make(key(name))
}

pub(crate) fn quota() -> Failure {
    let message = "NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached";
    Failure {
        step: make("nat.main@a"),
        call: "CreateNatGateway nat.main@a in subnet-0abc with eipalloc-0abc".to_owned(),
        error: CloudError::Refused(Refused::new(Reason::Invalid, message)),
        in_doubt: false,
    }
}

pub(crate) fn lost() -> Failure {
    Failure {
        step: make("endpoint.s3"),
        call: "CreateVpcEndpoint endpoint.s3".to_owned(),
        error: CloudError::Lost("connection reset".to_owned()),
        in_doubt: true,
    }
}

/// One of each.
pub(crate) fn events() -> Vec<Event> {
    let step = || make("nat.main@a");
    let call = || "DescribeNatGateways until nat-0abc is available".to_owned();
    let waiting = |s| Event::Waiting { step: step(), call: call(), since: Duration::from_secs(s) };
    let rereading = |s| Event::Rereading {
        step: StepId::Wire(key("route-table.app@a")),
        call: "CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc".to_owned(),
        since: Duration::from_secs(s),
    };
    let throttled = CloudError::Transient("RequestLimitExceeded: slow down".to_owned());
    vec![
        Event::Started { step: StepId::Tag },
        Event::Finished { step: StepId::Tag },
        Event::Started { step: step() },
        Event::Sending { step: step(), call: "CreateNatGateway nat.main@a".to_owned() },
        Event::Retrying {
            step: step(),
            call: "CreateNatGateway nat.main@a".to_owned(),
            error: throttled,
            pause: Duration::from_millis(500),
        },
        waiting(0),
        waiting(2),
        waiting(29),
        waiting(31),
        waiting(40),
        waiting(90),
        Event::Finished { step: step() },
        Event::Started { step: StepId::Wire(key("route-table.app@a")) },
        rereading(0),
        rereading(1),
        rereading(7),
        Event::Started { step: StepId::Remove(key("subnet.old@a")) },
        Event::Failed(quota()),
        Event::Failed(lost()),
        Event::Skipped { step: StepId::Wire(key("route-table.app@b")), because: Because::Needs(step()) },
        Event::Skipped { step: StepId::Unwire(key("security-group.lb")), because: Because::Lane(step()) },
        Event::Skipped { step: make("endpoint.sts"), because: Because::Stopped },
    ]
}

pub(crate) fn incomplete() -> Report {
    let wire = |name| StepId::Wire(key(name));
    let needs = [make("subnet.app@a"), wire("subnet.app@a"), wire("route-table.app@a"), wire("subnet.app@b")];
    let lane = [StepId::Unwire(key("security-group.lb")), StepId::Remove(key("nat.main@b")), StepId::Tag];
    let needs = needs.map(|it| (it, Because::Needs(make("nat.main@a"))));
    let lane = lane.map(|it| (it, Because::Lane(make("nat.main@a"))));
    let stopped = [(make("endpoint.sts"), Because::Stopped)];
    Report {
        finished: vec![make("vpc.main"), make("igw.main")],
        failed: vec![quota(), lost()],
        skipped: needs.into_iter().chain(lane).chain(stopped).collect(),
        n_requests: 9,
    }
}

fn lines(style: Style) -> String {
    let mut lines = Lines::new(style);
    events().iter().filter_map(|it| lines.line(it)).collect::<Vec<_>>().join("\n")
}

fn check(ended: &Report) -> String {
    report(ended, Duration::from_secs(125), Style::plain(100))
}

#[test]
fn a_line_for_what_is_worth_one() {
    insta::assert_snapshot!(lines(Style::plain(100)), @"
    ✓ update tags
    ! create nat.main@a: CreateNatGateway: RequestLimitExceeded: slow down; again in 0.5 s
    … create nat.main@a: waiting until nat-0abc is available
    … create nat.main@a: waiting until nat-0abc is available, for 31 s
    … create nat.main@a: waiting until nat-0abc is available, for 1 min 30 s
    ✓ create nat.main@a
    ? update routes of route-table.app@a: looking whether CreateRoute has been carried out, for 1 s
    x failed to create nat.main@a: NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached
    x failed to create endpoint.s3: connection reset (it may have been carried out)
    … skipped update routes of route-table.app@b, since `create nat.main@a` failed
    … skipped update rules of security-group.lb, since the lane stopped when `create nat.main@a` failed
    … skipped create endpoint.sts, since the run was stopped
    ");
}

#[test]
fn all_is_done() {
    let finished = vec![make("vpc.main"), make("igw.main")];
    insta::assert_snapshot!(check(&Report { finished, n_requests: 4, ..Report::default() }), @"Done: 2 steps in 2 min 5 s, 4 requests.");
}

#[test]
fn some_of_it_failed() {
    insta::assert_snapshot!(check(&incomplete()), @"
    failed
      x create nat.main@a
          CreateNatGateway nat.main@a in subnet-0abc with eipalloc-0abc
          NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached
          help: change the blueprint, or have the quota raised if it is one

    in doubt: it may have been carried out all the same
      x create endpoint.s3
          CreateVpcEndpoint endpoint.s3
          connection reset
          help: the next plan reads what happened, and goes on from there

    skipped
      … since the run was stopped
          + endpoint.sts
      … since `create nat.main@a` failed
          + subnet.app@a, ~ subnet.app@b, ~ routes of route-table.app@a
      … since the lane stopped when `create nat.main@a` failed
          what is in use is changed only in the order that was rehearsed, so nothing may be left out
          ~ tags, - nat.main@b, ~ rules of security-group.lb

    Incomplete: 2 steps done, 1 failed, 1 in doubt, 8 skipped, after 2 min 5 s and 9 requests.
    help: mend what failed, or it fails again; then run it again: it goes on from what is there, nothing has to be undone
    ");
}

#[test]
fn what_was_only_stopped_is_run_again() {
    let ended = Report {
        finished: vec![make("vpc.main")],
        failed: vec![lost()],
        skipped: vec![(make("endpoint.sts"), Because::Stopped)],
        n_requests: 4,
    };
    insta::assert_snapshot!(check(&ended), @"
    in doubt: it may have been carried out all the same
      x create endpoint.s3
          CreateVpcEndpoint endpoint.s3
          connection reset
          help: the next plan reads what happened, and goes on from there

    skipped
      … since the run was stopped
          + endpoint.sts

    Incomplete: 1 step done, 1 in doubt, 1 skipped, after 2 min 5 s and 4 requests.
    help: run it again: it reads what is there and goes on from that; nothing has to be undone
    ");
}

#[test]
fn every_error_has_a_next_step() {
    let refused = |reason| CloudError::Refused(Refused::new(reason, "no"));
    let errors = [
        CloudError::Transient("no".to_owned()),
        CloudError::Lost("no".to_owned()),
        CloudError::Denied { action: "ec2:CreateVpc".to_owned(), message: "no".to_owned() },
        CloudError::Unusable("no".to_owned()),
        refused(Reason::Exists),
        refused(Reason::NotFound),
        refused(Reason::InUse),
        refused(Reason::Clash),
        refused(Reason::Invalid),
    ];
    let steps: Vec<String> = errors.iter().map(super::next_step).collect();
    insta::assert_snapshot!(steps.join("\n"), @"
    AWS did not get there in the time that palisade waits: run it again
    the next plan reads what happened, and goes on from there
    let the credentials do `ec2:CreateVpc`
    check credentials, region, endpoint and connection
    somebody has made it meanwhile, or something else has its name: plan again to see what is there, or give yours another name
    if the blueprint names it by this id, correct the id; else somebody has removed it meanwhile: plan again
    something else uses it: `palisade drift` lists what is in the VPC and not the blueprint's
    something else is in the way: `palisade drift` lists what is in the VPC and not the blueprint's
    change the blueprint, or have the quota raised if it is one
    ");
}

#[test]
fn colour_says_nothing_of_its_own() {
    let style = Style { color: true, width: 100 };
    assert_eq!(without_colour(&lines(style)), lines(Style::plain(100)));
    assert_eq!(without_colour(&report(&incomplete(), Duration::from_secs(125), style)), check(&incomplete()));
}
