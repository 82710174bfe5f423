//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::cloud::{Pacing, Place};
use crate::commands::{
    apply, completions, destroy, doctor, drift, history, init, output, pin, plan, schema, trace, unlock,
    validate, verify,
};
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::session::Context;
use crate::settings::{self, names};
use crate::shell::Color;

/// Private networks for machine learning on AWS, from a blueprint
///
/// A blueprint says what a network shall be; palisade reads what there is, shows what it would change, and changes it.
/// It keeps no state: what there is, AWS knows, and what is whose, tags say.
#[derive(Debug, Parser)]
#[command(
    name = "palisade",
    version,
    max_term_width = 100,
    subcommand_required = true,
    after_long_help = after_long_help(),
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    pub(crate) globals: Globals,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Use the in-memory cloud that is kept in this file instead of AWS; a new file is an empty account
    #[arg(long, global = true, value_name = "FILE", env = names::SANDBOX, hide_env_values = true)]
    sandbox: Option<PathBuf>,
    /// How many milliseconds each request of a sandbox takes
    #[arg(
        long,
        global = true,
        value_name = "MS",
        env = names::SANDBOX_LATENCY,
        hide_env_values = true,
        default_value_t = 0,
        hide_short_help = true
    )]
    sandbox_latency: u64,
    /// The AWS profile, instead of `AWS_PROFILE`
    #[arg(long, global = true, value_name = "NAME", env = names::PROFILE, hide_env_values = true)]
    profile: Option<String>,
    /// Whether to send requests no faster than AWS documents that it takes them
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        env = names::PACING,
        hide_env_values = true,
        default_value_t,
        hide_short_help = true
    )]
    pacing: Pacing,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        env = names::COLOR,
        hide_env_values = true,
        default_value_t
    )]
    pub(crate) color: Color,
    /// Log what happens to stderr; -vv in detail, -vvv everything. `RUST_LOG` overrides it
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Validate(validate::Args),
    Doctor(doctor::Args),
    Verify(verify::Args),
    Trace(trace::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Destroy(destroy::Args),
    Output(output::Args),
    Drift(drift::Args),
    History(history::Args),
    Unlock(unlock::Args),
    Pin(pin::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

impl Globals {
    /// Returns where to connect to.
    pub(crate) fn place(&self) -> Place {
        match &self.sandbox {
            Some(path) => {
                Place::Sandbox { path: path.clone(), latency: Duration::from_millis(self.sandbox_latency) }
            }
            None => Place::Aws { profile: self.profile.clone(), pacing: self.pacing },
        }
    }
}

impl Cli {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        match self.command {
            Command::Init(args) => args.run(context),
            Command::Validate(args) => args.run(context),
            Command::Doctor(args) => args.run(context),
            Command::Verify(args) => args.run(context).await,
            Command::Trace(args) => args.run(context).await,
            Command::Plan(args) => args.run(context).await,
            Command::Apply(args) => args.run(context).await,
            Command::Destroy(args) => args.run(context).await,
            Command::Output(args) => args.run(context).await,
            Command::Drift(args) => args.run(context).await,
            Command::History(args) => args.run(context),
            Command::Unlock(args) => args.run(context).await,
            Command::Pin(args) => args.run(context).await,
            Command::Schema(args) => args.run(context),
            Command::Completions(args) => args.run(context),
        }
    }
}

fn after_long_help() -> String {
    format!(
        "\
First steps:
  palisade init                              # writes a commented blueprint.toml
  palisade plan --sandbox sandbox.json       # what it would make, without an account
  palisade plan                              # what it would make in yours
  palisade apply

Environment:
{}

Exit codes:
{}",
        settings::HELP,
        ExitCode::list().trim_end()
    )
}
