//! `palisade init`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use palisade_blueprint::Input;
use palisade_core::{Diagnostic, Severity};

use crate::atomic;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::session::Context;
use crate::settings::default_blueprint;

/// Writes a commented blueprint to begin with
///
/// It is one of those that come with palisade: read it, change it, plan it.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_long_help = "\
Examples:
  palisade init
  palisade init networks/prod.toml --from ml-3az --name fraud-prod --region eu-central-1")]
pub(crate) struct Args {
    /// The file to write; its folder is made if it is not there
    #[arg(value_name = "FILE", default_value_os_t = default_blueprint())]
    file: PathBuf,
    /// Which blueprint to begin with
    #[arg(long, value_enum, value_name = "NAME", default_value_t)]
    from: Example,
    /// The network's name, its identity on AWS
    #[arg(long)]
    name: Option<String>,
    /// The region
    #[arg(long)]
    region: Option<String>,
    /// Overwrite the file if there is one
    #[arg(long)]
    force: bool,
}

/// The blueprints that come with palisade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Example {
    /// One private subnet whose only way out is S3.
    #[default]
    Minimal,
    /// Training in two zones without any way to the internet.
    PrivateTraining,
    /// A platform: four tiers in three zones, NAT, endpoints, ACLs.
    #[value(name = "ml-3az")]
    Ml3az,
}

impl Example {
    fn text(self) -> &'static str {
        match self {
            Example::Minimal => include_str!("../../../../blueprints/minimal.toml"),
            Example::PrivateTraining => include_str!("../../../../blueprints/private-training.toml"),
            Example::Ml3az => include_str!("../../../../blueprints/ml-3az.toml"),
        }
    }
}

impl Args {
    /// Runs the command.
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CommandError> {
        let mut text = self.from.text().to_owned();
        for (key, value) in [("name", &self.name), ("region", &self.region)] {
            if let Some(value) = value {
                text = with_value(&text, key, value);
                check(key, value, &text)?;
            }
        }
        let path = self.file.display();
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(|err| {
                let message = format!("cannot make the folder `{}`", folder.display());
                CommandError::because(Kind::Failed, message, err).hint("name a file that can be written")
            })?;
        }
        write(&self.file, &text, self.force).map_err(|err| match err.kind() {
            io::ErrorKind::AlreadyExists => {
                CommandError::new(Kind::Failed, format!("`{path}` exists already"))
                    .hint("name another file, or overwrite it with `--force`")
            }
            _ => CommandError::because(Kind::Failed, format!("cannot write `{path}`"), err)
                .hint("name a file that can be written"),
        })?;
        let shown = if self.file == default_blueprint() { String::new() } else { format!(" {path}") };
        context.shell.status(&format!(
            "wrote `{path}`; next:\n  palisade validate{shown}\n  palisade plan{shown} --sandbox sandbox.json"
        ));
        Ok(ExitCode::Done)
    }
}

/// Finds out whether the blueprint could not take the value.
fn check(key: &str, value: &str, text: &str) -> Result<(), CommandError> {
    let parsed = palisade_blueprint::parse(&Input::new("", text), &|_| Ok("{}".to_owned()));
    let is_error = |it: &Diagnostic| it.severity == Severity::Error;
    let Some(error) = parsed.diagnostics.into_iter().find(is_error) else { return Ok(()) };
    let wrong = CommandError::new(Kind::Usage, format!("`--{key} {value}`: {}", error.message));
    Err(error.help.into_iter().fold(wrong, CommandError::hint))
}

fn write(path: &Path, text: &str, force: bool) -> io::Result<()> {
    match force {
        true => atomic::write(path, text.as_bytes()),
        false => File::options().write(true).create_new(true).open(path)?.write_all(text.as_bytes()),
    }
}

/// Replaces the value of a key at the top of a blueprint; the comment behind it stays in its column if it can.
fn with_value(text: &str, key: &str, value: &str) -> String {
    let mut is_top = true;
    let line = |line: &str| {
        is_top &= !line.starts_with('[');
        let is_it = line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        match line.split('"').collect::<Vec<_>>().as_slice() {
            [head, old, ..] if is_top && is_it => {
                let tail = &line[head.len() + old.len() + 2..];
                let comment = tail.trim_start();
                let gap = (tail.len() - comment.len() + old.len()).saturating_sub(value.len()).max(1);
                let gap = if comment.is_empty() { 0 } else { gap };
                format!("{head}\"{value}\"{}{comment}\n", " ".repeat(gap))
            }
            _ => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_replaced_and_its_comment_stays() {
        let text = "# name = \"x\"\nname   = \"minimal\"      # It.\nregion = \"a\"\n[tags]\nname = \"y\"\n";
        insta::assert_snapshot!(with_value(&with_value(text, "name", "lab"), "region", "eu-west-1"), @r#"
        # name = "x"
        name   = "lab"          # It.
        region = "eu-west-1"
        [tags]
        name = "y"
        "#);
    }
}
