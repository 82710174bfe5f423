//! `palisade output`.

use clap::{Args as ClapArgs, ValueEnum};
use palisade_render::{Outputs, json};

use super::BlueprintArg;
use crate::cloud::Access;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::session::{Blueprint, Context};

/// Prints the ids of what the blueprint has made
///
/// For what is built on top of the network: the ids of its VPC, tiers, subnets, groups and endpoints.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade output
  palisade output --format json | jq -r '.tiers.training.subnets.a'
  palisade output --format dotenv > network.env
  palisade output --format tfvars > network.auto.tfvars
  palisade output --name PALISADE_VPC_ID  # one value of dotenv")]
pub(crate) struct Args {
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// How to print the ids
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but the value of this `dotenv` variable; `PALISADE_` may be left out
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    name: Option<String>,
}

/// For what the ids are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
    /// For a shell or a container: `NAME=value` lines.
    Dotenv,
    /// For Terraform and OpenTofu.
    Tfvars,
}

impl Args {
    /// Runs the command.
    pub(crate) async fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let of_mistakes = match self.format {
            Format::Json => super::Format::Json,
            Format::Human | Format::Dotenv | Format::Tfvars => super::Format::Human,
        };
        let blueprint = Blueprint::look_up(&self.blueprint, of_mistakes, shell)?;
        let account = blueprint.observe(context, Access::Read).await?;
        account.check_unique()?;
        let outputs = Outputs::new(&account.observed.live);
        shell.result(&match (&self.name, self.format) {
            (Some(name), _) => value(&outputs, name)?,
            (None, Format::Human) => outputs.human(shell.out()),
            (None, Format::Json) => json::outputs(&outputs),
            (None, Format::Dotenv) => outputs.dotenv(),
            (None, Format::Tfvars) => outputs.tfvars(),
        })?;
        Ok(ExitCode::Done)
    }
}

fn value(outputs: &Outputs, name: &str) -> Result<String, CommandError> {
    if *outputs == Outputs::default() {
        let error = CommandError::new(Kind::Failed, "nothing has been built yet");
        return Err(error.hint("run `palisade apply`"));
    }
    const PREFIX: &str = "PALISADE_";
    let wanted = name.strip_prefix(PREFIX).unwrap_or(name);
    let dotenv = outputs.dotenv();
    let mut variables = dotenv.lines().filter_map(|it| it.strip_prefix(PREFIX)?.split_once('='));
    let found = variables.find(|(name, _)| *name == wanted).map(|(_, value)| format!("{value}\n"));
    found.ok_or_else(|| {
        let message = format!("there is no output `{PREFIX}{wanted}`");
        CommandError::new(Kind::Failed, message).hint("`palisade output --format dotenv` lists all")
    })
}
