//! What runs in the network: SageMaker's domains and their profiles, notebooks, models and what serves them, jobs.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::domain::{Domain, HomeEfs};
use palisade_core::kinds::endpoint_config::EndpointConfig;
use palisade_core::kinds::inference_endpoint::InferenceEndpoint;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::sagemaker::{Links, VpcConfig};
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::{Document, Key, Kind, Network, tags};
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Kept, Place, key};

#[derive(Clone, Debug)]
pub(super) struct Workloads {
    domains: BTreeMap<u8, Choice>,
    profiles: BTreeMap<u8, Choice>,
    notebooks: BTreeMap<u8, Choice>,
    models: BTreeMap<u8, Choice>,
    configs: BTreeMap<u8, Choice>,
    endpoints: BTreeMap<u8, Choice>,
    trainings: BTreeMap<u8, Choice>,
    processings: BTreeMap<u8, Choice>,
    /// What changes in place of all that stay where they are.
    tuning: u8,
}

#[derive(Clone, Copy, Debug)]
struct Choice {
    /// A bit for each.
    subnets: u8,
    /// A bit for each.
    groups: u8,
    /// Which other workload it names.
    of: u8,
    /// What only a new one can have otherwise.
    fixed: u8,
    /// What can change in place.
    free: u8,
}

pub(super) fn choices() -> impl Strategy<Value = Workloads> {
    let choice = || {
        let fixed = prop::sample::select(vec![0u8, 0, 0, 1]);
        let choice = (any::<u8>(), any::<u8>(), 0u8..9, fixed, 0u8..3);
        choice.prop_map(|(subnets, groups, of, fixed, free)| Choice { subnets, groups, of, fixed, free })
    };
    let (one, some) = (|| btree_map(0u8..2, choice(), 0..2), || btree_map(0u8..2, choice(), 0..3));
    let served = (some(), some(), one());
    let parts = (some(), some(), one(), served, one(), one(), 0u8..3);
    parts.prop_map(|(domains, profiles, notebooks, served, trainings, processings, tuning)| {
        let (models, configs, endpoints) = served;
        Workloads { domains, profiles, notebooks, models, configs, endpoints, trainings, processings, tuning }
    })
}

impl Workloads {
    pub(super) fn keeping(self, first: &Workloads, kept: Kept) -> Workloads {
        Workloads {
            domains: kept.choose(19, &first.domains, self.domains),
            profiles: kept.choose(20, &first.profiles, self.profiles),
            notebooks: kept.choose(21, &first.notebooks, self.notebooks),
            models: kept.choose(22, &first.models, self.models),
            configs: kept.choose(23, &first.configs, self.configs),
            endpoints: kept.choose(24, &first.endpoints, self.endpoints),
            trainings: kept.choose(25, &first.trainings, self.trainings),
            processings: kept.choose(26, &first.processings, self.processings),
            tuning: kept.choose(27, &first.tuning, self.tuning),
        }
    }

    /// What has to be somewhere is not there where there is no subnet or no group.
    pub(super) fn add_to(&self, network: &mut Network, place: &Place) {
        self.add_domains(network, place);
        self.add_profiles(network, place);
        self.add_notebooks(network, place);
        self.add_models(network, place);
        self.add_configs(network, place);
        self.add_endpoints(network);
        self.add_jobs(network, place);
    }

    fn tuned(&self, it: &Choice) -> u8 {
        (it.free + self.tuning) % 3
    }

    fn add_domains(&self, network: &mut Network, place: &Place) {
        for (n, it) in &self.domains {
            let Some(config) = config(it, network, place) else { continue };
            let links = Links { vpc: Some(place.vpc.clone()), ..config.links() };
            let auth_mode = ["IAM", "SSO"][usize::from(it.fixed)];
            let settings = document(json!({
                "AuthMode": auth_mode,
                "AppNetworkAccessType": if self.tuned(it) == 2 { "PublicInternetOnly" } else { "VpcOnly" },
                "DefaultUserSettings": { "ExecutionRole": role(self.tuned(it)) },
            }));
            let own = key(Kind::Domain, *n);
            let homes = if it.of < 3 { HomeEfs::Delete } else { HomeEfs::Retain };
            remember(network, &own, tags::HOME_EFS, homes.as_str());
            network.insert(own, Domain { links, settings });
        }
    }

    fn add_profiles(&self, network: &mut Network, place: &Place) {
        for (n, it) in &self.profiles {
            let Some(domain) = one_of(Kind::Domain, it.of, network) else { continue };
            let groups = chosen(Kind::SecurityGroup, it.groups, network, place);
            let security_groups = groups.into_iter().collect();
            let links = Links { domain: Some(domain), security_groups, ..Links::default() };
            let settings = match it.fixed {
                0 => json!({ "UserSettings": { "ExecutionRole": role(self.tuned(it)) } }),
                it => json!({ "SingleSignOnUserValue": format!("somebody-{it}") }),
            };
            network.insert(key(Kind::UserProfile, *n), UserProfile { links, settings: document(settings) });
        }
    }

