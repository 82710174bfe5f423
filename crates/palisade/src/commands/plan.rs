//! `palisade plan`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use palisade_core::Key;
use palisade_core::plan::Intent;
use palisade_render::{json, plan};

use super::{BlueprintArg, Format};
use crate::cloud::Access;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::policy;
use crate::proof::{guard, insist};
use crate::saved_plan::SavedPlan;
use crate::session::{Blueprint, Context};

/// Shows what would change, and changes nothing
///
/// Reads the account, compares it with the blueprint, orders the requests and carries them out in memory: a plan that
/// would not end in the blueprint is never shown. Warns of what SageMaker's workloads lack, as `palisade doctor` does, and
/// of what the policy pack finds to be critical or high; what the blueprint denies is the end, with exit code 3.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade plan
  palisade plan --out network.plan && palisade apply --plan network.plan
  palisade plan --detailed-exitcode       # 0 nothing to do, 1 failed, 2 changes
  palisade plan --calls                   # every AWS request that apply would send
  palisade plan --replace nat.main@a
  palisade plan --set name=trial --set 'vpc.zones=[\"a\"]'
  palisade plan --sandbox sandbox.json    # no account, no network")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Save the plan for `palisade apply --plan FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 if there are changes, 0 if there are none, 1 if it failed
    #[arg(long)]
    detailed_exitcode: bool,
    /// How to print the plan
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// List every AWS request that apply would send, instead of the changes
    #[arg(long, conflicts_with = "format")]
    calls: bool,
    /// Replace this object on purpose, such as `nat.main@a`; may be repeated
    #[arg(long, value_name = "KEY")]
    replace: Vec<Key>,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::read(&self.blueprint, self.format, shell)?;
        let account = blueprint.observe(context, Access::Read).await?;
        let want = blueprint.resolve(&account, shell)?;
        blueprint.warn(&want, &account, shell);
        let judgement = policy::warn(&blueprint, &account, &want, shell);
        let intent = Intent { replace: self.replace.iter().cloned().collect(), destroy: false };
        let guarded = guard(&blueprint, &account, account.plan(want, &intent)?)?;
        let planned = &guarded.planned;
        let view = account.view(planned);
        let has_problems = !planned.plan.problems.is_empty();
        shell.result(&match self.format {
            Format::Json => json::plan(&view),
            Format::Human if self.calls && !has_problems => plan::calls(&planned.graph, shell.out()),
            Format::Human => plan::human(&view, shell.out()),
        })?;
        insist(&blueprint, &account, &guarded, shell)?;
        policy::insist(&judgement)?;
        if let Some(path) = &self.out {
            if has_problems {
                return Err(CommandError::new(Kind::Failed, "a plan with problems is not saved"));
            }
            SavedPlan::new(&account, planned, guarded.terms.clone(), intent.replace).write(path)?;
            let path = path.display();
            shell.status(&format!("saved as `{path}`: `palisade apply --plan {path}` carries it out"));
        }
        Ok(match self.detailed_exitcode {
            _ if has_problems => ExitCode::Failed,
            true if !planned.plan.changes.is_empty() => ExitCode::Changes,
            _ => ExitCode::Done,
        })
    }
}
