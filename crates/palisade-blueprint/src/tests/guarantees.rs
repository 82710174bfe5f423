//! `[[guarantees]]`: what they say, what they lack, and where everything stands.

use std::fmt::Write;

use insta::assert_snapshot;
use palisade_core::guarantee::Guarantee;
use palisade_core::{Element, Live};

use super::{check, lab, network_of, parse};

/// Returns what is promised in an account that was made up, and what has to be read for it.
fn terms(more: &str) -> String {
    let parsed = parse(&lab(more));
    let draft = parsed.draft.as_ref().expect("a blueprint without mistakes");
    let terms = draft.terms(&draft.fixtures(), &Live::default());
    let mut text = String::new();
    for Guarantee { name, from, to, expect, traffic, client_ports, is_implied, .. } in &terms.guarantees {
        let word = if *is_implied { "implied" } else { "written" };
        let traffic: Vec<String> = traffic.iter().map(ToString::to_string).collect();
        let line = format!("{word} `{name}`: {from} -> {to} {expect:?} {traffic:?} {client_ports}");
        writeln!(text, "{line}").expect("a string takes every text");
    }
    writeln!(text, "tiers {:?}", terms.tiers).expect("a string takes every text");
    writeln!(text, "lists {:?}", terms.lists).expect("a string takes every text");
    writeln!(text, "reads {:?}", draft.needs().prefix_list_entries).expect("a string takes every text");
    text
}

const REST: &str = r#"
[security-groups.web]
outbound = [{ to = "endpoint:s3", ports = 443 }]
[endpoints.s3]
tiers = ["app"]
policy = { file = "policies/s3.json" }
[outside.office]
cidrs = ["172.16.0.0/12"]
"#;

