//! What runs in the network.

use palisade_core::{Key, Kind, Live, Network};

use super::{check, lab, list, network, network_of, parse};

/// A blueprint with one of everything.
pub(super) const EVERYTHING: &str = include_str!("sagemaker.toml");

/// Returns what a network has of SageMaker, with the tags that remember something.
fn workloads(network: &Network) -> String {
    let mut only = network.clone();
    only.resources.retain(|key, _| key.kind.is_of_sagemaker());
    let memos: Vec<String> = network.memos.iter().map(|(key, tags)| format!("{key} {tags:?}\n")).collect();
    let configs = network.vpc_configs.iter().map(|(name, config)| format!("{name} {config:?}\n"));
    format!("{}\n{}\n{}", list(&only), memos.concat(), configs.collect::<String>())
}

/// Returns a right blueprint with a group, a place and `more`.
fn with(more: &str) -> String {
    lab(&format!(
        "[security-groups.web]\n[sagemaker.vpc-configs.app]\ntier = \"app\"\nsecurity-groups = [\"web\"]\n{more}"
    ))
}

const ROLE: &str = "execution-role = \"arn:aws:iam::111122223333:role/ml\"\n";

/// Returns a right blueprint with a model, and an endpoint configuration of these variants.
fn with_variants(variants: &str, more: &str) -> String {
    with(&format!(
        "[sagemaker.models.fraud]\nvpc-config = \"app\"\nprimary-container = {{ image = \"i\" }}\n\
         [sagemaker.endpoint-configs.fraud]\nproduction-variants = [{variants}]\n{more}"
    ))
}

/// Returns a right blueprint with a training job, and more of it.
fn with_job(more: &str) -> String {
    with(&format!(
        "[sagemaker.training-jobs.fraud-1]\nvpc-config = \"app\"\n{ROLE}\
         algorithm-specification = {{ training-image = \"i\", training-input-mode = \"File\" }}\n\
         output-data-config = {{ s3-output-path = \"s3://models\" }}\n\
         resource-config = {{ instance-type = \"ml.m5.xlarge\", instance-count = 1, volume-size-in-gb = 30 }}\n\
         stopping-condition = {{ max-runtime-in-seconds = 60 }}\n{more}"
    ))
}

#[test]
fn everything_becomes_what_the_api_takes() {
    let parsed = parse(EVERYTHING);
    assert_eq!(parsed.diagnostics, []);
    insta::assert_snapshot!(workloads(&network_of(&parsed, &Live::default())), @r#"
    domain.studio vpc.main subnet.training@a subnet.training@b security-group.training
      AppNetworkAccessType = "VpcOnly"
      AuthMode = "IAM"
      DefaultUserSettings = {"ExecutionRole":"arn:aws:iam::111122223333:role/ml","JupyterLabAppSettings":{"AppLifecycleManagement":{"IdleSettings":{"IdleTimeoutInMinutes":120,"LifecycleManagement":"ENABLED"}},"DefaultResourceSpec":{"InstanceType":"ml.t3.medium"}},"SpaceStorageSettings":{"DefaultEbsStorageSettings":{"DefaultEbsVolumeSizeInGb":5,"MaximumEbsVolumeSizeInGb":100}}}
      DomainSettings = {"DockerSettings":{"EnableDockerAccess":"DISABLED"},"ExecutionRoleIdentityConfig":"USER_PROFILE_NAME"}
      KmsKeyId = "alias/ml"
    user-profile.anna domain.studio security-group.other
      UserSettings = {"ExecutionRole":"arn:aws:iam::111122223333:role/anna"}
    user-profile.ben domain.studio
    notebook.lab subnet.serving@b security-group.training
      DirectInternetAccess = "Disabled"
      InstanceType = "ml.t3.medium"
      RoleArn = "arn:aws:iam::111122223333:role/ml"
      RootAccess = "Disabled"
      VolumeSizeInGB = 50
    model.fraud subnet.serving@a subnet.serving@b subnet.training@a subnet.training@b security-group.other security-group.training
      ExecutionRoleArn = "arn:aws:iam::111122223333:role/ml"
      PrimaryContainer = {"Environment":{"LOG_LEVEL":"info"},"Image":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1","ModelDataUrl":"s3://models/fraud.tar.gz"}
    endpoint-config.fraud model.fraud
      DataCaptureConfig = {"CaptureOptions":[{"CaptureMode":"Input"}],"DestinationS3Uri":"s3://captured","InitialSamplingPercentage":10}
      ProductionVariants = [{"InitialInstanceCount":2,"InitialVariantWeight":1.0,"InstanceType":"ml.m5.large","VariantName":"main"}]
    inference-endpoint.fraud endpoint-config.fraud
    training-job.fraud-1 subnet.training@a subnet.training@b security-group.training
      AlgorithmSpecification = {"TrainingImage":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:1","TrainingInputMode":"FastFile"}
      EnableInterContainerTrafficEncryption = true
      HyperParameters = {"epochs":"10","learning-rate":"0.1"}
      InputDataConfig = [{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://data/train/"}}}]
      OutputDataConfig = {"S3OutputPath":"s3://models/fraud"}
      ResourceConfig = {"InstanceCount":2,"InstanceType":"ml.g5.xlarge","VolumeSizeInGB":100}
      RoleArn = "arn:aws:iam::111122223333:role/ml"
      StoppingCondition = {"MaxRuntimeInSeconds":86400}
    processing-job.clean-1 subnet.training@a subnet.training@b security-group.other security-group.training
      AppSpecification = {"ImageUri":"111122223333.dkr.ecr.eu-west-1.amazonaws.com/clean:1"}
      NetworkConfig = {"EnableNetworkIsolation":true}
      ProcessingResources = {"ClusterConfig":{"InstanceCount":1,"InstanceType":"ml.m5.xlarge","VolumeSizeInGB":30}}
      RoleArn = "arn:aws:iam::111122223333:role/ml"

    domain.studio {"palisade:home-efs": "delete"}
    training-job.fraud-1 {"palisade:vpc-config": "training"}
    processing-job.clean-1 {"palisade:vpc-config": "tier:training with other training"}

    anywhere VpcConfig { subnets: {subnet.serving@a, subnet.serving@b, subnet.training@a, subnet.training@b}, security_groups: {security-group.other, security-group.training} }
    training VpcConfig { subnets: {subnet.training@a, subnet.training@b}, security_groups: {security-group.training} }
    "#);
}
