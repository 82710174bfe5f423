//! What is shown of settings, and what is not.

use insta::assert_snapshot;
use serde_json::json;

use super::*;
use crate::worlds::{document, key};

fn shown(settings: Value) -> String {
    let lines = all(&document(settings)).into_iter().map(|it| format!("{} = {}\n", it.path, it.value));
    lines.collect()
}

#[test]
fn settings_are_told_by_their_paths() {
    let settings = json!({
        "ResourceConfig": {"InstanceCount": 2, "KeepAlivePeriodInSeconds": 0},
        "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://a"}}}],
        "SecurityGroupIds": ["a", "b"],
        "StoppingCondition": {},
        "EnableNetworkIsolation": true,
    });
    assert_snapshot!(shown(settings), @"
    enable-network-isolation = true
    input-data-config[0].channel-name = train
    input-data-config[0].data-source.s3-data-source.s3-uri = s3://a
    resource-config.instance-count = 2
    resource-config.keep-alive-period-in-seconds = 0
    security-group-ids = a, b
    stopping-condition = {}
    ");
}

#[test]
fn what_may_be_a_secret_is_only_named() {
    let settings = json!({
        "AppSpecification": {"ContainerArguments": ["--token", "hunter2"], "ContainerEntrypoint": ["run"]},
        "Containers": [{"Image": "a", "Environment": {"API_TOKEN": "hunter2"}}],
        "Environment": {"API_TOKEN": "hunter2", "MODE": "fast"},
        "HyperParameters": {},
    });
    assert_snapshot!(shown(settings), @"
    app-specification.container-arguments = 2 words (not shown)
    app-specification.container-entrypoint = 1 word (not shown)
    containers[0].environment = API_TOKEN (not shown)
    containers[0].image = a
    environment = API_TOKEN, MODE (not shown)
    hyper-parameters = (not shown)
    ");
}

/// Returns what is told of the difference between two documents.
fn differs(live: Value, want: Value) -> String {
    let of = key("model.m");
    let fields = document(want).differences(&document(live)).into_iter().map(|it| Field {
        name: it.path,
        live: it.live,
        want: it.want,
        forces_replacement: false,
    });
    let diff = veiled(&of, &Diff { fields: fields.collect() });
    let line = |it: &Field| {
        let value = |it: &Option<String>| it.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{}: {} -> {}\n", it.name, value(&it.live), value(&it.want))
    };
    let told: String = diff.fields.iter().map(line).collect();
    assert!(!told.contains("hunter"), "{told}");
    told
}

#[test]
fn a_secret_that_changes_is_not_told() {
    let environment = |token: &str| json!({"PrimaryContainer": {"Environment": {"token": token}}});
    assert_snapshot!(differs(environment("hunter1"), environment("hunter2")), @"primary-container.environment.token: (not shown) -> another value");
    assert_snapshot!(differs(json!({"PrimaryContainer": {}}), environment("hunter2")), @"primary-container.environment: nothing -> token (not shown)");
    assert_snapshot!(differs(json!({}), environment("hunter2")), @r#"primary-container: nothing -> {"Environment":"token (not shown)"}"#);
    let containers = |tokens: &[&str]| {
        let all = tokens.iter().map(|it| json!({"Environment": {"token": it}}));
        json!({"Containers": all.collect::<Vec<_>>()})
    };
    assert_snapshot!(differs(containers(&["hunter1"]), containers(&["hunter1", "hunter2"])), @r#"containers: [{"Environment":"token (not shown)"}] -> [{"Environment":"token (not shown)"},{"Environment":"token (not shown)"}]"#);
    assert_snapshot!(differs(containers(&["hunter1"]), containers(&["hunter2"])), @"containers[0].environment.token: (not shown) -> another value");
    let arguments = |them: &[&str]| json!({"AppSpecification": {"ContainerArguments": them}});
    assert_snapshot!(differs(arguments(&["hunter1"]), arguments(&["hunter1", "hunter2"])), @"app-specification.container-arguments: 1 word (not shown) -> 2 words (not shown)");
    assert_snapshot!(differs(arguments(&["hunter1"]), arguments(&["hunter2"])), @"app-specification.container-arguments[0]: (not shown) -> another value");
}
