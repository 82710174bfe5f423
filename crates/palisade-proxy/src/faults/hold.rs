//! Stops a client at one of its changes, so that it can be killed exactly there.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::asked::Asked;

/// At which change to stop the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The number of the change, counted from 0.
    pub at: usize,
    /// Whether that one is carried out.
    pub when: When,
}

/// Whether the change at which a client is stopped is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It is not.
    Before,
    /// It is, and its answer is kept back.
    After,
}

/// The stop, and who is stopped. From then on no change is carried out any more, until the hold is taken back.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    hold: Option<Hold>,
    n_changes: usize,
    held: Option<String>,
}

impl Holding {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets or takes back the stop; changes are counted anew.
    pub(crate) fn set(&self, hold: Option<Hold>) {
        *self.state() = State { hold, ..State::default() };
    }

    /// Returns the operation at which the client is stopped, as soon as it is, unless that takes too long.
    pub(crate) fn wait(&self, patience: Duration) -> Option<String> {
        let is_awaited = |state: &mut State| state.held.is_none();
        let waited = self.changed.wait_timeout_while(self.state(), patience, is_awaited);
        waited.unwrap_or_else(PoisonError::into_inner).0.held.clone()
    }

    /// Returns before a change is carried out, or never.
    pub(super) async fn before(&self, asked: &Asked) {
        if !self.passes(asked) {
            std::future::pending::<()>().await;
        }
    }

    fn passes(&self, asked: &Asked) -> bool {
        let state = &mut *self.state();
        let Some(Hold { at, when }) = state.hold else { return true };
        let n = state.n_changes;
        state.n_changes += 1;
        if n == at && when == When::Before {
            state.held = Some(format!("before {}", asked.operation));
            self.changed.notify_all();
        }
        n < at || (n == at && when == When::After)
    }

    /// Returns after a change has been carried out, or never if the client is to be stopped there.
    pub(super) async fn after(&self, asked: &Asked) {
        let is_stop = {
            let state = &mut *self.state();
            let is_last = |it: Hold| it.when == When::After && it.at < state.n_changes;
            let is_stop = state.hold.is_some_and(is_last);
            if is_stop {
                state.held = Some(format!("after {}", asked.operation));
                self.changed.notify_all();
            }
            is_stop
        };
        if is_stop {
            std::future::pending::<()>().await;
        }
    }
}
