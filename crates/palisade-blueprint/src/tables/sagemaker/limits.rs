//! What SageMaker's API says of fields that depend on each other, and of how many there may be.

use palisade_core::Diagnostic;

use crate::codes;
use crate::grammar::{Presence, Table, Value, one_of};
use crate::text::tree::{Section, section};
use crate::words::names::count;

/// Fields of a table of which one is to be written, or at most one.
struct Choice {
    table: &'static str,
    keys: &'static [&'static str],
    is_needed: bool,
}

const fn one(table: &'static str, keys: &'static [&'static str]) -> Choice {
    Choice { table, keys, is_needed: true }
}

const fn at_most_one(table: &'static str, keys: &'static [&'static str]) -> Choice {
    Choice { table, keys, is_needed: false }
}

/// SageMaker API reference; the data types of these names.
const CHOICES: &[Choice] = &[
    at_most_one("sagemaker-model", &["primary-container", "containers"]),
    one("sagemaker-container", &["image", "model-package-name"]),
    at_most_one("sagemaker-container", &["model-data-url", "model-data-source"]),
    at_most_one("sagemaker-variant", &["instance-type", "serverless-config"]),
    at_most_one("sagemaker-variant", &["initial-instance-count", "serverless-config"]),
    at_most_one("sagemaker-deployment", &["blue-green-update-policy", "rolling-update-policy"]),
    one("sagemaker-algorithm", &["training-image", "algorithm-name"]),
    one("sagemaker-data-source", &["s3-data-source", "file-system-data-source"]),
    one("sagemaker-resources", &["instance-type", "instance-groups"]),
    at_most_one("sagemaker-resources", &["instance-count", "instance-groups"]),
    at_most_one("sagemaker-processing-output", &["s3-output", "feature-store-output"]),
    at_most_one("sagemaker-vpc-config", &["tier", "tiers"]),
];

/// How many elements a list has: in which table, of which key, from and to.
const SIZES: &[(&str, &str, usize, usize)] = &[
    ("sagemaker-model", "containers", 1, 15),
    ("sagemaker-container", "additional-model-data-sources", 0, 5),
    ("sagemaker-endpoint-config", "production-variants", 1, 10),
    ("sagemaker-data-capture", "capture-options", 1, 32),
    ("sagemaker-auto-rollback", "alarms", 1, 10),
    ("sagemaker-training-job", "input-data-config", 1, 20),
    ("sagemaker-algorithm", "metric-definitions", 0, 40),
    ("sagemaker-algorithm", "container-entrypoint", 1, 100),
    ("sagemaker-algorithm", "container-arguments", 1, 100),
    ("sagemaker-resources", "instance-groups", 1, 5),
    ("sagemaker-debug-hook", "collection-configurations", 0, 20),
    ("sagemaker-processing-job", "processing-inputs", 0, 10),
    ("sagemaker-processing-outputs", "outputs", 0, 10),
    ("sagemaker-processing-app", "container-entrypoint", 1, 100),
    ("sagemaker-processing-app", "container-arguments", 1, 100),
    ("sagemaker-notebook-instance", "additional-code-repositories", 0, 3),
    ("sagemaker-docker-settings", "vpc-only-trusted-accounts", 0, 20),
    ("sagemaker-vpc-config", "tiers", 1, 16),
];

/// Texts that the author names: in which table, of which key, and what SageMaker takes of them.
struct TextMap {
    table: &'static str,
    key: &'static str,
    /// The most characters of a name and of a value.
    name_max: usize,
    value_max: usize,
    /// Whether names must be those of variables: a letter or `_`, then letters, digits and `_`.
    are_variables: bool,
}

/// How many of them there may be, whatever they are.
const TEXTS_MAX: usize = 100;

/// SageMaker API reference; `Environment` of `ContainerDefinition`, `CreateTrainingJob` and `CreateProcessingJob`,
/// `HyperParameters`.
const TEXT_MAPS: &[TextMap] = &[
    variables("sagemaker-container", 1024),
    variables("sagemaker-training-job", 512),
    variables("sagemaker-processing-job", 256),
    TextMap {
        table: "sagemaker-training-job",
        key: "hyper-parameters",
        name_max: 256,
        value_max: 2500,
        are_variables: false,
    },
];

const fn variables(table: &'static str, max: usize) -> TextMap {
    TextMap { table, key: "environment", name_max: max, value_max: max, are_variables: true }
}

/// Reports what a table, or one in it, has beside what excludes it, lacks, or has too many of.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, grammar: &'static Table, found: &Section<'_>) {
    for choice in CHOICES.iter().filter(|it| it.table == grammar.id) {
        reports.extend(chosen(choice, found));
    }
    for (_, key, min, max) in SIZES.iter().filter(|(table, ..)| *table == grammar.id) {
        let list = found.value(key).and_then(|it| it.get_ref().as_array());
        let is_needed = grammar.field(key).is_some_and(|it| matches!(it.presence, Presence::Required));
        reports.extend(list.and_then(|it| size(found, key, it.len(), (*min, *max), is_needed)));
    }
    for it in TEXT_MAPS.iter().filter(|it| it.table == grammar.id) {
        reports.extend(found.section(it.key).into_iter().flat_map(|texts| text_map(it, found, &texts)));
    }
    for field in grammar.fields {
        let Some(value) = found.value(field.name) else { continue };
        let values = match value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![value],
        };
        if let Some(inner) = table(&field.value) {
            values.into_iter().filter_map(section).for_each(|it| check(reports, inner, &it));
        }
    }
}

