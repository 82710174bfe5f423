//! SageMaker in the network that one apply makes: boto3 asks SageMaker where each thing runs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::fixture::{World, edited, shipped};

/// A private network, and one of each kind that SageMaker runs in it.
const EVERYTHING: &str = r#"
name   = "everything"
region = "eu-west-1"

[vpc]
cidr  = "10.70.0.0/16"
zones = ["a", "b"]

[tiers.training]
route = "isolated"
cidr  = "10.70.0.0/18"

[security-groups.training]
description = "S3 only"
outbound    = [{ to = "endpoint:s3", ports = 443 }]

[endpoints.s3]
tiers = ["training"]

[sagemaker.vpc-configs.training]
tier            = "training"
security-groups = ["training"]

[sagemaker.training-jobs.train]
vpc-config              = "training"
execution-role          = "arn:aws:iam::111122223333:role/ml"
algorithm-specification = { training-image = "image:1", training-input-mode = "File" }
output-data-config      = { s3-output-path = "s3://models/" }
resource-config         = { instance-type = "ml.m5.large", instance-count = 1, volume-size-in-gb = 10 }
stopping-condition      = { max-runtime-in-seconds = 3600 }
enable-inter-container-traffic-encryption = true

[sagemaker.processing-jobs.process]
vpc-config           = "training"
execution-role       = "arn:aws:iam::111122223333:role/ml"
app-specification    = { image-uri = "image:1" }
enable-network-isolation = true

[sagemaker.processing-jobs.process.processing-resources.cluster-config]
instance-type     = "ml.m5.large"
instance-count    = 1
volume-size-in-gb = 10

[sagemaker.models.model]
vpc-config        = "training"
execution-role    = "arn:aws:iam::111122223333:role/ml"
primary-container = { image = "image:1" }

[sagemaker.notebook-instances.notebook]
vpc-config     = "training"
execution-role = "arn:aws:iam::111122223333:role/ml"
instance-type  = "ml.t3.medium"

[sagemaker.domains.studio]
vpc-config     = "training"
execution-role = "arn:aws:iam::111122223333:role/ml"
home-efs       = "delete"
"#;

fn ask(world: &World, call: &str, with: &Value) -> Value {
    world.asks("sagemaker", call, with)
}

fn texts(value: &Value) -> BTreeSet<String> {
    let texts = value.as_array().unwrap_or_else(|| panic!("no list: {value}")).iter();
    texts.map(|it| it.as_str().expect("an id").to_owned()).collect()
}

/// Mission, the worked scenario: network, endpoint, route, group and job from one blueprint in one apply.
#[test]
fn each_thing_runs_in_exactly_the_subnets_and_groups_of_its_place() {
    let world = World::new(EVERYTHING);
    world.apply();
    let ids = world.ids();
    let subnets: BTreeSet<String> =
        ["a", "b"].map(|it| ids.of(&format!("subnet.training@{it}")).to_owned()).into();
    let groups: BTreeSet<String> = [ids.of("security-group.training").to_owned()].into();

    let job = ask(&world, "describe_training_job", &json!({ "TrainingJobName": "train" }));
    assert_eq!(texts(&job["VpcConfig"]["Subnets"]), subnets);
    assert_eq!(texts(&job["VpcConfig"]["SecurityGroupIds"]), groups);
    assert_eq!(job["EnableInterContainerTrafficEncryption"], true);

    let job = ask(&world, "describe_processing_job", &json!({ "ProcessingJobName": "process" }));
    assert_eq!(texts(&job["NetworkConfig"]["VpcConfig"]["Subnets"]), subnets);
    assert_eq!(texts(&job["NetworkConfig"]["VpcConfig"]["SecurityGroupIds"]), groups);
    assert_eq!(job["NetworkConfig"]["EnableNetworkIsolation"], true);

    let model = ask(&world, "describe_model", &json!({ "ModelName": "model" }));
    assert_eq!(texts(&model["VpcConfig"]["Subnets"]), subnets);
    assert_eq!(texts(&model["VpcConfig"]["SecurityGroupIds"]), groups);

    let notebook = ask(&world, "describe_notebook_instance", &json!({ "NotebookInstanceName": "notebook" }));
    assert_eq!(notebook["SubnetId"], ids.of("subnet.training@a"));
    assert_eq!(texts(&notebook["SecurityGroups"]), groups);
    assert_eq!(notebook["DirectInternetAccess"], "Disabled");

    let domain = ask(&world, "describe_domain", &json!({ "DomainId": "d-studio" }));
    assert_eq!(domain["VpcId"], ids.of("vpc.main"));
    assert_eq!(texts(&domain["SubnetIds"]), subnets);
    assert_eq!(texts(&domain["DefaultUserSettings"]["SecurityGroups"]), groups);
    assert_eq!(domain["AppNetworkAccessType"], "VpcOnly");

    world.has_nothing_to_do();
    world.ends(0, &["destroy", "--yes"]);
}

/// What starts a job by hand is given what palisade would give it.
#[test]
fn the_place_that_is_printed_is_the_one_that_the_job_ran_in() {
    let world = World::new(&shipped("private-training"));
    let early = world.run(&["output", "vpc-config", "training"]);
    assert_eq!(early.code, Some(1), "{}", early.stderr);
    world.apply();
    let printed: Value =
        serde_json::from_str(&world.ends(0, &["output", "vpc-config", "training"])).expect("JSON");
    let job = ask(&world, "describe_training_job", &json!({ "TrainingJobName": "fraud-2026-11" }));
    for list in ["Subnets", "SecurityGroupIds"] {
        assert_eq!(texts(&printed[list]), texts(&job["VpcConfig"][list]), "{list}");
    }
}

#[test]
fn a_job_is_made_once_and_another_one_needs_another_name() {
    let mut world = World::new(&shipped("private-training"));
    world.apply();
    let made = ask(&world, "describe_training_job", &json!({ "TrainingJobName": "fraud-2026-11" }));
    world.write(&edited(&shipped("private-training"), "instance-count    = 1", "instance-count    = 2"));
    let refused = world.run(&["apply", "--yes"]).is(1, &["apply", "--yes"]);
    assert!(
        refused.stdout.contains("`training-job.fraud-2026-11` has run with other settings"),
        "{}",
        refused.stdout
    );
    let still = ask(&world, "describe_training_job", &json!({ "TrainingJobName": "fraud-2026-11" }));
    assert_eq!(made["ResourceConfig"], still["ResourceConfig"]);
}
