//! What a blueprint says of findings.

use palisade_core::control::{Allowance, Stance};
use palisade_core::{Key, Kind};
use palisade_verify::policy::{Finding, Standing, judge};

use crate::{findings, sound_but};

/// Two groups that nothing carries, and no flow log.
fn found() -> Vec<Finding> {
    let text = sound_but(&[
        ("[[guarantees]]", "[security-groups.one]\n[security-groups.two]\n[[guarantees]]"),
        ("flow-logs = { to = \"s3://logs/t\" }\n", ""),
    ]);
    findings(&text, |_| {})
}

fn allowance(id: &str, key: Key) -> Allowance {
    Allowance { id: id.to_owned(), key, reason: "it is so".to_owned(), span: 0..1 }
}

#[test]
fn nothing_is_said() {
    let judgement = judge(found(), &Stance::default());
    assert!(judgement.judged.iter().all(|it| it.standing == Standing::Warned));
    assert_eq!(judgement.judged.len(), 3);
    assert!(!judgement.is_violated());
}

#[test]
fn what_is_denied_can_be_allowed_for_one_object() {
    let one = Key::new(Kind::SecurityGroup, "one");
    let stance = Stance { deny: ["EC2.22".to_owned()].into(), allow: vec![allowance("EC2.22", one)] };
    let judgement = judge(found(), &stance);
    let standing = |id: &str, key: &str| {
        let it =
            judgement.judged.iter().find(|it| (it.finding.id, it.finding.key.name.as_str()) == (id, key));
        it.expect("a finding").standing.clone()
    };
    assert_eq!(standing("EC2.22", "one"), Standing::Allowed("it is so".to_owned()));
    assert_eq!(standing("EC2.22", "two"), Standing::Denied);
    assert_eq!(standing("EC2.6", "main"), Standing::Warned);
    assert!(judgement.is_violated());
    assert!(judgement.idle.is_empty());
}

#[test]
fn what_is_allowed_and_not_found_is_told() {
    let other_control = allowance("EC2.13", Key::new(Kind::SecurityGroup, "one"));
    let other_object = allowance("EC2.22", Key::new(Kind::SecurityGroup, "three"));
    let allow =
        vec![other_control.clone(), allowance("EC2.6", Key::new(Kind::Vpc, "main")), other_object.clone()];
    let judgement = judge(found(), &Stance { deny: ["EC2.13".to_owned()].into(), allow });
    assert_eq!(judgement.idle, [other_control, other_object]);
    assert!(!judgement.is_violated());
}
