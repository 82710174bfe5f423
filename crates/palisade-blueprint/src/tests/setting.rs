//! `--set`: values from the command line.

use palisade_core::Live;

use super::{files, lab, list, network_of, said};
use crate::{Input, Parsed};

/// Reads a blueprint with two endpoints, one of them with dots in its name.
fn parse(sets: &[&str]) -> Parsed {
    let text = lab("[endpoints.s3]\ntiers = [\"app\"]\npolicy = { file = \"policies/s3.json\" }\n\
         [endpoints.\"sagemaker.api\"]\ntiers = [\"app\"]\nsecurity-groups = [\"tls\"]\n\
         [security-groups.tls]\n");
    let sets: Vec<String> = sets.iter().map(|it| (*it).to_owned()).collect();
    crate::parse(&Input { name: "blueprint.toml", text: &text, sets: &sets }, &files)
}

macro_rules! check {
    ([$($set:expr),+], @$want:literal) => {
        insta::assert_snapshot!(said(&parse(&[$($set),+])), @$want)
    };
}

/// Checks which network comes out.
macro_rules! check_network {
    ([$($set:expr),+], @$want:literal) => {
        insta::assert_snapshot!(list(&network_of(&parse(&[$($set),+]), &Live::default())), @$want)
    };
}

#[test]
fn a_value_is_set() {
    check_network!([
        "vpc.zones=[\"c\"]", "tiers.app.slots = 8", "endpoints.\"sagemaker.api\".private-dns=false", "region=us-east-1"
    ], @r#"
    vpc.main 10.0.0.0/16 dns true/true
    subnet.app@c 10.0.0.0/23 us-east-1c table app acl -
    route-table.app
    security-group.tls "managed by palisade"
    endpoint.s3 com.amazonaws.us-east-1.s3 policy
      tables app
    endpoint.sagemaker.api com.amazonaws.us-east-1.sagemaker.api
      subnets app@c
      groups tls
      dns false
    "#);
}

#[test]
fn the_later_one_wins() {
    let parsed = parse(&["name=one", "name = \"two\""]);
    assert_eq!(parsed.draft.expect("no mistake").name(), "two");
}

#[test]
fn a_table_is_added_to() {
    let parsed = parse(&["tags.team=ml", "tags={ level = \"high\" }"]);
    let tags = parsed.draft.expect("no mistake").tags;
    assert_eq!(tags.keys().collect::<Vec<_>>(), ["level", "team"]);
}

#[test]
fn what_is_no_toml_is_a_text() {
    let name = |set: &str| parse(&[set]).draft.expect("no mistake").name;
    assert_eq!(name("name=from-the-shell"), "from-the-shell");
    assert_eq!(name("name = spaces-around "), "spaces-around");
    assert_eq!(name("name='quoted'"), "quoted");
    assert_eq!(name("name=true"), "true");
}

#[test]
fn a_number_is_a_text_where_a_text_is_asked_for() {
    let draft = parse(&["account=111122223333", "tags.level=3", "tags.ratio=0.5"]).draft.expect("no mistake");
    assert_eq!(draft.account(), Some("111122223333"));
    assert_eq!(draft.tags.values().collect::<Vec<_>>(), ["3", "0.5"]);
}

#[test]
fn equals_signs_stand_in_values_and_in_quotes() {
    let draft = parse(&["tags.\"a=\\\"b\"=c=d", "tags.'e=f'=g"]).draft.expect("no mistake");
    let tags: Vec<(&String, &String)> = draft.tags.iter().collect();
    insta::assert_debug_snapshot!(tags, @r#"
    [
        (
            "a=\"b",
            "c=d",
        ),
        (
            "e=f",
            "g",
        ),
    ]
    "#);
}

#[test]
fn a_policy_is_a_text_of_json() {
    let statement = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#;
    check!([&format!("endpoints.s3.policy={{\"Statement\": {statement}}}")], @"nothing to say");
}

#[test]
fn a_policy_s_file_is_looked_for_beside_the_blueprint() {
    check!(["endpoints.s3.policy.file=none.json"], @"
    error[policy-file]: policy `none.json` cannot be read: no such file
     --> --set endpoints.s3.policy.file=…:1:26
      |
    1 | endpoints.s3.policy.file=none.json
      |                          ^^^^^^^^^
      |
      = help: a path is relative to the file in which it stands
      = help: what is set stands in `blueprint.toml`
    ");
}

#[test]
fn a_wrong_value_is_shown_in_the_option() {
    check!(["vpc.cidr=10.0.0.1/16", "tiers.app.slots = many", "vpc.zones=a"], @r#"
    error[cidr-host-bits]: `10.0.0.1/16` has host bits set
     --> --set vpc.cidr=…:1:10
      |
    1 | vpc.cidr=10.0.0.1/16
      |          ^^^^^^^^^^^
      |
      = help: write `10.0.0.0/16`
    error[wrong-type]: `slots` takes an integer, not a string
     --> --set tiers.app.slots=…:1:19
      |
    1 | tiers.app.slots = many
      |                   ^^^^ expected an integer, found a string
    error[wrong-type]: `zones` takes a list of strings or an integer, not a string
     --> --set vpc.zones=…:1:11
      |
    1 | vpc.zones=a
      |           ^ expected a list of strings or an integer, found a string
      |
      = help: write `["a"]`
    "#);
}

#[test]
fn a_value_contradicts_the_file() {
    check!(["tiers.data={ route = \"isolated\", cidr = \"10.0.8.0/21\" }"], @r#"
    error[tiers-overlap]: tiers `app` and `data` overlap
     --> --set tiers.data=…:1:41
      |
    1 | tiers.data={ route = "isolated", cidr = "10.0.8.0/21" }
      |                                         ^^^^^^^^^^^^^
      |
     ::: blueprint.toml:9:8
      |
    9 | cidr = "10.0.0.0/20"
      |        ------------- `app` is here
      |
      = help: `10.0.16.0/21` is free
    "#);
}

#[test]
fn an_unknown_key_is_shown_in_the_option() {
    check!(["vcp.cidr=10.0.0.0/16", "tiers.app.colour=red"], @"
    error[unknown-key]: `vcp` is no key
     --> --set vcp.cidr=…:1:1
      |
    1 | vcp.cidr=10.0.0.0/16
      | ^^^
      |
      = help: did you mean `vpc`?
    error[unknown-key]: `colour` is no key in `[tiers.app]`
     --> --set tiers.app.colour=…:1:11
      |
    1 | tiers.app.colour=red
      |           ^^^^^^
      |
      = help: known are `route`, `cidr`, `size`, `slots`, `zones`, `nat-gateways`, `nat-addresses`, `nat-replace`, `routes`, `network-acl`, `assign-ipv6` and `existing-subnets`
    ");
}

#[test]
fn what_is_missing_in_a_table_is_missing_in_the_file() {
    let sets = ["tiers.app.slots=8".to_owned()];
    let text = lab("").replace("route = \"isolated\"\n", "");
    let input = Input { name: "blueprint.toml", text: &text, sets: &sets };
    insta::assert_snapshot!(said(&crate::parse(&input, &files)), @r#"
    error[missing-key]: `route` is missing in `[tiers.app]`
     --> blueprint.toml:7:1
      |
    7 | [tiers.app]
      | ^^^^^^^^^^^
      |
      = help: add `route = "isolated"`
    "#);
}

#[test]
fn there_is_no_equals_sign() {
    check!(["vpc.cidr", "\"a=b\"", ""], @r#"
    error[set-syntax]: `--set vpc.cidr` has no `=`
     --> --set vpc.cidr:1:1
      |
    1 | vpc.cidr
      | ^^^^^^^^
      |
      = help: write a key and its value: `--set vpc.cidr=10.40.0.0/16`
    error[set-syntax]: `--set "a=b"` has no `=` outside of quotes
     --> --set "a=b":1:1
      |
    1 | "a=b"
      | ^^^^^
      |
      = help: write a key and its value: `--set vpc.cidr=10.40.0.0/16`
    error[set-syntax]: `--set` has no `=`
     --> --set:1:1
      |
    1 |
      | ^
      |
      = help: write a key and its value: `--set vpc.cidr=10.40.0.0/16`
    "#);
}

#[test]
fn what_is_set_is_no_key() {
    check!(["vpc..cidr=1", "=1", " =1", "# x=1", "[vpc]\ncidr=1", "vpc[0]=1"], @"
    error[set-key]: `vpc..cidr` is no key
     --> --set vpc..cidr=…:1:1
      |
    1 | vpc..cidr=1
      | ^^^^^^^^^
      |
      = help: write it as in a file, with dots between the tables: `vpc.cidr`
    error[set-key]: `--set =…` has no key
     --> --set =…:1:1
      |
    1 | =1
      | ^
      |
      = help: write it as in a file, with dots between the tables: `vpc.cidr`
    error[set-key]: `--set =…` has no key
     --> --set =…:1:1
      |
    1 |  =1
      | ^
      |
      = help: write it as in a file, with dots between the tables: `vpc.cidr`
    error[set-key]: `# x` is no key
     --> --set # x=…:1:1
      |
    1 | # x=1
      | ^^^
      |
      = help: write it as in a file, with dots between the tables: `vpc.cidr`
    error[set-key]: `[vpc]` is no key
     --> --set [vpc]=…:1:1
      |
    1 | / [vpc]
    2 | | cidr=1
      | |____^
      |
      = help: write it as in a file, with dots between the tables: `vpc.cidr`
    error[set-key]: `vpc[0]` is no key
     --> --set vpc[0]=…:1:1
      |
    1 | vpc[0]=1
      | ^^^^^^
      |
      = help: write it as in a file, with dots between the tables: `vpc.cidr`
    ");
}

#[test]
fn the_base_is_not_set() {
    check!(["extends=base.toml"], @"
    error[set-key]: `extends` cannot be set
     --> --set extends=…:1:1
      |
    1 | extends=base.toml
      | ^^^^^^^
      |
      = help: write it into the file, or name the file that has it
    ");
}

#[test]
fn a_key_leads_through_what_is_no_table() {
    check!(["vpc.cidr.x=1", "endpoints.s3.tiers.0=app", "name=x", "name.first=y"], @r#"
    error[set-path]: `vpc.cidr` is a string, and has no keys
     --> --set vpc.cidr.x=…:1:10
      |
    1 | vpc.cidr.x=1
      |          ^
      |
     ::: blueprint.toml:5:8
      |
    5 | cidr = "10.0.0.0/16"
      |        ------------- set here
      |
      = help: set it as a whole: `--set vpc.cidr=…`
    error[set-path]: `endpoints.s3.tiers` is a list, and has no keys
      --> --set endpoints.s3.tiers.0=…:1:20
       |
     1 | endpoints.s3.tiers.0=app
       |                    ^
       |
      ::: blueprint.toml:11:9
       |
    11 | tiers = ["app"]
       |         ------- set here
       |
       = help: a list is set as a whole: `--set 'endpoints.s3.tiers=[…]'`
    error[set-path]: `name` is a string, and has no keys
     --> --set name.first=…:1:6
      |
    1 | name.first=y
      |      ^^^^^
      |
     ::: --set name=…:1:6
      |
    1 | name=x
      |      - set here
      |
      = help: set it as a whole: `--set name=…`
    "#);
}

#[test]
fn the_shell_has_taken_the_quotes_of_a_name() {
    check!(["endpoints.sagemaker.api.private-dns=false"], @r#"
    error[set-key]: `sagemaker.api` is one name, and this is 2 keys
     --> --set endpoints.sagemaker.api.private-dns=…:1:11
      |
    1 | endpoints.sagemaker.api.private-dns=false
      |           ^^^^^^^^^^^^^
      |
      = help: quote the name, and the option for the shell: `--set 'endpoints."sagemaker.api".private-dns=…'`
    "#);
}

#[test]
fn the_shell_has_taken_the_quotes_of_a_list() {
    check!(["vpc.zones=[a, b]", "vpc={ cidr = 10.0.0.0/16 }"], @r#"
    error[set-value]: `vpc.zones` takes a list of strings or an integer, and this is not TOML
     --> --set vpc.zones=…:1:11
      |
    1 | vpc.zones=[a, b]
      |           ^^^^^^
      |
      = help: quote the option for the shell, which takes quotes away: `--set 'vpc.zones=["a", "b"]'`
    error[set-value]: `vpc` takes a table, and this is not TOML
     --> --set vpc=…:1:5
      |
    1 | vpc={ cidr = 10.0.0.0/16 }
      |     ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: quote the option for the shell, which takes quotes away: `--set 'vpc=…'`
    "#);
}

#[test]
fn a_value_is_not_cut_short() {
    check!(["tiers.app.slots=8 16"], @"
    error[wrong-type]: `slots` takes an integer, not a string
     --> --set tiers.app.slots=…:1:17
      |
    1 | tiers.app.slots=8 16
      |                 ^^^^ expected an integer, found a string
    ");
    check!(["tiers.app.slots=8\nname=x"], @"
    error[wrong-type]: `slots` takes an integer, not a string
     --> --set tiers.app.slots=…:1:17
      |
    1 |   tiers.app.slots=8
      |  _________________^
    2 | | name=x
      | |______^ expected an integer, found a string
    ");
    check!(["tiers.app.slots="], @"
    error[wrong-type]: `slots` takes an integer, not a string
     --> --set tiers.app.slots=…:1:17
      |
    1 | tiers.app.slots=
      |                 ^ expected an integer, found a string
    ");
    check!(["tiers.app.slots=8 # sixteen"], @"
    error[wrong-type]: `slots` takes an integer, not a string
     --> --set tiers.app.slots=…:1:17
      |
    1 | tiers.app.slots=8 # sixteen
      |                 ^^^^^^^^^^^ expected an integer, found a string
    ");
}
