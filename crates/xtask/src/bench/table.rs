//! The result, in Markdown.

use std::fmt::Display;
use std::time::Duration;

use super::measure::Measure;

const HEAD: &str = "\
| `ml-3az` | requests | waves | waves seen by the proxy | wall time, ms | own CPU time, ms | peak memory, MB |
|---|---|---|---|---|---|---|
";

/// Returns the table: the least, the middle and the most of the runs, or one number where all are the same.
pub(super) fn draw<'a>(commands: impl Iterator<Item = (&'a str, Vec<Measure>)>) -> String {
    let row = |(name, runs): (&str, Vec<Measure>)| {
        let requests = spread(runs.iter().map(|it| it.n_requests));
        let told = spread(runs.iter().filter_map(|it| Some(it.n_waves?.0)));
        let seen = spread(runs.iter().filter_map(|it| Some(it.n_waves?.1)));
        let wall = spread(runs.iter().map(|it| milliseconds(it.wall)));
        let cpu = spread(runs.iter().map(|it| milliseconds(it.cpu)));
        let peak = spread(runs.iter().map(|it| it.peak_bytes.div_ceil(1_000_000)));
        format!("| {name} | {requests} | {told} | {seen} | {wall} | {cpu} | {peak} |\n")
    };
    [HEAD.to_owned()].into_iter().chain(commands.map(row)).collect()
}

fn milliseconds(time: Duration) -> u128 {
    (time.as_micros() + 500) / 1000
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

    #[test]
    fn a_spread_is_the_least_the_middle_and_the_most() {
        assert_eq!(spread([5, 1, 9].into_iter()), "1 / 5 / 9");
        assert_eq!(spread([7, 7].into_iter()), "7");
        assert_eq!(spread(std::iter::empty::<u8>()), "–");
    }

    #[test]
    fn a_row_is_a_command() {
        let run = |wall| Measure {
            n_requests: 18,
            n_waves: Some((2, 3)),
            wall: Duration::from_millis(wall),
            cpu: Duration::from_micros(9_800),
            peak_bytes: 12_000_001,
        };
        let table = draw([("plan", vec![run(40), run(30), run(35)])].into_iter());
        assert_eq!(table.lines().last(), Some("| plan | 18 | 2 | 3 | 30 / 35 / 40 | 10 | 13 |"));
    }
}