fn table(grammar: &'static Value) -> Option<&'static Table> {
    match grammar {
        Value::Table(inner) => Some(inner),
        Value::List(element) => table(element),
        Value::AnyOf(alternatives) => alternatives.iter().find_map(table),
        _ => None,
    }
}

fn chosen(choice: &Choice, found: &Section<'_>) -> Option<Diagnostic> {
    let written: Vec<&str> = choice.keys.iter().copied().filter(|it| found.has(it)).collect();
    match written.as_slice() {
        [] if choice.is_needed => {
            let message = format!("{} is missing", one_of(choice.keys));
            let report = Diagnostic::error(codes::MISSING_KEY, message).at(found.span.clone(), "");
            Some(report.help("write one of them"))
        }
        [first, second, ..] => {
            let message = format!("`{second}` is beside `{first}`, and only one of them can be there");
            let report = Diagnostic::error(codes::FIELDS_EXCLUDE, message).at(found.key_span(second), "");
            Some(report.at(found.key_span(first), "").help("leave one of them out"))
        }
        _ => None,
    }
}

/// What is wrong with texts that the author names. No message says a value: it may be a secret.
fn text_map(limits: &TextMap, found: &Section<'_>, texts: &Section<'_>) -> Vec<Diagnostic> {
    let TextMap { key, name_max, value_max, are_variables, .. } = *limits;
    let mut reports = Vec::new();
    let n_texts = texts.entries().count();
    if TEXTS_MAX < n_texts {
        let message = format!("`{key}` has {}", count(n_texts, "entry", "entries"));
        let report = Diagnostic::error(codes::LIST_SIZE, message).at(found.key_span(key), "");
        reports.push(report.help(format!("SageMaker takes {TEXTS_MAX} at most")));
    }
    for (name, value) in texts.entries() {
        let mistake = |message: String| Diagnostic::error(codes::TEXT_MAP, message).at(name.span.clone(), "");
        if are_variables && !is_variable(name.it) {
            let report = mistake(format!("`{}` is no name of a variable", name.it));
            let help = "a name is a letter or `_`, then letters, digits and `_`";
            reports.push(report.help(help));
        } else if name_max < name.it.chars().count() || name.it.is_empty() {
            let report = mistake(format!("a name in `{key}` has {} characters", name.it.chars().count()));
            reports.push(report.help(format!("SageMaker takes 1 to {name_max}")));
        }
        let n_characters = value.get_ref().as_str().map_or(0, |it| it.chars().count());
        if value_max < n_characters {
            let report = mistake(format!("the value of `{}` has {n_characters} characters", name.it));
            reports.push(report.help(format!("SageMaker takes {value_max} at most")));
        }
    }
    reports
}

fn is_variable(name: &str) -> bool {
    let begins_well = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    begins_well && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

fn size(
    found: &Section<'_>,
    key: &str,
    n_elements: usize,
    (min, max): (usize, usize),
    is_needed: bool,
) -> Option<Diagnostic> {
    if (min..=max).contains(&n_elements) {
        return None;
    }
    let message = format!("`{key}` has {}", count(n_elements, "entry", "entries"));
    let report = Diagnostic::error(codes::LIST_SIZE, message).at(found.value_span(key), "");
    Some(report.help(match n_elements < min {
        true if is_needed => "write at least one".to_owned(),
        true => "write at least one, or leave the key out".to_owned(),
        false => format!("SageMaker takes {max} at most"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tables;

    #[test]
    fn every_rule_is_about_keys_that_there_are() {
        let tables = tables();
        let has = |id: &str, key: &str| tables.iter().any(|it| it.id == id && it.field(key).is_some());
        for choice in CHOICES {
            assert!(choice.keys.iter().all(|key| has(choice.table, key)), "{}", choice.table);
        }
        for (table, key, ..) in SIZES {
            assert!(has(table, key), "{table} {key}");
        }
        for it in TEXT_MAPS {
            assert!(has(it.table, it.key), "{} {}", it.table, it.key);
        }
    }
}
