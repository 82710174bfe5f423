//! NAT gateways and routes.

use super::{check, lab, with_tiers};

const PUBLIC: &str = "[tiers.public]\nroute = \"internet\"\ncidr = \"10.0.16.0/20\"\n";
const APP: &str = "[tiers.app]\nroute = \"nat\"\ncidr = \"10.0.32.0/20\"\n";

#[test]
fn halves_of_a_default_route() {
    let routes = |to: &str| {
        let routes: Vec<String> =
            to.split(' ').map(|it| format!("{{ to = \"{it}\", via = \"tgw-00000abc\" }}")).collect();
        lab(&format!("routes = [{}]\n", routes.join(", ")))
    };
    check!(&routes("0.0.0.0/1 128.0.0.0/1"), @r#"
    error[route-default]: these routes are a default route together, which an isolated tier has not
      --> blueprint.toml:10:18
       |
    10 | routes = [{ to = "0.0.0.0/1", via = "tgw-00000abc" }, { to = "128.0.0.0/1", via = "tgw-00000abc" }]
       |                  ^^^^^^^^^^^                                 ------------- and this
       |
       = help: name the blocks that lie beyond the gateway, such as `10.0.0.0/8`
    "#);
    check!(&routes("::/2 4000::/2 8000::/1 192.0.2.0/24"), @r#"
    error[route-default]: these routes are a default route together, which an isolated tier has not
      --> blueprint.toml:10:18
       |
    10 | routes = [{ to = "::/2", via = "tgw-00000abc" }, { to = "4000::/2", via = "tgw-00000abc" }, { to = "8000::/1", via = "tgw-00000abc" ...
       |                  ^^^^^^                                 ---------- and this                        ---------- and this
       |
       = help: name the blocks that lie beyond the gateway, such as `10.0.0.0/8`
    "#);
    check!(&routes("0.0.0.0/1 128.0.0.0/2"), @"nothing to say");
}

#[test]
fn no_nat_gateway_where_one_could_stand() {
    check!(&with_tiers(&format!("{PUBLIC}{APP}")), @r#"
        error[nat-missing]: tier `app` is routed through NAT, but there is no NAT gateway
          --> blueprint.toml:11:9
           |
        11 | route = "nat"
           |         ^^^^^
           |
           = help: add `nat-gateways = "per-zone"` to `[tiers.public]`
        "#);
}

#[test]
fn no_nat_gateway_and_no_tier_for_one() {
    check!(&with_tiers(&format!("{APP}[tiers.jobs]\nroute = \"nat\"\ncidr = \"10.0.48.0/20\"\n")), @r#"
        error[nat-missing]: tiers `app` and `jobs` are routed through NAT, but there is no NAT gateway
          --> blueprint.toml:8:9
           |
         8 | route = "nat"
           |         ^^^^^
        ...
        11 | route = "nat"
           |         ----- and here
           |
           = help: add a tier with `route = "internet"` and `nat-gateways = "per-zone"`
        "#);
}

#[test]
fn a_zone_has_no_nat_gateway() {
    check!(&with_tiers(&format!("{PUBLIC}nat-gateways = \"per-zone\"\nzones = [\"a\"]\n{APP}")), @r#"
        error[nat-zone-missing]: tier `app` is routed through NAT in zone `b`, where no NAT gateway is
          --> blueprint.toml:13:9
           |
        10 | nat-gateways = "per-zone"
           |                ---------- one per zone of `public`
        ...
        13 | route = "nat"
           |         ^^^^^
           |
           = help: give `[tiers.public]` the zone too, or write `nat-gateways = "single"` there
        "#);
}

#[test]
fn a_single_nat_gateway_serves_every_zone() {
    check!(&with_tiers(&format!("{PUBLIC}nat-gateways = \"single\"\nzones = [\"a\"]\n{APP}")), @"nothing to say");
}

#[test]
fn nat_gateways_in_a_private_tier() {
    check!(&with_tiers(&format!("{APP}nat-gateways = \"single\"\n")), @r#"
        error[nat-misplaced]: tier `app` cannot have NAT gateways
          --> blueprint.toml:10:16
           |
         8 | route = "nat"
           |         ----- they stand in an internet tier
         9 | cidr = "10.0.32.0/20"
        10 | nat-gateways = "single"
           |                ^^^^^^^^
           |
           = help: move `nat-gateways` to a tier with `route = "internet"`
        "#);
}

#[test]
fn nat_gateways_in_two_tiers() {
    let dmz = "[tiers.dmz]\nroute = \"internet\"\ncidr = \"10.0.48.0/20\"\nnat-gateways = \"single\"\n";
    check!(&with_tiers(&format!("{PUBLIC}nat-gateways = \"per-zone\"\n{APP}{dmz}")), @r#"
        error[nat-twice]: tiers `dmz` and `public` both have NAT gateways
          --> blueprint.toml:17:16
           |
        10 | nat-gateways = "per-zone"
           |                ---------- here first
        ...
        17 | nat-gateways = "single"
           |                ^^^^^^^^
           |
           = help: leave one of them out
        "#);
}

#[test]
fn nat_gateways_for_nobody() {
    check!(&with_tiers(&format!("{PUBLIC}nat-gateways = \"single\"\n")), @r#"
        warning[nat-unused]: no tier is routed through the NAT gateways of `public`
          --> blueprint.toml:10:16
           |
        10 | nat-gateways = "single"
           |                ^^^^^^^^
           |
           = help: leave `nat-gateways` out: AWS charges for them by the hour
        "#);
}

#[test]
fn routes_lead_nowhere() {
    check!(
        &lab(r#"routes = [
  { to = "10.1.0.0/16", via = "igw-0abc" },
  { to = "10.2.0.0/16", via = "nat" },
  { to = "10.3.0.0/16", via = "the office" },
]
"#),
        @r#"
        error[route-via]: `igw-0abc` is no gateway that a route can lead to
          --> blueprint.toml:11:31
           |
        11 |   { to = "10.1.0.0/16", via = "igw-0abc" },
           |                               ^^^^^^^^^^
           |
           = help: write `route = "internet"`: the tier gets the network's own internet gateway
        error[route-via]: `nat` is no gateway that a route can lead to
          --> blueprint.toml:12:31
           |
        12 |   { to = "10.2.0.0/16", via = "nat" },
           |                               ^^^^^
           |
           = help: write `route = "nat"`: the tier gets the network's own NAT gateways
        error[route-via]: `the office` is no gateway that a route can lead to
          --> blueprint.toml:13:31
           |
        13 |   { to = "10.3.0.0/16", via = "the office" },
           |                               ^^^^^^^^^^^^
           |
           = help: write the id of a gateway that exists: `tgw-…`, `pcx-…`, `vgw-…`, `vpce-…`, `eni-…`
        "#
    );
}

#[test]
fn two_routes_to_one_place() {
    check!(
        &lab("routes = [{ to = \"10.1.0.0/16\", via = \"tgw-00000abc\" }, { to = \"10.1.0.0/16\", via = \"pcx-00000abc\" }]\n"),
        @r#"
    error[route-twice]: there are two routes to 10.1.0.0/16
      --> blueprint.toml:10:64
       |
    10 | routes = [{ to = "10.1.0.0/16", via = "tgw-00000abc" }, { to = "10.1.0.0/16", via = "pcx-00000abc" }]
       |                  ------------- here first                      ^^^^^^^^^^^^^
       |
       = help: leave one of them out
    "#
    );
}

#[test]
fn an_isolated_tier_has_a_default_route() {
    check!(&lab("routes = [{ to = \"0.0.0.0/0\", via = \"tgw-00000abc\" }]\n"), @r#"
        error[route-default]: an isolated tier has no default route
          --> blueprint.toml:10:18
           |
        10 | routes = [{ to = "0.0.0.0/0", via = "tgw-00000abc" }]
           |                  ^^^^^^^^^^^
           |
           = help: name the blocks that lie beyond the gateway, such as `10.0.0.0/8`
        "#);
}

#[test]
fn a_route_names_a_peer_of_rules() {
    check!(&lab("routes = [{ to = \"internet\", via = \"tgw-00000abc\" }]\n"), @r#"
        error[cidr-syntax]: `internet` is no CIDR block
          --> blueprint.toml:10:18
           |
        10 | routes = [{ to = "internet", via = "tgw-00000abc" }]
           |                  ^^^^^^^^^^
           |
           = help: write `0.0.0.0/0` for every address
        "#);
}

#[test]
fn a_public_tier_has_two_default_routes() {
    check!(&with_tiers(&format!("{PUBLIC}routes = [{{ to = \"0.0.0.0/0\", via = \"tgw-00000abc\" }}]\n")), @r#"
        error[route-default]: the tier has a default route already, by its `route`
          --> blueprint.toml:10:18
           |
        10 | routes = [{ to = "0.0.0.0/0", via = "tgw-00000abc" }]
           |                  ^^^^^^^^^^^
           |
           = help: leave this one out, or name the blocks that lie beyond the gateway
        "#);
}

#[test]
fn a_route_inside_of_the_vpc() {
    check!(&lab("routes = [{ to = \"10.0.64.0/18\", via = \"eni-00000abc\" }]\n"), @r#"
        error[route-local]: 10.0.64.0/18 lies inside of the VPC, whose own route comes first
          --> blueprint.toml:10:18
           |
        10 | routes = [{ to = "10.0.64.0/18", via = "eni-00000abc" }]
           |                  ^^^^^^^^^^^^^^
           |
           = help: name blocks outside of 10.0.0.0/16
        "#);
}
