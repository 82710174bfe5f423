//! One run of the binary, and what it took.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use wait4::Wait4;

use super::Versions;
use super::exchanges::{self, Exchange};
use super::proxy::{Noted, Proxy};

/// The endpoints of what moto answers.
const OF_MOTO: [&str; 3] =
    ["AWS_ENDPOINT_URL_SAGEMAKER", "AWS_ENDPOINT_URL_EFS", "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"];

/// Where and as whom to run.
pub(super) struct Bench {
    pub(super) binary: PathBuf,
    /// The workspace.
    pub(super) root: PathBuf,
    /// The endpoint of LocalStack.
    pub(super) emulator: String,
    /// The endpoint of moto, for what LocalStack does not have.
    pub(super) moto: String,
    /// For what is printed, and for files.
    pub(super) directory: PathBuf,
    /// What the accounts of this benchmark begin with: nine digits.
    pub(super) run_id: u64,
    /// How many accounts have been taken.
    pub(super) n_accounts: u64,
}

/// One run of the binary.
pub(super) struct Run {
    pub(super) measure: Measure,
    /// What the proxy has seen, in the order in which the answers came.
    pub(super) exchanges: Vec<Exchange>,
    pub(super) stdout: String,
}

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// Requests, counted by the proxy.
    pub(super) n_requests: usize,
    /// Waves of the reading, which a plan is nothing but: as palisade tells, and as the proxy has seen.
    pub(super) n_waves: Option<(usize, usize)>,
    /// Connections for them, to a server that keeps them; on AWS, each costs a handshake.
    pub(super) n_connections: usize,
    pub(super) wall: Duration,
    /// How long at least one request was under way.
    pub(super) waiting: Duration,
    /// Of the process itself, in user and kernel mode.
    pub(super) cpu: Duration,
    pub(super) peak_bytes: u64,
}

impl Bench {
    /// Goes to an account that is empty.
    pub(super) fn take_account(&mut self) {
        self.n_accounts += 1;
    }

    /// Writes two versions of a blueprint.
    pub(super) fn write(&self, name: &str, first: &str, edited: &str) -> io::Result<Versions> {
        let path = |name: String| self.directory.join(name).with_extension("toml");
        let versions = Versions { first: path(name.to_owned()), edited: path(format!("{name}-edited")) };
        fs::write(&versions.first, first)?;
        fs::write(&versions.edited, edited)?;
        Ok(versions)
    }

    /// Runs the binary to its end, which must be a success.
    pub(super) fn run(&self, arguments: &[&str], blueprint: Option<&Path>) -> Result<Run, Box<dyn Error>> {
        let proxy = Proxy::start(&self.emulator)?;
        let moto = proxy.beside(&self.moto)?;
        let (stdout, stderr) = (self.directory.join("stdout"), self.directory.join("stderr"));
        // LocalStack takes any twelve digits for an account, and makes it when it is first asked.
        let account = format!("{:09}{:03}", self.run_id, self.n_accounts);
        let mut command = Command::new(&self.binary);
        command.args(arguments).args(blueprint).env_clear().env("AWS_ENDPOINT_URL", proxy.endpoint());
        command.envs(OF_MOTO.map(|it| (it, moto.endpoint())));
        command.env("AWS_ACCESS_KEY_ID", account).env("AWS_SECRET_ACCESS_KEY", "dummy");
        command.stdin(Stdio::null()).stdout(File::create(&stdout)?).stderr(File::create(&stderr)?);
        let began = Instant::now();
        let used = command.spawn()?.wait4()?;
        let wall = began.elapsed();
        if !used.status.success() {
            let words = arguments.join(" ");
            return Err(format!("palisade {words}: {}\n{}", used.status, fs::read_to_string(stderr)?).into());
        }
        let Noted { exchanges, n_connections } = proxy.noted();
        let stdout = fs::read_to_string(stdout)?;
        let told = told(&stdout);
        let n_requests = exchanges.len();
        if let Some((n_told, _)) = told.filter(|(n_told, _)| *n_told != n_requests) {
            return Err(format!("palisade counts {n_told} requests, the proxy {n_requests}").into());
        }
        let measure = Measure {
            n_requests,
            n_waves: told.map(|(_, n_told)| (n_told, exchanges::n_waves(&exchanges))),
            n_connections,
            wall,
            waiting: exchanges::under_way(&exchanges),
            cpu: used.rusage.utime + used.rusage.stime,
            peak_bytes: used.rusage.maxrss,
        };
        Ok(Run { measure, exchanges, stdout })
    }
}

/// Returns the requests and waves that the document of a plan tells.
fn told(stdout: &str) -> Option<(usize, usize)> {
    let plan: Value = serde_json::from_str(stdout).ok()?;
    let number = |name: &str| plan["reads"][name].as_u64().and_then(|it| usize::try_from(it).ok());
    Some((number("requests")?, number("waves")?))
}
