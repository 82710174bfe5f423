//! What the checks look at, and what they answer.

use std::fmt;

use super::code;

/// The repository as data: its crates and its text files, read once.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) packages: Vec<Package>,
    pub(crate) files: Vec<TextFile>,
}

/// A crate of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// The path of its `Cargo.toml`.
    pub(crate) manifest: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// The paths of `lib.rs` and `main.rs`.
    pub(crate) roots: Vec<String>,
}

/// A line of a `Cargo.toml`.
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) is_dev: bool,
}

/// A file that git knows, or would if it were added.
pub(crate) struct TextFile {
    /// Relative to the repository, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A broken rule, as `path:line: what, and what to do instead`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Tree {
    pub(crate) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Returns a violation at the line of a package's manifest that names a dependency.
    pub(crate) fn manifest_violation(
        &self,
        package: &Package,
        dependency: &str,
        message: String,
    ) -> Violation {
        let names = |line: &str| {
            let rest = line.strip_prefix(dependency);
            rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        };
        let line = self.file(&package.manifest).and_then(|file| file.text.lines().position(names));
        Violation { path: package.manifest.clone(), line: line.map_or(1, |index| index + 1), message }
    }
}

impl TextFile {
    /// Tells whether everything in the file is there for tests only.
    pub(crate) fn is_test(&self) -> bool {
        let in_test_directory =
            self.path.split('/').any(|part| part == "tests" || part == "integration-tests");
        in_test_directory || self.path.ends_with("/tests.rs")
    }

    /// Returns the lines of Rust, numbered from one, without comments and literals.
    pub(crate) fn code_lines(&self) -> Vec<(usize, String)> {
        numbered(&code::without_text(&self.text))
    }

    /// Returns the code of the file without comments, literals and tests; line breaks stay where they are.
    pub(crate) fn shipped_code(&self) -> String {
        if self.is_test() { String::new() } else { code::without_tests(&code::without_text(&self.text)) }
    }

    pub(crate) fn violation(&self, line: usize, message: String) -> Violation {
        Violation { path: self.path.clone(), line, message }
    }
}

/// Returns the lines of a text, numbered from one.
pub(crate) fn numbered(text: &str) -> Vec<(usize, String)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned())).collect()
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Small trees for the tests of the checks.
#[cfg(test)]
pub(crate) mod fixture {
    use super::*;

    pub(crate) fn files(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|&(path, text)| TextFile { path: path.into(), text: text.into() });
        Tree { packages: Vec::new(), files: files.collect() }
    }

    /// Makes a package with a manifest; a dependency that starts with `dev:` is one for tests.
    pub(crate) fn package(name: &str, dependencies: &[&str]) -> Tree {
        let manifest = format!("crates/{name}/Cargo.toml");
        let dependencies = dependencies.iter().map(|dependency| match dependency.strip_prefix("dev:") {
            Some(name) => Dependency { name: name.into(), is_dev: true },
            None => Dependency { name: (*dependency).into(), is_dev: false },
        });
        let dependencies: Vec<Dependency> = dependencies.collect();
        let lines = dependencies.iter().map(|dependency| format!("{}.workspace = true\n", dependency.name));
        let text = format!("[dependencies]\n{}", lines.collect::<String>());
        Tree {
            packages: vec![Package {
                name: name.into(),
                manifest: manifest.clone(),
                dependencies,
                roots: vec![format!("crates/{name}/src/lib.rs")],
            }],
            files: vec![TextFile { path: manifest, text }],
        }
    }

    /// Runs a check and returns its report.
    pub(crate) fn report(check: fn(&Tree) -> Vec<Violation>, tree: &Tree) -> String {
        check(tree).iter().map(|violation| format!("{violation}\n")).collect()
    }
}
