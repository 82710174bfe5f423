//! `palisade pin`.

use clap::Args as ClapArgs;

use super::{BlueprintArg, Format};
use crate::atomic;
use crate::cloud::Access;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::session::{Blueprint, Context};

/// Writes into the blueprint what it leaves open: zones, blocks and slots
///
/// A number of zones becomes their names, a tier's `size` its `cidr`, and `slots` is written out, as the account has them
/// or would get them. Everything else in the file stays as it is. The network is the same afterwards, and no longer
/// depends on what is free in the account.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade pin
  palisade pin networks/prod.toml && git diff networks/prod.toml")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::look_up(&self.blueprint, Format::Human, shell)?;
        let account = blueprint.observe(context, Access::Read).await?;
        account.check_unique()?;
        let pinned = blueprint.pin(&account, shell)?;
        for left in &pinned.elsewhere {
            shell.status(&format!("left open, since it stands in another file: {left}\n"));
        }
        let path = &self.blueprint.blueprint;
        if pinned.written.is_empty() {
            let nothing = if pinned.elsewhere.is_empty() { "nothing" } else { "nothing else" };
            shell.status(&format!("`{}` leaves {nothing} open\n", path.display()));
            return Ok(ExitCode::Done);
        }
        atomic::write(path, pinned.text.as_bytes()).map_err(|err| {
            CommandError::because(
                Kind::Failed,
                format!("cannot write the blueprint `{}`", path.display()),
                err,
            )
        })?;
        shell.result(&(pinned.written.join("\n") + "\n"))?;
        Ok(ExitCode::Done)
    }
}
