//! What an apply waits for from its beginning to its end.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use palisade_core::{Graph, StepId};
use serde::Deserialize;
use serde_json::Value;

use super::exchanges;
use super::measure::Run;
use super::table::{milliseconds, table};

/// How many of the longest links are shown.
const N_LONGEST: usize = 5;

/// A step of the plan. Those that it waits for stand before it.
struct Step {
    name: String,
    n_requests: usize,
    after: Vec<String>,
}

/// When a step ran, in milliseconds since the apply began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Window {
    began: u64,
    ended: u64,
}

/// A step on the way to the end.
#[derive(Debug, PartialEq, Eq)]
struct Link<'a> {
    name: &'a str,
    n_requests: usize,
    /// From the end of the step before to its own beginning.
    waited_ms: u64,
    took_ms: u64,
}

/// One line of `apply --format json`, as far as it matters here.
#[derive(Deserialize)]
struct Line {
    elapsed_ms: u64,
    #[serde(rename = "type")]
    happening: String,
    step: Option<StepEntry>,
}

#[derive(Deserialize)]
struct StepEntry {
    phase: String,
    key: Option<String>,
}

/// Returns, in Markdown, what the apply of a saved plan waited for.
pub(super) fn report(saved_plan: &str, apply: &Run) -> Result<String, Box<dyn Error>> {
    let saved_plan: Value = serde_json::from_str(saved_plan)?;
    let graph: Graph = serde_json::from_value(saved_plan["graph"].clone())?;
    let estimate = graph.estimate();
    let longest_wait = estimate.dominated_by.map(|it| format!(", most of it waiting in `{it}`"));
    let steps = steps(&graph);
    let windows = windows(&apply.stdout)?;
    if let Some(silent) = steps.iter().find(|it| !windows.contains_key(&it.name)) {
        return Err(format!("the apply tells nothing of `{}`", silent.name).into());
    }
    let path = critical_path(&steps, &windows);
    let n_requests: usize = steps.iter().map(|it| it.n_requests).sum();
    let (n_chain_steps, n_chain_requests) = longest_chain(&steps);
    let waited: u64 = path.iter().map(|it| it.waited_ms).sum();
    let took: u64 = path.iter().map(|it| it.took_ms).sum();
    let in_graph = format!(
        "The plan has {n_requests} requests in {} steps. The longest chain of steps that wait for each other has \
         {n_chain_requests} requests in {n_chain_steps} steps. On AWS, palisade expects the apply to take {} s{}.\n\n\
         In this run, the way back from the last step, always to what it waited for longest, had {} steps with {} \
         requests: {took} ms in them, turns in the lane included, and {waited} ms between them. Its longest:\n\n{}",
        steps.len(),
        estimate.seconds,
        longest_wait.unwrap_or_default(),
        path.len(),
        path.iter().map(|it| it.n_requests).sum::<usize>(),
        draw(path),
    );
    Ok(format!("{in_graph}\n{}", by_times(apply)))
}

/// What the times of the requests alone tell, those of the reading included.
fn by_times(apply: &Run) -> String {
    let chain = exchanges::chain(&apply.exchanges);
    let took: Duration = chain.iter().map(|it| it.took()).sum();
    let mut longest = chain.clone();
    longest.sort_by_key(|it| std::cmp::Reverse(it.took()));
    let longest = longest.iter().take(N_LONGEST);
    let longest: Vec<String> =
        longest.map(|it| format!("{} {} ms", it.action, milliseconds(it.took()))).collect();
    format!(
        "An estimate from the times of its {} requests, which tell when one ended before another began, not whether it \
         was waited for: a chain of {}, which take {} of {} ms; the longest are {}.\n",
        apply.measure.n_requests,
        chain.len(),
        milliseconds(took),
        milliseconds(apply.measure.wall),
        longest.join(", "),
    )
}

fn draw(mut path: Vec<Link<'_>>) -> String {
    path.sort_by_key(|it| std::cmp::Reverse(it.took_ms));
    let row = |it: &Link<'_>| {
        vec![
            format!("`{}`", it.name),
            it.n_requests.to_string(),
            it.waited_ms.to_string(),
            it.took_ms.to_string(),
        ]
    };
    let rows = path.iter().take(N_LONGEST).map(row);
    table(&["step", "requests", "after the step before, ms", "took, ms"], rows)
}

/// Returns the steps in an order that respects what waits for what.
fn steps(graph: &Graph) -> Vec<Step> {
    let step = |id: &StepId| {
        let step = &graph.steps[id];
        let after = step.after.iter().map(StepId::to_string).collect();
        Step { name: id.to_string(), n_requests: step.calls.len(), after }
    };
    graph.order.iter().map(step).collect()
}

