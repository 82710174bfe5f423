//! The JSON Schema of the language, for completion and checks in editors.

use std::collections::BTreeMap;

use palisade_core::control;
use serde_json::{Map, Value as Json, json};

use crate::grammar::{DOCUMENT, Field, Presence, Table, Value};

/// Returns the JSON Schema (draft 2020-12) of a blueprint, as `palisade schema` prints it.
pub fn schema() -> String {
    let mut definitions = BTreeMap::new();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "palisade blueprint",
    });
    let document = table(Place::File, &DOCUMENT, &mut definitions);
    let object = schema.as_object_mut().expect("it was made as one");
    object.extend(document);
    // A file that extends another may lack anything, and so may that other, which as a rule has no name.
    let is_whole = json!({ "required": ["name"], "not": { "required": ["extends"] } });
    object.insert("if".to_owned(), is_whole);
    object.insert("then".to_owned(), Json::Object(complete(&DOCUMENT)));
    object.insert("$defs".to_owned(), definitions.into_iter().collect());
    let text = serde_json::to_string_pretty(&schema).expect("JSON can be written");
    text + "\n"
}

type Definitions = BTreeMap<String, Json>;

/// Where a table stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the file or in one of its tables: what it lacks may stand in another file.
    File,
    /// In a list, which replaces as a whole.
    List,
}

fn table(place: Place, table: &Table, definitions: &mut Definitions) -> Map<String, Json> {
    let mut properties = Map::new();
    for field in table.fields {
        properties.insert(field.name.to_owned(), self::field(place, field, definitions));
    }
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(table.doc));
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Json::Object(properties));
    if place == Place::List {
        schema.extend(required(table));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

/// Returns what a table must have that no other file completes, and the tables in it.
fn complete(table: &Table) -> Map<String, Json> {
    let mut schema = required(table);
    let inner = table.fields.iter().filter_map(|it| Some((it.name.to_owned(), complete_value(&it.value)?)));
    let inner: Map<String, Json> = inner.collect();
    if !inner.is_empty() {
        schema.insert("properties".to_owned(), Json::Object(inner));
    }
    schema
}

fn complete_value(grammar: &Value) -> Option<Json> {
    let table = |table: &Table| Some(complete(table)).filter(|it| !it.is_empty()).map(Json::Object);
    match grammar {
        Value::Table(inner) => table(inner),
        Value::Named(named) => table(named.table).map(|it| json!({ "additionalProperties": it })),
        // It says nothing of a value of another type.
        Value::AnyOf(alternatives) => alternatives.iter().find_map(complete_value),
        _ => None,
    }
}

fn required(table: &Table) -> Map<String, Json> {
    let required = table.fields.iter().filter(|it| matches!(it.presence, Presence::Required));
    let required: Vec<&str> = required.map(|it| it.name).collect();
    let choices: Vec<Json> = table.fields.iter().filter_map(|it| choice(it)).collect();
    let required = (!required.is_empty()).then(|| ("required".to_owned(), json!(required)));
    let choices = (!choices.is_empty()).then(|| ("allOf".to_owned(), json!(choices)));
    required.into_iter().chain(choices).collect()
}

/// Returns the schema that wants a key or one of those that stand for it.
fn choice(field: &Field) -> Option<Json> {
    let Presence::RequiredUnless(others) = field.presence else { return None };
    let each: Vec<Json> = [field.name].iter().chain(others).map(|it| json!({ "required": [it] })).collect();
    Some(json!({ "anyOf": each }))
}

fn field(place: Place, field: &Field, definitions: &mut Definitions) -> Json {
    let mut schema = value(place, &field.value, definitions);
    let object = schema.as_object_mut().expect("every value is described by an object");
    object.insert("description".to_owned(), json!(field.doc));
    if let Presence::Default(default) = field.presence {
        let default: Json = serde_json::from_str(default).expect("a default is written as JSON");
        object.insert("default".to_owned(), default);
    }
    schema
}

fn value(place: Place, grammar: &Value, definitions: &mut Definitions) -> Json {
    match grammar {
        Value::Text => json!({ "type": "string" }),
        Value::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        Value::Boolean => json!({ "type": "boolean" }),
        Value::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Value::Number => json!({ "type": "number", "minimum": 0 }),
        Value::Control => json!({ "enum": control::IDS }),
        Value::Words(words) => json!({ "enum": words }),
        Value::List(element) => json!({ "type": "array", "items": value(Place::List, element, definitions) }),
        Value::AnyOf(alternatives) => {
            let each: Vec<Json> = alternatives.iter().map(|it| value(place, it, definitions)).collect();
            json!({ "anyOf": each })
        }
        Value::Table(inner) => define(place, inner, definitions),
        Value::Named(named) => json!({
            "type": "object",
            "propertyNames": { "pattern": named.form.pattern() },
            "additionalProperties": define(place, named.table, definitions),
        }),
        Value::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    }
}

fn define(place: Place, inner: &Table, definitions: &mut Definitions) -> Json {
    if !definitions.contains_key(inner.id) {
        let schema = table(place, inner, definitions);
        definitions.insert(inner.id.to_owned(), Json::Object(schema));
    }
    json!({ "$ref": format!("#/$defs/{}", inner.id) })
}
