//! What the API's own fields say, by their paths, and what of it is nobody's to read.

use palisade_core::document::kebab;
use palisade_core::plan::{Diff, Field};
use palisade_core::{Document, Key};
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// Fields in which people keep what others should not read, by the API's names: only what is in them is named, never
/// what it says.
const VEILED: &[&str] = &[
    "CollectionParameters",
    "ContainerArguments",
    "ContainerEntrypoint",
    "Environment",
    "HookParameters",
    "HyperParameters",
    "ProfilingParameters",
    "RuleParameters",
];

/// What stands in the place of what is not shown.
const NOT_SHOWN: &str = "(not shown)";

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Where it is, in the blueprint's spelling: `resource-config.instance-type`.
    pub(crate) path: String,
    /// What it says, on one line.
    pub(crate) value: String,
}

/// Returns the settings that have a value, lists of words as one.
pub(crate) fn all(settings: &Document) -> Vec<Setting> {
    let mut all = Vec::new();
    for (field, value) in &settings.0 {
        collect(kebab(field), field, value, &mut all);
    }
    all
}

fn collect(path: String, field: &str, value: &Value, all: &mut Vec<Setting>) {
    match value {
        _ if is_veiled(field) => all.push(Setting { path, value: names(value) }),
        Value::Object(fields) if !fields.is_empty() => {
            for (field, value) in fields {
                collect(format!("{path}.{}", kebab(field)), field, value, all);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                collect(format!("{path}[{at}]"), "", item, all);
            }
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            all.push(Setting { path, value: items.join(", ") });
        }
        value => all.push(Setting { path, value: text(value) }),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns what is in a field, without what it says.
fn names(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let names: Vec<&str> = fields.keys().map(String::as_str).collect();
            format!("{} {NOT_SHOWN}", names.join(", ")).trim_start().to_owned()
        }
        Value::Array(items) => format!("{} {NOT_SHOWN}", crate::text::count(items.len(), "word")),
        _ => NOT_SHOWN.to_owned(),
    }
}

fn is_veiled(field: &str) -> bool {
    VEILED.contains(&field)
}

/// Returns a difference of `key` without what is nobody's to read. Paths are as [`all`] has them.
pub(crate) fn veiled(key: &Key, diff: &Diff) -> Diff {
    let of_sagemaker = key.kind.is_of_sagemaker();
    let veil = |field: &Field| if of_sagemaker { veiled_field(field) } else { field.clone() };
    Diff { fields: diff.fields.iter().map(veil).collect() }
}

fn veiled_field(field: &Field) -> Field {
    let step = |it: &str| it.split('[').next().unwrap_or_default().to_owned();
    let is_veiled = |it: &String| VEILED.iter().any(|veiled| kebab(veiled) == *it);
    let path: Vec<String> = field.name.split('.').map(step).collect();
    let veil = |value: &String| match path.iter().position(is_veiled) {
        Some(at) if at + 1 == path.len() => names(&serde_json::from_str(value).unwrap_or(Value::Null)),
        Some(_) => NOT_SHOWN.to_owned(),
        None => without_veiled(value),
    };
    let (live, mut want) = (field.live.as_ref().map(veil), field.want.as_ref().map(veil));
    if live.is_some() && live == want {
        want = Some("another value".to_owned());
    }
    Field { live, want, ..field.clone() }
}

/// Returns a value, which may be a document in JSON, without what is nobody's to read.
fn without_veiled(value: &str) -> String {
    let document = value.starts_with(['{', '[']).then(|| serde_json::from_str(value).ok()).flatten();
    document.map_or_else(|| value.to_owned(), |it: Value| strip(it).to_string())
}

fn strip(value: Value) -> Value {
    let field = |(name, value): (String, Value)| match is_veiled(&name) {
        true => {
            let said = names(&value);
            (name, Value::String(said))
        }
        false => (name, strip(value)),
    };
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>()),
        Value::Array(items) => Value::Array(items.into_iter().map(strip).collect()),
        value => value,
    }
}
