//! From text to a network.

use palisade_blueprint::{Input, parse};
use palisade_core::{Facts, Live, Network};

/// Returns what a text asks for in an account that is made up.
pub(super) fn network(text: &str) -> (Network, Facts) {
    let parsed = parse(&Input { name: "t.toml", text, sets: &[] }, &|path| Err(format!("no {path}")));
    let draft = parsed.draft.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    let facts = draft.fixtures();
    let resolved = draft.resolve(&facts, &Live::default()).unwrap_or_else(|it| panic!("{it:#?}"));
    (resolved.network, facts)
}
