//! The real binary with the real SDK on LocalStack, checked by boto3.

mod blueprints;
mod conformance;
mod crashes;
mod drift;
mod edits;
mod fixture;
mod foreign;
mod guards;
mod interruptions;
mod lease;
mod mended;
mod pacing;
mod replacements;
mod sagemaker;
mod saved_plans;
mod verify;
