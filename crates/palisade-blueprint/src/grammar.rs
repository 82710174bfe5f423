//! The tables of the language and their keys, written down once.
//!
//! The walk that finds unknown keys and wrong types ([`walk`]) and the JSON Schema ([`crate::schema()`]) are both
//! drawn from here, so they cannot disagree. What a value means is the business of the modules that read it.

use palisade_core::Kind;

use crate::words::names::NameForm;

mod endpoints;
pub(crate) mod foreign;
pub(crate) mod foreign_rule;
mod guarantees;
mod policy;
pub(crate) mod reference;
mod rules;
pub(crate) mod sagemaker;
pub(crate) mod schema;
mod tables;
pub(crate) mod walk;

pub(crate) use tables::DOCUMENT;

/// A table with a fixed set of keys.
pub(crate) struct Table {
    /// Its name in the schema.
    pub(crate) id: &'static str,
    /// What it is for.
    pub(crate) doc: &'static str,
    pub(crate) fields: &'static [&'static Field],
    pub(crate) hints: &'static [Hint],
}

/// What people write in one table who mean another key. What other tools call things stands in [`foreign`].
pub(crate) struct Hint {
    pub(crate) written: &'static str,
    /// The key that they mean, if it is one of the same table.
    pub(crate) meant: Option<&'static str>,
    /// What to tell them.
    pub(crate) help: &'static str,
}

/// A key of a table.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// What it means: shown by editors.
    pub(crate) doc: &'static str,
    pub(crate) presence: Presence,
    /// What to add where the key is missing: a value as TOML, or for a table its header.
    pub(crate) example: &'static str,
    pub(crate) value: Value,
}

/// Whether a key must be written.
pub(crate) enum Presence {
    Required,
    /// Required unless the table has one of these keys.
    RequiredUnless(&'static [&'static str]),
    Optional,
    /// Optional, and absent means this JSON value.
    Default(&'static str),
}

/// What a key takes.
pub(crate) enum Value {
    /// Any text, as far as the schema can say; its form is checked where it is read.
    Text,
    /// A text of a form that the schema can say.
    Pattern(&'static str),
    Boolean,
    Integer {
        min: i64,
        max: i64,
    },
    /// A number that is not negative, with or without a fraction.
    Number,
    /// The id of a control of the policy pack.
    Control,
    /// One of some words.
    Words(&'static [&'static str]),
    List(&'static Value),
    /// Alternatives that differ in their TOML type.
    AnyOf(&'static [Value]),
    Table(&'static Table),
    /// Tables that the author names.
    Named(&'static Named),
    /// Keys that the author chooses, with texts.
    Texts,
}

/// Tables that the author names.
pub(crate) struct Named {
    pub(crate) form: NameForm,
    /// The kinds whose keys carry the name, so that it must not look like one of their AWS ids.
    pub(crate) kinds: &'static [Kind],
    pub(crate) table: &'static Table,
}

impl Hint {
    /// For another word for a key.
    const fn word(written: &'static str, meant: &'static str, help: &'static str) -> Hint {
        Hint { written, meant: Some(meant), help }
    }

    /// For what is said elsewhere, or not at all.
    const fn elsewhere(written: &'static str, help: &'static str) -> Hint {
        Hint { written, meant: None, help }
    }
}

impl Table {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().copied().find(|it| it.name == name)
    }
}

impl Field {
    const fn new(name: &'static str, value: Value, example: &'static str, doc: &'static str) -> Field {
        Field { name, doc, presence: Presence::Optional, example, value }
    }

    const fn required(name: &'static str, value: Value, example: &'static str, doc: &'static str) -> Field {
        Field { name, doc, presence: Presence::Required, example, value }
    }

    /// For a key that must be there unless one of `others` is.
    const fn unless(
        others: &'static [&'static str],
        name: &'static str,
        value: Value,
        example: &'static str,
        doc: &'static str,
    ) -> Field {
        Field { name, doc, presence: Presence::RequiredUnless(others), example, value }
    }

    const fn default(name: &'static str, value: Value, default: &'static str, doc: &'static str) -> Field {
        Field { name, doc, presence: Presence::Default(default), example: default, value }
    }
}

impl Value {
    /// Returns what the key takes, for "expected …".
    pub(crate) fn expected(&self) -> String {
        match self {
            Value::Text | Value::Pattern(_) => "a string".to_owned(),
            Value::Control => "the id of a control".to_owned(),
            Value::Boolean => "`true` or `false`".to_owned(),
            Value::Integer { .. } => "an integer".to_owned(),
            Value::Number => "a number".to_owned(),
            Value::Words(words) => one_of(words),
            Value::List(element) => format!("a list of {}", element.plural()),
            Value::AnyOf(alternatives) => {
                let each: Vec<String> = alternatives.iter().map(Value::expected).collect();
                alternatives_of(&each)
            }
            Value::Table(_) | Value::Named(_) | Value::Texts => "a table".to_owned(),
        }
    }

    fn plural(&self) -> String {
        match self {
            Value::Text | Value::Pattern(_) => "strings".to_owned(),
            Value::Control => "ids of controls".to_owned(),
            Value::Integer { .. } => "integers".to_owned(),
            Value::AnyOf(alternatives) => {
                let each: Vec<String> = alternatives.iter().map(Value::plural).collect();
                alternatives_of(&each)
            }
            Value::Table(_) => "tables".to_owned(),
            other => other.expected(),
        }
    }
}

/// Writes words as "`a`, `b` or `c`".
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
    alternatives_of(&quoted)
}

fn alternatives_of(each: &[String]) -> String {
    match each {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}

/// Returns every table of the language.
#[cfg(test)]
pub(crate) fn tables() -> Vec<&'static Table> {
    fn below(value: &'static Value, tables: &mut Vec<&'static Table>) {
        match value {
            Value::Table(table) => gather(table, tables),
            Value::Named(named) => gather(named.table, tables),
            Value::List(element) => below(element, tables),
            Value::AnyOf(alternatives) => alternatives.iter().for_each(|it| below(it, tables)),
            _ => {}
        }
    }
    fn gather(table: &'static Table, tables: &mut Vec<&'static Table>) {
        tables.push(table);
        table.fields.iter().for_each(|it| below(&it.value, tables));
    }
    let mut tables = Vec::new();
    gather(&DOCUMENT, &mut tables);
    tables
}
