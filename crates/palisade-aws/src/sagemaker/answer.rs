//! From what is described to what would be wanted.

use palisade_core::document::Document;
use palisade_core::kinds::InSpec;
use palisade_core::kinds::notebook::Notebook;
use palisade_core::kinds::sagemaker::Links;
use palisade_core::live::Found;
use palisade_core::tags::RESTART;
use palisade_core::{Key, Kind, Part, State, Tags};
use serde_json::Value;

use super::shape::{DOMAIN_ID, OF_ALL, Shape, sibling};
use super::wire::{Fields, text};

/// What something names, by AWS ids, and the rest of it.
#[derive(Debug)]
pub(crate) struct Described {
    /// What it names.
    pub(crate) links: Links<Key>,
    /// The fields that its create request has.
    pub(crate) settings: Document,
}

/// Returns the status of what was described; empty if its kind has none.
pub(crate) fn status<'a>(shape: &Shape, fields: &'a Fields) -> &'a str {
    shape.status.and_then(|it| text(fields, it)).unwrap_or_default()
}

/// Returns why something failed, in AWS's words.
pub(crate) fn reason(fields: &Fields) -> &str {
    text(fields, "FailureReason").unwrap_or("AWS does not say why")
}

/// Returns the profile that has a space to itself.
pub(crate) fn owner(space: &Fields) -> Option<&str> {
    space.get("OwnershipSettingsSummary")?.get("OwnerUserProfileName")?.as_str()
}

/// Returns whether something is gone, although AWS still shows it. Apps stay to be seen for a day.
pub(crate) fn is_gone(shape: &Shape, fields: &Fields) -> bool {
    status(shape, fields) == "Deleted"
}

/// Returns whether something can be used. A job that has ended as it should not has been run all the same.
pub(crate) fn state(shape: &Shape, fields: &Fields) -> State {
    match status(shape, fields) {
        "Deleting" => State::Leaving,
        "Failed" if shape.kind.is_run() || has_worked(shape, fields) => State::Usable,
        "Failed" => State::Failed,
        "Pending" | "Creating" | "Updating" | "SystemUpdating" | "RollingBack" => State::Pending,
        _ => State::Usable,
    }
}

/// How long after its creation a notebook has not changed whose creation failed.
const CREATION_S: f64 = 3600.0;

/// Whether a notebook that failed has worked before: one that could not be started again keeps its disk, and starts once
/// its mistake is mended. AWS does not tell the two apart.
fn has_worked(shape: &Shape, fields: &Fields) -> bool {
    let at = |field: &str| fields.get(field).and_then(Value::as_f64);
    let age = at("LastModifiedTime").zip(at("CreationTime")).map(|(changed, made)| changed - made);
    shape.kind == Kind::Notebook && age.is_some_and(|it| CREATION_S < it)
}

/// Reads one object as it would be wanted.
pub(crate) fn found(shape: &Shape, arn: &str, fields: &Fields, tags: Tags) -> Found {
    let name = text(fields, shape.name).map(|it| (Part::Name, it.to_owned()));
    let Described { links, settings } = read(shape, arn, fields);
    let mut spec = (shape.spec)(links, settings);
    if let Some(notebook) = Notebook::of_mut(&mut spec) {
        notebook.restarts = tags.contains_key(RESTART);
        notebook.stopped = matches!(status(shape, fields), "Stopped" | "Failed");
    }
    let (id, state, parts) = (arn.to_owned(), state(shape, fields), name.into_iter().collect());
    Found { id, state, spec, parts, tags }
}

/// Takes what was described apart.
pub(crate) fn read(shape: &Shape, arn: &str, fields: &Fields) -> Described {
    let mut fields = fields.clone();
    let mut links = links(shape, arn, &mut fields);
    let is_own = |field: &str| {
        let names = [Some(shape.name), Some(shape.arn), shape.status];
        names.contains(&Some(field)) || shape.told.contains(&field) || OF_ALL.contains(&field)
    };
    let is_over = shape.kind.is_run() && !matches!(status(shape, &fields), "InProgress" | "Stopping");
    if is_over {
        links = Links::default();
    }
    fields.retain(|field, value| !is_own(field) && !value.is_null());
    // What is described under another name than it is asked for.
    let other = match shape.kind {
        Kind::Notebook => Some(("NotebookInstanceLifecycleConfigName", "LifecycleConfigName")),
        Kind::InferenceEndpoint => Some(("LastDeploymentConfig", "DeploymentConfig")),
        _ => None,
    };
    if let Some((described, asked)) = other
        && let Some(value) = fields.remove(described)
    {
        fields.insert(asked.to_owned(), value);
    }
    Described { links, settings: Document(fields.into_iter().collect()) }
}

