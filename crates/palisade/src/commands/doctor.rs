//! `palisade doctor`.

use clap::Args as ClapArgs;
use palisade_core::Severity;
use palisade_render::{diagnostics, json};

use super::{BlueprintArg, Format};
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::session::{Assumed, Blueprint, Context};

/// Says what the workloads of a blueprint lack in its network, before anything is made
///
/// Derives from the SageMaker workloads what their network must have, and says what is missing: endpoints and their
/// names, rules of groups and ACLs, zones, addresses; each with the symptom that somebody would see otherwise, and what
/// to write. An error always breaks a workload; whether a warning does, depends on what its code calls. It needs no
/// account.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade doctor
  palisade doctor networks/prod.toml --strict
  palisade doctor --format json | jq -r '.diagnostics[].code'")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Exit with 3 if there are warnings, too
    #[arg(long)]
    strict: bool,
    /// How to print what is missing
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        let Assumed { want, facts, live: _ } = blueprint.assume(shell)?;
        let missing = blueprint.examine(&want, &facts);
        let (path, sources) = (blueprint.name(), blueprint.sources());
        shell.result(&match self.format {
            Format::Json => json::diagnostics(&missing, &path, sources),
            Format::Human if missing.is_empty() => {
                let workloads = want.resources.keys().filter(|it| it.kind.is_of_sagemaker()).count();
                let (places, s) = (want.vpc_configs.len(), |n: usize| if n == 1 { "" } else { "s" });
                format!(
                    "`{path}` lacks nothing for its {workloads} workload{} and {places} vpc-config{}\n",
                    s(workloads),
                    s(places)
                )
            }
            Format::Human => diagnostics::draw(&missing, sources, shell.out()),
        })?;
        let breaks = |it: &palisade_core::Diagnostic| self.strict || it.severity == Severity::Error;
        Ok(if missing.iter().any(breaks) { ExitCode::Violated } else { ExitCode::Done })
    }
}
