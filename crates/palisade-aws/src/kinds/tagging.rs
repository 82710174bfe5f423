//! Tags, as EC2 speaks of them.

use aws_sdk_ec2::types::Tag;
use palisade_core::kinds::tagging::Call;
use palisade_core::{CloudError, Known, Learned};

use crate::answer::{all_resolved, nothing};
use crate::connect::Aws;
use crate::error::writing;
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
            if keys.is_empty() {
                return Err(CloudError::Unusable("no tag to remove: this is a bug in palisade".to_owned()));
            }
            let objects = all_resolved(known, objects)?;
            let tags = keys.iter().map(|key| Tag::builder().key(key).build()).collect();
            let request = aws.writes.delete_tags().set_resources(Some(objects)).set_tags(Some(tags));
            request.send().await.map(nothing).map_err(writing("ec2:DeleteTags"))
        }
    }
}
