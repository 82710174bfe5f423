//! What somebody reads.

use insta::assert_snapshot;
use palisade_core::Live;
use palisade_verify::World;
use palisade_verify::policy::{Weight, diagnostics, examine, judge};

use crate::{draft, sound_but};

/// Returns what is told of a text, with the words at each place.
fn read(text: &str, least: Weight) -> String {
    let draft = draft(text);
    let (facts, live) = (draft.fixtures(), Live::default());
    let network = draft.resolve(&facts, &live).expect("no mistake").network;
    let (terms, places) = (draft.terms(&facts, &live), draft.places(&facts, &live));
    let world = World::wanted(&network, &live, &terms);
    let judgement = judge(examine(&world, &network), draft.stance());
    let mut told = String::new();
    for it in diagnostics(&judgement, least, &|it| places.of(it).or_else(|| draft.place_of(it.key()))) {
        told += &format!("{:?} {}: {}\n", it.severity, it.code, it.message);
        for label in &it.labels {
            let line = text[..label.span.start].lines().count();
            told += &format!("  at line {line}: {}\n", &text[label.span.clone()]);
        }
        it.help.iter().for_each(|help| told += &format!("  {help}\n"));
    }
    told
}

const WEB: &str = r#"{ from = "prefix-list:offices", ports = 22 }"#;

#[test]
fn a_hole_is_told_once_by_the_control_that_weighs_most() {
    let text = sound_but(&[(WEB, r#"{ from = ["0.0.0.0/1", "128.0.0.0/1"], ports = [22, 3389] }"#)]);
    assert_snapshot!(read(&text, Weight::Low), @r#"
    Warning EC2.19: `security-group.web`: lets the internet in on tcp 22 (IPv4) (critical)
      at line 45: "0.0.0.0/1"
      at line 45: "128.0.0.0/1"
      name who may ask: a group, a tier or a block of yours
      it offends EC2.13, EC2.18, EC2.53 too
    Warning EC2.19: `security-group.web`: lets the internet in on tcp 3389 (IPv4) (critical)
      at line 45: "0.0.0.0/1"
      at line 45: "128.0.0.0/1"
      name who may ask: a group, a tier or a block of yours
      it offends EC2.14, EC2.18, EC2.53 too
    "#);
}

#[test]
fn what_a_control_says_of_several_objects_alike_is_told_once() {
    let text = sound_but(&[("nat-gateways = \"single\"", "nat-gateways = \"single\"\nassign-ipv6 = true")]);
    assert_snapshot!(read(&text, Weight::Low), @r#"
    Warning EC2.15: `subnet.public@a`, `subnet.public@b`: its interfaces get IPv6 addresses by themselves, which the internet can reach (medium)
      at line 18: "10.0.0.0/20"
      leave `assign-ipv6` out of a tier with `route = "internet"`, and give addresses to what needs one
    "#);
    assert_eq!(read(&text, Weight::High), "", "a plan is not the place for it");
}

#[test]
fn an_entry_of_an_acl_and_a_route_have_a_line() {
    let text = sound_but(&[
        ("ports = 3389, from = \"internet\"", "ports = 3390, from = \"internet\""),
        ("{ to = \"172.20.0.0/16\", via", "{ to = \"172.20.0.0/14\", via"),
    ]);
    assert_snapshot!(read(&text, Weight::Low), @r#"
    Warning EC2.21: `network-acl.public`: lets the internet in on tcp 1024-3389 (IPv4 and IPv6) (medium)
      at line 35: 400
      deny it in a rule before; where a NAT gateway gets its replies, 3389 may be one of its own ports: allow it here with that reason, and leave it to groups
    Warning net.peering: `route-table.app@a`, `route-table.app@b`: sends over a peering what no `[outside.*]` declares, such as 172.21.0.0 (medium)
      at line 24: "pcx-0123456789abcdef0"
      route the blocks that are needed, and declare them: `[outside.<name>] cidrs = ["…"]`
    "#);
}

#[test]
fn what_is_denied_is_an_error_however_little_it_weighs_and_what_is_allowed_is_not_told() {
    let wrong = sound_but(&[
        ("flow-logs = { to = \"s3://logs/t\" }\n", ""),
        ("initial-instance-count = 3", "initial-instance-count = 1"),
        (WEB, "{ from = \"internet\", ports = 22 }"),
    ]);
    let text = wrong
        + r#"
[policy]
deny = ["SageMaker.4", "EC2.53", "EC2.6"]
allow = [
  { id = "EC2.6", key = "vpc.main", reason = "a trial" },
  { id = "EC2.6", key = "vpc.mian", reason = "a trial" },
]
"#;
    assert_snapshot!(read(&text, Weight::High), @r#"
    Error EC2.53: `security-group.web`: lets the internet in on tcp 22 (IPv4 and IPv6) (high)
      at line 44: "internet"
      let nobody in: Session Manager needs no inbound port; or name a group or a block of yours
      it offends EC2.13, EC2.18, EC2.19, EC2.54 too
    Error SageMaker.4: `endpoint-config.scorer`: one machine serves the variant `all` (medium)
      at line 108: scorer
      write initial-instance-count = 2
    Warning policy-idle: `EC2.6` is allowed for `vpc.mian`, and finds nothing there
      at line 131: "EC2.6"
      leave it out, or name the key of a finding as `palisade verify` shows it
    "#);
}
