//! The JSON Schema of the language, for completion and checks in editors.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::grammar::{DOCUMENT, Field, Presence, Table, Value};

/// Returns the JSON Schema (draft 2020-12) of a blueprint, as `palisade schema` prints it.
pub fn schema() -> String {
    let mut definitions = BTreeMap::new();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "palisade blueprint",
    });
    let document = table(&DOCUMENT, &mut definitions);
    let object = schema.as_object_mut().expect("it was made as one");
    object.extend(document);
    object.insert("$defs".to_owned(), definitions.into_iter().collect());
    let text = serde_json::to_string_pretty(&schema).expect("JSON can be written");
    text + "\n"
}

type Definitions = BTreeMap<String, Json>;

fn table(table: &Table, definitions: &mut Definitions) -> Map<String, Json> {
    let mut properties = Map::new();
    for field in table.fields {
        properties.insert(field.name.to_owned(), self::field(field, definitions));
    }
    let required =
        table.fields.iter().filter(|it| matches!(it.presence, Presence::Required)).map(|it| it.name);
    let required: Vec<&str> = required.collect();
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(table.doc));
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Json::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn field(field: &Field, definitions: &mut Definitions) -> Json {
    let mut schema = value(&field.value, definitions);
    let object = schema.as_object_mut().expect("every value is described by an object");
    object.insert("description".to_owned(), json!(field.doc));
    if let Presence::Default(default) = field.presence {
        let default: Json = serde_json::from_str(default).expect("a default is written as JSON");
        object.insert("default".to_owned(), default);
    }
    schema
}

fn value(grammar: &Value, definitions: &mut Definitions) -> Json {
    match grammar {
        Value::Text => json!({ "type": "string" }),
        Value::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        Value::Boolean => json!({ "type": "boolean" }),
        Value::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Value::Words(words) => json!({ "enum": words }),
        Value::List(element) => json!({ "type": "array", "items": value(element, definitions) }),
        Value::AnyOf(alternatives) => {
            let now = alternatives.iter().filter(|it| !matches!(it, Value::LaterInteger));
            let mut each: Vec<Json> = now.map(|it| value(it, definitions)).collect();
            match each.len() {
                1 => each.remove(0),
                _ => json!({ "anyOf": each }),
            }
        }
        Value::Table(inner) => define(inner, definitions),
        Value::Named(named) => json!({
            "type": "object",
            "propertyNames": { "pattern": named.form.pattern() },
            "additionalProperties": define(named.table, definitions),
        }),
        Value::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Value::LaterInteger => json!({ "not": {} }),
    }
}

fn define(inner: &Table, definitions: &mut Definitions) -> Json {
    if !definitions.contains_key(inner.id) {
        let schema = table(inner, definitions);
        definitions.insert(inner.id.to_owned(), Json::Object(schema));
    }
    json!({ "$ref": format!("#/$defs/{}", inner.id) })
}
