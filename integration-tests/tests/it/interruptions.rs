//! Runs that end early: killed between any two requests, or asked to stop.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixture::{World, shipped};

// Without a lease: the next run would have to wait until that of the killed one is over; see `lease.rs`.
const APPLY: &[&str] = &["apply", "--yes", "--format", "json", "--no-lease"];
const DESTROY: &[&str] = &["destroy", "--yes", "--format", "json", "--no-lease"];

/// Starts a run and returns it as soon as it is about to send its `n`th request, or has ended.
fn started(world: &World, arguments: &[&str], n: usize) -> Child {
    let mut command = world.command(arguments);
    let mut run =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary can be run");
    let stdout = run.stdout.as_mut().expect("it is piped");
    // One byte at a time, so that nothing of what comes later is swallowed.
    let mut lines = BufReader::with_capacity(1, stdout).lines().map(|it| it.expect("UTF-8"));
    let n_seen = lines.by_ref().filter(|it| it.contains("\"type\":\"sending\"")).take(n).count();
    assert_eq!(n_seen, n, "the run is too short for this test");
    run
}

/// Kills a run as it is about to send its `n`th request; returns whether it was still running.
pub(crate) fn is_killed(world: &World, arguments: &[&str], n: usize) -> bool {
    let mut run = started(world, arguments, n);
    run.kill().expect("it can be killed");
    run.wait().expect("it has ended").code().is_none()
}

/// Kills an apply and the destroy of what it has made at the given requests, and finishes each of them.
fn survives_kills(name: &str, at: &[(usize, usize)]) {
    for (n_of_apply, n_of_destroy) in at {
        // On a busy machine a run can end before its killer comes.
        let is_tried = (0..3).any(|_| survives_kill(name, *n_of_apply, *n_of_destroy));
        assert!(is_tried, "every kill came too late");
    }
}

/// Returns whether the kills came in time.
fn survives_kill(name: &str, n_of_apply: usize, n_of_destroy: usize) -> bool {
    let world = World::new(&shipped(name));
    world.snapshot("before.json");
    let is_incomplete = is_killed(&world, APPLY, n_of_apply) && !world.differences(&[]).is_empty();
    world.apply();
    world.is_built(&[]);
    world.has_nothing_to_do();
    let is_left_over = is_killed(&world, DESTROY, n_of_destroy);
    world.ends(0, &["destroy", "--yes"]);
    world.is_gone("before.json");
    is_incomplete && is_left_over
}

#[test]
fn private_training_survives_kills() {
    survives_kills("private-training", &[(1, 1), (3, 4), (7, 7), (12, 9)]);
}

#[test]
fn ml_3az_survives_early_kills() {
    survives_kills("ml-3az", &[(2, 2), (40, 30)]);
}

#[test]
fn ml_3az_survives_late_kills() {
    survives_kills("ml-3az", &[(80, 50), (130, 75)]);
}

#[test]
fn an_apply_survives_one_kill_after_the_other() {
    let world = World::new(&shipped("ml-3az"));
    for n in [3, 30, 30, 30] {
        assert!(is_killed(&world, APPLY, n), "the kill came too late");
    }
    world.apply();
    world.is_built(&[]);
    world.has_nothing_to_do();
}

#[test]
fn whoever_interrupts_is_told_what_is_undone() {
    let world = World::new(&shipped("ml-3az"));
    let run = started(&world, APPLY, 40);
    let asked = Instant::now();
    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", run.id())]).status();
    assert!(kill.expect("there is a shell").success());
    let output = run.wait_with_output().expect("it ends");
    assert!(asked.elapsed() < Duration::from_secs(7), "it took {:?}", asked.elapsed());
    assert_eq!(output.status.code(), Some(130));

    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let summary: Value =
        serde_json::from_str(stdout.lines().last().expect("a summary")).expect("a JSON line");
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["complete"], false);
    assert_eq!(summary["failed"], Value::Array(Vec::new()));
    let skipped = summary["skipped"].as_array().expect("a list");
    assert!(skipped.iter().any(|it| it["step"]["key"] == "endpoint.ssm"), "{summary}");

    // What is not called undone is done: the next plan has nothing left for those objects.
    let plan = world.document(0, &["plan"]);
    let keys = |steps: &[Value], path: &str| -> BTreeSet<String> {
        steps.iter().filter_map(|it| it.pointer(path)?.as_str().map(str::to_owned)).collect()
    };
    let undone = keys(skipped, "/step/key");
    let planned = keys(plan["changes"].as_array().expect("a list"), "/key");
    assert_eq!(planned.difference(&undone).collect::<Vec<_>>(), Vec::<&String>::new());
    world.apply();
    world.is_built(&[]);
    world.has_nothing_to_do();
}
