//! The kinds of SageMaker, as it speaks of them: what they do differently is in their [`Shape`].

use std::borrow::Cow;

use aws_sdk_ec2::types::{NetworkInterface, NetworkInterfaceStatus};
use palisade_core::cloud::Reason;
use palisade_core::document::Document;
use palisade_core::kinds::sagemaker::{Action, Call, Links, REMEMBERED, Workload};
use palisade_core::{CloudError, Handle, Key, Kind, Known, Learned, Part, Refused, Stamp};

use serde_json::json;

use crate::answer::{nothing, resolved};
use crate::connect::Aws;
use crate::sagemaker::{self, Fields, Shape, ask, text};
use crate::{strangers, tags};

/// Sends the one request of `call`.
pub(crate) async fn call<R: Workload>(
    aws: &Aws,
    call: &Call<R>,
    known: &Known,
) -> Result<Learned, CloudError> {
    let shape = Shape::of(R::KIND).expect("every kind of SageMaker has a shape");
    let id = |object: &Handle| resolved(known, object).map(Cow::into_owned);
    match &call.action {
        Action::Create { stamp, name, links, settings } => {
            let links = links.try_map(id)?;
            create(aws, shape, stamp, name, sagemaker::create(shape, name, &links, settings, &stamp.tags))
                .await
        }
        Action::AwaitReady { object } => {
            let arn = id(object)?;
            is_ready(shape, &arn, look(aws, shape, &arn).await?.as_ref()).map(nothing)
        }
        Action::Update { object, links, settings } => {
            let links = links.try_map(id)?;
            let body = sagemaker::update(shape, &id(object)?, &links, settings);
            ask(&aws.sagemaker, spoken(shape.api.update)?, body).await.map(nothing)
        }
        Action::AwaitChanged { object, links, settings } => {
            let arn = id(object)?;
            let links = links.try_map(id)?;
            let seen = look(aws, shape, &arn).await?;
            is_changed(shape, &arn, seen.as_ref(), &links, settings).map(nothing)
        }
        Action::Stop { object } => {
            let sent = ask(&aws.sagemaker, spoken(shape.api.stop)?, shape.names(&id(object)?)).await;
            if_not_yet(sent, &["Status (Stopped)", "Status (Stopping)"])
        }
        Action::AwaitStopped { object } => {
            let arn = id(object)?;
            is_stopped(shape, &arn, look(aws, shape, &arn).await?.as_ref()).map(nothing)
        }
        Action::Start { object } => {
            let sent = ask(&aws.sagemaker, spoken(shape.api.start)?, shape.names(&id(object)?)).await;
            if_not_yet(sent, &["Status (InService)", "Status (Pending)"])
        }
        Action::Remember { object, tag } => {
            let tags = [(tag.clone(), REMEMBERED.to_owned())].into();
            let body = json!({ "ResourceArn": id(object)?, "Tags": sagemaker::written(&tags) });
            ask(&aws.sagemaker, "AddTags", sagemaker::fields(body)).await.map(nothing)
        }
        Action::Forget { object, tag } => {
            let body = json!({ "ResourceArn": id(object)?, "TagKeys": [tag] });
            ask(&aws.sagemaker, "DeleteTags", sagemaker::fields(body)).await.map(nothing)
        }
        Action::Delete { object, details } => {
            let body = sagemaker::delete(shape, &id(object)?, details);
            ask(&aws.sagemaker, shape.api.delete, body).await.map(nothing)
        }
        Action::AwaitGone { object } => {
            let arn = id(object)?;
            has_gone(shape, &arn, look(aws, shape, &arn).await?.as_ref()).map(nothing)
        }
        Action::AwaitReleased { interfaces } => {
            let ids = interfaces.iter().map(id).collect::<Result<Vec<_>, _>>()?;
            // A filter, since AWS refuses a request for ids of which one is gone.
            let seen = strangers::read(aws, tags::filter("network-interface-id", ids)).await?;
            are_released(&seen).map(nothing)
        }
    }
}

