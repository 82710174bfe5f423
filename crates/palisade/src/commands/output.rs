//! `palisade output`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use palisade_render::{Outputs, json};

use super::BlueprintArg;
use crate::cloud::Access;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::session::{Blueprint, Context};

mod vpc_config;

/// Prints the ids of what the blueprint has made
///
/// For what is built on top of the network: the ids of its VPC, tiers, subnets, groups and endpoints, and of what runs in
/// it.
#[derive(Clone, Debug, ClapArgs)]
#[command(disable_help_subcommand = true, subcommand_help_heading = "Parts", subcommand_value_name = "PART")]
#[command(after_long_help = "\
Examples:
  palisade output
  palisade output --format json | jq -r '.tiers.training.subnets.a'
  palisade output --format dotenv > network.env
  palisade output --format tfvars > network.auto.tfvars
  palisade output --name PALISADE_VPC_ID  # one value of dotenv
  palisade output vpc-config training     # where jobs run, for those who start them")]
pub(crate) struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    blueprint: BlueprintArg,
    /// How to print the ids [default: human]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Print nothing but the value of this `dotenv` variable; `PALISADE_` may be left out
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    name: Option<String>,
}

/// A part of what there is.
#[derive(Clone, Debug, Subcommand)]
enum Part {
    VpcConfig(vpc_config::Args),
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
        if let Some(Part::VpcConfig(args)) = self.part {
            if self.format.is_some() || self.name.is_some() {
                let message = "`--format` and `--name` in front of `vpc-config` are for all outputs";
                let error = CommandError::new(Kind::Usage, message);
                return Err(error.hint("write `palisade output vpc-config NAME --format …`"));
            }
            return args.run(context, self.blueprint).await;
        }
        let format = self.format.unwrap_or_default();
        let of_mistakes = match format {
            Format::Json => super::Format::Json,
            Format::Human | Format::Dotenv | Format::Tfvars => super::Format::Human,
        };
        let blueprint = Blueprint::look_up(&self.blueprint, of_mistakes, shell)?;
        let account = blueprint.observe(context, Access::Read).await?;
        account.check_unique()?;
        let outputs = Outputs::new(&account.observed.live);
        shell.result(&match (&self.name, format) {
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
