//! `--set KEY=VALUE`: one value from the command line, over whatever the files say.

use std::borrow::Cow;

use palisade_core::{Diagnostic, Source};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::codes;
use crate::grammar::walk::{takes, type_of};
use crate::grammar::{DOCUMENT, Table, Value};
use crate::text::merge::{lay, moved_span, moved_value};
use crate::text::tree::{At, Span};

/// A key, table by table, and what it is set to.
#[derive(Clone, Debug)]
pub(crate) struct Set<'a> {
    path: Vec<At<String>>,
    value: Spanned<DeValue<'a>>,
}

/// Returns how messages call an option: the value is shown below.
pub(crate) fn name(option: &str) -> String {
    match equals_sign(option) {
        Some(at) => format!("--set {}=…", one_line(&option[..at])),
        None => format!("--set {}", one_line(option)).trim_end().to_owned(),
    }
}

/// Reads an option, or reports why it cannot be read.
pub(crate) fn read<'a>(reports: &mut Vec<Diagnostic>, option: &'a Source) -> Option<Set<'a>> {
    let (text, start) = (option.text(), option.start());
    let Some(at) = equals_sign(text) else {
        let outside = if text.contains('=') { " outside of quotes" } else { "" };
        let message = format!("`{}` has no `=`{outside}", option.name());
        let report = Diagnostic::error(codes::SET_SYNTAX, message).at(start..start + text.len(), "");
        reports.push(report.help("write a key and its value: `--set vpc.cidr=10.40.0.0/16`"));
        return None;
    };
    let path = path(&text[..at], start);
    if path.is_empty() {
        let message = match text[..at].trim() {
            "" => format!("`{}` has no key", option.name()),
            key => format!("`{}` is no key", one_line(key)),
        };
        let report = Diagnostic::error(codes::SET_KEY, message).at(start..start + at, "");
        reports.push(report.help("write it as in a file, with dots between the tables: `vpc.cidr`"));
        return None;
    }
    if path[0].it == "extends" {
        let report = Diagnostic::error(codes::SET_KEY, "`extends` cannot be set");
        let report = report.at(path[0].span.clone(), "");
        reports.push(report.help("write it into the file, or name the file that has it"));
        return None;
    }
    let grammar = field(&DOCUMENT, &path);
    let written = &text[at + 1..];
    let n_blank = written.len() - written.trim_start().len();
    match value(written.trim(), grammar) {
        Some(value) => Some(Set { value: moved_value(value, start + at + 1 + n_blank), path }),
        None => {
            let meant = quoted(written.trim(), grammar);
            reports.push(no_value(&path, grammar, start + at + 1..start + text.len(), meant.as_deref()));
            None
        }
    }
}

impl<'a> Set<'a> {
    /// Lays the value over what is there, or reports why it cannot be there.
    pub(crate) fn apply(self, reports: &mut Vec<Diagnostic>, document: &mut DeTable<'a>) {
        let Set { path, value } = self;
        let (last, tables) = path.split_last().expect("a key has a part");
        let mut table = document;
        for (at, part) in tables.iter().enumerate() {
            if let Some(report) = check_dots(table, &path, at) {
                reports.push(report);
                return;
            }
            let key = Spanned::new(part.span.clone(), Cow::Owned(part.it.clone()));
            let new = || Spanned::new(part.span.clone(), DeValue::Table(DeTable::new()));
            let below = table.entry(key).or_insert_with(new);
            let place = below.span();
            match below.get_mut() {
                DeValue::Table(below) => table = below,
                other => {
                    reports.push(no_table(&path, at, other, place));
                    return;
                }
            }
        }
        let (key, value) = match table.remove_entry(last.it.as_str()) {
            // A table stays where a file has it, so that what is missing in it is missing there.
            Some((key, under)) if under.get_ref().is_table() && value.get_ref().is_table() => {
                let span = under.span();
                (key, Spanned::new(span, lay(under, value).into_inner()))
            }
            _ => (Spanned::new(last.span.clone(), Cow::Owned(last.it.clone())), value),
        };
        table.insert(key, value);
    }
}

fn one_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

/// Returns where the first equals sign outside of quotes is.
fn equals_sign(option: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, letter) in option.char_indices() {
        match (quote, letter) {
            _ if is_escaped => is_escaped = false,
            (Some('"'), '\\') => is_escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '=') => return Some(at),
            _ => {}
        }
    }
    None
}

