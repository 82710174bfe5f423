//! `palisade output vpc-config`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use palisade_blueprint::nearest;
use palisade_core::Network;
use palisade_render::{NoVpcConfig, VpcConfigIds};

use crate::cloud::Access;
use crate::commands::{self, BlueprintArg};
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::session::{Blueprint, Context};

/// Prints the ids of a `[sagemaker.vpc-configs.NAME]`
///
/// For those who start jobs themselves: which subnets and security groups they give to SageMaker.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  aws sagemaker create-training-job --vpc-config \"$(palisade output vpc-config training)\" …
  palisade output vpc-config training --format sagemaker-sdk
  palisade output vpc-config training --format dotenv > sagemaker.env")]
pub(crate) struct Args {
    /// The name in the blueprint
    #[arg(value_name = "NAME")]
    name: String,
    /// The blueprint [default: blueprint.toml]
    #[arg(value_name = "BLUEPRINT")]
    blueprint: Option<PathBuf>,
    /// Set one value, whatever the blueprint says; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// How to print the ids
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// For what the ids are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the AWS CLI and boto3: a `VpcConfig`.
    #[default]
    Json,
    /// For the SageMaker Python SDK: keyword arguments.
    SagemakerSdk,
    /// For Terraform and OpenTofu.
    #[value(alias = "terraform")]
    Tfvars,
    /// For a shell or a container: `NAME=value` lines.
    #[value(alias = "env")]
    Dotenv,
}

impl Args {
    /// Runs the command; what stands in front of it may name the blueprint too.
    pub(crate) async fn run(self, context: &Context, before: BlueprintArg) -> Result<ExitCode, CommandError> {
        let shell = &context.shell;
        let BlueprintArg { blueprint, sets } = before;
        let sets = sets.into_iter().chain(self.sets).collect();
        let blueprint = BlueprintArg { blueprint: self.blueprint.unwrap_or(blueprint), sets };
        // Whoever takes the result for a `VpcConfig` must not be given mistakes in its place.
        let blueprint = Blueprint::look_up(&blueprint, commands::Format::Human, shell)?;
        let account = blueprint.observe(context, Access::Read).await?;
        account.check_unique()?;
        let network = blueprint.resolve(&account, shell)?;
        let ids = VpcConfigIds::new(&self.name, &network, &account.observed.live);
        let ids = ids.map_err(|it| missing(&it, &self.name, &network))?;
        shell.result(&match self.format {
            Format::Json => ids.json(),
            Format::SagemakerSdk => ids.sagemaker_sdk(),
            Format::Tfvars => ids.tfvars(),
            Format::Dotenv => ids.dotenv(),
        })?;
        Ok(ExitCode::Done)
    }
}

fn missing(why: &NoVpcConfig, name: &str, network: &Network) -> CommandError {
    let error = |message: String| CommandError::new(Kind::Failed, message);
    match why {
        NoVpcConfig::Unknown => {
            let known = || network.vpc_configs.keys().map(String::as_str);
            let names: Vec<String> = known().map(|it| format!("`{it}`")).collect();
            let near = nearest(name, known()).map(|it| format!("did you mean `{it}`?"));
            let error = error(format!("the blueprint has no vpc-config `{name}`"));
            let error = near.into_iter().fold(error, CommandError::hint);
            match names.is_empty() {
                true => error.hint(format!("write one: `[sagemaker.vpc-configs.{name}]`")),
                false => error.hint(format!("there is {}", names.join(", "))),
            }
        }
        NoVpcConfig::Unbuilt(keys) => {
            let keys: Vec<String> = keys.iter().map(|it| format!("`{it}`")).collect();
            let message =
                format!("vpc-config `{name}` has not been built yet: there is no {}", keys.join(", "));
            error(message).hint("run `palisade apply` first")
        }
    }
}

#[cfg(test)]
mod tests {
    use palisade_core::kinds::sagemaker::VpcConfig;

    use super::*;

    fn told(why: &NoVpcConfig, name: &str, known: &[&str]) -> String {
        let mut network = Network::empty("lab");
        network.vpc_configs = known.iter().map(|it| ((*it).to_owned(), VpcConfig::default())).collect();
        let error = missing(why, name, &network);
        [error.chain(), error.hints].concat().join("\n")
    }

    #[test]
    fn an_unknown_name_is_told_beside_the_known_ones() {
        insta::assert_snapshot!(told(&NoVpcConfig::Unknown, "trainig", &["hosting", "training"]), @"
        the blueprint has no vpc-config `trainig`
        did you mean `training`?
        there is `hosting`, `training`
        ");
        insta::assert_snapshot!(told(&NoVpcConfig::Unknown, "training", &[]), @"
        the blueprint has no vpc-config `training`
        write one: `[sagemaker.vpc-configs.training]`
        ");
    }

    #[test]
    fn what_is_not_built_is_to_be_applied_first() {
        let keys = ["subnet.x@a", "security-group.x"].map(|it| it.parse().expect("a key"));
        insta::assert_snapshot!(told(&NoVpcConfig::Unbuilt(keys.into()), "x", &["x"]), @"
        vpc-config `x` has not been built yet: there is no `subnet.x@a`, `security-group.x`
        run `palisade apply` first
        ");
    }
}
