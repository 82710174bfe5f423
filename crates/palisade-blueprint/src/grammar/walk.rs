//! Holds the text against the grammar: keys that are unknown, missing or not yet supported, values of a wrong type.

use std::collections::BTreeSet;

use palisade_core::{Diagnostic, Key, control};
use toml::Spanned;
use toml::de::DeValue;

use crate::codes;
use crate::grammar::foreign::{self, Meaning};
use crate::grammar::foreign_rule;
use crate::grammar::{DOCUMENT, Field, Named, Presence, Table, Value, one_of};
use crate::text::tree::{At, Section, Span, integer, number, section, text};
use crate::words::forms;
use crate::words::guess;
use crate::words::names::{check_form, listed, nearest};

/// Reports everything in which `document` is not of the shape that the grammar says.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, grammar: &Table, document: &Section<'_>) {
    table(reports, grammar, document, "");
}

/// Reports what is wrong with one value of `document` alone.
pub(crate) fn check_key(reports: &mut Vec<Diagnostic>, grammar: &Table, document: &Section<'_>, key: &str) {
    if let (Some(field), Some(found)) = (grammar.field(key), document.value(key)) {
        value(reports, &field.value, found, &Place { key, table: "" });
    }
}

/// `place` is how messages call the table: empty for the file, "`[vpc]`", "a rule of `[tiers.app]`".
fn table(reports: &mut Vec<Diagnostic>, grammar: &Table, found: &Section<'_>, place: &str) {
    if let Some((of, end)) = foreign_rule::of(grammar.id).filter(|_| foreign_rule::is(found)) {
        reports.push(foreign_rule::report(found, of, end, place));
        return;
    }
    let mut meant: BTreeSet<&str> = BTreeSet::new();
    for (key, value) in found.entries() {
        match grammar.field(key.it) {
            Some(field) => self::value(reports, &field.value, value, &Place { key: key.it, table: place }),
            None => {
                let (report, field) = unknown_key(grammar, &key, place);
                reports.push(report);
                meant.extend(field);
            }
        }
    }
    let is_required = |it: &Field| match it.presence {
        Presence::Required => true,
        Presence::RequiredUnless(others) => !others.iter().any(|it| found.has(it)),
        Presence::Optional | Presence::Default(_) => false,
    };
    let is_missing = |it: &&&Field| is_required(it) && !found.has(it.name);
    for field in grammar.fields.iter().filter(is_missing).filter(|it| !meant.contains(it.name)) {
        let message = format!("`{}` is missing{}", field.name, within(place));
        let code = if field.name == HOME_EFS { codes::HOME_EFS } else { codes::MISSING_KEY };
        let report = Diagnostic::error(code, message).at(found.span.clone(), "");
        if field.name == HOME_EFS {
            reports.push(HOME_EFS_HELP.into_iter().fold(report, Diagnostic::help));
            continue;
        }
        let is_table = matches!(field.value, Value::Table(_) | Value::Named(_));
        let is_table = is_table && field.example.starts_with('[');
        reports.push(match is_table {
            true => report.help(format!("add the table `{}`", field.example)),
            false => report.help(format!("add `{} = {}`", field.name, field.example)),
        });
    }
}

/// The key without which nobody knows what becomes of people's files.
const HOME_EFS: &str = "home-efs";
const HOME_EFS_HELP: [&str; 2] = [
    "add `home-efs = \"retain\"`: when the domain goes, AWS keeps the file system with the home directories, and it \
     blocks the VPC's deletion until somebody deletes it",
    "or add `home-efs = \"delete\"`: the home directories are lost with the domain",
];

/// Where a value stands.
struct Place<'a> {
    key: &'a str,
    table: &'a str,
}

impl Place<'_> {
    /// Returns what messages call a table that stands here.
    fn of_table(&self) -> String {
        let key = if self.key.contains('.') { format!("\"{}\"", self.key) } else { self.key.to_owned() };
        match self.table.strip_prefix("`[").and_then(|it| it.strip_suffix("]`")) {
            Some(outer) => format!("`[{outer}.{key}]`"),
            None if self.table.is_empty() => format!("`[{key}]`"),
            None => format!("`{key}` of {}", self.table),
        }
    }

    /// Returns what messages call a table in a list that stands here.
    fn of_element(&self) -> String {
        match self.table.is_empty() {
            true => format!("an entry of `{}`", self.key),
            false => format!("an entry of `{}` of {}", self.key, self.table),
        }
    }
}

fn within(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" in {place}") }
}

