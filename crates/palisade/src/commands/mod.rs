//! The verbs, one file each: the arguments, whose comments are the help, and `run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::settings::default_blueprint;

pub(crate) mod apply;
pub(crate) mod completions;
pub(crate) mod describe;
pub(crate) mod destroy;
pub(crate) mod doctor;
pub(crate) mod drift;
pub(crate) mod history;
pub(crate) mod init;
pub(crate) mod output;
pub(crate) mod pin;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod trace;
pub(crate) mod unlock;
pub(crate) mod validate;
pub(crate) mod verify;

/// For whom the result is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// Which blueprint, and what is different in it this time.
#[derive(Clone, Debug, Args)]
pub(crate) struct BlueprintArg {
    /// The blueprint
    #[arg(value_name = "BLUEPRINT", default_value_os_t = default_blueprint())]
    pub(crate) blueprint: PathBuf,
    /// Set one value, whatever the blueprint says, such as `vpc.cidr=10.1.0.0/16`; may be repeated
    ///
    /// The key is written as in the file, with dots between tables. The value is TOML if it is that, and a text if not.
    /// Quotes and lists need quotes around the option: `--set 'vpc.zones=["a", "b"]'`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}
