//! Colour, width and the log.

use crate::sandbox::{SMALL, Sandbox, output};

#[test]
fn a_pipe_has_no_colour_unless_somebody_wants_it() {
    let sandbox = Sandbox::with(SMALL);
    assert!(!sandbox.run(&["plan"]).contains('\x1b'));
    assert!(sandbox.run(&["plan", "--color", "always"]).contains('\x1b'));
    let forced = output(sandbox.command(&["plan"]).env("CLICOLOR_FORCE", "1"));
    assert!(sandbox.seen(&forced).contains('\x1b'));
    let by_setting = output(sandbox.command(&["plan"]).env("PALISADE_COLOR", "always"));
    assert_eq!(by_setting.stdout, forced.stdout);
    let flag_first = output(sandbox.command(&["plan", "--color", "never"]).env("PALISADE_COLOR", "always"));
    assert!(!sandbox.seen(&flag_first).contains('\x1b'));
}

#[test]
fn colour_says_nothing_that_is_not_said_without() {
    let sandbox = Sandbox::with(SMALL);
    let colored = sandbox.run(&["plan", "--color", "always"]);
    assert_eq!(without_colour(&colored), sandbox.run(&["plan"]));
}

#[test]
fn the_log_is_off_until_it_is_asked_for() {
    let sandbox = Sandbox::with(SMALL);
    let n_lines =
        |args: &[&str]| output(&mut sandbox.command(args)).stderr.iter().filter(|it| **it == b'\n').count();
    assert_eq!(n_lines(&["plan"]), 0);
    let applied = n_lines(&["apply", "--yes", "-q"]);
    assert_eq!(applied, 0);
    let sandbox = Sandbox::with(SMALL);
    let log = output(&mut sandbox.command(&["apply", "--yes", "-vv"]));
    assert!(sandbox.seen(&log).contains("DEBUG"));
    let log = output(sandbox.command(&["plan"]).env("RUST_LOG", "trace"));
    assert!(log.status.success());
    let log = output(sandbox.command(&["plan"]).env("RUST_LOG", "palisade=loud"));
    insta::assert_snapshot!(sandbox.seen(&log), @r#"
    exit code 64
    --- stderr
    error: `RUST_LOG` is no log filter
      cause: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5
      cause: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5
      help: such as `RUST_LOG=palisade=debug`
    "#);
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let head = parts.next().unwrap_or_default().to_owned();
    parts.fold(head, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}
