//! One text laid over another: tables merge, values and lists replace.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::tree::Span;

/// Lays one table over another. A table that is in both stands where the upper one has it, since that is where to add to
/// it; it is named where the lower one names it, so that laying something over it changes no order.
pub(crate) fn merge<'a>(mut under: DeTable<'a>, over: DeTable<'a>) -> DeTable<'a> {
    for (key, over) in over {
        let (key, value) = match under.remove_entry(key.get_ref().as_ref()) {
            Some((key, under)) if is_table(&under) && is_table(&over) => (key, lay(under, over)),
            _ => (key, over),
        };
        under.insert(key, value);
    }
    under
}

/// Lays one value over another.
pub(crate) fn lay<'a>(under: Spanned<DeValue<'a>>, over: Spanned<DeValue<'a>>) -> Spanned<DeValue<'a>> {
    let span = over.span();
    match (under.into_inner(), over.into_inner()) {
        (DeValue::Table(under), DeValue::Table(over)) => {
            Spanned::new(span, DeValue::Table(merge(under, over)))
        }
        (_, over) => Spanned::new(span, over),
    }
}

/// Moves every place in a table by so many bytes.
pub(crate) fn moved(table: DeTable<'_>, n_bytes: usize) -> DeTable<'_> {
    let entry = |(key, value): (Spanned<_>, _)| {
        (Spanned::new(moved_span(&key.span(), n_bytes), key.into_inner()), moved_value(value, n_bytes))
    };
    table.into_iter().map(entry).collect()
}

/// Moves every place in a value by so many bytes.
pub(crate) fn moved_value(value: Spanned<DeValue<'_>>, n_bytes: usize) -> Spanned<DeValue<'_>> {
    let span = moved_span(&value.span(), n_bytes);
    let value = match value.into_inner() {
        DeValue::Table(table) => DeValue::Table(moved(table, n_bytes)),
        DeValue::Array(list) => DeValue::Array(list.into_iter().map(|it| moved_value(it, n_bytes)).collect()),
        other => other,
    };
    Spanned::new(span, value)
}

/// Moves a place by so many bytes.
pub(crate) fn moved_span(span: &Span, n_bytes: usize) -> Span {
    span.start + n_bytes..span.end + n_bytes
}

fn is_table(value: &Spanned<DeValue<'_>>) -> bool {
    value.get_ref().is_table()
}
