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

    /// Returns before a change is carried out, with its number, or never.
    pub(super) async fn before(&self, asked: &Asked) -> usize {
        let (number, passes) = self.count(asked);
        if !passes {
            std::future::pending::<()>().await;
        }
        number
    }

    fn count(&self, asked: &Asked) -> (usize, bool) {
        let state = &mut *self.state();
        let number = state.n_changes;
        state.n_changes += 1;
        let Some(Hold { at, when }) = state.hold else { return (number, true) };
        if number == at && when == When::Before {
            state.held = Some(format!("before {}", asked.operation));
            self.changed.notify_all();
        }
        (number, number < at || (number == at && when == When::After))
    }

    /// Returns after the change of a number has been carried out, or never if its answer is to be kept back: that of the
    /// one at which the client is stopped, and of each that ends later than that was let in.
    pub(super) async fn after(&self, number: usize, asked: &Asked) {
        let is_kept_back = {
            let state = &mut *self.state();
            let hold = state.hold.filter(|it| it.when == When::After && it.at < state.n_changes);
            if hold.is_some_and(|it| it.at == number) {
                state.held = Some(format!("after {}", asked.operation));
                self.changed.notify_all();
            }
            hold.is_some()
        };
        if is_kept_back {
            std::future::pending::<()>().await;
        }
    }
}
