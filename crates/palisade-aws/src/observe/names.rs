//! Who has the names that a blueprint wants for what it runs in the network, as far as the tagging API does not know it:
//! it learns of tags late, and what others have carries none of ours. SageMaker takes most names once, and would make a
//! second domain of a name without a word.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::{CloudError, Key, Kind, Needs, Tags, tags};

use super::few_together;
use super::marks::read_tags;
use super::workloads::{Seen, describe, look_at};
use crate::connect::Aws;
use crate::sagemaker::{self, Client, Fields, Shape, text};

/// What has a name that is wanted.
#[derive(Debug)]
pub(super) struct Named {
    /// How it is spoken of.
    pub(super) shape: &'static Shape,
    /// By which AWS knows it.
    pub(super) arn: String,
    /// What was described.
    pub(super) fields: Fields,
    /// All its tags but AWS's own.
    pub(super) tags: Tags,
}

/// Looks for what is wanted and is not among what is tagged: one request for each name, one for all domains. Profiles
/// are listed by their domains.
pub(super) async fn read(
    aws: &Aws,
    needs: &Needs,
    tagged: &BTreeMap<String, Tags>,
) -> Result<Vec<Named>, CloudError> {
    let known: BTreeSet<Key> = tagged.values().filter_map(|it| it.get(tags::KEY)?.parse().ok()).collect();
    let unknown = needs.workloads.iter().filter(|it| !known.contains(*it));
    let (domains, others): (Vec<&Key>, Vec<&Key>) =
        unknown.filter(|it| it.kind != Kind::UserProfile).partition(|it| it.kind == Kind::Domain);
    let named = others.into_iter().filter_map(|it| Some((Shape::of(it.kind)?, it.name.to_string())));
    let named = named.map(|(shape, name)| look_up(aws.sagemaker.clone(), shape, name)).collect();
    let (named, domains) = tokio::join!(few_together(named), read_domains(&aws.sagemaker, &domains));
    let seen: Vec<Seen> = [named?, domains?].concat();
    let seen: Vec<_> = seen.into_iter().flatten().filter(|(_, arn, _)| !tagged.contains_key(arn)).collect();
    let arns = seen.iter().map(|(_, arn, _)| arn.clone());
    let reads = arns.map(|it| read_tags(aws.sagemaker.clone(), it)).collect();
    let mut tags: BTreeMap<String, Tags> = few_together(reads).await?.into_iter().collect();
    let named = seen.into_iter().map(|(shape, arn, fields)| {
        let tags = tags.remove(&arn).unwrap_or_default();
        Named { shape, arn, fields, tags }
    });
    Ok(named.collect())
}

async fn look_up(client: Client, shape: &'static Shape, name: String) -> Result<Seen, CloudError> {
    let names = [(shape.name.to_owned(), name.into())].into_iter().collect();
    look_at(&client, shape, names).await
}

/// A domain is described by its id, which only the list of all domains tells.
async fn read_domains(client: &Client, wanted: &[&Key]) -> Result<Vec<Seen>, CloudError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let body = sagemaker::fields(serde_json::json!({ "MaxResults": 100 }));
    let listed = sagemaker::pages(client, "ListDomains", body, "Domains").await?;
    let is_wanted = |it: &&Fields| {
        let name = text(it, "DomainName");
        name.is_some_and(|name| wanted.iter().any(|it| it.name.eq_ignore_ascii_case(name)))
    };
    let arns = listed.iter().filter(is_wanted).filter_map(|it| text(it, "DomainArn"));
    few_together(arns.map(|it| describe(client.clone(), it.to_owned())).collect()).await
}
