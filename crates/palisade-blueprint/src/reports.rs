//! Shapes of reports that more than one table has.

use palisade_core::{Diagnostic, Severity};

use crate::codes;
use crate::text::tree::{At, Span};

/// Sorts reports by their place; of one place, in the order in which they were found.
pub(crate) fn in_order(mut reports: Vec<Diagnostic>) -> Vec<Diagnostic> {
    reports.sort_by_key(|it| it.labels.first().map_or(0, |it| it.span.start));
    reports
}

/// Returns whether there is more among them than warnings.
pub(crate) fn has_errors(reports: &[Diagnostic]) -> bool {
    reports.iter().any(|it| it.severity == Severity::Error)
}

/// Returns the report on a list that names `what` twice.
pub(crate) fn given_twice<T>(what: &str, later: &At<T>, first: &At<T>) -> Diagnostic {
    let report = Diagnostic::error(codes::TWICE, format!("{what} is given twice"));
    at_both(report, &later.span, &first.span).help("leave one of them out")
}

/// Adds two places that contradict each other: the later one is where to look.
pub(crate) fn at_both(report: Diagnostic, one: &Span, other: &Span) -> Diagnostic {
    let (first, later) = if one.start < other.start { (one, other) } else { (other, one) };
    report.at(later.clone(), "").at(first.clone(), "here first")
}
