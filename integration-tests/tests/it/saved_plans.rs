//! `plan --out` and `apply --plan`: what was planned, or nothing.

use serde_json::{Value, json};

use crate::fixture::{World, edited, shipped};

const GROUP: &str = "outbound    = [{ to = \"endpoint:s3\", ports = 443 }]";
const LARGER_GROUP: &str = "outbound    = [{ to = [\"endpoint:s3\", \"10.9.0.0/16\"], ports = 443 }]";
const APPLY: &[&str] = &["apply", "--yes", "--plan", "saved.plan"];

/// Returns a world where `private-training` is applied, and a plan is saved that adds a rule to its group.
fn planned() -> World {
    let mut world = World::new(&shipped("private-training"));
    world.apply();
    world.write(&edited(&shipped("private-training"), GROUP, LARGER_GROUP));
    world.ends(0, &["plan", "--out", "saved.plan"]);
    world
}

fn rule(world: &World, cidr: &str) -> Value {
    let permission =
        json!({ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{ "CidrIp": cidr }] });
    json!({ "GroupId": world.ids().of("security-group.training"), "IpPermissions": [permission] })
}

#[test]
fn is_carried_out_exactly() {
    let world = World::new(&shipped("ml-3az"));
    let plan = world.document(0, &["plan", "--out", "saved.plan"]);
    let lines = world.ends(0, &[APPLY, &["--format", "json"]].concat());
    let lines = lines.lines().map(|it| serde_json::from_str::<Value>(it).expect("a JSON line"));
    let mut sent: Vec<String> = lines
        .filter(|it| it["type"] == "sending")
        .map(|it| it["call"].as_str().expect("a request").to_owned())
        .collect();
    let calls = plan["calls"].as_array().expect("a list").iter();
    let text = |it: &Value, field: &str| it[field].as_str().expect("a text").to_owned();
    let mut planned: Vec<String> =
        calls.map(|it| format!("{} {}", text(it, "operation"), text(it, "details"))).collect();
    sent.sort();
    planned.sort();
    assert_eq!(sent, planned);
    world.is_built(&[]);
    world.has_nothing_to_do();
}

#[test]
fn is_carried_out_although_something_else_has_changed() {
    let world = planned();
    let subnet = world.ids().of("subnet.training@a").to_owned();
    world.aws("create_tags", &json!({ "Resources": [subnet], "Tags": [{ "Key": "seen", "Value": "yes" }] }));
    world.ends(0, APPLY);
    let differences = world.differences(&[]);
    assert_eq!(differences, ["subnet.training@a: tag seen: 'yes', should not be there"]);
}

#[test]
fn is_refused_when_what_it_touches_has_changed() {
    let world = planned();
    world.aws("authorize_security_group_ingress", &rule(&world, "10.8.0.0/16"));
    world.snapshot("before.json");
    let ended = world.run(APPLY).is(6, APPLY);
    assert!(ended.stderr.contains("security-group.training"), "{}", ended.stderr);
    world.is_unchanged("before.json", &[]);
}

#[test]
fn is_refused_when_it_has_been_carried_out() {
    let world = planned();
    world.ends(0, APPLY);
    world.is_built(&[]);
    world.snapshot("before.json");
    world.ends(6, APPLY);
    world.is_unchanged("before.json", &[]);
}

#[test]
fn is_refused_when_what_it_needs_is_gone() {
    let world = planned();
    world.ends(0, &["destroy", "--yes"]);
    world.snapshot("before.json");
    world.ends(6, APPLY);
    world.is_unchanged("before.json", &[]);
}
