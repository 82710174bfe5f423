//! Steps in the words of the plan: who reads a run has read the plan, and knows no phases.

use std::collections::BTreeMap;

use palisade_core::{Because, Key, Kind, StepId};

/// Returns what a step does, such as `create vpc.main`.
pub(super) fn deed(step: &StepId) -> String {
    match step {
        StepId::Tag => "update tags".to_owned(),
        StepId::Make(key) => format!("create {key}"),
        StepId::Wire(key) | StepId::Unwire(key) => format!("update {}", wiring(key)),
        StepId::Release(key) => format!("update blocks of {key}"),
        StepId::Remove(key) => format!("delete {key}"),
    }
}

/// Returns why steps are skipped.
pub(super) fn reason(because: &Because) -> String {
    match because {
        Because::Stopped => "since the run was stopped".to_owned(),
        Because::Needs(failed) => format!("since `{}` failed", deed(failed)),
        Because::Lane(failed) => format!("since the lane stopped when `{}` failed", deed(failed)),
    }
}

/// Returns steps by their key, each with the sign of its deed as in the plan: `+ subnet.app@a` is also what it is
/// wired with.
pub(super) fn by_key(steps: &[&StepId]) -> Vec<String> {
    let mut keys: BTreeMap<Option<&Key>, Vec<&StepId>> = BTreeMap::new();
    for step in steps {
        keys.entry(step.key()).or_default().push(step);
    }
    keys.into_iter().flat_map(|(key, steps)| signs(key, &steps)).collect()
}

fn signs(key: Option<&Key>, steps: &[&StepId]) -> Vec<String> {
    let Some(key) = key else { return vec!["~ tags".to_owned()] };
    let has = |is_it: fn(&StepId) -> bool| steps.iter().any(|it| is_it(it));
    let made = has(|it| matches!(it, StepId::Make(_))).then(|| format!("+ {key}"));
    let removed = has(|it| matches!(it, StepId::Remove(_))).then(|| format!("- {key}"));
    let whole: Vec<String> = made.into_iter().chain(removed).collect();
    if whole.is_empty() { vec![format!("~ {}", wiring(key))] } else { whole }
}

/// Returns what is wired of an object.
fn wiring(key: &Key) -> String {
    let part = match key.kind {
        Kind::SecurityGroup => "rules of ",
        Kind::RouteTable => "routes of ",
        Kind::NetworkAcl | Kind::PrefixList => "entries of ",
        Kind::Vpc
        | Kind::Subnet
        | Kind::InternetGateway
        | Kind::EgressOnlyGateway
        | Kind::ElasticIp
        | Kind::NatGateway
        | Kind::Endpoint
        | Kind::DhcpOptions
        | Kind::FlowLog
        | Kind::Domain
        | Kind::UserProfile
        | Kind::Notebook
        | Kind::Model
        | Kind::EndpointConfig
        | Kind::InferenceEndpoint
        | Kind::TrainingJob
        | Kind::ProcessingJob
        | Kind::App
        | Kind::Space
        | Kind::MountTarget => "",
    };
    format!("{part}{key}")
}
