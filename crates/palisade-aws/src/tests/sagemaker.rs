//! What is sent to SageMaker and EFS, and what their answers mean.

use palisade_core::cloud::Reason;
use palisade_core::kinds::sagemaker::{Action, Call as Of, Links};
use palisade_core::kinds::{mount_target, tagging};
use palisade_core::{Call, CloudError, Document, Handle, Key, Learned, Part};
use serde_json::{Value, json};

use super::wire::{Say, Server, id, refused, stamp};

const ROLE: &str = "arn:aws:iam::111122223333:role/lab";

fn arn(path: &str) -> String {
    format!("arn:aws:sagemaker:eu-west-1:111122223333:{path}")
}

fn handle(path: &str) -> Handle {
    id(&arn(path))
}

fn document(value: Value) -> Document {
    serde_json::from_value(value).expect("an object")
}

fn placed() -> Links<Handle> {
    let (subnets, security_groups) = (vec![id("subnet-1"), id("subnet-2")], vec![id("sg-1")]);
    Links { subnets, security_groups, ..Links::default() }
}

fn create(key: &str, name: &str, links: Links<Handle>, settings: Value) -> Action {
    let (stamp, settings) = (stamp(key), document(settings));
    Action::Create { stamp, name: name.to_owned(), links, settings }
}

fn update(object: &str, links: Links<Handle>, settings: Value) -> Action {
    Action::Update { object: handle(object), links, settings: document(settings) }
}

fn changed(object: &str, links: Links<Handle>, settings: Value) -> Action {
    Action::AwaitChanged { object: handle(object), links, settings: document(settings) }
}

/// Makes calls, each of which is answered with what stands beside it, and writes what was sent.
async fn sent(calls: impl IntoIterator<Item = (Call, Value)>) -> String {
    let (calls, answers): (Vec<Call>, Vec<Value>) = calls.into_iter().unzip();
    let server = Server::that_says(answers.into_iter().map(|it| Say::Json(200, it)));
    for call in calls {
        let outcome = server.call(call.clone()).await;
        assert!(outcome.is_ok(), "{call}: {outcome:?}");
    }
    server.requests().join("\n")
}

/// Takes out the tags that every create request has alike.
fn without_tags(sent: &str) -> String {
    let without = |it: &str| {
        let (head, rest) = it.split_once("\"Tags\":[").expect("tags");
        format!("{head}\"Tags\":…{}", rest.split_once(']').expect("the end of them").1)
    };
    sent.lines().map(without).collect::<Vec<_>>().join("\n")
}

/// Makes one call that is answered with `said`.
async fn outcome(call: Call, said: Say) -> Result<Learned, CloudError> {
    Server::that_says([said]).call(call).await
}

