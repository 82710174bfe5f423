//! `palisade doctor`, and the same words before a plan.

use crate::sandbox::{SMALL, Sandbox, replaced};

/// A job that reads S3 and nothing else.
const JOB: &str = r#"
name = "lab"
region = "eu-west-1"

[vpc]
cidr = "10.0.0.0/16"
zones = ["a"]

[tiers.training]
route = "isolated"
cidr = "10.0.0.0/20"

[security-groups.training]
outbound = [{ to = "endpoint:s3", ports = 443 }]

[endpoints.s3]
tiers = ["training"]
policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::ours/*"}]}'

[sagemaker.training-jobs.fit]
vpc-config = { tier = "training", security-groups = ["training"] }
execution-role = "arn:aws:iam::111122223333:role/ml"
algorithm-specification = { training-image = "fit:1", training-input-mode = "File" }
output-data-config = { s3-output-path = "s3://ours/out" }
resource-config = { instance-type = "ml.m5.large", instance-count = 1, volume-size-in-gb = 10 }
stopping-condition = { max-runtime-in-seconds = 3600 }
enable-network-isolation = true
"#;

const OUTBOUND: &str = r#"outbound = [{ to = "endpoint:s3", ports = 443 }]"#;

#[test]
fn nothing_is_missing() {
    let seen = Sandbox::with(JOB).run(&["doctor"]);
    let told = "`blueprint.toml` lacks nothing for its 1 workload and 0 vpc-configs";
    assert_eq!(seen, format!("exit code 0\n--- stdout\n{told}\n"));
    let seen = Sandbox::with(SMALL).run(&["doctor"]);
    assert!(seen.contains("`blueprint.toml` lacks nothing for its 0 workloads"), "{seen}");
}

#[test]
fn what_breaks_a_workload_is_an_error() {
    let seen = Sandbox::with(&replaced(JOB, OUTBOUND, "")).run(&["doctor"]);
    assert!(seen.starts_with("exit code 3\n--- stdout\n"), "{seen}");
    let told = [
        "error[sm.egress]",
        "[security-groups.training]",
        "[sagemaker.training-jobs.fit]",
        "allow outbound traffic to S3",
        "{ to = \"endpoint:s3\", ports = 443 }",
    ];
    for words in told {
        assert!(seen.contains(words), "{words}: {seen}");
    }
}

#[test]
fn what_may_break_it_is_a_warning() {
    let sandbox = Sandbox::with(&replaced(JOB, "enable-network-isolation = true", ""));
    let seen = sandbox.run(&["doctor"]);
    assert!(seen.starts_with("exit code 0\n") && seen.contains("warning[sm.sts]"), "{seen}");
    assert!(sandbox.run(&["doctor", "--strict"]).starts_with("exit code 3\n"));
}

#[test]
fn for_programs() {
    let seen = Sandbox::with(&replaced(JOB, OUTBOUND, "")).run(&["doctor", "--format", "json"]);
    let document = seen.strip_prefix("exit code 3\n--- stdout\n").expect("one document");
    let document: serde_json::Value = serde_json::from_str(document).expect("JSON");
    assert_eq!((&document["errors"], &document["warnings"]), (&1.into(), &0.into()));
    assert_eq!(document["diagnostics"][0]["code"], "sm.egress");
}

#[test]
fn a_blueprint_with_a_mistake_is_invalid() {
    let seen = Sandbox::with(&replaced(JOB, "tier = \"training\"", "tier = \"trainin\"")).run(&["doctor"]);
    assert!(seen.starts_with("exit code 65\n"), "{seen}");
}

#[test]
fn a_plan_warns_and_goes_on() {
    let seen = Sandbox::with(&replaced(JOB, OUTBOUND, "")).run(&["plan"]);
    assert!(seen.starts_with("exit code 0\n") && seen.contains("warning[sm.egress]"), "{seen}");
    assert!(!Sandbox::with(JOB).run(&["plan"]).contains("sm."));
}
