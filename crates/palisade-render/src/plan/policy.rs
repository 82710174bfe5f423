//! What differs between two policies, as lines of JSON.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::style::{Ink, Style};
use crate::text;

/// How many lines are shown around one that differs.
const N_CONTEXT: usize = 2;

/// From how many characters on a document is no value to put on one line.
const LONG: usize = 60;

/// Returns whether the value is a document that is better read as lines.
pub(super) fn is_long(value: &str) -> bool {
    value.starts_with('{') && LONG <= value.len()
}

/// Returns the lines that differ, and a little around them.
pub(super) fn diff(before: &str, after: &str, style: Style) -> Vec<String> {
    let (before, after) = (pretty(before), pretty(after));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(N_CONTEXT).iter().enumerate() {
        if 0 < at {
            lines.push(style.paint(Ink::Faint, "    …"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, ink) = match change.tag() {
                ChangeTag::Equal => (" ", Ink::Faint),
                ChangeTag::Insert => ("+", Ink::Create),
                ChangeTag::Delete => ("-", Ink::Delete),
            };
            let line = text::clean(change.value().trim_end_matches('\n'));
            lines.push(style.paint(ink, &format!("  {sign} {line}")));
        }
    }
    lines
}

fn pretty(value: &str) -> String {
    let document: Option<Value> = serde_json::from_str(value).ok();
    let pretty = document.and_then(|it| serde_json::to_string_pretty(&it).ok());
    pretty.unwrap_or_else(|| value.to_owned()) + "\n"
}