/// Returns the report, and the key of the same table that was probably meant.
fn unknown_key(grammar: &Table, key: &At<&str>, place: &str) -> (Diagnostic, Option<&'static str>) {
    let message = format!("`{}` is no key{}", key.it, within(place));
    let report = Diagnostic::error(codes::UNKNOWN_KEY, message).at(key.span.clone(), "");
    let names: Vec<&'static str> = grammar.fields.iter().map(|it| it.name).collect();
    let spelt = foreign::spelt(key.it);
    if let Some(hint) = grammar.hints.iter().find(|it| it.written == spelt) {
        return (report.help(hint.help), hint.meant);
    }
    match foreign::meaning(grammar, key.it) {
        Some(Meaning::Key(name)) => return (report.help(format!("write `{name}`")), Some(name)),
        Some(Meaning::Elsewhere(help)) => return (report.help(help), None),
        None => {}
    }
    if let Some(home) = home(&spelt) {
        return (report.help(home), None);
    }
    match nearest(key.it, names.iter().copied()) {
        Some(near) => (report.help(format!("did you mean `{near}`?")), Some(near)),
        None => (report.help(format!("known are {}", listed(&names))), None),
    }
}

/// Returns where a key belongs, if there is one place for it.
fn home(key: &str) -> Option<String> {
    let inner = |name: &str| match &DOCUMENT.field(name)?.value {
        Value::Table(table) => table.field(key),
        Value::Named(named) => named.table.field(key),
        _ => None,
    };
    let (top, vpc, tier) = (DOCUMENT.field(key), inner("vpc"), inner("tiers"));
    match (top, vpc, tier) {
        (Some(field), None, None) if field.example.starts_with('[') && field.example.ends_with(']') => {
            Some(format!("write it as a table of its own: `{}`", field.example))
        }
        (Some(_), None, None) => {
            Some(format!("`{key}` belongs to the top of the file, before the first table"))
        }
        (None, Some(_), None) => Some(format!("`{key}` belongs into `[vpc]`")),
        (None, None, Some(_)) => Some(format!("`{key}` belongs into a tier, such as `[tiers.app]`")),
        _ => None,
    }
}

fn value(reports: &mut Vec<Diagnostic>, grammar: &Value, found: &Spanned<DeValue<'_>>, place: &Place<'_>) {
    if !takes(grammar, found.get_ref()) {
        reports.push(wrong_type(grammar, found, place));
        return;
    }
    match grammar {
        Value::Text | Value::Boolean => {}
        Value::Pattern(pattern) => {
            reports.extend(text(found).and_then(|it| forms::mistake(pattern, &it, place.key)));
        }
        Value::Integer { min, max } => {
            let number = integer(found).filter(|it| it.it < *min || *max < it.it);
            reports.extend(number.map(|it| out_of_range(*min, *max, &it, place)));
        }
        Value::Number => {
            let is_good = |it: f64| it.is_finite() && 0.0 <= it;
            if !number(found.get_ref()).is_some_and(is_good) {
                let message = format!("`{}` is a number from 0", place.key);
                reports.push(Diagnostic::error(codes::OUT_OF_RANGE, message).at(found.span(), ""));
            }
        }
        Value::Words(words) => {
            let word = found.get_ref().as_str().filter(|it| !words.contains(it));
            reports.extend(word.map(|it| unknown_word(words, it, found.span(), place)));
        }
        Value::Control => {
            let id = text(found).filter(|it| !control::IDS.contains(&it.it));
            reports.extend(id.map(|it| unknown_control(&it)));
        }
        Value::List(element) => {
            let list = found.get_ref().as_array().into_iter().flat_map(|it| it.iter());
            list.for_each(|it| self::element(reports, element, it, place));
        }
        Value::AnyOf(alternatives) => {
            let chosen = alternatives.iter().find(|it| takes(it, found.get_ref()));
            let chosen = chosen.expect("one of them takes it, since the whole does");
            value(reports, chosen, found, place);
        }
        Value::Table(inner) => {
            let place = place.of_table();
            section(found).iter().for_each(|it| table(reports, inner, it, &place));
        }
        Value::Named(inner) => section(found).iter().for_each(|it| named(reports, inner, it, place)),
        Value::Texts => {
            let entries = section(found).into_iter().flat_map(|it| it.entries());
            let place = place.of_table();
            entries.for_each(|(key, it)| {
                value(reports, &Value::Text, it, &Place { key: key.it, table: &place });
            });
        }
    }
}

fn element(reports: &mut Vec<Diagnostic>, grammar: &Value, found: &Spanned<DeValue<'_>>, place: &Place<'_>) {
    match (grammar, section(found)) {
        (Value::Table(inner), Some(found)) => table(reports, inner, &found, &place.of_element()),
        _ => value(reports, grammar, found, place),
    }
}

