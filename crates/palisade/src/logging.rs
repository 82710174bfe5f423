//! The log: to stderr, off unless `-v` or `RUST_LOG` ask for it.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::uptime;

use crate::error::{CommandError, Kind};
use crate::shell::Shell;

/// Starts the log. Each `-v` tells more of palisade's own doings; other crates speak from the third on.
pub(crate) fn start(shell: &Shell, n_verbose: u8, filter: Option<&str>) -> Result<(), CommandError> {
    let filter = match (filter, n_verbose) {
        (Some(filter), _) => filter,
        (None, 0) => return Ok(()),
        (None, 1) => "off,palisade=info,palisade_engine=info,palisade_aws=info",
        (None, 2) => "off,palisade=debug,palisade_engine=debug,palisade_aws=debug",
        (None, _) => "info,palisade=trace,palisade_engine=trace,palisade_aws=trace",
    };
    let filter = EnvFilter::try_new(filter).map_err(|err| {
        CommandError::because(Kind::Usage, "`RUST_LOG` is no log filter", err)
            .hint("such as `RUST_LOG=palisade=debug`")
    })?;
    let log = shell.log();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(shell.err().color)
        .with_timer(uptime())
        .with_writer(move || log.clone())
        .init();
    Ok(())
}
