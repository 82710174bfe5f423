//! What the help says is the reference: every page of it is checked in.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::sandbox::{Sandbox, output};

const COMMANDS: &[&str] = &[
    "init",
    "validate",
    "doctor",
    "verify",
    "trace",
    "plan",
    "apply",
    "destroy",
    "output",
    "output vpc-config",
    "drift",
    "history",
    "history show",
    "unlock",
    "pin",
    "schema",
    "completions",
];

#[test]
fn short_help() {
    insta::assert_snapshot!(Sandbox::empty().run(&["-h"]));
}

#[test]
fn without_a_command_there_is_help() {
    let seen = Sandbox::empty().run(&[]);
    assert!(
        seen.starts_with("exit code 64\n--- stderr\nPrivate networks for machine learning on AWS"),
        "{seen}"
    );
}

#[test]
fn version() {
    let seen = Sandbox::empty().run(&["--version"]);
    assert_eq!(seen, format!("exit code 0\n--- stdout\npalisade {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_reference_is_what_the_help_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/commands.md");
    let reference = reference();
    if fs::read_to_string(&path).is_ok_and(|it| it == reference) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the reference");
    fs::write(&path, reference).expect("a file that can be written");
    panic!("docs/reference/commands.md was out of date and has been written anew");
}

fn reference() -> String {
    let sandbox = Sandbox::empty();
    let mut reference = "# Commands\n\nThis page is what `palisade help` prints.\n".to_owned();
    for command in [None].into_iter().chain(COMMANDS.iter().copied().map(Some)) {
        let args: Vec<&str> = command.into_iter().flat_map(str::split_whitespace).chain(["--help"]).collect();
        let help = String::from_utf8(output(&mut sandbox.bare(&args)).stdout).expect("UTF-8");
        let title = command.map_or_else(|| "palisade".to_owned(), |it| format!("palisade {it}"));
        let text = if command.is_none() { help } else { without_globals(&help) };
        let text: Vec<&str> = text.lines().map(str::trim_end).collect();
        write!(reference, "\n## {title}\n\n```text\n{}\n```\n", text.join("\n").trim_end())
            .expect("a string takes everything");
    }
    reference
}

/// The options that every command takes are on the first page.
fn without_globals(help: &str) -> String {
    let (head, tail) = help.split_once("\nGlobal options:").expect("global options");
    let examples = tail.find("\nExamples:").map_or("", |at| &tail[at..]);
    format!("{head}{examples}")
}

#[test]
fn every_shell_gets_a_completion_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Sandbox::empty().succeed(&["completions", shell]);
        assert!(script.contains("detailed-exitcode"), "{shell}");
    }
}

#[test]
fn the_schema_is_json() {
    let schema: serde_json::Value =
        serde_json::from_str(&Sandbox::empty().succeed(&["schema"])).expect("JSON");
    assert_eq!(schema["type"], "object");
}
