//! `cargo xtask tidy`: the rules of this repository that neither the compiler nor clippy can see.
//!
//! A check is a pure function from the [`Tree`] to its violations, in a file of its own, and a line in [`CHECKS`].

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use tree::{Tree, Violation};

mod aws_in_one_crate;
mod blueprints_are_mentioned;
mod code;
mod crate_docs;
mod dependency_direction;
mod forbidden_code;
mod inherited_lints;
mod machine_traces;
mod pure_crates;
mod read;
mod sizes;
mod tree;
mod whitespace;

const CHECKS: &[fn(&Tree) -> Vec<Violation>] = &[
    dependency_direction::check,
    aws_in_one_crate::check,
    pure_crates::check,
    inherited_lints::check,
    crate_docs::check,
    forbidden_code::check,
    sizes::check,
    whitespace::check,
    machine_traces::check,
    blueprints_are_mentioned::check,
];

/// Runs every check, reports what it finds to stdout, and fails if that is anything.
pub(crate) fn run(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let tree = read::tree(root)?;
    let findings: Vec<Vec<Violation>> = CHECKS.iter().map(|check| check(&tree)).collect();
    report(&findings, io::stdout().lock())?;
    Ok(if findings.iter().all(Vec::is_empty) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(findings: &[Vec<Violation>], mut out: impl Write) -> io::Result<()> {
    for violation in findings.iter().flatten() {
        writeln!(out, "{violation}")?;
    }
    let n_failed = findings.iter().filter(|violations| !violations.is_empty()).count();
    writeln!(out, "{} checks passed, {n_failed} failed", findings.len() - n_failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_each_violation_and_counts_checks() {
        let violation = |line| Violation { path: "a.rs".into(), line, message: "is wrong, right it".into() };
        let mut out = Vec::new();
        report(&[vec![violation(3), violation(4)], vec![]], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a.rs:3: is wrong, right it\na.rs:4: is wrong, right it\n1 checks passed, 1 failed\n"
        );
    }
}