    fn add_notebooks(&self, network: &mut Network, place: &Place) {
        for (n, it) in &self.notebooks {
            let Some(mut config) = config(it, network, place) else { continue };
            config.subnets = config.subnets.into_iter().take(1).collect();
            let access = ["Disabled", "Enabled"][usize::from(it.fixed)];
            let settings = document(json!({
                "InstanceType": "ml.t3.medium",
                // A disk can only grow.
                "VolumeSizeInGB": 5 + self.tuned(it),
                "DirectInternetAccess": access,
            }));
            let notebook = Notebook { links: config.links(), settings, stopped: false, restarts: false };
            network.insert(key(Kind::Notebook, *n), notebook);
        }
    }

    fn add_models(&self, network: &mut Network, place: &Place) {
        for (n, it) in &self.models {
            let config = config(it, network, place).filter(|_| it.of < 8);
            let links = config.map(|it| it.links()).unwrap_or_default();
            let settings =
                document(json!({ "PrimaryContainer": { "Image": format!("image-{}", it.fixed) } }));
            network.insert(key(Kind::Model, *n), Model { links, settings });
        }
    }

    fn add_configs(&self, network: &mut Network, place: &Place) {
        for (n, it) in &self.configs {
            let n_variants = 1 + it.of % 3;
            let variants = (0..n_variants).map(|at| {
                let model = one_of(Kind::Model, it.of / 3 + at, network)?;
                let kind = ["ml.m5.large", "ml.m5.xlarge"][usize::from(it.fixed)];
                Some((model, json!({ "VariantName": format!("v{at}"), "InstanceType": kind })))
            });
            let Some(variants) = variants.collect::<Option<Vec<(Key, Value)>>>() else { continue };
            let (models, variants): (Vec<Key>, Vec<Value>) = variants.into_iter().unzip();
            let config = config(it, network, place).filter(|_| it.free == 2);
            let placed = config.map(|it| it.links()).unwrap_or_default();
            let settings = document(json!({ "ProductionVariants": variants }));
            let config = EndpointConfig { links: Links { models, ..placed }, settings };
            network.insert(key(Kind::EndpointConfig, *n), config);
        }
    }

    fn add_endpoints(&self, network: &mut Network) {
        for (n, it) in &self.endpoints {
            let Some(config) = one_of(Kind::EndpointConfig, it.of, network) else { continue };
            let links = Links { config: Some(config), ..Links::default() };
            let seconds = 60 * u32::from(self.tuned(it));
            let settings = json!({ "DeploymentConfig": { "BlueGreenUpdatePolicy": { "TerminationWaitInSeconds": seconds } } });
            let endpoint = InferenceEndpoint { links, settings: document(settings) };
            network.insert(key(Kind::InferenceEndpoint, *n), endpoint);
        }
    }

    /// A run is never another one under its name: only where it runs changes, and whether it is wanted.
    fn add_jobs(&self, network: &mut Network, place: &Place) {
        for (n, it) in &self.trainings {
            let Some(config) = config(it, network, place) else { continue };
            let settings =
                document(json!({ "RoleArn": role(*n), "HyperParameters": { "depth": n.to_string() } }));
            let own = key(Kind::TrainingJob, *n);
            remember(network, &own, tags::VPC_CONFIG, &format!("place-{n}"));
            network.insert(own, TrainingJob { links: config.links(), settings });
        }
        for (n, it) in &self.processings {
            let Some(config) = config(it, network, place) else { continue };
            let settings = document(json!({
                "RoleArn": role(*n),
                "NetworkConfig": { "EnableNetworkIsolation": false },
            }));
            let own = key(Kind::ProcessingJob, *n);
            remember(network, &own, tags::VPC_CONFIG, &format!("place-{n}"));
            network.insert(own, ProcessingJob { links: config.links(), settings });
        }
    }
}

/// Returns the fields of a JSON object.
pub(crate) fn document(value: Value) -> Document {
    match value {
        Value::Object(fields) => Document(fields.into_iter().collect()),
        _ => unreachable!("only objects are written here"),
    }
}

fn role(n: u8) -> String {
    format!("arn:aws:iam::111122223333:role/sagemaker-{n}")
}

fn remember(network: &mut Network, key: &Key, tag: &str, value: &str) {
    network.memos.entry(key.clone()).or_default().insert(tag.to_owned(), value.to_owned());
}

/// Returns a place with at least one subnet and one group.
fn config(it: &Choice, network: &Network, place: &Place) -> Option<VpcConfig> {
    let some = |kind: Kind, bits: u8| {
        let chosen = chosen(kind, bits, network, place);
        let chosen = if chosen.is_empty() { self::chosen(kind, 1, network, place) } else { chosen };
        (!chosen.is_empty()).then_some(chosen)
    };
    let security_groups = some(Kind::SecurityGroup, it.groups)?;
    Some(VpcConfig { subnets: some(Kind::Subnet, it.subnets)?, security_groups })
}

/// Returns some of ours and of what is there already, a bit for each.
fn chosen(kind: Kind, bits: u8, network: &Network, place: &Place) -> BTreeSet<Key> {
    let all = network.resources.keys().chain(&place.theirs).filter(|it| it.kind == kind);
    let chosen = all.enumerate().filter(|(at, _)| bits >> (at % 8) & 1 == 1);
    chosen.map(|(_, key)| key.clone()).collect()
}

fn one_of(kind: Kind, n: u8, network: &Network) -> Option<Key> {
    let all: Vec<&Key> = network.resources.keys().filter(|it| it.kind == kind).collect();
    all.get(usize::from(n) % all.len().max(1)).map(|it| (*it).clone())
}
