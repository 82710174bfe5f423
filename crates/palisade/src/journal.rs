//! The journal of a run: a file of JSON Lines, on the disk before each request that can change something is sent, and
//! after its answer. Evidence for people; palisade itself never asks it what there is.
//!
//! A run that cannot write one goes on: an account must not stay half-built because a disk is full.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use jiff::Timestamp;
use palisade_core::{Call, Cloud, CloudError, Known, Learned, Needs, Observed, Report};
use palisade_render::history::RunHistory;
use palisade_render::json::{JournalEntry, JournalLine, RunEntry};
use tokio::sync::oneshot;

use crate::cloud::Place;
use crate::session::{Account, Context, Planned};
use crate::settings;
use crate::shell::Shell;

const SUFFIX: &str = "jsonl";

/// What tells a run from every other; sorted by when it began.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(String);

impl RunId {
    /// Returns the id of a run that begins now.
    pub(crate) fn new() -> RunId {
        // To the millisecond, in as many digits each time: runs of one second are told apart too.
        let began = format!("{:.3}", Timestamp::now());
        let began: String = began.chars().filter(|it| !matches!(it, '-' | ':')).collect();
        let random = RandomState::new().hash_one(std::process::id());
        RunId(format!("{began}-{:08x}", random >> 32))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a run writes down what it does; nowhere, if it cannot.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    lines: Option<Sender<Line>>,
    n_requests: Arc<AtomicU64>,
}

/// A line to write, and whom to tell when it is on the disk.
#[derive(Debug)]
struct Line {
    text: String,
    written: Option<oneshot::Sender<()>>,
}

impl Journal {
    /// Begins the journal of a run.
    pub(crate) fn begin(context: &Context, account: &Account, planned: &Planned) -> Journal {
        let run = RunEntry {
            run: context.run.to_string(),
            command: if planned.want.resources.is_empty() { "destroy" } else { "apply" }.to_owned(),
            blueprint: account.needs.blueprint.clone(),
            account: account.observed.account.clone(),
            region: account.observed.region.clone(),
            palisade_version: env!("CARGO_PKG_VERSION").to_owned(),
            requests: planned.graph.n_requests(),
        };
        let folder = match &context.place {
            Place::Aws { .. } => settings::history_folder(),
            // Nothing happens in a sandbox that anybody would have to account for, unless somebody asks.
            Place::Sandbox { .. } => settings::named_history_folder(),
        };
        let Some(folder) = folder else {
            tracing::info!("the run keeps no journal");
            return Journal { lines: None, n_requests: Arc::default() };
        };
        let path = path_of(&folder, &run.run);
        let lines = match create(&path) {
            Ok(file) => Some(spawn(file, path, context.shell.clone())),
            Err(err) => {
                warn(&context.shell, &path, &err);
                None
            }
        };
        let journal = Journal { lines, n_requests: Arc::default() };
        journal.write(JournalEntry::Run(run), None);
        journal
    }

    fn write(&self, entry: JournalEntry, written: Option<oneshot::Sender<()>>) {
        let text = JournalLine::text(Timestamp::now().to_string(), entry);
        if let Some(lines) = &self.lines {
            // The writer stops when the disk does, and has said so.
            let _ = lines.send(Line { text, written });
        }
    }

    /// Returns once the entry is on the disk, or cannot be.
    async fn keep(&self, entry: JournalEntry) {
        let (sender, written) = oneshot::channel();
        self.write(entry, Some(sender));
        let _ = written.await;
    }

    /// Writes down how the run ended.
    pub(crate) async fn end(&self, report: &Report, interrupted: bool) {
        self.keep(JournalEntry::ended(report, interrupted)).await;
    }
}

/// A cloud whose changes are written down before and after they are made.
#[derive(Debug)]
pub(crate) struct Recorded<C> {
    cloud: C,
    journal: Journal,
}

impl<C> Recorded<C> {
    /// Returns the cloud with its journal.
    pub(crate) fn new(cloud: C, journal: Journal) -> Recorded<C> {
        Recorded { cloud, journal }
    }
}

impl<C: Cloud> Cloud for Recorded<C> {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        self.cloud.observe(needs).await
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        if call.request().only_looks() {
            return self.cloud.call(call, known).await;
        }
        let number = self.journal.n_requests.fetch_add(1, Ordering::Relaxed);
        self.journal.keep(JournalEntry::sent(number, call)).await;
        let answer = self.cloud.call(call, known).await;
        // Nobody waits for it: if it gets lost, the request counts as in doubt.
        self.journal.write(JournalEntry::answered(number, &answer), None);
        answer
    }
}

/// What a run does is nobody else's to read, and the file is locked for as long as it goes on.
fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)?;
    file.lock()?;
    Ok(file)
}

/// Starts the thread that writes. What comes while it waits for the disk goes there together.
fn spawn(mut file: File, path: PathBuf, shell: Arc<Shell>) -> Sender<Line> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        while let Some(batch) = batch(&lines) {
            let text: String = batch.iter().map(|it| format!("{}\n", it.text)).collect();
            if let Err(err) = file.write_all(text.as_bytes()).and_then(|()| file.sync_data()) {
                warn(&shell, &path, &err);
                return;
            }
            for written in batch.into_iter().filter_map(|it| it.written) {
                let _ = written.send(());
            }
        }
    });
    sender
}

/// Returns what is to be written by now; nothing once nobody writes any more.
fn batch(lines: &Receiver<Line>) -> Option<Vec<Line>> {
    let first = lines.recv().ok()?;
    Some([first].into_iter().chain(lines.try_iter()).collect())
}

fn warn(shell: &Shell, path: &Path, error: &io::Error) {
    shell.story(&format!("warning: the run goes on without its journal: `{}`: {error}\n", path.display()));
}

/// Reads the journals of a folder, the latest first.
pub(crate) fn read_all(folder: &Path) -> io::Result<Vec<(String, RunHistory)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(err) => return Err(err),
    };
    let mut runs = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_stem().map(|it| it.to_string_lossy().into_owned());
        if let Some(name) = name.filter(|_| path.extension().is_some_and(|it| it == SUFFIX)) {
            runs.push((name, read(&path)?));
        }
    }
    runs.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(runs)
}

/// A run that was killed may have left half a line.
fn read(path: &Path) -> io::Result<RunHistory> {
    let file = File::open(path)?;
    let is_running = matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock));
    let mut lines = Vec::new();
    for line in BufReader::new(&file).lines() {
        lines.extend(serde_json::from_str(&line?).ok());
    }
    Ok(RunHistory { lines, is_running })
}

/// Returns the path of a run's journal.
pub(crate) fn path_of(folder: &Path, run: &str) -> PathBuf {
    folder.join(format!("{run}.{SUFFIX}"))
}