fn named(reports: &mut Vec<Diagnostic>, grammar: &Named, found: &Section<'_>, place: &Place<'_>) {
    let outer = place.of_table();
    let thing = format!("a table in {outer}");
    for (name, it) in found.entries() {
        check_form(reports, grammar.form, &name, &thing);
        let kind = grammar.kinds.iter().find(|kind| Key::new(**kind, name.it).is_existing());
        if let Some(kind) = kind {
            let message = format!("`{}` looks like an AWS id", name.it);
            let report = Diagnostic::error(codes::NAME_LIKE_ID, message).at(name.span.clone(), "");
            reports
                .push(report.help(format!("choose a name that does not begin with `{}-`", kind.id_prefix())));
        }
        value(reports, &Value::Table(grammar.table), it, &Place { key: name.it, table: &outer });
    }
}

/// Returns whether a value is of the type that the grammar says.
pub(crate) fn takes(grammar: &Value, found: &DeValue<'_>) -> bool {
    match grammar {
        Value::Text | Value::Pattern(_) | Value::Words(_) | Value::Control => found.is_str(),
        Value::Boolean => found.is_bool(),
        Value::Integer { .. } => found.is_integer(),
        Value::Number => found.is_integer() || found.is_float(),
        Value::List(_) => found.is_array(),
        Value::AnyOf(alternatives) => alternatives.iter().any(|it| takes(it, found)),
        Value::Table(_) | Value::Named(_) | Value::Texts => found.is_table(),
    }
}

fn wrong_type(grammar: &Value, found: &Spanned<DeValue<'_>>, place: &Place<'_>) -> Diagnostic {
    let (expected, kind) = (grammar.expected(), type_of(found.get_ref()));
    let message = format!("`{}` takes {expected}, not {kind}", place.key);
    let report = Diagnostic::error(codes::WRONG_TYPE, message);
    let report = report.at(found.span(), format!("expected {expected}, found {kind}"));
    match guess::value(place.key, grammar, found.get_ref()) {
        Some(help) => report.help(help),
        None => report,
    }
}

/// Returns what messages call the type of a value.
pub(crate) fn type_of(found: &DeValue<'_>) -> &'static str {
    match found {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn out_of_range(min: i64, max: i64, found: &At<i64>, place: &Place<'_>) -> Diagnostic {
    let message = format!("`{}` is {min} to {max}", place.key);
    let report = Diagnostic::error(codes::OUT_OF_RANGE, message).at(found.span.clone(), "");
    let is_protocol = matches!(place.key, "protocol" | "allow" | "deny");
    match place.key {
        _ if found.it != -1 => report,
        "ports" => report.help("write `\"all\"` for every port; only tcp and udp have ports"),
        _ if is_protocol => report.help("write `\"all\"` for every protocol"),
        _ => report,
    }
}

fn unknown_word(words: &[&str], found: &str, span: Span, place: &Place<'_>) -> Diagnostic {
    let message = format!("`{}` is {}", place.key, one_of(words));
    let report = Diagnostic::error(codes::UNKNOWN_WORD, message).at(span, "");
    match (guess::word(place.key, found), nearest(found, words.iter().copied())) {
        (Some(help), _) => report.help(help),
        (None, Some(near)) => report.help(format!("did you mean `{near}`?")),
        (None, None) => report,
    }
}

fn unknown_control(id: &At<&str>) -> Diagnostic {
    let message = format!("the policy pack has no control `{}`", id.it);
    let report = Diagnostic::error(codes::POLICY_CONTROL, message).at(id.span.clone(), "");
    match nearest(id.it, control::IDS.iter().copied()) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None => report.help("docs/reference/policy.md lists them all"),
    }
}

/// Returns whether `found` has `key`, or an unknown key that was probably meant to be it, which has been reported.
pub(crate) fn has_meant(found: &Section<'_>, key: &str) -> bool {
    let is_meant = |it: &str| foreign::stands_for(it, key) || nearest(it, [key]).is_some();
    found.has(key) || found.entries().any(|(it, _)| is_meant(it.it))
}

/// Reports a list that is there and has nothing in it.
pub(crate) fn check_not_empty(reports: &mut Vec<Diagnostic>, found: &Section<'_>, key: &str) {
    let is_empty = |it: &DeValue<'_>| it.as_array().is_some_and(|it| it.is_empty());
    let is_empty = found.entries().any(|(name, it)| name.it == key && is_empty(it.get_ref()));
    if is_empty {
        let message = format!("`{key}` is empty");
        let report = Diagnostic::error(codes::EMPTY_LIST, message).at(found.value_span(key), "");
        reports.push(report.help("name at least one"));
    }
}
