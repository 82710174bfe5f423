//! Mistakes in a blueprint, drawn into its text.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use palisade_core::{Diagnostic, Severity};

use crate::style::{Ink, Style};
use crate::text;

#[cfg(test)]
mod tests;

/// Returns the diagnostics as text, each with its place in `text`, and how many there are.
///
/// The first label is underlined as the place to look at, further ones as context. Nothing gives nothing.
pub fn draw(diagnostics: &[Diagnostic], path: &str, text: &str, style: Style) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    let blocks = diagnostics.iter().map(|it| renderer.render(&[group(it, path, text)]));
    blocks.chain([totals(diagnostics, style)]).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn group<'a>(diagnostic: &'a Diagnostic, path: &'a str, text: &'a str) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(&diagnostic.code));
    if !diagnostic.labels.is_empty() {
        let annotations = diagnostic.labels.iter().enumerate().map(|(at, label)| {
            let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text_beside = (!label.text.is_empty()).then_some(label.text.as_str());
            kind.span(within(text, &label.span)).label(text_beside)
        });
        group = group.element(Snippet::source(text).path(path).fold(true).annotations(annotations));
    }
    group.elements(diagnostic.help.iter().map(|it| Level::HELP.message(it)))
}

/// Returns the span, made to begin and end between characters of the text.
pub(crate) fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end).max(start)
}

/// How many errors and how many warnings.
pub(crate) fn counts(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let n_errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    (n_errors, diagnostics.len() - n_errors)
}

fn totals(diagnostics: &[Diagnostic], style: Style) -> String {
    let (n_errors, n_warnings) = counts(diagnostics);
    let errors = (0 < n_errors).then(|| style.paint(Ink::Error, &text::count(n_errors, "error")));
    let warnings = (0 < n_warnings).then(|| style.paint(Ink::Warning, &text::count(n_warnings, "warning")));
    errors.into_iter().chain(warnings).collect::<Vec<_>>().join(", ")
}
