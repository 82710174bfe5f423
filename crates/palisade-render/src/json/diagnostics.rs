//! Diagnostics on the wire.

use palisade_core::{Diagnostic, Label, Severity, Sources};
use serde::Serialize;

use super::FORMAT_VERSION;
use crate::diagnostics::counts;

/// What `validate --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticsDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The blueprint's file. What it extends, and what the command line sets, is named where there is something to say.
    pub file: String,
    /// How many errors there are.
    pub errors: usize,
    /// How many warnings there are.
    pub warnings: usize,
    /// The diagnostics, in the order in which they were found.
    pub diagnostics: Vec<DiagnosticEntry>,
}

/// A mistake in a blueprint, or a warning about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticEntry {
    /// `error` or `warning`.
    pub severity: String,
    /// Its stable name, such as `subnet-outside-vpc`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// The places, the first being where to look; none if it is about the file as a whole.
    pub labels: Vec<LabelEntry>,
    /// What to write instead.
    pub help: Vec<String>,
}

/// Some words of a file. Lines and columns count from 1, columns in characters, bytes from 0; the end is
/// behind the last character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelEntry {
    /// The file in which they are, or the option of the command line.
    pub file: String,
    /// The line in which they begin.
    pub line: usize,
    /// The column in which they begin.
    pub column: usize,
    /// The line in which they end.
    pub end_line: usize,
    /// The column behind them.
    pub end_column: usize,
    /// Their first byte.
    pub start_byte: usize,
    /// The byte behind them.
    pub end_byte: usize,
    /// What is said of them; may be empty.
    pub text: String,
}

impl DiagnosticsDocument {
    /// Returns the document of the diagnostics of `file`, whose places are in `sources`.
    pub fn new(diagnostics: &[Diagnostic], file: &str, sources: &Sources) -> DiagnosticsDocument {
        let (errors, warnings) = counts(diagnostics);
        let diagnostics = diagnostics.iter().map(|it| DiagnosticEntry::new(it, sources));
        let (file, diagnostics) = (file.to_owned(), diagnostics.collect());
        DiagnosticsDocument { format_version: FORMAT_VERSION, file, errors, warnings, diagnostics }
    }
}

impl DiagnosticEntry {
    pub(crate) fn new(diagnostic: &Diagnostic, sources: &Sources) -> DiagnosticEntry {
        DiagnosticEntry {
            severity: severity(diagnostic.severity).to_owned(),
            code: diagnostic.code.clone(),
            message: diagnostic.message.clone(),
            labels: diagnostic.labels.iter().map(|label| LabelEntry::new(label, sources)).collect(),
            help: diagnostic.help.clone(),
        }
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

impl LabelEntry {
    pub(crate) fn new(label: &Label, sources: &Sources) -> LabelEntry {
        let (source, span) = sources.locate(&label.span);
        let (line, column) = position(&source.text()[..span.start]);
        let (end_line, end_column) = position(&source.text()[..span.end]);
        LabelEntry {
            file: source.name().to_owned(),
            line,
            column,
            end_line,
            end_column,
            start_byte: span.start,
            end_byte: span.end,
            text: label.text.clone(),
        }
    }
}

/// Returns line and column of what follows `before`.
fn position(before: &str) -> (usize, usize) {
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
