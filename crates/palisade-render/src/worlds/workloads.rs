//! A network with something of SageMaker of every kind in it.

use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::endpoint_config::EndpointConfig;
use palisade_core::kinds::inference_endpoint::InferenceEndpoint;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::sagemaker::{Links, VpcConfig};
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::tags::HOME_EFS;
use palisade_core::{Document, Key, Network};
use serde_json::{Value, json};

use super::{key, minimal};

const ROLE: &str = "arn:aws:iam::111122223333:role/ml";

/// What an API is told.
pub(crate) fn document(value: Value) -> Document {
    serde_json::from_value(value).expect("an object")
}

/// The place in [`minimal`] where things run.
pub(crate) fn training() -> VpcConfig {
    VpcConfig {
        subnets: ["subnet.training@a", "subnet.training@b"].map(key).into(),
        security_groups: [key("security-group.training")].into(),
    }
}

/// A domain with a profile, whose homes outlive it.
pub(crate) fn studio() -> Network {
    let mut network = minimal();
    let links = Links { vpc: Some(key("vpc.main")), ..training().links() };
    let settings = json!({
        "AppNetworkAccessType": "VpcOnly",
        "AuthMode": "IAM",
        "DefaultUserSettings": {"ExecutionRole": ROLE},
    });
    network.insert(key("domain.studio"), Domain { links, settings: document(settings) });
    let links = Links { domain: Some(key("domain.studio")), ..Links::default() };
    network.insert(key("user-profile.ann"), UserProfile { links, settings: Document::default() });
    network.memos.insert(key("domain.studio"), [(HOME_EFS.to_owned(), "retain".to_owned())].into());
    network
}

/// A machine to work on.
pub(crate) fn notebook() -> Network {
    let mut network = minimal();
    let links = Links { subnets: vec![key("subnet.training@a")], ..training().links() };
    let settings = document(
        json!({"InstanceType": "ml.t3.medium", "RoleArn": ROLE, "DirectInternetAccess": "Disabled"}),
    );
    network.insert(key("notebook.lab"), Notebook { links, settings, stopped: false, restarts: false });
    network
}

/// A model, and what serves it.
pub(crate) fn hosting() -> Network {
    let mut network = minimal();
    let settings = json!({
        "EnableNetworkIsolation": true,
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {
            "Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/score:1",
            "Environment": {"API_TOKEN": "hunter2", "MODE": "fast"},
        },
    });
    network.insert(key("model.score"), Model { links: training().links(), settings: document(settings) });
    let variant = json!({"VariantName": "all", "InstanceType": "ml.m5.large", "InitialInstanceCount": 2});
    let settings = document(json!({"ProductionVariants": [variant]}));
    let links = Links { models: vec![key("model.score")], ..Links::default() };
    network.insert(key("endpoint-config.score"), EndpointConfig { links, settings });
    let config: Option<Key> = Some(key("endpoint-config.score"));
    let links = Links { config, ..Links::default() };
    network
        .insert(key("inference-endpoint.score"), InferenceEndpoint { links, settings: Document::default() });
    network
}

/// Runs of both kinds.
pub(crate) fn jobs() -> Network {
    let mut network = minimal();
    let settings = json!({
        "AlgorithmSpecification": {"TrainingImage": "train:1", "TrainingInputMode": "File"},
        "EnableInterContainerTrafficEncryption": true,
        "HyperParameters": {"epochs": "3", "wandb_key": "hunter2"},
        "InputDataConfig": [{"ChannelName": "train"}, {"ChannelName": "test"}],
        "ResourceConfig": {"InstanceType": "ml.p4d.24xlarge", "InstanceCount": 2, "VolumeKmsKeyId": "alias/ml"},
        "RoleArn": ROLE,
    });
    let links = training().links();
    network.insert(key("training-job.first"), TrainingJob { links, settings: document(settings) });
    let settings = json!({
        "AppSpecification": {"ImageUri": "clean:1", "ContainerArguments": ["--token", "hunter2"]},
        "NetworkConfig": {"EnableNetworkIsolation": false},
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}},
    });
    let links = training().links();
    network.insert(key("processing-job.clean"), ProcessingJob { links, settings: document(settings) });
    network
}
