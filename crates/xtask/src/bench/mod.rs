//! `cargo xtask bench`: what `ml-3az` costs on LocalStack, counted by a proxy and by the operating system.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use measure::{Bench, Measure};

mod exchanges;
mod measure;
mod proxy;
mod table;

/// How often everything is run.
const N_ROUNDS: u64 = 5;
const BLUEPRINT: &str = "blueprints/ml-3az.toml";
/// The edit: one more rule of one group.
const OLD: &str = "inbound     = [{ from = \"internet\", ports = 443 }]";
const NEW: &str = "inbound     = [{ from = \"internet\", ports = [443, 80] }]";

/// What is measured: a name, the arguments, and whether the blueprint is the edited one.
const COMMANDS: &[(&str, &[&str], bool)] = &[
    ("plan of an empty account", &["plan", "--format", "json"], false),
    ("apply", &["apply", "--yes", "--format", "json"], false),
    ("plan with nothing to do", &["plan", "--format", "json"], false),
    ("plan of one edit", &["plan", "--format", "json"], true),
    ("destroy", &["destroy", "--yes", "--format", "json"], false),
];

/// Runs the benchmark and prints a table in Markdown.
pub(crate) fn run(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let directory = root.join("target/bench");
    fs::create_dir_all(&directory)?;
    let blueprint = root.join(BLUEPRINT);
    let edited = directory.join("edited.toml");
    fs::write(&edited, edit(&fs::read_to_string(&blueprint)?)?)?;
    let emulator = variable("PALISADE_TEST_ENDPOINT").ok_or("there is no LocalStack: run `make bench`")?;
    let mut bench = Bench { binary: binary(root)?, emulator, directory, account: String::new() };

    let mut measures: Vec<Vec<Measure>> = COMMANDS.iter().map(|_| Vec::new()).collect();
    let run_id = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() % 1_000_000_000;
    for round in 0..N_ROUNDS {
        // LocalStack takes any twelve digits for an account, and makes it when it is first asked.
        bench.account = format!("{run_id:09}{round:03}");
        bench.measure(&["output"], &blueprint)?;
        for ((_, arguments, is_edited), measures) in COMMANDS.iter().zip(&mut measures) {
            measures.push(bench.measure(arguments, if *is_edited { &edited } else { &blueprint })?);
        }
    }
    let names = COMMANDS.iter().map(|(name, ..)| *name);
    writeln!(io::stdout().lock(), "{}\n{}", table::draw(names.zip(measures)), facts())?;
    Ok(ExitCode::SUCCESS)
}

fn binary(root: &Path) -> Result<PathBuf, String> {
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let binary = target.join("release/palisade");
    match binary.exists() {
        true => Ok(binary),
        false => Err("there is no release build: run `make bench`".to_owned()),
    }
}

fn edit(blueprint: &str) -> Result<String, String> {
    match blueprint.matches(OLD).count() {
        1 => Ok(blueprint.replace(OLD, NEW)),
        n => Err(format!("`{OLD}` is in {BLUEPRINT} {n} times, and must be once")),
    }
}

fn facts() -> String {
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (os, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{N_ROUNDS} runs in release on {os}, {architecture}, {n_cores} cores that LocalStack shares.")
}

#[expect(clippy::disallowed_methods, reason = "the one place of the benchmark that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
