//! Command lines that mean something else: what other tools call an option or a command, and what goes with a saved plan.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::{CommandError, Kind};

/// What other tools call options and commands, and what to tell those who write them here.
const FOREIGN: &[(&[&str], &str)] = &[
    (&["auto-approve", "approve", "no-input", "force"], "`--yes` does not ask"),
    (&["var"], "one value is set by `--set KEY=VALUE`, such as `--set vpc.cidr=10.1.0.0/16`"),
    (&["var-file"], "what an environment has of its own stands in a file that `extends` the common one"),
    (
        &["target"],
        "a plan is for the whole network; `[protect]` keeps what must stay, `--replace KEY` renews one object",
    ),
    (&["out", "o"], "`palisade plan --out FILE` saves the plan, `palisade apply --plan FILE` carries it out"),
    (&["replace"], "write `--replace KEY`, such as `--replace nat.main@a`"),
    (&["json", "output"], "`--format json` is for programs"),
    (&["no-color"], "write `--color never`"),
    (&["detailed-exitcode"], "write `--detailed-exitcode`"),
    (&["dry-run", "check", "diff"], "`palisade plan` shows what would change, and changes nothing"),
    (&["destroy"], "`palisade destroy` removes everything that the blueprint has made"),
    (
        &["refresh", "refresh-only"],
        "every command reads what there is; `palisade drift` shows what has been changed by hand",
    ),
    (
        &["state", "state-out", "backup", "lock", "lock-timeout", "backend-config", "upgrade", "reconfigure"],
        "leave it out: palisade keeps no state",
    ),
    (&["region"], "the blueprint names its region; another one for once: `--set region=eu-west-1`"),
    (
        &["chdir", "f", "file", "config", "template-file"],
        "name the blueprint: `palisade plan networks/prod.toml`",
    ),
    (&["input", "parallelism", "compact-warnings"], "leave it out"),
    (&["up", "deploy", "create"], "`palisade apply` makes the network what the blueprint says"),
    (&["down", "delete", "rm"], "`palisade destroy` removes everything that the blueprint has made"),
    (&["preview", "show"], "`palisade plan` shows what would change, `palisade output` what there is"),
    (
        &["import"],
        "what exists already is named in the blueprint: `existing` in `[vpc]`, `existing-subnets` in a tier",
    ),
];

/// Returns what to say instead of clap, where more is known than that it is wrong.
pub(crate) fn explained(error: &clap::Error) -> Option<CommandError> {
    match error.kind() {
        ErrorKind::ArgumentConflict => beside_a_saved_plan(error),
        ErrorKind::UnknownArgument => of_vpc_config(error).or_else(|| foreign_option(error)),
        ErrorKind::InvalidValue | ErrorKind::MissingRequiredArgument => of_vpc_config(error),
        ErrorKind::InvalidSubcommand => {
            let written = text(error, ContextKind::InvalidSubcommand)?;
            let help = foreign(&written)?;
            Some(CommandError::new(Kind::Usage, format!("there is no command `{written}`")).hint(help))
        }
        _ => None,
    }
}

/// A saved plan is carried out as it was shown.
fn beside_a_saved_plan(error: &clap::Error) -> Option<CommandError> {
    let pair = [ContextKind::InvalidArg, ContextKind::PriorArg].map(|it| texts(error, it));
    let names: Vec<&str> = pair.iter().flatten().map(String::as_str).collect();
    let has = |name: &str| names.iter().any(|it| it.starts_with(name));
    if !has("--plan") {
        return None;
    }
    let other = ["--set", "--replace"].into_iter().find(|it| has(it));
    Some(match other {
        Some(option) => CommandError::new(Kind::Usage, format!("`{option}` changes nothing in a saved plan"))
            .hint(format!("leave it out, or make the plan again: `palisade plan {option} … --out FILE`")),
        None => CommandError::new(Kind::Usage, "a saved plan knows its blueprint, and another one was given")
            .hint("leave the blueprint out: `palisade apply --plan FILE`"),
    })
}

/// `output` and `output vpc-config` print different things, and each in forms of its own.
fn of_vpc_config(error: &clap::Error) -> Option<CommandError> {
    const FORMS: &str = "`json`, `sagemaker-sdk`, `tfvars` and `dotenv`";
    let words: Vec<String> = arguments().filter_map(|it| it.into_string().ok()).collect();
    let is_output = words.iter().any(|it| it == "output");
    words.iter().position(|it| it == "vpc-config").filter(|_| is_output)?;
    let told = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let usage = |message: String| CommandError::new(Kind::Usage, message);
    match error.kind() {
        ErrorKind::InvalidValue if told.starts_with("--format") => {
            let value = text(error, ContextKind::InvalidValue)?;
            let error = usage(format!("a vpc-config is not printed as `{value}`"));
            let error = error.hint(format!("`--format` takes {FORMS} here"));
            Some(if value == "human" { error.hint("`palisade output` shows all for people") } else { error })
        }
        ErrorKind::UnknownArgument if told.starts_with("--name") => {
            let error = usage(
                "`--name` is for one value of all outputs, and a vpc-config is printed whole".to_owned(),
            );
            Some(error.hint("write `palisade output vpc-config NAME --format dotenv`, or `palisade output --name VARIABLE`"))
        }
        ErrorKind::MissingRequiredArgument => {
            let error = usage("which vpc-config?".to_owned());
            Some(error.hint("write its name: `palisade output vpc-config NAME`, as `[sagemaker.vpc-configs.NAME]` says it"))
        }
        _ => None,
    }
}

fn foreign_option(error: &clap::Error) -> Option<CommandError> {
    let told = text(error, ContextKind::InvalidArg)?;
    let written = match told.starts_with("--") {
        true => told,
        // Of an option with one dash clap tells the first letter that it does not know.
        false => with_one_dash(arguments()).unwrap_or(told),
    };
    let name = name(&written);
    let help = foreign(name)?;
    let dashes = &written[..written.len() - written.trim_start_matches('-').len()];
    Some(CommandError::new(Kind::Usage, format!("there is no option `{dashes}{name}`")).hint(help))
}

fn foreign(name: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|(names, _)| names.contains(&name)).map(|(_, help)| *help)
}

/// Returns the name of an option, without dashes and value.
fn name(option: &str) -> &str {
    let name = option.trim_start_matches('-');
    name.split(['=', ' ']).next().unwrap_or(name)
}

/// Returns the first long option of another tool that is written with one dash.
fn with_one_dash(arguments: impl Iterator<Item = OsString>) -> Option<String> {
    let mut texts = arguments.filter_map(|it| it.into_string().ok());
    texts.find(|it| it.starts_with('-') && !it.starts_with("--") && foreign(name(it)).is_some())
}

#[expect(clippy::disallowed_methods, reason = "clap does not tell how an option with one dash was written")]
fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os().skip(1)
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    texts(error, kind).into_iter().next()
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(many)) => many.clone(),
        _ => Vec::new(),
    }
}
