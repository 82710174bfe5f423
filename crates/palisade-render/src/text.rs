//! Words, lists and columns, the same in every renderer.

use std::collections::BTreeMap;
use std::time::Duration;

use palisade_core::{Key, Kind};

/// How far the columns of a table stand apart.
const GAP: &str = "  ";

/// Returns the rows as lines with their cells in columns; the last cell of a row is as wide as it is.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let followed = rows.iter().filter(|row| at + 1 < row.len());
        followed.map(|row| width(&row[at])).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let padded = row.iter().zip(widths).map(|(cell, width)| pad(cell, *width));
    padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
}

/// Returns how many columns a text takes; all that is aligned here is of characters that take one.
pub(crate) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Fills up to a width with blanks.
pub(crate) fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// Returns a list behind a title as lines of at most `columns`, the later ones under the first item.
pub(crate) fn wrapped(title: &str, items: &[String], columns: usize) -> Vec<String> {
    let indent = " ".repeat(width(title));
    let mut lines = vec![title.to_owned()];
    for (at, item) in items.iter().enumerate() {
        let comma = if at + 1 < items.len() { "," } else { "" };
        let line = lines.last_mut().expect("there is the title at least");
        let is_first = width(line) == width(title);
        if is_first || width(line) + 1 + width(item) + width(comma) <= columns {
            line.push_str(if is_first { "" } else { " " });
            line.push_str(item);
            line.push_str(comma);
        } else {
            lines.push(format!("{indent}{item}{comma}"));
        }
    }
    lines
}

/// Returns a sentence behind a title and a colon, in lines of at most `columns`, the later ones under the
/// first. What is to be copied as a whole stays on one line, however long that is.
pub(crate) fn filled(title: &str, sentence: &str, columns: usize) -> String {
    let title = format!("{title}: ");
    let indent = " ".repeat(width(&title));
    let mut lines = vec![title];
    for (at, word) in words(sentence).into_iter().enumerate() {
        let line = lines.last_mut().expect("there is the title at least");
        if at == 0 {
            line.push_str(word);
        } else if width(line) + 1 + width(word) <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines.join("\n")
}

/// Cuts a sentence at its blanks, but for those in a long text between backticks: that is a command.
fn words(sentence: &str) -> Vec<&str> {
    const LONG: usize = 60;
    let mut words = Vec::new();
    let (mut start, mut at) = (0, 0);
    // What is between backticks comes every other time.
    for (number, part) in sentence.split('`').enumerate() {
        let is_command = number % 2 == 1 && LONG < part.len();
        for (blank, _) in part.match_indices(' ').filter(|_| !is_command) {
            words.push(&sentence[start..at + blank]);
            start = at + blank + 1;
        }
        at += part.len() + 1;
    }
    words.push(&sentence[start..]);
    words
}

/// Returns keys as text, those that differ by zone as one: `subnet.training@{a,b}`.
pub(crate) fn by_zone<'a>(keys: impl IntoIterator<Item = &'a Key>) -> Vec<String> {
    let mut zones: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for key in keys {
        let (stem, zone) = match key.name.split_once('@') {
            Some((stem, zone)) => (clean(&format!("{}.{stem}@", key.kind.as_str())), Some(zone)),
            None => (clean(&key.to_string()), None),
        };
        zones.entry(stem).or_default().extend(zone);
    }
    let text = |(stem, zones): (String, Vec<&str>)| match zones.as_slice() {
        [] => stem,
        [zone] => format!("{stem}{zone}"),
        zones => format!("{stem}{{{}}}", zones.join(",")),
    };
    zones.into_iter().map(text).collect()
}

/// Returns keys as text between backticks.
pub(crate) fn quoted<'a>(keys: impl IntoIterator<Item = &'a Key>) -> Vec<String> {
    keys.into_iter().map(|key| clean(&format!("`{key}`"))).collect()
}

/// Returns a number with its noun: `1 request`, `2 requests`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}

/// Returns how long something will take, no more precisely than anybody knows.
pub(crate) fn about(seconds: u32) -> String {
    match seconds {
        _ if is_moment(seconds) => "a few seconds".to_owned(),
        0..=50 => format!("about {} s", seconds.next_multiple_of(10)),
        seconds => format!("about {} min", ((seconds + 30) / 60).max(1)),
    }
}

/// Returns whether something takes so little time that nobody asks what for.
pub(crate) fn is_moment(seconds: u32) -> bool {
    seconds <= 5
}

/// Returns how long something took.
pub(crate) fn took(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1}", time.as_secs_f64()).trim_end_matches(".0").to_owned() + " s",
        10..60 => format!("{seconds} s"),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Returns what somebody else wrote without the control characters that a terminal would obey.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }).collect()
}

/// Returns the words for one object of a kind.
pub(crate) fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Vpc => "VPC",
        Kind::Subnet => "subnet",
        Kind::InternetGateway => "internet gateway",
        Kind::EgressOnlyGateway => "egress-only gateway",
        Kind::ElasticIp => "elastic IP",
        Kind::NatGateway => "NAT gateway",
        Kind::RouteTable => "route table",
        Kind::NetworkAcl => "network ACL",
        Kind::SecurityGroup => "security group",
        Kind::Endpoint => "endpoint",
        Kind::PrefixList => "prefix list",
        Kind::DhcpOptions => "DHCP options",
        Kind::FlowLog => "flow log",
        Kind::Domain => "domain",
        Kind::UserProfile => "user profile",
        Kind::Notebook => "notebook instance",
        Kind::Model => "model",
        Kind::EndpointConfig => "endpoint configuration",
        Kind::InferenceEndpoint => "SageMaker endpoint",
        Kind::TrainingJob => "training job",
        Kind::ProcessingJob => "processing job",
        Kind::App => "app",
        Kind::Space => "space",
        Kind::MountTarget => "mount target",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stays_on_one_line() {
        let command = "aws ec2 create-tags --resources vpc-0abc --tags Key=a,Value=b Key=c,Value=d";
        let sentence = format!("give it back `one tag`: `{command}`; and then `go on`");
        insta::assert_snapshot!(filled("help", &sentence, 30), @"
        help: give it back `one tag`:
              `aws ec2 create-tags --resources vpc-0abc --tags Key=a,Value=b Key=c,Value=d`;
              and then `go on`
        ");
        insta::assert_snapshot!(filled("help", "one ` of them is open", 20), @"
        help: one ` of them
              is open
        ");
    }
}
