//! Blueprints in the words of other tools.

use super::{HEAD, check, lab, with_acl, with_rules};

#[test]
fn keys_have_other_names_elsewhere() {
    check!(
        "name = \"lab\"\naws_region = \"eu-west-1\"\nipv6 = true\n[vpc]\nCidrBlock = \"10.0.0.0/16\"\nazs = [\"a\"]\n\
         tags = {}\n[tiers.app]\ncidr_block = \"10.0.0.0/20\"\nroute = \"isolated\"\nmap_public_ip_on_launch = false\n\
         [[tiers.app.routes]]\ndestination_cidr_block = \"10.9.0.0/16\"\ntransit_gateway_id = \"tgw-0123456789abcdef0\"\n\
         [security-groups.web]\nvpc_id = \"vpc-0123456789abcdef0\"\n[security-groups.web.tags]\na = \"b\"\n",
        @r#"
    error[unknown-key]: `aws_region` is no key
     --> blueprint.toml:2:1
      |
    2 | aws_region = "eu-west-1"
      | ^^^^^^^^^^
      |
      = help: write `region`
    error[unknown-key]: `ipv6` is no key
     --> blueprint.toml:3:1
      |
    3 | ipv6 = true
      | ^^^^
      |
      = help: `ipv6` belongs into `[vpc]`
    error[unknown-key]: `CidrBlock` is no key in `[vpc]`
     --> blueprint.toml:5:1
      |
    5 | CidrBlock = "10.0.0.0/16"
      | ^^^^^^^^^
      |
      = help: write `cidr`
    error[unknown-key]: `azs` is no key in `[vpc]`
     --> blueprint.toml:6:1
      |
    6 | azs = ["a"]
      | ^^^
      |
      = help: write `zones`
    error[unknown-key]: `tags` is no key in `[vpc]`
     --> blueprint.toml:7:1
      |
    7 | tags = {}
      | ^^^^
      |
      = help: tags are for the whole network: write them into `[tags]`
    error[unknown-key]: `cidr_block` is no key in `[tiers.app]`
     --> blueprint.toml:9:1
      |
    9 | cidr_block = "10.0.0.0/20"
      | ^^^^^^^^^^
      |
      = help: write `cidr`
    error[unknown-key]: `map_public_ip_on_launch` is no key in `[tiers.app]`
      --> blueprint.toml:11:1
       |
    11 | map_public_ip_on_launch = false
       | ^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: leave it out: subnets never give out public addresses; what needs one asks for it
    error[unknown-key]: `destination_cidr_block` is no key in an entry of `routes` of `[tiers.app]`
      --> blueprint.toml:13:1
       |
    13 | destination_cidr_block = "10.9.0.0/16"
       | ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `to`
    error[unknown-key]: `transit_gateway_id` is no key in an entry of `routes` of `[tiers.app]`
      --> blueprint.toml:14:1
       |
    14 | transit_gateway_id = "tgw-0123456789abcdef0"
       | ^^^^^^^^^^^^^^^^^^
       |
       = help: write `via`
    error[unknown-key]: `vpc_id` is no key in `[security-groups.web]`
      --> blueprint.toml:16:1
       |
    16 | vpc_id = "vpc-0123456789abcdef0"
       | ^^^^^^
       |
       = help: leave it out: everything is in the blueprint's one VPC
    error[unknown-key]: `tags` is no key in `[security-groups.web]`
      --> blueprint.toml:17:22
       |
    17 | [security-groups.web.tags]
       |                      ^^^^
       |
       = help: tags are for the whole network: write them into `[tags]`
    "#
    );
}

#[test]
fn an_endpoint_has_other_keys_elsewhere() {
    check!(
        &lab("[security-groups.web]\n[endpoints.sts]\nvpc_endpoint_type = \"Interface\"\nsubnet_ids = []\n\
              security_group_ids = []\nprivate_dns_enabled = true\nservice_name = \"sts\"\n"),
        @r#"
    error[unknown-key]: `vpc_endpoint_type` is no key in `[endpoints.sts]`
      --> blueprint.toml:12:1
       |
    12 | vpc_endpoint_type = "Interface"
       | ^^^^^^^^^^^^^^^^^
       |
       = help: write `type`
    error[unknown-key]: `subnet_ids` is no key in `[endpoints.sts]`
      --> blueprint.toml:13:1
       |
    13 | subnet_ids = []
       | ^^^^^^^^^^
       |
       = help: write `tiers`
    error[unknown-key]: `security_group_ids` is no key in `[endpoints.sts]`
      --> blueprint.toml:14:1
       |
    14 | security_group_ids = []
       | ^^^^^^^^^^^^^^^^^^
       |
       = help: write `security-groups`
    error[unknown-key]: `private_dns_enabled` is no key in `[endpoints.sts]`
      --> blueprint.toml:15:1
       |
    15 | private_dns_enabled = true
       | ^^^^^^^^^^^^^^^^^^^
       |
       = help: write `private-dns`
    error[unknown-key]: `service_name` is no key in `[endpoints.sts]`
      --> blueprint.toml:16:1
       |
    16 | service_name = "sts"
       | ^^^^^^^^^^^^
       |
       = help: write `service`
    "#
    );
}