#[test]
fn an_isolated_tier_is_promised_to_be_isolated() {
    assert_snapshot!(terms(REST), @r#"
    implied `tier `app` is isolated from the internet`: tier:app -> internet Isolated ["all"] all ports
    tiers {"app": {subnet.app@a, subnet.app@b}}
    lists {}
    reads {}
    "#);
}

#[test]
fn all_kinds_of_promises() {
    let more = r#"
[[guarantees]]
name = "app cannot be left"
from = "tier:app"
to = "internet"
expect = "isolated"
[[guarantees]]
name = "the office asks, and is not asked"
from = "group:web"
to = "outside:office"
expect = "one-way-isolated"
[[guarantees]]
name = "S3 can be read"
from = "tier:app"
groups = ["web"]
to = "service:s3"
ports = [443, "8000-8100"]
client-ports = "32768-61000"
expect = "reachable"
[[guarantees]]
name = "S3 by the endpoint only"
from = "vpc"
to = "service:s3"
protocol = "udp"
ports = "all"
expect = "only-via"
via = "endpoint:s3"
"#;
    assert_snapshot!(terms(&format!("{REST}{more}")), @r#"
    written `app cannot be left`: tier:app -> internet Isolated ["all"] 1024-65535
    written `the office asks, and is not asked`: group:web -> outside:office OneWayIsolated ["all"] 1024-65535
    written `S3 can be read`: tier:app (web) -> service:com.amazonaws.eu-west-1.s3 Reachable ["tcp 443", "tcp 8000-8100"] 32768-61000
    written `S3 by the endpoint only`: vpc -> service:com.amazonaws.eu-west-1.s3 OnlyVia(Endpoint(endpoint.s3)) ["udp all ports"] 1024-65535
    tiers {"app": {subnet.app@a, subnet.app@b}}
    lists {"pl-5becdee5": {3.5.0.0/19, 52.216.0.0/15, 54.231.0.0/16}}
    reads {"com.amazonaws.eu-west-1.s3"}
    "#);
}

#[test]
fn ends_are_wrong() {
    let more = r#"
[[guarantees]]
name = "a"
from = "tier:ap"
to = "s3"
expect = "isolated"
[[guarantees]]
name = "b"
from = "endpoint:s3"
to = "tier:app"
expect = "one-way-isolated"
[[guarantees]]
name = "b"
from = "internet"
to = "outside:office"
expect = "isolated"
[[guarantees]]
name = "c"
from = "self"
to = "service:ecr"
expect = "isolated"
"#;
    check!(&lab(&format!("{REST}{more}")), @r#"
    error[name-unknown]: there is no tier `ap`
      --> blueprint.toml:21:8
       |
    21 | from = "tier:ap"
       |        ^^^^^^^^^
       |
       = help: did you mean `app`?
    error[peer-misplaced]: `s3` cannot stand in a guarantee
      --> blueprint.toml:22:6
       |
    22 | to = "s3"
       |      ^^^^
       |
       = help: write `service:s3` for the service however it is reached
    error[guarantee-end]: `endpoint:s3` opens no connections
      --> blueprint.toml:26:8
       |
    26 | from = "endpoint:s3"
       |        ^^^^^^^^^^^^^
       |
       = help: write it as `to`, and who reaches it as `from`
    error[twice]: guarantee `b` is given twice
      --> blueprint.toml:30:8
       |
    25 | name = "b"
       |        --- here first
    ...
    30 | name = "b"
       |        ^^^
       |
       = help: leave one of them out
    error[guarantee-end]: nothing goes from `internet` to `outside:office` through the VPC
      --> blueprint.toml:32:6
       |
    31 | from = "internet"
       |        ---------- from here
    32 | to = "outside:office"
       |      ^^^^^^^^^^^^^^^^
       |
       = help: one end must be in the VPC, such as `tier:<name>`
    error[peer-misplaced]: `self` cannot stand in a guarantee
      --> blueprint.toml:36:8
       |
    36 | from = "self"
       |        ^^^^^^
       |
       = help: write who it is: `tier:<name>` or `group:<name>`
    error[service-name]: `ecr` is no service of PrivateLink's
      --> blueprint.toml:37:6
       |
    37 | to = "service:ecr"
       |      ^^^^^^^^^^^^^
       |
       = help: write one for each of `ecr.api` and `ecr.dkr`
    "#);
}

#[test]
fn groups_are_missing_or_misplaced() {
    let more = r#"
[[guarantees]]
name = "a"
from = "tier:app"
to = "tier:app"
expect = "reachable"
[[guarantees]]
name = "b"
from = "tier:app"
groups = ["wed"]
to = "internet"
to-groups = ["web"]
expect = "isolated"
"#;
    check!(&lab(&format!("{REST}{more}")), @r#"
    error[guarantee-groups]: `reachable` needs the groups of what stands in `tier:app`
      --> blueprint.toml:21:8
       |
    21 | from = "tier:app"
       |        ^^^^^^^^^^
       |
       = help: add `groups = ["…"]`: what an interface there carries, and nothing else
    error[guarantee-groups]: `reachable` needs the groups of what stands in `tier:app`
      --> blueprint.toml:22:6
       |
    22 | to = "tier:app"
       |      ^^^^^^^^^^
       |
       = help: add `to-groups = ["…"]`: what an interface there carries, and nothing else
    error[name-unknown]: there is no security group `wed`
      --> blueprint.toml:27:11
       |
    27 | groups = ["wed"]
       |           ^^^^^
       |
       = help: did you mean `web`?
    error[guarantee-groups]: `internet` has no interfaces whose groups could be chosen
      --> blueprint.toml:29:1
       |
    28 | to = "internet"
       |      ---------- this end
    29 | to-groups = ["web"]
       | ^^^^^^^^^
       |
       = help: leave `to-groups` out
    "#);
}

#[test]
fn a_way_is_missing_or_wrong() {
    let more = r#"
[[guarantees]]
name = "a"
from = "tier:app"
to = "service:s3"
expect = "only-via"
[[guarantees]]
name = "b"
from = "tier:app"
to = "service:s3"
expect = "only-via"
via = "igw"
[[guarantees]]
name = "c"
from = "tier:app"
to = "internet"
expect = "isolated"
via = "nat"
[[guarantees]]
name = "d"
from = "tier:app"
to = "internet"
expect = "isolate"
protocol = "icmp"
ports = 443
"#;
    check!(&lab(&format!("{REST}{more}")), @r#"
    error[guarantee-via]: `only-via` needs `via`
      --> blueprint.toml:23:10
       |
    23 | expect = "only-via"
       |          ^^^^^^^^^^
       |
       = help: add what packets must pass: `via = "endpoint:s3"` or `via = "nat"`
    error[guarantee-via]: `igw` is nothing that packets can be made to pass
      --> blueprint.toml:29:7
       |
    29 | via = "igw"
       |       ^^^^^
       |
       = help: write `endpoint:<name>` or `nat`
    error[guarantee-via]: `via` means nothing with `isolated`
      --> blueprint.toml:35:1
       |
    35 | via = "nat"
       | ^^^
       |
       = help: write `expect = "only-via"`, or leave `via` out
    error[unknown-word]: `expect` is `isolated`, `one-way-isolated`, `reachable` or `only-via`
      --> blueprint.toml:40:10
       |
    40 | expect = "isolate"
       |          ^^^^^^^^^
       |
       = help: did you mean `isolated`?
    error[ports-misplaced]: only tcp and udp have `ports`
      --> blueprint.toml:42:1
       |
    41 | protocol = "icmp"
       |            ------ of this protocol
    42 | ports = 443
       | ^^^^^
       |
       = help: icmp has `type` and `code`; without them every message is meant
    "#);
}

#[test]
fn every_part_of_the_network_has_a_place() {
    let more = r#"
[tiers.app.network-acl]
inbound = [{ rule = 100, allow = "tcp", ports = [22, 443], from = ["vpc", "outside:office"] }]
outbound = [{ rule = 200, allow = "all", to = "vpc" }]
[tiers.web]
route = "internet"
cidr = "10.0.64.0/20"
nat-gateways = "single"
routes = [{ to = "172.16.0.0/12", via = "tgw-00000abc" }]
[tiers.out]
route = "nat"
cidr = "10.0.128.0/20"
"#;
    let parsed = parse(&lab(&format!("{REST}{more}")));
    let draft = parsed.draft.as_ref().expect("a blueprint without mistakes");
    let network = network_of(&parsed, &Live::default());
    let places = draft.places(&draft.fixtures(), &Live::default());
    let mut text = String::new();
    for element in network.resources.iter().flat_map(|(key, spec)| super::elements(key, spec)) {
        let place = places.of(&element).map(|it| {
            let (source, bytes) = parsed.sources.locate(&it);
            source.text()[bytes].lines().next().unwrap_or_default().to_owned()
        });
        let is_whole = matches!(element, Element::Object(_));
        let place = place
            .unwrap_or_else(|| if is_whole { "nowhere".to_owned() } else { panic!("{element} is nowhere") });
        writeln!(text, "{element}: {place}").expect("a string takes every text");
    }
    assert_snapshot!(text, @r#"
    vpc.main: vpc
    subnet.app@a: "10.0.0.0/20"
    subnet.app@b: "10.0.0.0/20"
    subnet.out@a: "10.0.128.0/20"
    subnet.out@b: "10.0.128.0/20"
    subnet.web@a: "10.0.64.0/20"
    subnet.web@b: "10.0.64.0/20"
    igw.main: "internet"
    eip.nat@a: nowhere
    nat.main@a: "single"
    route-table.app: "isolated"
    route-table.out@a: "nat"
    route-table.out@a, route to 0.0.0.0/0: "nat"
    route-table.out@b: "nat"
    route-table.out@b, route to 0.0.0.0/0: "nat"
    route-table.web: "internet"
    route-table.web, route to 0.0.0.0/0: "internet"
    route-table.web, route to 172.16.0.0/12: "tgw-00000abc"
    network-acl.app: nowhere
    network-acl.app, inbound entry 100: 100
    network-acl.app, inbound entry 101: 100
    network-acl.app, inbound entry 102: 100
    network-acl.app, inbound entry 103: 100
    network-acl.app, outbound entry 200: 200
    security-group.web: web
    security-group.web, outbound rule tcp 443 to pl-5becdee5: "endpoint:s3"
    endpoint.s3: s3
    "#);
}
