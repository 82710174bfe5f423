//! A folder with a blueprint, a cloud in a file, and the binary.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::in_memory::{draft, fresh};

/// A blueprint small enough to see all of it in a snapshot.
pub(crate) const SMALL: &str = r#"
name   = "lab"
region = "eu-west-1"

[vpc]
cidr  = "10.0.0.0/16"
zones = ["a"]

[tiers.app]
route = "isolated"
cidr  = "10.0.0.0/20"

[security-groups.app]
inbound = [{ from = "self", ports = 443 }]
"#;

/// A folder of its own for one test.
pub(crate) struct Sandbox {
    folder: TempDir,
    keeps_history: bool,
}

impl Sandbox {
    /// Returns an empty folder.
    pub(crate) fn empty() -> Sandbox {
        Sandbox { folder: TempDir::new().expect("a folder for temporary files"), keeps_history: false }
    }

    /// Returns a folder with a `blueprint.toml`.
    pub(crate) fn with(blueprint: &str) -> Sandbox {
        let sandbox = Sandbox::empty();
        sandbox.write("blueprint.toml", blueprint);
        sandbox
    }

    /// Returns a folder with [`SMALL`] whose runs keep their journals in it.
    pub(crate) fn with_history() -> Sandbox {
        Sandbox { keeps_history: true, ..Sandbox::with(SMALL) }
    }

    /// Returns a folder with [`SMALL`], applied.
    pub(crate) fn applied() -> Sandbox {
        let sandbox = Sandbox::with(SMALL);
        sandbox.succeed(&["apply", "--yes"]);
        sandbox
    }

    /// Returns a folder with [`SMALL`], applied, and an object that claims to be its VPC too.
    pub(crate) fn duplicated() -> Sandbox {
        let sandbox = Sandbox::applied();
        let mut world: Value = serde_json::from_str(&sandbox.read("sandbox.json")).expect("JSON");
        let mut second = world["live"]["objects"]["vpc.main"].clone();
        second["id"] = "vpc-00000000000000bad".into();
        second["owner"] = "foreign".into();
        world["live"]["objects"]["vpc.vpc-00000000000000bad"] = second;
        sandbox.write("sandbox.json", &world.to_string());
        sandbox
    }

