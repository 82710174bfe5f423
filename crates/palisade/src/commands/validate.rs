//! `palisade validate`.

use clap::Args as ClapArgs;
use palisade_blueprint::{Parsed, Resolved};
use palisade_core::{Diagnostic, Problem, Severity, Sources, plan::Intent, plan::plan};
use palisade_render::{json, plan::code};

use super::{BlueprintArg, Format};
use crate::error::CommandError;
use crate::exit::ExitCode;
use crate::session::{Context, Source, flawed, ordered};

/// Finds all mistakes in a blueprint, without an account
///
/// Everything that can be checked offline is checked at once: each mistake with its place and what to write instead.
/// What only the account can tell is assumed: the zones that the blueprint names, AWS's own prefix lists.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade validate
  palisade validate networks/prod.toml
  palisade validate --format json | jq '.diagnostics[].message'")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// How to print mistakes
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let source = Source::read(&self.blueprint, self.format, &context.shell)?;
        let (sources, diagnostics, n_resources) = check(&source)?;
        let path = source.name();
        let n_errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
        if self.format == Format::Json {
            context.shell.result(&json::diagnostics(&diagnostics, &path, &sources))?;
        } else {
            source.tell(&diagnostics, &sources, &context.shell)?;
            context.shell.result(&format!("`{path}` is valid: {n_resources} resources\n"))?;
        }
        Ok(if n_errors == 0 { ExitCode::Done } else { ExitCode::Invalid })
    }
}

/// Returns everything there is to say, and how many resources the blueprint makes in an empty account.
fn check(source: &Source) -> Result<(Sources, Vec<Diagnostic>, usize), CommandError> {
    let Parsed { sources, draft, mut diagnostics } = source.parse();
    let Some(draft) = draft else { return Ok((sources, diagnostics, 0)) };
    let live = draft.assumed();
    let n_resources = match draft.resolve(&draft.fixtures(), &live) {
        Ok(Resolved { network: want, warnings }) => {
            diagnostics.extend(warnings);
            let plan = plan(&want, &live, &Intent::default());
            // A plan with problems has no order.
            if plan.problems.is_empty() {
                ordered(&plan, &want, &live).map_err(flawed)?;
            }
            let report = |it: &Problem| Diagnostic::error(code(it), it.to_string()).help(it.help());
            diagnostics.extend(plan.problems.iter().map(report));
            want.resources.len()
        }
        Err(more) => {
            diagnostics.extend(more);
            0
        }
    };
    Ok((sources, diagnostics, n_resources))
}
