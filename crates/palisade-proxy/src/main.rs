//! Runs the proxy until it is ended, and prints its endpoint as the first line.
//!
//! For tests only, as all of this crate.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use hyper::Uri;
use palisade_proxy::{Proxy, Settings};

/// Stands between an AWS client and LocalStack, and mends what LocalStack gets wrong about EC2.
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
}

fn main() -> io::Result<ExitCode> {
    let Arguments { upstream, port, page_size, looks } = Arguments::parse();
    let proxy = Proxy::start(&Settings { upstream, port, page_size, n_looks: looks })?;
    writeln!(io::stdout(), "{}", proxy.endpoint())?;
    loop {
        std::thread::park();
    }
}