#[test]
fn a_table_has_another_name_elsewhere() {
    check!(
        &lab("[nat_gateway]\na = 1\n[vpc_endpoint]\na = 1\n[internet_gateway]\na = 1\n[resource]\na = 1\n"),
        @r#"
    error[unknown-key]: `nat_gateway` is no key
      --> blueprint.toml:10:2
       |
    10 | [nat_gateway]
       |  ^^^^^^^^^^^
       |
       = help: NAT gateways belong into an internet tier: `nat-gateways = "per-zone"`
    error[unknown-key]: `vpc_endpoint` is no key
      --> blueprint.toml:12:2
       |
    12 | [vpc_endpoint]
       |  ^^^^^^^^^^^^
       |
       = help: write `endpoints`
    error[unknown-key]: `internet_gateway` is no key
      --> blueprint.toml:14:2
       |
    14 | [internet_gateway]
       |  ^^^^^^^^^^^^^^^^
       |
       = help: leave it out: a tier with `route = "internet"` gets one by itself
    error[unknown-key]: `resource` is no key
      --> blueprint.toml:16:2
       |
    16 | [resource]
       |  ^^^^^^^^
       |
       = help: a blueprint has tables of its own: `[vpc]`, `[tiers.app]`, `[security-groups.app]`, `[endpoints.s3]`
    "#
    );
}

#[test]
fn a_key_stands_in_the_wrong_table() {
    check!(
        &format!("{HEAD}flow-logs-to = 1\naccount = \"111122223333\"\n[tiers.app]\nroute = \"isolated\"\n\
                  cidr = \"10.0.0.0/20\"\nipv6 = true\nendpoints = {{}}\nextends = \"base.toml\"\n[size]\n"),
        @r#"
    error[unknown-key]: `flow-logs-to` is no key in `[vpc]`
     --> blueprint.toml:7:1
      |
    7 | flow-logs-to = 1
      | ^^^^^^^^^^^^
      |
      = help: did you mean `flow-logs`?
    error[unknown-key]: `account` is no key in `[vpc]`
     --> blueprint.toml:8:1
      |
    8 | account = "111122223333"
      | ^^^^^^^
      |
      = help: `account` belongs to the top of the file, before the first table
    error[unknown-key]: `ipv6` is no key in `[tiers.app]`
      --> blueprint.toml:12:1
       |
    12 | ipv6 = true
       | ^^^^
       |
       = help: `ipv6` belongs into `[vpc]`
    error[unknown-key]: `endpoints` is no key in `[tiers.app]`
      --> blueprint.toml:13:1
       |
    13 | endpoints = {}
       | ^^^^^^^^^
       |
       = help: write it as a table of its own: `[endpoints.s3]`
    error[unknown-key]: `extends` is no key in `[tiers.app]`
      --> blueprint.toml:14:1
       |
    14 | extends = "base.toml"
       | ^^^^^^^
       |
       = help: `extends` belongs to the top of the file, before the first table
    error[unknown-key]: `size` is no key
      --> blueprint.toml:15:2
       |
    15 | [size]
       |  ^^^^
       |
       = help: `size` belongs into a tier, such as `[tiers.app]`
    "#
    );
}

