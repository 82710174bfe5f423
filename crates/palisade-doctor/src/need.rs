//! Which services of AWS a workload calls.
//!
//! What breaks it for sure without its service is an error; what its code may or may not call is a warning. Sources: the
//! SageMaker developer guide, "Give training jobs access to resources in your VPC", "Connect Studio notebooks in a VPC to
//! external resources", "Connect a notebook instance in a VPC to external resources".

use palisade_core::Severity;
use serde_json::Value;

use crate::workload::{What, Workload};

/// The services beside S3, by the short names of their endpoints.
pub(crate) const SERVICES: &[&str] = &[
    "sagemaker.api",
    "sagemaker.runtime",
    "sts",
    "logs",
    "monitoring",
    "ecr.api",
    "ecr.dkr",
    "kms",
    "studio",
    "notebook",
    "servicecatalog",
];

/// Returns how much a workload needs a service; nothing if it does not.
pub(crate) fn need(workload: &Workload<'_>, service: &str) -> Option<Severity> {
    use Severity::{Error, Warning};
    if workload.bypasses() {
        return None;
    }
    // The image is pulled from within the VPC, by AWS and not by the container.
    if matches!(service, "ecr.api" | "ecr.dkr") && pulls_from_ecr(workload) {
        return Some(Error);
    }
    if workload.is_isolated() {
        return None;
    }
    match (workload.what, service) {
        (
            What::Training | What::Processing,
            "sagemaker.api" | "sts" | "logs" | "ecr.api" | "ecr.dkr" | "kms",
        ) => Some(Warning),
        (What::Notebook, "sagemaker.api") => Some(Error),
        (What::Notebook, "sagemaker.runtime" | "sts" | "logs" | "notebook") => Some(Warning),
        (What::Studio, "sagemaker.api" | "sagemaker.runtime" | "studio") => Some(Error),
        (What::Studio, "sts" | "logs" | "monitoring" | "ecr.api" | "ecr.dkr" | "kms" | "servicecatalog") => {
            Some(Warning)
        }
        (What::Notebook | What::Hosting, "kms") => names_a_key(workload).then_some(Warning),
        _ => None,
    }
}

/// Returns whether a workload needs S3: AWS itself brings data, models and results through its interfaces, also where
/// the container has no network.
pub(crate) fn needs_s3(workload: &Workload<'_>) -> bool {
    !workload.bypasses()
}

fn pulls_from_ecr(workload: &Workload<'_>) -> bool {
    let is_ecr = |it: &Value| it.as_str().is_some_and(|it| it.contains(".dkr.ecr."));
    workload.find("RepositoryAccessMode", &|it| it == "Vpc").is_some()
        && workload.find("Image", &is_ecr).is_some()
}

fn names_a_key(workload: &Workload<'_>) -> bool {
    workload.find("KmsKeyId", &|it| it.as_str().is_some_and(|it| !it.is_empty())).is_some()
}
