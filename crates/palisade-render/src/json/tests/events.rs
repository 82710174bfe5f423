//! What happens during an apply.

use std::time::Duration;

use palisade_core::Report;

use crate::json;

#[test]
fn events() {
    let events = crate::events::tests::events();
    let lines = events
        .iter()
        .enumerate()
        .map(|(at, event)| json::event(event, Duration::from_millis(250 * u64::try_from(at).expect("few"))));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    {"format_version":1,"elapsed_ms":0,"type":"started","step":{"phase":"tag","key":null}}
    {"format_version":1,"elapsed_ms":250,"type":"finished","step":{"phase":"tag","key":null}}
    {"format_version":1,"elapsed_ms":500,"type":"started","step":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":750,"type":"sending","step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a"}
    {"format_version":1,"elapsed_ms":1000,"type":"retrying","step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a","error":{"kind":"transient","reason":null,"action":null,"message":"RequestLimitExceeded: slow down","help":"AWS did not get there in the time that palisade waits: run it again"},"pause_ms":500}
    {"format_version":1,"elapsed_ms":1250,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":0}
    {"format_version":1,"elapsed_ms":1500,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":2000}
    {"format_version":1,"elapsed_ms":1750,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":29000}
    {"format_version":1,"elapsed_ms":2000,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":31000}
    {"format_version":1,"elapsed_ms":2250,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":40000}
    {"format_version":1,"elapsed_ms":2500,"type":"waiting","step":{"phase":"make","key":"nat.main@a"},"call":"DescribeNatGateways until nat-0abc is available","waited_ms":90000}
    {"format_version":1,"elapsed_ms":2750,"type":"finished","step":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":3000,"type":"started","step":{"phase":"wire","key":"route-table.app@a"}}
    {"format_version":1,"elapsed_ms":3250,"type":"rereading","step":{"phase":"wire","key":"route-table.app@a"},"call":"CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc","waited_ms":0}
    {"format_version":1,"elapsed_ms":3500,"type":"rereading","step":{"phase":"wire","key":"route-table.app@a"},"call":"CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc","waited_ms":1000}
    {"format_version":1,"elapsed_ms":3750,"type":"rereading","step":{"phase":"wire","key":"route-table.app@a"},"call":"CreateRoute rtb-0abc 0.0.0.0/0 via nat-0abc","waited_ms":7000}
    {"format_version":1,"elapsed_ms":4000,"type":"started","step":{"phase":"remove","key":"subnet.old@a"}}
    {"format_version":1,"elapsed_ms":4250,"type":"failed","step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a in subnet-0abc with eipalloc-0abc","error":{"kind":"refused","reason":"invalid","action":null,"message":"NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached","help":"change the blueprint, or have the quota raised if it is one"},"in_doubt":false}
    {"format_version":1,"elapsed_ms":4500,"type":"failed","step":{"phase":"make","key":"endpoint.s3"},"call":"CreateVpcEndpoint endpoint.s3","error":{"kind":"lost","reason":null,"action":null,"message":"connection reset","help":"the next plan reads what happened, and goes on from there"},"in_doubt":true}
    {"format_version":1,"elapsed_ms":4750,"type":"skipped","step":{"phase":"wire","key":"route-table.app@b"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":5000,"type":"skipped","step":{"phase":"unwire","key":"security-group.lb"},"why":"lane","because":{"phase":"make","key":"nat.main@a"}}
    {"format_version":1,"elapsed_ms":5250,"type":"skipped","step":{"phase":"make","key":"endpoint.sts"},"why":"stopped","because":null}
    "#);
}

#[test]
fn summary() {
    let elapsed = Duration::from_millis(125_250);
    insta::assert_snapshot!(json::summary(&Report::default(), elapsed), @r#"{"format_version":1,"elapsed_ms":125250,"type":"summary","complete":true,"requests":0,"finished":0,"failed":[],"skipped":[]}"#);
    insta::assert_snapshot!(json::summary(&crate::events::tests::incomplete(), elapsed), @r#"{"format_version":1,"elapsed_ms":125250,"type":"summary","complete":false,"requests":9,"finished":2,"failed":[{"step":{"phase":"make","key":"nat.main@a"},"call":"CreateNatGateway nat.main@a in subnet-0abc with eipalloc-0abc","error":{"kind":"refused","reason":"invalid","action":null,"message":"NatGatewayLimitExceeded: the maximum number of NAT gateways has been reached","help":"change the blueprint, or have the quota raised if it is one"},"in_doubt":false},{"step":{"phase":"make","key":"endpoint.s3"},"call":"CreateVpcEndpoint endpoint.s3","error":{"kind":"lost","reason":null,"action":null,"message":"connection reset","help":"the next plan reads what happened, and goes on from there"},"in_doubt":true}],"skipped":[{"step":{"phase":"make","key":"subnet.app@a"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"wire","key":"subnet.app@a"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"wire","key":"route-table.app@a"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"wire","key":"subnet.app@b"},"why":"needs","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"unwire","key":"security-group.lb"},"why":"lane","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"remove","key":"nat.main@b"},"why":"lane","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"tag","key":null},"why":"lane","because":{"phase":"make","key":"nat.main@a"}},{"step":{"phase":"make","key":"endpoint.sts"},"why":"stopped","because":null}]}"#);
}
