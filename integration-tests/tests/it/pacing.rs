//! The real binary against the limits of AWS.

use std::time::{Duration, Instant};

use crate::fixture::{World, shipped};

/// Paced, as against AWS itself, where the proxy throttles as AWS documents.
#[test]
fn a_paced_apply_is_hardly_ever_throttled() {
    let world = World::with_proxy(&shipped("ml-3az"));
    world.proxy().keep_limits();
    let began = Instant::now();
    world.ends(0, &["apply", "--yes", "--pacing", "on"]);
    let (counts, taken) = (world.proxy().counts(), began.elapsed());
    tell(&format!("{counts:?} in {taken:?}"));
    assert!(counts.n_throttled * 50 <= counts.n_requests, "{counts:?}");
    // Four endpoints go at once; each of the other eight waits for a token, of which AWS gives 0.3 a second.
    assert!(Duration::from_secs(26) < taken, "{taken:?} is faster than AWS");
}

#[expect(clippy::print_stdout, reason = "whoever asks how much was throttled runs it with --nocapture")]
fn tell(text: &str) {
    println!("{text}");
}
