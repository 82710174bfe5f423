//! Values as people write them who mean another one.

use super::{HEAD, check, lab, said, with_acl, with_rules, with_tiers};
use crate::Input;

#[test]
fn a_route_of_another_name() {
    check!(
        &with_tiers(
            "[tiers.a]\nroute = \"private\"\ncidr = \"10.0.0.0/20\"\n[tiers.b]\nroute = \"public\"\n\
             cidr = \"10.0.16.0/20\"\n[tiers.c]\nroute = \"none\"\nsize = 20\n[tiers.d]\nroute = \"isolated\"\nsize = \"20\"\n"
        ),
        @r#"
    error[unknown-word]: `route` is `internet`, `nat` or `isolated`
     --> blueprint.toml:8:9
      |
    8 | route = "private"
      |         ^^^^^^^^^
      |
      = help: write `"nat"` if it may reach the internet through NAT gateways, `"isolated"` if not
    error[unknown-word]: `route` is `internet`, `nat` or `isolated`
      --> blueprint.toml:11:9
       |
    11 | route = "public"
       |         ^^^^^^^^
       |
       = help: write `"internet"`
    error[unknown-word]: `route` is `internet`, `nat` or `isolated`
      --> blueprint.toml:14:9
       |
    14 | route = "none"
       |         ^^^^^^
       |
       = help: write `"isolated"`
    error[wrong-type]: `size` takes a string, not an integer
      --> blueprint.toml:15:8
       |
    15 | size = 20
       |        ^^ expected a string, found an integer
       |
       = help: write `"/20"`
    error[subnet-size]: `20` is no size of a subnet
      --> blueprint.toml:18:8
       |
    18 | size = "20"
       |        ^^^^
       |
       = help: write `"/20"`
    "#
    );
}

