//! Ctrl-C and SIGTERM while an apply runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::sandbox::{SMALL, Sandbox, output};

/// How long a request of the sandbox takes: long enough for a signal to come in between.
const SLOW_MS: &str = "400";

#[test]
fn once_lets_requests_land_and_says_what_is_left() {
    let sandbox = Sandbox::with(SMALL);
    let (code, story) = interrupted(&sandbox, &["INT"]);
    assert_eq!(code, Some(130), "{story}");
    assert!(story.contains("stopping: requests under way may land"), "{story}");
    assert!(sandbox.objects().contains_key("vpc.main"));
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
}

#[test]
fn twice_abandons_requests_and_says_what_is_in_doubt() {
    let sandbox = Sandbox::with(SMALL);
    let (code, story) = interrupted(&sandbox, &["TERM", "TERM"]);
    assert_eq!(code, Some(130), "{story}");
    assert!(story.contains("stopping at once"), "{story}");
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
}

#[test]
fn a_kill_loses_nothing() {
    let sandbox = Sandbox::with(SMALL);
    let (code, story) = interrupted(&sandbox, &["KILL"]);
    assert_eq!(code, None, "{story}");
    assert_eq!(sandbox.code(&["apply", "--yes"]), 0);
    assert!(sandbox.planned().is_empty());
    assert_eq!(sandbox.objects().len(), 4);
}

/// Applies slowly and sends signals once the first step has begun.
pub(crate) fn interrupted(sandbox: &Sandbox, signals: &[&str]) -> (Option<i32>, String) {
    let mut command = sandbox.command(&["apply", "--yes", "--sandbox-latency", SLOW_MS]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a child");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut story = String::new();
    for signal in signals {
        stderr.read_line(&mut story).expect("a line");
        send(signal, &child);
    }
    stderr.read_to_string(&mut story).expect("the rest");
    (child.wait().expect("an end").code(), story)
}

fn send(signal: &str, child: &Child) {
    let sent = output(Command::new("kill").args(["-s", signal, &child.id().to_string()]));
    assert!(sent.status.success());
}
