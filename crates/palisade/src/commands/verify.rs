//! `palisade verify`.

use clap::Args as ClapArgs;
use palisade_core::{Element, Observed};
use palisade_render::json::ProofDocument;
use palisade_render::{About, PolicyView, ProofView, json, policy, proof};
use palisade_verify::{World, difference, prove};

use super::{BlueprintArg, Format};
use crate::cloud::Access;
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::policy::judged;
use crate::proof::Basis;
use crate::session::{Account, Assumed, Blueprint, Context};
use crate::shell::Shell;

/// Proves what the blueprint promises, for every packet, without an account
///
/// Each of the blueprint's `[[guarantees]]` is decided on the network that it asks for, and so is that its isolated tiers
/// are isolated from the internet. What is broken is shown by a packet, from hop to hop, with the lines of the blueprint
/// that let it pass or stop it. What cannot be decided counts as broken, with the reason. `plan` and `apply` prove the
/// same, with what the account says, and of every step.
///
/// With `--live`, the same is decided on what is there, which is read from the account; and told is which packets the
/// blueprint would let pass that do not pass now, and the other way round.
///
/// What the controls of the policy pack find in the network that is asked for is told as well: as warnings, and as errors
/// where the blueprint's `[policy]` denies it. `plan` and `apply` warn of what is critical or high.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade verify                         # 0 all is kept, 3 something is not, or is denied
  palisade verify networks/prod.toml
  palisade verify --live                  # what is there, and what the blueprint would change
  palisade verify --format json | jq '.guarantees[] | select(.is_kept | not)'
  palisade verify --format json | jq -r '.policy[] | [.id, .severity, .key, .standing] | @tsv'")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// Prove it on what is there, and tell what the blueprint would change
    #[arg(long)]
    live: bool,
    /// How to print the proof
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let blueprint = Blueprint::look_up(&self.blueprint, self.format, shell)?;
        if self.live {
            let account = blueprint.observe(context, Access::Read).await?;
            return self.on_what_is_live(&blueprint, &account, shell);
        }
        let Assumed { want, facts, live } = blueprint.assume(shell)?;
        let basis = Basis::of(&blueprint, (&facts, &live), &want);
        let world = World::wanted(&want, &live, &basis.terms);
        let proofs = prove(&world);
        let view = basis.view(&blueprint, About::Wanted, &world, &proofs);
        let judgement = judged(&blueprint, &world, &want);
        let places = |it: &Element| basis.place_or_table(&blueprint, it);
        let findings = PolicyView { judgement: &judgement, places: &places, sources: view.sources };
        shell.result(&match self.format {
            Format::Human => proof::human(&view, shell.out()) + "\n" + &policy::human(&findings, shell.out()),
            Format::Json => json::proof(&ProofDocument::new(&view).with_policy(&view, &judgement)),
        })?;
        let is_kept = view.is_kept() && !judgement.is_violated();
        Ok(if is_kept { ExitCode::Done } else { ExitCode::Violated })
    }

    fn on_what_is_live(
        &self,
        blueprint: &Blueprint,
        account: &Account,
        shell: &Shell,
    ) -> Result<ExitCode, CommandError> {
        account.check_unique()?;
        let want = blueprint.resolve(account, shell)?;
        let Observed { facts, live, .. } = &account.observed;
        let basis = Basis::of(blueprint, (facts, live), &want);
        let (there, wanted) = (World::live(live, &basis.terms), World::wanted(&want, live, &basis.terms));
        let (proofs, shifts) = (prove(&there), difference(&there, &wanted));
        let view = basis.view(blueprint, About::Live, &there, &proofs);
        shell.result(&match self.format {
            Format::Human => {
                let proof = proof::human(&view, shell.out());
                proof + "\n" + &proof::difference::human(&view, &shifts, shell.out())
            }
            Format::Json => json::proof(&ProofDocument::new(&view).with_difference(&view, &shifts)),
        })?;
        Ok(code(&view))
    }
}

fn code(view: &ProofView<'_>) -> ExitCode {
    if view.is_kept() { ExitCode::Done } else { ExitCode::Violated }
}
