//! Seeded rounds in which several runs want one network while everything goes wrong: requests that are turned away, lost,
//! late, or carried out without an answer; runs that are killed, that stand still and wake up, that end with requests
//! under way; people who unlock.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use palisade_core::{CloudError, LeaseEntry, LeaseStore};
use palisade_engine::lease::{Ending, Lease};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::store::{LIFE, Memory, leases};

const N_ROUNDS: u64 = 200;
const N_RUNS: usize = 5;
/// How long a round goes on, in simulated time.
const ROUND: Duration = Duration::from_secs(180);

/// What decides, the same in every run of the tests.
#[derive(Clone, Debug)]
struct Dice(Arc<Mutex<TestRng>>);

impl Dice {
    fn new(seed: u64) -> Dice {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Dice(Arc::new(Mutex::new(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))))
    }

    fn below(&self, n: u64) -> u64 {
        self.0.lock().expect("nobody panics with it").next_u64() % n
    }

    fn up_to(&self, most: Duration) -> Duration {
        Duration::from_millis(self.below(1 + u64::try_from(most.as_millis()).expect("short")))
    }

    fn percent(&self, n: u64) -> bool {
        self.below(100) < n
    }
}

/// A store at the other end of a bad line.
#[derive(Clone, Debug)]
struct Far {
    memory: Memory,
    dice: Dice,
}

impl Far {
    /// Sends a request that may go wrong in each way that there is.
    async fn send<T, R>(&self, request: impl FnOnce(Memory) -> R) -> Result<T, CloudError>
    where
        T: Send + 'static,
        R: Future<Output = Result<T, CloudError>> + Send + 'static,
    {
        let lost = || Err(CloudError::Lost("connection reset".to_owned()));
        let there = self.dice.up_to(LIFE / 20);
        match self.dice.below(20) {
            0 | 1 => {
                sleep(there).await;
                return Err(CloudError::Transient("slow down".to_owned()));
            }
            2 => {
                sleep(there).await;
                return lost();
            }
            _ => {}
        }
        // Once it is on its way, nobody can call it back: it is carried out though who has sent it waits no more.
        let delay = if self.dice.percent(5) { self.dice.up_to(LIFE / 2) } else { there };
        let request = request(self.memory.clone());
        let carried_out = tokio::spawn(async move {
            sleep(delay).await;
            request.await
        });
        let answer = carried_out.await.expect("it does not panic");
        sleep(self.dice.up_to(LIFE / 20)).await;
        if self.dice.percent(5) { lost() } else { answer }
    }
}

impl LeaseStore for Far {
    async fn list(&self, _blueprint: &str) -> Result<Vec<LeaseEntry>, CloudError> {
        self.send(|memory| async move { memory.list("").await }).await
    }

    async fn create(&self, _blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        let value = value.to_owned();
        self.send(move |memory| async move { memory.create("", number, &value).await }).await
    }

    async fn overwrite(&self, _blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        let value = value.to_owned();
        self.send(move |memory| async move { memory.overwrite("", number, &value).await }).await
    }

    async fn delete(&self, _blueprint: &str, numbers: &[u64]) -> Result<(), CloudError> {
        let numbers = numbers.to_owned();
        self.send(move |memory| async move { memory.delete("", &numbers).await }).await
    }
}

/// What happened in a round.
#[derive(Debug, Default)]
struct Seen {
    /// Who has sent a change, when, and until when it may have been carried out.
    changes: Vec<(String, Instant, Instant)>,
    n_taken: usize,
    n_killed: usize,
    n_after_a_kill: usize,
    n_lost: usize,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Seen { changes, n_taken, n_killed, n_after_a_kill, n_lost } = self;
        write!(
            f,
            "{n_taken} taken, {n_after_a_kill} of them after a kill, {n_killed} killed, {n_lost} lost, {} changes",
            changes.len()
        )
    }
}

/// One run after the other under one name, until the round is over.
#[derive(Clone)]
struct Run {
    name: String,
    store: Far,
    dice: Dice,
    seen: Arc<Mutex<Seen>>,
}

