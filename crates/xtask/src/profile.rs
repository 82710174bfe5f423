//! `cargo xtask profile`: in which functions the pure stages spend their time, seen by perf.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use crate::bench::table::table;

/// What is looked at: a name, and the benchmark of `palisade-testkit`.
const STAGES: &[(&str, &str)] = &[
    ("Planning what is new: diff, order, rehearsal", "of_what_is_new::together"),
    ("Planning with nothing to do: diff", "of_what_is_there::nothing_to_do"),
];
/// How often each is run; with it, the network of 10,000 objects is nearly all that is seen.
const N_SAMPLES: &str = "30";
/// How often perf looks, per second; no divisor of what the kernel does on its own.
const FREQUENCY: &str = "499";
/// How many functions are shown.
const N_ROWS: usize = 15;
/// How long a name may be, in characters.
const MAX_NAME: usize = 100;

/// A function, and its part of the time in percent.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    /// With what it calls.
    whole: f64,
    /// Without.
    own: f64,
    name: String,
}

/// Builds the benchmark with names, runs it below perf, and prints two tables for each stage.
pub(crate) fn run(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    if output(Command::new("perf").arg("--version")).is_err() {
        return Err("perf does not run here; Debian has it in `linux-perf`, others in `linux-tools`".into());
    }
    let benchmark = build(root)?;
    let directory = root.join("target/profile");
    fs::create_dir_all(&directory)?;
    for (title, stage) in STAGES {
        let data = directory.join(stage.replace("::", "-")).with_extension("data");
        let mut record = Command::new("perf");
        record.args(["record", "--quiet", "--call-graph", "fp", "--freq", FREQUENCY, "--output"]).arg(&data);
        record.arg("--").arg(&benchmark).args(["--bench", "--sample-count", N_SAMPLES, stage]);
        output(&mut record)?;
        let mut report = Command::new("perf");
        report.args(["report", "--stdio", "--children", "--call-graph", "none", "--input"]).arg(&data);
        report.args(["--fields", "overhead_children,overhead,symbol", "--field-separator", "|"]);
        let rows = rows(&output(&mut report)?);
        if rows.is_empty() {
            return Err(format!("perf has seen nothing of `{stage}`").into());
        }
        writeln!(io::stdout().lock(), "## {title}\n\n{}\n{}", ours(&rows), own(rows))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the executable. It is built as released, but with names, and with the frame pointers that perf walks along.
fn build(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--profile", "profiling", "--package", "palisade-testkit", "--bench", "stages"]);
    cargo.args(["--no-run", "--message-format", "json-render-diagnostics"]).current_dir(root);
    cargo.env("RUSTFLAGS", "-C force-frame-pointers=yes");
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    };
    output(&mut cargo)?.lines().find_map(executable).ok_or("cargo has built no benchmark".into())
}

/// Runs a command that must succeed, and returns what it prints to stdout.
fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    // What cargo tells while it builds is for whoever waits; what perf tells matters only if it fails.
    let stderr = if command.get_program() == OsStr::new("cargo") { Stdio::inherit() } else { Stdio::piped() };
    let output = command.stdin(Stdio::null()).stderr(stderr).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let told = String::from_utf8_lossy(&output.stderr);
            Err(format!("{program}: {}\n{}", output.status, told.trim_end()).into())
        }
    }
}

/// Reads what perf reports: lines such as ` 12.22% | 11.97% |[.] memmove`.
fn rows(report: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut cells = line.splitn(3, '|');
        let mut percent = || cells.next()?.trim().strip_suffix('%')?.parse::<f64>().ok();
        let (whole, own) = (percent()?, percent()?);
        // The sign in brackets tells the kernel from the process.
        let name = cells.next()?.trim().split_once(' ')?.1.to_owned();
        Some(Row { whole, own, name })
    };
    report.lines().filter_map(row).collect()
}

/// Returns the functions of this repository that take longest, with what they call.
fn ours(rows: &[Row]) -> String {
    let mut rows: Vec<Row> = rows.iter().filter(|it| it.name.contains("palisade_")).cloned().collect();
    rows.sort_by(|a, b| b.whole.total_cmp(&a.whole));
    draw("of the time, with what it calls", "function of palisade", &rows, |it| it.whole)
}

/// Returns the functions of anybody in which most of the time goes by.
fn own(mut rows: Vec<Row>) -> String {
    rows.sort_by(|a, b| b.own.total_cmp(&a.own));
    draw("of the time, itself", "function", &rows, |it| it.own)
}

fn draw(percent: &str, function: &str, rows: &[Row], value: fn(&Row) -> f64) -> String {
    let row = |it: &Row| vec![format!("{:.1} %", value(it)), format!("`{}`", shortened(&it.name))];
    table(&[percent, function], rows.iter().take(N_ROWS).map(row))
}

/// Types of types of types say nothing more to a reader.
fn shortened(name: &str) -> String {
    let end = name.char_indices().nth(MAX_NAME).map(|(end, _)| end);
    end.map_or_else(|| name.to_owned(), |end| format!("{}…", &name[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
# Samples: 1K of event 'cpu-clock:ppp'
#
# Children|Overhead|Symbol
 86.28% | 0.00%  |[.] main
 74.90% | 4.44%  |[.] palisade_core::plan::plan
 15.15% | 15.15% |[.] __memcmp_evex_movbe
 11.05% | 0.10%  |[.] <palisade_core::live::Object as core::clone::Clone>::clone
";

    #[test]
    fn ours_are_sorted_with_what_they_call() {
        let text = ours(&rows(REPORT));
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| 74.9 % | `palisade_core::plan::plan` |",
                "| 11.1 % | `<palisade_core::live::Object as core::clone::Clone>::clone` |",
            ]
        );
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shortened(&"n".repeat(MAX_NAME)), "n".repeat(MAX_NAME));
        assert_eq!(shortened(&"é".repeat(MAX_NAME + 1)), format!("{}…", "é".repeat(MAX_NAME)));
    }

    #[test]
    fn anybody_is_sorted_without_what_they_call() {
        let text = own(rows(REPORT));
        let lines: Vec<&str> = text.lines().skip(2).take(2).collect();
        assert_eq!(lines, ["| 15.2 % | `__memcmp_evex_movbe` |", "| 4.4 % | `palisade_core::plan::plan` |"]);
    }
}
