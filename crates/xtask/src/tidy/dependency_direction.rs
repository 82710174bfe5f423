//! The binary depends on everything, everything depends on the core, and siblings do not know one another.

use super::tree::{Dependency, Package, Tree, Violation};

/// Which crates of ours each crate may depend on.
const MAY_USE: &[(&str, &[&str])] = &[
    ("palisade-core", &[]),
    ("palisade-blueprint", &["palisade-core"]),
    ("palisade-verify", &["palisade-core"]),
    ("palisade-describe", &["palisade-core", VERIFY]),
    ("palisade-doctor", &["palisade-core"]),
    ("palisade-render", &["palisade-core", VERIFY, DESCRIBE]),
    ("palisade-engine", &["palisade-core"]),
    ("palisade-aws", &["palisade-core"]),
    ("palisade", &[BLUEPRINT, CORE, VERIFY, DESCRIBE, DOCTOR, RENDER, ENGINE, AWS]),
    // What follows is never shipped.
    ("palisade-proxy", &[]),
    ("palisade-testkit", &[BLUEPRINT, CORE, VERIFY, RENDER, ENGINE]),
    ("xtask", &[BLUEPRINT, CORE, VERIFY, RENDER, ENGINE]),
    ("integration-tests", &[BLUEPRINT, CORE, VERIFY, RENDER, ENGINE, AWS, PROXY, TESTKIT]),
];

const AWS: &str = "palisade-aws";
const BLUEPRINT: &str = "palisade-blueprint";
const CORE: &str = "palisade-core";
const DESCRIBE: &str = "palisade-describe";
const DOCTOR: &str = "palisade-doctor";
const ENGINE: &str = "palisade-engine";
const PROXY: &str = "palisade-proxy";
const RENDER: &str = "palisade-render";
const TESTKIT: &str = "palisade-testkit";
const VERIFY: &str = "palisade-verify";

/// What no test outside `integration-tests` may wait for: the SDK takes minutes to build.
const NOT_IN_TESTS: &[&str] = &[AWS, "palisade"];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    tree.packages.iter().flat_map(|package| check_package(tree, package)).collect()
}

fn check_package(tree: &Tree, package: &Package) -> Vec<Violation> {
    let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == package.name) else {
        let message =
            format!("`{}` has no place in the dependency direction, give it a row in MAY_USE", package.name);
        return vec![Violation { path: package.manifest.clone(), line: 1, message }];
    };
    let is_ours = |dependency: &&Dependency| MAY_USE.iter().any(|(name, _)| *name == dependency.name);
    let is_wrong = |dependency: &&Dependency| {
        let is_for_tests = dependency.is_dev && !NOT_IN_TESTS.contains(&dependency.name.as_str());
        !may_use.contains(&dependency.name.as_str()) && !is_for_tests
    };
    let wrong = package.dependencies.iter().filter(is_ours).filter(is_wrong);
    let violations = wrong.map(|dependency| {
        let message = format!(
            "`{}` must not depend on `{}`, move what both need into `palisade-core`",
            package.name, dependency.name
        );
        tree.manifest_violation(package, &dependency.name, message)
    });
    violations.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture::{package, report};
    use super::*;

    #[test]
    fn downwards_is_right() {
        assert_eq!(report(check, &package("palisade", &["palisade-aws", "palisade-core", "serde"])), "");
        assert_eq!(report(check, &package("palisade-render", &["palisade-core", "serde_json"])), "");
    }

    #[test]
    fn sideways_is_wrong() {
        assert_eq!(
            report(check, &package("palisade-engine", &["serde", "palisade-blueprint"])),
            "crates/palisade-engine/Cargo.toml:3: `palisade-engine` must not depend on `palisade-blueprint`, \
             move what both need into `palisade-core`\n"
        );
    }

    #[test]
    fn tests_may_look_sideways_but_not_at_the_sdk() {
        assert_eq!(report(check, &package("palisade-engine", &["dev:palisade-testkit"])), "");
        assert_eq!(
            report(check, &package("palisade-engine", &["dev:palisade-aws"])),
            "crates/palisade-engine/Cargo.toml:2: `palisade-engine` must not depend on `palisade-aws`, \
             move what both need into `palisade-core`\n"
        );
    }

    #[test]
    fn shipped_crates_do_not_use_the_testkit() {
        assert!(report(check, &package("palisade", &["palisade-testkit"])).contains("`palisade-testkit`"));
    }

    #[test]
    fn new_crates_need_a_place() {
        assert_eq!(
            report(check, &package("palisade-new", &[])),
            "crates/palisade-new/Cargo.toml:1: `palisade-new` has no place in the dependency direction, \
             give it a row in MAY_USE\n"
        );
    }
}
