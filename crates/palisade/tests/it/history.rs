//! What runs write down, and what is made of it afterwards.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{Sandbox, output};

fn applied() -> Sandbox {
    let sandbox = Sandbox::with_history();
    sandbox.succeed(&["apply", "--yes"]);
    sandbox
}

/// Leaves out what differs from run to run: the ids of runs and the times.
fn seen(sandbox: &Sandbox, args: &[&str]) -> String {
    let seen = sandbox.run(args);
    let lines = seen.lines().map(|line| {
        let words = line.split(' ').map(|word| match word {
            _ if word.len() == 29 && word.contains("Z-") => "[run]",
            _ if word.len() == 8 && word.matches(':').count() == 2 => "[time]",
            word => word,
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.map(|it| it + "\n").collect()
}

#[test]
fn each_run_is_told_request_by_request() {
    let sandbox = applied();
    assert_snapshot!(seen(&sandbox, &["history"]), @"
    exit code 0
    --- stdout
    run                            command  blueprint  account       region     requests  outcome
    [run]  apply    lab        000000000000  eu-west-1  10        complete
    ");
    let told = seen(&sandbox, &["history", "show"]);
    assert!(told.contains("apply of lab in account 000000000000, eu-west-1"), "{told}");
    assert!(told.contains("[time]  ✓ CreateVpc vpc.main 10.0.0.0/16 → "), "{told}");
    assert!(told.ends_with("complete\n"), "{told}");
    sandbox.succeed(&["destroy", "--yes"]);
    assert_snapshot!(seen(&sandbox, &["history"]), @"
    exit code 0
    --- stdout
    run                            command  blueprint  account       region     requests  outcome
    [run]  destroy  lab        000000000000  eu-west-1  5         complete
    [run]  apply    lab        000000000000  eu-west-1  10        complete
    ");
}

#[test]
fn who_only_looks_writes_nothing() {
    let sandbox = Sandbox::with_history();
    sandbox.succeed(&["plan"]);
    assert_snapshot!(seen(&sandbox, &["history"]), @"
    exit code 0
    --- stderr
    no run has written a journal yet
    ");
    assert_snapshot!(seen(&sandbox, &["history", "show"]), @"
    exit code 1
    --- stderr
    error: no run has written a journal yet
    ");
}

#[test]
fn a_run_that_was_killed_shows_what_is_in_doubt() {
    let sandbox = Sandbox::with_history();
    let mut command = sandbox.command(&["apply", "--yes", "--sandbox-latency", "20000"]);
    let mut run =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a binary that can be run");
    let began = Instant::now();
    while !journal(&sandbox).contains(r#""type":"sent""#) {
        assert!(began.elapsed() < Duration::from_secs(15), "{}", journal(&sandbox));
        std::thread::yield_now();
    }
    run.kill().and_then(|()| run.wait()).expect("a process that can be killed");
    let list = seen(&sandbox, &["history"]);
    assert!(list.contains("killed with 1 request in doubt"), "{list}");
    let told = seen(&sandbox, &["history", "show"]);
    assert!(told.contains("? CreateVpc vpc.main") && told.contains("no answer was written down"), "{told}");
}

/// Returns what the runs of a sandbox have written so far.
fn journal(sandbox: &Sandbox) -> String {
    let files = fs::read_dir(sandbox.path("history")).into_iter().flatten().flatten();
    files.filter_map(|it| fs::read_to_string(it.path()).ok()).collect()
}

#[test]
fn every_request_is_written_down_before_it_is_answered() {
    let sandbox = applied();
    let journal = sandbox.succeed(&["history", "show", "--format", "json"]);
    let lines: Vec<Value> = journal.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    let types: Vec<&str> = lines.iter().map(|it| it["type"].as_str().expect("a type")).collect();
    assert_eq!((types[0], types[types.len() - 1]), ("run", "end"));
    let place = |kind: &str, number: u64| {
        lines.iter().position(|it| it["type"] == kind && it["number"] == number).expect("a line")
    };
    let n_sent = types.iter().filter(|it| **it == "sent").count();
    assert!(0 < n_sent && n_sent == types.iter().filter(|it| **it == "done").count(), "{journal}");
    for number in 0..u64::try_from(n_sent).expect("few") {
        assert!(place("sent", number) < place("done", number), "{journal}");
    }
}

#[test]
fn a_run_goes_on_without_its_journal() {
    let sandbox = Sandbox::with_history();
    let mut command = sandbox.command(&["apply", "--yes"]);
    let ended = output(command.env("PALISADE_HISTORY", "blueprint.toml/history"));
    let seen = sandbox.seen(&ended);
    assert!(seen.starts_with("exit code 0\n"), "{seen}");
    assert!(
        seen.contains("warning: the run goes on without its journal: `blueprint.toml/history/"),
        "{seen}"
    );
    assert!(sandbox.planned().is_empty());
}

#[test]
fn a_run_is_found_by_the_beginning_of_its_id() {
    let sandbox = applied();
    sandbox.succeed(&["destroy", "--yes"]);
    assert!(seen(&sandbox, &["history", "show", "2"]).contains("begins the ids of several runs"));
    assert_snapshot!(seen(&sandbox, &["history", "show", "1999"]), @"
    exit code 1
    --- stderr
    error: there is no run `1999`
      help: `palisade history` lists all
    ");
}
