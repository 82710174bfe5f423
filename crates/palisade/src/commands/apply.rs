//! `palisade apply`.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use palisade_core::Key;
use palisade_core::plan::Intent;

use super::{BlueprintArg, Format};
use crate::cloud::Access;
use crate::consent::Consent;
use crate::error::CommandError;
use crate::execute::carry_out;
use crate::exit::ExitCode;
use crate::lease::LeaseArgs;
use crate::policy;
use crate::proof::{guard, insist};
use crate::saved_plan::SavedPlan;
use crate::session::{Account, Blueprint, Context, Planned};

/// Makes the network what the blueprint says
///
/// Shows the plan and asks before the first change. What fails, fails alone: everything that does not depend on it goes
/// on. One exception: what is in use already is changed one request after the other, in the order that was rehearsed
/// (the lane). If one of these fails, or cannot be made because of another failure, those behind it are skipped. Applying
/// again goes on from what is there; nothing has to be undone. Ctrl-C sends nothing new and lets requests land; once more
/// abandons them and says what is in doubt.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade apply
  palisade apply networks/prod.toml --yes
  palisade apply --set account=111122223333
  palisade apply --plan network.plan      # what was planned, or nothing
  palisade apply --yes --format json      # a line per event, and a summary
  palisade apply --sandbox sandbox.json   # no account, no network")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Carry out a plan that `palisade plan --out FILE` has saved, if what it touches has not changed since
    #[arg(long, value_name = "FILE", conflicts_with_all = ["blueprint", "sets", "replace"])]
    plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// How to print what happens
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Replace this object on purpose, such as `nat.main@a`; may be repeated
    #[arg(long, value_name = "KEY")]
    replace: Vec<Key>,
    #[command(flatten)]
    lease: LeaseArgs,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        Consent::is_possible("apply", self.yes, &context.shell)?;
        let (account, planned) = match &self.plan {
            Some(path) => saved(path, self.access(), context).await?,
            None => self.planned(context).await?,
        };
        let consent = if self.yes { Consent::Given } else { Consent::Yes };
        carry_out(context, &account, &planned, self.format, &consent).await
    }

    fn access(&self) -> Access {
        Access::Write { lease: self.lease, format: self.format }
    }

    async fn planned(&self, context: &Context) -> Result<(Account, Planned), CommandError> {
        let blueprint = Blueprint::read(&self.blueprint, self.format, &context.shell)?;
        let account = blueprint.observe(context, self.access()).await?;
        let want = blueprint.resolve(&account, &context.shell)?;
        let intent = Intent { replace: self.replace.iter().cloned().collect(), destroy: false };
        let guarded = guard(&blueprint, &account, account.plan(want, &intent)?)?;
        insist(&blueprint, &account, &guarded, &context.shell)?;
        policy::insist(&policy::warn(&blueprint, &account, &guarded.planned.want, &context.shell))?;
        Ok((account, guarded.planned))
    }
}

async fn saved(path: &Path, access: Access, context: &Context) -> Result<(Account, Planned), CommandError> {
    let saved = SavedPlan::read(path)?;
    let (fresh, needs) = (saved.fresh(), saved.needs());
    let account = Account::read(context, access, fresh, needs, saved.identity()).await?;
    let planned = saved.into_planned(&account.observed.live)?;
    Ok((account, planned))
}
