//! Objects that are replaced on purpose: the new one is there, the old one is gone, and so it stays after a kill.

use std::collections::BTreeMap;

use crate::fixture::{World, shipped};
use crate::interruptions::is_killed;

/// Some of each kind. A NAT gateway is replaced with its address: LocalStack never frees the address of a deleted one
/// (the quirk `nat-ghost`). Endpoints keep their groups and the tables of `s3` (the quirk `groups-fixed`). What is left
/// out here is replaced behind the proxy, in `mended.rs`.
const KEYS: &[&str] = &[
    "subnet.data@a",
    "route-table.public",
    "route-table.app@b",
    "network-acl.data",
    "security-group.database",
    "eip.nat@a",
    "endpoint.s3",
    "endpoint.sts",
];
/// What cannot stay when those go.
const ALONG: &[&str] = &["nat.main@a"];

fn arguments() -> Vec<&'static str> {
    let replacements = KEYS.iter().flat_map(|it| ["--replace", it]);
    ["apply", "--yes", "--format", "json"].into_iter().chain(replacements).collect()
}

fn applied() -> World {
    let world = World::new(&shipped("ml-3az"));
    world.apply();
    world.snapshot("before.json");
    world
}

fn is_built_anew(world: &World) {
    let since = world.since("before.json");
    world.is_built(&[&since.each_ref().map(String::as_str)[..], &["--quirk", "no-route-on-modify"]].concat());
    world.has_nothing_to_do();
}

#[test]
fn are_new_and_nothing_else_is() {
    let world = applied();
    let before = world.ids().0;
    let plan = world.document(0, &[&["plan"], &arguments()[4..]].concat());
    let changes = plan["changes"].as_array().expect("a list of changes");
    let touched: Vec<&str> = changes.iter().filter_map(|it| it["key"].as_str()).collect();
    world.ends(0, &arguments());
    is_built_anew(&world);
    world.is_unchanged("before.json", &touched);

    let after = world.ids().0;
    let is_new = |key: &&String| before[*key] != after[*key];
    let mut expected: Vec<&str> = [KEYS, ALONG].concat();
    expected.sort_unstable();
    assert_eq!(before.keys().filter(is_new).collect::<Vec<_>>(), expected);
    assert_eq!(keys(&before), keys(&after));
}

fn keys(ids: &BTreeMap<String, String>) -> Vec<&String> {
    ids.keys().collect()
}

#[test]
fn survive_kills() {
    for n in [4, 15, 30] {
        let world = applied();
        let arguments = [&arguments()[..], &["--no-lease"]].concat();
        assert!(is_killed(&world, &arguments, n), "the kill came too late");
        world.apply();
        is_built_anew(&world);
    }
}
