//! `palisade verify`.

use clap::{Args as ClapArgs, ValueEnum};
use palisade_core::{Element, Observed};
use palisade_render::json::ProofDocument;
use palisade_render::{About, PolicyView, ProofView, diagnostics, json, policy, proof};
use palisade_verify::{Shift, World, difference, prove};

use super::BlueprintArg;
use crate::cloud::Access;
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::policy::judged;
use crate::proof::Basis;
use crate::session::{Account, Assumed, Blueprint, Context};
use crate::shell::Shell;

/// For whom the proof is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
    /// For code scanning, as SARIF 2.1.0: what is not kept, at its line.
    Sarif,
    /// For CI systems, as JUnit XML: a test case for each guarantee.
    Junit,
}

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
/// A rule, entry or route that no packet is decided by is a warning.
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
  palisade verify --format json | jq -r '.policy[] | [.id, .severity, .key, .standing] | @tsv'
  palisade verify --format sarif > palisade.sarif     # for GitHub code scanning
  palisade verify --format junit > palisade.xml       # for the test report of a CI system")]
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
        let blueprint = Blueprint::look_up(&self.blueprint, self.format.of_mistakes(), shell)?;
        if self.live {
            let account = blueprint.observe(context, Access::Read).await?;
            return self.on_what_is_live(&blueprint, &account, shell);
        }
        let Assumed { want, facts, live } = blueprint.assume(shell)?;
        let basis = Basis::of(&blueprint, (&facts, &live), &want);
        let world = World::wanted(&want, &live, &basis.terms);
        let proofs = prove(&world);
        let warnings = basis.warnings(&world);
        let view =
            ProofView { warnings: &warnings, ..basis.view(&blueprint, About::Wanted, &world, &proofs) };
        let judgement = judged(&blueprint, &world, &want);
        let places = |it: &Element| basis.place_or_table(&blueprint, it);
        let findings = PolicyView { judgement: &judgement, places: &places, sources: view.sources };
        self.tell(&view, &findings, None, shell)
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
        let warnings = basis.warnings(&wanted);
        let view = ProofView { warnings: &warnings, ..basis.view(blueprint, About::Live, &there, &proofs) };
        let judgement = judged(blueprint, &wanted, &want);
        let places = |it: &Element| basis.place_or_table(blueprint, it);
        let findings = PolicyView { judgement: &judgement, places: &places, sources: view.sources };
        self.tell(&view, &findings, Some(&shifts), shell)
    }

    /// Prints a proof with what the policy pack finds, and what the blueprint would change if that was asked.
    fn tell(
        &self,
        view: &ProofView<'_>,
        findings: &PolicyView<'_>,
        shifts: Option<&[Shift]>,
        shell: &Shell,
    ) -> Result<ExitCode, CommandError> {
        if self.format == Format::Human {
            shell.status(&diagnostics::draw(view.warnings, view.sources, shell.err()));
        }
        shell.result(&match self.format {
            Format::Human => {
                let told = shifts.map(|it| proof::difference::human(view, it, shell.out()) + "\n");
                let proved = proof::human(view, shell.out()) + "\n";
                proved + &told.unwrap_or_default() + &policy::human(findings, shell.out())
            }
            Format::Json => {
                let document = ProofDocument::new(view).with_policy(view, findings.judgement);
                json::proof(&match shifts {
                    Some(shifts) => document.with_difference(view, shifts),
                    None => document,
                })
            }
            Format::Sarif => proof::sarif(view, findings),
            Format::Junit => proof::junit(view, findings),
        })?;
        let is_kept = view.is_kept() && !findings.judgement.is_violated();
        Ok(if is_kept { ExitCode::Done } else { ExitCode::Violated })
    }
}

impl Format {
    /// Returns how to tell mistakes of the blueprint.
    fn of_mistakes(self) -> super::Format {
        match self {
            Format::Json => super::Format::Json,
            Format::Human | Format::Sarif | Format::Junit => super::Format::Human,
        }
    }
}