async fn looked(call: Call, seen: Value) -> String {
    match outcome(call, Say::Json(200, seen)).await {
        Ok(learned) => {
            assert_eq!(learned, Learned::new());
            "done".to_owned()
        }
        Err(CloudError::Transient(it)) => format!("not yet: {it}"),
        Err(CloudError::Refused(it)) => format!("{:?}: {it}", it.reason),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_is_made_says_what_it_names_where_the_api_has_it() {
    let domain = Some(handle("domain/d-1"));
    let one = Links { subnets: vec![id("subnet-1")], ..placed() };
    let calls: [(Call, Value); 3] = [
        (
            Call::Domain(Of::new(create(
                "domain.studio",
                "studio",
                Links { vpc: Some(id("vpc-1")), ..placed() },
                json!({"AuthMode": "IAM", "DefaultUserSettings": {"ExecutionRole": ROLE}}),
            ))),
            json!({"DomainArn": arn("domain/d-1"), "DomainId": "d-1", "Url": "https://d-1"}),
        ),
        (
            Call::UserProfile(Of::new(create(
                "user-profile.ann",
                "ann",
                Links { domain, security_groups: vec![id("sg-2")], ..Links::default() },
                json!({}),
            ))),
            json!({"UserProfileArn": arn("user-profile/d-1/ann")}),
        ),
        (
            Call::Notebook(Of::new(create(
                "notebook.lab",
                "lab",
                one,
                json!({"InstanceType": "ml.t3.medium", "RoleArn": ROLE, "DirectInternetAccess": "Disabled"}),
            ))),
            json!({"NotebookInstanceArn": arn("notebook-instance/lab")}),
        ),
    ];
    insta::assert_snapshot!(without_tags(&sent(calls).await), @"");
}

#[tokio::test]
async fn what_is_served_and_run_says_where_it_runs() {
    let models = vec![handle("model/m"), handle("model/m-2")];
    let config = Some(handle("endpoint-config/c-2"));
    let calls: [(Call, Value); 5] = [
        (
            Call::Model(Of::new(create(
                "model.m",
                "m",
                placed(),
                json!({"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "i"}}),
            ))),
            json!({"ModelArn": arn("model/m")}),
        ),
        (
            Call::EndpointConfig(Of::new(create(
                "endpoint-config.c",
                "c",
                Links { models, ..Links::default() },
                json!({"ProductionVariants": [{"VariantName": "a"}, {"VariantName": "b"}]}),
            ))),
            json!({"EndpointConfigArn": arn("endpoint-config/c")}),
        ),
        (
            Call::InferenceEndpoint(Of::new(create(
                "inference-endpoint.e",
                "e",
                Links { config, ..Links::default() },
                json!({}),
            ))),
            json!({"EndpointArn": arn("endpoint/e")}),
        ),
        (
            Call::TrainingJob(Of::new(create(
                "training-job.t",
                "t",
                placed(),
                json!({"RoleArn": ROLE, "HyperParameters": {"epochs": "3"}}),
            ))),
            json!({"TrainingJobArn": arn("training-job/t")}),
        ),
        (
            Call::ProcessingJob(Of::new(create(
                "processing-job.p",
                "p",
                placed(),
                json!({"NetworkConfig": {"EnableNetworkIsolation": true}}),
            ))),
            json!({"ProcessingJobArn": arn("processing-job/p")}),
        ),
    ];
    insta::assert_snapshot!(without_tags(&sent(calls).await), @"");
}

#[tokio::test]
async fn a_create_carries_its_tags_and_teaches_its_arn_and_its_name() {
    let server = Server::that_says([Say::Json(200, json!({"ModelArn": arn("model/m-2")}))]);
    let create = create("model.m", "m-2", Links::default(), json!({}));
    let learned = server.call(Call::Model(Of::new(create))).await.expect("it is made");
    let key: Key = "model.m".parse().expect("a key");
    let (id, name) = (arn("model/m-2"), "m-2".to_owned());
    assert_eq!(learned, [(key.clone(), Part::Id, id), (key, Part::Name, name)]);
    insta::assert_snapshot!(server.requests().join("\n"), @"");
}

#[tokio::test]
async fn an_answer_without_an_arn_is_said() {
    let create = || Call::Model(Of::new(create("model.m", "m", Links::default(), json!({}))));
    let lost = CloudError::Lost("AWS answered `CreateModel` without `ModelArn`".to_owned());
    assert_eq!(outcome(create(), Say::Json(200, json!({}))).await, Err(lost));
    // One that the SDK cannot read is read all the same.
    let odd = json!({"ModelArn": arn("model/m"), "Tags": {"unheard": "of"}});
    assert!(outcome(create(), Say::Json(200, odd)).await.is_ok());
}

#[tokio::test]
async fn a_change_is_sent_once() {
    for said in [Say::HangUp, Say::json_error(500, "InternalFailure", "sorry")] {
        let server = Server::that_says([said]);
        let create = create("model.m", "m", Links::default(), json!({}));
        let outcome = server.call(Call::Model(Of::new(create))).await;
        assert!(matches!(outcome, Err(CloudError::Lost(_))), "{outcome:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_look_is_repeated() {
    let answers =
        [Say::json_error(500, "InternalFailure", "sorry"), Say::Json(200, json!({"Status": "InService"}))];
    let server = Server::that_says(answers);
    let ready = Action::AwaitReady { object: handle("domain/d-1") };
    assert_eq!(server.call(Call::Domain(Of::new(ready))).await, Ok(Learned::new()));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_update_takes_what_its_kind_can_change() {
    let links = Links { vpc: Some(id("vpc-1")), ..placed() };
    let settings = json!({
        "AppNetworkAccessType": "VpcOnly",
        "AuthMode": "IAM",
        "DefaultUserSettings": {"ExecutionRole": ROLE},
        "DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"},
            "RStudioServerProDomainSettings": {"DomainExecutionRoleArn": ROLE}},
    });
    let profile = Links { domain: Some(handle("domain/d-1")), ..Links::default() };
    let one = Links { subnets: vec![id("subnet-1")], ..placed() };
    let config = Links { config: Some(handle("endpoint-config/c-2")), ..Links::default() };
    let calls: [(Call, Value); 4] = [
        (Call::Domain(Of::new(update("domain/d-1", links, settings))), json!({"DomainArn": "arn"})),
        (
            Call::UserProfile(Of::new(update("user-profile/d-1/ann", profile, json!({})))),
            json!({"UserProfileArn": "arn"}),
        ),
        (
            Call::Notebook(Of::new(update(
                "notebook-instance/lab",
                one,
                json!({"InstanceType": "ml.t3.large", "VolumeSizeInGB": 20}),
            ))),
            json!({}),
        ),
        (
            Call::InferenceEndpoint(Of::new(update(
                "endpoint/e",
                config,
                json!({"DeploymentConfig": {"BlueGreenUpdatePolicy": {}}}),
            ))),
            json!({"EndpointArn": "arn"}),
        ),
    ];
    insta::assert_snapshot!(sent(calls).await, @"");
}

#[tokio::test]
async fn a_notebook_is_stopped_and_started() {
    let object = || handle("notebook-instance/lab");
    let calls = [
        (Call::Notebook(Of::new(Action::Stop { object: object() })), json!({})),
        (Call::Notebook(Of::new(Action::Start { object: object() })), json!({})),
    ];
    insta::assert_snapshot!(sent(calls).await, @"");
    let status = |it: &str| format!("Status ({it}) not in ([X]). Unable to transition for Notebook Instance");
    let said = |it: &str| Say::json_error(400, "ValidationException", &status(it));
    // Whoever it was that has asked for it.
    let stop = || Call::Notebook(Of::new(Action::Stop { object: object() }));
    assert_eq!(outcome(stop(), said("Stopped")).await, Ok(Learned::new()));
    let start = Call::Notebook(Of::new(Action::Start { object: object() }));
    assert_eq!(outcome(start, said("InService")).await, Ok(Learned::new()));
    assert!(matches!(outcome(stop(), said("Updating")).await, Err(CloudError::Transient(_))));
}

#[tokio::test]
async fn a_deletion_says_what_and_how() {
    let delete =
        |object: &str, details: Value| Action::Delete { object: handle(object), details: document(details) };
    let app =
        json!({"DomainId": "d-1", "SpaceName": "Common", "AppType": "JupyterLab", "AppName": "default"});
    let space = json!({"DomainId": "d-1", "SpaceName": "Common"});
    let calls: [(Call, Value); 7] = [
        (
            Call::Domain(Of::new(delete(
                "domain/d-1",
                json!({"RetentionPolicy": {"HomeEfsFileSystem": "Retain"}}),
            ))),
            json!({}),
        ),
        (Call::UserProfile(Of::new(delete("user-profile/d-1/ann", json!({})))), json!({})),
        (Call::Notebook(Of::new(delete("notebook-instance/lab", json!({})))), json!({})),
        (Call::EndpointConfig(Of::new(delete("endpoint-config/c", json!({})))), json!({})),
        (Call::App(Of::new(delete("app/d-1/Common/JupyterLab/default", app))), json!({})),
        (Call::Space(Of::new(delete("space/d-1/Common", space))), json!({})),
        (Call::InferenceEndpoint(Of::new(delete("endpoint/e", json!({})))), json!({})),
    ];
    insta::assert_snapshot!(sent(calls).await, @"");
}

#[tokio::test]
async fn tags_are_of_one_object() {
    let object = || handle("model/m");
    let tags = [("team".to_owned(), "ml".to_owned())].into();
    let calls = [
        (Call::Tagging(tagging::Call::Add { object: object(), tags }), json!({"Tags": []})),
        (Call::Tagging(tagging::Call::Drop { object: object(), keys: vec!["old".to_owned()] }), json!({})),
    ];
    insta::assert_snapshot!(sent(calls).await, @"");
    let none = Call::Tagging(tagging::Call::Drop { object: object(), keys: Vec::new() });
    assert!(matches!(outcome(none, Say::HangUp).await, Err(CloudError::Unusable(_))));
}

#[tokio::test]
async fn a_refusal_is_sorted() {
    let delete = || {
        let details = Document::default();
        Call::Domain(Of::new(Action::Delete { object: handle("domain/d-1"), details }))
    };
    let said = |code: &str| Say::json_error(400, code, "no");
    let words = |code: &str| format!("{code}: no (request r-1)");
    assert_eq!(
        outcome(delete(), said("ResourceInUse")).await,
        Err(refused(Reason::InUse, &words("ResourceInUse")))
    );
    assert_eq!(
        outcome(delete(), said("ResourceNotFound")).await,
        Err(refused(Reason::NotFound, &words("ResourceNotFound")))
    );
    let throttled = CloudError::Transient(words("ThrottlingException"));
    assert_eq!(outcome(delete(), said("ThrottlingException")).await, Err(throttled));
    let denied = CloudError::Denied {
        action: "sagemaker:DeleteDomain".to_owned(),
        message: words("AccessDeniedException"),
    };
    assert_eq!(outcome(delete(), said("AccessDeniedException")).await, Err(denied));
}

#[tokio::test]
async fn a_wait_goes_on_until_it_can_be_used_or_never_will() {
    let domain = |status: &str| {
        let ready = Action::AwaitReady { object: handle("domain/d-1") };
        looked(
            Call::Domain(Of::new(ready)),
            json!({"Status": status, "FailureReason": if status.contains("Failed") { "no room" } else { "" }}),
        )
    };
    let mut told = Vec::new();
    for it in ["InService", "Pending", "Failed", "Update_Failed", "Deleting"] {
        told.push(domain(it).await);
    }
    insta::assert_snapshot!(told.join("\n"), @"");
    let endpoint = Action::AwaitReady { object: handle("endpoint/e") };
    let not_found = Say::json_error(400, "ValidationException", "Could not find endpoint \"arn\".");
    let outcome = outcome(Call::InferenceEndpoint(Of::new(endpoint)), not_found).await;
    let unseen = format!("`{}` is not to be seen yet", arn("endpoint/e"));
    assert_eq!(outcome, Err(CloudError::Transient(unseen)));
}

#[tokio::test]
async fn an_endpoint_goes_over_or_back() {
    let config = Links { config: Some(handle("endpoint-config/new-2")), ..Links::default() };
    let look = |seen: Value| {
        let asked = json!({"DeploymentConfig": {"BlueGreenUpdatePolicy": {}}});
        looked(Call::InferenceEndpoint(Of::new(changed("endpoint/e", config.clone(), asked))), seen)
    };
    let seen = |status: &str, config: &str| json!({"EndpointStatus": status, "EndpointConfigName": config});
    let mut back = seen("InService", "old");
    back["FailureReason"] = "the container does not answer".into();
    let told = [
        look(seen("Updating", "old")).await,
        look(seen("InService", "New-2")).await,
        look(seen("RollingBack", "old")).await,
        look(back).await,
        look(seen("InService", "old")).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[tokio::test]
async fn what_aws_accepts_and_ignores_is_told() {
    let links = Links { vpc: Some(id("vpc-1")), ..placed() };
    let asked = json!({
        "AppNetworkAccessType": "VpcOnly",
        "AuthMode": "SSO",
        "DefaultUserSettings": {"ExecutionRole": ROLE},
        "DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"}},
    });
    let look = |seen: Value| {
        looked(Call::Domain(Of::new(changed("domain/d-1", links.clone(), asked.clone()))), seen)
    };
    let as_asked = json!({
        "Status": "InService",
        "AppNetworkAccessType": "VpcOnly",
        "AuthMode": "IAM",
        "DefaultUserSettings": {"ExecutionRole": ROLE, "SecurityGroups": ["sg-1"]},
        "DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"}},
        "SubnetIds": ["subnet-2", "subnet-1"],
        "VpcId": "vpc-1",
    });
    let mut as_before = as_asked.clone();
    as_before["SubnetIds"] = json!(["subnet-1"]);
    as_before["DefaultUserSettings"]["SecurityGroups"] = json!([]);
    as_before["DomainSettings"] = json!({});
    let mut updating = as_before.clone();
    updating["Status"] = "Updating".into();
    let told = [look(as_asked).await, look(updating).await, look(as_before).await];
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[tokio::test]
async fn a_notebook_changes_while_it_is_stopped() {
    let one = Links { subnets: vec![id("subnet-1")], ..placed() };
    let asked = json!({"InstanceType": "ml.t3.large", "LifecycleConfigName": "l"});
    let look = |seen: Value| {
        looked(Call::Notebook(Of::new(changed("notebook-instance/lab", one.clone(), asked.clone()))), seen)
    };
    let seen = |status: &str, of: &str| {
        json!({"NotebookInstanceStatus": status, "InstanceType": of,
            "NotebookInstanceLifecycleConfigName": "l"})
    };
    let told = [
        look(seen("Updating", "ml.t3.medium")).await,
        look(seen("Stopped", "ml.t3.large")).await,
        look(seen("Stopped", "ml.t3.medium")).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @"");
    let stopped = |status: &str| {
        let stopped = Action::AwaitStopped { object: handle("notebook-instance/lab") };
        looked(Call::Notebook(Of::new(stopped)), seen(status, ""))
    };
    assert_eq!(stopped("Stopped").await, "done");
    assert_eq!(stopped("Stopping").await, format!("not yet: `{}` is Stopping", arn("notebook-instance/lab")));
}

#[tokio::test]
async fn what_is_not_there_is_gone() {
    let gone = |object: &str| Action::AwaitGone { object: handle(object) };
    let domain = || Call::Domain(Of::new(gone("domain/d-1")));
    let not_found = |code: &str, words: &str| Say::json_error(400, code, words);
    assert_eq!(outcome(domain(), not_found("ResourceNotFound", "x")).await, Ok(Learned::new()));
    let endpoint = Call::InferenceEndpoint(Of::new(gone("endpoint/e")));
    let words = "Could not find endpoint \"arn\".";
    assert_eq!(outcome(endpoint, not_found("ValidationException", words)).await, Ok(Learned::new()));
    let notebook = Call::Notebook(Of::new(gone("notebook-instance/lab")));
    assert_eq!(
        outcome(notebook, not_found("ValidationException", "RecordNotFound")).await,
        Ok(Learned::new())
    );
    let told = [
        looked(domain(), json!({"Status": "Deleting"})).await,
        looked(domain(), json!({"Status": "Delete_Failed", "FailureReason": "it is in use"})).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[tokio::test]
async fn an_app_is_a_profiles_or_a_spaces() {
    let gone = || {
        let object = handle("app/d-1/Common/JupyterLab/default");
        Call::App(Of::new(Action::AwaitGone { object }))
    };
    let not_found = || Say::json_error(400, "ResourceNotFound", "x");
    let status = |it: &str| Say::Json(200, json!({ "Status": it }));
    let server = Server::that_says([not_found(), status("Deleting"), not_found(), status("Deleted")]);
    let transient =
        CloudError::Transient(format!("`{}` is Deleting", arn("app/d-1/Common/JupyterLab/default")));
    assert_eq!(server.call(gone()).await, Err(transient));
    assert_eq!(server.call(gone()).await, Ok(Learned::new()));
    insta::assert_snapshot!(server.requests()[..2].join("\n"), @"");
}

#[tokio::test]
async fn interfaces_are_released_when_nothing_holds_them() {
    let interface = |id: &str, status: &str| {
        format!("<item><networkInterfaceId>{id}</networkInterfaceId><status>{status}</status></item>")
    };
    let set = |items: &[String]| format!("<networkInterfaceSet>{}</networkInterfaceSet>", items.concat());
    let answers = [
        set(&[interface("eni-1", "in-use"), interface("eni-2", "available")]),
        set(&[interface("eni-2", "available")]),
        set(&[]),
    ];
    let server = Server::that_says(answers.iter().map(|it| Say::ok("DescribeNetworkInterfaces", it)));
    let released = || {
        let interfaces = vec![id("eni-1"), id("eni-2")];
        Call::Domain(Of::new(Action::AwaitReleased { interfaces }))
    };
    let held = CloudError::Transient("SageMaker still holds eni-1".to_owned());
    assert_eq!(server.call(released()).await, Err(held));
    assert_eq!(server.call(released()).await, Ok(Learned::new()));
    assert_eq!(server.call(released()).await, Ok(Learned::new()));
    insta::assert_snapshot!(server.requests()[0], @"");
}

#[tokio::test]
async fn a_mount_target_is_deleted_and_then_gone() {
    let target = || id("fsmt-1");
    let target_is = |state: &str| {
        let target = json!({"MountTargetId": "fsmt-1", "FileSystemId": "fs-1", "SubnetId": "subnet-1",
            "LifeCycleState": state});
        Say::Json(200, json!({ "MountTargets": [target] }))
    };
    let not_found = || Say::json_error(404, "MountTargetNotFound", "no fsmt-1");
    let server = Server::that_says([
        Say::Json(204, json!({})),
        target_is("deleting"),
        target_is("deleted"),
        not_found(),
        not_found(),
    ]);
    let delete = || Call::MountTarget(mount_target::Call::Delete { target: target() });
    let deleted = || Call::MountTarget(mount_target::Call::AwaitDeleted { target: target() });
    assert_eq!(server.call(delete()).await, Ok(Learned::new()));
    assert_eq!(server.call(deleted()).await, Err(CloudError::Transient("`fsmt-1` is deleting".to_owned())));
    assert_eq!(server.call(deleted()).await, Ok(Learned::new()));
    assert_eq!(server.call(deleted()).await, Ok(Learned::new()));
    let words = "MountTargetNotFound: no fsmt-1 (request r-1)";
    assert_eq!(server.call(delete()).await, Err(refused(Reason::NotFound, words)));
    insta::assert_snapshot!(server.requests().join("\n"), @"");
}
