//! The text and its shape: TOML, keys, types, names, the head.

use super::{HEAD, check, lab};

#[test]
fn a_right_blueprint() {
    check!(&lab(""), @"nothing to say");
}

#[test]
fn what_is_not_toml() {
    check!("name = \"lab\nregion = = 1\n[vpc\n", @r#"
        error[syntax]: invalid basic string, expected `"`
         --> blueprint.toml:1:12
          |
        1 | name = "lab
          |            ^
        error[syntax]: extra `=`, expected nothing
         --> blueprint.toml:2:10
          |
        2 | region = = 1
          |          ^
        error[syntax]: unexpected key or value, expected newline, `#`
         --> blueprint.toml:2:12
          |
        2 | region = = 1
          |            ^
        error[syntax]: unclosed table, expected `]`
         --> blueprint.toml:3:5
          |
        3 | [vpc
          |     ^
        "#);
}

#[test]
fn a_key_is_written_twice() {
    check!("name = \"lab\"\nname = \"lab\"\n", @r#"
    error[syntax]: `name` is written twice
     --> blueprint.toml:2:1
      |
    1 | name = "lab"
      | ---- here first
    2 | name = "lab"
      | ^^^^
      |
      = help: leave one of them out
    "#);
}

#[test]
fn an_empty_file() {
    check!("", @r#"
        error[missing-key]: `name` is missing
         --> blueprint.toml:1:1
          |
        1 |
          | ^
          |
          = help: add `name = "my-network"`
        error[missing-key]: `region` is missing
         --> blueprint.toml:1:1
          |
        1 |
          | ^
          |
          = help: add `region = "eu-west-1"`
        error[missing-key]: `vpc` is missing
         --> blueprint.toml:1:1
          |
        1 |
          | ^
          |
          = help: add the table `[vpc]`
        error[missing-key]: `tiers` is missing
         --> blueprint.toml:1:1
          |
        1 |
          | ^
          |
          = help: add the table `[tiers.app]`
        "#);
}

#[test]
fn an_unknown_key_is_close_to_a_known_one() {
    check!(&lab("[vcp]\ncidr = \"10.0.0.0/16\"\n"), @r#"
        error[unknown-key]: `vcp` is no key
          --> blueprint.toml:10:2
           |
        10 | [vcp]
           |  ^^^
           |
           = help: did you mean `vpc`?
        "#);
}

#[test]
fn an_unknown_key_is_close_to_none() {
    check!(&lab("colour = \"red\"\n"), @r#"
    error[unknown-key]: `colour` is no key in `[tiers.app]`
      --> blueprint.toml:10:1
       |
    10 | colour = "red"
       | ^^^^^^
       |
       = help: known are `route`, `cidr`, `size`, `slots`, `zones`, `nat-gateways`, `nat-addresses`, `nat-replace`, `routes`, `network-acl`, `assign-ipv6` and `existing-subnets`
    "#);
}

#[test]
fn an_unknown_key_has_another_name_here() {
    check!(&lab("[security-groups.web]\ningress = []\n"), @r#"
        error[unknown-key]: `ingress` is no key in `[security-groups.web]`
          --> blueprint.toml:11:1
           |
        11 | ingress = []
           | ^^^^^^^
           |
           = help: write `inbound`
        "#);
}

#[test]
fn a_key_is_missing() {
    check!(&format!("{HEAD}[tiers.app]\ncidr = \"10.0.0.0/20\"\n"), @r#"
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
fn a_key_of_an_inline_table_is_missing() {
    check!(&lab("[security-groups.web]\noutbound = [{ ports = 443 }]\n"), @r#"
        error[missing-key]: `to` is missing in an entry of `outbound` of `[security-groups.web]`
          --> blueprint.toml:11:13
           |
        11 | outbound = [{ ports = 443 }]
           |             ^^^^^^^^^^^^^^^
           |
           = help: add `to = "self"`
        "#);
}

#[test]
fn types_are_wrong() {
    check!(
        &lab("slots = \"4\"\nzones = \"a\"\n[tags]\nlevel = 3\n[endpoints.s3]\ntiers = \"app\"\npolicy = false\n"),
        @r#"
    error[wrong-type]: `slots` takes an integer, not a string
      --> blueprint.toml:10:9
       |
    10 | slots = "4"
       |         ^^^ expected an integer, found a string
       |
       = help: write `4`
    error[wrong-type]: `zones` takes a list of strings or an integer, not a string
      --> blueprint.toml:11:9
       |
    11 | zones = "a"
       |         ^^^ expected a list of strings or an integer, found a string
       |
       = help: write `["a"]`
    error[wrong-type]: `level` takes a string, not an integer
      --> blueprint.toml:13:9
       |
    13 | level = 3
       |         ^ expected a string, found an integer
       |
       = help: write `"3"`
    error[wrong-type]: `tiers` takes a list of strings, not a string
      --> blueprint.toml:15:9
       |
    15 | tiers = "app"
       |         ^^^^^ expected a list of strings, found a string
       |
       = help: write `["app"]`
    error[wrong-type]: `policy` takes a string or a table, not a boolean
      --> blueprint.toml:16:10
       |
    16 | policy = false
       |          ^^^^^ expected a string or a table, found a boolean
       |
       = help: leave `policy` out
    "#
    );
}

#[test]
fn a_table_is_something_else() {
    check!("name = \"lab\"\nregion = \"eu-west-1\"\nvpc = \"10.0.0.0/16\"\ntiers = []\n", @r#"
        error[wrong-type]: `vpc` takes a table, not a string
         --> blueprint.toml:3:7
          |
        3 | vpc = "10.0.0.0/16"
          |       ^^^^^^^^^^^^^ expected a table, found a string
        error[wrong-type]: `tiers` takes a table, not a list
         --> blueprint.toml:4:9
          |
        4 | tiers = []
          |         ^^ expected a table, found a list
        "#);
}

#[test]
fn an_account_is_a_number() {
    check!(&format!("account = 111122223333\n{}", lab("")), @r#"
        error[wrong-type]: `account` takes a string, not an integer
         --> blueprint.toml:1:11
          |
        1 | account = 111122223333
          |           ^^^^^^^^^^^^ expected a string, found an integer
          |
          = help: write `"111122223333"`
        "#);
}

#[test]
fn a_boolean_is_in_quotes() {
    check!(&lab("").replace("zones =", "dns-support = \"true\"\nzones ="), @r#"
        error[wrong-type]: `dns-support` takes `true` or `false`, not a string
         --> blueprint.toml:6:15
          |
        6 | dns-support = "true"
          |               ^^^^^^ expected `true` or `false`, found a string
          |
          = help: write `true`
        "#);
}

#[test]
fn a_word_is_unknown() {
    check!(&lab("").replace("isolated", "insolated"), @r#"
        error[unknown-word]: `route` is `internet`, `nat` or `isolated`
         --> blueprint.toml:8:9
          |
        8 | route = "insolated"
          |         ^^^^^^^^^^^
          |
          = help: did you mean `isolated`?
        "#);
}

#[test]
fn a_number_is_out_of_range() {
    check!(&lab("slots = 99999999999999999999\n"), @r#"
        error[out-of-range]: `slots` is 1 to 4096
          --> blueprint.toml:10:9
           |
        10 | slots = 99999999999999999999
           |         ^^^^^^^^^^^^^^^^^^^^
        "#);
}

#[test]
fn a_list_is_empty() {
    check!(&lab("zones = []\n[endpoints.s3]\ntiers = []\n"), @"
    error[empty-list]: `zones` is empty
      --> blueprint.toml:10:9
       |
    10 | zones = []
       |         ^^
       |
       = help: name at least one
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:11:12
       |
    11 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    error[empty-list]: `tiers` is empty
      --> blueprint.toml:12:9
       |
    12 | tiers = []
       |         ^^
       |
       = help: name at least one
    ");
}

#[test]
fn names_are_wrong() {
    check!(&lab("[security-groups.Web_Servers]\n").replace("\"lab\"", "\"7\""), @r#"
        error[name-syntax]: `7` cannot be the name of a blueprint
         --> blueprint.toml:2:8
          |
        2 | name = "7"
          |        ^^^
          |
          = help: a name is a lower-case letter, then lower-case letters, digits and hyphens, at most 39 characters
        error[name-syntax]: `Web_Servers` cannot be the name of a table in `[security-groups]`
          --> blueprint.toml:10:18
           |
        10 | [security-groups.Web_Servers]
           |                  ^^^^^^^^^^^
           |
           = help: a name is a lower-case letter, then lower-case letters, digits and hyphens, at most 31 characters
           = help: write `web-servers`
        "#);
}

#[test]
fn a_name_looks_like_an_id() {
    check!(&lab("[security-groups.sg-web]\n[endpoints.vpce-s3]\nservice = \"s3\"\ntiers = [\"app\"]\npolicy = \"{}\"\n"), @r#"
        error[name-like-id]: `sg-web` looks like an AWS id
          --> blueprint.toml:10:18
           |
        10 | [security-groups.sg-web]
           |                  ^^^^^^
           |
           = help: choose a name that does not begin with `sg-`
        error[name-like-id]: `vpce-s3` looks like an AWS id
          --> blueprint.toml:11:12
           |
        11 | [endpoints.vpce-s3]
           |            ^^^^^^^
           |
           = help: choose a name that does not begin with `vpce-`
        error[policy-syntax]: the policy is no policy: a policy has a `Statement`
          --> blueprint.toml:14:10
           |
        14 | policy = "{}"
           |          ^^^^
           |
           = help: write JSON text, or `{ file = "…" }` for a file of it
        "#);
}

#[test]
fn a_blueprint_is_named_like_a_group() {
    check!(&lab("").replace("\"lab\"", "\"sg-lab\""), @r#"
        error[name-like-id]: `sg-lab` looks like an AWS id
         --> blueprint.toml:2:8
          |
        2 | name = "sg-lab"
          |        ^^^^^^^^
          |
          = help: choose a name that does not begin with `sg-`
        "#);
}

#[test]
fn a_tier_is_no_table() {
    check!(&super::with_tiers("[tiers]\napp = 3\n"), @"
    error[wrong-type]: `app` takes a table, not an integer
     --> blueprint.toml:8:7
      |
    8 | app = 3
      |       ^ expected a table, found an integer
    ");
}

#[test]
fn there_are_no_tiers() {
    check!(&format!("{HEAD}[tiers]\n"), @r#"
        error[no-tiers]: there are no tiers
         --> blueprint.toml:7:1
          |
        7 | [tiers]
          | ^^^^^^^
          |
          = help: add one: `[tiers.app]` with `route` and `cidr`
        "#);
}

#[test]
fn a_region_is_a_zone() {
    check!(&lab("").replace("eu-west-1", "eu-west-1a"), @r#"
        error[region-syntax]: `eu-west-1a` is no AWS region
         --> blueprint.toml:3:10
          |
        3 | region = "eu-west-1a"
          |          ^^^^^^^^^^^^
          |
          = help: this is a zone; write its region, `eu-west-1`
        "#);
}

#[test]
fn a_region_is_a_place() {
    check!(&lab("").replace("eu-west-1", "Ireland"), @r#"
        error[region-syntax]: `Ireland` is no AWS region
         --> blueprint.toml:3:10
          |
        3 | region = "Ireland"
          |          ^^^^^^^^^
          |
          = help: write a region's code, such as `eu-west-1`
        "#);
}

#[test]
fn an_account_is_written_with_hyphens() {
    check!(&format!("account = \"1111-2222-3333\"\n{}", lab("")), @r#"
        error[account-syntax]: `1111-2222-3333` is no AWS account number
         --> blueprint.toml:1:11
          |
        1 | account = "1111-2222-3333"
          |           ^^^^^^^^^^^^^^^^
          |
          = help: write `111122223333`
        "#);
}

#[test]
fn an_account_is_too_short() {
    check!(&format!("account = \"1111\"\n{}", lab("")), @r#"
        error[account-syntax]: `1111` is no AWS account number
         --> blueprint.toml:1:11
          |
        1 | account = "1111"
          |           ^^^^^^
          |
          = help: an account number has 12 digits
        "#);
}

#[test]
fn tags_are_reserved() {
    check!(
        &lab("[tags]\n\"aws:team\" = \"x\"\n\"palisade:key\" = \"x\"\nName = \"x\"\n\"a+b\" = \"x\"\n\"\" = \"x\"\n"),
        @r#"
    error[tag-reserved]: tags that begin with `aws:` are reserved
      --> blueprint.toml:11:1
       |
    11 | "aws:team" = "x"
       | ^^^^^^^^^^
       |
       = help: give it another key
    error[tag-reserved]: tags that begin with `palisade:` are reserved
      --> blueprint.toml:12:1
       |
    12 | "palisade:key" = "x"
       | ^^^^^^^^^^^^^^
       |
       = help: give it another key
    error[tag-reserved]: palisade writes the tag `Name` itself
      --> blueprint.toml:13:1
       |
    13 | Name = "x"
       | ^^^^
       |
       = help: it is the blueprint's name and the key, such as `my-network/subnet.app@a`
    error[tag-plus]: the key `a+b` has a `+`
      --> blueprint.toml:14:1
       |
    14 | "a+b" = "x"
       | ^^^^^
       |
       = help: palisade remembers the keys with a `+` between them: write another character
    error[tag-length]: the key of a tag has 1 to 128 characters
      --> blueprint.toml:15:1
       |
    15 | "" = "x"
       | ^^
       |
       = help: this one has 0: give it another
    "#
    );
}

#[test]
fn a_tag_is_too_long() {
    let said = super::diagnose(&lab(&format!("[tags]\nteam = \"{}\"\n", "x".repeat(257))));
    assert!(
        said.starts_with("error[tag-length]: the value of tag `team` has more than 256 characters\n"),
        "{said}"
    );
}

#[test]
fn there_are_too_many_tags() {
    let tags: String = (0..41).map(|it| format!("team-{it} = \"x\"\n")).collect();
    check!(&lab(&format!("[tags]\n{tags}")), @r#"
        error[tags-too-many]: there are 41 tags; 40 are possible
          --> blueprint.toml:10:1
           |
        10 | [tags]
           | ^^^^^^
           |
           = help: AWS takes 50 on an object, and palisade needs some of them
        error[tags-too-many]: the keys of the tags have 317 characters together; 256 are possible
          --> blueprint.toml:10:1
           |
        10 | [tags]
           | ^^^^^^
           |
           = help: palisade remembers the keys in a tag of its own
        "#);
}
