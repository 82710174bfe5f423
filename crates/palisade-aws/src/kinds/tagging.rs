//! Tags, as EC2 and SageMaker speak of them.

use aws_sdk_ec2::types::Tag;
use palisade_core::kinds::tagging::Call;
use palisade_core::{CloudError, Known, Learned};
use serde_json::json;

use crate::answer::{all_resolved, nothing, resolved};
use crate::connect::Aws;
use crate::error::writing;
use crate::sagemaker::{self, fields};
use crate::tags;

/// Sends the one request of `call`.
pub(crate) async fn call(aws: &Aws, call: &Call, known: &Known) -> Result<Learned, CloudError> {
    match call {
        Call::Set { objects, tags } => {
            let objects = all_resolved(known, objects)?;
            let request =
                aws.writes.create_tags().set_resources(Some(objects)).set_tags(Some(tags::to_sdk(tags)));
            request.send().await.map(nothing).map_err(writing("ec2:CreateTags"))
        }
        Call::Unset { objects, keys } => {
            // Without a list, AWS takes away every tag.
            some(keys)?;
            let objects = all_resolved(known, objects)?;
            let tags = keys.iter().map(|key| Tag::builder().key(key).build()).collect();
            let request = aws.writes.delete_tags().set_resources(Some(objects)).set_tags(Some(tags));
            request.send().await.map(nothing).map_err(writing("ec2:DeleteTags"))
        }
        Call::Add { object, tags } => {
            let body = json!({ "ResourceArn": resolved(known, object)?, "Tags": sagemaker::written(tags) });
            sagemaker::ask(&aws.sagemaker, "AddTags", fields(body)).await.map(nothing)
        }
        Call::Drop { object, keys } => {
            some(keys)?;
            let body = json!({ "ResourceArn": resolved(known, object)?, "TagKeys": keys });
            sagemaker::ask(&aws.sagemaker, "DeleteTags", fields(body)).await.map(nothing)
        }
    }
}

fn some(keys: &[String]) -> Result<(), CloudError> {
    let mistake = || CloudError::Unusable("no tag to remove: this is a bug in palisade".to_owned());
    (!keys.is_empty()).then_some(()).ok_or_else(mistake)
}
