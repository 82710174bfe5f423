//! The real binary, killed (SIGKILL) exactly at one of its changes: before it is carried out, or after.
//!
//! A few points here; `make crash` takes all of them, which is hours.

use std::process::Stdio;
use std::time::Duration;

use palisade_proxy::{Hold, When};

use crate::fixture::{World, edited, network_of, shipped, variable};

/// A network, and an edit of it that replaces things.
struct Case {
    first: String,
    second: String,
}

// The lease of a run that was killed keeps the next one waiting; that is another test's subject.
const DESTROY: &[&str] = &["destroy", "--yes", "--no-lease"];
const APPLY: &[&str] = &["apply", "--yes", "--no-lease"];

fn private_training() -> Case {
    let first = network_of("private-training");
    let second = edited(&first, "\"10.20.0.0/18\"", "\"10.20.64.0/18\"");
    let second = edited(&second, "training jobs: S3 only", "jobs: S3 only");
    Case { first, second }
}

fn ml_3az() -> Case {
    let first = shipped("ml-3az");
    let second = edited(&first, "\"10.40.32.0/20\"", "\"10.40.48.0/20\"");
    let second = edited(&second, "\"databases\"", "\"the databases\"");
    let second = edited(&second, "\"interface endpoints\"", "\"the interface endpoints\"");
    Case { first, second }
}

/// Which points to take: all, or as many of each way as a test can afford.
fn all() -> bool {
    variable("PALISADE_TEST_CRASHES").is_some_and(|it| it == "all")
}

/// Which way is killed.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Apply,
    Edit,
    Destroy,
}

impl Case {
    /// Goes a way, killed at a change, and goes it again; returns whether there is such a change.
    fn survives(&self, phase: Phase, hold: Hold) -> bool {
        let mut world = World::with_proxy(&self.first);
        world.snapshot("before.json");
        if let Phase::Edit | Phase::Destroy = phase {
            world.apply();
            world.snapshot("built.json");
        }
        if let Phase::Edit = phase {
            world.write(&self.second);
        }
        let arguments = if let Phase::Destroy = phase { DESTROY } else { APPLY };
        if !is_killed(&world, arguments, hold) {
            return false;
        }
        world.ends(0, arguments);
        let since = world.since("built.json");
        let since = since.each_ref().map(String::as_str);
        match phase {
            Phase::Apply => world.is_built(&[]),
            Phase::Edit => world.is_built(&since),
            Phase::Destroy => {}
        }
        if let Phase::Apply | Phase::Edit = phase {
            world.has_nothing_to_do();
            world.ends(0, DESTROY);
        }
        world.is_gone("before.json");
        true
    }

    /// Tries the points; all of them if that is asked for.
    fn survives_at(&self, name: &str, some: &[(Phase, usize, When)]) {
        let mut n_points = 0;
        if all() {
            for phase in [Phase::Apply, Phase::Edit, Phase::Destroy] {
                for at in 0.. {
                    let both = [When::Before, When::After].map(|when| self.told(phase, Hold { at, when }));
                    if both == [false, false] {
                        break;
                    }
                    n_points += 2;
                }
            }
        } else {
            for &(phase, at, when) in some {
                assert!(self.told(phase, Hold { at, when }), "{phase:?} has fewer changes than {at}");
                n_points += 1;
            }
        }
        tell(&format!("{name}: {n_points} points"));
    }

    fn told(&self, phase: Phase, hold: Hold) -> bool {
        tell(&format!("{phase:?}, {hold:?}"));
        self.survives(phase, hold)
    }
}

#[expect(clippy::print_stdout, reason = "a failure is told together with the point at which the kill was")]
fn tell(text: &str) {
    println!("{text}");
}

/// Kills a run at a change; tells whether it came to one.
fn is_killed(world: &World, arguments: &[&str], hold: Hold) -> bool {
    let proxy = world.proxy();
    proxy.hold(hold);
    let mut command = world.command(arguments);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary can be run");
    let is_held = loop {
        if proxy.held(Duration::from_millis(50)).is_some() {
            break true;
        }
        if run.try_wait().expect("it is a child").is_some() {
            break false;
        }
    };
    run.kill().expect("it can be killed");
    run.wait().expect("it has ended");
    proxy.release();
    is_held
}

#[test]
fn private_training_lands_wherever_it_is_killed() {
    let some = [
        (Phase::Apply, 0, When::After),
        (Phase::Apply, 9, When::Before),
        (Phase::Edit, 5, When::After),
        (Phase::Edit, 12, When::Before),
        (Phase::Destroy, 4, When::After),
        (Phase::Destroy, 8, When::Before),
    ];
    private_training().survives_at("private-training", &some);
}

#[test]
fn ml_3az_lands_wherever_it_is_killed() {
    let some = [(Phase::Apply, 100, When::After), (Phase::Edit, 20, When::After)];
    ml_3az().survives_at("ml-3az", &some);
}
