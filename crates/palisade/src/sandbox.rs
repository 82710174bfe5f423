//! The cloud of `--sandbox`: an account that is kept in a file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use palisade_core::cloud::PrefixList;
use palisade_core::{Call, Cloud, CloudError, Facts, Known, Learned, Live, Memory, Needs, Observed, Quota};
use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::cloud::Access;
use crate::error::{CommandError, Kind};

const FORMAT_VERSION: u32 = 1;

/// An in-memory cloud that writes its file after every request that changed it, so that a kill loses nothing.
#[derive(Debug)]
pub(crate) struct Sandbox {
    path: PathBuf,
    memory: Memory,
    faults: BTreeMap<String, CloudError>,
    latency: Duration,
    /// What the blueprint says the account's quotas are, where the file says nothing of them.
    quotas: BTreeMap<Quota, u64>,
    is_complete: bool,
    is_by_hand: bool,
    /// Held as long as something may be written.
    _lock: Option<File>,
}

/// What is in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format_version: u32,
    account: String,
    region: String,
    facts: Facts,
    live: Live,
    /// What tells whether somebody has changed the account by hand; see [`seal`].
    #[serde(default)]
    seal: String,
    /// Operations that this account answers with an error, to see what palisade does then; `Observe` is the reading.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    faults: BTreeMap<String, CloudError>,
}

impl Sandbox {
    /// Opens the account in the file, or a new one as `fresh` has it.
    pub(crate) fn open(
        path: &Path,
        access: Access,
        latency: Duration,
        mut fresh: Observed,
    ) -> Result<Sandbox, CommandError> {
        // Not written into the file: a blueprint that says otherwise later is believed as well.
        let quotas = std::mem::take(&mut fresh.facts.quotas);
        let lock = match access {
            Access::Read => None,
            Access::Write { .. } => Some(lock(path)?),
        };
        let (mut is_complete, mut is_by_hand) = (true, false);
        let (world, faults) = match fs::read_to_string(path) {
            // As `mktemp` makes them.
            Ok(text) if text.is_empty() => (fresh, BTreeMap::new()),
            Ok(text) => {
                let Stored { account, region, facts, live, seal: written, faults, .. } = parse(path, &text)?;
                is_by_hand = written != seal(&facts, &live);
                let world = Observed { account, region, live, facts };
                is_complete = has_all(&world, &fresh);
                (with_lists_of_aws(world, fresh.facts.prefix_lists), faults)
            }
            Err(err) if err.kind() == io::ErrorKind::NotFound => (fresh, BTreeMap::new()),
            Err(err) if err.kind() == io::ErrorKind::InvalidData => return Err(damaged(path, err)),
            Err(err) => return Err(CommandError::because(Kind::Failed, cannot("read", path), err)),
        };
        let (path, memory) = (path.to_owned(), Memory::new(world));
        Ok(Sandbox { path, memory, faults, latency, quotas, is_complete, is_by_hand, _lock: lock })
    }

    /// Returns whether everything that the blueprint names as existing is there.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the file if somebody has changed the account in it by hand, so that it may be one that AWS would not have.
    pub(crate) fn changed_by_hand(&self) -> Option<&Path> {
        self.is_by_hand.then_some(&self.path)
    }

    fn save(&self) -> io::Result<()> {
        let Observed { account, region, live, facts } = self.memory.world().clone();
        let faults = self.faults.clone();
        // What has been changed by hand once may stay odd whatever is done to it.
        let seal = if self.is_by_hand { String::new() } else { seal(&facts, &live) };
        let stored = Stored { format_version: FORMAT_VERSION, account, region, facts, live, seal, faults };
        let text = serde_json::to_string_pretty(&stored)?;
        atomic::write(&self.path, (text + "\n").as_bytes())
    }

    fn fault(&self, operation: &str) -> Result<(), CloudError> {
        self.faults.get(operation).map_or(Ok(()), |it| Err(it.clone()))
    }
}

