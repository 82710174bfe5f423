//! A world of its own for each test: an account on LocalStack, a directory, and the binary in a cleared environment.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use palisade_proxy::{Proxy, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

const NOT_STARTED: &str =
    "there is no LocalStack: run `make test`, or `localstack/with cargo test -p integration-tests`";

/// The endpoints of what LocalStack does not have, which are those of moto beside it, bare and mended alike.
const OF_MOTO: [&str; 3] =
    ["AWS_ENDPOINT_URL_SAGEMAKER", "AWS_ENDPOINT_URL_EFS", "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"];

/// An empty account, and a directory with the blueprint that is applied to it.
pub(crate) struct World {
    pub(crate) account: String,
    pub(crate) region: String,
    /// What `--set` says in each run, of palisade and of its checker.
    pub(crate) settings: Vec<String>,
    emulator: Emulator,
    /// A proxy of this world alone, whose faults no other test feels.
    proxy: Option<Proxy>,
    /// Where the blueprint lies: below the directory, because blueprints name files beside them and above.
    folder: PathBuf,
    _directory: TempDir,
}

/// What palisade and boto3 take for AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emulator {
    /// LocalStack, with its quirks.
    Bare,
    /// LocalStack behind the proxy that mends it.
    Mended,
}

/// How a run of palisade ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    /// Returns an account that nobody has used on bare LocalStack, with a blueprint.
    pub(crate) fn new(blueprint: &str) -> World {
        World::on(Emulator::Bare, blueprint)
    }

    /// Returns an account that nobody has used on LocalStack as the proxy mends it, with a blueprint.
    pub(crate) fn mended(blueprint: &str) -> World {
        World::on(Emulator::Mended, blueprint)
    }

    /// Returns an account that nobody has used on LocalStack behind a proxy of its own, with a blueprint.
    pub(crate) fn with_proxy(blueprint: &str) -> World {
        World { proxy: Some(mending()), ..World::on(Emulator::Mended, blueprint) }
    }

    /// Returns the proxy of this world alone.
    pub(crate) fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("a world `with_proxy`")
    }

    fn endpoint(&self) -> String {
        self.proxy.as_ref().map_or_else(|| self.emulator.endpoint(), |it| it.endpoint().to_owned())
    }

    /// Returns an account that nobody has used, with a blueprint.
    pub(crate) fn on(emulator: Emulator, blueprint: &str) -> World {
        World::in_folder(emulator, "", blueprint)
    }

    /// Returns an account that nobody has used, with a shipped blueprint and the files that it names.
    pub(crate) fn of_shipped(emulator: Emulator, name: &str) -> World {
        let folder = Path::new(name).parent().and_then(Path::to_str).expect("a path below `blueprints`");
        World::in_folder(emulator, folder, &shipped(name))
    }

    fn in_folder(emulator: Emulator, folder: &str, blueprint: &str) -> World {
        let directory = TempDir::new().expect("a directory for temporary files");
        for folder in ["policies", "environments"] {
            copy(&repository().join("blueprints").join(folder), &directory.path().join(folder));
        }
        let folder = directory.path().join(folder);
        let (account, region, settings) = (fresh_account(), String::new(), Vec::new());
        let proxy = None;
        let mut world = World { account, region, settings, emulator, proxy, folder, _directory: directory };
        world.write(blueprint);
        world
    }

    /// Replaces the blueprint.
    pub(crate) fn write(&mut self, blueprint: &str) {
        let value = |text: &str, key| {
            let value = text.lines().find_map(|it| it.strip_prefix(key)?.split('"').nth(1));
            value.map(str::to_owned)
        };
        let base = value(blueprint, "extends").map(|it| std::fs::read_to_string(self.at(&it)));
        let base = base.map(|it| it.expect("a base that can be read"));
        let region = value(blueprint, "region").or_else(|| value(&base?, "region"));
        self.region = region.expect("a blueprint names its region");
        std::fs::write(self.at("blueprint.toml"), blueprint).expect("the directory can be written to");
    }

    /// Returns the absolute path of a file of this world.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).to_str().expect("temporary directories have plain names").to_owned()
    }

    /// Returns the command that runs palisade on the blueprint.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).args(self.set()).current_dir(&self.folder).env_clear();
        command.env("AWS_ENDPOINT_URL", self.endpoint()).env("AWS_ACCESS_KEY_ID", &self.account);
        command.env("AWS_SECRET_ACCESS_KEY", "dummy").env("HOME", &self.folder);
        command.envs(OF_MOTO.iter().filter_map(|it| Some((it, variable(it)?))));
        command
    }

    fn set(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().flat_map(|it| ["--set", it])
    }

    /// Runs palisade to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().expect("the binary can be run");
        let text = |bytes| String::from_utf8(bytes).expect("palisade prints UTF-8");
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs palisade, which must end with `code`, and returns what it printed as a result.
    pub(crate) fn ends(&self, code: i32, arguments: &[&str]) -> String {
        self.run(arguments).is(code, arguments).stdout
    }

    /// Runs palisade, which must succeed, and returns the document that it printed.
    pub(crate) fn document(&self, code: i32, arguments: &[&str]) -> Value {
        let arguments = [arguments, &["--format", "json"]].concat();
        serde_json::from_str(&self.ends(code, &arguments)).expect("a JSON document")
    }

    /// Applies the blueprint.
    pub(crate) fn apply(&self) {
        self.ends(0, &["apply", "--yes"]);
    }

    /// Insists that there is nothing left to do.
    pub(crate) fn has_nothing_to_do(&self) {
        self.ends(0, &["plan", "--detailed-exitcode"]);
        self.ends(0, &["drift", "--detailed-exitcode"]);
    }

    /// Returns what boto3 finds to differ from the blueprint.
    pub(crate) fn differences(&self, options: &[&str]) -> Vec<String> {
        let settings: Vec<&str> = self.set().collect();
        self.check(&[&["network", &self.path("blueprint.toml")], &settings[..], options].concat())
    }

    /// Insists that everything is as the blueprint asks, as boto3 sees it.
    pub(crate) fn is_built(&self, options: &[&str]) {
        let differences = self.differences(options);
        assert!(differences.is_empty(), "boto3 finds another network:\n{}", differences.join("\n"));
    }

    /// Writes down everything in the account, as boto3 sees it.
    pub(crate) fn snapshot(&self, name: &str) -> Value {
        let path = self.path(name);
        assert!(self.check(&["snapshot", &path, "--region", &self.region]).is_empty());
        let text = std::fs::read_to_string(path).expect("the snapshot has been written");
        serde_json::from_str(&text).expect("a JSON document")
    }

    /// Insists that everything is as it was, but for what is named.
    pub(crate) fn is_unchanged(&self, snapshot: &str, but: &[&str]) {
        let path = self.path(snapshot);
        let differences =
            self.check(&[&["unchanged", &path, "--region", &self.region, "--but"], but].concat());
        assert!(differences.is_empty(), "boto3 finds other changes:\n{}", differences.join("\n"));
    }

    /// Insists that only that is there which was there.
    pub(crate) fn is_gone(&self, snapshot: &str) {
        let differences = self.check(&["gone", &self.path(snapshot), "--region", &self.region]);
        assert!(differences.is_empty(), "boto3 finds leftovers:\n{}", differences.join("\n"));
    }

    /// Returns the absolute path of a snapshot, for the options of a check.
    pub(crate) fn since(&self, snapshot: &str) -> [String; 2] {
        ["--since".to_owned(), self.path(snapshot)]
    }

    fn check(&self, words: &[&str]) -> Vec<String> {
        let answer = answered(&self.question(json!({ "check": words })));
        let lines = answer["lines"].as_array().expect("a list of lines").iter();
        let mut lines: Vec<String> = lines.map(|it| it.as_str().expect("a line").to_owned()).collect();
        lines.pop().expect("a summary of what was compared");
        assert_eq!(answer["code"] == 0, lines.is_empty(), "the exit code says so too");
        lines
    }

    /// Sends one request by boto3, such as `create_subnet`, and returns the answer.
    pub(crate) fn aws(&self, call: &str, with: &Value) -> Value {
        answered(&self.question(json!({ "call": call, "with": with })))["value"].take()
    }

    /// Sends one request to another service than EC2 by boto3, and returns the answer.
    pub(crate) fn asks(&self, service: &str, call: &str, with: &Value) -> Value {
        let question = json!({ "service": service, "call": call, "with": with });
        answered(&self.question(question))["value"].take()
    }

    /// Sends one request by boto3, which must be refused, and returns the code.
    pub(crate) fn refusal(&self, call: &str, with: &Value) -> String {
        let answer = ask(&self.question(json!({ "call": call, "with": with })));
        let error = answer["error"].as_str().unwrap_or_else(|| panic!("{call} is not refused: {answer}"));
        let code = error.split_once("error occurred (").and_then(|(_, rest)| rest.split(')').next());
        code.unwrap_or_else(|| panic!("{call}: {error}")).to_owned()
    }

    fn question(&self, mut question: Value) -> Value {
        question["account"] = json!(self.account);
        question["region"] = json!(self.region);
        question["endpoint"] = json!(self.endpoint());
        question
    }

    /// Returns the AWS id of each key, as boto3 sees it.
    pub(crate) fn ids(&self) -> Ids {
        let snapshot = self.snapshot("ids.json");
        let things = snapshot.as_object().expect("a table of objects").iter();
        Ids(things.filter_map(|(id, it)| Some((it["key"].as_str()?.to_owned(), id.clone()))).collect())
    }
}

