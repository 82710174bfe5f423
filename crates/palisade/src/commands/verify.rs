//! `palisade verify`.

use clap::{Args as ClapArgs, ValueEnum};
use palisade_render::{ProofView, diagnostics, json, proof};
use palisade_verify::{World, prove};

use super::BlueprintArg;
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::proof::Basis;
use crate::session::{Assumed, Blueprint, Context};

/// For whom the proof is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
    /// For code scanning, as SARIF 2.1.0: what is not kept, at its line.
    Sarif,
    /// For CI systems, as JUnit XML: a test case for each guarantee.
    Junit,
}

/// Proves what the blueprint promises, for every packet, without an account
///
/// Each of the blueprint's `[[guarantees]]` is decided on the network that it asks for, and so is that its isolated tiers
/// are isolated from the internet. What is broken is shown by a packet, from hop to hop, with the lines of the blueprint
/// that let it pass or stop it. What cannot be decided counts as broken, with the reason. `plan` and `apply` prove the
/// same, with what the account says.
///
/// A rule, entry or route that no packet is decided by is a warning.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade verify                         # 0 all is kept, 3 something is not
  palisade verify networks/prod.toml
  palisade verify --format json | jq '.guarantees[] | select(.is_kept | not)'
  palisade verify --format sarif > palisade.sarif     # for GitHub code scanning
  palisade verify --format junit > palisade.xml       # for the test report of a CI system")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// How to print the proof
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::look_up(&self.blueprint, self.format.of_mistakes(), shell)?;
        let Assumed { want, facts, live } = blueprint.assume(shell)?;
        let basis = Basis::of(&blueprint, &facts, &live);
        let world = World::wanted(&want, &live, &basis.terms);
        let proofs = prove(&world);
        let warnings = basis.warnings(&world);
        let view = ProofView {
            blueprint: blueprint.draft().name(),
            world: &world,
            proofs: &proofs,
            places: &|it| basis.place(it),
            warnings: &warnings,
            sources: blueprint.sources(),
        };
        if self.format == Format::Human {
            shell.status(&diagnostics::draw(&warnings, blueprint.sources(), shell.err()));
        }
        shell.result(&match self.format {
            Format::Human => proof::human(&view, shell.out()),
            Format::Json => json::proof(&view),
            Format::Sarif => proof::sarif(&view),
            Format::Junit => proof::junit(&view),
        })?;
        Ok(if view.is_kept() { ExitCode::Done } else { ExitCode::Violated })
    }
}

impl Format {
    /// Returns how to tell mistakes of the blueprint.
    fn of_mistakes(self) -> super::Format {
        match self {
            Format::Json => super::Format::Json,
            Format::Human | Format::Sarif | Format::Junit => super::Format::Human,
        }
    }
}
