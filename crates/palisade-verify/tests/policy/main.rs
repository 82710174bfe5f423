//! Text in, findings out: what the policy pack finds in networks as authors write them.

mod broken;
mod endpoint_policies;
mod judging;
mod quiet;
mod reference;
mod rows;
mod shipped;
mod telling;

use palisade_blueprint::{Draft, Input, parse};
use palisade_core::{Live, Network};
use palisade_verify::World;
use palisade_verify::policy::{Finding, examine};

/// A network in which no control finds anything.
const SOUND: &str = include_str!("sound.toml");

/// Returns the sound network with other words in the place of some, each of which stands in it once.
fn sound_but(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SOUND.to_owned(), |text, (words, instead)| {
        assert_eq!(text.matches(words).count(), 1, "{words:?}");
        text.replace(words, instead)
    })
}

fn draft(text: &str) -> Draft {
    let parsed = parse(&Input { name: "t.toml", text, sets: &[] }, &|path| Err(format!("no {path}")));
    parsed.draft.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

/// Returns the findings on what a text asks for in an account that is made up, with something more done to the network.
fn findings(text: &str, change: fn(&mut Network)) -> Vec<Finding> {
    let draft = draft(text);
    let (facts, live) = (draft.fixtures(), Live::default());
    let mut network = draft.resolve(&facts, &live).unwrap_or_else(|it| panic!("{it:#?}")).network;
    change(&mut network);
    let terms = draft.terms(&facts, &live);
    examine(&World::wanted(&network, &live, &terms), &network)
}

/// Returns a finding in a line.
fn told(finding: &Finding) -> String {
    format!("{} {} {}: {}", finding.id, finding.weight, finding.key, finding.message)
}
