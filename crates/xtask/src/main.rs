//! The chores of this repository that outgrow a line of shell: `cargo xtask <chore>`.
//!
//! It never talks to AWS, and never depends on the crate that does: a chore must not wait for the SDK to be built.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod generate;
mod profile;
mod tidy;

#[derive(Parser)]
#[command(about = "Chores of the palisade repository")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

// One variant, one module with a `run`, one line in `main`.
#[derive(Subcommand)]
enum Chore {
    /// Measures requests, time and memory of the commands in release on LocalStack: `make bench`
    Bench,
    /// Writes the files that are drawn from the code: the schema and the reference of the language
    Generate,
    /// Shows in which functions planning spends its time, by perf: `make profile`
    Profile,
    /// Checks the rules of this repository that neither the compiler nor clippy can see
    Tidy,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match Arguments::parse().chore {
        Chore::Bench => bench::run(&workspace_root()),
        Chore::Generate => generate::run(&workspace_root()),
        Chore::Profile => profile::run(&workspace_root()),
        Chore::Tidy => tidy::run(&workspace_root()),
    }
}

/// Returns the directory of the workspace, wherever in it cargo was called.
fn workspace_root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in crates/");
    crates.parent().expect("crates/ lies in the workspace").to_owned()
}
