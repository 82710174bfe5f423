//! `palisade history`.

use std::fs;

use clap::{Args as ClapArgs, Subcommand};
use palisade_render::history::{self, RunHistory};

use super::Format;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::session::Context;
use crate::{journal, settings};

/// Shows what earlier runs of apply and destroy did
///
/// Each run writes a journal: every request before it is sent, and what came of it. It is evidence for people. What there
/// is, palisade asks AWS alone.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade history
  palisade history show                   # the latest run, request by request
  palisade history show 20261124T1019     # the beginning of an id is enough
  palisade history show --format json     # the journal itself, JSON Lines")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    Show(Show),
}

/// Shows one run, request by request
#[derive(Clone, Debug, ClapArgs)]
struct Show {
    /// The run, or the beginning of its id; the latest, if there is none
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let runs = runs()?;
        match self.command {
            None if runs.is_empty() => shell.story("no run has written a journal yet\n"),
            None => {
                let runs: Vec<RunHistory> = runs.into_iter().map(|(_, run)| run).collect();
                shell.result(&history::list(&runs, shell.out()))?;
            }
            Some(Command::Show(show)) => show.run(&runs, context)?,
        }
        Ok(ExitCode::Done)
    }
}

impl Show {
    fn run(self, runs: &[(String, RunHistory)], context: &Context) -> Result<(), CommandError> {
        let shell = &context.shell;
        let begins = |id: &str| self.run.as_ref().is_none_or(|it| id.starts_with(it.as_str()));
        let mut found = runs.iter().filter(|(id, _)| begins(id));
        let (id, run) = found.next().ok_or_else(|| match &self.run {
            Some(run) => CommandError::new(Kind::Failed, format!("there is no run `{run}`"))
                .hint("`palisade history` lists all"),
            None => CommandError::new(Kind::Failed, "no run has written a journal yet"),
        })?;
        if let (Some(run), Some((other, _))) = (&self.run, found.next()) {
            let message = format!("`{run}` begins the ids of several runs: `{id}`, `{other}`, …");
            return Err(CommandError::new(Kind::Failed, message).hint("write more of the id"));
        }
        match self.format {
            Format::Human => shell.result(&history::one(run, shell.out())),
            Format::Json => {
                let folder = settings::history_folder().unwrap_or_default();
                let text = fs::read_to_string(journal::path_of(&folder, id));
                let unreadable = |err| CommandError::because(Kind::Failed, "cannot read the journal", err);
                shell.result(&text.map_err(unreadable)?)
            }
        }
    }
}

fn runs() -> Result<Vec<(String, RunHistory)>, CommandError> {
    let no_home = || {
        CommandError::new(Kind::Failed, "there is no folder for journals")
            .hint("set `PALISADE_HISTORY` to one, or `HOME`")
    };
    let folder = settings::history_folder().ok_or_else(no_home)?;
    let message = format!("cannot read the journals in `{}`", folder.display());
    journal::read_all(&folder).map_err(|err| CommandError::because(Kind::Failed, message, err))
}
