//! `palisade verify`, `palisade trace`, and what a broken guarantee stops.

use palisade_core::{Intent, Observed, rehearse_to_the_end};
use palisade_verify::check_steps;

use crate::in_memory::{self, Way};
use crate::sandbox::{Sandbox, replaced};

const NETWORK: &str = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a"]

[tiers.public]
route        = "internet"
cidr         = "10.0.0.0/20"
nat-gateways = "single"

[tiers.training]
route = "isolated"
cidr  = "10.0.64.0/20"

[tiers.training.network-acl]
inbound  = [{ rule = 100, allow = "tcp", ports = "1024-65535", from = "s3" }]
outbound = [{ rule = 100, allow = "tcp", ports = 443, to = "s3" }]

[security-groups.training]
outbound = [{ to = "endpoint:s3", ports = 443 }]

[endpoints.s3]
tiers = ["training"]

[[guarantees]]
name   = "training reads S3"
from   = "tier:training"
groups = ["training"]
to     = "service:s3"
ports  = 443
expect = "reachable"

[[guarantees]]
name   = "S3 by the endpoint only"
from   = "tier:training"
to     = "service:s3"
expect = "only-via"
via    = "endpoint:s3"
"#;

/// Returns the network with a way out of the isolated tier, and an ACL that old clients do not pass.
fn broken() -> String {
    let text = replaced(NETWORK, r#"route = "isolated""#, r#"route = "nat""#);
    let text =
        replaced(&text, r#"ports = "1024-65535", from = "s3""#, r#"ports = "32768-65535", from = "s3""#);
    text + r#"
[[guarantees]]
name   = "training cannot be left"
from   = "tier:training"
to     = "internet"
expect = "isolated"
"#
}

#[test]
fn everything_is_kept() {
    insta::assert_snapshot!(Sandbox::with(NETWORK).run(&["verify"]), @r#"
    exit code 0
    --- stdout
    holds         training reads S3  blueprint.toml:29
                  tier:training (training) -> service:com.amazonaws.eu-west-1.s3: reachable, tcp 443
    holds         S3 by the endpoint only  blueprint.toml:37
                  tier:training -> service:com.amazonaws.eu-west-1.s3: only-via endpoint:s3, all
    holds         tier `training` is isolated from the internet  blueprint.toml:15

    assumed throughout
      - the VPC's resolver, instance metadata and time pass every ACL and group: names can carry data out
      - endpoint policies and IAM decide about requests, and nothing here speaks of them
      - AWS's prefix lists are as they were read: AWS changes them
      - no interface has an elastic IP where its subnet has no route to the internet gateway
      - the account does not block public access, which would let less pass

    3 guarantees: 3 hold

    warning[EC2.6]: `vpc.main`: it has no flow log (medium)
     --> blueprint.toml:5:2
      |
    5 | [vpc]
      |  ^^^
      |
      = help: in [vpc] write `flow-logs = { to = "s3://…" }`

    warning[net.endpoint-policy]: `endpoint.s3`: without a policy, anybody's credentials reach anybody's data through it (medium)
      --> blueprint.toml:25:12
       |
    25 | [endpoints.s3]
       |            ^^
       |
       = help: write `policy = { file = "…" }` with the buckets, tables, accounts or the organisation that are yours

    warning[net.zones]: `vpc.main`: all of its subnets are in eu-west-1a (low)
     --> blueprint.toml:5:2
      |
    5 | [vpc]
      |  ^^^
      |
      = help: name another zone in `[vpc]`: `zones = ["a", "b"]`

    3 warnings

    37 controls: 3 warned of
    "#);
}

#[test]
fn a_packet_shows_what_is_broken() {
    insta::assert_snapshot!(Sandbox::with(&broken()).run(&["verify"]));
}

#[test]
fn a_packet_shows_what_is_broken_as_json() {
    insta::assert_snapshot!(Sandbox::with(&broken()).run(&["verify", "--format", "json"]));
}

#[test]
fn nothing_is_promised() {
    let text = "name = \"lab\"\nregion = \"eu-west-1\"\n[vpc]\ncidr = \"10.0.0.0/16\"\nzones = [\"a\"]\n\
                [tiers.web]\nroute = \"internet\"\ncidr = \"10.0.0.0/20\"\n";
    insta::assert_snapshot!(Sandbox::with(text).run(&["verify"]), @r#"
    exit code 0
    --- stdout
    nothing is promised by `lab`: no tier is isolated, and there are no `[[guarantees]]`

    warning[EC2.6]: `vpc.main`: it has no flow log (medium)
     --> blueprint.toml:3:2
      |
    3 | [vpc]
      |  ^^^
      |
      = help: in [vpc] write `flow-logs = { to = "s3://…" }`

    warning[net.zones]: `vpc.main`: all of its subnets are in eu-west-1a (low)
     --> blueprint.toml:3:2
      |
    3 | [vpc]
      |  ^^^
      |
      = help: name another zone in `[vpc]`: `zones = ["a", "b"]`

    2 warnings

    37 controls: 2 warned of
    "#);
}

#[test]
fn what_cannot_be_decided_is_not_kept_unless_it_is_assumed() {
    let routed = replaced(
        NETWORK,
        r#"cidr  = "10.0.64.0/20""#,
        "cidr = \"10.0.64.0/20\"\nroutes = [{ to = \"172.16.0.0/12\", via = \"tgw-00000abc\" }]",
    );
    let opened = replaced(
        &routed,
        "outbound = [{ rule = 100,",
        "outbound = [{ rule = 50, allow = \"all\", to = \"172.16.0.0/12\" }, { rule = 100,",
    );
    insta::assert_snapshot!(Sandbox::with(&opened).run(&["verify"]));
    let assumed = opened
        + "[[guarantees]]\nname = \"isolated\"\nfrom = \"tier:training\"\nto = \"internet\"\nexpect = \"isolated\"\n\
           assume = \"the network team routes nothing on\"\n";
    insta::assert_snapshot!(Sandbox::with(&assumed).run(&["verify"]));
}

#[test]
fn a_broken_guarantee_stops_plan_and_apply() {
    let sandbox = Sandbox::with(&broken());
    let seen = sandbox.run(&["plan", "--out", "network.plan"]);
    assert!(seen.starts_with("exit code 3\n"), "{seen}");
    assert!(!sandbox.path("network.plan").exists(), "a plan that breaks a guarantee is not saved");
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]));
    // Nothing has been made.
    sandbox.write("blueprint.toml", NETWORK);
    assert_eq!(sandbox.run(&["plan"]), Sandbox::with(NETWORK).run(&["plan"]));
    sandbox.succeed(&["apply", "--yes"]);
}

#[test]
fn a_packet_and_its_reply() {
    let args =
        ["trace", "--from", "tier:training", "--to", "52.216.0.1", "--port", "443", "--groups", "training"];
    insta::assert_snapshot!(Sandbox::with(NETWORK).run(&args), @"
    exit code 0
    --- stdout
    packet tcp 10.0.64.4 port 49152 -> 52.216.0.1 port 443
      +  sent     subnet.training@a: sent by an interface                                                           blueprint.toml:16
      +  group    security-group.training, outbound rule tcp 443 to pl-5becdee5                                     blueprint.toml:23
      +  route    route-table.training: to 52.216.0.0/15 by endpoint.s3                                             blueprint.toml:15
      +  acl      network-acl.training, outbound entry 101: allow tcp 443 52.216.0.0/15 (out of subnet.training@a)  blueprint.toml:20
      +  arrives  endpoint.s3: at the service, without leaving AWS                                                  blueprint.toml:25
      delivered
    reply  tcp 52.216.0.1 port 443 -> 10.0.64.4 port 49152
      +  sent     answered
      +  acl      network-acl.training, inbound entry 101: allow tcp 1024-65535 52.216.0.0/15 (into subnet.training@a)  blueprint.toml:19
      +  arrives  subnet.training@a: at who asked; its groups remember the connection                                   blueprint.toml:16
      delivered
    ");
}

#[test]
fn a_packet_that_is_dropped_as_json() {
    let args = ["trace", "--from", "internet", "--to", "tier:training", "--port", "22", "--format", "json"];
    insta::assert_snapshot!(Sandbox::with(NETWORK).run(&args));
}

#[test]
fn a_question_that_makes_no_sense() {
    let sandbox = Sandbox::with(NETWORK);
    let trace = |args: &[&str]| sandbox.run(&[&["trace", "--from", "tier:training"], args].concat());
    insta::assert_snapshot!(trace(&["--to", "internet"]), @"
    exit code 64
    --- stderr
    error: tcp and udp need `--port`
      help: add `--port 443`, or ask for another `--protocol`
    ");
    insta::assert_snapshot!(trace(&["--to", "tier:trainig", "--port", "443"]), @"
    exit code 64
    --- stderr
    error: `tier:trainig` is no end of a packet in this network
      help: write `tier:NAME`, `tier:NAME@ZONE`, `internet`, `outside:NAME`, `endpoint:NAME` or an address
    ");
    insta::assert_snapshot!(trace(&["--to", "internet", "--port", "443", "--groups", "web"]), @"
    exit code 64
    --- stderr
    error: there is no security group `web`
      help: known are `training`
    ");
    insta::assert_snapshot!(trace(&["--to", "internet", "--protocol", "quic"]), @"
    exit code 64
    --- stderr
    error: `quic` is no protocol
      help: write `tcp`, `udp`, `icmp`, `icmpv6` or a number of 0 to 255
    ");
    insta::assert_snapshot!(trace(&["--to", "2001:db8::1", "--port", "443"]), @"
    exit code 64
    --- stderr
    error: `tier:training` is no end of a packet in this network
      help: write `tier:NAME`, `tier:NAME@ZONE`, `internet`, `outside:NAME`, `endpoint:NAME` or an address
    ");
}

/// Returns a group of which everybody reaches everybody by 443, and nobody by a database's port.
fn peers(outbound: &str, inbound: &str) -> String {
    let rules = |list: &str| {
        let rules = list.split(' ').map(|it| format!("{{ PEER = \"self\", ports = \"{it}\" }}"));
        rules.collect::<Vec<_>>().join(", ")
    };
    format!(
        r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
route = "isolated"
cidr  = "10.0.0.0/20"

[security-groups.app]
outbound = [{}]
inbound  = [{}]

[[guarantees]]
name   = "no database"
from   = "tier:app"
to     = "tier:app"
groups = ["app"]
to-groups = ["app"]
ports  = 5432
expect = "isolated"
"#,
        rules(outbound).replace("PEER", "to"),
        rules(inbound).replace("PEER", "from"),
    )
}

const REACHABLE: &str = r#"
[[guarantees]]
name   = "web"
from   = "tier:app"
to     = "tier:app"
groups = ["app"]
to-groups = ["app"]
ports  = 443
expect = "reachable"
"#;

#[test]
fn the_old_goes_first_where_both_together_break_a_guarantee() {
    let sandbox = Sandbox::with(&peers("5432", "443"));
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.write("blueprint.toml", &peers("443", "5432"));
    insta::assert_snapshot!(sandbox.run(&["plan", "--out", "lab.plan"]));
    insta::assert_snapshot!(sandbox.run(&["plan", "--calls"]));
    sandbox.succeed(&["apply", "--yes", "--plan", "lab.plan"]);
    assert!(sandbox.succeed(&["plan"]).contains("No changes"));
}

#[test]
fn a_step_that_breaks_a_guarantee_stops_plan_and_apply() {
    let sandbox = Sandbox::with(&(peers("443 5432", "443") + REACHABLE));
    sandbox.succeed(&["apply", "--yes"]);
    let before = sandbox.read("sandbox.json");
    sandbox.write("blueprint.toml", &(peers("443", "400-6000") + REACHABLE));
    insta::assert_snapshot!(sandbox.run(&["plan"]));
    let applied = sandbox.run(&["apply", "--yes"]);
    assert!(applied.starts_with("exit code 3"), "{applied}");
    assert_eq!(sandbox.read("sandbox.json"), before);
}

#[test]
fn what_is_live_is_proved_and_compared() {
    let sandbox = Sandbox::with(NETWORK);
    sandbox.succeed(&["apply", "--yes"]);
    insta::assert_snapshot!(sandbox.run(&["verify", "--live"]));
    let entry = r#"{ rule = 100, allow = "tcp", ports = 443, to = "s3" }"#;
    let more = format!(r#"{entry}, {{ rule = 200, allow = "tcp", ports = 443, to = "internet" }}"#);
    sandbox.write("blueprint.toml", &replaced(&broken(), entry, &more));
    insta::assert_snapshot!(sandbox.run(&["verify", "--live"]));
    insta::assert_snapshot!(sandbox.run(&["verify", "--live", "--format", "json"]));
    let asked = ["trace", "--live", "--from", "tier:training", "--to", "internet", "--port", "443"];
    insta::assert_snapshot!(sandbox.run(&asked));
}

#[test]
fn every_step_of_a_first_apply_and_of_an_edit_keeps_what_is_promised() {
    let ml_3az = include_str!("../../../../blueprints/ml-3az.toml");
    let edited = replaced(
        ml_3az,
        r#"{ rule = 120, allow = "tcp", ports = 5432, to = "tier:data" },"#,
        r#"{ rule = 120, allow = "tcp", ports = 5433, to = "tier:data" },"#,
    );
    let mut live = in_memory::fresh(&in_memory::draft(ml_3az)).live;
    for text in [ml_3az, edited.as_str()] {
        let draft = in_memory::draft(text);
        let observed = Observed { live: live.clone(), ..in_memory::fresh(&draft) };
        let facts = observed.facts.clone();
        let Way { graph, want, live: start } =
            in_memory::way(&draft, observed, &Intent::default()).unwrap_or_else(|end| panic!("{end:?}"));
        let end = rehearse_to_the_end(&graph, &want, &start).expect("an end");
        let breach = check_steps(&graph, &want, &start, &draft.terms(&facts, &start)).expect("a rehearsal");
        assert!(breach.is_none(), "{breach:?}");
        live = end;
    }
}

/// The fields without which code scanning of GitHub takes no result ("SARIF support for code scanning").
#[test]
fn what_is_broken_as_sarif() {
    let seen = Sandbox::with(&broken()).run(&["verify", "--format", "sarif"]);
    let (head, log) = seen.split_once("--- stdout\n").expect("a result");
    assert_eq!(head, "exit code 3\n");
    let log: serde_json::Value = serde_json::from_str(log).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "palisade");
    for rule in run["tool"]["driver"]["rules"].as_array().expect("rules") {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[text]["text"].is_string(), "{text} of {rule}");
        }
    }
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(result["message"]["text"].is_string() && result["partialFingerprints"].is_object());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "blueprint.toml");
        assert!(place["region"]["startLine"].as_u64().is_some_and(|it| 0 < it));
    }
    let broken = results.iter().find(|it| it["ruleId"] == "guarantee-broken").expect("a broken guarantee");
    let hops = &broken["codeFlows"][0]["threadFlows"][0]["locations"];
    assert!(hops.as_array().is_some_and(|it| !it.is_empty()), "the way of the packet");
}

#[test]
fn what_is_broken_as_junit() {
    let seen = Sandbox::with(&broken()).run(&["verify", "--format", "junit"]);
    assert!(
        seen.contains(
            r#"<testcase name="training reads S3" classname="lab" file="blueprint.toml" line="29">"#
        ),
        "{seen}"
    );
    assert!(seen.contains(r#"<failure message="tier:training (training) -&gt; service:"#), "{seen}");
    assert!(seen.trim_end().ends_with("</testsuites>"), "{seen}");
    let sound = Sandbox::with(NETWORK).run(&["verify", "--format", "junit"]);
    assert!(sound.contains(r#"tests="3" failures="0" errors="0" skipped="0""#), "{sound}");
}

/// A network whose only fault is that the blueprint denies what a control finds.
fn denied() -> String {
    format!("{NETWORK}\n[policy]\ndeny = [\"EC2.6\"]\n")
}

#[test]
fn what_is_denied_as_sarif() {
    let seen = Sandbox::with(&denied()).run(&["verify", "--format", "sarif"]);
    let (head, log) = seen.split_once("--- stdout\n").expect("a result");
    assert_eq!(head, "exit code 3\n");
    let log: serde_json::Value = serde_json::from_str(log).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let denied: Vec<_> = results.iter().filter(|it| it["level"] == "error").collect();
    assert_eq!(denied.len(), 1, "{log:#}");
    assert_eq!(denied[0]["ruleId"], "EC2.6");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in results {
        let index = result["ruleIndex"].as_u64().and_then(|it| usize::try_from(it).ok()).expect("an index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

#[test]
fn what_is_denied_as_junit() {
    let seen = Sandbox::with(&denied()).run(&["verify", "--format", "junit"]);
    assert!(seen.starts_with("exit code 3\n"), "{seen}");
    assert!(seen.contains(r#"tests="4" failures="1" errors="0" skipped="0""#), "{seen}");
    assert!(seen.contains(r#"<testcase name="EC2.6 vpc.main""#), "{seen}");
}
