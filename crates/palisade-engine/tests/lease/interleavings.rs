//! Every order in which the requests of a few runs can arrive.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use palisade_core::{CloudError, LeaseEntry, LeaseState, LeaseStore};
use palisade_engine::lease::{Ending, Leases};
use tokio::time::advance;

use crate::store::{LIFE, Memory, leases};

/// A run asks for its turn before each request, and gets it when the test says so.
#[derive(Clone, Debug, Default)]
struct Turn {
    is_asked_for: Arc<AtomicBool>,
    is_given: Arc<AtomicBool>,
}

impl Turn {
    async fn come(&self) {
        self.is_asked_for.store(true, Ordering::Relaxed);
        poll_fn(
            |_| if self.is_given.swap(false, Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending },
        )
        .await;
        self.is_asked_for.store(false, Ordering::Relaxed);
    }
}

/// A store whose requests wait for their turn.
#[derive(Clone, Debug)]
struct InTurn {
    memory: Memory,
    turn: Turn,
}

impl LeaseStore for InTurn {
    async fn list(&self, blueprint: &str) -> Result<Vec<LeaseEntry>, CloudError> {
        self.turn.come().await;
        self.memory.list(blueprint).await
    }

    async fn create(&self, blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        self.turn.come().await;
        self.memory.create(blueprint, number, value).await
    }

    async fn overwrite(&self, blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        self.turn.come().await;
        self.memory.overwrite(blueprint, number, value).await
    }

    async fn delete(&self, blueprint: &str, numbers: &[u64]) -> Result<(), CloudError> {
        self.turn.come().await;
        self.memory.delete(blueprint, numbers).await
    }
}

/// The network, which has been changed so often.
#[derive(Debug, Default)]
struct World {
    n_changes: AtomicU32,
    is_worked_on: AtomicBool,
}

/// One run: looks, reads, takes, changes, gives back.
async fn run(leases: Leases<InTurn>, turn: Turn, world: Arc<World>) {
    let seen = leases.look().await.expect("nothing fails");
    if seen.held().is_some() {
        return;
    }
    let n_read = world.n_changes.load(Ordering::Relaxed);
    let Ok(lease) = leases.take(&seen).await else { return };
    assert!(!world.is_worked_on.swap(true, Ordering::Relaxed), "there are two holders");
    assert_eq!(world.n_changes.load(Ordering::Relaxed), n_read, "it changes what it has not read");
    turn.come().await;
    lease.may_send().expect("time has stood still");
    world.n_changes.fetch_add(1, Ordering::Relaxed);
    world.is_worked_on.store(false, Ordering::Relaxed);
    lease.release(Ending::Settled).await.expect("nothing fails");
}

/// A run that is carried on by hand.
struct Player {
    turn: Turn,
    run: Pin<Box<dyn Future<Output = ()>>>,
    is_over: bool,
}

/// The choices of one order: which of how many could go on at each point.
type Choices = Vec<(usize, usize)>;

/// Carries out the order that begins with `choices` and goes on with the first each time; completes the choices.
async fn in_order(begin: &Memory, n_runs: usize, choices: &mut Choices) -> u32 {
    let world = Arc::new(World::default());
    let mut runs: Vec<Player> = Vec::new();
    for at in 0..n_runs {
        let turn = Turn::default();
        let store = InTurn { memory: begin.clone(), turn: turn.clone() };
        let run = run(leases(store, &at.to_string()), turn.clone(), world.clone());
        runs.push(Player { turn, run: Box::pin(run), is_over: false });
    }
    for at in 0.. {
        for player in &mut runs {
            player.is_over = poll_fn(|it| Poll::Ready(player.run.as_mut().poll(it).is_ready())).await;
        }
        runs.retain(|it| !it.is_over);
        let waiting: Vec<&Turn> =
            runs.iter().map(|it| &it.turn).filter(|it| it.is_asked_for.load(Ordering::Relaxed)).collect();
        match waiting.len() {
            0 if runs.is_empty() => break,
            0 => advance(Duration::from_millis(100)).await,
            n => {
                if choices.len() == at {
                    choices.push((0, n));
                }
                waiting[choices[at].0].is_given.store(true, Ordering::Relaxed);
            }
        }
    }
    world.n_changes.load(Ordering::Relaxed)
}

/// Returns the next order, as the digits of a number are counted up.
fn next(choices: &mut Choices) -> bool {
    while let Some((chosen, n)) = choices.pop() {
        if chosen + 1 < n {
            choices.push((chosen + 1, n));
            return true;
        }
    }
    false
}

/// Goes through every order of the requests of some runs, each from a store as `begin` makes it; returns how many orders
/// there are, and in how many the network was changed how often.
fn every_order(n_runs: usize, begin: impl Fn(&Memory)) -> (usize, Vec<usize>) {
    let n_by_changes = Mutex::new(vec![0; n_runs + 1]);
    let mut n_orders = 0;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let mut choices = Choices::new();
        loop {
            let memory = Memory::default();
            begin(&memory);
            advance(LIFE).await;
            let n_changes = in_order(&memory, n_runs, &mut choices).await;
            n_by_changes.lock().expect("one thread")[n_changes as usize] += 1;
            n_orders += 1;
            if !next(&mut choices) {
                break;
            }
        }
    });
    (n_orders, n_by_changes.into_inner().expect("one thread"))
}

/// Whatever the order, somebody works, nobody works beside another, and nobody on what another has changed since.
fn check(n_runs: usize, begin: impl Fn(&Memory)) -> usize {
    let (n_orders, n_by_changes) = every_order(n_runs, begin);
    assert_eq!(n_by_changes[0], 0, "nobody got the lease: {n_by_changes:?}");
    assert!(0 < n_by_changes[1] && 0 < n_by_changes[n_runs], "{n_by_changes:?}");
    n_orders
}

#[test]
fn three_runs_on_a_new_network() {
    assert!(1_000 < check(3, |_| {}));
}

#[test]
fn three_runs_after_one_that_gave_the_lease_back() {
    assert!(1_000 < check(3, |it| it.write(3, LeaseState::Free)));
}

#[test]
fn three_runs_after_one_that_was_killed() {
    assert!(1_000 < check(3, |it| it.write(3, LeaseState::Held)));
}

#[test]
fn three_runs_of_which_the_first_tidies() {
    assert!(1_000 < check(3, |it| (1..=8).for_each(|number| it.write(number, LeaseState::Free))));
}
