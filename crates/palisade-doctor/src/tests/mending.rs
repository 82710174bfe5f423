//! What is told to write mends what is told.

use toml_edit::{DocumentMut, Item, Key, Table, Value};

use super::rows::ROWS;
use super::{examine, told};
use crate::finding::{Edit, Finding, Line};

/// What only the author can choose cannot be tried.
fn is_written(finding: &Finding) -> bool {
    finding.edits.iter().all(|it| matches!(it, Edit::Write { .. }))
}

#[test]
fn what_is_told_to_write_mends_it() {
    let (mut wrong, mut n_mended) = (Vec::new(), 0);
    for row in ROWS {
        let text = row.text();
        let findings = examine(&text);
        if !findings.iter().all(is_written) {
            continue;
        }
        let mended = findings.iter().flat_map(|it| &it.edits).fold(text, write);
        let left: Vec<String> = examine(&mended).iter().map(told).collect();
        if !left.is_empty() {
            wrong.push(format!("{}: {left:?}\n{findings:#?}", row.wrong));
        }
        n_mended += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // All but those that are about room, zones and what is a matter of taste.
    assert!(ROWS.len() - 7 < n_mended, "{n_mended} of {}", ROWS.len());
}

fn write(text: String, edit: &Edit) -> String {
    let Edit::Write { table, lines } = edit else { unreachable!("only what is written is tried") };
    let mut document: DocumentMut = text.parse().expect("TOML");
    let path = Key::parse(table).expect("a path");
    let mut at: &mut Item = document.as_item_mut();
    for key in &path {
        let inside = at.as_table_like_mut().expect("a table");
        at = inside.entry(key.get()).or_insert(Item::Table(Table::new()));
    }
    let at = at.as_table_like_mut().expect("a table");
    for line in lines {
        match line {
            Line::Set { key, value } => drop(at.insert(key, Item::Value(parse(value)))),
            Line::Add { list, element } => {
                let list = at.entry(list).or_insert(Item::Value(Value::Array(toml_edit::Array::new())));
                list.as_array_mut().expect("a list").push_formatted(parse(element));
            }
        }
    }
    document.to_string()
}

fn parse(value: &str) -> Value {
    value.parse().expect("a value of TOML")
}
