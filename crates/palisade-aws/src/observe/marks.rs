//! What AWS has made for domains says so: in a tag, or in the description of an interface. Whose it is shows once the
//! domain has been looked at that it names.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::cloud::Reason;
use palisade_core::tags::OF_SAGEMAKER;
use palisade_core::{CloudError, Tags};
use serde_json::json;

use super::few_together;
use super::second::Second;
use super::workloads::{Workloads, describe, is_domain};
use crate::connect::Aws;
use crate::kinds::mount_target;
use crate::sagemaker::{self, Client, Fields};
use crate::tags;

/// Looks at what marks name and has not been seen, adds it to `workloads`, and returns in how many rounds.
pub(super) async fn read(aws: &Aws, second: &Second, workloads: &mut Workloads) -> Result<u32, CloudError> {
    let targets = second.interfaces.iter().filter_map(mount_target::named);
    let unknown: BTreeSet<&str> =
        targets.map(|(file_system, _)| file_system).filter(|it| !workloads.homes.contains_key(*it)).collect();
    let mut rounds = u32::from(!unknown.is_empty());
    let reads =
        unknown.into_iter().map(|it| mount_target::read_file_system(aws.efs_reads.clone(), it.to_owned()));
    for it in few_together(reads.collect()).await?.into_iter().flatten() {
        let domain = mount_target::tags_of(&it).remove(OF_SAGEMAKER).filter(|it| is_domain(it));
        workloads.homes.extend(domain.map(|domain| (it.file_system_id().to_owned(), domain)));
    }
    let of_groups = second.groups.iter().filter_map(|it| tags::from_sdk(it.tags()).remove(OF_SAGEMAKER));
    let named: BTreeSet<String> = of_groups.chain(workloads.homes.values().cloned()).collect();
    let is_seen = |arn: &String| workloads.found.iter().any(|it| it.id == *arn);
    let unseen: Vec<String> = named.into_iter().filter(|it| is_domain(it) && !is_seen(it)).collect();
    rounds += u32::from(!unseen.is_empty());
    let describes = unseen.iter().map(|it| describe(aws.sagemaker.clone(), it.clone()));
    let reads = unseen.iter().map(|it| read_tags(aws.sagemaker.clone(), it.clone()));
    let (described, tags) = tokio::join!(few_together(describes.collect()), few_together(reads.collect()));
    let tags: BTreeMap<String, Tags> = tags?.into_iter().collect();
    for (shape, arn, fields) in described?.into_iter().flatten() {
        let tags = tags.get(&arn).cloned().unwrap_or_default();
        workloads.add(shape, &arn, &fields, tags);
    }
    Ok(rounds)
}

/// The tagging API may not have heard yet of a domain of ours, so the domain itself is asked whose it is.
pub(super) async fn read_tags(client: Client, arn: String) -> Result<(String, Tags), CloudError> {
    let body = sagemaker::fields(json!({ "ResourceArn": arn }));
    let read = match sagemaker::pages(&client, "ListTags", body, "Tags").await {
        Err(CloudError::Refused(it)) if it.reason == Reason::NotFound => Vec::new(),
        read => read?,
    };
    let text = |fields: &Fields, name| sagemaker::text(fields, name).unwrap_or_default().to_owned();
    let tags = read.iter().map(|it| (text(it, "Key"), text(it, "Value"))).collect();
    Ok((arn, tags::without_those_of_aws(tags)))
}
