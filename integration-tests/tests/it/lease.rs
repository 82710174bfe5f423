//! One run at a time: many at once, and what becomes of the lease of one that was killed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fixture::{Ended, World};

/// Enough to have a beginning and an end.
const SMALL: &str = r#"
name   = "lab"
region = "us-east-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
route = "isolated"
cidr  = "10.0.0.0/20"
"#;

const N_AT_ONCE: usize = 20;
const N_ROUNDS: usize = 10;
/// How many want to take over from one that was killed.
const N_HEIRS: usize = 6;
const APPLY: &[&str] = &["apply", "--yes", "--format", "json"];
const DESTROY: &[&str] = &["destroy", "--yes", "--format", "json"];
/// With a life that can be waited for. A third of it is what an answer may take, on a machine with much else to do.
const SHORT: &[&str] = &["apply", "--yes", "--format", "json", "--lease-seconds", "15"];

/// Starts so many runs at once, and returns how each ended.
fn at_once(n_runs: usize, world: &World, arguments: &[&str]) -> Vec<Ended> {
    let start = |_| {
        let mut command = world.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary can be run")
    };
    let runs: Vec<Child> = (0..n_runs).map(start).collect();
    let ended = |run: Child| {
        let output = run.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("palisade prints UTF-8");
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    };
    // Each in a thread of its own: one that nobody reads from comes to a stop.
    thread::scope(|scope| {
        let waiting: Vec<_> = runs.into_iter().map(|run| scope.spawn(move || ended(run))).collect();
        waiting.into_iter().map(|it| it.join().expect("it ends")).collect()
    })
}