/// The AWS ids of a network by key.
pub(crate) struct Ids(pub(crate) std::collections::BTreeMap<String, String>);

impl Ids {
    /// Returns the id of a key that must be there.
    pub(crate) fn of(&self, key: &str) -> &str {
        self.0.get(key).unwrap_or_else(|| panic!("`{key}` is not there"))
    }
}

impl Ended {
    /// Insists on the exit code.
    pub(crate) fn is(self, code: i32, arguments: &[&str]) -> Ended {
        let Ended { stdout, stderr, .. } = &self;
        assert_eq!(self.code, Some(code), "palisade {}\n{stdout}\n{stderr}", arguments.join(" "));
        self
    }
}

/// Returns a shipped blueprint.
pub(crate) fn shipped(name: &str) -> String {
    let path = repository().join("blueprints").join(name).with_extension("toml");
    std::fs::read_to_string(path).expect("a shipped blueprint")
}

/// Returns the network of a shipped blueprint, without what runs in it.
pub(crate) fn network_of(name: &str) -> String {
    let blueprint = shipped(name);
    let (network, _) = blueprint.split_once("\n# --- SageMaker").expect("something of SageMaker is in it");
    network.to_owned()
}

/// Returns `text` with `old`, which must be there once, replaced.
pub(crate) fn edited(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "`{old}` must be there once");
    text.replace(old, new)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("the directory can be written to");
    for file in std::fs::read_dir(from).expect("a directory") {
        let file = file.expect("a readable directory").path();
        std::fs::copy(&file, to.join(file.file_name().expect("a file"))).expect("a file that can be copied");
    }
}

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in the repository")
}

