//! What no packet is decided by is a warning on its line, and nothing else is.

use std::fs;
use std::path::Path;

use crate::scene::Scene;
use crate::table::{BASE, SUBJECTS, pairs_of};

fn check(more: &str, want: &[&str]) {
    let scene = Scene::read(&format!("{BASE}\n{more}")).expect("a blueprint");
    assert_eq!(scene.without_effect(), want);
}

fn acl(inbound: &str) -> String {
    format!("[tiers.training.network-acl]\ninbound = [\n{inbound}\n]\noutbound = []\n")
}

#[test]
fn a_denial_behind_what_allows_it() {
    let inbound = r#"
  { rule = 100, allow = "all", from = "vpc" },
  { rule = 200, deny = "tcp", ports = 22, from = "tier:app" },"#;
    check(
        &acl(inbound),
        &[
            r#"no-effect: { rule = 200, deny = "tcp", ports = 22, from = "tier:app" }, | { rule = 100, allow = "all", from = "vpc" },"#,
        ],
    );
}

#[test]
fn two_entries_cover_a_third_together() {
    let inbound = r#"
  { rule = 100, allow = "all", from = "10.0.0.0/17" },
  { rule = 110, deny = "all", from = "10.0.128.0/17" },
  { rule = 200, allow = "all", from = "10.0.0.0/16" },"#;
    check(
        &acl(inbound),
        &[
            r#"no-effect: { rule = 200, allow = "all", from = "10.0.0.0/16" }, | { rule = 100, allow = "all", from = "10.0.0.0/17" },"#,
        ],
    );
}

#[test]
fn an_entry_that_decides_about_one_port_has_an_effect() {
    let inbound = r#"
  { rule = 100, allow = "tcp", ports = "0-65534", from = "vpc" },
  { rule = 200, deny = "tcp", ports = "all", from = "vpc" },"#;
    check(&acl(inbound), &[]);
}

/// One of its entries is behind another rule, and the other is not.
#[test]
fn a_line_has_an_effect_if_part_of_it_has() {
    let inbound = r#"
  { rule = 100, allow = "all", from = "tier:app" },
  { rule = 200, allow = "tcp", ports = 22, from = ["tier:app", "tier:public"] },"#;
    check(&acl(inbound), &[]);
}

#[test]
fn a_rule_that_another_one_of_the_group_covers() {
    let group = r#"[security-groups.batch]
inbound = [
  { from = "tier:app", ports = 443 },
  { from = "vpc", ports = "1-1000" },
]
"#;
    check(
        group,
        &[r#"no-effect: { from = "tier:app", ports = 443 }, | { from = "vpc", ports = "1-1000" },"#],
    );
}

/// It says who is meant, and may be all that is left some day.
#[test]
fn a_rule_for_a_group_beside_a_wider_one_for_addresses() {
    let group = r#"[security-groups.batch]
inbound = [
  { from = "group:web", ports = 443 },
  { from = "vpc", ports = 443 },
]
"#;
    check(group, &[]);
}

#[test]
fn a_rule_for_a_group_beside_a_wider_one_for_the_same_group() {
    let group = r#"[security-groups.batch]
inbound = [
  { from = "group:web", ports = 443 },
  { from = "group:web", ports = "1-1000" },
]
"#;
    check(
        group,
        &[r#"no-effect: { from = "group:web", ports = 443 }, | { from = "group:web", ports = "1-1000" },"#],
    );
}

/// Each half is covered by the whole, and the whole by both halves: only the halves can go.
#[test]
fn of_rules_that_cover_each_other_the_widest_stays() {
    let group = r#"[security-groups.batch]
inbound = [
  { from = "0.0.0.0/0", ports = 443 },
  { from = "0.0.0.0/1", ports = 443 },
  { from = "128.0.0.0/1", ports = 443 },
]
"#;
    check(
        group,
        &[
            r#"no-effect: { from = "0.0.0.0/1", ports = 443 }, | { from = "0.0.0.0/0", ports = 443 },"#,
            r#"no-effect: { from = "128.0.0.0/1", ports = 443 }, | { from = "0.0.0.0/0", ports = 443 },"#,
        ],
    );
}

#[test]
fn a_route_with_longer_prefixes_for_all_of_it() {
    let routes = r#"[outside.office]
cidrs = ["192.168.0.0/16"]

[[tiers.app.routes]]
to  = "192.168.0.0/16"
via = "tgw-00000abc"
[[tiers.app.routes]]
to  = "192.168.0.0/17"
via = "tgw-00000abd"
[[tiers.app.routes]]
to  = "192.168.128.0/17"
via = "tgw-00000abe"
"#;
    check(routes, &[r#"no-effect: via = "tgw-00000abc""#]);
}

#[test]
fn of_the_holes_that_are_out_of_order() {
    let with_warnings = SUBJECTS.iter().flat_map(|(_, text)| pairs_of(text)).filter_map(|pair| {
        let scene = Scene::read(&pair.hole()).expect("a blueprint");
        let warnings = scene.without_effect();
        (!warnings.is_empty()).then(|| format!("{}: {}", pair.name, warnings.join("; ")))
    });
    insta::assert_snapshot!(with_warnings.collect::<Vec<String>>().join("\n"), @r#"a denial behind what it shall deny: no-effect: { rule = 300, deny = "all", from = "tier:app" }, | { rule = 200, allow = "all", from = "vpc" },"#);
}

#[test]
fn nothing_in_the_blueprints_that_come_with_palisade() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    let entries = fs::read_dir(&dir).expect("the blueprints").map(|it| it.expect("an entry").path());
    let files = entries.filter(|it| it.extension().is_some_and(|it| it == "toml"));
    let (mut n_read, mut with_warnings) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).expect("a blueprint");
        let beside = |path: &str| fs::read_to_string(dir.join(path)).map_err(|err| err.to_string());
        let scene = Scene::beside(&text, &beside).expect("a blueprint without mistakes");
        n_read += 1;
        let warnings = scene.without_effect();
        if !warnings.is_empty() {
            with_warnings.push((file, warnings));
        }
    }
    assert!(with_warnings.is_empty(), "{with_warnings:#?}");
    assert!(8 <= n_read, "{n_read} blueprints were read");
}
