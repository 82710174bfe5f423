//! The results, in Markdown.

use std::fmt::{self, Display};
use std::time::Duration;

use super::measure::Measure;

/// Returns what commands took on the network `name`: the least, the middle and the most of the runs, or one number
/// where all are the same.
pub(super) fn commands<'a>(name: &str, rows: impl Iterator<Item = (&'a str, &'a [Measure])>) -> String {
    let row = |(name, runs): (&str, &[Measure])| {
        let requests = spread(runs.iter().map(|it| it.n_requests));
        let told = spread(runs.iter().filter_map(|it| Some(it.n_waves?.0)));
        let seen = spread(runs.iter().filter_map(|it| Some(it.n_waves?.1)));
        let connections = spread(runs.iter().map(|it| it.n_connections));
        let wall = spread(runs.iter().map(|it| milliseconds(it.wall)));
        let waiting = spread(runs.iter().map(|it| milliseconds(it.waiting)));
        let cpu = spread(runs.iter().map(|it| milliseconds(it.cpu)));
        let peak = spread(runs.iter().map(megabytes));
        vec![name.to_owned(), requests, told, seen, connections, wall, waiting, cpu, peak]
    };
    let head = [
        name,
        "requests",
        "waves",
        "waves seen by the proxy",
        "connections",
        "wall time, ms",
        "of it a request under way, ms",
        "own CPU time, ms",
        "peak memory, MB",
    ];
    table(&head, rows.map(row))
}

/// Returns what commands took that ask nobody.
pub(super) fn start_up<'a>(rows: impl Iterator<Item = (&'a str, &'a [Measure])>) -> String {
    let row = |(name, runs): (&str, &[Measure])| {
        let wall = spread(runs.iter().map(|it| Tenths(it.wall)));
        let cpu = spread(runs.iter().map(|it| Tenths(it.cpu)));
        vec![name.to_owned(), wall, cpu, spread(runs.iter().map(megabytes))]
    };
    table(&["start-up", "wall time, ms", "own CPU time, ms", "peak memory, MB"], rows.map(row))
}

/// Returns a table with a line of `head` above its rows.
pub(crate) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|&it| it.to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    [line(&head), rule].into_iter().chain(rows.map(|row| line(&row))).collect()
}

pub(super) fn milliseconds(time: Duration) -> u128 {
    (time.as_micros() + 500) / 1000
}

fn megabytes(measure: &Measure) -> u64 {
    measure.peak_bytes.div_ceil(1_000_000)
}

/// Milliseconds with one digit behind the point.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Tenths(Duration);

impl Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0.as_micros() + 50) / 100;
        write!(f, "{}.{}", tenths / 10, tenths % 10)
    }
}

fn spread<N: Ord + Display>(values: impl Iterator<Item = N>) -> String {
    let mut values: Vec<N> = values.collect();
    values.sort();
    let middle = values.len() / 2;
    match values.as_slice() {
        [] => "–".to_owned(),
        [first, .., last] if first != last => format!("{first} / {} / {last}", values[middle]),
        [first, ..] => first.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(wall_ms: u64) -> Measure {
        Measure {
            n_requests: 18,
            n_waves: Some((2, 3)),
            n_connections: 9,
            wall: Duration::from_millis(wall_ms),
            waiting: Duration::from_millis(25),
            cpu: Duration::from_micros(9_870),
            peak_bytes: 12_000_001,
        }
    }

    #[test]
    fn a_spread_is_the_least_the_middle_and_the_most() {
        assert_eq!(spread([5, 1, 9].into_iter()), "1 / 5 / 9");
        assert_eq!(spread([7, 7].into_iter()), "7");
        assert_eq!(spread(std::iter::empty::<u8>()), "–");
    }

    #[test]
    fn a_row_is_a_command() {
        let runs = [run(40), run(30), run(35)];
        let text = commands("`net`", [("plan", runs.as_slice())].into_iter());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("| `net` | requests | waves |"), "{text}");
        assert_eq!(lines[1], "|---|---|---|---|---|---|---|---|---|");
        assert_eq!(lines[2..], ["| plan | 18 | 2 | 3 | 9 | 30 / 35 / 40 | 25 | 10 | 13 |"]);
    }

    #[test]
    fn what_is_short_has_a_digit_more() {
        let text = start_up([("`palisade --version`", [run(4)].as_slice())].into_iter());
        assert_eq!(text.lines().last(), Some("| `palisade --version` | 4.0 | 9.9 | 13 |"));
    }
}
