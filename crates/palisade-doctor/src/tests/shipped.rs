//! Nothing is wrong with the blueprints that come with palisade.

use std::path::{Path, PathBuf};

use palisade_blueprint::{Input, parse};
use palisade_core::{Facts, Network};

fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    let mut files: Vec<PathBuf> = Vec::new();
    for directory in [root.clone(), root.join("environments")] {
        let entries = std::fs::read_dir(directory).expect("the blueprints");
        let paths = entries.map(|it| it.expect("a file").path());
        files.extend(paths.filter(|it| it.extension().is_some_and(|it| it == "toml")));
    }
    files.sort();
    files
}

/// Nothing if it is a base, which is not whole.
fn network(path: &Path) -> Option<(Network, Facts)> {
    let text = std::fs::read_to_string(path).expect("a blueprint");
    let name = path.display().to_string();
    let beside = |file: &str| {
        let path = path.parent().expect("a directory").join(file);
        std::fs::read_to_string(path).map_err(|err| err.to_string())
    };
    let draft = parse(&Input { name: &name, text: &text, sets: &[] }, &beside).draft?;
    let facts = draft.fixtures();
    draft.resolve(&facts, &draft.assumed()).ok().map(|it| (it.network, facts))
}

#[test]
fn nothing_is_wrong_with_what_is_shipped() {
    let mut n_whole = 0;
    for path in shipped() {
        let Some((network, facts)) = network(&path) else { continue };
        let findings = crate::examine(&network, &facts);
        assert!(findings.is_empty(), "{}: {findings:#?}", path.display());
        n_whole += 1;
    }
    assert!(5 <= n_whole, "{n_whole}");
}
