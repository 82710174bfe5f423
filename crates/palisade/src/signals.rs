//! Ctrl-C and SIGTERM, from the first moment on: what arrives while nobody waits is heard later, and never lost.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::yield_now;

use crate::error::{CommandError, Kind};

/// Who listens to signals. One at a time: before the first change whoever waits, then the run.
#[derive(Debug)]
pub(crate) struct Signals {
    both: Mutex<Both>,
}

/// Both signals.
#[derive(Debug)]
pub(crate) struct Both {
    ctrl_c: Signal,
    terminate: Signal,
}

impl Signals {
    /// Begins to listen. Expects to be called inside of a runtime.
    pub(crate) fn listen() -> Result<Signals, CommandError> {
        let listen = |kind| {
            signal(kind).map_err(|err| CommandError::because(Kind::Failed, "cannot listen to signals", err))
        };
        let (ctrl_c, terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(Signals { both: Mutex::new(Both { ctrl_c, terminate }) })
    }

    /// Returns the signals for as long as a run needs them.
    pub(crate) async fn take(&self) -> MutexGuard<'_, Both> {
        self.both.lock().await
    }

    /// Does something that changes nothing, unless a signal comes, or came before.
    pub(crate) async fn or_stop<T>(
        &self,
        work: impl Future<Output = Result<T, CommandError>>,
    ) -> Result<T, CommandError> {
        let mut both = self.both.lock().await;
        // What came while this thread computed is delivered first.
        yield_now().await;
        tokio::select! {
            biased;
            () = both.any() => Err(CommandError::new(Kind::Interrupted, "interrupted; nothing was changed")),
            done = work => done,
        }
    }
}

impl Both {
    /// Waits for one of them.
    pub(crate) async fn any(&mut self) {
        tokio::select! {
            Some(()) = self.ctrl_c.recv() => {}
            Some(()) = self.terminate.recv() => {}
        }
    }
}
