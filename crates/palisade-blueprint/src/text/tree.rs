//! The parsed text: values with their places.
//!
//! Reading is lenient: a value of the wrong type reads as absent, since the walk over the grammar has reported it.

use std::ops::Range;

use palisade_core::{Diagnostic, Source};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::text::merge::{moved, moved_span};

/// Bytes of the texts.
pub(crate) type Span = Range<usize>;

/// Something and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) span: Span,
    pub(crate) it: T,
}

impl<T> At<T> {
    pub(crate) fn new(span: Span, it: T) -> At<T> {
        At { span, it }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At::new(self.span, change(self.it))
    }
}

/// How many mistakes of a text that is not TOML are told: the first ones often make the others.
const SYNTAX_MAX: usize = 10;

/// Reads a text into its outermost table, and reports everything for which it is not TOML.
pub(crate) fn parse<'a>(reports: &mut Vec<Diagnostic>, source: &'a Source) -> DeTable<'a> {
    if let Some(report) = json_report(source) {
        reports.push(report);
        return DeTable::new();
    }
    let (document, errors) = DeTable::parse_recoverable(source.text());
    let document = moved(document.into_inner(), source.start());
    for (at, err) in errors.iter().enumerate().take(SYNTAX_MAX) {
        let span = err.span().map(|it| moved_span(&it, source.start()));
        let report = match span {
            Some(span) if err.message() == "duplicate key" => duplicate_report(&document, source, span),
            Some(span) => {
                let word = &source.text()[err.span().unwrap_or_default()];
                let report = Diagnostic::error(codes::SYNTAX, err.message()).at(span, "");
                bare_word(err.message(), word).into_iter().fold(report, Diagnostic::help)
            }
            None => Diagnostic::error(codes::SYNTAX, err.message()),
        };
        let n_more = errors.len().saturating_sub(SYNTAX_MAX);
        reports.push(match n_more {
            1.. if at + 1 == SYNTAX_MAX => {
                report.help(format!("there are {n_more} more like this in the file"))
            }
            _ => report,
        });
    }
    document
}

/// Returns what to write for a word without quotes, if that is the mistake.
fn bare_word(message: &str, word: &str) -> Option<String> {
    let is_plain = !word.is_empty() && !word.contains(['"', '\\', '\n', '=']);
    (message.starts_with("string values must be quoted") && is_plain).then(|| match word {
        "yes" | "on" | "True" | "TRUE" => "write `true`".to_owned(),
        "no" | "off" | "False" | "FALSE" => "write `false`".to_owned(),
        _ => format!("write `\"{word}\"`"),
    })
}

/// Reports a text that is JSON: often a plan that was saved.
fn json_report(source: &Source) -> Option<Diagnostic> {
    let text = source.text().trim_start();
    let json: serde_json::Value = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()?;
    let name = source.name();
    Some(match json.get("format_version").and(json.get("plan")) {
        Some(_) => Diagnostic::error(codes::SYNTAX, format!("`{name}` is a saved plan, and no blueprint"))
            .help(format!("carry it out with `palisade apply --plan {name}`")),
        None => Diagnostic::error(codes::SYNTAX, format!("`{name}` is JSON, and a blueprint is TOML"))
            .help("name the blueprint; `palisade init` writes one"),
    })
}

/// Reports a key that is written twice; the first of them is the one that was read.
fn duplicate_report(document: &DeTable<'_>, source: &Source, span: Span) -> Diagnostic {
    let (text, at) = (source.text(), span.start - source.start());
    let key = &text[at..span.end - source.start()];
    let line_start = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let header = text[line_start..].lines().next().unwrap_or_default().trim();
    if header.starts_with('[') {
        let report = Diagnostic::error(codes::SYNTAX, format!("`{header}` is written twice")).at(span, "");
        let first = text[..line_start].find(header).map(|it| it + source.start());
        let report =
            first.into_iter().fold(report, |it, first| it.at(first..first + header.len(), "here first"));
        return report.help("write all its keys below one header");
    }
    let report = Diagnostic::error(codes::SYNTAX, format!("`{key}` is written twice")).at(span.clone(), "");
    let mut places = Vec::new();
    gather_keys(document, key.trim_matches(['"', '\'']), &mut places);
    let first = places.into_iter().filter(|it| it.start < span.start).max_by_key(|it| it.start);
    first.into_iter().fold(report, |it, first| it.at(first, "here first")).help("leave one of them out")
}

