//! `palisade destroy`.

use clap::Args as ClapArgs;
use palisade_core::plan::Intent;

use super::{BlueprintArg, Format};
use crate::cloud::Access;
use crate::consent::Consent;
use crate::error::CommandError;
use crate::execute::carry_out;
use crate::exit::ExitCode;
use crate::lease::LeaseArgs;
use crate::session::{Blueprint, Context};

/// Removes everything that the blueprint has made
///
/// A plan towards nothing: shown, rehearsed and carried out like any other. What is not the blueprint's own is never
/// touched; where it is in the way, the plan says what it is.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade destroy
  palisade destroy networks/test.toml --yes")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Do not ask for the blueprint's name
    #[arg(long, short)]
    yes: bool,
    /// How to print what happens
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    lease: LeaseArgs,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        Consent::is_possible("destroy", self.yes, shell)?;
        let access = Access::Write { lease: self.lease, format: self.format };
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        let account = blueprint.observe(context, access).await?;
        let name = account.needs.blueprint.clone();
        let nothing = blueprint.nothing(&account);
        let planned = account.plan(nothing, &Intent { destroy: true, ..Intent::default() })?;
        let consent = if self.yes { Consent::Given } else { Consent::Name(name) };
        carry_out(context, &account, &planned, self.format, &consent).await
    }
}
