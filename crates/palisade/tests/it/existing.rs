//! Building into what exists: nothing of it is changed, and nothing of it is destroyed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sandbox::Sandbox;

const SHARED: &str = include_str!("fuzz/existing.toml");

/// Everything that is not the blueprint's.
fn theirs(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let mut objects = sandbox.objects();
    objects.retain(|_, it| it.contains(r#""owner":"foreign""#));
    assert_eq!(objects.len(), 6, "the VPC, two subnets, a table, a group and an address");
    objects
}

/// Returns a folder with an account in which what is named is there, and nothing else.
fn found() -> Sandbox {
    let sandbox = Sandbox::with(SHARED);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.succeed(&["destroy", "--yes"]);
    sandbox
}

#[test]
fn what_is_theirs_stays_as_it_is() {
    let sandbox = found();
    let before = theirs(&sandbox);
    assert_eq!(sandbox.objects(), before, "nothing else is left");
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(theirs(&sandbox), before);
    assert_eq!(sandbox.planned(), Vec::<String>::new());
    sandbox.edit("blueprint.toml", "ports = 22", "ports = 2222");
    sandbox.succeed(&["apply", "--yes"]);
    assert_eq!(theirs(&sandbox), before);
    sandbox.succeed(&["destroy", "--yes"]);
    assert_eq!(sandbox.objects(), before);
}

#[test]
fn what_is_theirs_is_marked() {
    let sandbox = found();
    insta::assert_snapshot!(sandbox.run(&["plan", "--quiet"]), @r#"
    exit code 0
    --- stdout
    Plan of `existing` in account 000000000000, eu-west-1, vpc-00000abc (existing)

    VPC
        + create  flow-log.vpc
            of vpc.vpc-00000abc (existing) to arn:aws:s3:::flow-logs/guest  all traffic  every 600 s

    gateways
        + create  igw.main    attached to vpc.vpc-00000abc (existing)
        + create  nat.main@a  in subnet.public@a with eip.eipalloc-00000abc (existing)

    tier public
        + create  subnet.public@a     10.7.0.0/26   eu-west-1a  table public  default ACL
        + create  subnet.public@b     10.7.0.64/26  eu-west-1b  table public  default ACL
        + create  route-table.public  0.0.0.0/0 via igw.main

    tier training
        + create  subnet.training@a     10.7.64.0/22  eu-west-1a  table training  default ACL
        + create  subnet.training@b     10.7.68.0/22  eu-west-1b  table training  default ACL
        + create  route-table.training  no route out of the VPC

    security groups
        + create  security-group.training  "managed by palisade"
            inbound   tcp 22   from 10.7.0.0/16
            inbound   tcp 80   from 10.7.255.224/28
            inbound   tcp 80   from 10.7.255.240/28
            inbound   tcp 443  from security-group.sg-00000abc (existing)
            outbound  nothing

    endpoints
        + create  endpoint.s3   gateway    full access
            routes in route-table.rtb-00000abc (existing), route-table.training
        + create  endpoint.sts  interface  full access  private DNS
            in subnet.subnet-0000000a (existing), subnet.subnet-0000000b (existing)
            with security-group.sg-00000abc (existing), security-group.training

    Plan: 12 to create.
    23 requests, about 2 min: NAT gateways
    "#);
    sandbox.succeed(&["apply", "--yes"]);
    sandbox.edit(
        "blueprint.toml",
        "from = \"sg-00000abc\", ports = 443",
        "from = \"sg-00000abc\", ports = 8443",
    );
    insta::assert_snapshot!(sandbox.run(&["plan", "--quiet"]), @"
    exit code 0
    --- stdout
    Plan of `existing` in account 000000000000, eu-west-1, vpc-00000abc (existing)

    security groups
        ~ update  security-group.training  sg-[1]
            - inbound tcp 443 from security-group.sg-00000abc (existing)
            + inbound tcp 8443 from security-group.sg-00000abc (existing)

    Plan: 1 to update.
    2 requests, a few seconds
    ");
}

#[test]
fn what_lies_in_another_vpc_is_told_in_its_place() {
    let sandbox = found();
    let world = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let before = sandbox.read("sandbox.json");
    let mut moved = world(&before.replace("vpc-00000abc", "vpc-00000def"));
    moved["live"]["objects"]["vpc.vpc-00000abc"] =
        world(&before)["live"]["objects"]["vpc.vpc-00000abc"].take();
    sandbox.write("sandbox.json", &moved.to_string());
    insta::assert_snapshot!(sandbox.run(&["plan"]), @r#"
    exit code 65
    --- stderr
    warning[nat-unused]: no tier is routed through the NAT gateways of `public`
      --> blueprint.toml:17:17
       |
    17 | nat-gateways  = "single"
       |                 ^^^^^^^^
       |
       = help: leave `nat-gateways` out: AWS charges for them by the hour

    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:26:12
       |
    26 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant

    2 warnings
    error[existing-missing]: subnet `subnet-0000000a` lies in `vpc-00000def`
      --> blueprint.toml:21:21
       |
    21 | existing-subnets = ["subnet-0000000a", "subnet-0000000b"]
       |                     ^^^^^^^^^^^^^^^^^
       |
       = help: name one in `vpc-00000abc`

    error[existing-missing]: subnet `subnet-0000000b` lies in `vpc-00000def`
      --> blueprint.toml:21:40
       |
    21 | existing-subnets = ["subnet-0000000a", "subnet-0000000b"]
       |                                        ^^^^^^^^^^^^^^^^^
       |
       = help: name one in `vpc-00000abc`

    error[existing-missing]: route table `rtb-00000abc` lies in `vpc-00000def`
      --> blueprint.toml:28:17
       |
    28 | route-tables = ["rtb-00000abc"]
       |                 ^^^^^^^^^^^^^^
       |
       = help: name one in `vpc-00000abc`

    error[existing-missing]: security group `sg-00000abc` lies in `vpc-00000def`
      --> blueprint.toml:30:12
       |
    30 | [endpoints.sts]
       |            ^^^
       |
       = help: an interface carries groups of its own VPC: name one of those, or one of the blueprint's

    4 errors
    "#);
}

#[test]
fn a_group_of_others_lies_in_the_vpc_of_the_endpoint_that_carries_it() {
    let sandbox = Sandbox::with(
        r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
route = "isolated"
cidr  = "10.0.0.0/20"

[endpoints.sts]
tiers           = ["app"]
security-groups = ["sg-00000abc"]
"#,
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error[existing-missing]: the VPC has no security group `sg-00000abc`
      --> blueprint.toml:13:12
       |
    13 | [endpoints.sts]
       |            ^^^
       |
       = help: an interface carries groups of its own VPC: name one of those, or one of the blueprint's

    1 error
    ");
}

#[test]
fn a_group_that_cannot_be_seen_is_a_warning() {
    let sandbox = Sandbox::applied();
    let rule = r#"inbound = [{ from = "sg-00000abc", ports = 22 }, "#;
    sandbox.edit("blueprint.toml", "inbound = [", rule);
    insta::assert_snapshot!(sandbox.run(&["plan"]), @r#"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
        ~ update  security-group.app  sg-[1]
            + inbound tcp 22 from security-group.sg-00000abc (existing)

    Plan: 1 to update.
    1 request, a few seconds
    --- stderr
    warning[group-unseen]: `sg-00000abc` is not in this VPC and cannot be seen in this account
      --> blueprint.toml:14:21
       |
    14 | inbound = [{ from = "sg-00000abc", ports = 22 }, { from = "self", ports = 443 }]
       |                     ^^^^^^^^^^^^^
       |
       = help: if it lies in a peered VPC of another account that is fine, else AWS will refuse the rule
       = help: a sandbox has what was named when its file was new: begin another one to name more

    1 warning
    "#);
    let json = sandbox.run(&["plan", "--format", "json"]);
    assert!(json.contains("warning[group-unseen]"), "in the story, beside the JSON: {json}");
    // Who only looks is not told what planning would tell.
    assert!(!sandbox.run(&["drift"]).contains("group-unseen"));
    insta::assert_snapshot!(sandbox.run(&["apply", "--yes"]), @r#"
    exit code 0
    --- stdout
    Plan of `lab` in account 000000000000, eu-west-1

    security groups
        ~ update  security-group.app  sg-[1]
            + inbound tcp 22 from security-group.sg-00000abc (existing)

    Plan: 1 to update.
    1 request, a few seconds

    Done: 1 step in [time] s, 1 request.
    --- stderr
    warning[group-unseen]: `sg-00000abc` is not in this VPC and cannot be seen in this account
      --> blueprint.toml:14:21
       |
    14 | inbound = [{ from = "sg-00000abc", ports = 22 }, { from = "self", ports = 443 }]
       |                     ^^^^^^^^^^^^^
       |
       = help: if it lies in a peered VPC of another account that is fine, else AWS will refuse the rule
       = help: a sandbox has what was named when its file was new: begin another one to name more

    1 warning
    ✓ update rules of security-group.app
    "#);
    // What has been taken needs no warning any more.
    assert_eq!(sandbox.planned(), Vec::<String>::new());
    assert!(!sandbox.run(&["plan"]).contains("group-unseen"));
    let other = sandbox.run(&["plan", "--sandbox", "other.json"]);
    assert!(
        other.starts_with("exit code 0") && !other.contains("group-unseen"),
        "an account that has it: {other}"
    );
}
