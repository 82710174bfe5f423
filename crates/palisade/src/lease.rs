//! What keeps two runs off one network: a lease in the account, looked at before the account is read, taken before the
//! first change, and given back at the end.
//!
//! A sandbox has none: its file is locked while a run has it, and a lock ends with its process.

use std::sync::Arc;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};
use palisade_aws::{Aws, lease_statement};
use palisade_core::{CloudError, Holder, LeaseRecord, LeaseState, Observed};
use palisade_engine::lease::{Ending, Lease, Leases, NotTaken, Standing, Terms};
use palisade_render::json;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::cloud::AnyCloud;
use crate::commands::Format;
use crate::error::{CommandError, Kind};
use crate::journal::RunId;
use crate::settings::{self, names};
use crate::shell::Shell;

const LIFE_S: u64 = 180;

/// How others are kept away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub(crate) struct LeaseArgs {
    /// Take no lease: whoever applies the same blueprint at the same time gets in the way
    #[arg(long, env = names::NO_LEASE, hide_env_values = true, action = ArgAction::SetTrue,
          value_parser = FalseyValueParser::new())]
    no_lease: bool,
    /// How many seconds the lease lives unless it is renewed: for so long a killed run keeps others away
    #[arg(long, value_name = "SECONDS", env = names::LEASE_SECONDS, hide_env_values = true,
          default_value_t = LIFE_S, value_parser = clap::value_parser!(u64).range(3..=3600),
          hide_short_help = true)]
    lease_seconds: u64,
}

/// What a run has seen of the lease of its blueprint.
#[derive(Debug)]
pub(crate) struct Seen {
    leases: Leases<Aws>,
    blueprint: String,
    /// What there was. Whether it could not be seen matters only to who changes something.
    standing: Result<Standing, CloudError>,
}

impl Seen {
    /// Looks at the lease of a blueprint; at nothing where nobody else can be, or where nobody cares.
    pub(crate) async fn look(
        cloud: &AnyCloud,
        args: LeaseArgs,
        run: &RunId,
        blueprint: &str,
    ) -> Option<Seen> {
        let AnyCloud::Aws(aws) = cloud else { return None };
        if args.no_lease {
            return None;
        }
        Some(Seen::on(aws, run, blueprint, Duration::from_secs(args.lease_seconds)).await)
    }

    /// Looks at the lease of a blueprint, to take it away from somebody.
    pub(crate) async fn of_others(aws: &Arc<Aws>, run: &RunId, blueprint: &str) -> Seen {
        Seen::on(aws, run, blueprint, Duration::from_secs(LIFE_S)).await
    }

    async fn on(aws: &Arc<Aws>, run: &RunId, blueprint: &str, life: Duration) -> Seen {
        let holder = Holder { who: settings::who(), pid: std::process::id(), run: run.to_string() };
        let leases = Leases::new(aws.clone(), blueprint, holder, Terms::of(life));
        let standing = leases.look().await;
        Seen { leases, blueprint: blueprint.to_owned(), standing }
    }

    /// Fails if somebody has the lease, and says who.
    pub(crate) fn admit(&self, format: Format, shell: &Shell) -> Result<(), CommandError> {
        match self.standing.as_ref().ok().and_then(Standing::held) {
            Some(by) => Err(self.locked(by, format, shell)?),
            None => Ok(()),
        }
    }

    /// Returns how long to wait until the account shows what somebody sent last who has not given the lease back; says why.
    pub(crate) fn settling(&self, shell: &Shell) -> Option<Duration> {
        let by = self.standing.as_ref().ok()?.unsettled()?;
        let settling = self.leases.terms().settling;
        let who = &by.holder.who;
        let why = match (&by.reason, by.state) {
            (Some(reason), _) => format!("`{who}` has unlocked `{}` ({reason})", self.blueprint),
            (None, LeaseState::Held) => {
                format!("the run of `{who}` since {} has not ended its lease", by.since)
            }
            (None, _) => format!("the run of `{who}` until {} was stopped with requests under way", by.until),
        };
        shell.status(&format!("{why}: the account is read again after {} s", settling.as_secs()));
        Some(settling)
    }

