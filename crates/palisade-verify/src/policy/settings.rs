//! What the API of SageMaker is told.

use palisade_core::Document;
use serde_json::Value;

/// Returns the value at the end of a path of fields.
pub(crate) fn at<'a>(settings: &'a Document, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(settings.get(first)?, |value, field| value.get(field))
}

/// Returns whether something is switched on.
pub(crate) fn is_on(settings: &Document, path: &[&str]) -> bool {
    at(settings, path) == Some(&Value::Bool(true))
}

/// Returns a text; none is the empty one.
pub(crate) fn text<'a>(settings: &'a Document, path: &[&str]) -> &'a str {
    at(settings, path).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the elements of a list.
pub(crate) fn list<'a>(settings: &'a Document, path: &[&str]) -> &'a [Value] {
    at(settings, path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
