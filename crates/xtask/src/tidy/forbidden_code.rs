//! Code that hides what is not done, or a warning that nobody explains.

use super::tree::{Tree, Violation};

const FORBIDDEN: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run proves nothing: mend it or delete it"),
    ("#[should_panic", "it passes on any panic: make the failure a value and compare that"),
    ("todo!", "finish it, or leave it out"),
    ("#[allow(", "write `#[expect(lint, reason = \"…\")]`, which ends when its reason does"),
    ("#![allow(", "write `#![expect(lint, reason = \"…\")]`, which ends when its reason does"),
];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.rust_files() {
        for (line, code) in file.code_lines() {
            let found = FORBIDDEN.iter().filter(|(forbidden, _)| code.contains(forbidden));
            violations.extend(found.map(|(forbidden, instead)| {
                file.violation(line, format!("`{forbidden}` is not used here, {instead}"))
            }));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{files, report};
    use super::*;

    #[test]
    fn forbidden_code_is_found_in_tests_too() {
        let source = "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n\n#[allow(dead_code)]\nfn b() { todo!() }\n";
        assert_eq!(
            report(check, &files(&[("crates/palisade/tests/it/a.rs", source)])),
            "crates/palisade/tests/it/a.rs:2: `#[ignore` is not used here, \
             a test that does not run proves nothing: mend it or delete it\n\
             crates/palisade/tests/it/a.rs:5: `#[allow(` is not used here, \
             write `#[expect(lint, reason = \"…\")]`, which ends when its reason does\n\
             crates/palisade/tests/it/a.rs:6: `todo!` is not used here, finish it, or leave it out\n"
        );
    }

    #[test]
    fn text_about_it_is_right() {
        assert_eq!(report(check, &files(&[("src/lib.rs", "// todo!\nlet text = \"#[ignore]\";\n")])), "");
    }
}
