//! Endpoints and their policies.

use super::{check, lab};

const GROUPS: &str = "[security-groups.web]\n";

fn endpoint(name: &str, more: &str) -> String {
    lab(&format!("{GROUPS}[endpoints.\"{name}\"]\ntiers = [\"app\"]\n{more}"))
}

#[test]
fn s3_without_a_policy() {
    check!(&endpoint("s3", ""), @r#"
    warning[s3-any-bucket]: endpoint `s3` has no policy: any bucket of any account is a way out
      --> blueprint.toml:11:12
       |
    11 | [endpoints."s3"]
       |            ^^^^
       |
       = help: add a `policy` that names your buckets; one that allows everybody everything says that any bucket is meant
    "#);
}

#[test]
fn s3_with_a_policy() {
    check!(&endpoint("s3", "policy = { file = \"policies/s3.json\" }\n"), @"nothing to say");
}

#[test]
fn a_gateway_has_no_interface() {
    check!(&endpoint("s3", "security-groups = [\"web\"]\nprivate-dns = true\npolicy = { file = \"policies/s3.json\" }\n"), @r#"
        error[endpoint-field]: a gateway endpoint has no `security-groups`
          --> blueprint.toml:13:1
           |
        13 | security-groups = ["web"]
           | ^^^^^^^^^^^^^^^
           |
           = help: leave it out, or add `type = "interface"`: a gateway is a route, and has no interface to carry groups
        error[endpoint-field]: a gateway endpoint has no `private-dns`
          --> blueprint.toml:14:1
           |
        14 | private-dns = true
           | ^^^^^^^^^^^
           |
           = help: leave it out: a gateway is reached by the service's public addresses
        "#);
}

#[test]
fn an_interface_has_no_groups() {
    check!(&endpoint("sts", ""), @r#"
        error[endpoint-groups]: an interface endpoint needs `security-groups`
          --> blueprint.toml:11:1
           |
        11 | [endpoints."sts"]
           | ^^^^^^^^^^^^^^^^^
           |
           = help: add `security-groups = ["web"]`
        "#);
}

#[test]
fn an_interface_has_too_many_groups() {
    check!(
        &endpoint("sts", "security-groups = [\"web\", \"web\", \"wbe\", \"sg-00000001\", \"sg-00000002\", \"sg-00000003\", \"sg-00000004\"]\n"),
        @r#"
    error[endpoint-groups]: an endpoint carries at most 5 security groups, not 7
      --> blueprint.toml:13:19
       |
    13 | security-groups = ["web", "web", "wbe", "sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004"]
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write their rules into fewer groups
    error[twice]: security group `web` is given twice
      --> blueprint.toml:13:27
       |
    13 | security-groups = ["web", "web", "wbe", "sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004"]
       |                    -----  ^^^^^
       |                    |
       |                    here first
       |
       = help: leave one of them out
    error[name-unknown]: there is no security group `wbe`
      --> blueprint.toml:13:34
       |
    13 | security-groups = ["web", "web", "wbe", "sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004"]
       |                                  ^^^^^
       |
       = help: did you mean `web`?
    "#
    );
}

#[test]
fn a_service_without_a_gateway() {
    check!(&endpoint("sts", "type = \"gateway\"\n"), @r#"
        error[endpoint-type]: `sts` has no gateway endpoint
          --> blueprint.toml:13:8
           |
        13 | type = "gateway"
           |        ^^^^^^^^^
           |
           = help: only S3 and DynamoDB have; leave `type` out
        "#);
}

#[test]
fn a_service_of_another_region() {
    check!(&endpoint("remote", "service = \"com.amazonaws.us-east-1.sts\"\nsecurity-groups = [\"web\"]\n"), @r#"
        error[service-elsewhere]: `com.amazonaws.us-east-1.sts` is a service of region `us-east-1`
          --> blueprint.toml:13:11
           |
        13 | service = "com.amazonaws.us-east-1.sts"
           |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: write `com.amazonaws.eu-west-1.sts`
        "#);
}

#[test]
fn tiers_of_an_endpoint_are_wrong() {
    check!(
        &lab("[endpoints.dynamodb]\ntiers = [\"app\", \"app\", \"ap\"]\n"),
        @r#"
        error[twice]: tier `app` is given twice
          --> blueprint.toml:11:17
           |
        11 | tiers = ["app", "app", "ap"]
           |          -----  ^^^^^
           |          |
           |          here first
           |
           = help: leave one of them out
        error[name-unknown]: there is no tier `ap`
          --> blueprint.toml:11:24
           |
        11 | tiers = ["app", "app", "ap"]
           |                        ^^^^
           |
           = help: did you mean `app`?
        "#
    );
}

#[test]
fn private_dns_without_dns() {
    check!(
        &endpoint("sts", "security-groups = [\"web\"]\n").replace("zones =", "dns-hostnames = false\nzones ="),
        @r#"
        error[private-dns-off]: endpoint `sts` has private DNS, but the VPC's DNS is off
          --> blueprint.toml:12:1
           |
        12 | [endpoints."sts"]
           | ^^^^^^^^^^^^^^^^^
           |
           = help: turn `dns-support` and `dns-hostnames` on, or add `private-dns = false`
        "#
    );
}

#[test]
fn private_dns_twice() {
    check!(
        &(endpoint("sts", "security-groups = [\"web\"]\n")
            + "[endpoints.sts-again]\nservice = \"sts\"\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\nprivate-dns = true\n"),
        @r#"
        error[private-dns-twice]: endpoints `sts` and `sts-again` both give `com.amazonaws.eu-west-1.sts` private DNS
          --> blueprint.toml:18:15
           |
        11 | [endpoints."sts"]
           | ----------------- here first
        ...
        18 | private-dns = true
           |               ^^^^
           |
           = help: add `private-dns = false` to one of them
        "#
    );
}

#[test]
fn private_dns_of_s3_alone() {
    check!(
        &endpoint("s3", "type = \"interface\"\nsecurity-groups = [\"web\"]\npolicy = { file = \"policies/s3.json\" }\n"),
        @r#"
        error[private-dns-s3]: private DNS of an S3 interface endpoint needs an S3 gateway endpoint
          --> blueprint.toml:11:1
           |
        11 | [endpoints."s3"]
           | ^^^^^^^^^^^^^^^^
           |
           = help: add `[endpoints.s3]`, or `private-dns = false`
        "#
    );
}

#[test]
fn two_gateways_of_one_service() {
    check!(
        &(endpoint("dynamodb", "") + "[endpoints.tables]\nservice = \"dynamodb\"\ntiers = [\"app\"]\n"),
        @r#"
        error[gateway-twice]: tier `app` has two gateway endpoints of one service: `dynamodb` and `tables`
          --> blueprint.toml:15:10
           |
        12 | tiers = ["app"]
           |          ----- here first
        ...
        15 | tiers = ["app"]
           |          ^^^^^
           |
           = help: leave the tier out of one of them: a route table has one route to a service
        "#
    );
}

#[test]
fn policies_cannot_be_read() {
    check!(
        &lab("[endpoints.dynamodb]\ntiers = [\"app\"]\npolicy = { file = \"none.json\" }\n[endpoints.s3]\ntiers = [\"app\"]\npolicy = { file = \"policies/broken.json\" }\n"),
        @r#"
        error[policy-file]: policy `none.json` cannot be read: no such file
          --> blueprint.toml:12:19
           |
        12 | policy = { file = "none.json" }
           |                   ^^^^^^^^^^^
           |
           = help: a path is relative to the file in which it stands
        error[policy-syntax]: policy `policies/broken.json` is no policy: EOF while parsing an object at line 1 column 1
          --> blueprint.toml:15:19
           |
        15 | policy = { file = "policies/broken.json" }
           |                   ^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: write JSON text, or `{ file = "…" }` for a file of it
        "#
    );
}

#[test]
fn a_policy_is_none() {
    check!(&endpoint("s3", "policy = \"{}\"\n"), @r#"
        error[policy-syntax]: the policy is no policy: a policy has a `Statement`
          --> blueprint.toml:13:10
           |
        13 | policy = "{}"
           |          ^^^^
           |
           = help: write JSON text, or `{ file = "…" }` for a file of it
        "#);
}

#[test]
fn a_policy_is_too_long() {
    let long = "x".repeat(20_480);
    let policy = format!(
        "policy = '{{\"Statement\":{{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"{long}\"}}}}'\n"
    );
    let said = super::diagnose(&endpoint("s3", &policy));
    assert!(said.starts_with("error[policy-size]: the policy has more than 20480 characters"), "{said}");
}

#[test]
fn there_are_too_many_interfaces() {
    let more = "security-groups = [\"web\"]\n[quotas]\ninterface-endpoints = 1\n\
                [endpoints.kms]\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\n";
    check!(&endpoint("sts", more), @"
    error[endpoint-quota]: 2 interface endpoints are more than the 1 possible
      --> blueprint.toml:16:12
       |
    16 | [endpoints.kms]
       |            ^^^
       |
       = help: take some out, or have AWS raise the quota and add `[quotas]` with `interface-endpoints`
    ");
}

#[test]
fn two_names_are_one_variable() {
    let more = "security-groups = [\"web\"]\n\
                [endpoints.sagemaker-api]\nservice = \"kms\"\ntiers = [\"app\"]\nsecurity-groups = [\"web\"]\n";
    check!(&endpoint("sagemaker.api", more), @r#"
    error[names-alike]: the names `sagemaker-api` and `sagemaker.api` are too much alike
      --> blueprint.toml:14:12
       |
    11 | [endpoints."sagemaker.api"]
       |            --------------- here first
    ...
    14 | [endpoints.sagemaker-api]
       |            ^^^^^^^^^^^^^
       |
       = help: both would be `PALISADE_ENDPOINT_SAGEMAKER_API_ID` in `palisade output`: rename one of them
    "#);
}

#[test]
fn a_policy_has_no_statement() {
    check!(&endpoint("s3", "policy = '{\"Statement\": []}'\n"), @r#"
    error[policy-statement]: the policy has no statement
      --> blueprint.toml:13:10
       |
    13 | policy = '{"Statement": []}'
       |          ^^^^^^^^^^^^^^^^^^^
       |
       = help: write what is allowed; without any, leave `policy` out
    "#);
}

#[test]
fn statements_that_aws_would_refuse() {
    check!(
        &endpoint(
            "s3",
            r#"policy = '{"Statement": [{"Effect": "allow", "Principal": "*", "NotPrincipal": "*", "Actions": "*", "Resource": "*"}, 1]}'
    "#,
        ),
        @r#"
    error[policy-statement]: the policy has a mistake in statement 1: `Effect` is "allow"
      --> blueprint.toml:13:10
       |
    13 | policy = '{"Statement": [{"Effect": "allow", "Principal": "*", "NotPrincipal": "*", "Actions": "*", "Resource": "*"}, 1]}'
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `"Allow"` or `"Deny"`
    error[policy-statement]: the policy has a mistake in statement 1: it has both `Principal` and `NotPrincipal`
      --> blueprint.toml:13:10
       |
    13 | policy = '{"Statement": [{"Effect": "allow", "Principal": "*", "NotPrincipal": "*", "Actions": "*", "Resource": "*"}, 1]}'
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `"Principal": …`, such as "*"
    error[policy-statement]: the policy has a mistake in statement 1: it has no `Action`
      --> blueprint.toml:13:10
       |
    13 | policy = '{"Statement": [{"Effect": "allow", "Principal": "*", "NotPrincipal": "*", "Actions": "*", "Resource": "*"}, 1]}'
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `"Action": …`, such as "s3:GetObject"
    error[policy-statement]: the policy has a mistake in statement 1: `Actions` is no element of it
      --> blueprint.toml:13:10
       |
    13 | policy = '{"Statement": [{"Effect": "allow", "Principal": "*", "NotPrincipal": "*", "Actions": "*", "Resource": "*"}, 1]}'
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: a statement has `Sid`, `Effect`, `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource` and `Condition`
    error[policy-statement]: the policy has a mistake in statement 2: it is no object
      --> blueprint.toml:13:10
       |
    13 | policy = '{"Statement": [{"Effect": "allow", "Principal": "*", "NotPrincipal": "*", "Actions": "*", "Resource": "*"}, 1]}'
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `{ "Effect": …, "Principal": …, "Action": …, "Resource": … }`
    "#
    );
}
