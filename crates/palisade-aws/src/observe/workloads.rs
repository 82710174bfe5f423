//! What SageMaker has of ours. It cannot be asked for by tag or by VPC: the tagging API knows the ARNs, with their tags,
//! and each is then looked at by itself. What people make in a domain is listed by the domain.

use std::collections::BTreeMap;

use aws_sdk_resourcegroupstagging::types::TagFilter;
use palisade_core::cloud::Reason;
use palisade_core::kinds::sagemaker::Links;
use palisade_core::live::Found;
use palisade_core::tags::BLUEPRINT;
use palisade_core::{CloudError, Document, Key, Kind, Needs, Part, Spec, Tags};

use super::few_together;
use super::first::First;
use super::marks::read_tags;
use super::names::{self, Named};
use crate::connect::Aws;
use crate::error::reading;
use crate::sagemaker::{
    self, Client, DOMAIN_ID, Fields, SPACE_NAME, Shape, USER_PROFILE_NAME, sibling, text,
};
use crate::tags;

/// What is looked for by its tags.
const TYPES: [&str; 8] = [
    "sagemaker:domain",
    "sagemaker:user-profile",
    "sagemaker:notebook-instance",
    "sagemaker:model",
    "sagemaker:endpoint-config",
    "sagemaker:endpoint",
    "sagemaker:training-job",
    "sagemaker:processing-job",
];

/// The largest page that the tagging API gives.
const PAGE: i32 = 100;

/// Returns the tags of what is ours, by ARN. The tagging API learns late of what is deleted.
pub(super) async fn read_tagged(aws: &Aws, needs: &Needs) -> Result<BTreeMap<String, Tags>, CloudError> {
    let filter = TagFilter::builder().key(BLUEPRINT);
    let filter = needs.blueprints().fold(filter, |filter, it| filter.values(it)).build();
    let request = aws.tagging.get_resources().tag_filters(filter);
    let request = request.set_resource_type_filters(Some(TYPES.map(str::to_owned).into()));
    let pages = request.resources_per_page(PAGE).into_paginator().items().send();
    let found = pages.collect::<Result<Vec<_>, _>>().await.map_err(reading("tag:GetResources"))?;
    let tagged = found.into_iter().filter_map(|it| {
        let tags = it.tags().iter().map(|it| (it.key().to_owned(), it.value().to_owned())).collect();
        Some((it.resource_arn?, tags::without_those_of_aws(tags)))
    });
    // What else it may answer with is nothing that could be looked at.
    Ok(tagged.filter(|(arn, _)| Shape::of_arn(arn).is_some()).collect())
}

/// What SageMaker has of ours.
#[derive(Debug, Default)]
pub(super) struct Workloads {
    /// The objects, with what people have made in our domains.
    pub(super) found: Vec<Found>,
    /// The ARN of each domain by its file system.
    pub(super) homes: BTreeMap<String, String>,
    /// How many rounds of requests waited for each other.
    pub(super) rounds: u32,
}

impl Workloads {
    /// Looks at all that has tags or a name that is wanted, and into each domain.
    pub(super) async fn read(aws: &Aws, needs: &Needs, first: &First) -> Result<Workloads, CloudError> {
        let tagged = &first.tagged;
        let describes = tagged.keys().map(|it| describe(aws.sagemaker.clone(), it.clone())).collect();
        let domains = tagged.keys().filter(|it| is_domain(it)).cloned();
        let (described, listed, named) = tokio::join!(
            few_together(describes),
            read_lists(aws, domains.collect()),
            names::read(aws, needs, tagged)
        );
        let mut workloads = Workloads::default();
        workloads.rounds = u32::from(!tagged.is_empty() || !needs.workloads.is_empty());
        for (shape, arn, fields) in described?.into_iter().flatten() {
            workloads.add(shape, &arn, &fields, tagged[&arn].clone());
        }
        let mut listed = listed?;
        let late = workloads.add_named(needs, first, named?);
        workloads.rounds += u32::from(!late.is_empty());
        listed.extend(read_lists(aws, late).await?);
        let profiles = read_late_profiles(aws, needs, tagged, &listed).await?;
        workloads.rounds += u32::from(!profiles.is_empty());
        for (arn, (shape, fields, tags)) in profiles {
            workloads.add(shape, &arn, &fields, tags);
        }
        let ours: Vec<Found> = std::mem::take(&mut workloads.found);
        let mut names = Names::of(&ours);
        let others = listed.iter().filter_map(|it| names.found(it.list, &it.domain, &it.fields));
        workloads.found = ours.into_iter().chain(others.collect::<Vec<Found>>()).collect();
        workloads.found.iter_mut().for_each(|it| names.name(it));
        Ok(workloads)
    }