/// Returns the number of an account that no test has used, in this run or in an earlier one on the same LocalStack.
pub(crate) fn fresh_account() -> String {
    static N_ACCOUNTS: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    static RUN: OnceLock<u64> = OnceLock::new();
    let run = RUN.get_or_init(|| since.as_secs() % 1_000_000_000);
    format!("{run:09}{:03}", N_ACCOUNTS.fetch_add(1, Ordering::Relaxed))
}

/// Returns the binary that was built beside this test.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this test is a file");
    let profile = own.ancestors().nth(2).expect("cargo puts tests into `deps`");
    let path = profile.join("palisade");
    assert!(path.exists(), "there is no {}: run `cargo build -p palisade` before", path.display());
    path
}

impl Emulator {
    pub(crate) fn endpoint(self) -> String {
        /// One proxy for all tests of the run.
        static PROXY: OnceLock<Proxy> = OnceLock::new();
        match self {
            Emulator::Bare => localstack(),
            Emulator::Mended => PROXY.get_or_init(mending).endpoint().to_owned(),
        }
    }
}

fn localstack() -> String {
    variable("PALISADE_TEST_ENDPOINT").expect(NOT_STARTED)
}

/// Starts a proxy before LocalStack.
fn mending() -> Proxy {
    let settings = Settings::new(localstack().parse().expect("LocalStack has an address"));
    Proxy::start(&settings).expect("loopback has a free port")
}

#[expect(clippy::disallowed_methods, reason = "the one place of these tests that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The Python process that all tests ask: starting boto3 for each question would take longer than the answers.
struct Checker {
    _child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Checker {
    fn start() -> Checker {
        let mut command = Command::new(variable("PALISADE_PYTHON").expect(NOT_STARTED));
        command.arg("-B").arg(repository().join("integration-tests/check/verify.py")).arg("serve");
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python can be run");
        let questions = child.stdin.take().expect("it is piped");
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        Checker { _child: child, questions, answers }
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.questions, "{question}").expect("the checker listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the checker answers");
        serde_json::from_str(&answer).expect("the checker speaks JSON")
    }
}

fn ask(question: &Value) -> Value {
    static CHECKER: OnceLock<Mutex<Checker>> = OnceLock::new();
    let checker = CHECKER.get_or_init(|| Mutex::new(Checker::start()));
    // Whoever panicked did so after its answer had come.
    checker.lock().unwrap_or_else(PoisonError::into_inner).ask(question)
}

fn answered(question: &Value) -> Value {
    let answer = ask(question);
    assert!(answer["error"].is_null(), "{question}: {}", answer["error"]);
    answer
}
