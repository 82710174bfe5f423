//! What is drawn of a run while it goes on: one line per running step, with what it waits for and how long.

use std::collections::BTreeMap;
use std::time::Duration;

use palisade_core::{Event, StepId};
use palisade_render::Style;
use palisade_render::events::Lines;

/// Nothing is drawn of what is over in the blink of an eye.
const SILENT: Duration = Duration::from_millis(250);

/// The running steps. It knows no clock: it is told how long the run has been going on.
#[derive(Debug)]
pub(crate) struct Board {
    lines: Lines,
    running: BTreeMap<StepId, Running>,
    n_steps: usize,
    n_ended: usize,
}

/// A running step.
#[derive(Debug)]
struct Running {
    since: Duration,
    text: String,
}

impl Board {
    /// Returns the board of a run of so many steps.
    pub(crate) fn new(n_steps: usize) -> Board {
        // What is cut to the width cannot have colours.
        let lines = Lines::new(Style { color: false, width: usize::MAX });
        Board { lines, running: BTreeMap::new(), n_steps, n_ended: 0 }
    }

    /// Takes note of an event.
    pub(crate) fn on(&mut self, event: &Event, elapsed: Duration) {
        match event {
            Event::Started { step } => {
                let text = self.lines.begun(step);
                self.running.insert(step.clone(), Running { since: elapsed, text });
            }
            Event::Waiting { step, call, .. } => {
                let until = call.split_once(' ').map_or(call.as_str(), |(_, until)| until);
                let text = format!("{}: waiting {until}", self.lines.begun(step));
                self.retell(step, text);
            }
            Event::Sending { step, call } => {
                let operation = call.split(' ').next().unwrap_or(call);
                let text = format!("{}: {operation}", self.lines.begun(step));
                self.retell(step, text);
            }
            Event::Retrying { step, .. } | Event::Rereading { step, .. } => {
                if let Some(text) = self.lines.line(event) {
                    self.retell(step, text);
                }
            }
            Event::Finished { step } | Event::Skipped { step, .. } => self.end(step),
            Event::Failed(failure) => self.end(&failure.step),
        }
    }

    fn retell(&mut self, step: &StepId, text: String) {
        if let Some(running) = self.running.get_mut(step) {
            running.text = text;
        }
    }

    fn end(&mut self, step: &StepId) {
        self.running.remove(step);
        self.n_ended += 1;
    }

    /// Returns the lines to draw, at most `height` of at most `width` columns.
    pub(crate) fn draw(&self, elapsed: Duration, width: usize, height: usize) -> Vec<String> {
        if elapsed < SILENT || self.running.is_empty() {
            return Vec::new();
        }
        let mut running: Vec<&Running> = self.running.values().collect();
        running.sort_by_key(|it| it.since);
        let n_lines = height.saturating_sub(3).max(1);
        let shown = running.iter().take(n_lines).map(|it| {
            let time = elapsed.saturating_sub(it.since);
            let time = if time.as_secs() == 0 { String::new() } else { format!("  {}", clock(time)) };
            format!("{}{time}", cut(&it.text, width.saturating_sub(time.len() + 1)))
        });
        let n_hidden = running.len().saturating_sub(n_lines);
        let hidden = if n_hidden == 0 { String::new() } else { format!(", {n_hidden} more running") };
        let last = format!("{} of {} steps{hidden}, {}", self.n_ended, self.n_steps, clock(elapsed));
        shown.chain([cut(&last, width.saturating_sub(1))]).collect()
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn cut(text: &str, width: usize) -> String {
    match text.chars().nth(width) {
        None => text.to_owned(),
        Some(_) => text.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(key: &str) -> StepId {
        StepId::Make(key.parse().expect("a key"))
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn board() -> Board {
        let mut board = Board::new(5);
        for (at, key) in ["vpc.main", "nat.main@a", "subnet.training@a"].into_iter().enumerate() {
            board.on(&Event::Started { step: step(key) }, seconds(at as u64));
        }
        board.on(&Event::Finished { step: step("vpc.main") }, seconds(3));
        let call = "DescribeNatGateways <nat.main@a> until it is available".to_owned();
        board.on(
            &Event::Sending { step: step("subnet.training@a"), call: "CreateSubnet x".to_owned() },
            seconds(3),
        );
        board.on(&Event::Waiting { step: step("nat.main@a"), call, since: seconds(2) }, seconds(4));
        board
    }

    #[test]
    fn running_steps_stand_in_the_order_of_their_start() {
        insta::assert_snapshot!(board().draw(seconds(75), 100, 24).join("\n"), @"
        + create nat.main@a: waiting <nat.main@a> until it is available  1 min 14 s
        + create subnet.training@a: CreateSubnet  1 min 13 s
        1 of 5 steps, 1 min 15 s
        ");
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        insta::assert_snapshot!(board().draw(seconds(9), 30, 4).join("\n"), @"
        + create nat.main@a: wa…  8 s
        1 of 5 steps, 1 more running…
        ");
    }

    #[test]
    fn what_is_quick_is_never_drawn() {
        assert!(board().draw(Duration::from_millis(249), 100, 24).is_empty());
    }
}
