//! `--describe DIR`: what the AWS CLI has printed about accounts, in place of a blueprint.

use std::fs;
use std::path::{Path, PathBuf};

use palisade_describe::{Account, Ends};
use palisade_render::{described, json};

use super::Format;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::shell::Shell;

/// How deep folders are looked into: accounts, regions and a few more, and no circle of links.
const N_LEVELS: usize = 16;

/// Follows a packet through what the files of a folder describe.
pub(crate) fn trace(
    folder: &Path,
    ends: Ends<'_>,
    format: Format,
    shell: &Shell,
) -> Result<ExitCode, CommandError> {
    let account = read(folder)?;
    let trace = account.trace(ends).map_err(|it| {
        CommandError::new(Kind::Usage, it).hint(
            "write `i-…`, `eni-…`, `subnet-…`, `vpce-…`, `internet` or an address, as the files of the folder have them",
        )
    })?;
    shell.result(&match format {
        Format::Human => described::human(&trace, shell.out()),
        Format::Json => json::described_trace(&folder.display().to_string(), &trace),
    })?;
    Ok(ExitCode::Done)
}

/// Returns what the `*.json` files below a folder describe.
fn read(folder: &Path) -> Result<Account, CommandError> {
    let cannot_read = |it: std::io::Error| {
        CommandError::because(Kind::Failed, format!("cannot read `{}`", folder.display()), it)
    };
    let mut paths = Vec::new();
    files(folder, N_LEVELS, &mut paths).map_err(cannot_read)?;
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|it| {
            CommandError::because(Kind::Invalid, format!("cannot read `{}`", path.display()), it)
        })?;
        texts.push((path.display().to_string(), text));
    }
    let texts = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let account = Account::read(texts).map_err(|it| CommandError::new(Kind::Invalid, it))?;
    if account.n_vpcs() == 0 {
        let message = format!("no `*.json` below `{}` describes a VPC", folder.display());
        return Err(CommandError::new(Kind::Invalid, message).hint(
            "`aws ec2 describe-vpcs > DIR/vpcs.json` describes them, and so do the other `describe-*`",
        ));
    }
    Ok(account)
}

fn files(folder: &Path, n_levels: usize, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && 0 < n_levels {
            files(&path, n_levels - 1, paths)?;
        } else if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json")) {
            paths.push(path);
        }
    }
    Ok(())
}
