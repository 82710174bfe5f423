//! What tells one kind from another on the wire: how requests name it, and which of the described fields are its own.

use palisade_core::document::Document;
use palisade_core::kinds::app::App;
use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::endpoint_config::EndpointConfig;
use palisade_core::kinds::inference_endpoint::InferenceEndpoint;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::sagemaker::{Api, Links, Workload};
use palisade_core::kinds::space::Space;
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::{Key, Kind, Resource, Spec};

use super::wire::Fields;

/// How the API speaks of one kind.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The kind.
    pub(crate) kind: Kind,
    /// Its operations.
    pub(crate) api: Api,
    /// What stands before its name in its ARN.
    pub(crate) resource: &'static str,
    /// The field with its name.
    pub(crate) name: &'static str,
    /// The field with its ARN.
    pub(crate) arn: &'static str,
    /// The field with its status, if it has one.
    pub(crate) status: Option<&'static str>,
    /// What its update takes beside its name (SageMaker API reference).
    pub(crate) updates: &'static [&'static str],
    /// What is described of it and is no setting, beside [`OF_ALL`]: what AWS says of it, and what other objects say.
    pub(crate) told: &'static [&'static str],
    /// Makes it of its parts.
    pub(crate) spec: fn(Links<Key>, Document) -> Spec,
}

/// What is described of many kinds and is a setting of none.
pub(crate) const OF_ALL: &[&str] = &["CreationTime", "FailureReason", "LastModifiedTime", "Url"];

impl Shape {
    /// Returns the shape of a kind, if it is one of SageMaker.
    pub(crate) fn of(kind: Kind) -> Option<&'static Shape> {
        SHAPES.iter().find(|it| it.kind == kind)
    }

    /// Returns the shape of what has an ARN, if it is of SageMaker.
    pub(crate) fn of_arn(arn: &str) -> Option<&'static Shape> {
        let resource = path(arn).filter(|_| arn.split(':').nth(2) == Some("sagemaker"))?.split('/').next()?;
        SHAPES.iter().find(|it| it.resource == resource)
    }

    /// Returns the fields by which requests name what has the ARN. An app is of a profile or of a space, and its ARN does
    /// not say of which: these say of a profile.
    pub(crate) fn names(&self, arn: &str) -> Fields {
        let words: Vec<&str> = path(arn).unwrap_or(arn).split('/').skip(1).collect();
        let last = words.last().copied().unwrap_or(arn);
        let fields = match self.kind {
            Kind::Domain => vec![(DOMAIN_ID, last)],
            Kind::UserProfile | Kind::Space => {
                vec![(DOMAIN_ID, words.first().copied().unwrap_or_default()), (self.name, last)]
            }
            Kind::App => [DOMAIN_ID, USER_PROFILE_NAME, APP_TYPE, self.name].into_iter().zip(words).collect(),
            _ => vec![(self.name, last)],
        };
        fields.into_iter().map(|(field, value)| (field.to_owned(), value.into())).collect()
    }
}

/// The field that names a domain.
pub(crate) const DOMAIN_ID: &str = "DomainId";
/// The field that names a profile.
pub(crate) const USER_PROFILE_NAME: &str = "UserProfileName";
/// The field that names a space.
pub(crate) const SPACE_NAME: &str = "SpaceName";
/// The field that says which app.
pub(crate) const APP_TYPE: &str = "AppType";

fn path(arn: &str) -> Option<&str> {
    arn.splitn(6, ':').nth(5)
}

/// Returns the last part of an ARN, which is a domain's id and the others' name.
pub(crate) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Returns the ARN of something in the same account and region as what has `arn`, such as `model/m`.
pub(crate) fn sibling(arn: &str, path: &str) -> String {
    let head: Vec<&str> = arn.splitn(6, ':').take(5).collect();
    format!("{}:{path}", head.join(":"))
}

const fn shape<R: Workload>(
    resource: &'static str,
    name: &'static str,
    arn: &'static str,
    spec: fn(Links<Key>, Document) -> Spec,
) -> Shape {
    let (status, updates, told): (_, &[&str], &[&str]) = (None, &[], &[]);
    Shape { kind: <R as Resource>::KIND, api: R::API, resource, name, arn, status, updates, told, spec }
}

fn spec<R: Workload>(links: Links<Key>, settings: Document) -> Spec {
    R::new(links, settings).into()
}

