//! What people do by hand to what runs in the network.

use palisade_core::kinds::sagemaker::{Action, Call, Links, Workload};
use palisade_core::{Document, Handle, Key, Kind, Live, Object, Owner, Spec, kinds};

/// Everything that can be done to a workload by hand, each as the requests that do it. Nobody can change a job, but AWS
/// lets one that has ended be forgotten.
pub(super) fn deeds(object: &Object, live: &Live) -> Vec<Vec<kinds::Call>> {
    match &object.spec {
        Spec::Domain(it) => {
            let fields = [("AppNetworkAccessType", "PublicInternetOnly"), ("TagPropagation", "ENABLED")];
            all([changes(it, &fields, object, live), removals(object)], kinds::Call::Domain)
        }
        Spec::UserProfile(it) => {
            let fields = [("UserSettings", "by hand")];
            all([changes(it, &fields, object, live), removals(object)], kinds::Call::UserProfile)
        }
        Spec::Notebook(it) => {
            let changes = changes(it, &[("InstanceType", "ml.by.hand")], object, live);
            let stopped = [vec![Vec::new()], changes, removals(object)].concat().into_iter();
            let stopped = stopped.map(|it| [vec![stop(object)], it].concat()).collect();
            let start = Call::new(Action::Start { object: id(object) });
            all([stopped, vec![vec![start]]], kinds::Call::Notebook)
        }
        Spec::Model(_) => all([removals(object)], kinds::Call::Model),
        Spec::EndpointConfig(_) => all([removals(object)], kinds::Call::EndpointConfig),
        Spec::InferenceEndpoint(it) => {
            let fields = [("DeploymentConfig", "by hand")];
            all([changes(it, &fields, object, live), removals(object)], kinds::Call::InferenceEndpoint)
        }
        Spec::TrainingJob(_) => all([vec![vec![delete(object)]]], kinds::Call::TrainingJob),
        Spec::ProcessingJob(_) => all([vec![vec![delete(object)]]], kinds::Call::ProcessingJob),
        _ => Vec::new(),
    }
}

fn all<R, const N: usize>(
    deeds: [Vec<Vec<Call<R>>>; N],
    wrap: impl Fn(Call<R>) -> kinds::Call + Copy,
) -> Vec<Vec<kinds::Call>> {
    deeds.into_iter().flatten().map(|it| it.into_iter().map(wrap).collect()).collect()
}

fn id(object: &Object) -> Handle {
    Handle::Value(object.id.clone())
}

fn stop<R>(object: &Object) -> Call<R> {
    Call::new(Action::Stop { object: id(object) })
}

fn delete<R>(object: &Object) -> Call<R> {
    Call::new(Action::Delete { object: id(object), details: Document::default() })
}

/// It goes, or is gone.
fn removals<R: Workload>(object: &Object) -> Vec<Vec<Call<R>>> {
    let gone = R::API.deleted.map(|_| Call::new(Action::AwaitGone { object: id(object) }));
    let both = gone.map(|gone| vec![delete(object), gone]);
    [vec![delete(object)]].into_iter().chain(both).collect()
}

/// A field has another value, and what can be named otherwise is: other groups, another subnet more, another configuration.
fn changes<R: Workload>(it: &R, fields: &[(&str, &str)], object: &Object, live: &Live) -> Vec<Vec<Call<R>>> {
    let update = |links: Links<Key>, settings: Document| {
        let named =
            |key: &Key| Handle::Value(live.find(key).map_or(key.name.to_string(), |it| it.id.clone()));
        let links = links.try_map(|it| Ok::<Handle, std::convert::Infallible>(named(it)));
        let Ok(links) = links;
        vec![Call::new(Action::Update { object: id(object), links, settings })]
    };
    let with_field = |(field, value): &(&str, &str)| {
        let mut settings = Document::default();
        settings.insert(field, *value);
        update(it.links().clone(), settings)
    };
    let mut deeds: Vec<Vec<Call<R>>> = fields.iter().map(with_field).collect();
    let is_in_place = !matches!(object.spec, Spec::Notebook(_));
    let others = |kind: Kind, had: &[Key]| {
        let others =
            live.of_kind(kind).filter(|(key, it)| it.owner == Owner::Blueprint && !had.contains(*key));
        others.map(|(key, _)| key.clone()).collect::<Vec<Key>>()
    };
    let had = it.links();
    if is_in_place && had.config.is_none() {
        deeds.push(update(Links { security_groups: Vec::new(), ..had.clone() }, Document::default()));
        for group in others(Kind::SecurityGroup, &had.security_groups) {
            let links = Links { security_groups: vec![group], ..had.clone() };
            deeds.push(update(links, Document::default()));
        }
    }
    if !had.subnets.is_empty() && is_in_place {
        for subnet in others(Kind::Subnet, &had.subnets) {
            let subnets = [had.subnets.clone(), vec![subnet]].concat();
            deeds.push(update(Links { subnets, ..had.clone() }, Document::default()));
        }
    }
    for config in others(Kind::EndpointConfig, &had.config.clone().into_iter().collect::<Vec<Key>>()) {
        if had.config.is_some() {
            deeds.push(update(Links { config: Some(config), ..had.clone() }, Document::default()));
        }
    }
    deeds
}
