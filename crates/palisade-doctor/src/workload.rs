//! What runs in the network, by the settings that matter to it.

use palisade_core::kinds::sagemaker::{Links, Workload as _};
use palisade_core::{Document, Key, Kind, Network, Spec};
use serde_json::Value;

use crate::finding::Subject;

/// Something that runs in subnets of the network.
#[derive(Clone, Debug)]
pub(crate) struct Workload<'a> {
    pub(crate) subject: Subject,
    pub(crate) what: What,
    pub(crate) subnets: Vec<Key>,
    /// What its interfaces carry; none is the VPC's default group.
    pub(crate) groups: Vec<Key>,
    /// What it runs on, as far as it is known.
    pub(crate) fleets: Vec<Fleet>,
    /// The API's other fields, if it is more than a place.
    pub(crate) settings: Option<&'a Document>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Training,
    Processing,
    /// A model, or an endpoint configuration that has a place of its own.
    Hosting,
    Notebook,
    Studio,
    /// A named place: what will run there is not known.
    Place,
}

/// Instances of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fleet {
    pub(crate) instance_type: String,
    pub(crate) n_instances: u64,
}

/// Returns all workloads of a network: those that run, then the places where nothing of them does.
pub(crate) fn all(network: &Network) -> Vec<Workload<'_>> {
    let run = network.resources.iter().flat_map(|(key, spec)| of(network, key, spec));
    let mut workloads: Vec<Workload<'_>> = run.filter(|it| !it.subnets.is_empty()).collect();
    for (name, config) in &network.vpc_configs {
        let Links { subnets, security_groups, .. } = config.links();
        if workloads.iter().all(|it| (&it.subnets, &it.groups) != (&subnets, &security_groups)) {
            let (subject, what) = (Subject::VpcConfig(name.clone()), What::Place);
            let (fleets, settings) = (Vec::new(), None);
            workloads.push(Workload { subject, what, subnets, groups: security_groups, fleets, settings });
        }
    }
    workloads
}

