//! From a table of the blueprint to the API's document.

use palisade_core::document::Document;
use serde_json::{Map, Value as Json};
use toml::Spanned;
use toml::de::DeValue;

use crate::grammar::sagemaker::OWN;
use crate::grammar::{Table, Value};
use crate::text::tree::{Section, number, section};

/// Returns what a table says to the API: without what names other things, which is the language's own.
pub(crate) fn of(grammar: &Table, found: &Section<'_>) -> Document {
    let mut fields = object(grammar, found);
    OWN.iter().for_each(|it| drop(fields.remove(&api_name(it))));
    Document(fields.into_iter().collect())
}

/// Names that are not written as their words would be.
const IRREGULAR: &[(&str, &str)] = &[
    ("volume-size-in-gb", "VolumeSizeInGB"),
    ("memory-size-in-mb", "MemorySizeInMB"),
    ("enable-ssm-access", "EnableSSMAccess"),
    ("auto-mount-home-efs", "AutoMountHomeEFS"),
    ("efs-file-system-config", "EFSFileSystemConfig"),
];

/// Returns the API's name of a key: `s3-output-path` is `S3OutputPath`.
pub(crate) fn api_name(key: &str) -> String {
    if let Some((_, name)) = IRREGULAR.iter().find(|(it, _)| *it == key) {
        return (*name).to_owned();
    }
    let word = |it: &str| {
        let mut letters = it.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    key.split('-').map(word).collect()
}

fn object(grammar: &Table, found: &Section<'_>) -> Map<String, Json> {
    let is_own = |key: &str| grammar.id == "sagemaker-variant" && key == "model";
    let fields = grammar.fields.iter().filter(|it| !is_own(it.name));
    let fields = fields.filter_map(|it| Some((api_name(it.name), json(&it.value, found.value(it.name)?)?)));
    fields.collect()
}

/// Returns a value as JSON; nothing if it is not of its type, which has been reported.
fn json(grammar: &Value, found: &Spanned<DeValue<'_>>) -> Option<Json> {
    let value = found.get_ref();
    match grammar {
        Value::Text | Value::Pattern(_) | Value::Words(_) | Value::Control => Some(value.as_str()?.into()),
        Value::Boolean => Some(value.as_bool()?.into()),
        Value::Integer { .. } => Some(crate::text::tree::integer(found)?.it.into()),
        Value::Number => Some(number(value)?.into()),
        Value::List(element) => {
            let list = value.as_array()?.iter().filter_map(|it| json(element, it));
            Some(Json::Array(list.collect()))
        }
        Value::AnyOf(alternatives) => alternatives.iter().find_map(|it| json(it, found)),
        Value::Table(inner) => Some(Json::Object(object(inner, &section(found)?))),
        Value::Texts => {
            let entries = section(found)?.entries();
            let texts =
                entries.filter_map(|(key, it)| Some((key.it.to_owned(), it.get_ref().as_str()?.into())));
            Some(Json::Object(texts.collect()))
        }
        Value::Named(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use palisade_core::document::kebab;

    use super::*;
    use crate::grammar::tables;

    #[test]
    fn every_key_is_the_apis_name_in_kebab_case() {
        let tables = tables();
        let of_api = tables.iter().filter(|it| it.id.starts_with("sagemaker-"));
        let keys: Vec<&str> = of_api.flat_map(|it| it.fields).map(|it| it.name).collect();
        assert!(200 < keys.len());
        for key in keys {
            assert_eq!(kebab(&api_name(key)), key);
        }
    }
}
