//! No text names a directory of somebody's machine, or the host of a package registry.

use super::code::is_word;
use super::tree::{Tree, Violation, numbered};

// In parts, because this file is one of those that are searched.
const DIRECTORIES: &[&str] = &["home", "root", "tmp", "work"];
const HOSTS: &[(&str, &str)] =
    &[("crates", "io"), ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org")];

/// Written by cargo, which names where each crate came from.
const GENERATED: &[&str] = &["Cargo.lock"];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| !GENERATED.contains(&file.path.as_str())) {
        for (line, text) in numbered(&file.text) {
            violations.extend(traces(&text).map(|message| file.violation(line, message)));
        }
    }
    violations
}

fn traces(line: &str) -> impl Iterator<Item = String> {
    let directories = DIRECTORIES.iter().map(|name| format!("/{name}/"));
    let paths = directories.filter(|directory| starts_a_path(line, directory));
    let paths =
        paths.map(|directory| format!("`{directory}` is a place on one machine, use a relative path"));
    let hosts = HOSTS.iter().map(|(name, domain)| format!("{name}.{domain}"));
    let hosts = hosts.filter(|host| line.contains(host));
    paths.chain(hosts.map(|host| format!("`{host}` is a registry's host, name the package alone")))
}

/// Tells a path from the root, which nothing stands before, from a part of a longer one.
fn starts_a_path(line: &str, directory: &str) -> bool {
    let is_path = |character| is_word(character) || matches!(character, '.' | '-' | '}' | '>' | '*');
    line.match_indices(directory).any(|(index, _)| !line[..index].ends_with(is_path))
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{files, report};
    use super::*;

    #[test]
    fn places_on_one_machine_are_wrong() {
        let text = format!("a\ncd {}\n", ["", "home", "me", "palisade"].join("/"));
        assert_eq!(
            report(check, &files(&[("a.md", &text)])),
            format!("a.md:2: `/{}/` is a place on one machine, use a relative path\n", "home")
        );
    }

    #[test]
    fn parts_of_relative_paths_are_right() {
        assert_eq!(report(check, &files(&[("a.md", "target/tmp/a, ./work/b, $instance/tmp/\n")])), "");
    }

    #[test]
    fn registry_hosts_are_wrong() {
        let host = ["pypi", "org"].join(".");
        assert_eq!(
            report(check, &files(&[("a.md", &format!("from {host}\n"))])),
            format!("a.md:1: `{host}` is a registry's host, name the package alone\n")
        );
        assert_eq!(report(check, &files(&[("Cargo.lock", &format!("from {host}\n"))])), "");
    }
}
