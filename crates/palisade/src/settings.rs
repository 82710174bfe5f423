//! The environment. Only this module reads it, and only what it documents here.
//!
//! A setting is a flag first, then its `PALISADE_*` variable, then its default. What concerns the connection to AWS
//! (`AWS_PROFILE`, `AWS_ENDPOINT_URL`, …) is left to the AWS SDK, so that what works for the AWS CLI works here.

use std::ffi::OsString;
use std::path::PathBuf;

/// The variables behind the flags; clap reads them.
pub(crate) mod names {
    /// The file of `--sandbox`.
    pub(crate) const SANDBOX: &str = "PALISADE_SANDBOX";
    /// The milliseconds that each request of a sandbox takes.
    pub(crate) const SANDBOX_LATENCY: &str = "PALISADE_SANDBOX_LATENCY";
    /// Whether runs go without a lease.
    pub(crate) const NO_LEASE: &str = "PALISADE_NO_LEASE";
    /// How many seconds a lease lives.
    pub(crate) const LEASE_SECONDS: &str = "PALISADE_LEASE_SECONDS";
    /// The value of `--pacing`.
    pub(crate) const PACING: &str = "PALISADE_PACING";
    /// The folder of the journals.
    pub(crate) const HISTORY: &str = "PALISADE_HISTORY";
    /// The profile of `--profile`, in front of `AWS_PROFILE`.
    pub(crate) const PROFILE: &str = "PALISADE_PROFILE";
    /// The value of `--color`.
    pub(crate) const COLOR: &str = "PALISADE_COLOR";
}

/// Every variable, for the help.
pub(crate) const HELP: &str = "  PALISADE_SANDBOX          --sandbox
  PALISADE_SANDBOX_LATENCY  --sandbox-latency
  PALISADE_PROFILE          --profile
  PALISADE_PACING           --pacing
  PALISADE_COLOR            --color
  PALISADE_NO_LEASE         --no-lease
  PALISADE_LEASE_SECONDS    --lease-seconds
  PALISADE_HISTORY          the folder of the journals, instead of `palisade/history` in
                            XDG_STATE_HOME or ~/.local/state; sandboxes keep none without it
  USER, HOSTNAME            who has a lease, for others to read
  NO_COLOR, CLICOLOR_FORCE  no colour anywhere, colour in a pipe too
  COLUMNS                   how wide the output is
  RUST_LOG                  what is logged, such as `palisade=debug`; overrides -v
  AWS_*                     read by the AWS SDK as the AWS CLI reads them, but for the region,
                            which the blueprint names";

/// What the environment says about the terminal and the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// `NO_COLOR`: no colour, if it is set and not empty.
    pub(crate) no_color: bool,
    /// `CLICOLOR_FORCE`: colour also in a pipe, if it is set and neither empty nor `0`.
    pub(crate) force_color: bool,
    /// `TERM=dumb`: a terminal that can do nothing but print.
    pub(crate) dumb: bool,
    /// `COLUMNS`: the width, before the terminal is asked for its own.
    pub(crate) columns: Option<usize>,
    /// `RUST_LOG`: what is logged, before `-v`.
    pub(crate) log: Option<String>,
}

impl Environment {
    /// Reads the environment.
    pub(crate) fn read() -> Environment {
        let is_set = |name: &str| text(name).is_some_and(|it| !it.is_empty());
        Environment {
            no_color: is_set("NO_COLOR"),
            force_color: text("CLICOLOR_FORCE").is_some_and(|it| !it.is_empty() && it != "0"),
            dumb: text("TERM").is_some_and(|it| it == "dumb"),
            columns: text("COLUMNS").and_then(|it| it.parse().ok()).filter(|it| 0 < *it),
            log: text("RUST_LOG").filter(|it| !it.is_empty()),
        }
    }
}

/// Returns the profile that `AWS_PROFILE` names, unless the environment has keys, which come before it.
pub(crate) fn aws_profile() -> Option<String> {
    let is_set = |name: &str| text(name).filter(|it| !it.is_empty());
    is_set("AWS_PROFILE").filter(|_| is_set("AWS_ACCESS_KEY_ID").is_none())
}

/// Returns the endpoint that stands for AWS's own.
pub(crate) fn aws_endpoint() -> Option<String> {
    ["AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL"].into_iter().find_map(text).filter(|it| !it.is_empty())
}

/// Returns the folder in which runs write their journals; none where nobody has a home.
pub(crate) fn history_folder() -> Option<PathBuf> {
    // A relative state folder is to be ignored (XDG Base Directory Specification).
    let state = || path("XDG_STATE_HOME").filter(|it| it.is_absolute());
    let state = || state().or_else(|| Some(path("HOME")?.join(".local/state")));
    named_history_folder().or_else(|| Some(state()?.join("palisade/history")))
}

/// Returns the folder of the journals, if somebody names one.
pub(crate) fn named_history_folder() -> Option<PathBuf> {
    path(names::HISTORY)
}

/// Returns who runs palisade, and where, such as `ada@build-7`.
pub(crate) fn who() -> String {
    let told = |name: &str| text(name).filter(|it| !it.is_empty());
    let user = told("USER").or_else(|| told("LOGNAME")).unwrap_or_else(|| "somebody".to_owned());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|it| it.trim().to_owned());
    let host = host.filter(|it| !it.is_empty()).or_else(|| told("HOSTNAME"));
    host.map_or_else(|| user.clone(), |host| format!("{user}@{host}"))
}

fn path(name: &str) -> Option<PathBuf> {
    variable(name).filter(|it| !it.is_empty()).map(PathBuf::from)
}

fn text(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Where a command finds its blueprint unless told otherwise.
pub(crate) fn default_blueprint() -> PathBuf {
    PathBuf::from("blueprint.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_variable_behind_a_flag() {
        let of_all = [names::SANDBOX, names::SANDBOX_LATENCY, names::PROFILE, names::PACING, names::COLOR];
        for name in of_all.into_iter().chain([names::NO_LEASE, names::LEASE_SECONDS]) {
            assert!(HELP.contains(&format!("  {name} ")), "{name}");
        }
    }
}
