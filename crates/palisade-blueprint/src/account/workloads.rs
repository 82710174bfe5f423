//! What runs in the network, as it is in an account: its subnets, and what SageMaker says of them.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::document::Document;
use palisade_core::kinds::sagemaker::{Links, VpcConfig, Workload};
use palisade_core::kinds::{domain, endpoint_config, inference_endpoint, model, notebook, processing_job};
use palisade_core::kinds::{training_job, user_profile};
use palisade_core::{Diagnostic, Key, Kind, Live, Network, Spec, Tags, tags};
use serde_json::{Value as Json, json};

use crate::account::draft::{Draft, Parts};
use crate::account::layout::{Layout, Place};
use crate::account::view::View;
use crate::codes;
use crate::tables::sagemaker::{self, SageMaker, Site, Thing};
use crate::text::tree::At;
use crate::words::names::listed;

/// SageMaker API reference, `VpcConfig`.
const SUBNETS_MAX: usize = 16;
/// SageMaker API reference, `Tag`.
const TAG_VALUE_MAX: usize = 256;

/// Reports places that SageMaker does not take, and zones that are in none.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, parts: &Parts, layout: &Layout) {
    for config in parts.sagemaker.configs() {
        let n_subnets = places(config, parts, layout).len();
        if SUBNETS_MAX < n_subnets {
            let message = format!("these are {n_subnets} subnets, and SageMaker takes {SUBNETS_MAX} at most");
            let report = Diagnostic::error(codes::VPC_CONFIG, message).at(config.span.clone(), "");
            reports.push(report.help("name fewer tiers, or tiers of fewer zones"));
        }
    }
    for thing in parts.sagemaker.things.values() {
        let config = thing.site.as_ref().and_then(|it| parts.sagemaker.config(it));
        if let (Some(config), Some(zone)) = (config, &thing.zone) {
            reports.extend(zone_missing(zone, &places(config, parts, layout)));
        }
    }
}

fn zone_missing(zone: &At<String>, places: &[&Place]) -> Option<Diagnostic> {
    if places.iter().any(|it| is_in(it, &zone.it)) {
        return None;
    }
    let zones: BTreeSet<&str> = places.iter().map(|it| it.zone.as_str()).collect();
    let message = format!("the `vpc-config` has no subnet in zone `{}`", zone.it);
    let report = Diagnostic::error(codes::NOTEBOOK_ZONE, message).at(zone.span.clone(), "");
    Some(report.help(format!("it has some in {}", listed(&zones.into_iter().collect::<Vec<_>>()))))
}

/// A zone may be written in full, too.
fn is_in(place: &Place, zone: &str) -> bool {
    let is_full =
        zone.strip_suffix(place.zone.as_str()).is_some_and(|it| it.ends_with(|it: char| it.is_ascii_digit()));
    place.zone == zone || is_full
}

/// Warns of models for which there is one zone only: SageMaker puts machines of an endpoint into two ("Give SageMaker
/// hosted endpoints access to resources in your VPC").
pub(crate) fn warn(reports: &mut Vec<Diagnostic>, parts: &Parts, layout: &Layout) {
    for (key, thing) in parts.sagemaker.things.iter().filter(|(key, _)| key.kind == Kind::Model) {
        let Some(site) = &thing.site else { continue };
        let Some(config) = parts.sagemaker.config(site) else { continue };
        let places = places(config, parts, layout);
        let zones: BTreeSet<&str> = places.iter().map(|it| it.zone.as_str()).collect();
        if zones.len() == 1 {
            let message = format!("model `{}` can run in one zone only", key.name);
            let zone = listed(&zones.into_iter().collect::<Vec<_>>());
            let report = Diagnostic::warning(codes::HOSTING_ZONES, message);
            let report = report.at(site.span().clone(), format!("all of it in {zone}"));
            let report = match site {
                Site::Named(_) => report.at(config.span.clone(), "these tiers"),
                Site::Written(_) => report,
            };
            let help = "take tiers with two zones or more: SageMaker asks for two, even for one machine";
            reports.push(report.help(help));
        }
    }
}

/// Returns the subnets of a place: tier by tier, and in each in the order of its zones.
fn places<'a>(config: &sagemaker::VpcConfig, parts: &Parts, layout: &'a Layout) -> Vec<&'a Place> {
    let of_tier = |tier: &At<String>| {
        let order = |place: &Place| {
            let zones = parts.tiers.get(&tier.it).map(|it| it.way.zones.as_slice()).unwrap_or_default();
            zones.iter().position(|it| it.it == place.zone)
        };
        let mut places: Vec<&Place> = layout.of_tier(&tier.it).collect();
        places.sort_by_key(|it| order(it));
        places
    };
    config.tiers.iter().flat_map(of_tier).collect()
}

impl SageMaker {
    /// Returns what tags are to remember of single things.
    pub(crate) fn memos(&self) -> BTreeMap<Key, Tags> {
        let memo = |(key, thing): (&Key, &Thing)| {
            let (tag, value) = match key.kind {
                Kind::Domain => (tags::HOME_EFS, thing.home_efs?.as_str().to_owned()),
                Kind::TrainingJob | Kind::ProcessingJob => (tags::VPC_CONFIG, called(thing.site.as_ref()?)),
                _ => return None,
            };
            Some((key.clone(), Tags::from([(tag.to_owned(), value)])))
        };
        self.things.iter().filter_map(memo).collect()
    }
}