fn spoken(operation: Option<&'static str>) -> Result<&'static str, CloudError> {
    operation
        .ok_or_else(|| CloudError::Unusable("AWS has no such request: this is a bug in palisade".to_owned()))
}

async fn create(
    aws: &Aws,
    shape: &Shape,
    stamp: &Stamp,
    name: &str,
    body: Fields,
) -> Result<Learned, CloudError> {
    let answer = ask(&aws.sagemaker, shape.api.create, body).await?;
    // Something was made all the same.
    let unclear = || CloudError::Lost(format!("AWS answered `{}` without `{}`", shape.api.create, shape.arn));
    let arn = text(&answer, shape.arn).ok_or_else(unclear)?;
    let learned = [(Part::Id, arn), (Part::Name, name)];
    Ok(learned.map(|(part, it)| (stamp.key.clone(), part, it.to_owned())).into())
}

/// Looks at one object; what does not exist, or cannot be seen yet, is none.
async fn look(aws: &Aws, shape: &Shape, arn: &str) -> Result<Option<Fields>, CloudError> {
    let seen = describe(aws, shape, shape.names(arn)).await?;
    let is_app = shape.kind == Kind::App;
    match seen.filter(|it| !sagemaker::is_gone(shape, it)) {
        // Its ARN does not say whether it is a profile's or a space's.
        None if is_app => {
            let mut names = shape.names(arn);
            let space = names.remove(sagemaker::USER_PROFILE_NAME);
            names.extend(space.map(|it| (sagemaker::SPACE_NAME.to_owned(), it)));
            Ok(describe(aws, shape, names).await?.filter(|it| !sagemaker::is_gone(shape, it)))
        }
        seen => Ok(seen),
    }
}

async fn describe(aws: &Aws, shape: &Shape, names: Fields) -> Result<Option<Fields>, CloudError> {
    sagemaker::if_found(ask(&aws.sagemaker, shape.api.describe, names).await)
}

/// A request that asks for what is so already is no mistake: somebody else has asked before.
fn if_not_yet(sent: Result<Fields, CloudError>, so_already: &[&str]) -> Result<Learned, CloudError> {
    match sent {
        Err(CloudError::Transient(said)) if so_already.iter().any(|it| said.contains(it)) => {
            Ok(Learned::new())
        }
        sent => sent.map(nothing),
    }
}

fn not_yet(arn: &str, status: &str) -> CloudError {
    let status = if status.is_empty() { "in no state" } else { status };
    CloudError::Transient(format!("`{arn}` is {status}"))
}

fn invalid(message: String) -> CloudError {
    CloudError::Refused(Refused::new(Reason::Invalid, message))
}

fn is_ready(shape: &Shape, arn: &str, seen: Option<&Fields>) -> Result<(), CloudError> {
    // A new object cannot always be seen at once.
    let seen = seen.ok_or_else(|| not_yet(arn, "not to be seen yet"))?;
    match sagemaker::status(shape, seen) {
        "InService" => Ok(()),
        status @ ("Failed" | "Update_Failed" | "UpdateRollbackFailed") => {
            Err(invalid(format!("{status}: {}", sagemaker::reason(seen))))
        }
        status @ ("Deleting" | "Delete_Failed") => Err(invalid(format!("`{arn}` is {status}"))),
        status => Err(not_yet(arn, status)),
    }
}

fn is_stopped(shape: &Shape, arn: &str, seen: Option<&Fields>) -> Result<(), CloudError> {
    match seen.map(|it| sagemaker::status(shape, it)) {
        None | Some("Stopped" | "Failed") => Ok(()),
        Some(status) => Err(not_yet(arn, status)),
    }
}

fn has_gone(shape: &Shape, arn: &str, seen: Option<&Fields>) -> Result<(), CloudError> {
    match seen.map(|it| (sagemaker::status(shape, it), it)) {
        None => Ok(()),
        Some((status @ "Delete_Failed", seen)) => {
            Err(invalid(format!("{status}: {}", sagemaker::reason(seen))))
        }
        Some((status, _)) => Err(not_yet(arn, status)),
    }
}

fn is_changed(
    shape: &Shape,
    arn: &str,
    seen: Option<&Fields>,
    links: &Links<String>,
    settings: &Document,
) -> Result<(), CloudError> {
    match seen {
        Some(it) if shape.kind == Kind::Notebook && sagemaker::status(shape, it) == "Stopped" => {}
        _ => is_ready(shape, arn, seen)?,
    }
    let Some(seen) = seen else { return Ok(()) };
    let ignored = ignored(shape, arn, seen, links, settings);
    match (ignored.as_slice(), text(seen, "FailureReason")) {
        ([], _) => Ok(()),
        (_, Some(reason)) => Err(invalid(format!("SageMaker has taken the change back: {reason}"))),
        (ignored, None) => {
            Err(invalid(format!("SageMaker accepted the change and ignored {}", ignored.join(", "))))
        }
    }
}

/// Returns which of the changes that were asked for do not show. How an endpoint goes over to another configuration is
/// said for once, and does not show afterwards.
fn ignored(
    shape: &Shape,
    arn: &str,
    seen: &Fields,
    links: &Links<String>,
    settings: &Document,
) -> Vec<String> {
    let described = sagemaker::read(shape, arn, seen);
    let mut ignored = Vec::new();
    let differ = |kind: Kind, asked: &[String], shown: &[Key]| {
        let mut asked: Vec<Key> = asked.iter().map(|it| Key::new(kind, it)).collect();
        asked.sort();
        asked != *shown
    };
    let updates = |field: &str| shape.updates.contains(&field);
    if updates("SubnetIds") && differ(Kind::Subnet, &links.subnets, &described.links.subnets) {
        ignored.push("`subnet-ids`".to_owned());
    }
    let has_groups = updates("DefaultUserSettings") || updates("UserSettings");
    if has_groups && differ(Kind::SecurityGroup, &links.security_groups, &described.links.security_groups) {
        ignored.push("`security-groups`".to_owned());
    }
    if shape.kind == Kind::InferenceEndpoint {
        let shown = described.links.config.map(|it| it.name.to_ascii_lowercase());
        if shown != links.config.as_ref().map(|it| it.to_ascii_lowercase()) {
            ignored.push("`endpoint-config`".to_owned());
        }
        return ignored;
    }
    // Those settings of a domain are changed by another name.
    let is_sent =
        |field: &str| updates(field) || (field == "DomainSettings" && updates("DomainSettingsForUpdate"));
    let differences = settings.differences(&described.settings);
    ignored
        .extend(differences.into_iter().filter(|it| is_sent(&it.field)).map(|it| format!("`{}`", it.path)));
    ignored
}

fn are_released(seen: &[NetworkInterface]) -> Result<(), CloudError> {
    let is_held = |it: &&NetworkInterface| it.status() != Some(&NetworkInterfaceStatus::Available);
    let held: Vec<&str> = seen.iter().filter(is_held).filter_map(|it| it.network_interface_id()).collect();
    match held.as_slice() {
        [] => Ok(()),
        held => Err(CloudError::Transient(format!("SageMaker still holds {}", held.join(", ")))),
    }
}
