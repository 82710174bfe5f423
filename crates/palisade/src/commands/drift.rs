//! `palisade drift`.

use clap::Args as ClapArgs;
use palisade_core::plan::Intent;
use palisade_render::{drift, json};

use super::{BlueprintArg, Format};
use crate::cloud::Access;
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::session::{Blueprint, Context};

/// Shows how the network differs from the blueprint
///
/// The same difference as the plan's, told from the other side: what somebody has changed, removed or added by hand.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade drift
  palisade drift --detailed-exitcode      # 0 none, 1 it cannot be told, 2 drift
  palisade drift --format json | jq '.objects[].key'")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Exit with 2 if there is drift, 0 if there is none, 1 if that cannot be told
    #[arg(long)]
    detailed_exitcode: bool,
    /// How to print the drift
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        let account = blueprint.observe(context, Access::Read).await?;
        let want = blueprint.resolve(&account, shell)?;
        let planned = account.compare(want, &Intent::default());
        let view = account.view(&planned);
        shell.result(&match self.format {
            Format::Human => drift::human(&view, shell.out()),
            Format::Json => json::drift(&view),
        })?;
        let has_drift = !planned.plan.changes.is_empty();
        // What is there twice hides what has drifted, and what there is no drift in cannot be told from what there is.
        let is_untold = !has_drift && !planned.plan.problems.is_empty();
        if is_untold || !account.observed.live.duplicates().is_empty() {
            return Ok(ExitCode::Failed);
        }
        Ok(if self.detailed_exitcode && has_drift { ExitCode::Changes } else { ExitCode::Done })
    }
}