/// Returns what something names, and takes it out of the fields inside which it stands.
fn links(shape: &Shape, arn: &str, fields: &mut Fields) -> Links<Key> {
    let mut links = Links::default();
    let groups = |it: Option<Value>| keys(Kind::SecurityGroup, it.as_ref());
    match shape.kind {
        Kind::Domain => {
            links.vpc = text(fields, "VpcId").map(|it| Key::new(Kind::Vpc, it));
            links.subnets = keys(Kind::Subnet, fields.get("SubnetIds"));
            links.security_groups = groups(taken(fields, "DefaultUserSettings", "SecurityGroups"));
        }
        Kind::UserProfile => {
            links.domain = domain(arn, fields);
            links.security_groups = groups(taken(fields, "UserSettings", "SecurityGroups"));
        }
        Kind::Notebook => {
            links.subnets =
                text(fields, "SubnetId").map(|it| Key::new(Kind::Subnet, it)).into_iter().collect();
            links.security_groups = keys(Kind::SecurityGroup, fields.get("SecurityGroups"));
        }
        Kind::EndpointConfig => {
            let variants = fields.get_mut("ProductionVariants").and_then(Value::as_array_mut);
            let variants = variants.into_iter().flatten().filter_map(Value::as_object_mut);
            let names = variants.filter_map(|it| it.remove("ModelName")?.as_str().map(str::to_owned));
            let model = |it: String| Key::new(Kind::Model, sibling(arn, &format!("model/{it}")));
            links.models = names.map(model).collect();
            read_place(fields.get("VpcConfig"), &mut links);
        }
        Kind::InferenceEndpoint => {
            let config = |it| Key::new(Kind::EndpointConfig, sibling(arn, &format!("endpoint-config/{it}")));
            links.config = text(fields, "EndpointConfigName").map(config);
        }
        Kind::ProcessingJob => {
            let place = taken(fields, "NetworkConfig", "VpcConfig");
            read_place(place.as_ref(), &mut links);
        }
        Kind::App | Kind::Space => links.domain = domain(arn, fields),
        _ => read_place(fields.get("VpcConfig"), &mut links),
    }
    links
}

fn domain(arn: &str, fields: &Fields) -> Option<Key> {
    text(fields, DOMAIN_ID).map(|it| Key::new(Kind::Domain, sibling(arn, &format!("domain/{it}"))))
}

fn read_place(place: Option<&Value>, links: &mut Links<Key>) {
    links.subnets = keys(Kind::Subnet, place.and_then(|it| it.get("Subnets")));
    links.security_groups = keys(Kind::SecurityGroup, place.and_then(|it| it.get("SecurityGroupIds")));
}

fn keys(kind: Kind, ids: Option<&Value>) -> Vec<Key> {
    let ids = ids.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut keys: Vec<Key> = ids.map(|it| Key::new(kind, it)).collect();
    keys.sort();
    keys
}

/// Takes a field out of another, and the other too if nothing else is in it.
fn taken(fields: &mut Fields, outer: &str, inner: &str) -> Option<Value> {
    let inside = fields.get_mut(outer)?.as_object_mut()?;
    let value = inside.remove(inner);
    if inside.is_empty() {
        fields.remove(outer);
    }
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::wire::fields;
    use super::*;

    fn shape(kind: Kind) -> &'static Shape {
        Shape::of(kind).expect("a shape")
    }

    fn state_of(kind: Kind, status: &str) -> State {
        let shape = shape(kind);
        state(shape, &fields(json!({ (shape.status.expect("it has one")): status })))
    }

    #[test]
    fn a_status_says_whether_it_can_be_used() {
        for it in ["InService", "Update_Failed", "Delete_Failed"] {
            assert_eq!(state_of(Kind::Domain, it), State::Usable);
        }
        for it in ["Creating", "Updating", "SystemUpdating", "RollingBack"] {
            assert_eq!(state_of(Kind::InferenceEndpoint, it), State::Pending);
        }
        assert_eq!(state_of(Kind::UserProfile, "Pending"), State::Pending);
        assert_eq!(state_of(Kind::Space, "Deleting"), State::Leaving);
        assert_eq!(state_of(Kind::InferenceEndpoint, "Failed"), State::Failed);
        assert_eq!(state_of(Kind::Notebook, "Stopped"), State::Usable);
        assert_eq!(state(shape(Kind::Model), &Fields::new()), State::Usable);
    }

    #[test]
    fn a_run_that_failed_is_over_and_not_to_be_made_again() {
        for it in ["InProgress", "Completed", "Stopped", "Failed"] {
            assert_eq!(state_of(Kind::TrainingJob, it), State::Usable);
        }
    }

    #[test]
    fn a_notebook_that_has_worked_keeps_its_disk() {
        let after = |seconds: f64| {
            let (made, changed) = (1.5e9, 1.5e9 + seconds);
            let seen = json!({"NotebookInstanceStatus": "Failed", "CreationTime": made, "LastModifiedTime": changed});
            let found = found(shape(Kind::Notebook), "arn", &fields(seen), Tags::new());
            let stopped = Notebook::of(&found.spec).is_some_and(|it| it.stopped);
            (found.state, stopped)
        };
        assert_eq!(after(300.0), (State::Failed, true));
        assert_eq!(after(86_400.0), (State::Usable, true));
    }
}
