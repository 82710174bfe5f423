//! A run for people: a line per event where there is no terminal to draw on, and the report at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use palisade_core::{Event, Failure, StepId};

use crate::style::{Ink, Style};
use crate::text;

mod report;
#[cfg(test)]
pub(crate) mod tests;
mod words;

pub use report::{next_step, report};

/// How long a wait is silent before it says again that it still waits.
const STILL_WAITING: Duration = Duration::from_secs(30);

/// Turns events into lines, about one for each step. It remembers how long each wait has been silent, so that a log is
/// not full of looks.
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

    /// Returns what to say about a step that begins, where what runs is drawn.
    pub fn begun(&self, step: &StepId) -> String {
        let (glyph, ink) = mark(step);
        format!("{} {}", self.style.paint(ink, glyph), words::deed(step))
    }

    /// Returns what to say about an event, without a line break; nothing if it is not worth a line.
    pub fn line(&mut self, event: &Event) -> Option<String> {
        let style = self.style;
        match event {
            Event::Started { .. } | Event::Sending { .. } => None,
            Event::Waiting { step, call, since } => {
                let until = call.split_once(' ').map_or(call.as_str(), |(_, until)| until);
                self.still(step, *since, Ink::Faint, "…", &format!("waiting {until}"))
            }
            Event::Retrying { step, call, error, pause } => {
                let (mark, step) = (style.paint(Ink::Warning, "!"), words::deed(step));
                let again = format!("again in {}", text::took(*pause));
                Some(format!("{mark} {step}: {}: {error}; {again}", operation(call)))
            }
            // The first look mostly settles it.
            Event::Rereading { since, .. } if since.is_zero() => None,
            Event::Rereading { step, call, since } => {
                let what = format!("looking whether {} has been carried out", operation(call));
                self.still(step, *since, Ink::Warning, "?", &what)
            }
            Event::Finished { step } => {
                Some(format!("{} {}", style.paint(Ink::Success, "✓"), words::deed(step)))
            }
            Event::Failed(failure) => Some(self.failed(failure)),
            Event::Skipped { step, because } => {
                let (mark, step) = (style.paint(Ink::Faint, "…"), words::deed(step));
                Some(format!("{mark} skipped {step}, {}", words::reason(because)))
            }
        }
    }

    /// Returns what a step is still at, if it has not been said for a while.
    fn still(&mut self, step: &StepId, since: Duration, ink: Ink, mark: &str, what: &str) -> Option<String> {
        let last = self.waits.get(step).copied().filter(|last| *last <= since);
        if last.is_some_and(|last| since - last < STILL_WAITING) {
            return None;
        }
        self.waits.insert(step.clone(), since);
        let lasted = if since.is_zero() { String::new() } else { format!(", for {}", text::took(since)) };
        Some(format!("{} {}: {what}{lasted}", self.style.paint(ink, mark), words::deed(step)))
    }

    fn failed(&self, failure: &Failure) -> String {
        let Failure { step, error, in_doubt, .. } = failure;
        let doubt = if *in_doubt { " (it may have been carried out)" } else { "" };
        format!("{} failed to {}: {error}{doubt}", self.style.paint(Ink::Error, "x"), words::deed(step))
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
