//! A shipped blueprint that no document mentions is one that nobody finds.

use super::tree::{TextFile, Tree, Violation};

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let blueprints = tree.files.iter().filter(|file| file.path.starts_with("blueprints/"));
    let hidden = blueprints.filter(|blueprint| {
        !tree.files.iter().any(|file| is_document(file) && file.text.contains(name(blueprint)))
    });
    let violations = hidden.map(|blueprint| {
        blueprint.violation(
            1,
            format!("no document mentions `{}`, say in the README what it shows", name(blueprint)),
        )
    });
    violations.collect()
}

fn is_document(file: &TextFile) -> bool {
    file.path == "README.md" || file.path.starts_with("docs/")
}

fn name(blueprint: &TextFile) -> &str {
    &blueprint.path["blueprints/".len()..]
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{files, report};
    use super::*;

    #[test]
    fn mentioned_blueprints_are_right() {
        let tree =
            files(&[("blueprints/minimal.toml", ""), ("README.md", "Try `blueprints/minimal.toml`.\n")]);
        assert_eq!(report(check, &tree), "");
    }

    #[test]
    fn hidden_blueprints_are_wrong() {
        let tree = files(&[("blueprints/minimal.toml", ""), ("STYLE.md", "Like `minimal.toml`.\n")]);
        assert_eq!(
            report(check, &tree),
            "blueprints/minimal.toml:1: no document mentions `minimal.toml`, say in the README what it shows\n"
        );
    }
}
