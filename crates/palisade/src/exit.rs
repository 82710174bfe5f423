//! The exit codes, which scripts depend on.

use std::fmt::Write;

/// How a run of palisade ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ExitCode {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed: AWS, a file, credentials, the wrong account, or somebody said no.
    Failed = 1,
    /// There are changes; only with `--detailed-exitcode`.
    Changes = 2,
    /// A guarantee or a policy is violated.
    Violated = 3,
    /// The apply is incomplete: steps failed or were skipped.
    Incomplete = 4,
    /// Somebody else is applying.
    Locked = 5,
    /// The saved plan is stale.
    Stale = 6,
    /// The command line is wrong.
    Usage = 64,
    /// The blueprint, or another file that was given, is invalid.
    Invalid = 65,
    /// A bug in palisade.
    Bug = 70,
    /// Interrupted by Ctrl-C or SIGTERM.
    Interrupted = 130,
}

impl ExitCode {
    /// Every code with its meaning, for the help.
    pub(crate) const ALL: &[(ExitCode, &str)] = &[
        (ExitCode::Done, "done, or nothing to do"),
        (ExitCode::Failed, "failed: AWS, a file, credentials, the wrong account, or not confirmed"),
        (ExitCode::Changes, "there are changes (only with --detailed-exitcode)"),
        (
            ExitCode::Violated,
            "a guarantee is not kept, something is denied, or `doctor` found what breaks a workload",
        ),
        (ExitCode::Incomplete, "apply is incomplete: steps failed or were skipped"),
        (ExitCode::Locked, "another palisade is applying"),
        (ExitCode::Stale, "the saved plan is stale"),
        (ExitCode::Usage, "the command line is wrong"),
        (ExitCode::Invalid, "the blueprint or another given file is invalid"),
        (ExitCode::Bug, "a bug in palisade"),
        (ExitCode::Interrupted, "interrupted by Ctrl-C or SIGTERM"),
    ];

    /// Returns the number.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// Returns the list of all codes as the help prints it.
    pub(crate) fn list() -> String {
        ExitCode::ALL.iter().fold(String::new(), |mut list, (code, meaning)| {
            writeln!(list, "  {:>3}  {meaning}", code.code()).expect("a string takes everything");
            list
        })
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> std::process::ExitCode {
        std::process::ExitCode::from(code.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_never_change() {
        insta::assert_snapshot!(ExitCode::list(), @r"
          0  done, or nothing to do
          1  failed: AWS, a file, credentials, the wrong account, or not confirmed
          2  there are changes (only with --detailed-exitcode)
          3  a guarantee is not kept, something is denied, or `doctor` found what breaks a workload
          4  apply is incomplete: steps failed or were skipped
          5  another palisade is applying
          6  the saved plan is stale
         64  the command line is wrong
         65  the blueprint or another given file is invalid
         70  a bug in palisade
        130  interrupted by Ctrl-C or SIGTERM
        ");
    }
}
