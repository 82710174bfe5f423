//! Ids of what exists: wrong ones, and those that are not there.

use super::*;

#[test]
fn ids_are_wrong() {
    let text = SHARED
        .replace("vpc-00000abc", "main")
        .replace("subnet-0000000b", "subnet-x")
        .replace("rtb-00000abc", "training")
        .replace("eipalloc-00000abc", "192.0.2.1");
    check!(&text, @r#"
    error[existing-syntax]: `main` is no id of a VPC
     --> blueprint.toml:5:12
      |
    5 | existing = "main"
      |            ^^^^^^
      |
      = help: write the id of a VPC that exists: `vpc-0123456789abcdef0`
    error[nat-addresses]: the tier has 1 NAT gateway, and brings 0 addresses
      --> blueprint.toml:15:17
       |
    15 | nat-addresses = ["192.0.2.1"]
       |                 ^^^^^^^^^^^^^
       |
       = help: bring one for each gateway, in the order of the tier's zones, or none at all
    error[existing-syntax]: `192.0.2.1` is no id of an elastic IP
      --> blueprint.toml:15:18
       |
    15 | nat-addresses = ["192.0.2.1"]
       |                  ^^^^^^^^^^^
       |
       = help: write the allocation's id: `eipalloc-0123456789abcdef0`
    error[existing-field]: subnets that exist already lie in a VPC that exists already
      --> blueprint.toml:17:1
       |
    17 | existing-subnets = ["subnet-0000000a", "subnet-x"]
       | ^^^^^^^^^^^^^^^^
       |
       = help: write `existing = "vpc-…"` into `[vpc]`
    error[existing-syntax]: `subnet-x` is no id of a subnet
      --> blueprint.toml:17:40
       |
    17 | existing-subnets = ["subnet-0000000a", "subnet-x"]
       |                                        ^^^^^^^^^^
       |
       = help: write the id of a subnet that exists: `subnet-0123456789abcdef0`
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:20:12
       |
    20 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    error[existing-syntax]: `training` is no id of a route table
      --> blueprint.toml:22:17
       |
    22 | route-tables = ["training"]
       |                 ^^^^^^^^^^
       |
       = help: write the id of a table that exists, `rtb-…`, or its tier into `tiers`
    "#);
}

#[test]
fn gateways_that_are_not_there() {
    let ids = ["tgw-00000abc", "pcx-00000abc", "vgw-00000abc", "vpce-00000abc", "eni-00000abc"];
    let route = |(at, id): (usize, &&str)| format!("{{ to = \"192.168.{at}.0/24\", via = \"{id}\" }}");
    let routes: Vec<String> = ids.iter().enumerate().map(route).collect();
    let text = crate::tests::with_tiers(&format!(
        "[tiers.app]\nroute = \"isolated\"\ncidr = \"10.0.0.0/20\"\nroutes = [\n  {},\n]\n",
        routes.join(",\n  ")
    ));
    let none_of = |facts: Facts| Facts { gateways: BTreeSet::new(), ..facts };
    assert_snapshot!(refused(&text, none_of, &Live::default()), @r#"
    error[existing-missing]: the account has no transit gateway `tgw-00000abc` in this region
      --> blueprint.toml:11:34
       |
    11 |   { to = "192.168.0.0/24", via = "tgw-00000abc" },
       |                                  ^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    error[existing-missing]: the account has no peering connection `pcx-00000abc` in this region
      --> blueprint.toml:12:34
       |
    12 |   { to = "192.168.1.0/24", via = "pcx-00000abc" },
       |                                  ^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    error[existing-missing]: the account has no VPN gateway `vgw-00000abc` in this region
      --> blueprint.toml:13:34
       |
    13 |   { to = "192.168.2.0/24", via = "vgw-00000abc" },
       |                                  ^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    error[existing-missing]: the account has no endpoint of a gateway load balancer `vpce-00000abc` in this region
      --> blueprint.toml:14:34
       |
    14 |   { to = "192.168.3.0/24", via = "vpce-00000abc" },
       |                                  ^^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    error[existing-missing]: the account has no network interface `eni-00000abc` in this region
      --> blueprint.toml:15:34
       |
    15 |   { to = "192.168.4.0/24", via = "eni-00000abc" },
       |                                  ^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    "#);
    let only_one = |facts: Facts| {
        let gateways = facts.gateways.into_iter().filter(|it| it != "pcx-00000abc").collect();
        Facts { gateways, ..facts }
    };
    assert_snapshot!(refused(&text, only_one, &Live::default()), @r#"
    error[existing-missing]: the account has no peering connection `pcx-00000abc` in this region
      --> blueprint.toml:12:34
       |
    12 |   { to = "192.168.1.0/24", via = "pcx-00000abc" },
       |                                  ^^^^^^^^^^^^^^
       |
       = help: look at the id, and at the account and the region that the blueprint is for
    "#);
}

#[test]
fn groups_of_others_that_nobody_here_sees() {
    let text = with_rules(
        "{ from = \"sg-00000abc\", ports = 443 }, { from = [\"sg-00000def\", \"vpc\"], ports = 22 }",
        "{ to = \"sg-00000abc\", ports = 8443 }",
    );
    // In our VPC or in another one of the account, which may be a peered one: AWS knows it.
    assert_snapshot!(warned(&text, |facts| facts, &Live::default()), @"nothing to say");
    let none_of = |facts: Facts| Facts { groups: BTreeSet::new(), ..facts };
    assert_snapshot!(warned(&text, none_of, &Live::default()), @r#"
    warning[group-unseen]: `sg-00000abc` is not in this VPC and cannot be seen in this account
      --> blueprint.toml:11:21
       |
    11 | inbound = [{ from = "sg-00000abc", ports = 443 }, { from = ["sg-00000def", "vpc"], ports = 22 }]
       |                     ^^^^^^^^^^^^^
    12 | outbound = [{ to = "sg-00000abc", ports = 8443 }]
       |                    -------------
       |
       = help: if it lies in a peered VPC of another account that is fine, else AWS will refuse the rule
    warning[group-unseen]: `sg-00000def` is not in this VPC and cannot be seen in this account
      --> blueprint.toml:11:61
       |
    11 | inbound = [{ from = "sg-00000abc", ports = 443 }, { from = ["sg-00000def", "vpc"], ports = 22 }]
       |                                                             ^^^^^^^^^^^^^
       |
       = help: if it lies in a peered VPC of another account that is fine, else AWS will refuse the rule
    "#);
    let only_one = |facts: Facts| Facts { groups: ["sg-00000abc".to_owned()].into(), ..facts };
    assert_snapshot!(warned(&text, only_one, &Live::default()), @r#"
    warning[group-unseen]: `sg-00000def` is not in this VPC and cannot be seen in this account
      --> blueprint.toml:11:61
       |
    11 | inbound = [{ from = "sg-00000abc", ports = 443 }, { from = ["sg-00000def", "vpc"], ports = 22 }]
       |                                                             ^^^^^^^^^^^^^
       |
       = help: if it lies in a peered VPC of another account that is fine, else AWS will refuse the rule
    "#);
}

#[test]
fn groups_in_the_vpc_are_seen_with_it() {
    let live = crate::tests::parse(SHARED).draft.expect("a right blueprint").assumed();
    let none_of = |facts: Facts| Facts { groups: BTreeSet::new(), ..facts };
    assert_snapshot!(warned(SHARED, none_of, &live), @"nothing to say");
}

#[test]
fn ids_that_no_account_can_have() {
    let text = lab("routes = [{ to = \"192.168.0.0/24\", via = \"tgw-123\" }]\n[security-groups.web]\n\
         inbound = [\n  { from = \"sg-123\", ports = 443 },\n  { from = \"pl-0123456789ABCDEF0\", ports = 443 },\n]\n\
         [endpoints.sts]\ntiers = [\"app\"]\nsecurity-groups = [\"sg-xyz\"]\n");
    check!(&text, @r#"
    error[existing-syntax]: `tgw-123` is no AWS id
      --> blueprint.toml:10:42
       |
    10 | routes = [{ to = "192.168.0.0/24", via = "tgw-123" }]
       |                                          ^^^^^^^^^
       |
       = help: it has 8 or 17 digits, 0-9 and a-f, such as `tgw-0123456789abcdef0`
    error[existing-syntax]: `sg-123` is no AWS id
      --> blueprint.toml:13:12
       |
    13 |   { from = "sg-123", ports = 443 },
       |            ^^^^^^^^
       |
       = help: it has 8 or 17 digits, 0-9 and a-f, such as `sg-0123456789abcdef0`
    error[existing-syntax]: `pl-0123456789ABCDEF0` is no AWS id
      --> blueprint.toml:14:12
       |
    14 |   { from = "pl-0123456789ABCDEF0", ports = 443 },
       |            ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: it has 8 or 17 digits, 0-9 and a-f, such as `pl-0123456789abcdef0`
    error[existing-syntax]: `sg-xyz` is no AWS id
      --> blueprint.toml:18:20
       |
    18 | security-groups = ["sg-xyz"]
       |                    ^^^^^^^^
       |
       = help: it has 8 or 17 digits, 0-9 and a-f, such as `sg-0123456789abcdef0`
    "#);
    check!(&lab("").replace("[vpc]", "[vpc]\nexisting = \"vpc-xyz\""), @r#"
    error[existing-syntax]: `vpc-xyz` is no id of a VPC
     --> blueprint.toml:5:12
      |
    5 | existing = "vpc-xyz"
      |            ^^^^^^^^^
      |
      = help: write the id of a VPC that exists: `vpc-0123456789abcdef0`
    "#);
}

/// Where AWS has taken a rule that names it, the group is there, whoever sees it.
#[test]
fn a_group_that_a_rule_names_already() {
    let text = |name: &str| {
        lab(&format!("[security-groups.{name}]\ninbound = [{{ from = \"sg-00000abc\", ports = 443 }}]\n"))
    };
    let none_of = |facts: Facts| Facts { groups: BTreeSet::new(), ..facts };
    let live = built(&network(&text("web"), &Live::default()));
    assert_snapshot!(warned(&text("app"), none_of, &live), @"nothing to say");
}
