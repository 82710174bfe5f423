//! Only `palisade-aws` knows the AWS SDK, in tests too; `deny.toml` says the same to `cargo deny`.

use super::tree::{Package, Tree, Violation};

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let others = tree.packages.iter().filter(|package| package.name != "palisade-aws");
    others.flat_map(|package| check_package(tree, package)).collect()
}

fn check_package(tree: &Tree, package: &Package) -> Vec<Violation> {
    let sdk = package.dependencies.iter().filter(|dependency| dependency.name.starts_with("aws-"));
    let violations = sdk.map(|dependency| {
        let message = format!(
            "`{}` must not depend on `{}`, go through the `Cloud` of `palisade-aws`",
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
    fn one_crate_has_the_sdk() {
        assert_eq!(report(check, &package("palisade-aws", &["aws-config", "aws-sdk-ec2"])), "");
    }

    #[test]
    fn no_other_has_it() {
        assert_eq!(
            report(check, &package("palisade-engine", &["dev:aws-smithy-types"])),
            "crates/palisade-engine/Cargo.toml:2: `palisade-engine` must not depend on `aws-smithy-types`, \
             go through the `Cloud` of `palisade-aws`\n"
        );
    }
}
