//! `palisade unlock`.

use clap::Args as ClapArgs;
use palisade_core::LeaseRecord;
use palisade_render::json;

use super::{BlueprintArg, Format};
use crate::cloud::{Access, AnyCloud};
use crate::consent::Consent;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::lease::Seen;
use crate::session::{Blueprint, Context};

/// Takes the lease of a blueprint away from a run that is gone
///
/// One run at a time may change a network. A run that is killed keeps its lease until that runs out, a few minutes later;
/// this is for who knows that it is gone, and cannot wait. A run that is still there after all sends nothing more once it
/// would have renewed its lease, after a third of its life (a minute, if nobody has changed it): until then two runs would
/// get in each other's way.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade unlock --reason 'the runner was switched off'
  palisade unlock networks/prod.toml --reason 'build 4711 was killed' --yes")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Why, for whoever comes next; it is written down in the account
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        Consent::is_possible("unlock", self.yes, shell)?;
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        // Whose account it is must be known before anything of it is told.
        let account = blueprint.observe(context, Access::Read).await?;
        let AnyCloud::Aws(aws) = &*account.cloud else {
            let message = "a sandbox has no lease: its file is locked while a run goes on, and no longer";
            return Err(CommandError::new(Kind::Failed, message)
                .hint("if another palisade has it, wait until that is done, or stop it"));
        };
        let name = &account.needs.blueprint;
        let seen = Seen::of_others(aws, &context.run, name).await;
        let holder = seen.in_the_way(&account.observed)?;
        if let Some(holder) = holder {
            if !self.yes {
                shell.story(&format!("{}\n", told(name, holder)));
                context.signals.or_stop(Consent::Unlock.obtain(shell)).await?;
            }
            seen.unlock(&self.reason, &account.observed, self.format, shell).await?;
        }
        shell.result(&match (self.format, holder) {
            (Format::Json, _) => json::unlocked(name, holder, &self.reason),
            (Format::Human, Some(holder)) => format!("unlocked: {}\n", told(name, holder)),
            (Format::Human, None) => format!("nobody has the lease of `{name}`\n"),
        })?;
        Ok(ExitCode::Done)
    }
}

fn told(name: &str, by: &LeaseRecord) -> String {
    let LeaseRecord { holder, since, until, .. } = by;
    format!("`{name}` was held by {}, process {}, since {since} and until {until}", holder.who, holder.pid)
}