static SHAPES: &[Shape] = &[
    Shape {
        status: Some("Status"),
        updates: &[
            "AppNetworkAccessType",
            "AppSecurityGroupManagement",
            "DefaultSpaceSettings",
            "DefaultUserSettings",
            "DomainSettingsForUpdate",
            "HomeEfsFileSystemCreation",
            "SubnetIds",
            "TagPropagation",
        ],
        told: &[
            DOMAIN_ID,
            "HomeEfsFileSystemId",
            "SecurityGroupIdForDomainBoundary",
            "SingleSignOnApplicationArn",
            "SingleSignOnManagedApplicationInstanceId",
            "SubnetIds",
            "VpcId",
        ],
        ..shape::<Domain>("domain", "DomainName", "DomainArn", spec::<Domain>)
    },
    Shape {
        status: Some("Status"),
        updates: &["UserSettings"],
        told: &[DOMAIN_ID, "HomeEfsFileSystemUid"],
        ..shape::<UserProfile>("user-profile", USER_PROFILE_NAME, "UserProfileArn", spec::<UserProfile>)
    },
    Shape {
        status: Some("NotebookInstanceStatus"),
        updates: &[
            "AcceleratorTypes",
            "AdditionalCodeRepositories",
            "DefaultCodeRepository",
            "InstanceMetadataServiceConfiguration",
            "InstanceType",
            "IpAddressType",
            "LifecycleConfigName",
            "PlatformIdentifier",
            "RoleArn",
            "RootAccess",
            "VolumeSizeInGB",
        ],
        told: &["NetworkInterfaceId", "SecurityGroups", "SubnetId"],
        ..shape::<Notebook>(
            "notebook-instance",
            "NotebookInstanceName",
            "NotebookInstanceArn",
            spec::<Notebook>,
        )
    },
    Shape {
        told: &["DeploymentRecommendation", "VpcConfig"],
        ..shape::<Model>("model", "ModelName", "ModelArn", spec::<Model>)
    },
    Shape {
        told: &["VpcConfig"],
        ..shape::<EndpointConfig>(
            "endpoint-config",
            "EndpointConfigName",
            "EndpointConfigArn",
            spec::<EndpointConfig>,
        )
    },
    Shape {
        status: Some("EndpointStatus"),
        updates: &[
            "DeploymentConfig",
            "EndpointConfigName",
            "ExcludeRetainedVariantProperties",
            "RetainAllVariantProperties",
            "RetainDeploymentConfig",
        ],
        told: &[
            "AsyncInferenceConfig",
            "DataCaptureConfig",
            "EndpointConfigName",
            "ExplainerConfig",
            "MetricsConfig",
            "PendingDeploymentSummary",
            "ProductionVariants",
            "ShadowProductionVariants",
        ],
        ..shape::<InferenceEndpoint>("endpoint", "EndpointName", "EndpointArn", spec::<InferenceEndpoint>)
    },
    Shape {
        status: Some("TrainingJobStatus"),
        told: &[
            "AutoMLJobArn",
            "BillableTimeInSeconds",
            "BillableTokenCount",
            "DebugRuleEvaluationStatuses",
            "FinalMetricDataList",
            "LabelingJobArn",
            "MlflowDetails",
            "ModelArtifacts",
            "OutputModelPackageArn",
            "ProfilerRuleEvaluationStatuses",
            "ProfilingStatus",
            "ProgressInfo",
            "SecondaryStatus",
            "SecondaryStatusTransitions",
            "TrainingEndTime",
            "TrainingStartTime",
            "TrainingTimeInSeconds",
            "TuningJobArn",
            "VpcConfig",
            "WarmPoolStatus",
        ],
        ..shape::<TrainingJob>("training-job", "TrainingJobName", "TrainingJobArn", spec::<TrainingJob>)
    },
    Shape {
        status: Some("ProcessingJobStatus"),
        told: &[
            "AutoMLJobArn",
            "ExitMessage",
            "MonitoringScheduleArn",
            "ProcessingEndTime",
            "ProcessingStartTime",
            "TrainingJobArn",
        ],
        ..shape::<ProcessingJob>(
            "processing-job",
            "ProcessingJobName",
            "ProcessingJobArn",
            spec::<ProcessingJob>,
        )
    },
    Shape { status: Some("Status"), ..shape::<App>("app", "AppName", "AppArn", spec::<App>) },
    Shape { status: Some("Status"), ..shape::<Space>("space", SPACE_NAME, "SpaceArn", spec::<Space>) },
];

#[cfg(test)]
mod tests {
    use super::super::wire::OPERATIONS;
    use super::*;

    fn arn(path: &str) -> String {
        format!("arn:aws:sagemaker:eu-west-1:111122223333:{path}")
    }

    #[test]
    fn every_kind_of_sagemaker_is_spoken() {
        for kind in Kind::ALL.iter().filter(|it| it.is_of_sagemaker()) {
            let shape = Shape::of(*kind).expect("it has a shape");
            let Api { create, describe, update, start, stop, delete, .. } = shape.api;
            let is_made = !matches!(kind, Kind::App | Kind::Space);
            let created = Some(create).filter(|_| is_made);
            let deleted = Some(delete).filter(|_| !kind.is_run());
            for it in [created, Some(describe), update, start, stop, deleted].into_iter().flatten() {
                assert!(OPERATIONS.contains(&it), "{it}");
            }
        }
    }

    #[test]
    fn what_has_an_arn_is_named_by_it() {
        let names = |path: &str| {
            let shape = Shape::of_arn(&arn(path)).expect("a kind");
            format!("{} {}", shape.kind.as_str(), serde_json::Value::Object(shape.names(&arn(path))))
        };
        insta::assert_snapshot!(
            ["domain/d-1", "user-profile/d-1/ann", "app/d-1/ann/JupyterLab/default", "endpoint-config/c-2"]
                .map(names)
                .join("\n"),
            @""
        );
        assert!(Shape::of_arn(&arn("pipeline/p")).is_none());
        assert!(Shape::of_arn("arn:aws:bedrock:eu-west-1:111122223333:model/m").is_none());
        assert!(Shape::of_arn("model/m").is_none());
    }

    #[test]
    fn a_sibling_is_in_the_same_account_and_region() {
        assert_eq!(sibling(&arn("endpoint-config/c"), "model/m"), arn("model/m"));
    }
}