impl Run {
    async fn again_and_again(self) {
        for at in 0.. {
            let run = Run { name: format!("{}.{at}", self.name), ..self.clone() };
            run.once().await;
            sleep(self.dice.up_to(LIFE / 2)).await;
        }
    }

    async fn once(&self) {
        let leases = leases(self.store.clone(), &self.name);
        let Ok(seen) = leases.look().await else { return };
        if seen.held().is_some() {
            return;
        }
        if seen.unsettled().is_some() {
            sleep(leases.terms().settling).await;
        }
        let read = Instant::now();
        sleep(self.dice.up_to(LIFE)).await;
        let Ok(lease) = leases.take(&seen).await else { return };
        self.note(|it| {
            it.n_taken += 1;
            it.n_after_a_kill += usize::from(seen.unsettled().is_some());
            for (who, _, until) in &it.changes {
                assert!(*until <= read, "{} works on what {who} has changed since", self.name);
            }
        });
        let (lease, stop) = (Arc::new(lease), CancellationToken::new());
        if self.dice.percent(30) {
            // Whatever it does then, it renews nothing, and never gives the lease back.
            let until_killed = self.dice.up_to(LIFE * 2);
            let _ = timeout(until_killed, async { tokio::join!(lease.keep(&stop), self.work(&lease, 100)) })
                .await;
            self.note(|it| it.n_killed += 1);
            return;
        }
        let n_changes = self.dice.below(30);
        let working = async {
            self.work(&lease, n_changes).await;
            stop.cancel();
        };
        let (lost, ()) = tokio::join!(lease.keep(&stop), working);
        self.note(|it| it.n_lost += usize::from(lost.is_some()));
        let ending = match self.dice.percent(50) {
            true => {
                sleep(leases.terms().request).await;
                Ending::Settled
            }
            false => Ending::Unsettled,
        };
        let _ = lease.release(ending).await;
    }

    /// Sends changes for as long as the lease lets it.
    async fn work(&self, lease: &Lease<Far>, n_changes: u64) {
        for _ in 0..n_changes {
            let pause = if self.dice.percent(3) { LIFE * 2 } else { LIFE / 6 };
            sleep(self.dice.up_to(pause)).await;
            if lease.may_send().is_err() {
                return;
            }
            let now = Instant::now();
            self.note(|it| {
                for (who, _, until) in it.changes.iter().filter(|(who, ..)| *who != self.name) {
                    assert!(*until <= now, "{} and {who} change the network at once", self.name);
                }
                it.changes.push((self.name.clone(), now, now + LIFE / 3));
            });
        }
    }

    fn note(&self, with: impl FnOnce(&mut Seen)) {
        with(&mut self.seen.lock().expect("nobody has failed"));
    }
}

/// Returns what happened in the round of a seed.
async fn round(seed: u64) -> Seen {
    let (dice, seen, memory) = (Dice::new(seed), Arc::new(Mutex::new(Seen::default())), Memory::default());
    let mut runs = JoinSet::new();
    for at in 0..N_RUNS {
        let store = Far { memory: memory.clone(), dice: dice.clone() };
        let run = Run { name: at.to_string(), store, dice: dice.clone(), seen: seen.clone() };
        runs.spawn(run.again_and_again());
    }
    if let Ok(Some(Err(error))) = timeout(ROUND, runs.join_next()).await {
        panic!("seed {seed}: {error}");
    }
    runs.shutdown().await;
    let mut seen = seen.lock().expect("nobody has failed");
    std::mem::take(&mut *seen)
}

#[test]
fn nobody_works_beside_another_nor_on_what_another_has_changed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    let mut all = Seen::default();
    for seed in 0..N_ROUNDS {
        let Seen { changes, n_taken, n_killed, n_after_a_kill, n_lost } = runtime.block_on(round(seed));
        assert!(0 < n_taken, "seed {seed}: nobody got the lease");
        all.changes.extend(changes);
        all.n_taken += n_taken;
        all.n_killed += n_killed;
        all.n_after_a_kill += n_after_a_kill;
        all.n_lost += n_lost;
    }
    let is_rich = [all.n_killed, all.n_after_a_kill, all.n_lost].into_iter().all(|it| 100 < it);
    assert!(is_rich && 10_000 < all.changes.len(), "too little has happened: {all}");
}