    /// Returns the path of a file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file that can be written");
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file that can be read")
    }

    /// Replaces a text that is there exactly once in a file.
    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) {
        self.write(name, &replaced(&self.read(name), old, new));
    }

    /// Returns the binary with nothing in its environment but the sandbox.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bare(args);
        command.env("PALISADE_SANDBOX", "sandbox.json");
        command
    }

    /// Returns the binary in an environment in which there is no account.
    pub(crate) fn bare(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("HOME", self.folder.path()).env("COLUMNS", "100");
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        if self.keeps_history {
            command.env("PALISADE_HISTORY", "history");
        }
        command
    }

    /// Runs the binary and returns all that can be seen of it, without what differs from run to run.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        self.seen(&output(&mut self.command(args)))
    }

    /// Runs the binary, insists on success and returns stdout as it is.
    pub(crate) fn succeed(&self, args: &[&str]) -> String {
        let output = output(&mut self.command(args));
        assert!(output.status.success(), "{}", self.seen(&output));
        text(&output.stdout)
    }

    /// Runs the binary and returns its exit code.
    pub(crate) fn code(&self, args: &[&str]) -> i32 {
        output(&mut self.command(args)).status.code().expect("no signal")
    }

    /// Returns exit code, stdout and stderr as one text, without what differs from run to run.
    pub(crate) fn seen(&self, output: &Output) -> String {
        let code = output.status.code().map_or_else(|| "signal".to_owned(), |code| code.to_string());
        let mut seen = format!("exit code {code}\n");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                seen += &format!("--- {name}\n{}", self.redacted(&text(bytes)));
            }
        }
        seen
    }

    fn redacted(&self, text: &str) -> String {
        let text = text.replace(&folder_name(self.folder.path()), "[folder]");
        times_out(&ids_out(&text))
    }

    /// Returns the objects of the cloud as they are written, by their key.
    pub(crate) fn objects(&self) -> BTreeMap<String, String> {
        let world: Value = serde_json::from_str(&self.read("sandbox.json")).expect("JSON");
        let objects = world["live"]["objects"].as_object().expect("objects by key");
        objects.iter().map(|(key, object)| (key.clone(), object.to_string())).collect()
    }

    /// Puts into the cloud what the blueprint names as existing, as its owners would.
    pub(crate) fn others_make_what_is_named(&self) {
        let fresh = fresh(&draft(&self.read("blueprint.toml")));
        let written = json!({ "live": fresh.live, "facts": fresh.facts });
        let mut world: Value = serde_json::from_str(&self.read("sandbox.json")).expect("JSON");
        for table in ["/live/objects", "/facts/prefix_lists"] {
            let there = world.pointer_mut(table).and_then(Value::as_object_mut).expect("a table");
            for (key, it) in written.pointer(table).and_then(Value::as_object).expect("a table") {
                there.entry(key).or_insert_with(|| it.clone());
            }
        }
        let there = world["facts"]["gateways"].as_array_mut().expect("a list");
        let named = written["facts"]["gateways"].as_array().expect("a list").iter();
        let new: Vec<Value> = named.filter(|it| !there.contains(it)).cloned().collect();
        there.extend(new);
        self.write("sandbox.json", &world.to_string());
    }

    /// Returns the actions of the plan that would be made now, such as `create subnet.app@a`.
    pub(crate) fn planned(&self) -> Vec<String> {
        let plan: Value = serde_json::from_str(&self.succeed(&["plan", "--format", "json"])).expect("JSON");
        assert_eq!(plan["problems"], Value::Array(Vec::new()));
        let change = |it: &Value| format!("{} {}", word(&it["action"]), word(&it["key"]));
        plan["changes"].as_array().expect("a list").iter().map(change).collect()
    }
}

/// Runs a command to its end.
pub(crate) fn output(command: &mut Command) -> Output {
    command.output().expect("a binary that can be run")
}

/// Replaces a text that is there exactly once.
pub(crate) fn replaced(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "`{old}` must be there exactly once");
    text.replace(old, new)
}

/// Returns a JSON text as it is read.
pub(crate) fn word(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn folder_name(folder: &Path) -> String {
    folder.display().to_string()
}

/// Numbers the ids by their first appearance: which one is which depends on who came first.
fn ids_out(text: &str) -> String {
    const DIGITS: usize = 17;
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('-') {
        let (head, tail) = rest.split_at(at + 1);
        out += head;
        let digits: String = tail.chars().take_while(char::is_ascii_hexdigit).collect();
        rest = if digits.len() == DIGITS {
            let n = numbers.len() + 1;
            out += &format!("[{}]", numbers.entry(digits).or_insert(n));
            &tail[DIGITS..]
        } else {
            tail
        };
    }
    out + rest
}

/// Takes out how long it took: `in 0.1 s` and `"elapsed_ms":97`.
fn times_out(text: &str) -> String {
    text.split_inclusive('\n').map(|line| seconds_out(&elapsed_out(line))).collect()
}

fn seconds_out(line: &str) -> String {
    if !line.starts_with("Done:") && !line.starts_with("Incomplete:") {
        return line.to_owned();
    }
    let words: Vec<&str> = line.split(' ').collect();
    let is_time = |at: usize| {
        words[at].parse::<f64>().is_ok() && words.get(at + 1).is_some_and(|it| it.starts_with('s'))
    };
    let is_unit = |at: usize| words[at].trim_end_matches(',') == "s";
    let word = |at: usize| if is_time(at) && is_unit(at + 1) { "[time]" } else { words[at] };
    (0..words.len()).map(word).collect::<Vec<_>>().join(" ")
}

fn elapsed_out(line: &str) -> String {
    match line.split_once("\"elapsed_ms\":") {
        None => line.to_owned(),
        Some((head, tail)) => {
            let tail = tail.trim_start_matches(|it: char| it.is_ascii_digit());
            format!("{head}\"elapsed_ms\":0{tail}")
        }
    }
}
