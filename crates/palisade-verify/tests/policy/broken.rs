//! What is wrong is told, and nothing else.

use palisade_core::control::IDS;
use palisade_verify::policy::RULES;

use crate::rows::{ROWS, Row};
use crate::{findings, sound_but, told};

#[test]
fn what_is_wrong_is_told_and_nothing_else() {
    let mut wrong = Vec::new();
    for Row { wrong: what, edits, change, told: want } in ROWS {
        let found: Vec<String> = findings(&sound_but(edits), *change).iter().map(told).collect();
        if found != *want {
            wrong.push(format!("{what}: found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_control_is_broken_by_some_row() {
    let told: Vec<&str> = ROWS.iter().flat_map(|it| it.told).filter_map(|it| it.split(' ').next()).collect();
    let silent: Vec<&str> = IDS.iter().copied().filter(|it| !told.contains(it)).collect();
    assert_eq!(silent, Vec::<&str>::new());
}

#[test]
fn the_language_knows_the_controls_by_the_ids_of_the_pack() {
    assert_eq!(RULES.iter().map(|it| it.id).collect::<Vec<_>>(), IDS);
}
