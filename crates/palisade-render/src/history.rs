//! What earlier runs did, for people: a list of them, and one of them request by request.

use std::collections::BTreeMap;

use crate::json::{EndEntry, JournalEntry, JournalLine, RunEntry};
use crate::style::{Ink, Style};
use crate::text;

/// The journal of one run, as far as it was written.
#[derive(Clone, Debug)]
pub struct RunHistory {
    /// Its lines, in order.
    pub lines: Vec<JournalLine>,
    /// Whether it goes on right now.
    pub is_running: bool,
}

/// What came of a request.
#[derive(Clone, Copy)]
enum Answer<'a> {
    Done(&'a BTreeMap<String, String>),
    Failed { error: &'a str, in_doubt: bool },
    None,
}

impl RunHistory {
    fn run(&self) -> Option<&RunEntry> {
        self.lines.iter().find_map(|it| if let JournalEntry::Run(run) = &it.entry { Some(run) } else { None })
    }

    fn end(&self) -> Option<&EndEntry> {
        self.lines.iter().find_map(|it| if let JournalEntry::End(end) = &it.entry { Some(end) } else { None })
    }

    /// Returns the numbers and the texts of the requests that were sent, with when and what came of each.
    fn requests(&self) -> Vec<(&str, &str, Answer<'_>)> {
        let mut answers: BTreeMap<u64, Answer<'_>> = BTreeMap::new();
        for line in &self.lines {
            match &line.entry {
                JournalEntry::Done { number, learned } => {
                    answers.insert(*number, Answer::Done(learned));
                }
                JournalEntry::Failed { number, error, in_doubt } => {
                    answers.insert(*number, Answer::Failed { error, in_doubt: *in_doubt });
                }
                JournalEntry::Run(_) | JournalEntry::Sent { .. } | JournalEntry::End(_) => {}
            }
        }
        let sent = self.lines.iter().filter_map(|line| match &line.entry {
            JournalEntry::Sent { number, call, .. } => {
                Some((line.at.as_str(), call.as_str(), answers.get(number).copied().unwrap_or(Answer::None)))
            }
            _ => None,
        });
        sent.collect()
    }

    /// Returns how it ended, in a few words.
    fn outcome(&self) -> String {
        let requests = self.requests();
        let n_open = requests.iter().filter(|(.., it)| matches!(it, Answer::None)).count();
        match self.end() {
            Some(EndEntry { complete: true, .. }) => "complete".to_owned(),
            Some(EndEntry { interrupted, failed, skipped, .. }) => {
                let head = if *interrupted { "stopped" } else { "incomplete" };
                format!("{head}: {} failed, {skipped} skipped", failed.len())
            }
            None if self.is_running => "running".to_owned(),
            None if n_open == 0 => "killed between requests".to_owned(),
            None => format!("killed with {} in doubt", count(n_open)),
        }
    }
}

/// Returns a list of runs as text, in the order in which they are given.
pub fn list(runs: &[RunHistory], style: Style) -> String {
    let head = ["run", "command", "blueprint", "account", "region", "requests", "outcome"];
    let head: Vec<String> = head.map(|it| it.to_owned()).into();
    let row = |run: &RunHistory| {
        let RunEntry { run: id, command, blueprint, account, region, .. } = run.run()?.clone();
        Some(vec![id, command, blueprint, account, region, run.requests().len().to_string(), run.outcome()])
    };
    let rows: Vec<Vec<String>> = [head].into_iter().chain(runs.iter().filter_map(row)).collect();
    let mut lines = text::columns(&rows).into_iter();
    let heading = lines.next().map(|it| style.paint(Ink::Heading, &it));
    heading.into_iter().chain(lines).map(|it| it + "\n").collect()
}

/// Returns one run as text.
pub fn one(run: &RunHistory, style: Style) -> String {
    let Some(RunEntry { run: id, command, blueprint, account, region, palisade_version, requests }) =
        run.run()
    else {
        return String::new();
    };
    let heading = format!("{command} of {blueprint} in account {account}, {region}");
    let mut lines = vec![
        style.paint(Ink::Heading, &heading),
        format!("run {id} of palisade {palisade_version}, whose plan has {}", count(*requests)),
        String::new(),
    ];
    for (at, call, answer) in run.requests() {
        let time =
            at.split_once('T').map_or(at, |(_, time)| time).split(['.', 'Z']).next().unwrap_or_default();
        let (mark, more) = match answer {
            Answer::Done(learned) => {
                let ids: Vec<&str> = learned.values().map(String::as_str).collect();
                let ids = if ids.is_empty() { String::new() } else { format!(" → {}", ids.join(", ")) };
                (style.paint(Ink::Success, "✓"), ids)
            }
            Answer::Failed { error, in_doubt: false } => {
                (style.paint(Ink::Error, "x"), format!("\n             {error}"))
            }
            Answer::Failed { error, in_doubt: true } => {
                let mark = style.paint(Ink::Warning, "?");
                (mark, format!("\n             in doubt: {error}"))
            }
            Answer::None => {
                (style.paint(Ink::Warning, "?"), "\n             no answer was written down".to_owned())
            }
        };
        lines.push(format!("{time}  {mark} {call}{more}"));
    }
    lines.extend([String::new(), run.outcome()]);
    lines.join("\n") + "\n"
}

fn count(n_requests: usize) -> String {
    if n_requests == 1 { "1 request".to_owned() } else { format!("{n_requests} requests") }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn lines(texts: &[&str]) -> Vec<JournalLine> {
        texts.iter().map(|it| serde_json::from_str(it).expect("a line")).collect()
    }

    const RUN: &str = r#"{"format_version":1,"at":"2026-11-24T10:00:00Z","type":"run","run":"20261124T100000Z-1f","command":"apply","blueprint":"lab","account":"111122223333","region":"eu-west-1","palisade_version":"0.1.0","requests":3}"#;
    const SENT: &str = r#"{"format_version":1,"at":"2026-11-24T10:00:01.25Z","type":"sent","number":0,"operation":"CreateVpc","call":"CreateVpc vpc.main 10.0.0.0/16"}"#;
    const DONE: &str = r#"{"format_version":1,"at":"2026-11-24T10:00:02Z","type":"done","number":0,"learned":{"vpc.main/id":"vpc-1"}}"#;
    const FAILED: &str = r#"{"format_version":1,"at":"2026-11-24T10:00:02Z","type":"failed","number":0,"error":"VpcLimitExceeded","in_doubt":false}"#;
    const END: &str = r#"{"format_version":1,"at":"2026-11-24T10:00:03Z","type":"end","complete":false,"interrupted":false,"finished":0,"failed":["make vpc.main"],"skipped":2}"#;

    #[test]
    fn a_list_tells_how_each_ended() {
        let run = |texts: &[&str], is_running| RunHistory { lines: lines(texts), is_running };
        let runs = [
            run(&[RUN, SENT, DONE], true),
            run(&[RUN, SENT, DONE], false),
            run(&[RUN, SENT], false),
            run(&[RUN, SENT, FAILED, END], false),
            run(&[RUN, SENT, DONE, &END.replace("\"complete\":false", "\"complete\":true")], false),
            // What was killed before its first line was whole.
            run(&[], false),
        ];
        assert_snapshot!(list(&runs, Style::plain(80)), @"
        run                  command  blueprint  account       region     requests  outcome
        20261124T100000Z-1f  apply    lab        111122223333  eu-west-1  1         running
        20261124T100000Z-1f  apply    lab        111122223333  eu-west-1  1         killed between requests
        20261124T100000Z-1f  apply    lab        111122223333  eu-west-1  1         killed with 1 request in doubt
        20261124T100000Z-1f  apply    lab        111122223333  eu-west-1  1         incomplete: 1 failed, 2 skipped
        20261124T100000Z-1f  apply    lab        111122223333  eu-west-1  1         complete
        ");
    }

    #[test]
    fn one_is_told_request_by_request() {
        let texts = [
            RUN,
            SENT,
            DONE,
            &SENT.replace(":0,", ":1,"),
            &FAILED.replace(":0,", ":1,"),
            &SENT.replace(":0,", ":2,"),
        ];
        let run = RunHistory { lines: lines(&texts), is_running: false };
        assert_snapshot!(one(&run, Style::plain(80)), @"
        apply of lab in account 111122223333, eu-west-1
        run 20261124T100000Z-1f of palisade 0.1.0, whose plan has 3 requests

        10:00:01  ✓ CreateVpc vpc.main 10.0.0.0/16 → vpc-1
        10:00:01  x CreateVpc vpc.main 10.0.0.0/16
                     VpcLimitExceeded
        10:00:01  ? CreateVpc vpc.main 10.0.0.0/16
                     no answer was written down

        killed with 1 request in doubt
        ");
    }
}