#[test]
fn a_protocol_of_another_name() {
    check!(
        &with_rules(
            r#"{ from = "self", protocol = "-1" }, { from = "self", protocol = "any" }, { from = "self", protocol = "6", ports = 443 }"#,
            r#"{ to = "internet", protocol = "icmp", ports = -1 }"#
        ),
        @r#"
    error[unknown-word]: `protocol` is `tcp`, `udp`, `icmp`, `icmpv6` or `all`
      --> blueprint.toml:11:40
       |
    11 | inbound = [{ from = "self", protocol = "-1" }, { from = "self", protocol = "any" }, { from = "self", protocol = "6", ports = 443 }]
       |                                        ^^^^
       |
       = help: write `"all"` for every protocol
    error[unknown-word]: `protocol` is `tcp`, `udp`, `icmp`, `icmpv6` or `all`
      --> blueprint.toml:11:76
       |
    11 | inbound = [{ from = "self", protocol = "-1" }, { from = "self", protocol = "any" }, { from = "self", protocol = "6", ports = 443 }]
       |                                                                            ^^^^^
       |
       = help: write `"all"` for every protocol
    error[unknown-word]: `protocol` is `tcp`, `udp`, `icmp`, `icmpv6` or `all`
      --> blueprint.toml:11:113
       |
    11 | inbound = [{ from = "self", protocol = "-1" }, { from = "self", protocol = "any" }, { from = "self", protocol = "6", ports = 443 }]
       |                                                                                                                 ^^^
       |
       = help: write `"tcp"`
    error[out-of-range]: `ports` is 0 to 65535
      --> blueprint.toml:12:59
       |
    12 | outbound = [{ to = "internet", protocol = "icmp", ports = -1 }]
       |                                                           ^^
       |
       = help: write `"all"` for every port; only tcp and udp have ports
    "#
    );
    check!(&with_acl(r#"{ rule = 100, allow = "-1", from = "vpc" }, { rule = 200, allow = true, from = "vpc" }"#, ""), @r#"
    error[unknown-word]: `allow` is `tcp`, `udp`, `icmp`, `icmpv6` or `all`
      --> blueprint.toml:11:34
       |
    11 | inbound = [{ rule = 100, allow = "-1", from = "vpc" }, { rule = 200, allow = true, from = "vpc" }]
       |                                  ^^^^
       |
       = help: write `"all"` for every protocol
    error[wrong-type]: `allow` takes `tcp`, `udp`, `icmp`, `icmpv6` or `all` or an integer, not a boolean
      --> blueprint.toml:11:78
       |
    11 | inbound = [{ rule = 100, allow = "-1", from = "vpc" }, { rule = 200, allow = true, from = "vpc" }]
       |                                                                              ^^^^ expected `tcp`, `udp`, `icmp`, `icmpv6` or `all` or an integer, found a boolean
       |
       = help: write a protocol, such as `"tcp"`, or `"all"` for every protocol
    "#);
}

#[test]
fn ports_of_another_form() {
    check!(
        &with_rules(
            r#"{ from = "self", ports = "80,443" }, { from = "self", ports = "22:25" }, { from = "self", ports = "https" },
            { from = "self", ports = "*" }"#,
            ""
        ),
        @r#"
    error[ports-syntax]: `80,443` is no port or range of ports
      --> blueprint.toml:11:37
       |
    11 | inbound = [{ from = "self", ports = "80,443" }, { from = "self", ports = "22:25" }, { from = "self", ports = "https" },
       |                                     ^^^^^^^^
       |
       = help: write `[80, 443]`
    error[ports-syntax]: `22:25` is no port or range of ports
      --> blueprint.toml:11:74
       |
    11 | inbound = [{ from = "self", ports = "80,443" }, { from = "self", ports = "22:25" }, { from = "self", ports = "https" },
       |                                                                          ^^^^^^^
       |
       = help: write `"22-25"`
    error[ports-syntax]: `https` is no port or range of ports
      --> blueprint.toml:11:110
       |
    11 | inbound = [{ from = "self", ports = "80,443" }, { from = "self", ports = "22:25" }, { from = "self", ports = "https" },
       |                                                                                                              ^^^^^^^
       |
       = help: write `443`
    error[ports-syntax]: `*` is no port or range of ports
      --> blueprint.toml:12:38
       |
    12 |             { from = "self", ports = "*" }]
       |                                      ^^^
       |
       = help: write `"all"`
    "#
    );
}

#[test]
fn a_table_is_no_switch() {
    check!(&lab("[vpc.flow-logs]\n").replace("[vpc.flow-logs]", "[endpoint-sets]\nsagemaker-training = true"), @r#"
    error[wrong-type]: `sagemaker-training` takes a table, not a boolean
      --> blueprint.toml:11:22
       |
    11 | sagemaker-training = true
       |                      ^^^^ expected a table, found a boolean
       |
       = help: write `{ tiers = ["training"], security-groups = ["endpoints"] }`
    "#);
    check!(&HEAD.replace("[vpc]", "[vpc]\nflow-logs = true\nipv6 = \"yes\"\ndhcp = false"), @r#"
    error[missing-key]: `tiers` is missing
     --> blueprint.toml:1:1
      |
    1 |
      | ^
      |
      = help: add the table `[tiers.app]`
    error[wrong-type]: `flow-logs` takes a table, not a boolean
     --> blueprint.toml:5:13
      |
    5 | flow-logs = true
      |             ^^^^ expected a table, found a boolean
      |
      = help: write `{ to = "s3://my-bucket/flow-logs" }`
    error[wrong-type]: `ipv6` takes `true` or `false`, not a string
     --> blueprint.toml:6:8
      |
    6 | ipv6 = "yes"
      |        ^^^^^ expected `true` or `false`, found a string
      |
      = help: write `true`
    error[wrong-type]: `dhcp` takes a table, not a boolean
     --> blueprint.toml:7:8
      |
    7 | dhcp = false
      |        ^^^^^ expected a table, found a boolean
      |
      = help: leave `dhcp` out
    "#);
    check!(&lab("[security-groups.web]\ninbound = { from = \"self\", ports = 443 }\n"), @r#"
    error[wrong-type]: `inbound` takes a list of tables, not a table
      --> blueprint.toml:11:11
       |
    11 | inbound = { from = "self", ports = 443 }
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected a list of tables, found a table
       |
       = help: put it into a list: `inbound = [{ … }]`
    "#);
}

#[test]
fn a_list_loses_its_quotes_to_the_shell() {
    let sets = ["vpc.zones=[a, b]".to_owned()];
    let parsed =
        crate::parse(&Input { sets: &sets, ..Input::new("blueprint.toml", &lab("")) }, &super::files);
    insta::assert_snapshot!(said(&parsed), @r#"
    error[set-value]: `vpc.zones` takes a list of strings or an integer, and this is not TOML
     --> --set vpc.zones=…:1:11
      |
    1 | vpc.zones=[a, b]
      |           ^^^^^^
      |
      = help: quote the option for the shell, which takes quotes away: `--set 'vpc.zones=["a", "b"]'`
    "#);
}

#[test]
fn peers_of_another_form() {
    check!(
        &lab(
            "[endpoints.s3]\ntiers = [\"app\"]\npolicy = \"policies/s3.json\"\n[security-groups.app]\n\
             inbound = [{ from = \"app\", ports = 443 }, { from = \"sg:app\", ports = 443 }, \
             { from = \"subnet-0123456789abcdef0\", ports = 443 }]\n\
             outbound = [{ to = \"com.amazonaws.eu-west-1.s3\", ports = 443 }, { to = \"0.0.0.0\", ports = 443 }]\n"
        ),
        @r#"
    error[policy-syntax]: the policy is no policy: expected value at line 1 column 1
      --> blueprint.toml:12:10
       |
    12 | policy = "policies/s3.json"
       |          ^^^^^^^^^^^^^^^^^^
       |
       = help: write `policy = { file = "policies/s3.json" }` for a file
    error[peer-syntax]: `app` is no peer
      --> blueprint.toml:14:21
       |
    14 | inbound = [{ from = "app", ports = 443 }, { from = "sg:app", ports = 443 }, { from = "subnet-0123456789abcdef0", ports = 443 }]
       |                     ^^^^^
       |
       = help: did you mean `group:app` or `tier:app`?
    error[peer-syntax]: `sg:app` is no peer
      --> blueprint.toml:14:52
       |
    14 | inbound = [{ from = "app", ports = 443 }, { from = "sg:app", ports = 443 }, { from = "subnet-0123456789abcdef0", ports = 443 }]
       |                                                    ^^^^^^^^
       |
       = help: did you mean `group:app`?
    error[peer-syntax]: `subnet-0123456789abcdef0` is no peer
      --> blueprint.toml:14:86
       |
    14 | inbound = [{ from = "app", ports = 443 }, { from = "sg:app", ports = 443 }, { from = "subnet-0123456789abcdef0", ports = 443 }]
       |                                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write the subnet's tier, `tier:<name>`, or its block
    error[peer-syntax]: `com.amazonaws.eu-west-1.s3` is no peer
      --> blueprint.toml:15:20
       |
    15 | outbound = [{ to = "com.amazonaws.eu-west-1.s3", ports = 443 }, { to = "0.0.0.0", ports = 443 }]
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: a service is named by its endpoint: write `endpoint:s3`
    error[peer-syntax]: `0.0.0.0` is no peer
      --> blueprint.toml:15:72
       |
    15 | outbound = [{ to = "com.amazonaws.eu-west-1.s3", ports = 443 }, { to = "0.0.0.0", ports = 443 }]
       |                                                                        ^^^^^^^^^
       |
       = help: write `internet` for every address
    "#
    );
}

#[test]
fn an_endpoint_is_named_by_its_full_service() {
    check!(
        &lab(
            "[endpoints.\"com.amazonaws.eu-west-1.sts\"]\ntiers = [\"app\"]\nsecurity-groups = [\"app\"]\n\
             [security-groups.app]\noutbound = [{ to = \"endpoint:sts\", ports = 443 }]\n"
        ),
        @r#"
    error[name-unknown]: there is no endpoint `sts`
      --> blueprint.toml:14:20
       |
    14 | outbound = [{ to = "endpoint:sts", ports = 443 }]
       |                    ^^^^^^^^^^^^^^
       |
       = help: did you mean `com.amazonaws.eu-west-1.sts`?
    "#
    );
}

#[test]
fn an_acl_knows_no_groups_whether_there_are_any_or_not() {
    check!(&with_acl(r#"{ rule = 100, allow = "all", from = "group:app" }"#, ""), @r#"
    error[peer-misplaced]: `group:app` cannot stand in an ACL, which knows addresses only
      --> blueprint.toml:11:48
       |
    11 | inbound = [{ rule = 100, allow = "all", from = "group:app" }]
       |                                                ^^^^^^^^^^^
       |
       = help: write where its carriers stand: `tier:<name>`, or `vpc`
    "#);
}

#[test]
fn services_of_another_name() {
    let endpoint =
        |name: &str| format!("[endpoints.\"{name}\"]\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\n");
    let endpoints: String = ["ecr", "efs", "logs.amazonaws.com", "sagemaker"].map(endpoint).concat();
    check!(&lab(&format!("[security-groups.web]\n{endpoints}")), @r#"
    error[service-name]: AWS has no endpoint for a service `ecr`
      --> blueprint.toml:11:12
       |
    11 | [endpoints."ecr"]
       |            ^^^^^
       |
       = help: write one for each of `ecr.api` and `ecr.dkr`
    error[service-name]: AWS has no endpoint for a service `efs`
      --> blueprint.toml:14:12
       |
    14 | [endpoints."efs"]
       |            ^^^^^
       |
       = help: did you mean `elasticfilesystem`?
    error[service-name]: AWS has no endpoint for a service `logs.amazonaws.com`
      --> blueprint.toml:17:12
       |
    17 | [endpoints."logs.amazonaws.com"]
       |            ^^^^^^^^^^^^^^^^^^^^
       |
       = help: this is a host; did you mean `logs`?
    error[service-name]: AWS has no endpoint for a service `sagemaker`
      --> blueprint.toml:20:12
       |
    20 | [endpoints."sagemaker"]
       |            ^^^^^^^^^^^
       |
       = help: write one for each of `sagemaker.api` and `sagemaker.runtime`
    "#);
}

#[test]
fn keys_of_another_form() {
    check!(
        &lab(
            "[protect]\nkeys = [\"app\", \"tiers.app\", \"sg:app\"]\n[[moved]]\nfrom = \"tier.old\"\nto = \"tier:app\"\n"
        ),
        @r#"
    error[key-syntax]: `app` is no key
      --> blueprint.toml:11:9
       |
    11 | keys = ["app", "tiers.app", "sg:app"]
       |         ^^^^^
       |
       = help: write a key as plans show it, such as `security-group.training`, or `tier:training`
    error[key-syntax]: `tiers.app` is no key
      --> blueprint.toml:11:16
       |
    11 | keys = ["app", "tiers.app", "sg:app"]
       |                ^^^^^^^^^^^
       |
       = help: did you mean `tier:app`?
    error[key-syntax]: `sg:app` is no key
      --> blueprint.toml:11:29
       |
    11 | keys = ["app", "tiers.app", "sg:app"]
       |                             ^^^^^^^^
       |
       = help: did you mean `security-group.app`?
    error[key-syntax]: `tier.old` is no key
      --> blueprint.toml:13:8
       |
    13 | from = "tier.old"
       |        ^^^^^^^^^^
       |
       = help: did you mean `tier:old`?
    "#
    );
}

#[test]
fn a_plan_is_no_blueprint() {
    check!("{\n  \"format_version\": 1,\n  \"plan\": {}\n}\n", @"
    error[syntax]: `blueprint.toml` is a saved plan, and no blueprint
     |
     = help: carry it out with `palisade apply --plan blueprint.toml`
    ");
    check!("{ \"name\": \"lab\" }\n", @"
    error[syntax]: `blueprint.toml` is JSON, and a blueprint is TOML
     |
     = help: name the blueprint; `palisade init` writes one
    ");
}

#[test]
fn mistakes_in_the_syntax_are_told_up_to_a_limit() {
    let said = super::diagnose(&"a b\n".repeat(40));
    assert_eq!(said.matches("error[").count(), 10);
    let last: Vec<&str> = said.lines().rev().take(1).collect();
    insta::assert_snapshot!(last.join("\n"), @"   = help: there are 30 more like this in the file");
}

#[test]
fn a_table_is_written_twice() {
    check!(&lab("[tiers.app]\nroute = \"nat\"\n"), @r#"
    error[syntax]: `[tiers.app]` is written twice
      --> blueprint.toml:10:8
       |
     7 | [tiers.app]
       | ----------- here first
    ...
    10 | [tiers.app]
       |        ^^^
       |
       = help: write all its keys below one header
    error[syntax]: `route` is written twice
      --> blueprint.toml:11:1
       |
     8 | route = "isolated"
       | ----- here first
    ...
    11 | route = "nat"
       | ^^^^^
       |
       = help: leave one of them out
    "#);
}

#[test]
fn a_base_alone() {
    check!("region = \"eu-west-1\"\n[vpc]\ncidr = \"10.0.0.0/16\"\nzones = [\"a\"]\n", @r#"
    error[missing-key]: `name` is missing
     --> blueprint.toml:1:1
      |
    1 | region = "eu-west-1"
      | ^
      |
      = help: add `name = "my-network"`
      = help: if `blueprint.toml` is a base, check a file that extends it: a base alone may lack anything
    error[missing-key]: `tiers` is missing
     --> blueprint.toml:1:1
      |
    1 | region = "eu-west-1"
      | ^
      |
      = help: add the table `[tiers.app]`
    "#);
}

#[test]
fn a_set_without_groups() {
    check!(&lab("[security-groups.web]\n[endpoint-sets]\nsagemaker-training = { tiers = [\"app\"] }\n"), @r#"
    error[missing-key]: `security-groups` is missing in `[endpoint-sets.sagemaker-training]`
      --> blueprint.toml:12:22
       |
    12 | sagemaker-training = { tiers = ["app"] }
       |                      ^^^^^^^^^^^^^^^^^^^
       |
       = help: add `security-groups = ["endpoints"]`
    "#);
}

#[test]
fn words_without_quotes() {
    check!("name = lab\n[vpc]\nipv6 = yes\n", @r#"
    error[syntax]: string values must be quoted, expected literal string
     --> blueprint.toml:1:8
      |
    1 | name = lab
      |        ^^^
      |
      = help: write `"lab"`
    error[syntax]: string values must be quoted, expected literal string
     --> blueprint.toml:3:8
      |
    3 | ipv6 = yes
      |        ^^^
      |
      = help: write `true`
    "#);
}
