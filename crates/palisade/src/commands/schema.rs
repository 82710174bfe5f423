//! `palisade schema`.

use clap::Args as ClapArgs;

use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::session::Context;

/// Prints the JSON Schema of blueprints
///
/// Editors complete and check a blueprint whose first line is `#:schema PATH`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade schema > palisade.schema.json")]
pub(crate) struct Args {}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let schema = palisade_blueprint::schema();
        context.shell.result(&format!("{}\n", schema.trim_end()))?;
        Ok(ExitCode::Done)
    }
}