/// Insists that exactly one run has changed something, and that each other names it, or had nothing left to do; returns
/// how many named it.
fn one_works(runs: &[Ended]) -> usize {
    let lines = |run: &Ended| -> Vec<Value> {
        run.stdout.lines().map(|it| serde_json::from_str(it).expect("a JSON line")).collect()
    };
    let is_sending = |run: &&Ended| run.stdout.contains(r#""type":"sending""#);
    let all: Vec<String> = runs.iter().map(|it| format!("{:?} {}", it.code, it.stderr)).collect();
    assert_eq!(runs.iter().filter(is_sending).count(), 1, "{}", all.join("\n"));
    let mut holders = BTreeSet::new();
    let mut n_locked = 0;
    for run in runs {
        match run.code {
            // It worked, or came so late that all was done.
            Some(0) => {}
            Some(5) => {
                let told = lines(run);
                let [line] = &told[..] else { panic!("{}", run.stdout) };
                assert_eq!((&line["type"], &line["blueprint"]), (&json!("locked"), &json!("lab")));
                holders.insert(
                    line["by"].to_string().split(r#","until""#).next().unwrap_or_default().to_owned(),
                );
                assert!(run.stderr.contains("help: "), "{}", run.stderr);
                n_locked += 1;
            }
            _ => panic!("{:?}\n{}\n{}", run.code, run.stdout, run.stderr),
        }
    }
    assert!(holders.len() <= 1, "{holders:?}");
    n_locked
}

/// Returns the states of the leases, the oldest first.
fn states(world: &World) -> Vec<String> {
    let found = world.asks("ssm", "get_parameters_by_path", &json!({ "Path": "/palisade/lab/lease" }));
    let mut leases: Vec<(u64, String)> = Vec::new();
    for parameter in found["Parameters"].as_array().expect("a list") {
        let number = parameter["Name"].as_str().and_then(|it| it.rsplit('/').next()?.parse().ok());
        let value: Value =
            serde_json::from_str(parameter["Value"].as_str().expect("a text")).expect("a lease is JSON");
        leases.push((number.expect("a number"), value["state"].as_str().expect("a state").to_owned()));
    }
    leases.sort();
    leases.into_iter().map(|(_, state)| state).collect()
}

/// Starts an apply and kills it at its first change.
fn is_killed(world: &World) -> bool {
    let mut run = world.command(SHORT).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a child");
    let mut stdout = BufReader::with_capacity(1, run.stdout.take().expect("it is piped"));
    let mut story = String::new();
    while !story.contains(r#""type":"sending""#) {
        assert_ne!(stdout.read_line(&mut story).expect("a line"), 0, "{story}");
    }
    run.kill().expect("it can be killed");
    run.wait().expect("it ends").code().is_none() && states(world).last().is_some_and(|it| it == "held")
}

/// Twenty applies, twenty destroys, and so on: in each round one works.
#[test]
fn of_twenty_at_once_one_works_and_the_others_say_who() {
    let world = World::new(SMALL);
    let mut n_locked = 0;
    for round in 0..N_ROUNDS {
        n_locked += one_works(&at_once(N_AT_ONCE, &world, if round % 2 == 0 { APPLY } else { DESTROY }));
        assert_eq!(states(&world).last().map(String::as_str), Some("free"));
        if round == 0 {
            world.is_built(&[]);
        }
    }
    // On a slow machine some begin when all is over.
    assert!(N_ROUNDS * N_AT_ONCE / 2 < n_locked, "only {n_locked} have met another");
    assert_eq!(world.document(0, &["plan"])["summary"]["create"], 3);
}

#[test]
fn after_a_kill_nobody_works_until_the_lease_is_over_and_then_one() {
    let world = World::new(SMALL);
    assert!((0..5).any(|_| is_killed(&world)), "every kill came too late");
    let ended = world.run(SHORT).is(5, SHORT);
    assert!(ended.stderr.contains("`palisade unlock --reason TEXT`"), "{}", ended.stderr);
    let killed = Instant::now();
    let taken_over = loop {
        let runs = at_once(N_HEIRS, &world, SHORT);
        if runs.iter().any(|it| it.code != Some(5)) {
            break runs;
        }
        assert!(killed.elapsed() < Duration::from_secs(90), "nobody takes over");
    };
    one_works(&taken_over);
    world.is_built(&[]);
    world.has_nothing_to_do();
    assert_eq!(states(&world), ["held", "free"]);
}

#[test]
fn whoever_is_sure_does_not_wait() {
    let world = World::new(SMALL);
    assert!((0..5).any(|_| is_killed(&world)), "every kill came too late");
    let unlock = ["unlock", "--yes", "--reason", "it was killed"];
    let told = world.document(0, &unlock);
    assert_eq!((told["blueprint"].as_str(), told["reason"].as_str()), (Some("lab"), Some("it was killed")));
    assert!(told["taken_from"]["pid"].is_u64(), "{told}");
    let ended = world.run(&["apply", "--yes", "--lease-seconds", "9"]).is(0, &["apply"]);
    let said = "has unlocked `lab` (it was killed): the account is read again after 9 s";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    world.is_built(&[]);
    assert_eq!(states(&world), ["held", "abandoned", "free"]);
    assert!(world.ends(0, &unlock).contains("nobody has the lease of `lab`"));
}

#[test]
fn whoever_is_unlocked_while_at_work_is_stopped() {
    let groups: String = (0..400).map(|it| format!("[security-groups.g{it}]\n")).collect();
    let world = World::new(&format!("{SMALL}\n{groups}"));
    let short = ["apply", "--yes", "--format", "json", "--lease-seconds", "6"];
    let mut run =
        world.command(&short).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
    let mut stdout = BufReader::with_capacity(1, run.stdout.take().expect("it is piped"));
    let mut story = String::new();
    while !story.contains(r#""type":"sending""#) {
        assert_ne!(stdout.read_line(&mut story).expect("a line"), 0, "{story}");
    }
    world.ends(0, &["unlock", "--yes", "--reason", "a mistake"]);
    thread::scope(|scope| {
        // What is printed has to go somewhere.
        scope.spawn(move || stdout.lines().count());
        let output = run.wait_with_output().expect("it ends");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains("the run was stopped: somebody else has taken the lease"), "{said}");
    });
}

#[test]
fn whoever_interrupts_leaves_the_lease_to_the_next() {
    for signal in ["INT", "TERM"] {
        let world = World::new(SMALL);
        let mut run =
            world.command(APPLY).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a child");
        let mut stdout = BufReader::with_capacity(1, run.stdout.take().expect("it is piped"));
        let mut story = String::new();
        while !story.contains(r#""type":"sending""#) {
            assert_ne!(stdout.read_line(&mut story).expect("a line"), 0, "{story}");
        }
        let kill = Command::new("kill").args(["-s", signal, &run.id().to_string()]).status();
        assert!(kill.expect("there is a `kill`").success());
        let rest = stdout.lines().count();
        let code = run.wait().expect("it ends").code();
        assert!(matches!(code, Some(0 | 130)), "{code:?} after {rest} more lines");
        assert_eq!(states(&world), ["free"]);
        world.apply();
        world.has_nothing_to_do();
    }
}