    /// Takes the lease, unless somebody has taken it since it was looked at.
    pub(crate) async fn take(
        &self,
        observed: &Observed,
        format: Format,
        shell: &Shell,
    ) -> Result<Lease<Aws>, CommandError> {
        let standing = self.standing.as_ref().map_err(|err| self.failed(err.clone(), observed))?;
        match self.leases.take(standing).await {
            Ok(lease) => Ok(lease),
            Err(NotTaken::Overtaken(by)) => Err(self.locked(&by, format, shell)?),
            Err(NotTaken::Failed(error)) => Err(self.failed(error, observed)),
        }
    }

    /// Gives back for somebody who has gone: nobody needs to wait for what it sent any more.
    pub(crate) async fn clear(&self) {
        let Some(standing) = self.standing.as_ref().ok().filter(|it| it.unsettled().is_some()) else {
            return;
        };
        let cleared = async {
            self.leases.take(standing).await?.release(Ending::Settled).await.map_err(NotTaken::from)
        };
        if let Err(error) = cleared.await {
            tracing::info!(%error, "the lease stays as it is");
        }
    }

    /// Returns who has the lease, or has left it without giving it back.
    pub(crate) fn in_the_way(&self, observed: &Observed) -> Result<Option<&LeaseRecord>, CommandError> {
        let standing = self.standing.as_ref().map_err(|err| self.failed(err.clone(), observed))?;
        Ok(standing.held().or_else(|| standing.unsettled().filter(|it| it.state == LeaseState::Held)))
    }

    /// Takes the lease away from whoever has it.
    pub(crate) async fn unlock(
        &self,
        reason: &str,
        observed: &Observed,
        format: Format,
        shell: &Shell,
    ) -> Result<(), CommandError> {
        let standing = self.standing.as_ref().map_err(|err| self.failed(err.clone(), observed))?;
        match self.leases.unlock(standing, reason).await {
            Ok(()) => Ok(()),
            Err(NotTaken::Overtaken(by)) => Err(self.locked(&by, format, shell)?),
            Err(NotTaken::Failed(error)) => Err(self.failed(error, observed)),
        }
    }

    /// Returns why a run cannot begin, which a program is told as the result.
    fn locked(&self, by: &LeaseRecord, format: Format, shell: &Shell) -> Result<CommandError, CommandError> {
        if format == Format::Json {
            shell.result(&(json::locked(&self.blueprint, by) + "\n"))?;
        }
        Ok(locked(&self.blueprint, by))
    }

    fn failed(&self, error: CloudError, observed: &Observed) -> CommandError {
        let statement = lease_statement(&observed.region, &observed.account, &self.blueprint);
        failed(&self.blueprint, error, &statement)
    }
}

/// Returns that somebody works on a network, or has since it was read.
fn locked(blueprint: &str, by: &LeaseRecord) -> CommandError {
    let LeaseRecord { holder, since, until, .. } = by;
    let who = format!("{}, process {}", holder.who, holder.pid);
    let message = match by.state {
        LeaseState::Held => {
            format!("`{blueprint}` is being applied by {who}, since {since} and until {until} at least")
        }
        LeaseState::Free | LeaseState::Abandoned => {
            format!(
                "`{blueprint}` has been applied by {who}, from {since} to {until}, since the account was read"
            )
        }
    };
    let error = CommandError::new(Kind::Locked, message);
    match by.state {
        LeaseState::Held => error
            .hint("wait until it is done; if it was killed, the lease runs out at that time")
            .hint("if you know that it is gone: `palisade unlock --reason TEXT`"),
        LeaseState::Free | LeaseState::Abandoned => {
            error.hint("run it again: it plans from what there is now")
        }
    }
}

/// Returns that there is no way to the leases; `statement` would let somebody take them.
fn failed(blueprint: &str, error: CloudError, statement: &str) -> CommandError {
    let message = format!("the lease of `{blueprint}` could not be taken; nothing has been changed");
    let hint = match &error {
        CloudError::Denied { .. } => format!("add this to the policy of these credentials: {statement}"),
        _ => "try again: leases are parameters of Systems Manager, which must be reached".to_owned(),
    };
    CommandError::because(Kind::Failed, message, error)
        .hint(hint)
        .hint("or say `--no-lease`, if nobody else applies this blueprint at the same time")
}

