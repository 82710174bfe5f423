//! A run for people: a line per event where there is no terminal to draw on, and the report at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use palisade_core::{Event, Failure, StepId};

use crate::style::{Ink, Style};
use crate::text;

mod report;
#[cfg(test)]
pub(crate) mod tests;

pub use report::{next_step, report};

/// How long a wait is silent before it says again that it still waits.
const STILL_WAITING: Duration = Duration::from_secs(30);

/// Turns events into lines. It remembers how long each wait has been silent, so that a log is not full of
/// looks.
#[derive(Clone, Debug)]
pub struct Lines {
    style: Style,
    waits: BTreeMap<StepId, Duration>,
}

impl Lines {
    /// Returns lines for a run that begins.
    pub fn new(style: Style) -> Lines {
        Lines { style, waits: BTreeMap::new() }
    }

    /// Returns what to say about an event, without a line break; nothing if it is not worth a line.
    pub fn line(&mut self, event: &Event) -> Option<String> {
        let paint = |ink, text: &str| self.style.paint(ink, text);
        match event {
            Event::Started { step } => {
                let (glyph, ink) = mark(step);
                Some(format!("{} {step}", paint(ink, glyph)))
            }
            Event::Sending { .. } => None,
            Event::Waiting { step, call, since } => self.waiting(step, call, *since),
            Event::Retrying { step, call, error, pause } => {
                let again = format!("again in {}", text::took(*pause));
                Some(format!("{} {step}: {}: {error}; {again}", paint(Ink::Warning, "!"), operation(call)))
            }
            Event::Rereading { step, call } => {
                let what = format!("no clear answer to {}, looking what happened", operation(call));
                Some(format!("{} {step}: {what}", paint(Ink::Warning, "?")))
            }
            Event::Finished { step } => Some(format!("{} {step}", paint(Ink::Success, "✓"))),
            Event::Failed(failure) => Some(self.failed(failure)),
            Event::Skipped { step, because: Some(failed) } => {
                Some(format!("{} skipped {step}, since {failed} failed", paint(Ink::Faint, "…")))
            }
            Event::Skipped { step, because: None } => {
                Some(format!("{} skipped {step}, since the run was stopped", paint(Ink::Faint, "…")))
            }
        }
    }

    fn waiting(&mut self, step: &StepId, call: &str, since: Duration) -> Option<String> {
        let last = self.waits.get(step).copied().filter(|last| *last <= since);
        if last.is_some_and(|last| since - last < STILL_WAITING) {
            return None;
        }
        self.waits.insert(step.clone(), since);
        let until = call.split_once(' ').map_or(call, |(_, until)| until);
        let waited = if since.is_zero() { String::new() } else { format!(", for {}", text::took(since)) };
        Some(format!("{} {step}: waiting {until}{waited}", self.style.paint(Ink::Faint, "…")))
    }

    fn failed(&self, failure: &Failure) -> String {
        let Failure { step, error, in_doubt, .. } = failure;
        let doubt = if *in_doubt { " (it may have been carried out)" } else { "" };
        format!("{} failed {step}: {error}{doubt}", self.style.paint(Ink::Error, "x"))
    }
}

/// Returns the glyph of a step, as in the plan.
fn mark(step: &StepId) -> (&'static str, Ink) {
    match step {
        StepId::Make(_) => ("+", Ink::Create),
        StepId::Tag | StepId::Wire(_) | StepId::Unwire(_) | StepId::Release(_) => ("~", Ink::Update),
        StepId::Remove(_) => ("-", Ink::Delete),
    }
}

/// Returns the operation of a printed request, which is all of it that a line has room for.
fn operation(call: &str) -> &str {
    call.split(' ').next().unwrap_or(call)
}
