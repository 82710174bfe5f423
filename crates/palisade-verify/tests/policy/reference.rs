//! `docs/reference/policy.md` lists every control as it is.

use std::collections::BTreeSet;

use palisade_verify::policy::{RULES, Rule};

fn table() -> String {
    let id = |it: &Rule| {
        let also: Vec<String> = it.also.iter().map(|it| format!("<br>{it}")).collect();
        format!("`{}`{}", it.id, also.concat())
    };
    let row = |it: &Rule| {
        format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            id(it),
            it.title,
            it.weight,
            it.checks,
            it.mend,
            it.source
        )
    };
    let head = "| control | what is wanted | severity | what is checked | how to mend it | source |\n|---|---|---|---|---|---|\n";
    head.to_owned() + &RULES.iter().map(row).collect::<String>()
}

#[test]
fn the_page_lists_every_control() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/policy.md");
    let page = std::fs::read_to_string(path).expect("the page");
    assert!(page.contains(&table()), "the table of docs/reference/policy.md shall be:\n{}", table());
}

#[test]
fn every_control_has_an_id_of_its_own_and_says_what_it_is() {
    let ids: BTreeSet<&str> = RULES.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        for words in [rule.title, rule.checks, rule.mend, rule.source] {
            assert!(!words.is_empty() && !words.contains('|'), "{}", rule.id);
        }
    }
}