fn gather_keys(table: &DeTable<'_>, name: &str, places: &mut Vec<Span>) {
    for (key, value) in table {
        if key.get_ref() == name {
            places.push(key.span());
        }
        let tables = value.get_ref().as_array().into_iter().flat_map(|it| it.iter());
        for inner in tables.chain([value]).filter_map(|it| it.get_ref().as_table()) {
            gather_keys(inner, name, places);
        }
    }
}

/// A table of the text.
#[derive(Clone, Debug)]
pub(crate) struct Section<'a> {
    /// Its header, its braces, or the key that implies it.
    pub(crate) span: Span,
    table: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(span: Span, table: &'a DeTable<'a>) -> Section<'a> {
        Section { span, table }
    }

    /// Returns whether the author wrote the key, whatever its value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Returns the place of a key, or the table's if it is absent.
    pub(crate) fn key_span(&self, key: &str) -> Span {
        self.table.get_key_value(key).map_or_else(|| self.span.clone(), |(key, _)| key.span())
    }

    /// Returns the place of a key's value, or the table's if it is absent.
    pub(crate) fn value_span(&self, key: &str) -> Span {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    pub(crate) fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    pub(crate) fn text(&self, key: &str) -> Option<At<&'a str>> {
        text(self.table.get(key)?)
    }

    pub(crate) fn boolean(&self, key: &str) -> Option<bool> {
        self.table.get(key)?.get_ref().as_bool()
    }

    pub(crate) fn integer(&self, key: &str) -> Option<At<i64>> {
        integer(self.table.get(key)?)
    }

    /// Returns a value or the elements of a list.
    pub(crate) fn one_or_many(&self, key: &str) -> Vec<&'a Spanned<DeValue<'a>>> {
        match self.table.get(key) {
            None => Vec::new(),
            Some(value) => match value.get_ref().as_array() {
                Some(list) => list.iter().collect(),
                None => vec![value],
            },
        }
    }

    /// Returns a text or a list of texts.
    pub(crate) fn texts(&self, key: &str) -> Vec<At<&'a str>> {
        self.one_or_many(key).into_iter().filter_map(text).collect()
    }

    pub(crate) fn section(&self, key: &str) -> Option<Section<'a>> {
        section(self.table.get(key)?)
    }

    /// Returns the tables of a list.
    pub(crate) fn list(&self, key: &str) -> Vec<Section<'a>> {
        self.one_or_many(key).into_iter().filter_map(section).collect()
    }

    /// Returns every key with its value.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (At<&'a str>, &'a Spanned<DeValue<'a>>)> + use<'a> {
        self.table.iter().map(|(key, value)| (At::new(key.span(), key.get_ref().as_ref()), value))
    }

    /// Returns the tables below a key by the names that the author gave them.
    pub(crate) fn sections(&self, key: &str) -> Vec<(At<&'a str>, Section<'a>)> {
        let named = self.section(key).into_iter().flat_map(|it| it.entries());
        named.filter_map(|(name, value)| Some((name, section(value)?))).collect()
    }
}

pub(crate) fn text<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<At<&'a str>> {
    Some(At::new(value.span(), value.get_ref().as_str()?))
}

/// Reads an integer; one beyond 64 bits is as large as 64 bits allow, so that it is out of every range.
pub(crate) fn integer(value: &Spanned<DeValue<'_>>) -> Option<At<i64>> {
    let integer = value.get_ref().as_integer()?;
    let number = i64::from_str_radix(integer.as_str(), integer.radix());
    let beyond = if integer.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
    Some(At::new(value.span(), number.unwrap_or(beyond)))
}

/// Reads a number with or without a fraction.
pub(crate) fn number(value: &DeValue<'_>) -> Option<f64> {
    let whole = value.as_integer().and_then(|it| i64::from_str_radix(it.as_str(), it.radix()).ok());
    whole.map(|it| it as f64).or_else(|| value.as_float()?.as_str().parse().ok())
}

pub(crate) fn section<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<Section<'a>> {
    Some(Section::new(value.span(), value.get_ref().as_table()?))
}
