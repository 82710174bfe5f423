//! What is wrong is told, and nothing else.

use super::rows::ROWS;
use super::{examine, told};

#[test]
fn what_is_wrong_is_told_and_nothing_else() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let findings = examine(&row.text());
        let all: Vec<String> = findings.iter().map(told).collect();
        if all != row.told {
            wrong.push(format!("{} ({}): want {:?}, got {findings:#?}", row.wrong, row.sound, row.told));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_is_broken_by_some_row_or_says_why_not() {
    // The language refuses what these find; the tests of `unknown` break them in the network itself.
    let elsewhere = ["sm.limits"];
    let told: Vec<&str> = ROWS.iter().flat_map(|it| it.told).filter_map(|it| it.split(' ').nth(1)).collect();
    let silent = crate::RULES.iter().map(|it| it.id).filter(|it| !told.contains(it));
    assert_eq!(silent.collect::<Vec<_>>(), elsewhere);
}
