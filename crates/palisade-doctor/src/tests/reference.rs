//! `docs/doctor.md` lists every rule as it is.

use crate::RULES;

fn table() -> String {
    let row =
        |it: &crate::Rule| format!("| `{}` | {} | {} | {} |\n", it.id, it.checks, it.symptom, it.source);
    let head = "| finding | what must be so | what somebody sees otherwise | source |\n|---|---|---|---|\n";
    head.to_owned() + &RULES.iter().map(row).collect::<String>()
}

#[test]
fn the_page_lists_every_rule() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/doctor.md");
    let page = std::fs::read_to_string(path).expect("the page");
    assert!(page.contains(&table()), "the table of docs/doctor.md shall be:\n{}", table());
}

#[test]
fn every_rule_has_a_name_of_its_own_and_says_what_it_is() {
    let mut ids: Vec<&str> = RULES.iter().map(|it| it.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        for words in [rule.title, rule.checks, rule.symptom, rule.source] {
            assert!(!words.is_empty() && !words.contains('|'), "{}", rule.id);
        }
    }
}
