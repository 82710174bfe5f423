//! Every crate begins by saying what it is.

use super::tree::{Tree, Violation};

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let roots = tree.packages.iter().flat_map(|package| &package.roots);
    let files = roots.filter_map(|root| tree.file(root));
    let mute = files.filter(|file| !file.text.starts_with("//! "));
    let violations = mute.map(|file| {
        file.violation(1, "no `//!` first, say what the crate is and what it will never do".to_owned())
    });
    violations.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::TextFile;
    use super::super::tree::fixture::{package, report};
    use super::*;

    fn report_root(text: &str) -> String {
        let mut tree = package("palisade-core", &[]);
        tree.files.push(TextFile { path: "crates/palisade-core/src/lib.rs".into(), text: text.into() });
        report(check, &tree)
    }

    #[test]
    fn documented_crates_are_right() {
        assert_eq!(report_root("//! What it is.\n"), "");
    }

    #[test]
    fn mute_crates_are_wrong() {
        assert_eq!(
            report_root("mod plan;\n"),
            "crates/palisade-core/src/lib.rs:1: no `//!` first, say what the crate is and what it will never do\n"
        );
    }
}
