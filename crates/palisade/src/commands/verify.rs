//! `palisade verify`.

use clap::Args as ClapArgs;
use palisade_render::{PolicyView, ProofView, json, policy, proof};
use palisade_verify::{World, prove};

use super::{BlueprintArg, Format};
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::policy::judged;
use crate::proof::Basis;
use crate::session::{Assumed, Blueprint, Context};

/// Proves what the blueprint promises, for every packet, without an account
///
/// Each of the blueprint's `[[guarantees]]` is decided on the network that it asks for, and so is that its isolated tiers
/// are isolated from the internet. What is broken is shown by a packet, from hop to hop, with the lines of the blueprint
/// that let it pass or stop it. What cannot be decided counts as broken, with the reason. `plan` and `apply` prove the
/// same, with what the account says.
///
/// What the controls of the policy pack find in the network is told as well: as warnings, and as errors where the
/// blueprint's `[policy]` denies it. `plan` and `apply` warn of what is critical or high.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade verify                         # 0 all is kept, 3 something is not, or is denied
  palisade verify networks/prod.toml
  palisade verify --format json | jq '.guarantees[] | select(.is_kept | not)'
  palisade verify --format json | jq -r '.policy[] | [.id, .severity, .key, .standing] | @tsv'")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// How to print the proof
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        let Assumed { want, facts, live } = blueprint.assume(shell)?;
        let basis = Basis::of(&blueprint, &facts, &live);
        let world = World::wanted(&want, &live, &basis.terms);
        let proofs = prove(&world);
        let view = ProofView {
            blueprint: blueprint.draft().name(),
            world: &world,
            proofs: &proofs,
            places: &|it| basis.place_or_table(&blueprint, it),
            sources: blueprint.sources(),
        };
        let judgement = judged(&blueprint, &world, &want);
        let findings = PolicyView { judgement: &judgement, places: view.places, sources: view.sources };
        shell.result(&match self.format {
            Format::Human => proof::human(&view, shell.out()) + "\n" + &policy::human(&findings, shell.out()),
            Format::Json => json::proof(&view, &judgement),
        })?;
        let is_kept = view.is_kept() && !judgement.is_violated();
        Ok(if is_kept { ExitCode::Done } else { ExitCode::Violated })
    }
}
