//! From text to a network.

use std::collections::BTreeSet;

use palisade_blueprint::{Input, parse};
use palisade_core::kinds::domain::Domain;
use palisade_core::kinds::endpoint_config::EndpointConfig;
use palisade_core::kinds::inference_endpoint::InferenceEndpoint;
use palisade_core::kinds::model::Model;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::sagemaker::{Links, VpcConfig, Workload};
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::kinds::user_profile::UserProfile;
use palisade_core::{Document, Facts, Key, Kind, Live, Network, Spec};
use serde_json::{Map, Value};

/// Returns what a text asks for in an account that is made up.
pub(super) fn network(text: &str) -> (Network, Facts) {
    let mut document: toml_edit::DocumentMut = text.parse().expect("TOML");
    let run = document.remove("sagemaker");
    let text = document.to_string();
    let parsed = parse(&Input { name: "t.toml", text: &text, sets: &[] }, &|path| Err(format!("no {path}")));
    let draft = parsed.draft.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    let facts = draft.fixtures();
    let mut network = draft.resolve(&facts, &Live::default()).unwrap_or_else(|it| panic!("{it:#?}"));
    if let Some(run) = run {
        let run: Value =
            toml::from_str(&toml_edit::DocumentMut::from(run.into_table().expect("a table")).to_string())
                .expect("the same as before");
        add(&mut network, &run);
    }
    (network, facts)
}

fn add(network: &mut Network, run: &Value) {
    let each = |kind: &str| run.get(kind).and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, table) in each("vpc-configs") {
        let config = vpc_config(network, &table);
        network.vpc_configs.insert(name, config);
    }
    for (name, table) in each("training-jobs") {
        insert::<TrainingJob>(network, Kind::TrainingJob, &name, &table, Links::default());
    }
    for (name, table) in each("processing-jobs") {
        insert::<ProcessingJob>(network, Kind::ProcessingJob, &name, &table, Links::default());
    }
    for (name, table) in each("models") {
        insert::<Model>(network, Kind::Model, &name, &table, Links::default());
    }
    for (name, table) in each("endpoint-configs") {
        let variants = table.get("production-variants").and_then(Value::as_array).expect("variants");
        let models = variants.iter().map(|it| Key::new(Kind::Model, it["model"].as_str().expect("a model")));
        let links = Links { models: models.collect(), ..Links::default() };
        insert::<EndpointConfig>(network, Kind::EndpointConfig, &name, &table, links);
    }
    for (name, table) in each("endpoints") {
        let config = table["endpoint-config"].as_str().map(|it| Key::new(Kind::EndpointConfig, it));
        insert::<InferenceEndpoint>(
            network,
            Kind::InferenceEndpoint,
            &name,
            &table,
            Links { config, ..Links::default() },
        );
    }
    for (name, table) in each("notebook-instances") {
        insert::<Notebook>(network, Kind::Notebook, &name, &table, Links::default());
    }
    for (name, table) in each("domains") {
        let vpc = Some(Key::new(Kind::Vpc, "main"));
        insert::<Domain>(network, Kind::Domain, &name, &table, Links { vpc, ..Links::default() });
    }
    for (name, table) in each("user-profiles") {
        let domain = table["domain"].as_str().map(|it| Key::new(Kind::Domain, it));
        insert::<UserProfile>(
            network,
            Kind::UserProfile,
            &name,
            &table,
            Links { domain, ..Links::default() },
        );
    }
}

fn insert<R: Workload>(network: &mut Network, kind: Kind, name: &str, table: &Value, links: Links<Key>) {
    let place = match table.get("vpc-config") {
        Some(Value::String(name)) => network.vpc_configs[name].clone(),
        Some(table) => vpc_config(network, table),
        None => VpcConfig::default(),
    };
    let Links { subnets, security_groups, .. } = place.links();
    const OURS: &[&str] = &["vpc-config", "execution-role", "home-efs", "domain", "endpoint-config"];
    let mut settings = Document::default();
    let fields =
        table.as_object().expect("a table").iter().filter(|(name, _)| !OURS.contains(&name.as_str()));
    fields.for_each(|(name, value)| settings.insert(&api_name(name), api(value)));
    let spec: Spec = R::new(Links { subnets, security_groups, ..links }, settings).into();
    network.insert(Key::new(kind, name), spec);
}

fn vpc_config(network: &Network, table: &Value) -> VpcConfig {
    let texts = |it: &Value| -> BTreeSet<String> {
        let list = it.as_array().cloned().unwrap_or_else(|| vec![it.clone()]);
        list.iter().map(|it| it.as_str().expect("a text").to_owned()).collect()
    };
    let tiers = texts(table.get("tiers").unwrap_or_else(|| &table["tier"]));
    let lies_in = |it: &&Key| it.kind == Kind::Subnet && tiers.contains(crate::ground::tier(it));
    VpcConfig {
        subnets: network.resources.keys().filter(lies_in).cloned().collect(),
        security_groups: texts(&table["security-groups"])
            .iter()
            .map(|it| Key::new(Kind::SecurityGroup, it))
            .collect(),
    }
}

fn api(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, it)| (api_name(name), api(it))).collect::<Map<_, _>>())
        }
        Value::Array(list) => Value::Array(list.iter().map(api).collect()),
        other => other.clone(),
    }
}

fn api_name(name: &str) -> String {
    let word = |it: &str| it.get(..1).unwrap_or_default().to_uppercase() + it.get(1..).unwrap_or_default();
    name.split('-').map(word).collect()
}