impl Cloud for Sandbox {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        self.fault("Observe")?;
        let mut seen = self.memory.observe(needs).await?;
        for (quota, n) in self.quotas.iter().filter(|(it, _)| needs.quotas.contains(it)) {
            seen.facts.quotas.entry(*quota).or_insert(*n);
        }
        Ok(seen)
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        self.fault(call.request().operation())?;
        let learned = self.memory.call(call, known).await?;
        self.save().map_err(|err| CloudError::Unusable(format!("{}: {err}", cannot("write", &self.path))))?;
        Ok(learned)
    }
}

/// Returns what palisade writes beside an account: FNV-1a of it, which is the same on every machine. It keeps nobody from
/// changing the file.
fn seal(facts: &Facts, live: &Live) -> String {
    let text = serde_json::to_string(&(facts, live)).expect("it is written in the same form");
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// Returns whether a world has all that there would be in a fresh one.
fn has_all(world: &Observed, fresh: &Observed) -> bool {
    let zones = fresh.facts.zones.iter().all(|it| world.facts.zones.contains(it));
    let mut lists = fresh.facts.prefix_lists.keys().filter(|it| is_of_others(it));
    let gateways = fresh.facts.gateways.is_subset(&world.facts.gateways);
    let objects = fresh.live.objects().keys().all(|it| world.live.find(it).is_some());
    let is_made = |id: &String| world.live.objects().values().any(|it| it.id == *id);
    let groups = fresh.facts.groups.iter().all(|it| world.facts.groups.contains(it) || is_made(it));
    zones && gateways && groups && objects && lists.all(|it| world.facts.prefix_lists.contains_key(it))
}

/// A blueprint may ask AWS for more than the one that the file was made for. What others have made in the account is
/// there or not, as it is in AWS.
fn with_lists_of_aws(mut world: Observed, fresh: BTreeMap<String, PrefixList>) -> Observed {
    let lists = &mut world.facts.prefix_lists;
    for (name, list) in fresh {
        if is_of_others(&name) && !lists.contains_key(&name) {
            continue;
        }
        let known = lists.entry(name).or_insert_with(|| list.clone());
        if known.cidrs.is_empty() {
            known.cidrs = list.cidrs;
        }
    }
    world
}

/// AWS's own lists are known by their names.
fn is_of_others(list: &str) -> bool {
    list.starts_with("pl-")
}

fn parse(path: &Path, text: &str) -> Result<Stored, CommandError> {
    #[derive(Deserialize)]
    struct Version {
        format_version: u32,
    }
    let Version { format_version } = serde_json::from_str(text).map_err(|err| damaged(path, err))?;
    if format_version != FORMAT_VERSION {
        let message = format!(
            "`{}` is a sandbox of format {format_version}, and this palisade knows format {FORMAT_VERSION}",
            path.display()
        );
        return Err(CommandError::new(Kind::Invalid, message).hint("use the palisade that has written it"));
    }
    serde_json::from_str(text).map_err(|err| damaged(path, err))
}

fn damaged(path: &Path, err: impl Into<Box<dyn Error + Send + Sync>>) -> CommandError {
    CommandError::because(Kind::Invalid, format!("`{}` is no sandbox", path.display()), err)
        .hint("name a file that does not exist yet to begin with an empty account")
}

fn lock(path: &Path) -> Result<File, CommandError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let lock_path = path.with_file_name(name);
    let failed = |err: io::Error| CommandError::because(Kind::Failed, cannot("lock", path), err);
    let file = File::options().create(true).append(true).open(&lock_path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another palisade is applying to `{}`", path.display());
            Err(CommandError::new(Kind::Locked, message).hint("wait until it is done"))
        }
        Err(TryLockError::Error(err)) => Err(failed(err)),
    }
}

fn cannot(what: &str, path: &Path) -> String {
    format!("cannot {what} the sandbox `{}`", path.display())
}
