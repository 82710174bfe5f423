//! Runs the proxy until it is ended, and prints its endpoint as the first line.
//!
//! For tests only, as all of this crate.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use hyper::Uri;
use palisade_proxy::{Hold, Proxy, Settings, Weather, When};

/// Stands between an AWS client and LocalStack, mends what LocalStack gets wrong about EC2, and makes faults on purpose.
#[derive(Parser)]
struct Arguments {
    /// The endpoint of LocalStack.
    #[arg(long, env = "AWS_ENDPOINT_URL")]
    upstream: Uri,
    /// The port on loopback; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many objects a page has at most.
    #[arg(long, default_value_t = 5)]
    page_size: usize,
    /// How often something that was made or deleted is seen on its way before it is there or gone.
    #[arg(long, default_value_t = 1)]
    looks: u32,
    /// Throttle, fail, lose, cut and lag as this seed says.
    #[arg(long, value_name = "SEED", env = "PALISADE_PROXY_STORM")]
    storm: Option<u64>,
    /// Throttle who asks EC2 more than AWS documents.
    #[arg(long, env = "PALISADE_PROXY_LIMITS")]
    limits: bool,
    /// Stop the client before its Nth change, counted from 0, is carried out, and say so on stdout.
    #[arg(long, value_name = "N", env = "PALISADE_PROXY_HOLD_BEFORE")]
    hold_before: Option<usize>,
    /// Stop the client after its Nth change was carried out, and say so on stdout.
    #[arg(long, value_name = "N", env = "PALISADE_PROXY_HOLD_AFTER", conflicts_with = "hold_before")]
    hold_after: Option<usize>,
}

impl Arguments {
    fn hold(&self) -> Option<Hold> {
        let before = self.hold_before.map(|at| Hold { at, when: When::Before });
        before.or_else(|| Some(Hold { at: self.hold_after?, when: When::After }))
    }
}

/// How long to wait for the client at a time.
const LONG: Duration = Duration::from_secs(3600);

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let hold = arguments.hold();
    let Arguments { upstream, port, page_size, looks, storm, limits, .. } = arguments;
    let proxy = Proxy::start(&Settings { upstream, port, page_size, n_looks: looks })?;
    if let Some(seed) = storm {
        proxy.set_weather(Weather::storm(seed));
    }
    if limits {
        proxy.keep_limits();
    }
    if let Some(hold) = hold {
        proxy.hold(hold);
    }
    writeln!(io::stdout(), "{}", proxy.endpoint())?;
    if hold.is_some() {
        let operation = std::iter::repeat_with(|| proxy.held(LONG)).flatten().next();
        writeln!(io::stdout(), "held {}", operation.unwrap_or_default())?;
        // Whoever has killed the client says so by any line.
        io::stdin().read_line(&mut String::new())?;
        proxy.release();
    }
    loop {
        std::thread::park();
    }
}