#[test]
fn a_base_has_other_names_elsewhere() {
    check!(&format!("include = \"base.toml\"\n{}", lab("")), @r#"
    error[unknown-key]: `include` is no key
     --> blueprint.toml:1:1
      |
    1 | include = "base.toml"
      | ^^^^^^^
      |
      = help: write `extends`
    "#);
}

#[test]
fn a_rule_of_another_tool_is_told_in_words_of_this_one() {
    check!(
        &with_rules(
            r#"{ from_port = 443, to_port = 443, cidr_blocks = ["10.0.0.0/8"] },
            { from_port = 0, to_port = 0, protocol = "-1", self = true },
            { IpProtocol = "udp", FromPort = 8000, ToPort = 8100, SourceSecurityGroupId = "sg-0123456789abcdef0" },
            { from_port = 8, to_port = -1, protocol = "icmp", cidr_blocks = ["10.0.0.0/8", "172.16.0.0/12"], description = "ping" }"#,
            r#"{ ports = 443, security_groups = ["${aws_security_group.my_db.id}"] }"#
        ),
        @r#"
    error[unknown-key]: `from_port`, `to_port` and `cidr_blocks` are no keys in an entry of `inbound` of `[security-groups.web]`
      --> blueprint.toml:11:14
       |
    11 | inbound = [{ from_port = 443, to_port = 443, cidr_blocks = ["10.0.0.0/8"] },
       |              ^^^^^^^^^        -------        -----------
       |
       = help: write `{ from = "10.0.0.0/8", ports = 443 }`
    error[unknown-key]: `from_port`, `to_port` and `self` are no keys in an entry of `inbound` of `[security-groups.web]`
      --> blueprint.toml:12:15
       |
    12 |             { from_port = 0, to_port = 0, protocol = "-1", self = true },
       |               ^^^^^^^^^      -------                       ----
       |
       = help: write `{ from = "self", protocol = "all" }`
    error[unknown-key]: `IpProtocol`, `FromPort`, `ToPort` and `SourceSecurityGroupId` are no keys in an entry of `inbound` of `[security-groups.web]`
      --> blueprint.toml:13:15
       |
    13 |             { IpProtocol = "udp", FromPort = 8000, ToPort = 8100, SourceSecurityGroupId = "sg-0123456789abcdef0" },
       |               ^^^^^^^^^^          --------         ------         ---------------------
       |
       = help: write `{ from = "sg-0123456789abcdef0", protocol = "udp", ports = "8000-8100" }`
    error[unknown-key]: `from_port`, `to_port` and `cidr_blocks` are no keys in an entry of `inbound` of `[security-groups.web]`
      --> blueprint.toml:14:15
       |
    14 |             { from_port = 8, to_port = -1, protocol = "icmp", cidr_blocks = ["10.0.0.0/8", "172.16.0.0/12"], description = "ping" }]
       |               ^^^^^^^^^      -------                          -----------
       |
       = help: write `{ from = ["10.0.0.0/8", "172.16.0.0/12"], protocol = "icmp", type = 8, description = "ping" }`
    error[unknown-key]: `security_groups` is no key in an entry of `outbound` of `[security-groups.web]`
      --> blueprint.toml:15:28
       |
    15 | outbound = [{ ports = 443, security_groups = ["${aws_security_group.my_db.id}"] }]
       |                            ^^^^^^^^^^^^^^^
       |
       = help: write `{ to = "group:my-db", ports = 443 }`
    "#
    );
}

#[test]
fn an_entry_of_another_tool_is_told_in_words_of_this_one() {
    check!(
        &with_acl(
            r#"{ rule_number = 100, rule_action = "allow", protocol = "tcp", from_port = 1024, to_port = 65535, cidr_block = "0.0.0.0/0" },
            { rule_no = 200, action = "deny", protocol = "-1", cidr_block = "10.0.0.0/8" }"#,
            r#"{ rule = 100, protocol = "tcp", ports = 443, to = "vpc" }"#
        ),
        @r#"
    error[unknown-key]: `rule_number`, `rule_action`, `from_port`, `to_port` and `cidr_block` are no keys in an entry of `inbound` of `[tiers.app.network-acl]`
      --> blueprint.toml:11:14
       |
    11 | inbound = [{ rule_number = 100, rule_action = "allow", protocol = "tcp", from_port = 1024, to_port = 65535, cidr_block = "0.0.0.0/0" },
       |              ^^^^^^^^^^^        -----------                              ---------         -------          ----------
       |
       = help: write `{ rule = 100, allow = "tcp", ports = "1024-65535", from = "0.0.0.0/0" }`
    error[unknown-key]: `rule_no`, `action` and `cidr_block` are no keys in an entry of `inbound` of `[tiers.app.network-acl]`
      --> blueprint.toml:12:15
       |
    12 |             { rule_no = 200, action = "deny", protocol = "-1", cidr_block = "10.0.0.0/8" }]
       |               ^^^^^^^        ------                            ----------
       |
       = help: write `{ rule = 200, deny = "all", from = "10.0.0.0/8" }`
    error[unknown-key]: `protocol` is no key in an entry of `outbound` of `[tiers.app.network-acl]`
      --> blueprint.toml:13:27
       |
    13 | outbound = [{ rule = 100, protocol = "tcp", ports = 443, to = "vpc" }]
       |                           ^^^^^^^^
       |
       = help: the protocol follows the action: `allow = "tcp"`
    "#
    );
}

#[test]
fn a_key_of_another_tool_silences_that_ours_is_missing() {
    check!(&with_rules(r#"{ from = "self", port = 443 }"#, ""), @r#"
    error[unknown-key]: `port` is no key in an entry of `inbound` of `[security-groups.web]`
      --> blueprint.toml:11:29
       |
    11 | inbound = [{ from = "self", port = 443 }]
       |                             ^^^^
       |
       = help: write `ports`
    "#);
}
