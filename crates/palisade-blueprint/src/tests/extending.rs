//! `extends`: a base below the blueprint's own file.

use palisade_core::Live;

use super::{lab, list, network_of, said};
use crate::{Input, Parsed};

/// What environments have in common: a network but for its head and its zones.
const BASE: &str = r#"[tags]
team = "ml"
[vpc]
cidr = "10.0.0.0/16"
[tiers.app]
route = "isolated"
cidr = "10.0.0.0/20"
[security-groups.web]
inbound = [{ from = "vpc", ports = [80, 443] }]
"#;

/// What one of them needs on top.
const DEV: &str = r#"extends = "shared/base.toml"
name = "dev"
region = "eu-west-1"
[vpc]
zones = ["a"]
"#;

/// Reads `networks/dev.toml`, which may extend `shared/base.toml` beside it.
fn parse(dev: &str, base: &str) -> Parsed {
    let input = Input::new("networks/dev.toml", dev);
    let files = |path: &str| match path {
        "shared/base.toml" => Ok(base.to_owned()),
        "shared/s3.json" => {
            Ok(include_str!("../../../../blueprints/policies/s3-own-buckets.json").to_owned())
        }
        _ => Err("no such file".to_owned()),
    };
    crate::parse(&input, &files)
}

macro_rules! check {
    ($dev:expr, $base:expr, @$want:literal) => {
        insta::assert_snapshot!(said(&parse($dev, $base)), @$want)
    };
}

/// Checks which network comes out.
macro_rules! check_network {
    ($dev:expr, $base:expr, @$want:literal) => {
        insta::assert_snapshot!(list(&network_of(&parse($dev, $base), &Live::default())), @$want)
    };
}