/// The lease of a run, if it needs one, while it goes on.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) lease: Option<Arc<Lease<Aws>>>,
    stop: CancellationToken,
}

impl Kept {
    /// Returns a lease to be kept.
    pub(crate) fn new(lease: Option<Lease<Aws>>) -> Kept {
        Kept { lease: lease.map(Arc::new), stop: CancellationToken::new() }
    }

    /// Renews the lease until it is to be given back, and returns why that is not possible any more.
    pub(crate) async fn keep(&self) -> Option<String> {
        match &self.lease {
            Some(lease) => lease.keep(&self.stop).await,
            None => {
                self.stop.cancelled().await;
                None
            }
        }
    }

    /// Gives the lease back once a renewal that may be under way has ended; says so if there is no time for that.
    pub(crate) async fn release(
        &self,
        keeping: impl Future<Output = Option<String>>,
        ending: Ending,
        within: Duration,
        shell: &Shell,
    ) {
        self.stop.cancel();
        let Some(lease) = &self.lease else { return };
        let released = timeout(within, async {
            keeping.await;
            lease.release(ending).await
        });
        let why = match released.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "there was no answer in time".to_owned(),
        };
        shell.story(&format!(
            "warning: the lease could not be given back and will run out by itself: {why}\n"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::ExitCode;

    fn record(state: LeaseState) -> LeaseRecord {
        let holder = Holder { who: "ada@build-7".to_owned(), pid: 4711, run: "run-1".to_owned() };
        let (since, until) = ("2026-11-24T10:00:00Z".to_owned(), "2026-11-24T10:03:00Z".to_owned());
        LeaseRecord::new(state, holder, since, until, Duration::from_secs(180))
    }

    fn told(error: &CommandError) -> String {
        let help = error.hints.iter().map(|it| format!("help: {it}"));
        error.chain().into_iter().chain(help).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn who_is_in_the_way_is_told_with_what_to_do() {
        let error = locked("lab", &record(LeaseState::Held));
        assert_eq!(error.exit_code(), ExitCode::Locked);
        insta::assert_snapshot!(told(&error), @"
        `lab` is being applied by ada@build-7, process 4711, since 2026-11-24T10:00:00Z and until 2026-11-24T10:03:00Z at least
        help: wait until it is done; if it was killed, the lease runs out at that time
        help: if you know that it is gone: `palisade unlock --reason TEXT`
        ");
        let error = locked("lab", &record(LeaseState::Free));
        assert_eq!(error.exit_code(), ExitCode::Locked);
        insta::assert_snapshot!(told(&error), @"
        `lab` has been applied by ada@build-7, process 4711, from 2026-11-24T10:00:00Z to 2026-11-24T10:03:00Z, since the account was read
        help: run it again: it plans from what there is now
        ");
    }

    #[test]
    fn whoever_may_not_is_told_the_statement_to_add() {
        let denied = CloudError::Denied {
            action: "ssm:PutParameter".to_owned(),
            message: "AccessDeniedException: no identity-based policy allows it".to_owned(),
        };
        let statement = lease_statement("eu-west-1", "111122223333", "lab");
        insta::assert_snapshot!(told(&failed("lab", denied, &statement)), @r#"
        the lease of `lab` could not be taken; nothing has been changed
        AccessDeniedException: no identity-based policy allows it
        help: add this to the policy of these credentials: {"Effect": "Allow", "Action": ["ssm:GetParametersByPath", "ssm:PutParameter", "ssm:DeleteParameters"], "Resource": "arn:aws:ssm:eu-west-1:111122223333:parameter/palisade/lab/*"}
        help: or say `--no-lease`, if nobody else applies this blueprint at the same time
        "#);
        let silent = CloudError::Transient("ssm:PutParameter: no connection".to_owned());
        insta::assert_snapshot!(told(&failed("lab", silent, &statement)), @"
        the lease of `lab` could not be taken; nothing has been changed
        ssm:PutParameter: no connection
        help: try again: leases are parameters of Systems Manager, which must be reached
        help: or say `--no-lease`, if nobody else applies this blueprint at the same time
        ");
    }
}
