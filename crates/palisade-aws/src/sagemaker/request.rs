//! The bodies of requests that make, change and delete.

use palisade_core::document::Document;
use palisade_core::kinds::sagemaker::Links;
use palisade_core::{Kind, Tags};
use serde_json::{Value, json};

use super::shape::{DOMAIN_ID, Shape, last};
use super::wire::Fields;

/// Returns the body of a create request.
pub(crate) fn create(
    shape: &Shape,
    name: &str,
    links: &Links<String>,
    settings: &Document,
    tags: &Tags,
) -> Fields {
    let mut body = fields(settings);
    place(shape.kind, links, &mut body);
    body.insert(shape.name.to_owned(), name.into());
    body.insert("Tags".to_owned(), written(tags));
    body
}

/// Returns the body of a request that changes what has the ARN. What its kind cannot change is left out.
pub(crate) fn update(shape: &Shape, arn: &str, links: &Links<String>, settings: &Document) -> Fields {
    let mut body = fields(settings);
    place(shape.kind, links, &mut body);
    if shape.kind == Kind::Domain {
        rename(&mut body, "DomainSettings", "DomainSettingsForUpdate");
        if let Some(Value::Object(inside)) = body.get_mut("DomainSettingsForUpdate") {
            rename(inside, "RStudioServerProDomainSettings", "RStudioServerProDomainSettingsForUpdate");
        }
    }
    body.retain(|field, _| shape.updates.contains(&field.as_str()));
    body.extend(shape.names(arn));
    body
}

/// Returns the body of a request that deletes what has the ARN. Of an app only the details say to whom it belongs.
pub(crate) fn delete(shape: &Shape, arn: &str, details: &Document) -> Fields {
    let mut body = match shape.kind {
        Kind::App => Fields::new(),
        _ => shape.names(arn),
    };
    body.extend(fields(details));
    body
}

/// Returns tags as SageMaker has them.
pub(crate) fn written(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// Returns the fields of a document.
fn fields(document: &Document) -> Fields {
    document.0.iter().map(|(field, value)| (field.clone(), value.clone())).collect()
}

/// Writes where the API has it what an object names.
fn place(kind: Kind, links: &Links<String>, body: &mut Fields) {
    let Links { vpc, domain, subnets, security_groups, models, config } = links;
    match kind {
        Kind::Domain => {
            body.extend(vpc.iter().map(|it| ("VpcId".to_owned(), it.as_str().into())));
            body.insert("SubnetIds".to_owned(), json!(subnets));
            inside(body, "DefaultUserSettings").insert("SecurityGroups".to_owned(), json!(security_groups));
        }
        Kind::UserProfile => {
            body.extend(domain.iter().map(|it| (DOMAIN_ID.to_owned(), last(it).into())));
            inside(body, "UserSettings").insert("SecurityGroups".to_owned(), json!(security_groups));
        }
        Kind::Notebook => {
            body.extend(subnets.first().map(|it| ("SubnetId".to_owned(), it.as_str().into())));
            if !security_groups.is_empty() {
                body.insert("SecurityGroupIds".to_owned(), json!(security_groups));
            }
        }
        Kind::EndpointConfig => {
            let variants = body.get_mut("ProductionVariants").and_then(Value::as_array_mut);
            for (variant, model) in variants.into_iter().flatten().zip(models) {
                if let Value::Object(variant) = variant {
                    variant.insert("ModelName".to_owned(), last(model).into());
                }
            }
            place_in_vpc(links, body);
        }
        Kind::InferenceEndpoint => {
            body.extend(config.iter().map(|it| ("EndpointConfigName".to_owned(), last(it).into())));
        }
        Kind::ProcessingJob if !subnets.is_empty() => place_in_vpc(links, inside(body, "NetworkConfig")),
        _ => place_in_vpc(links, body),
    }
}

/// The API wants both lists or none.
fn place_in_vpc(links: &Links<String>, body: &mut Fields) {
    if !links.subnets.is_empty() {
        let place = json!({ "SecurityGroupIds": links.security_groups, "Subnets": links.subnets });
        body.insert("VpcConfig".to_owned(), place);
    }
}

/// Returns the fields inside a field.
fn inside<'a>(body: &'a mut Fields, field: &str) -> &'a mut Fields {
    let value = body.entry(field).or_insert_with(|| Value::Object(Fields::new()));
    if !value.is_object() {
        *value = Value::Object(Fields::new());
    }
    value.as_object_mut().expect("it was just made one")
}

fn rename(body: &mut Fields, from: &str, to: &str) {
    if let Some(value) = body.remove(from) {
        body.insert(to.to_owned(), value);
    }
}