/// Reads the events of an apply.
fn windows(events: &str) -> Result<BTreeMap<String, Window>, serde_json::Error> {
    let mut windows: BTreeMap<String, Window> = BTreeMap::new();
    for line in events.lines() {
        let line: Line = serde_json::from_str(line)?;
        let Some(step) = line.step else { continue };
        // As `StepId` is displayed.
        let name = step.key.map_or(step.phase.clone(), |key| format!("{} {key}", step.phase));
        let window = windows.entry(name).or_default();
        match line.happening.as_str() {
            "started" => window.began = line.elapsed_ms,
            "finished" => window.ended = line.elapsed_ms,
            _ => {}
        }
    }
    Ok(windows)
}

/// Returns the steps and the requests of the chain of steps that wait for each other which has the most requests.
fn longest_chain(steps: &[Step]) -> (usize, usize) {
    let mut chains: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for step in steps {
        let before = step.after.iter().filter_map(|it| chains.get(it.as_str()));
        let (n_requests, n_steps) = before.max().copied().unwrap_or_default();
        chains.insert(&step.name, (n_requests + step.n_requests, n_steps + 1));
    }
    let (n_requests, n_steps) = chains.into_values().max().unwrap_or_default();
    (n_steps, n_requests)
}

/// Returns the way to what ended last, in order: back from it, always to that of the steps before which ended last.
fn critical_path<'a>(steps: &'a [Step], windows: &BTreeMap<String, Window>) -> Vec<Link<'a>> {
    let by_name: BTreeMap<&str, &Step> = steps.iter().map(|it| (it.name.as_str(), it)).collect();
    let window = |step: &Step| windows.get(&step.name).copied().unwrap_or_default();
    let last_of = |steps: Vec<&'a Step>| steps.into_iter().max_by_key(|it| window(it).ended);
    let mut path = Vec::new();
    let mut step = last_of(steps.iter().collect());
    while let Some(it) = step {
        let Window { began, ended } = window(it);
        let before = last_of(it.after.iter().map(|name| by_name[name.as_str()]).collect());
        path.push(Link {
            name: &it.name,
            n_requests: it.n_requests,
            waited_ms: before.map_or(0, |before| began.saturating_sub(window(before).ended)),
            took_ms: ended.saturating_sub(began),
        });
        step = before;
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, n_requests: usize, after: &[&str]) -> Step {
        Step { name: name.to_owned(), n_requests, after: after.iter().map(|&it| it.to_owned()).collect() }
    }

    fn diamond() -> Vec<Step> {
        vec![
            step("make vpc.main", 3, &[]),
            step("make eip.nat", 1, &[]),
            step("make subnet.a", 1, &["make vpc.main"]),
            step("make nat.main", 2, &["make subnet.a", "make eip.nat"]),
            step("wire group.a", 2, &["make vpc.main"]),
        ]
    }

    #[test]
    fn the_longest_chain_counts_requests() {
        assert_eq!(longest_chain(&[]), (0, 0));
        assert_eq!(longest_chain(&diamond()), (3, 6));
        let apart = [step("a", 1, &[]), step("b", 1, &["a"]), step("c", 5, &[])];
        assert_eq!(longest_chain(&apart), (1, 5), "more steps are not more requests");
    }

    #[test]
    fn the_path_goes_through_what_ended_last() {
        let window = |name: &str, began, ended| (name.to_owned(), Window { began, ended });
        let windows = [
            window("make vpc.main", 0, 30),
            window("make eip.nat", 0, 90),
            window("make subnet.a", 30, 40),
            window("make nat.main", 95, 120),
            window("wire group.a", 30, 60),
        ];
        let link = |name, n_requests, waited_ms, took_ms| Link { name, n_requests, waited_ms, took_ms };
        assert_eq!(
            critical_path(&diamond(), &windows.into()),
            [link("make eip.nat", 1, 0, 90), link("make nat.main", 2, 5, 25)]
        );
    }

    #[test]
    fn events_tell_when_steps_began_and_ended() {
        let events = r#"{"elapsed_ms":1,"type":"started","step":{"phase":"make","key":"vpc.main"}}
{"elapsed_ms":2,"type":"sending","step":{"phase":"make","key":"vpc.main"},"call":"CreateVpc"}
{"elapsed_ms":9,"type":"started","step":{"phase":"tag","key":null}}
{"elapsed_ms":11,"type":"finished","step":{"phase":"make","key":"vpc.main"}}
{"elapsed_ms":15,"type":"finished","step":{"phase":"tag","key":null}}
{"elapsed_ms":20,"type":"summary"}"#;
        let expected = [
            ("make vpc.main".to_owned(), Window { began: 1, ended: 11 }),
            ("tag".to_owned(), Window { began: 9, ended: 15 }),
        ];
        assert_eq!(windows(events).unwrap(), expected.into());
    }

    #[test]
    fn the_longest_links_come_first() {
        let link = |name, took_ms| Link { name, n_requests: 1, waited_ms: 2, took_ms };
        let text = draw(vec![link("make vpc.main", 4), link("make nat.main", 40)]);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines, ["| `make nat.main` | 1 | 2 | 40 |", "| `make vpc.main` | 1 | 2 | 4 |"]);
    }
}
