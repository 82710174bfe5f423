//! Where leases are kept, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use palisade_core::cloud::Reason;
use palisade_core::{CloudError, Holder, LeaseEntry, LeaseRecord, LeaseState, LeaseStore, Refused};
use palisade_engine::lease::{Leases, Terms};
use tokio::time::Instant;

pub(crate) const LIFE: Duration = Duration::from_secs(6);

/// The leases of one blueprint, and when they were written. Every request is carried out at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    entries: Arc<Mutex<BTreeMap<u64, (String, Instant)>>>,
}

impl Memory {
    /// Returns what is written in each.
    pub(crate) fn records(&self) -> BTreeMap<u64, LeaseRecord> {
        self.entries().iter().map(|(number, (value, _))| (*number, LeaseRecord::read(value))).collect()
    }

    /// Returns the number and the state of each, such as `3 free`.
    pub(crate) fn states(&self) -> Vec<String> {
        let state = |record: LeaseRecord| format!("{:?}", record.state).to_lowercase();
        self.records().into_iter().map(|(number, record)| format!("{number} {}", state(record))).collect()
    }

    /// Writes a lease as somebody would who has gone since.
    pub(crate) fn write(&self, number: u64, state: LeaseState) {
        let record = LeaseRecord::new(state, holder("gone"), String::new(), String::new(), LIFE);
        self.put(number, &record.text());
    }

    pub(crate) fn put(&self, number: u64, value: &str) {
        self.entries().insert(number, (value.to_owned(), Instant::now()));
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<u64, (String, Instant)>> {
        self.entries.lock().expect("nobody panics with it")
    }
}

impl LeaseStore for Memory {
    async fn list(&self, _blueprint: &str) -> Result<Vec<LeaseEntry>, CloudError> {
        let entries = self.entries();
        let entries = entries.iter().map(|(number, (value, written))| {
            // As coarse as the time in the header of an answer.
            let age = Duration::from_secs(written.elapsed().as_secs());
            LeaseEntry { number: *number, value: value.clone(), age }
        });
        Ok(entries.collect())
    }

    async fn create(&self, _blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        if self.entries().contains_key(&number) {
            return Err(CloudError::Refused(Refused::new(Reason::Exists, "ParameterAlreadyExists")));
        }
        self.put(number, value);
        Ok(())
    }

    async fn overwrite(&self, _blueprint: &str, number: u64, value: &str) -> Result<(), CloudError> {
        self.put(number, value);
        Ok(())
    }

    async fn delete(&self, _blueprint: &str, numbers: &[u64]) -> Result<(), CloudError> {
        self.entries().retain(|number, _| !numbers.contains(number));
        Ok(())
    }
}

/// Returns the leases of `lab` as the run of `who` sees them.
pub(crate) fn leases<S: LeaseStore>(store: S, who: &str) -> Leases<S> {
    Leases::new(Arc::new(store), "lab", holder(who), Terms::of(LIFE))
}

pub(crate) fn holder(who: &str) -> Holder {
    Holder { who: who.to_owned(), pid: 1, run: format!("run of {who}") }
}
