//! The blueprints that come with palisade: what is not as a control wants it, they allow, and say why.

use std::path::{Path, PathBuf};

use palisade_blueprint::{Input, parse};
use palisade_verify::World;
use palisade_verify::policy::{Judgement, Standing, examine, judge};

use crate::told;

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
fn judged(path: &Path) -> Option<Judgement> {
    let text = std::fs::read_to_string(path).expect("a blueprint");
    let name = path.display().to_string();
    let beside = |file: &str| {
        let path = path.parent().expect("a directory").join(file);
        std::fs::read_to_string(path).map_err(|err| err.to_string())
    };
    let draft = parse(&Input { name: &name, text: &text, sets: &[] }, &beside).draft?;
    let (facts, live) = (draft.fixtures(), draft.assumed());
    let network = draft.resolve(&facts, &live).expect("it is valid").network;
    let terms = draft.terms(&facts, &live);
    Some(judge(examine(&World::wanted(&network, &live, &terms), &network), draft.stance()))
}

#[test]
fn what_is_found_is_allowed_and_what_is_allowed_is_found() {
    let mut wrong = Vec::new();
    let mut n_whole = 0;
    for path in shipped() {
        let Some(Judgement { judged, idle }) = judged(&path) else { continue };
        n_whole += 1;
        let name = path.file_name().expect("a file").display();
        let open = judged.iter().filter(|it| !matches!(it.standing, Standing::Allowed(_)));
        wrong.extend(open.map(|it| format!("{name}: {}", told(&it.finding))));
        wrong.extend(idle.iter().map(|it| format!("{name}: {} for {} is idle", it.id, it.key)));
    }
    assert!(8 <= n_whole, "{n_whole}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
