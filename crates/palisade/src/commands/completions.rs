//! `palisade completions`.

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::session::Context;

/// Prints the completion script of a shell
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  source <(palisade completions bash)
  palisade completions zsh > ~/.zfunc/_palisade
  palisade completions fish > ~/.config/fish/completions/palisade.fish")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "palisade", &mut script);
        context.shell.result(&String::from_utf8_lossy(&script))?;
        Ok(ExitCode::Done)
    }
}
