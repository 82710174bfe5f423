//! All mistakes in one run.

use super::check;

#[test]
fn ten_mistakes_are_reported_at_once() {
    let text = r#"name    = "Fraud ML"
region  = "eu-west-1"
account = 111122223333
colour  = "red"

[vpc]
cidr  = "10.40.0.1/16"
zones = ["a", "us-east-1b"]

[tiers.app]
route = "nat"
cidr  = "10.40.16.0/20"
slots = 3

[tiers.training]
route  = "isolated"
cidr   = "10.40.64.0/18"
routes = [{ to = "10.0.0.0/8", via = "igw-0abc" }]

[security-groups.training]
outbound = [{ to = "endpoint:s4", ports = 443 }, { to = "self" }]

[endpoints.s3]
tiers = ["trainign"]

[endpoints.sts]
tiers = ["training"]
"#;
    check!(text, @r#"
    error[name-syntax]: `Fraud ML` cannot be the name of a blueprint
     --> blueprint.toml:1:11
      |
    1 | name    = "Fraud ML"
      |           ^^^^^^^^^^
      |
      = help: a name is a lower-case letter, then lower-case letters, digits and hyphens, at most 39 characters
      = help: write `fraud-ml`
    error[wrong-type]: `account` takes a string, not an integer
     --> blueprint.toml:3:11
      |
    3 | account = 111122223333
      |           ^^^^^^^^^^^^ expected a string, found an integer
      |
      = help: write `"111122223333"`
    error[unknown-key]: `colour` is no key
     --> blueprint.toml:4:1
      |
    4 | colour  = "red"
      | ^^^^^^
      |
      = help: known are `name`, `region`, `account`, `extends`, `tags`, `vpc`, `tiers`, `security-groups`, `endpoints`, `endpoint-sets`, `prefix-lists`, `outside` and 6 more
    error[cidr-host-bits]: `10.40.0.1/16` has host bits set
     --> blueprint.toml:7:9
      |
    7 | cidr  = "10.40.0.1/16"
      |         ^^^^^^^^^^^^^^
      |
      = help: write `10.40.0.0/16`
    error[zone-elsewhere]: zone `us-east-1b` is not in region `eu-west-1`
     --> blueprint.toml:8:15
      |
    8 | zones = ["a", "us-east-1b"]
      |               ^^^^^^^^^^^^
      |
      = help: write `b`, or change `region`
    error[slots-not-a-power]: `slots` is a power of two, not 3
      --> blueprint.toml:13:9
       |
    13 | slots = 3
       |         ^
       |
       = help: write `slots = 4`; empty slots cost nothing
    error[route-via]: `igw-0abc` is no gateway that a route can lead to
      --> blueprint.toml:18:38
       |
    18 | routes = [{ to = "10.0.0.0/8", via = "igw-0abc" }]
       |                                      ^^^^^^^^^^
       |
       = help: write `route = "internet"`: the tier gets the network's own internet gateway
    error[name-unknown]: there is no endpoint `s4`
      --> blueprint.toml:21:20
       |
    21 | outbound = [{ to = "endpoint:s4", ports = 443 }, { to = "self" }]
       |                    ^^^^^^^^^^^^^
       |
       = help: did you mean `s3`?
    error[ports-missing]: tcp and udp need `ports`
      --> blueprint.toml:21:50
       |
    21 | outbound = [{ to = "endpoint:s4", ports = 443 }, { to = "self" }]
       |                                                  ^^^^^^^^^^^^^^^
       |
       = help: add `ports = 443`, a range such as `"8000-8100"`, or `ports = "all"`
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:23:12
       |
    23 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    error[name-unknown]: there is no tier `trainign`
      --> blueprint.toml:24:10
       |
    24 | tiers = ["trainign"]
       |          ^^^^^^^^^^
       |
       = help: did you mean `training`?
    error[endpoint-groups]: an interface endpoint needs `security-groups`
      --> blueprint.toml:26:1
       |
    26 | [endpoints.sts]
       | ^^^^^^^^^^^^^^^
       |
       = help: add `security-groups = ["training"]`
    "#);
}
