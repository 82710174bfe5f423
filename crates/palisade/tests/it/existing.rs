//! Building into what exists: nothing of it is changed, and nothing of it is destroyed.

use std::collections::BTreeMap;

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
fn what_lies_in_another_vpc_is_told_in_its_place() {
    let sandbox = found();
    // The sandbox adds the VPC that is named.
    sandbox.write("sandbox.json", &sandbox.read("sandbox.json").replace("vpc-0abc", "vpc-0def"));
    insta::assert_snapshot!(sandbox.run(&["plan"]), @r#"
    exit code 65
    --- stderr
    warning[nat-unused]: no tier is routed through the NAT gateways of `public`
      --> blueprint.toml:16:17
       |
    16 | nat-gateways  = "single"
       |                 ^^^^^^^^
       |
       = help: leave `nat-gateways` out: AWS charges for them by the hour

    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:25:12
       |
    25 | [endpoints.s3]
       |            ^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant

    2 warnings
    error[existing-missing]: subnet `subnet-0a` lies in `vpc-0def`
      --> blueprint.toml:20:21
       |
    20 | existing-subnets = ["subnet-0a", "subnet-0b"]
       |                     ^^^^^^^^^^^
       |
       = help: name one in `vpc-0abc`

    error[existing-missing]: subnet `subnet-0b` lies in `vpc-0def`
      --> blueprint.toml:20:34
       |
    20 | existing-subnets = ["subnet-0a", "subnet-0b"]
       |                                  ^^^^^^^^^^^
       |
       = help: name one in `vpc-0abc`

    error[existing-missing]: route table `rtb-0abc` lies in `vpc-0def`
      --> blueprint.toml:27:17
       |
    27 | route-tables = ["rtb-0abc"]
       |                 ^^^^^^^^^^
       |
       = help: name one in `vpc-0abc`

    error[existing-missing]: security group `sg-0abc` lies in `vpc-0def`
      --> blueprint.toml:29:12
       |
    29 | [endpoints.sts]
       |            ^^^
       |
       = help: an endpoint carries groups of its own VPC: name one of those, or one of the blueprint's

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
security-groups = ["sg-0abc"]
"#,
    );
    insta::assert_snapshot!(sandbox.run(&["plan"]), @"
    exit code 65
    --- stderr
    error[existing-missing]: the VPC has no security group `sg-0abc`
      --> blueprint.toml:13:12
       |
    13 | [endpoints.sts]
       |            ^^^
       |
       = help: an endpoint carries groups of its own VPC: name one of those, or one of the blueprint's

    1 error
    ");
}