    /// Adds what has a name that is wanted; returns the domains among it that are ours. What others have called so in
    /// other VPCs is another domain.
    fn add_named(&mut self, needs: &Needs, first: &First, named: Vec<Named>) -> Vec<String> {
        let vpcs = first.vpc_ids();
        let mut domains = Vec::new();
        for Named { shape, arn, fields, tags } in named {
            let is_ours = tags::are_ours(needs, &tags);
            let is_elsewhere = text(&fields, "VpcId").is_some_and(|it| !vpcs.contains(it));
            if shape.kind == Kind::Domain && is_elsewhere && !is_ours {
                continue;
            }
            self.add(shape, &arn, &fields, tags);
            domains.extend(Some(arn).filter(|it| is_ours && is_domain(it)));
        }
        domains
    }

    /// Adds what was looked at, unless it is gone.
    pub(super) fn add(&mut self, shape: &Shape, arn: &str, fields: &Fields, tags: Tags) {
        if sagemaker::is_gone(shape, fields) {
            return;
        }
        let home = text(fields, "HomeEfsFileSystemId").map(|it| (it.to_owned(), arn.to_owned()));
        self.homes.extend(home);
        self.found.push(sagemaker::found(shape, arn, fields, tags));
    }
}

/// What was looked at, by its ARN; nothing if it is gone.
pub(super) type Seen = Option<(&'static Shape, String, Fields)>;

/// Looks at one object.
pub(super) async fn describe(client: Client, arn: String) -> Result<Seen, CloudError> {
    let Some(shape) = Shape::of_arn(&arn) else { return Ok(None) };
    let seen = sagemaker::ask(&client, shape.api.describe, shape.names(&arn)).await;
    Ok(sagemaker::if_found(seen)?.map(|fields| (shape, arn, fields)))
}

/// Looks at one object whose ARN is not known.
pub(super) async fn look_at(
    client: &Client,
    shape: &'static Shape,
    names: Fields,
) -> Result<Seen, CloudError> {
    let seen = sagemaker::if_found(sagemaker::ask(client, shape.api.describe, names).await)?;
    Ok(seen.and_then(|it| Some((shape, text(&it, shape.arn)?.to_owned(), it))))
}

pub(super) fn is_domain(arn: &str) -> bool {
    Shape::of_arn(arn).is_some_and(|it| it.kind == Kind::Domain)
}

/// A list of what is in a domain.
#[derive(Debug)]
struct List {
    kind: Kind,
    operation: &'static str,
    field: &'static str,
}

/// What people make in a domain.
const LISTS: &[List] = &[
    List { kind: Kind::UserProfile, operation: "ListUserProfiles", field: "UserProfiles" },
    List { kind: Kind::Space, operation: "ListSpaces", field: "Spaces" },
    List { kind: Kind::App, operation: "ListApps", field: "Apps" },
];

/// Something on a list.
#[derive(Debug)]
struct Item {
    list: &'static List,
    /// The domain's ARN.
    domain: String,
    fields: Fields,
}

/// Reads all lists of all domains.
async fn read_lists(aws: &Aws, domains: Vec<String>) -> Result<Vec<Item>, CloudError> {
    let lists = domains
        .iter()
        .flat_map(|domain| LISTS.iter().map(|list| read_list(aws.sagemaker.clone(), domain.clone(), list)));
    Ok(few_together(lists.collect()).await?.into_iter().flatten().collect())
}

/// Looks at profiles that are on a list, have a name that is wanted, and no tags that the tagging API knows.
async fn read_late_profiles(
    aws: &Aws,
    needs: &Needs,
    tagged: &BTreeMap<String, Tags>,
    listed: &[Item],
) -> Result<BTreeMap<String, (&'static Shape, Fields, Tags)>, CloudError> {
    let is_tagged = |it: &str| tagged.keys().any(|tagged| tagged.eq_ignore_ascii_case(it));
    let wanted = listed.iter().filter(|it| it.list.kind == Kind::UserProfile).filter_map(|it| {
        let (shape, name) = (Shape::of(Kind::UserProfile)?, text(&it.fields, USER_PROFILE_NAME)?);
        let arn = sibling(&it.domain, &format!("{}/{}/{name}", shape.resource, sagemaker::last(&it.domain)));
        let is_late = needs.workloads.contains(&Key::new(Kind::UserProfile, name)) && !is_tagged(&arn);
        is_late.then_some((shape, arn))
    });
    let looks = wanted.map(|(shape, arn)| {
        let client = aws.sagemaker.clone();
        async move { look_at(&client, shape, shape.names(&arn)).await }
    });
    let seen: Vec<_> = few_together(looks.collect()).await?.into_iter().flatten().collect();
    let reads = seen.iter().map(|(_, arn, _)| read_tags(aws.sagemaker.clone(), arn.clone())).collect();
    let tags: BTreeMap<String, Tags> = few_together(reads).await?.into_iter().collect();
    let ours = seen.into_iter().filter_map(|(shape, arn, fields)| {
        let tags = tags.get(&arn).filter(|it| tags::are_ours(needs, it))?.clone();
        Some((arn, (shape, fields, tags)))
    });
    Ok(ours.collect())
}

/// Reads one list; nothing if the domain is gone.
async fn read_list(client: Client, domain: String, list: &'static List) -> Result<Vec<Item>, CloudError> {
    let body = serde_json::json!({ "DomainIdEquals": sagemaker::last(&domain), "MaxResults": 100 });
    let read = sagemaker::pages(&client, list.operation, sagemaker::fields(body), list.field).await;
    let items = match read {
        Err(CloudError::Refused(it)) if it.reason == Reason::NotFound => Vec::new(),
        read => read?,
    };
    Ok(items.into_iter().map(|fields| Item { list, domain: domain.clone(), fields }).collect())
}

/// The ARNs of what was found, in small letters: AWS writes names in ARNs in small letters, and in lists as they are.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(found: &[Found]) -> Names {
        Names(found.iter().map(|it| (it.id.to_ascii_lowercase(), it.id.clone())).collect())
    }

    /// Returns the ARN as the object has it that is called so.
    fn known(&self, arn: &str) -> Option<&String> {
        self.0.get(&arn.to_ascii_lowercase())
    }

    /// Reads what is on a list, unless it is gone or was looked at already.
    fn found(&mut self, list: &List, domain: &str, fields: &Fields) -> Option<Found> {
        let shape = Shape::of(list.kind).filter(|it| !sagemaker::is_gone(it, fields))?;
        let id = sagemaker::last(domain);
        let name = text(fields, shape.name)?;
        let owner = match list.kind {
            Kind::Space => sagemaker::owner(fields).map(|it| (USER_PROFILE_NAME, it)),
            _ => [USER_PROFILE_NAME, SPACE_NAME].into_iter().find_map(|it| Some((it, text(fields, it)?))),
        };
        let arn = match list.kind {
            Kind::App => {
                let (_, owner) = owner?;
                format!("app/{id}/{owner}/{}/{name}", text(fields, sagemaker::APP_TYPE)?)
            }
            _ => format!("{}/{id}/{name}", shape.resource),
        };
        let arn = sibling(domain, &arn);
        if self.known(&arn).is_some() {
            return None;
        }
        let names: &[&str] = match list.kind {
            Kind::App => &[DOMAIN_ID, USER_PROFILE_NAME, SPACE_NAME, sagemaker::APP_TYPE, shape.name],
            Kind::Space => &[DOMAIN_ID, shape.name],
            _ => &[],
        };
        let said = names.iter().filter_map(|it| Some(((*it).to_owned(), text(fields, it)?.into())));
        let links = Links { domain: Some(Key::new(Kind::Domain, domain)), ..Links::default() };
        let mut spec = (shape.spec)(links, Document(said.collect()));
        let of = owner.map(|(field, owner)| {
            let kind = if field == SPACE_NAME { Kind::Space } else { Kind::UserProfile };
            let of = sibling(domain, &format!("{}/{id}/{owner}", kind.as_str()));
            Key::new(kind, self.known(&of).unwrap_or(&of))
        });
        match &mut spec {
            Spec::App(it) => it.of = of,
            Spec::Space(it) => it.of = of,
            _ => {}
        }
        self.0.insert(arn.to_ascii_lowercase(), arn.clone());
        let (state, parts) = (sagemaker::state(shape, fields), [(Part::Name, name.to_owned())].into());
        Some(Found { id: arn, state, spec, parts, tags: Tags::new() })
    }

    /// Names what an object names as it is called itself.
    fn name(&self, found: &mut Found) {
        found.spec.map_keys(&mut |key: &mut Key| {
            if let Some(known) = self.known(&key.name) {
                *key = Key::new(key.kind, known);
            }
        });
    }
}