fn of<'a>(network: &'a Network, key: &Key, spec: &'a Spec) -> Vec<Workload<'a>> {
    let workload = |what, links: &Links<Key>, settings: &'a Document, fleets| Workload {
        subject: Subject::Workload(key.clone()),
        what,
        subnets: links.subnets.clone(),
        groups: links.security_groups.clone(),
        fleets,
        settings: Some(settings),
    };
    match spec {
        Spec::TrainingJob(it) => {
            vec![workload(What::Training, &it.links, &it.settings, trained_on(&it.settings))]
        }
        Spec::ProcessingJob(it) => {
            let cluster = at(&it.settings, &["ProcessingResources", "ClusterConfig"]);
            vec![workload(
                What::Processing,
                &it.links,
                &it.settings,
                cluster.and_then(fleet).into_iter().collect(),
            )]
        }
        Spec::Model(it) => {
            vec![workload(What::Hosting, &it.links, &it.settings, served_on(network, Some(key), None))]
        }
        Spec::EndpointConfig(it) => {
            vec![workload(What::Hosting, &it.links, &it.settings, served_on(network, None, Some(key)))]
        }
        Spec::Notebook(it) => {
            let instance_type = text(it.settings.get("InstanceType")).to_owned();
            vec![workload(
                What::Notebook,
                &it.links,
                &it.settings,
                vec![Fleet { instance_type, n_instances: 1 }],
            )]
        }
        Spec::Domain(it) if !it.links.security_groups.is_empty() => {
            vec![workload(What::Studio, &it.links, &it.settings, Vec::new())]
        }
        Spec::Domain(it) => profiles(network, key)
            .map(|(profile, own)| Workload {
                subject: Subject::Workload(profile.clone()),
                ..workload(
                    What::Studio,
                    &Links { security_groups: own.clone(), ..it.links.clone() },
                    &it.settings,
                    Vec::new(),
                )
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the profiles of a domain with their groups.
pub(crate) fn profiles<'a>(
    network: &'a Network,
    domain: &Key,
) -> impl Iterator<Item = (&'a Key, &'a Vec<Key>)> {
    let profile = move |(key, spec): (&'a Key, &'a Spec)| match spec {
        Spec::UserProfile(it) if it.links.domain.as_ref() == Some(domain) => {
            Some((key, &it.links.security_groups))
        }
        _ => None,
    };
    network.resources.iter().filter_map(profile)
}

fn trained_on(settings: &Document) -> Vec<Fleet> {
    let config = at(settings, &["ResourceConfig"]);
    let groups = config.and_then(|it| it.get("InstanceGroups")).and_then(Value::as_array);
    match groups {
        Some(groups) => groups.iter().filter_map(fleet).collect(),
        None => config.and_then(fleet).into_iter().collect(),
    }
}

fn fleet(value: &Value) -> Option<Fleet> {
    let n_instances = value.get("InstanceCount")?.as_u64()?;
    Some(Fleet { instance_type: text(value.get("InstanceType")).to_owned(), n_instances })
}

/// Returns on what the endpoints of a network serve a model, or the variants of a configuration that name none.
fn served_on(network: &Network, model: Option<&Key>, config: Option<&Key>) -> Vec<Fleet> {
    let endpoints = network.resources.values().filter_map(|spec| match spec {
        Spec::InferenceEndpoint(it) => it.links.config.as_ref(),
        _ => None,
    });
    let mut fleets = Vec::new();
    for key in endpoints.filter(|it| config.is_none_or(|config| *it == config)) {
        let Some(Spec::EndpointConfig(it)) = network.resources.get(key) else { continue };
        for (at, variant) in variants(&it.settings).enumerate() {
            if config.is_some() || it.links.models.get(at) == model {
                fleets.extend(serving(variant));
            }
        }
    }
    fleets
}

/// Returns whether an endpoint configuration of the network serves a model.
pub(crate) fn is_served(network: &Network, subject: &Subject) -> bool {
    let Subject::Workload(key) = subject else { return false };
    let serves = |spec: &Spec| matches!(spec, Spec::EndpointConfig(it) if it.links().models.contains(key));
    key.kind == Kind::EndpointConfig || network.resources.values().any(serves)
}

fn variants(settings: &Document) -> impl Iterator<Item = &Value> {
    let of = |field| settings.get(field).and_then(Value::as_array).into_iter().flatten();
    of("ProductionVariants").chain(of("ShadowProductionVariants"))
}

fn serving(variant: &Value) -> Option<Fleet> {
    let first = variant.get("InitialInstanceCount").and_then(Value::as_u64);
    let most = variant
        .get("ManagedInstanceScaling")
        .and_then(|it| it.get("MaxInstanceCount"))
        .and_then(Value::as_u64);
    Some(Fleet { instance_type: text(variant.get("InstanceType")).to_owned(), n_instances: first.max(most)? })
}

impl Workload<'_> {
    /// Returns how many instances work together.
    pub(crate) fn n_instances(&self) -> u64 {
        self.fleets.iter().map(|it| it.n_instances).sum()
    }

    /// Returns whether its instances have an Elastic Fabric Adapter.
    pub(crate) fn has_efa(&self) -> bool {
        self.what == What::Training && self.fleets.iter().any(Fleet::has_efa)
    }

    /// Returns whether its containers have no network but one another.
    pub(crate) fn is_isolated(&self) -> bool {
        self.switch(&["EnableNetworkIsolation"]) || self.switch(&["NetworkConfig", "EnableNetworkIsolation"])
    }

    /// Returns whether what goes between its containers is encrypted.
    pub(crate) fn encrypts_between(&self) -> bool {
        const FIELD: &str = "EnableInterContainerTrafficEncryption";
        self.switch(&[FIELD]) || self.switch(&["NetworkConfig", FIELD])
    }

    /// Returns whether its interfaces have another way than the network's for what leaves the VPC.
    pub(crate) fn bypasses(&self) -> bool {
        match self.what {
            // The API's defaults are the open ones.
            What::Notebook => self.word(&["DirectInternetAccess"]) != "Disabled",
            What::Studio => self.word(&["AppNetworkAccessType"]) != "VpcOnly",
            _ => false,
        }
    }

    /// Returns the first value of a field, wherever it is, that is as it should be.
    pub(crate) fn find<'b>(&'b self, field: &str, is_it: &dyn Fn(&Value) -> bool) -> Option<&'b Value> {
        self.settings?.0.iter().find_map(|(name, value)| search(name, value, field, is_it))
    }

    fn switch(&self, path: &[&str]) -> bool {
        self.settings.and_then(|it| at(it, path)) == Some(&Value::Bool(true))
    }

    fn word(&self, path: &[&str]) -> &str {
        text(self.settings.and_then(|it| at(it, path)))
    }
}

fn search<'b>(
    name: &str,
    value: &'b Value,
    field: &str,
    is_it: &dyn Fn(&Value) -> bool,
) -> Option<&'b Value> {
    if name.ends_with(field) && is_it(value) {
        return Some(value);
    }
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| search(name, value, field, is_it)),
        // An element of a list has no name of its own.
        Value::Array(list) => list.iter().find_map(|value| search("", value, field, is_it)),
        _ => None,
    }
}

fn at<'b>(settings: &'b Document, path: &[&str]) -> Option<&'b Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(settings.get(first)?, |value, field| value.get(field))
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

impl Fleet {
    /// Returns whether the instances have an Elastic Fabric Adapter (EC2 user guide, "Elastic Fabric Adapter": of each
    /// family, the largest of `trn1`, all of the others).
    fn has_efa(&self) -> bool {
        const FAMILIES: &[&str] = &["p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "trn1n", "trn2"];
        let family = self.instance_type.trim_start_matches("ml.").split('.').next().unwrap_or_default();
        FAMILIES.contains(&family) || family.starts_with("p6-") || self.instance_type == "ml.trn1.32xlarge"
    }
}
