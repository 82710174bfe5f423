//! Ctrl-C and SIGTERM while an apply runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::sandbox::{SMALL, Sandbox, output};

/// How long a request of the sandbox takes: long enough for a signal to come in between.
const SLOW_MS: &str = "400";

#[test]
fn once_lets_requests_land_and_says_what_is_left() {
    let sandbox = Sandbox::with(SMALL);
    let (code, story) = interrupted(&sandbox, SENDING, &["INT"]);
    assert_eq!(code, Some(130), "{story}");
    assert!(story.contains("stopping: requests under way may land"), "{story}");
    assert!(sandbox.objects().contains_key("vpc.main"));
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
}

#[test]
fn twice_abandons_requests_and_says_what_is_in_doubt() {
    let sandbox = Sandbox::with(SMALL);
    let (code, story) = interrupted(&sandbox, SENDING, &["TERM", "TERM"]);
    assert_eq!(code, Some(130), "{story}");
    assert!(story.contains("stopping at once"), "{story}");
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
}

#[test]
fn what_waits_for_its_turn_is_neither_sent_nor_in_doubt() {
    let n_groups = 100;
    let groups = (0..n_groups).map(|it| format!("[security-groups.g{it}]\n"));
    let blueprint = format!("{SMALL}\n{}", groups.collect::<String>());
    let n_of = |story: &str, kind: &str| story.matches(&format!(r#""type":"{kind}""#)).count();
    let sandbox = Sandbox::with(&blueprint);
    let (code, story) = interrupted(&sandbox, "CreateSecurityGroup", &["INT"]);
    assert_eq!((code, n_of(&story, "failed")), (Some(130), 0), "{story}");
    // Sixteen are under way when the signal comes; a slow machine may be at the next ones.
    let n_objects = sandbox.objects().len();
    assert!(n_objects < n_groups / 2, "{n_objects}\n{story}");
    let sandbox = Sandbox::with(&blueprint);
    let (code, story) = interrupted(&sandbox, "CreateSecurityGroup", &["INT", "INT"]);
    assert_eq!(code, Some(130), "{story}");
    assert!(n_of(&story, "failed") <= 16, "{story}");
    assert!(n_groups / 2 < n_of(&story, "skipped"), "{story}");
}

#[test]
fn a_kill_loses_nothing() {
    let sandbox = Sandbox::with(SMALL);
    let (code, story) = interrupted(&sandbox, SENDING, &["KILL"]);
    assert_eq!(code, None, "{story}");
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
    assert_eq!(sandbox.objects().len(), 4);
}

/// Of every moment: each line of a run, each signal.
#[test]
fn whenever_a_signal_comes_the_next_apply_goes_on() {
    const N_MOMENTS: usize = 100;
    const N_AT_ONCE: usize = 5;
    let n_stopped = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for first in 0..N_AT_ONCE {
            let n_stopped = &n_stopped;
            scope.spawn(move || {
                for at in (first..N_MOMENTS).step_by(N_AT_ONCE) {
                    let is_stopped = goes_on_after(["INT", "TERM"][at % 2], 1 + at / 2 % N_LINES);
                    n_stopped.fetch_add(usize::from(is_stopped), Ordering::Relaxed);
                }
            });
        }
    });
    let n_stopped = n_stopped.into_inner();
    // Those that come with the last lines find nothing to stop.
    assert!(N_MOMENTS / 2 < n_stopped, "{n_stopped}");
}

/// How many lines an apply of [`SMALL`] tells before its summary.
const N_LINES: usize = 18;

/// Stops an apply once it has told so many lines, and finishes it; returns whether there was anything to stop.
fn goes_on_after(signal: &str, n_lines: usize) -> bool {
    let sandbox = Sandbox::with(SMALL);
    let mut command = sandbox.command(&["apply", "--yes", "--format", "json", "--sandbox-latency", "20"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert_eq!(lines.by_ref().take(n_lines).count(), n_lines, "the run tells less");
    let asked = Instant::now();
    // It may have ended by itself.
    let _ = output(Command::new("kill").args(["-s", signal, &child.id().to_string()]));
    let rest: Vec<String> = lines.map(|it| it.expect("UTF-8")).collect();
    let code = child.wait().expect("an end").code();
    assert!(
        asked.elapsed() < Duration::from_secs(7),
        "{signal} after {n_lines} lines: {:?}",
        asked.elapsed()
    );
    assert!(matches!(code, Some(0 | 130)), "{signal} after {n_lines} lines: {code:?} {rest:?}");
    assert!(rest.last().is_some_and(|it| it.contains(r#""type":"summary""#)), "{rest:?}");
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
    code == Some(130)
}

/// What is told before a request is sent.
pub(crate) const SENDING: &str = r#""type":"sending""#;

/// Applies slowly and sends signals: the first once `begun` has been told, each other once something has been said to
/// the one before.
pub(crate) fn interrupted(sandbox: &Sandbox, begun: &str, signals: &[&str]) -> (Option<i32>, String) {
    let apply = ["apply", "--yes", "--format", "json", "--sandbox-latency", SLOW_MS];
    let mut command = sandbox.command(&apply);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut story = String::new();
    while !story.contains(begun) {
        assert_ne!(stdout.read_line(&mut story).expect("a line"), 0, "{story}");
    }
    for (at, signal) in signals.iter().enumerate() {
        if 0 < at {
            stderr.read_line(&mut story).expect("a line");
        }
        send(signal, &child);
    }
    stderr.read_to_string(&mut story).expect("the rest");
    stdout.read_to_string(&mut story).expect("the rest");
    (child.wait().expect("an end").code(), story)
}

fn send(signal: &str, child: &Child) {
    let sent = output(Command::new("kill").args(["-s", signal, &child.id().to_string()]));
    assert!(sent.status.success());
}