/// Returns the parts of a dotted key with their places; none if it is no key.
fn path(key: &str, start: usize) -> Vec<At<String>> {
    // TOML reads a key only with its value, and more than one line as more than one key.
    let line = format!("{key}=0");
    let table = DeTable::parse(&line).ok().filter(|_| !key.contains(['\n', '\r']));
    let mut next = table.map(Spanned::into_inner);
    let mut path = Vec::new();
    while let Some((part, value)) = next.take().and_then(|it| it.into_iter().next()) {
        path.push(At::new(moved_span(&part.span(), start), part.into_inner().into_owned()));
        next = match value.into_inner() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    path
}

/// Returns what the grammar says of a key of a table, as far as it knows it.
fn field(table: &'static Table, path: &[At<String>]) -> Option<&'static Value> {
    let (name, rest) = path.split_first()?;
    below(&table.field(&name.it)?.value, rest)
}

fn below(grammar: &'static Value, path: &[At<String>]) -> Option<&'static Value> {
    let Some((_, rest)) = path.split_first() else { return Some(grammar) };
    match grammar {
        Value::Table(table) => field(table, path),
        Value::Named(named) => field(named.table, rest),
        Value::Texts if rest.is_empty() => Some(&Value::Text),
        Value::AnyOf(alternatives) => alternatives.iter().find_map(|it| below(it, path)),
        _ => None,
    }
}

/// Reads a value: TOML, or else a text as it stands. None if it can be neither.
fn value<'a>(written: &'a str, grammar: Option<&Value>) -> Option<Spanned<DeValue<'a>>> {
    let text = DeValue::String(Cow::Borrowed(written));
    let takes_text = grammar.is_none_or(|it| takes(it, &text));
    let text = Spanned::new(0..written.len(), text);
    match DeValue::parse(written).map(|it| (is_simple(it.get_ref()), it)) {
        // An account's number is a number to TOML. Who writes it on a command line has no quotes to say otherwise, since
        // the shell takes them.
        Ok((true, it)) if takes_text && grammar.is_some_and(|grammar| !takes(grammar, it.get_ref())) => {
            Some(text)
        }
        Ok((_, it)) => Some(it),
        Err(_) if takes_text || !written.starts_with(['[', '{']) => Some(text),
        Err(_) => None,
    }
}

fn is_simple(value: &DeValue<'_>) -> bool {
    !value.is_array() && !value.is_table()
}

/// Returns a list of bare words as TOML, if it was meant to be one of texts: the shell takes quotes away.
fn quoted(written: &str, grammar: Option<&Value>) -> Option<String> {
    let texts = DeValue::Array(DeArray::new());
    let words = written.strip_prefix('[')?.strip_suffix(']')?.split(',').map(str::trim);
    let is_word = |it: &str| !it.is_empty() && !it.contains(['"', '\'', '[', ']', '{', '}', '=']);
    let words: Vec<&str> = words.collect();
    let is_list = grammar.is_none_or(|it| takes(it, &texts)) && words.iter().all(|it| is_word(it));
    let each: Vec<String> = words.iter().map(|it| format!("\"{it}\"")).collect();
    is_list.then(|| format!("[{}]", each.join(", ")))
}

fn no_value(path: &[At<String>], grammar: Option<&Value>, span: Span, meant: Option<&str>) -> Diagnostic {
    let (key, expected) = (dotted(path), grammar.map_or_else(String::new, Value::expected));
    let message = format!("`{key}` takes {expected}, and this is not TOML");
    let report = Diagnostic::error(codes::SET_VALUE, message).at(span, "");
    let meant = meant.unwrap_or("…");
    report.help(format!("quote the option for the shell, which takes quotes away: `--set '{key}={meant}'`"))
}

/// Reports a key of which several parts, from the one at `at`, are the name of one table: its quotes were lost.
fn check_dots(table: &DeTable<'_>, path: &[At<String>], at: usize) -> Option<Diagnostic> {
    let name = |end: usize| path[at..end].iter().map(|it| it.it.as_str()).collect::<Vec<_>>().join(".");
    let is_there = |end: &usize| table.contains_key(name(*end).as_str());
    let end = (at + 2..=path.len()).find(is_there).filter(|_| !is_there(&(at + 1)))?;
    let span = path[at].span.start..path[end - 1].span.end;
    let whole = At::new(span.clone(), name(end));
    let message = format!("`{}` is one name, and this is {} keys", whole.it, end - at);
    let meant = [&path[..at], &[whole], &path[end..]].concat();
    let report = Diagnostic::error(codes::SET_KEY, message).at(span, "");
    Some(report.help(format!("quote the name, and the option for the shell: `--set '{}=…'`", dotted(&meant))))
}

/// Reports a key that goes through what is no table; `at` is the part that is none.
fn no_table(path: &[At<String>], at: usize, found: &DeValue<'_>, place: Span) -> Diagnostic {
    let through = dotted(&path[..=at]);
    let message = format!("`{through}` is {}, and has no keys", type_of(found));
    let report = Diagnostic::error(codes::SET_PATH, message);
    let report = report.at(path[at + 1].span.clone(), "").at(place, "set here");
    match found.is_array() {
        true => report.help(format!("a list is set as a whole: `--set '{through}=[…]'`")),
        false => report.help(format!("set it as a whole: `--set {through}=…`")),
    }
}

/// Writes a key as a file has it.
fn dotted(path: &[At<String>]) -> String {
    let is_bare = |it: &str| {
        !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_')
    };
    let part = |it: &At<String>| if is_bare(&it.it) { it.it.clone() } else { format!("\"{}\"", it.it) };
    path.iter().map(part).collect::<Vec<_>>().join(".")
}
