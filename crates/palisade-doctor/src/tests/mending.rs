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
        let mended = mended(text, &findings);
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

/// Several findings may ask for one edit.
fn mended(text: String, findings: &[Finding]) -> String {
    let mut edits: Vec<&Edit> = Vec::new();
    for edit in findings.iter().flat_map(|it| &it.edits) {
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    edits.into_iter().fold(text, |text, edit| write(&text, edit))
}

/// A tier without a way to anywhere, and people who want to work in it.
const BARE: &str = r#"
name = "t"
region = "eu-west-1"

[vpc]
cidr = "10.0.0.0/16"
zones = ["a", "b"]

[tiers.ml]
route = "isolated"
cidr = "10.0.0.0/20"

[security-groups.ml]

[sagemaker.domains.studio]
vpc-config = { tier = "ml", security-groups = ["ml"] }
execution-role = "arn:aws:iam::111122223333:role/ml"
home-efs = "delete"
"#;

#[test]
fn step_by_step_everything_works() {
    let mut text = BARE.to_owned();
    let mut steps = Vec::new();
    loop {
        let findings = examine(&text);
        if findings.is_empty() {
            break;
        }
        assert!(findings.iter().all(is_written) && steps.len() < 4, "{findings:#?}");
        steps.push(findings.iter().map(|it| it.code).collect::<Vec<_>>());
        text = mended(text, &findings);
    }
    // Who has no endpoint learns of groups and names when it is there.
    let services =
        ["sm.api", "sm.runtime", "sm.studio", "sm.sts", "sm.logs", "sm.monitoring", "sm.ecr", "sm.kms"];
    let first: Vec<&str> =
        ["sm.s3"].into_iter().chain(services).chain(["sm.servicecatalog", "sm.kernel", "sm.efs"]).collect();
    assert_eq!(steps, [first, vec!["sm.egress"]]);
}

fn write(text: &str, edit: &Edit) -> String {
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
