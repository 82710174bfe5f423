//! What the author of a blueprint sees.

use palisade_core::{Diagnostic, Sources};

use super::draw;
use crate::style::Style;
use crate::worlds::without_colour;

const BLUEPRINT: &str = r#"name = "lab"

[vpc]
cidr = "10.0.0.0/16"

[tiers.training]
route = "isolatde"
cidr = "10.1.0.0/20" # außerhalb
"#;

/// Where some words of the blueprint are.
fn span(words: &str) -> std::ops::Range<usize> {
    let start = BLUEPRINT.find(words).expect("the blueprint says it");
    start..start + words.len()
}

fn mistakes() -> Vec<Diagnostic> {
    vec![
        Diagnostic::error("unknown-route", "there is no route `isolatde`")
            .at(span("\"isolatde\""), "")
            .help("did you mean `isolated`?"),
        Diagnostic::error("outside-vpc", "tier `training` is outside the VPC")
            .at(span("\"10.1.0.0/20\""), "not inside …")
            .at(span("\"10.0.0.0/16\""), "… the VPC's block")
            .help("take a block of `10.0.0.0/16`")
            .help("or give the VPC a larger one"),
        Diagnostic::warning("no-region", "no `region`"),
    ]
}

fn check(diagnostics: &[Diagnostic]) -> String {
    draw(diagnostics, &Sources::new("blueprint.toml", BLUEPRINT), Style::plain(100))
}

#[test]
fn each_mistake_in_its_place() {
    insta::assert_snapshot!(check(&mistakes()), @r#"
    error[unknown-route]: there is no route `isolatde`
     --> blueprint.toml:7:9
      |
    7 | route = "isolatde"
      |         ^^^^^^^^^^
      |
      = help: did you mean `isolated`?

    error[outside-vpc]: tier `training` is outside the VPC
     --> blueprint.toml:8:8
      |
    4 | cidr = "10.0.0.0/16"
      |        ------------- … the VPC's block
    ...
    8 | cidr = "10.1.0.0/20" # außerhalb
      |        ^^^^^^^^^^^^^ not inside …
      |
      = help: take a block of `10.0.0.0/16`
      = help: or give the VPC a larger one

    warning[no-region]: no `region`

    2 errors, 1 warning
    "#);
}

#[test]
fn nothing_to_say() {
    assert_eq!(check(&[]), "");
}

#[test]
fn one_warning() {
    insta::assert_snapshot!(check(&mistakes()[2..]), @"
    warning[no-region]: no `region`

    1 warning
    ");
}

#[test]
fn places_are_kept_inside_the_text() {
    let at_umlaut = BLUEPRINT.find('ß').expect("it is there") + 1;
    let wild =
        Diagnostic::error("wild", "no such place").at(at_umlaut..at_umlaut, "").at(9999..10_000, "the end");
    insta::assert_snapshot!(check(&[wild]), @r#"
    error[wild]: no such place
     --> blueprint.toml:8:26
      |
    8 | cidr = "10.1.0.0/20" # außerhalb
      |                          ^      - the end

    1 error
    "#);
    let (start, end) = (20, 10);
    let backwards = Diagnostic::error("backwards", "no such place").at(start..end, "");
    insta::assert_snapshot!(check(&[backwards]), @r#"
    error[backwards]: no such place
     --> blueprint.toml:4:1
      |
    4 | cidr = "10.0.0.0/16"
      | ^

    1 error
    "#);
}

#[test]
fn two_files_are_two_snippets() {
    let mut sources = Sources::new("base.toml", BLUEPRINT);
    sources.add("--set tiers.training.cidr=…", "tiers.training.cidr=10.0.0.0/8");
    let option = sources.iter().last().expect("it was added").start();
    let mistakes = [
        Diagnostic::error("outside-vpc", "tier `training` is outside the VPC")
            .at(option + 20..option + 30, "not inside …")
            .at(span("\"10.0.0.0/16\""), "… the VPC's block"),
        Diagnostic::warning("of-the-base", "there is a base too").at(span("\"lab\""), ""),
    ];
    insta::assert_snapshot!(draw(&mistakes, &sources, Style::plain(100)), @r#"
    error[outside-vpc]: tier `training` is outside the VPC
     --> --set tiers.training.cidr=…:1:21
      |
    1 | tiers.training.cidr=10.0.0.0/8
      |                     ^^^^^^^^^^ not inside …
      |
     ::: base.toml:4:8
      |
    4 | cidr = "10.0.0.0/16"
      |        ------------- … the VPC's block

    warning[of-the-base]: there is a base too
     --> base.toml:1:8
      |
    1 | name = "lab"
      |        ^^^^^

    1 error, 1 warning
    "#);
}

#[test]
fn colour_says_nothing_of_its_own() {
    let sources = Sources::new("blueprint.toml", BLUEPRINT);
    let coloured = draw(&mistakes(), &sources, Style { color: true, width: 100 });
    assert_eq!(without_colour(&coloured), check(&mistakes()));
}
