//! How much AWS takes of what a blueprint has as a whole.

use insta::assert_snapshot;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::{Key, Kind};

use super::resolving::refused;
use super::{check, lab, with_tiers};

/// Returns a tier of one subnet, by its number.
fn tier(number: usize) -> String {
    format!("[tiers.t{number}]\nroute = \"isolated\"\nsize = \"/28\"\nslots = 1\nzones = [\"a\"]\n")
}

#[test]
fn more_subnets_than_a_vpc_has() {
    let tiers = |n_tiers: usize| with_tiers(&(0..n_tiers).map(tier).collect::<String>());
    check!(&tiers(200), @"nothing to say");
    check!(&tiers(202), @r#"
    error[quota]: 202 subnets are more than the 200 that AWS takes in a VPC
        --> blueprint.toml:1009:8
         |
    1009 | size = "/28"
         |        ^^^^^
         |
         = help: take tiers or zones out, or have AWS raise the quota and add `[quotas]` with `subnets-per-vpc`
    "#);
    check!(&format!("{}[quotas]\nsubnets-per-vpc = 202\n", tiers(202)), @"nothing to say");
}

#[test]
fn more_routes_than_a_table_has() {
    let routes = |n_routes: usize| {
        let route =
            |it: usize| format!("{{ to = \"172.16.{}.{}/32\", via = \"tgw-0abc\" }}", it / 250, it % 250);
        let routes: Vec<String> = (0..n_routes).map(route).collect();
        format!(
            "[tiers.app]\ncidr = \"10.0.0.0/20\"\nroutes = [\n{}\n]\nroute = \"internet\"\n",
            routes.join(",\n")
        )
    };
    check!(&with_tiers(&routes(499)), @"nothing to say");
    check!(&with_tiers(&routes(500)), @r#"
    error[quota]: the tables of tier `app` have 501 routes, 500 are possible
       --> blueprint.toml:511:9
        |
    511 | route = "internet"
        |         ^^^^^^^^^^
        |
        = help: name wider blocks in `routes`, or have AWS raise the quota and add `[quotas]` with `routes-per-route-table`
    "#);
    check!(&with_tiers(&format!("{}[quotas]\nroutes-per-route-table = 501\n", routes(500))), @"nothing to say");
}

#[test]
fn more_addresses_than_a_region_has() {
    let tiers = "[tiers.public]\nroute = \"internet\"\ncidr = \"10.0.0.0/20\"\nslots = 8\nnat-gateways = \"per-zone\"\n\
                 [tiers.app]\nroute = \"nat\"\ncidr = \"10.0.16.0/20\"\nslots = 8\n";
    let text = with_tiers(tiers).replace("eu-west-1", "us-east-1").replace("[\"a\", \"b\"]", "6");
    check!(&text, @r#"
    error[quota]: 6 elastic IPs for NAT gateways are more than the 5 that AWS takes in a region
      --> blueprint.toml:11:16
       |
    11 | nat-gateways = "per-zone"
       |                ^^^^^^^^^^
       |
       = help: write `nat-gateways = "single"`, or have AWS raise the quota and add `[quotas]` with `elastic-ips`
    "#);
    check!(&text.replace("zones = 6", "zones = 5"), @"nothing to say");
    check!(&format!("{text}[quotas]\nelastic-ips = 6\n"), @"nothing to say");
}

#[test]
fn more_prefix_lists_than_a_region_has() {
    let list = |it: usize| format!("[prefix-lists.l{it}]\nentries = [\"192.0.2.{it}/32\"]\n");
    let lists = |n_lists: usize| lab(&(0..n_lists).map(list).collect::<String>());
    check!(&lists(100), @"nothing to say");
    check!(&lists(101), @"
    error[quota]: 101 prefix lists are more than the 100 that AWS takes in a region
       --> blueprint.toml:210:15
        |
    210 | [prefix-lists.l100]
        |               ^^^^
        |
        = help: take some out, or have AWS raise the quota and add `[quotas]` with `prefix-lists`
    ");
}

#[test]
fn what_others_have_in_the_vpc_counts() {
    let quotas = |subnets: usize, endpoints: usize| {
        lab(&format!(
            "[endpoints.sts]\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\n[security-groups.web]\n\
             [quotas]\nsubnets-per-vpc = {subnets}\ninterface-endpoints = {endpoints}\n[tiers.theirs]\nexisting-subnets = [\"subnet-0a\"]\n"
        ))
        .replace("[vpc]", "[vpc]\nexisting = \"vpc-0abc\"")
    };
    let draft = super::parse(&quotas(3, 1)).draft.expect("a right blueprint");
    let mut live = draft.assumed();
    let endpoint = |vpc: &str| Endpoint {
        vpc: Key::new(Kind::Vpc, vpc),
        service: "com.amazonaws.eu-west-1.kms".to_owned(),
        policy: None,
        reach: Reach::Interface { subnets: [].into(), security_groups: [].into(), private_dns: false },
    };
    live.insert_existing("vpce-0e15e", endpoint("vpc-0e15e"), Vec::new());
    assert!(draft.resolve(&draft.fixtures(), &live).is_ok());
    live.insert_existing("vpce-0abc", endpoint("vpc-0abc"), Vec::new());
    assert_snapshot!(refused(&quotas(3, 1), |it| it, &live), @"
    error[endpoint-quota]: 2 interface endpoints, 1 of them not this blueprint's, are more than the 1 possible
      --> blueprint.toml:11:12
       |
    11 | [endpoints.sts]
       |            ^^^
       |
       = help: have AWS raise the quota and add `[quotas]` with `interface-endpoints`
    ");
    check!(&quotas(2, 1), @r#"
    error[quota]: 3 subnets, 1 of them not this blueprint's, are more than the 2 that AWS takes in a VPC
      --> blueprint.toml:10:8
       |
    10 | cidr = "10.0.0.0/20"
       |        ^^^^^^^^^^^^^
       |
       = help: take tiers or zones out, or have AWS raise the quota and add `[quotas]` with `subnets-per-vpc`
    "#);
}
