//! Rules of groups and ACLs.

use super::{check, lab, with_acl, with_rules};

#[test]
fn tcp_without_ports() {
    check!(&with_rules(r#"{ from = "vpc" }"#, ""), @r#"
        error[ports-missing]: tcp and udp need `ports`
          --> blueprint.toml:11:12
           |
        11 | inbound = [{ from = "vpc" }]
           |            ^^^^^^^^^^^^^^^^
           |
           = help: add `ports = 443`, a range such as `"8000-8100"`, or `ports = "all"`
        "#);
}

#[test]
fn ports_are_wrong() {
    check!(&with_rules(r#"{ from = "vpc", ports = ["http", "90-80", "70000", 443, "443"] }"#, ""), @r#"
    error[ports-syntax]: `http` is no port or range of ports
      --> blueprint.toml:11:37
       |
    11 | inbound = [{ from = "vpc", ports = ["http", "90-80", "70000", 443, "443"] }]
       |                                     ^^^^^^
       |
       = help: write `80`
    error[ports-syntax]: `90-80` ends before it begins
      --> blueprint.toml:11:45
       |
    11 | inbound = [{ from = "vpc", ports = ["http", "90-80", "70000", 443, "443"] }]
       |                                             ^^^^^^^
       |
       = help: write `"80-90"`
    error[ports-syntax]: `70000` is no port or range of ports
      --> blueprint.toml:11:54
       |
    11 | inbound = [{ from = "vpc", ports = ["http", "90-80", "70000", 443, "443"] }]
       |                                                      ^^^^^^^
       |
       = help: write a port of 0 to 65535, a range such as `"8000-8100"`, or `"all"`
    "#);
}

#[test]
fn a_port_is_out_of_range() {
    check!(&with_rules(r#"{ from = "vpc", ports = 65536 }, { from = "self", ports = [] }"#, ""), @r#"
        error[out-of-range]: `ports` is 0 to 65535
          --> blueprint.toml:11:36
           |
        11 | inbound = [{ from = "vpc", ports = 65536 }, { from = "self", ports = [] }]
           |                                    ^^^^^
        error[empty-list]: `ports` is empty
          --> blueprint.toml:11:70
           |
        11 | inbound = [{ from = "vpc", ports = 65536 }, { from = "self", ports = [] }]
           |                                                                      ^^
           |
           = help: name at least one
        "#);
}

#[test]
fn ports_without_tcp() {
    check!(
        &with_rules(r#"{ from = "vpc", protocol = "all", ports = 1 }, { from = "vpc", protocol = "icmp", ports = 1 }"#, ""),
        @r#"
        error[ports-misplaced]: only tcp and udp have `ports`
          --> blueprint.toml:11:46
           |
        11 | inbound = [{ from = "vpc", protocol = "all", ports = 1 }, { from = "vpc", protocol = "icmp", ports = 1 }]
           |                                       -----  ^^^^^
           |                                       |
           |                                       of this protocol
           |
           = help: leave `ports` out, or write `protocol = "tcp"`
        error[ports-misplaced]: only tcp and udp have `ports`
          --> blueprint.toml:11:94
           |
        11 | inbound = [{ from = "vpc", protocol = "all", ports = 1 }, { from = "vpc", protocol = "icmp", ports = 1 }]
           |                                                                                      ------  ^^^^^
           |                                                                                      |
           |                                                                                      of this protocol
           |
           = help: icmp has `type` and `code`; without them every message is meant
        "#
    );
}

#[test]
fn protocols_are_wrong() {
    check!(
        &with_rules(r#"{ from = "vpc", protocol = "tpc", ports = 1 }, { from = "vpc", protocol = -1 }"#, ""),
        @r#"
        error[unknown-word]: `protocol` is `tcp`, `udp`, `icmp`, `icmpv6` or `all`
          --> blueprint.toml:11:39
           |
        11 | inbound = [{ from = "vpc", protocol = "tpc", ports = 1 }, { from = "vpc", protocol = -1 }]
           |                                       ^^^^^
           |
           = help: did you mean `tcp`?
        error[out-of-range]: `protocol` is 0 to 255
          --> blueprint.toml:11:86
           |
        11 | inbound = [{ from = "vpc", protocol = "tpc", ports = 1 }, { from = "vpc", protocol = -1 }]
           |                                                                                      ^^
           |
           = help: write `"all"` for every protocol
        "#
    );
}

#[test]
fn icmp_fields_of_tcp() {
    check!(&with_rules(r#"{ from = "vpc", ports = 443, type = 8 }"#, ""), @r#"
        error[icmp-misplaced]: only icmp and icmpv6 have `type`
          --> blueprint.toml:11:41
           |
        11 | inbound = [{ from = "vpc", ports = 443, type = 8 }]
           |                                         ^^^^
           |
           = help: leave `type` out
        "#);
}

#[test]
fn an_icmp_code_without_its_type() {
    check!(&with_rules(r#"{ from = "vpc", protocol = "icmp", code = 0 }"#, ""), @r#"
        error[icmp-code-alone]: `code` means nothing without `type`
          --> blueprint.toml:11:47
           |
        11 | inbound = [{ from = "vpc", protocol = "icmp", code = 0 }]
           |                                               ^^^^
           |
           = help: add `type = …`, or leave `code` out for every message
        "#);
}

#[test]
fn icmp_of_the_other_family() {
    check!(
        &with_rules(
            r#"{ from = "fd00::/8", protocol = "icmp" }, { from = "10.0.0.0/8", protocol = "icmpv6", type = 128 }"#,
            ""
        ),
        @r#"
        error[icmp-family]: icmp is never spoken with `fd00::/8`, which is IPv6
          --> blueprint.toml:11:21
           |
        11 | inbound = [{ from = "fd00::/8", protocol = "icmp" }, { from = "10.0.0.0/8", protocol = "icmpv6", type = 128 }]
           |                     ^^^^^^^^^^
           |
           = help: write `icmpv6`
        error[icmp-family]: icmpv6 is never spoken with `10.0.0.0/8`, which is IPv4
          --> blueprint.toml:11:63
           |
        11 | inbound = [{ from = "fd00::/8", protocol = "icmp" }, { from = "10.0.0.0/8", protocol = "icmpv6", type = 128 }]
           |                                                               ^^^^^^^^^^^^
           |
           = help: write `icmp`
        "#
    );
}

#[test]
fn peers_that_mean_nothing() {
    check!(
        &with_rules(r#"{ from = ["web", "any", "groups:web", "intrenet", "somebody"], ports = 443 }"#, ""),
        @r#"
        error[peer-syntax]: `web` is no peer
          --> blueprint.toml:11:22
           |
        11 | inbound = [{ from = ["web", "any", "groups:web", "intrenet", "somebody"], ports = 443 }]
           |                      ^^^^^
           |
           = help: did you mean `group:web`?
        error[peer-syntax]: `any` is no peer
          --> blueprint.toml:11:29
           |
        11 | inbound = [{ from = ["web", "any", "groups:web", "intrenet", "somebody"], ports = 443 }]
           |                             ^^^^^
           |
           = help: write `internet` for every address
        error[peer-syntax]: `groups:web` is no peer
          --> blueprint.toml:11:36
           |
        11 | inbound = [{ from = ["web", "any", "groups:web", "intrenet", "somebody"], ports = 443 }]
           |                                    ^^^^^^^^^^^^
           |
           = help: did you mean `group:web`?
        error[peer-syntax]: `intrenet` is no peer
          --> blueprint.toml:11:50
           |
        11 | inbound = [{ from = ["web", "any", "groups:web", "intrenet", "somebody"], ports = 443 }]
           |                                                  ^^^^^^^^^^
           |
           = help: did you mean `internet`?
        error[peer-syntax]: `somebody` is no peer
          --> blueprint.toml:11:62
           |
        11 | inbound = [{ from = ["web", "any", "groups:web", "intrenet", "somebody"], ports = 443 }]
           |                                                              ^^^^^^^^^^
           |
           = help: write a CIDR block, `internet`, `vpc`, `tier:<name>`, `group:<name>` or `endpoint:<name>`
        "#
    );
}

#[test]
fn peers_that_nothing_has_the_name_of() {
    check!(
        &with_rules(r#"{ from = ["group:wbe", "tier:data", "endpoint:s3"], ports = 443 }"#, ""),
        @r#"
        error[name-unknown]: there is no security group `wbe`
          --> blueprint.toml:11:22
           |
        11 | inbound = [{ from = ["group:wbe", "tier:data", "endpoint:s3"], ports = 443 }]
           |                      ^^^^^^^^^^^
           |
           = help: did you mean `web`?
        error[name-unknown]: there is no tier `data`
          --> blueprint.toml:11:35
           |
        11 | inbound = [{ from = ["group:wbe", "tier:data", "endpoint:s3"], ports = 443 }]
           |                                   ^^^^^^^^^^^
           |
           = help: known are `app`
        error[name-unknown]: there is no endpoint `s3`
          --> blueprint.toml:11:48
           |
        11 | inbound = [{ from = ["group:wbe", "tier:data", "endpoint:s3"], ports = 443 }]
           |                                                ^^^^^^^^^^^^^
           |
           = help: this blueprint has no endpoints
        "#
    );
}

#[test]
fn lists_and_networks_that_nothing_has_the_name_of() {
    check!(&with_rules(r#"{ from = ["prefix-list:corp", "outside:office"], ports = 443 }"#, ""), @r#"
    error[name-unknown]: there is no prefix list `corp`
      --> blueprint.toml:11:22
       |
    11 | inbound = [{ from = ["prefix-list:corp", "outside:office"], ports = 443 }]
       |                      ^^^^^^^^^^^^^^^^^^
       |
       = help: this blueprint has no prefix lists
    error[name-unknown]: there is no outside network `office`
      --> blueprint.toml:11:42
       |
    11 | inbound = [{ from = ["prefix-list:corp", "outside:office"], ports = 443 }]
       |                                          ^^^^^^^^^^^^^^^^
       |
       = help: this blueprint has no outside networks
    "#);
}

#[test]
fn peers_that_a_group_does_not_take() {
    check!(&with_rules("", r#"{ to = ["s3", "service:s3"], ports = 443 }"#), @r#"
        error[peer-misplaced]: `s3` cannot stand in a security group, which takes prefix lists
          --> blueprint.toml:12:21
           |
        12 | outbound = [{ to = ["s3", "service:s3"], ports = 443 }]
           |                     ^^^^
           |
           = help: add `[endpoints.s3]` and write `endpoint:s3`, or the id of a list (`pl-…`)
        error[peer-misplaced]: `service:s3` is for guarantees, not for rules
          --> blueprint.toml:12:27
           |
        12 | outbound = [{ to = ["s3", "service:s3"], ports = 443 }]
           |                           ^^^^^^^^^^^^
           |
           = help: a rule names the way to a service: write `endpoint:<name>`
        "#);
}

#[test]
fn peers_that_an_acl_does_not_take() {
    check!(
        &with_acl(
            r#"{ rule = 100, allow = "all", from = ["self", "sg-00000abc", "pl-00000abc"] }"#,
            r#"{ rule = 100, allow = "all", to = ["prefix-list:x", "10.0.0.1/8"] }"#
        ),
        @r#"
    error[peer-misplaced]: `self` cannot stand in an ACL, which knows addresses only
      --> blueprint.toml:11:49
       |
    11 | inbound = [{ rule = 100, allow = "all", from = ["self", "sg-00000abc", "pl-00000abc"] }]
       |                                                 ^^^^^^
       |
       = help: write the tier: `tier:<name>`
    error[peer-misplaced]: `sg-00000abc` cannot stand in an ACL, which knows addresses only
      --> blueprint.toml:11:57
       |
    11 | inbound = [{ rule = 100, allow = "all", from = ["self", "sg-00000abc", "pl-00000abc"] }]
       |                                                         ^^^^^^^^^^^^^
       |
       = help: write where its carriers stand: `tier:<name>`, or `vpc`
    error[name-unknown]: there is no prefix list `x`
      --> blueprint.toml:12:48
       |
    12 | outbound = [{ rule = 100, allow = "all", to = ["prefix-list:x", "10.0.0.1/8"] }]
       |                                                ^^^^^^^^^^^^^^^
       |
       = help: this blueprint has no prefix lists
    error[cidr-host-bits]: `10.0.0.1/8` has host bits set
      --> blueprint.toml:12:65
       |
    12 | outbound = [{ rule = 100, allow = "all", to = ["prefix-list:x", "10.0.0.1/8"] }]
       |                                                                 ^^^^^^^^^^^^
       |
       = help: write `10.0.0.0/8`
    "#
    );
}

#[test]
fn the_wrong_direction() {
    check!(
        &with_rules(r#"{ to = "vpc", ports = 443 }"#, r#"{ from = "vpc", ports = 443 }"#),
        @r#"
        error[unknown-key]: `to` is no key in an entry of `inbound` of `[security-groups.web]`
          --> blueprint.toml:11:14
           |
        11 | inbound = [{ to = "vpc", ports = 443 }]
           |              ^^
           |
           = help: an inbound rule says where connections come from: write `from`
        error[unknown-key]: `from` is no key in an entry of `outbound` of `[security-groups.web]`
          --> blueprint.toml:12:15
           |
        12 | outbound = [{ from = "vpc", ports = 443 }]
           |               ^^^^
           |
           = help: an outbound rule says where connections go: write `to`
        "#
    );
}

#[test]
fn a_group_cannot_deny() {
    check!(&with_rules(r#"{ from = "internet", ports = 22, deny = "tcp" }"#, ""), @r#"
        error[unknown-key]: `deny` is no key in an entry of `inbound` of `[security-groups.web]`
          --> blueprint.toml:11:45
           |
        11 | inbound = [{ from = "internet", ports = 22, deny = "tcp" }]
           |                                             ^^^^
           |
           = help: a group can only allow; write the denial into the tier's `network-acl`
        "#);
}

#[test]
fn a_rule_is_written_twice() {
    check!(
        &with_rules(
            r#"{ from = "vpc", ports = 443 }, { from = ["self", "10.0.0.0/16"], ports = [80, 443], description = "web" }"#,
            ""
        ),
        @r#"
        error[rule-twice]: group `web` has the inbound rule for tcp 443 from 10.0.0.0/16 twice
          --> blueprint.toml:11:61
           |
        11 | inbound = [{ from = "vpc", ports = 443 }, { from = ["self", "10.0.0.0/16"], ports = [80, 443], description = "web" }]
           |                     ----- here first                        ^^^^^^^^^^^^^
           |
           = help: AWS knows a rule by its protocol, ports and peer alone: leave one of them out
        "#
    );
}

#[test]
fn endpoints_that_share_a_group_are_no_mistake() {
    check!(
        &lab(r#"[security-groups.web]
outbound = [{ to = ["endpoint:sts", "endpoint:kms", "group:web"], ports = 443 }]
[endpoints.sts]
tiers = ["app"]
security-groups = ["web"]
[endpoints.kms]
tiers = ["app"]
security-groups = ["web"]
"#),
        @"nothing to say"
    );
}

#[test]
fn descriptions_are_wrong() {
    check!(
        &lab("[security-groups.a]\ndescription = \"Büro\"\n[security-groups.b]\ndescription = \"\"\n"),
        @r#"
        error[description]: AWS does not take `ü` in a description
          --> blueprint.toml:11:15
           |
        11 | description = "Büro"
           |               ^^^^^^
           |
           = help: it takes letters of a to z, digits, spaces and ._-:/()#,@[]+=&;{}!$*
        error[description]: the description is empty
          --> blueprint.toml:13:15
           |
        13 | description = ""
           |               ^^
           |
           = help: write what the group is for, or leave the key out
        "#
    );
}

#[test]
fn a_description_is_too_long() {
    let rule = format!(r#"{{ from = "self", ports = 1, description = "{}" }}"#, "x".repeat(256));
    let said = super::diagnose(&with_rules(&rule, ""));
    assert!(said.starts_with("error[description]: a description has at most 255 characters\n"), "{said}");
    assert!(said.ends_with("= help: shorten it: it has 256"), "{said}");
}

#[test]
fn a_group_has_too_many_rules() {
    let ports: Vec<String> = (1..=31).map(|it| it.to_string()).collect();
    let rule = format!(r#"{{ from = ["vpc", "self"], ports = [{}] }}"#, ports.join(", "));
    let said = super::diagnose(&with_rules(&rule, ""));
    insta::assert_snapshot!(said.lines().next().unwrap_or_default(), @"error[group-quota]: group `web` has 62 inbound rules, 60 are possible");
    let raised = with_rules(&rule, "") + "[quotas]\nrules-per-security-group = 62\n";
    check!(&raised, @"nothing to say");
}

#[test]
fn an_acl_rule_does_nothing_or_everything() {
    check!(
        &with_acl(r#"{ rule = 1, from = "vpc" }, { rule = 2, allow = "all", deny = "all", from = "vpc" }"#, ""),
        @r#"
        error[rule-action]: a rule allows or denies
          --> blueprint.toml:11:12
           |
        11 | inbound = [{ rule = 1, from = "vpc" }, { rule = 2, allow = "all", deny = "all", from = "vpc" }]
           |            ^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: add `allow = "tcp"` or `deny = "tcp"`; other words are `udp`, `icmp`, `all`
        error[rule-action]: a rule allows or denies, not both
          --> blueprint.toml:11:40
           |
        11 | inbound = [{ rule = 1, from = "vpc" }, { rule = 2, allow = "all", deny = "all", from = "vpc" }]
           |                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: write two rules with two numbers
        "#
    );
}

#[test]
fn acl_rules_have_wrong_numbers() {
    check!(
        &with_acl(
            r#"{ rule = 0, allow = "all", from = "vpc" }, { rule = 32767, deny = "all", from = "vpc" }"#,
            r#"{ rule = 7, deny = "tcp", ports = 22, to = "vpc" }, { rule = 7, allow = "all", to = "vpc" }"#
        ),
        @r#"
        error[out-of-range]: `rule` is 1 to 32766
          --> blueprint.toml:11:21
           |
        11 | inbound = [{ rule = 0, allow = "all", from = "vpc" }, { rule = 32767, deny = "all", from = "vpc" }]
           |                     ^
        error[out-of-range]: `rule` is 1 to 32766
          --> blueprint.toml:11:64
           |
        11 | inbound = [{ rule = 0, allow = "all", from = "vpc" }, { rule = 32767, deny = "all", from = "vpc" }]
           |                                                                ^^^^^
        error[rule-number-twice]: two outbound rules have the number 7
          --> blueprint.toml:12:74
           |
        12 | outbound = [{ rule = 7, deny = "tcp", ports = 22, to = "vpc" }, { rule = 7, allow = "all", to = "vpc" }]
           |                      - here first                                        ^
           |
           = help: the lowest number that matches decides: give each rule its own
        "#
    );
}

#[test]
fn an_acl_rule_has_too_few_numbers() {
    check!(
        &with_acl(
            r#"{ rule = 100, allow = "tcp", ports = [80, 443, 8080], from = "vpc" }, { rule = 102, deny = "all", from = "vpc" }"#,
            r#"{ rule = 32766, allow = "tcp", ports = [80, 443], to = "vpc" }"#
        ),
        @r#"
        error[rule-gap]: rule 100 becomes 3 entries, but has 2 numbers only
          --> blueprint.toml:11:21
           |
        11 | inbound = [{ rule = 100, allow = "tcp", ports = [80, 443, 8080], from = "vpc" }, { rule = 102, deny = "all", from = "vpc" }]
           |                     ^^^                                                                   --- the next rule
           |
           = help: move rule 102 to 103 or higher
        error[rule-gap]: rule 32766 becomes 2 entries, but has 1 number only
          --> blueprint.toml:12:22
           |
        12 | outbound = [{ rule = 32766, allow = "tcp", ports = [80, 443], to = "vpc" }]
           |                      ^^^^^
           |
           = help: move rule 32766 to 32765 or lower
        "#
    );
}

#[test]
fn an_acl_has_too_many_entries() {
    let ports: Vec<String> = (1..=20).map(|it| it.to_string()).collect();
    let rule = format!(r#"{{ rule = 100, allow = "tcp", ports = [{}], from = "vpc" }}"#, ports.join(", "));
    let said = super::diagnose(&with_acl(&rule, ""));
    insta::assert_snapshot!(said.lines().next().unwrap_or_default(), @"error[acl-quota]: the inbound rules of tier `app` become 20 IPv4 entries, 19 are possible");
    let raised = with_acl(&rule, "") + "[quotas]\nrules-per-network-acl = 21\n";
    check!(&raised, @"nothing to say");
}

#[test]
fn an_acl_rule_names_addresses_twice() {
    check!(&with_acl(r#"{ rule = 100, allow = "all", from = ["vpc", "tier:app", "10.0.0.0/16"] }"#, ""), @r#"
    error[rule-twice]: the rule names the same addresses twice
      --> blueprint.toml:11:68
       |
    11 | inbound = [{ rule = 100, allow = "all", from = ["vpc", "tier:app", "10.0.0.0/16"] }]
       |                                                 ----- the same     ^^^^^^^^^^^^^
       |
       = help: leave one of them out
    "#);
}

#[test]
fn an_acl_rule_never_decides() {
    check!(
        &with_acl(
            r#"{ rule = 100, allow = "all", from = "vpc" }, { rule = 200, deny = "tcp", ports = 22, from = "tier:app" }"#,
            r#"{ rule = 100, deny = "all", to = "internet" }, { rule = 200, deny = "tcp", ports = 443, to = "s3" }"#
        ),
        @r#"
        warning[rule-shadowed]: rule 200 never decides: rule 100 matches all of its packets first
          --> blueprint.toml:11:66
           |
        11 | inbound = [{ rule = 100, allow = "all", from = "vpc" }, { rule = 200, deny = "tcp", ports = 22, from = "tier:app" }]
           |                     --- this one allows them                     ^^^
           |
           = help: give rule 200 a number below 100
        warning[rule-shadowed]: rule 200 never decides: rule 100 matches all of its packets first
          --> blueprint.toml:12:69
           |
        12 | outbound = [{ rule = 100, deny = "all", to = "internet" }, { rule = 200, deny = "tcp", ports = 443, to = "s3" }]
           |                      --- this one denies them                       ^^^
           |
           = help: leave rule 200 out
        "#
    );
}

#[test]
fn words_of_other_tools() {
    check!(&with_acl(r#"{ rule = 100, action = "allow", protocol = "tcp", ports = 443, from = "vpc", description = "x" }"#, ""), @r#"
    error[unknown-key]: `action` is no key in an entry of `inbound` of `[tiers.app.network-acl]`
      --> blueprint.toml:11:26
       |
    11 | inbound = [{ rule = 100, action = "allow", protocol = "tcp", ports = 443, from = "vpc", description = "x" }]
       |                          ^^^^^^
       |
       = help: write `{ rule = 100, allow = "tcp", ports = 443, from = "vpc" }`
    "#);
}