impl Draft {
    /// Adds what runs in the network, and the places in it that have a name.
    pub(crate) fn insert_workloads(&self, network: &mut Network, view: &View<'_>, live: &Live) {
        let sagemaker = &view.parts.sagemaker;
        for (name, config) in &sagemaker.vpc_configs {
            network.vpc_configs.insert(name.clone(), lowered(config, view));
        }
        network.memos = sagemaker.memos();
        for (key, thing) in &sagemaker.things {
            let links = self.links(key, thing, view, live);
            if let Some(spec) = spec(key.kind, links, settings(key.kind, thing)) {
                network.insert(key.clone(), spec);
            }
        }
    }

    fn links(&self, key: &Key, thing: &Thing, view: &View<'_>, live: &Live) -> Links<Key> {
        let config = thing.site.as_ref().and_then(|it| view.parts.sagemaker.config(it));
        let mut links = config.map(|it| lowered(it, view).links()).unwrap_or_default();
        if let (Kind::Notebook, Some(config)) = (key.kind, config) {
            let places = places(config, view.parts, &view.layout);
            links.subnets = subnet_of_one(key, thing, &places, live).into_iter().cloned().collect();
        }
        let groups: BTreeSet<Key> = thing.groups.iter().map(|it| it.it.clone()).collect();
        links.security_groups.extend(groups);
        links.vpc = (key.kind == Kind::Domain).then(|| self.vpc());
        (links.domain, links.config) = (thing.domain.clone(), thing.config.clone());
        links.models = thing.models.clone();
        links
    }
}

fn lowered(config: &sagemaker::VpcConfig, view: &View<'_>) -> VpcConfig {
    let subnets = places(config, view.parts, &view.layout).into_iter().map(|it| it.key.clone()).collect();
    VpcConfig { subnets, security_groups: config.groups.iter().map(|it| it.it.clone()).collect() }
}

/// Returns the subnet of what stands in one: of the zone that is written, else where it is, else the first.
fn subnet_of_one<'a>(key: &Key, thing: &Thing, places: &[&'a Place], live: &Live) -> Option<&'a Key> {
    if let Some(zone) = &thing.zone {
        return places.iter().find(|it| is_in(it, &zone.it)).map(|it| &it.key);
    }
    let had = match live.object(key).map(|it| &it.spec) {
        Some(Spec::Notebook(it)) => it.links.subnets.as_slice(),
        _ => &[],
    };
    let stays = places.iter().find(|it| had.contains(&it.key));
    stays.or_else(|| places.first()).map(|it| &it.key)
}

/// Returns how the blueprint calls a place. SageMaker takes no commas in a tag.
fn called(site: &Site) -> String {
    let config = match site {
        Site::Named(name) => return name.it.clone(),
        Site::Written(config) => config,
    };
    let tiers: BTreeSet<String> = config.tiers.iter().map(|it| format!("tier:{}", it.it)).collect();
    let groups: BTreeSet<String> = config.groups.iter().map(|it| it.it.name.to_string()).collect();
    let words = |it: BTreeSet<String>| it.into_iter().collect::<Vec<_>>().join(" ");
    let text = format!("{} with {}", words(tiers), words(groups));
    text.chars().take(TAG_VALUE_MAX).collect()
}

/// Returns the API's fields of a thing: those that are written, its role, and what the language says by itself.
fn settings(kind: Kind, thing: &Thing) -> Document {
    let mut settings = thing.settings.clone();
    let defaults: &[(&str, &str)] = match kind {
        Kind::Domain => &[("AuthMode", "IAM"), ("AppNetworkAccessType", "VpcOnly")],
        Kind::Notebook => &[("DirectInternetAccess", "Disabled")],
        _ => &[],
    };
    for (field, value) in defaults.iter().filter(|(field, _)| thing.settings.get(field).is_none()) {
        settings.insert(field, *value);
    }
    if kind == Kind::ProcessingJob {
        let fields = ["EnableNetworkIsolation", "EnableInterContainerTrafficEncryption"];
        let network = fields.into_iter().filter_map(|it| Some((it.to_owned(), settings.0.remove(it)?)));
        let network: serde_json::Map<String, Json> = network.collect();
        if !network.is_empty() {
            settings.insert("NetworkConfig", network);
        }
    }
    let Some(role) = &thing.role else { return settings };
    match kind {
        Kind::Domain => insert_in(&mut settings, "DefaultUserSettings", role),
        Kind::UserProfile => insert_in(&mut settings, "UserSettings", role),
        Kind::Model | Kind::EndpointConfig => settings.insert("ExecutionRoleArn", role.as_str()),
        _ => settings.insert("RoleArn", role.as_str()),
    }
    settings
}

fn insert_in(settings: &mut Document, field: &str, role: &str) {
    let users = settings.0.entry(field.to_owned()).or_insert_with(|| json!({}));
    if let Some(users) = users.as_object_mut() {
        users.insert("ExecutionRole".to_owned(), role.into());
    }
}

fn spec(kind: Kind, links: Links<Key>, settings: Document) -> Option<Spec> {
    Some(match kind {
        Kind::Domain => domain::Domain::new(links, settings).into(),
        Kind::UserProfile => user_profile::UserProfile::new(links, settings).into(),
        Kind::Notebook => notebook::Notebook::new(links, settings).into(),
        Kind::Model => model::Model::new(links, settings).into(),
        Kind::EndpointConfig => endpoint_config::EndpointConfig::new(links, settings).into(),
        Kind::InferenceEndpoint => inference_endpoint::InferenceEndpoint::new(links, settings).into(),
        Kind::TrainingJob => training_job::TrainingJob::new(links, settings).into(),
        Kind::ProcessingJob => processing_job::ProcessingJob::new(links, settings).into(),
        _ => return None,
    })
}
