//! The command line of palisade: blueprints, plans and applies.
//!
//! It joins the other crates and talks to people. It decides nothing about networks: what a blueprint means, what a
//! plan does and how a run recovers is decided in the crates below.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use cli::Cli;
use error::{CommandError, Kind};
use exit::ExitCode;
use journal::RunId;
use session::Context;
use settings::Environment;
use shell::{Color, Shell};
use signals::Signals;

mod atomic;
mod board;
mod cli;
mod cloud;
mod commands;
mod consent;
mod error;
mod execute;
mod exit;
mod journal;
mod lease;
mod logging;
mod policy;
mod proof;
mod sandbox;
mod saved_plan;
mod session;
mod settings;
mod shell;
mod signals;
mod usage;

fn main() -> std::process::ExitCode {
    shell::announce_panics();
    let environment = Environment::read();
    // A panic has been announced by the time it arrives here.
    catch_unwind(AssertUnwindSafe(|| run(&environment))).unwrap_or(ExitCode::Bug).into()
}

fn run(environment: &Environment) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(err) => return usage(&err, environment),
    };
    let shell = Shell::new(cli.globals.color, cli.globals.quiet, environment);
    let started = logging::start(&shell, cli.globals.verbose, environment.log.as_deref());
    let shell = Arc::new(shell);
    started.and_then(|()| start(cli, shell.clone())).unwrap_or_else(|error| {
        shell.error(&error);
        error.exit_code()
    })
}

fn start(cli: Cli, shell: Arc<Shell>) -> Result<ExitCode, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|err| CommandError::because(Kind::Failed, "cannot start", err))?;
    let ended = runtime.block_on(async {
        let signals = Signals::listen()?;
        let context = Context { place: cli.globals.place(), run: RunId::new(), shell, signals };
        cli.run(&context).await
    });
    // A question that nobody has answered must not keep the process.
    runtime.shutdown_background();
    ended
}

fn usage(error: &clap::Error, environment: &Environment) -> ExitCode {
    let shell = Shell::new(Color::Auto, false, environment);
    if let Some(error) = usage::explained(error) {
        shell.error(&error);
        return error.exit_code();
    }
    // Whoever says nothing wants to know what there is to say.
    let text = match error.kind() {
        ErrorKind::MissingSubcommand => Cli::command().render_help(),
        _ => error.render(),
    };
    if error.use_stderr() {
        shell.usage(&text);
        return ExitCode::Usage;
    }
    match shell.help(&text) {
        Ok(()) => ExitCode::Done,
        Err(error) => error.exit_code(),
    }
}
