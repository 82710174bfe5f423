//! Mistakes in a blueprint, drawn into its text.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use palisade_core::{Diagnostic, Severity, Source, Sources};

use crate::style::{Ink, Style};
use crate::text;

mod masking;
#[cfg(test)]
mod tests;

/// Returns the diagnostics as text, each with its places in `sources`, and how many there are.
///
/// The first label is underlined as the place to look at, further ones as context; each file has a snippet of its own.
/// Nothing gives nothing.
pub fn draw(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    let blocks = diagnostics.iter().map(|it| renderer.render(&[group(it, sources)]));
    blocks.chain([totals(diagnostics, style)]).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(&diagnostic.code));
    for (source, annotations) in annotations(diagnostic, sources) {
        let snippet = Snippet::source(masking::masked(source.text())).path(source.name()).fold(true);
        group = group.element(snippet.annotations(annotations));
    }
    group.elements(diagnostic.help.iter().map(|it| Level::HELP.message(it)))
}

/// Returns what to underline in which text, the text to look at first.
fn annotations<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
) -> Vec<(&'a Source, Vec<Annotation<'a>>)> {
    let mut texts: Vec<(&Source, Vec<Annotation<'_>>)> = Vec::new();
    for (at, label) in diagnostic.labels.iter().enumerate() {
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let (source, span) = sources.locate(&label.span);
        let annotation = kind.span(span).label((!label.text.is_empty()).then_some(label.text.as_str()));
        match texts.iter_mut().find(|(it, _)| it.start() == source.start()) {
            Some((_, annotations)) => annotations.push(annotation),
            None => texts.push((source, vec![annotation])),
        }
    }
    texts
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