#[test]
fn tables_merge() {
    check_network!(DEV, BASE, @r#"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@a 10.0.0.0/22 eu-west-1a table app acl -
    route-table.app
    security-group.web "managed by palisade"
      tcp 80 from 10.0.0.0/16
      tcp 443 from 10.0.0.0/16
    "#);
}

#[test]
fn values_and_lists_replace() {
    let dev = format!(
        "{DEV}cidr = \"10.1.0.0/16\"\n[tiers.app]\ncidr = \"10.1.0.0/20\"\n[security-groups.web]\ninbound = []\n"
    );
    check_network!(&dev, BASE, @r#"
    vpc.main 10.1.0.0/16 dns true/true
    subnet.app@a 10.1.0.0/22 eu-west-1a table app acl -
    route-table.app
    security-group.web "managed by palisade"
    "#);
}

#[test]
fn what_only_one_of_them_has_is_there() {
    let dev = format!("{DEV}[tiers.data]\nroute = \"isolated\"\ncidr = \"10.0.16.0/20\"\n");
    let parsed = parse(&dev, BASE);
    let draft = parsed.draft.expect("no mistake");
    assert_eq!(draft.parts.tiers.keys().collect::<Vec<_>>(), ["app", "data"]);
    assert_eq!(draft.tags.keys().collect::<Vec<_>>(), ["team"]);
}

#[test]
fn a_table_may_replace_a_value_and_a_value_a_table() {
    check!(&format!("{DEV}[endpoints.s3]\ntiers = [\"app\"]\npolicy = \"{{}}\"\n"), &format!("{BASE}[endpoints.s3.policy]\nfile = \"none.json\"\n"), @r#"
    error[policy-syntax]: the policy is no policy: a policy has a `Statement`
     --> networks/dev.toml:8:10
      |
    8 | policy = "{}"
      |          ^^^^
      |
      = help: write JSON text, or `{ file = "…" }` for a file of it
    "#);
    check!(&DEV.replace("[vpc]\nzones = [\"a\"]\n", "vpc = true\n"), BASE, @"
    error[wrong-type]: `vpc` takes a table, not a boolean
     --> networks/dev.toml:4:7
      |
    4 | vpc = true
      |       ^^^^ expected a table, found a boolean
    ");
}

#[test]
fn a_mistake_in_the_base_is_shown_there() {
    check!(DEV, &BASE.replace("isolated", "isolatde"), @r#"
    error[unknown-word]: `route` is `internet`, `nat` or `isolated`
     --> networks/shared/base.toml:6:9
      |
    6 | route = "isolatde"
      |         ^^^^^^^^^^
      |
      = help: did you mean `isolated`?
    "#);
}

#[test]
fn a_mistake_that_is_overridden_is_none() {
    let dev = format!("{DEV}[tiers.app]\nroute = \"isolated\"\n");
    check!(&dev, &BASE.replace("isolated", "isolatde"), @"nothing to say");
}

#[test]
fn a_mistake_between_two_files_is_shown_in_both() {
    let dev = format!("{DEV}[tiers.data]\nroute = \"isolated\"\ncidr = \"10.0.8.0/21\"\n");
    check!(&dev, BASE, @r#"
    error[tiers-overlap]: tiers `app` and `data` overlap
     --> networks/dev.toml:8:8
      |
    8 | cidr = "10.0.8.0/21"
      |        ^^^^^^^^^^^^^
      |
     ::: networks/shared/base.toml:7:8
      |
    7 | cidr = "10.0.0.0/20"
      |        ------------- `app` is here
      |
      = help: `10.0.16.0/21` is free
    "#);
}

#[test]
fn the_whole_must_not_lack_anything() {
    check!("extends = \"shared/base.toml\"\nname = \"dev\"\n[tiers.data]\n", BASE, @r#"
    error[missing-key]: `zones` is missing in `[vpc]`
     --> networks/shared/base.toml:3:1
      |
    3 | [vpc]
      | ^^^^^
      |
      = help: add `zones = ["a", "b"]`
      = help: or write it into `networks/dev.toml`, for this network alone
    error[missing-key]: `region` is missing
     --> networks/dev.toml:1:1
      |
    1 | extends = "shared/base.toml"
      | ^
      |
      = help: add `region = "eu-west-1"`
    error[missing-key]: `route` is missing in `[tiers.data]`
     --> networks/dev.toml:3:1
      |
    3 | [tiers.data]
      | ^^^^^^^^^^^^
      |
      = help: add `route = "isolated"`
    error[missing-key]: `cidr` is missing in `[tiers.data]`
     --> networks/dev.toml:3:1
      |
    3 | [tiers.data]
      | ^^^^^^^^^^^^
      |
      = help: add `cidr = "10.40.0.0/20"`
    "#);
}

#[test]
fn policies_are_looked_for_beside_the_file_that_names_them() {
    let policy =
        |file: &str| format!("[endpoints.s3]\ntiers = [\"app\"]\npolicy = {{ file = \"{file}\" }}\n");
    check!(DEV, &format!("{BASE}{}", policy("s3.json")), @"nothing to say");
    check!(DEV, &format!("{BASE}{}", policy("shared/s3.json")), @r#"
    error[policy-file]: policy `shared/s3.json` cannot be read: no such file
      --> networks/shared/base.toml:12:19
       |
    12 | policy = { file = "shared/s3.json" }
       |                   ^^^^^^^^^^^^^^^^
       |
       = help: a path is relative to the file in which it stands
    "#);
    check!(&format!("{DEV}{}", policy("shared/s3.json")), BASE, @"nothing to say");
    check!(&format!("{DEV}{}", policy("s3.json")), BASE, @r#"
    error[policy-file]: policy `s3.json` cannot be read: no such file
     --> networks/dev.toml:8:19
      |
    8 | policy = { file = "s3.json" }
      |                   ^^^^^^^^^
      |
      = help: a path is relative to the file in which it stands
    "#);
}

#[test]
fn a_base_that_is_not_there() {
    check!(&DEV.replace("shared/", ""), BASE, @r#"
    error[extends-file]: base `base.toml` cannot be read: no such file
     --> networks/dev.toml:1:11
      |
    1 | extends = "base.toml"
      |           ^^^^^^^^^^^
      |
      = help: a path is relative to the file in which it stands
    "#);
}

#[test]
fn a_base_that_is_no_text() {
    check!(&DEV.replace("\"shared/base.toml\"", "[\"shared/base.toml\"]"), BASE, @r#"
    error[wrong-type]: `extends` takes a string, not a list
     --> networks/dev.toml:1:11
      |
    1 | extends = ["shared/base.toml"]
      |           ^^^^^^^^^^^^^^^^^^^^ expected a string, found a list
    "#);
}

#[test]
fn a_base_that_is_not_toml() {
    check!(DEV, &format!("{BASE}[tiers.data\n"), @"
    error[syntax]: unclosed table, expected `]`
      --> networks/shared/base.toml:10:12
       |
    10 | [tiers.data
       |            ^
    ");
}

#[test]
fn a_file_that_is_not_toml_is_not_known_to_extend_anything() {
    check!(&format!("{DEV}[tiers.data\n"), BASE, @"
    error[syntax]: unclosed table, expected `]`
     --> networks/dev.toml:6:12
      |
    6 | [tiers.data
      |            ^
    ");
}

#[test]
fn a_base_extends_another() {
    check!(DEV, &format!("extends = \"common.toml\"\n{BASE}"), @r#"
    error[extends-twice]: `networks/shared/base.toml` is a base, and extends another file
     --> networks/shared/base.toml:1:11
      |
    1 | extends = "common.toml"
      |           ^^^^^^^^^^^^^
      |
      = help: write what that says into `networks/shared/base.toml` or into `networks/dev.toml`: there is one level of files
    "#);
}

#[test]
fn a_file_extends_itself() {
    check!(&DEV.replace("shared/base.toml", "dev.toml"), BASE, @r#"
    error[extends-itself]: `networks/dev.toml` extends itself
     --> networks/dev.toml:1:11
      |
    1 | extends = "dev.toml"
      |           ^^^^^^^^^^
      |
      = help: name the file of what several networks have in common, or leave `extends` out
    "#);
    check!(&DEV.replace("shared/base.toml", ".././networks/shared/../dev.toml"), BASE, @r#"
    error[extends-itself]: `networks/dev.toml` extends itself
     --> networks/dev.toml:1:11
      |
    1 | extends = ".././networks/shared/../dev.toml"
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: name the file of what several networks have in common, or leave `extends` out
    "#);
    check!(&DEV.replace("shared/base.toml", "../../dev.toml"), BASE, @r#"
    error[extends-file]: base `../../dev.toml` cannot be read: no such file
     --> networks/dev.toml:1:11
      |
    1 | extends = "../../dev.toml"
      |           ^^^^^^^^^^^^^^^^
      |
      = help: a path is relative to the file in which it stands
    "#);
}

#[test]
fn a_copy_of_a_whole_blueprint_can_be_a_base() {
    check!("extends = \"shared/base.toml\"\nname = \"dev\"\n", &lab(""), @"nothing to say");
}
