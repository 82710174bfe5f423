//! How much AWS takes of what a blueprint has as a whole.

use insta::assert_snapshot;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::{Facts, Key, Kind, Live, Quota};

use super::resolving::{built, refused, warned};
use super::{check, lab, network, with_acl, with_rules, with_tiers};

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
            |it: usize| format!("{{ to = \"172.16.{}.{}/32\", via = \"tgw-00000abc\" }}", it / 250, it % 250);
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

/// Returns what is said about the change from one blueprint to another.
fn changed(first: &str, second: &str) -> String {
    refused(second, |facts| facts, &built(&network(first, &Live::default())))
}

#[test]
fn more_rules_than_a_group_has_while_they_change() {
    let rules = |net: u8, n_rules: u8| {
        let rules = (0..n_rules).map(|it| format!("{{ from = \"10.{net}.{it}.0/24\", ports = 443 }}"));
        with_rules(&rules.collect::<Vec<_>>().join(", "), "")
    };
    assert_snapshot!(changed(&rules(1, 40), &rules(2, 21)), @r#"
    error[on-the-way]: group `web` has 61 inbound rules on the way, 60 are possible: the new comes before the old goes
      --> blueprint.toml:11:11
       |
    11 | ... = [{ from = "10.2.0.0/24", ports = 443 }, { fro...43 }, { from = "10.2.20.0/24", ports = 443 }]
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: take what goes out and apply that, then put in what comes
    "#);
    network(&rules(2, 20), &built(&network(&rules(1, 40), &Live::default())));
}

#[test]
fn more_entries_than_an_acl_has_while_they_change() {
    let rule = |number: u16, n_blocks: u16| {
        let blocks: Vec<String> = (0..n_blocks).map(|it| format!("\"10.1.{it}.0/24\"")).collect();
        with_acl(&format!("{{ rule = {number}, allow = \"all\", from = [{}] }}", blocks.join(", ")), "")
    };
    assert_snapshot!(changed(&rule(100, 15), &rule(500, 6)), @r#"
    error[on-the-way]: the ACL of tier `app` has 21 inbound entries on the way, 19 are possible: the new comes before the old goes
      --> blueprint.toml:11:11
       |
    11 | ... = [{ rule = 500, allow = "all", from = ["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24", "10.1.3.0/24", "10.1.4.0/24", "10.1.5.0/24"] }]
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: take what goes out and apply that, then put in what comes
    "#);
    network(&rule(100, 15), &built(&network(&rule(100, 10), &Live::default())));
}

#[test]
fn a_block_of_another_size() {
    let with = |cidr: &str| lab("").replace("[vpc]\n", &format!("[vpc]\nsecondary-cidrs = [\"{cidr}\"]\n"));
    assert_snapshot!(changed(&with("10.1.0.0/16"), &with("10.1.0.0/17")), @r#"
    error[on-the-way]: the VPC has 10.1.0.0/16, which 10.1.0.0/17 overlaps and cannot take the place of at once
     --> blueprint.toml:5:20
      |
    5 | secondary-cidrs = ["10.1.0.0/17"]
      |                    ^^^^^^^^^^^^^
      |
      = help: leave it at 10.1.0.0/16, or take that out and apply, and add 10.1.0.0/17 then
    "#);
}

#[test]
fn a_block_and_a_route_that_change_places() {
    let block = lab("").replace("[vpc]\n", "[vpc]\nsecondary-cidrs = [\"10.1.0.0/16\"]\n");
    let route = lab("routes = [{ to = \"10.1.0.0/17\", via = \"tgw-00000abc\" }]\n");
    let known = |facts: Facts| Facts { gateways: ["tgw-00000abc".to_owned()].into(), ..facts };
    let from = |first: &str| built(&network(first, &Live::default()));
    assert_snapshot!(refused(&block, known, &from(&route)), @r#"
    error[on-the-way]: `route-table.app` has a route to 10.1.0.0/17, and AWS adds no block in which that lies
     --> blueprint.toml:5:20
      |
    5 | secondary-cidrs = ["10.1.0.0/16"]
      |                    ^^^^^^^^^^^^^
      |
      = help: take the route out and apply that, then add the block
    "#);
    assert_snapshot!(refused(&route, known, &from(&block)), @r#"
    error[on-the-way]: 10.1.0.0/17 lies in 10.1.0.0/16, which the VPC still has
      --> blueprint.toml:10:39
       |
    10 | routes = [{ to = "10.1.0.0/17", via = "tgw-00000abc" }]
       |                                       ^^^^^^^^^^^^^^
       |
       = help: take the block out and apply that, then add the route
    "#);
}

#[test]
fn more_blocks_than_a_vpc_has_while_they_change() {
    let with = |first: u8| {
        let cidrs: Vec<String> = (first..first + 4).map(|it| format!("\"10.{it}.0.0/16\"")).collect();
        lab("").replace("[vpc]\n", &format!("[vpc]\nsecondary-cidrs = [{}]\n", cidrs.join(", ")))
    };
    assert_snapshot!(changed(&with(1), &with(4)), @r#"
    error[on-the-way]: the VPC has 8 blocks on the way, 5 are possible: the new comes before the old goes
     --> blueprint.toml:5:65
      |
    5 | secondary-cidrs = ["10.4.0.0/16", "10.5.0.0/16", "10.6.0.0/16", "10.7.0.0/16"]
      |                                                                 ^^^^^^^^^^^^^
      |
      = help: take what goes out and apply that, then put in what comes
    "#);
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
             [quotas]\nsubnets-per-vpc = {subnets}\ninterface-endpoints = {endpoints}\n[tiers.theirs]\nexisting-subnets = [\"subnet-0000000a\"]\n"
        ))
        .replace("[vpc]", "[vpc]\nexisting = \"vpc-00000abc\"")
    };
    let draft = super::parse(&quotas(3, 1)).draft.expect("a right blueprint");
    let mut live = draft.assumed();
    let endpoint = |vpc: &str| Endpoint {
        vpc: Key::new(Kind::Vpc, vpc),
        service: "com.amazonaws.eu-west-1.kms".to_owned(),
        policy: None,
        reach: Reach::Interface { subnets: [].into(), security_groups: [].into(), private_dns: false },
    };
    live.insert_existing("vpce-0000e15e", endpoint("vpc-0000e15e"), Vec::new());
    assert!(draft.resolve(&draft.fixtures(), &live).is_ok());
    live.insert_existing("vpce-00000abc", endpoint("vpc-00000abc"), Vec::new());
    assert_snapshot!(refused(&quotas(3, 1), |it| it, &live), @"
    error[endpoint-quota]: 2 interface endpoints, 1 of them not this blueprint's, are more than the 1 possible
      --> blueprint.toml:11:12
       |
    11 | [endpoints.sts]
       |            ^^^
       |
       = help: take some out, or have AWS raise the quota and add `[quotas]` with `interface-endpoints`
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

/// Returns facts of an account that has `n` of one thing.
fn having(quota: Quota, n: u64) -> impl FnOnce(Facts) -> Facts {
    move |mut facts| {
        facts.quotas.insert(quota, n).expect("the blueprint asks for it");
        facts
    }
}

#[test]
fn an_account_with_less_than_is_declared() {
    let rules = |n_rules: u8| {
        let rules = (0..n_rules).map(|it| format!("{{ from = \"10.1.{it}.0/24\", ports = 443 }}"));
        with_rules(&rules.collect::<Vec<_>>().join(", "), "") + "[quotas]\nrules-per-security-group = 100\n"
    };
    let less = || having(Quota::RulesPerSecurityGroup, 60);
    assert_snapshot!(refused(&rules(61), less(), &Live::default()), @r#"
    error[group-quota]: group `web` has 61 inbound rules, 60 are possible
      --> blueprint.toml:11:11
       |
    11 | ... = [{ from = "10.1.0.0/24", ports = 443 }, { fro...43 }, { from = "10.1.60.0/24", ports = 443 }]
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name wider blocks or fewer ports, or have AWS raise the quota
       = help: `[quotas]` says 100 for `rules-per-security-group`, but the account has 60
       = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-0EA8095F --desired-value 100`
    "#);
    // What fits all the same needs nothing of AWS.
    assert_snapshot!(warned(&rules(60), less(), &Live::default()), @"nothing to say");
    assert_snapshot!(warned(&rules(61), having(Quota::RulesPerSecurityGroup, 61), &Live::default()), @"nothing to say");
    let live = built(&network(&rules(40).replace("10.1.", "10.2."), &Live::default()));
    assert_snapshot!(refused(&rules(30), less(), &live), @r#"
    error[on-the-way]: group `web` has 70 inbound rules on the way, 60 are possible: the new comes before the old goes
      --> blueprint.toml:11:11
       |
    11 | ... = [{ from = "10.1.0.0/24", ports = 443 }, { fro...43 }, { from = "10.1.29.0/24", ports = 443 }]
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: take what goes out and apply that, then put in what comes
       = help: `[quotas]` says 100 for `rules-per-security-group`, but the account has 60
       = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-0EA8095F --desired-value 100`
    "#);
}

#[test]
fn every_quota_that_an_account_tells_is_compared() {
    let endpoints = "[endpoints.sts]\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\n[security-groups.web]\n\
                     [endpoints.kms]\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\n";
    let text = |key: &str, more: &str| lab(&format!("{more}[quotas]\n{key} = 30\n"));
    let told = |key: &str, quota: Quota, more: &str| {
        let told = refused(&text(key, more), having(quota, 1), &Live::default());
        let is_said = |it: &&str| it.starts_with("error") || it.contains("= help");
        told.lines().filter(is_said).map(str::trim_start).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(told("interface-endpoints", Quota::InterfaceEndpoints, endpoints), @"
    error[endpoint-quota]: 2 interface endpoints are more than the 1 possible
    = help: take some out, or have AWS raise the quota
    = help: `[quotas]` says 30 for `interface-endpoints`, but the account has 1
    = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-29B6F2EB --desired-value 30`
    ");
    assert_snapshot!(told("subnets-per-vpc", Quota::SubnetsPerVpc, ""), @"
    error[quota]: 2 subnets are more than the 1 that AWS takes in a VPC
    = help: take tiers or zones out, or have AWS raise the quota
    = help: `[quotas]` says 30 for `subnets-per-vpc`, but the account has 1
    = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-407747CB --desired-value 30`
    ");
    let routes = "routes = [{ to = \"192.168.0.0/24\", via = \"tgw-00000abc\" }, { to = \"192.168.1.0/24\", via = \"tgw-00000abc\" }]\n";
    assert_snapshot!(told("routes-per-route-table", Quota::RoutesPerRouteTable, routes), @"
    error[quota]: the tables of tier `app` have 2 routes, 1 are possible
    = help: name wider blocks in `routes`, or have AWS raise the quota
    = help: `[quotas]` says 30 for `routes-per-route-table`, but the account has 1
    = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-93826ACB --desired-value 30`
    ");
    let acl = "[tiers.app.network-acl]\ninbound = [{ rule = 100, allow = \"all\", from = \"vpc\" }]\n";
    assert_snapshot!(told("rules-per-network-acl", Quota::RulesPerNetworkAcl, acl), @"
    error[acl-quota]: the inbound rules of tier `app` become 1 IPv4 entries, 0 are possible
    = help: name wider blocks or fewer ports, or have AWS raise the quota (to 40 at most)
    = help: `[quotas]` says 30 for `rules-per-network-acl`, but the account has 1
    = help: ask for it: `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-2AEEBF1A --desired-value 30`
    ");
    let nat = "[tiers.public]\nroute = \"internet\"\nsize = \"/24\"\nnat-gateways = \"per-zone\"\n";
    assert_snapshot!(told("elastic-ips", Quota::ElasticIps, nat), @r#"
    error[quota]: 2 elastic IPs for NAT gateways are more than the 1 that AWS takes in a region
    = help: write `nat-gateways = "single"`, or have AWS raise the quota
    = help: `[quotas]` says 30 for `elastic-ips`, but the account has 1
    = help: ask for it: `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 30`
    "#);
}

#[test]
fn an_account_with_more_than_is_declared() {
    let text = lab("[quotas]\nsubnets-per-vpc = 2\n");
    assert_snapshot!(warned(&text, having(Quota::SubnetsPerVpc, 300), &Live::default()), @"nothing to say");
    // Its own number wins where others have something there as well.
    let shared =
        lab("[quotas]\nsubnets-per-vpc = 3\n[tiers.theirs]\nexisting-subnets = [\"subnet-0000000a\"]\n");
    let shared = shared.replace("[vpc]", "[vpc]\nexisting = \"vpc-00000abc\"");
    let mut live = super::parse(&shared).draft.expect("a right blueprint").assumed();
    let fourth = live.find(&Key::new(Kind::Subnet, "subnet-0000000a")).expect("it is named").spec.clone();
    live.insert_existing("subnet-0000000b", fourth, Vec::new());
    assert_snapshot!(warned(&shared, having(Quota::SubnetsPerVpc, 300), &live), @"nothing to say");
    assert!(refused(&shared, |facts| facts, &live).contains("4 subnets"));
}

#[test]
fn quotas_that_cannot_be_read() {
    let text = lab("[quotas]\nsubnets-per-vpc = 300\nprefix-lists = 200\nelastic-ips = 20\n");
    let unread = |facts: Facts| Facts { quotas: [].into(), ..facts };
    assert_snapshot!(warned(&text, unread, &Live::default()), @"
    warning[quota-unread]: the account's own quotas could not be read, so these are taken as they are written
      --> blueprint.toml:11:19
       |
    11 | subnets-per-vpc = 300
       |                   ^^^
    12 | prefix-lists = 200
    13 | elastic-ips = 20
       |               --
       |
       = help: allow `servicequotas:ListServiceQuotas`; with `-v`, palisade says why it could not
    ");
    // A service that answers says nothing of another one that does not.
    let without_ec2 = |mut facts: Facts| {
        facts.quotas.remove(&Quota::ElasticIps);
        facts
    };
    assert_snapshot!(warned(&text, without_ec2, &Live::default()), @"
    warning[quota-unread]: the account's own quotas could not be read, so these are taken as they are written
      --> blueprint.toml:13:15
       |
    13 | elastic-ips = 20
       |               ^^
       |
       = help: allow `servicequotas:ListServiceQuotas`; with `-v`, palisade says why it could not
    ");
}

#[test]
fn quotas_are_asked_for_where_they_are_declared() {
    let needs = |text: &str| super::parse(text).draft.expect("a right blueprint").needs().quotas;
    assert_eq!(needs(&lab("")), [].into());
    assert_eq!(needs(&lab("[quotas]\nprefix-lists = 200\n")), [].into(), "Service Quotas does not tell it");
    assert_eq!(needs(&lab("[quotas]\nelastic-ips = 20\n")), [Quota::ElasticIps].into());
}
