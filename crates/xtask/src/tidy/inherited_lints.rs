//! Every crate takes the lints of the workspace; one that forgets is not linted, and nothing says so.

use super::tree::{Package, Tree, Violation};

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let deaf = tree.packages.iter().filter(|package| !inherits(tree, package));
    let violations = deaf.map(|package| Violation {
        path: package.manifest.clone(),
        line: 1,
        message: format!("`{}` has its own lints, write `[lints]` with `workspace = true`", package.name),
    });
    violations.collect()
}

fn inherits(tree: &Tree, package: &Package) -> bool {
    tree.file(&package.manifest).is_some_and(|file| {
        let mut after = file.text.lines().skip_while(|line| *line != "[lints]").skip(1);
        after.next() == Some("workspace = true")
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{package, report};
    use super::*;

    #[test]
    fn inherited_lints_are_right() {
        let mut tree = package("palisade-core", &[]);
        tree.files[0].text.push_str("\n[lints]\nworkspace = true\n");
        assert_eq!(report(check, &tree), "");
    }

    #[test]
    fn forgotten_lints_are_wrong() {
        assert_eq!(
            report(check, &package("palisade-core", &[])),
            "crates/palisade-core/Cargo.toml:1: `palisade-core` has its own lints, \
             write `[lints]` with `workspace = true`\n"
        );
    }
}
