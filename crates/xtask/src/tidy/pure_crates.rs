//! The pure crates compute; they do not wait, read, listen or look at the clock.

use super::code::has_word;
use super::tree::{Package, Tree, Violation, numbered};

const PURE: &[&str] = &[
    "palisade-core",
    "palisade-blueprint",
    "palisade-verify",
    "palisade-describe",
    "palisade-doctor",
    "palisade-render",
];

/// Modules of `std` that reach outside the process, and what to do instead.
const FORBIDDEN_MODULES: &[(&str, &str)] = &[
    ("fs", "take the text as an argument"),
    ("env", "take the setting as an argument"),
    ("net", "addresses are in `core::net`, and nothing here opens a socket"),
];

const FORBIDDEN_CLOCKS: &[&str] = &["SystemTime", "Instant"];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let pure = tree.packages.iter().filter(|package| PURE.contains(&package.name.as_str()));
    pure.flat_map(|package| [dependencies(tree, package), sources(tree, package)].concat()).collect()
}

fn dependencies(tree: &Tree, package: &Package) -> Vec<Violation> {
    let waits = package.dependencies.iter().filter(|dependency| {
        !dependency.is_dev && (dependency.name == "tokio" || dependency.name.starts_with("tokio-"))
    });
    let violations = waits.map(|dependency| {
        let message = format!(
            "`{}` is pure and must not depend on `{}`, move what waits into `palisade-engine`",
            package.name, dependency.name
        );
        tree.manifest_violation(package, &dependency.name, message)
    });
    violations.collect()
}

fn sources(tree: &Tree, package: &Package) -> Vec<Violation> {
    let directory = format!("crates/{}/src/", package.name);
    let mut violations = Vec::new();
    for file in tree.rust_files().filter(|file| file.path.starts_with(&directory)) {
        for (line, code) in numbered(&file.shipped_code()) {
            violations.extend(impurities(&code).map(|message| file.violation(line, message)));
        }
    }
    violations
}

fn impurities(code: &str) -> impl Iterator<Item = String> {
    let modules = FORBIDDEN_MODULES.iter().filter(|(module, _)| names_module(code, module));
    let modules = modules.map(|(module, instead)| format!("`std::{module}` in a pure crate, {instead}"));
    let clocks = FORBIDDEN_CLOCKS.iter().filter(|clock| has_word(code, clock));
    modules.chain(clocks.map(|clock| format!("`{clock}` in a pure crate, take the time as an argument")))
}

/// Tells whether a line names a module of `std`, by its path or in a group: `std::fs`, `use std::{fmt, fs}`.
fn names_module(code: &str, module: &str) -> bool {
    let in_group = code.split_once("std::{").is_some_and(|(_, group)| {
        group.split([',', '}']).any(|item| item.split("::").next().unwrap_or(item).trim() == module)
    });
    in_group || has_word(code, &format!("std::{module}"))
}

#[cfg(test)]
mod tests {
    use super::super::tree::TextFile;
    use super::super::tree::fixture::{files, package, report};
    use super::*;

    /// Checks a source file of the core.
    fn report_source(text: &str) -> String {
        let mut tree = package("palisade-core", &[]);
        tree.files.push(TextFile { path: "crates/palisade-core/src/lib.rs".into(), text: text.into() });
        report(check, &tree)
    }

    #[test]
    fn waiting_is_not_pure() {
        assert_eq!(
            report(check, &package("palisade-core", &["tokio"])),
            "crates/palisade-core/Cargo.toml:2: `palisade-core` is pure and must not depend on `tokio`, \
             move what waits into `palisade-engine`\n"
        );
        assert_eq!(report(check, &package("palisade-engine", &["tokio"])), "");
        assert_eq!(report(check, &package("palisade-core", &["dev:tokio"])), "");
    }

    #[test]
    fn the_outside_is_not_pure() {
        assert_eq!(
            report_source("use std::{fmt, fs};\n\nlet home = std::env::var(NAME);\nlet now: Instant;\n"),
            "crates/palisade-core/src/lib.rs:1: `std::fs` in a pure crate, take the text as an argument\n\
             crates/palisade-core/src/lib.rs:3: `std::env` in a pure crate, take the setting as an argument\n\
             crates/palisade-core/src/lib.rs:4: `Instant` in a pure crate, take the time as an argument\n"
        );
    }

    #[test]
    fn tests_and_comments_may_name_it() {
        assert_eq!(report_source("// std::fs\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"), "");
    }

    #[test]
    fn other_crates_may_use_it() {
        assert_eq!(report(check, &files(&[("crates/palisade/src/main.rs", "use std::fs;\n")])), "");
    }
}
