//! The port to where leases are kept, and what is written into one.
//!
//! A blueprint's leases are numbered, and the highest counts: whoever has written it works on the network, until it says
//! otherwise or has not been renewed for its life. How one is taken is `palisade-engine`'s to know.

use std::future::Future;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cloud::CloudError;

/// The version of what is written into a lease.
const FORMAT_VERSION: u32 = 1;

/// Where the leases of an account and region are kept. An implementation makes one request per call, but for pages.
pub trait LeaseStore: Send + Sync + 'static {
    /// Reads the leases of a blueprint, in any order.
    fn list(&self, blueprint: &str) -> impl Future<Output = Result<Vec<LeaseEntry>, CloudError>> + Send;

    /// Writes a lease that must not be there yet; one that is there is refused as [`crate::cloud::Reason::Exists`]. Of
    /// several that come at once, one succeeds.
    fn create(
        &self,
        blueprint: &str,
        number: u64,
        value: &str,
    ) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Writes a lease, whether it is there or not.
    fn overwrite(
        &self,
        blueprint: &str,
        number: u64,
        value: &str,
    ) -> impl Future<Output = Result<(), CloudError>> + Send;

    /// Deletes leases, at most ten; those that are not there are no mistake.
    fn delete(&self, blueprint: &str, numbers: &[u64])
    -> impl Future<Output = Result<(), CloudError>> + Send;
}

/// A lease as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseEntry {
    /// Its number.
    pub number: u64,
    /// What is written in it.
    pub value: String,
    /// How long ago that was written, by the clock of who keeps it: the clocks of two machines need not agree.
    pub age: Duration,
}

/// Who works on a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The user and the machine, such as `ada@build-7`.
    pub who: String,
    /// The process on that machine.
    pub pid: u32,
    /// The run, as in `palisade history`.
    pub run: String,
}

/// What a lease says of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseState {
    /// Somebody works on it.
    Held,
    /// Nobody does, and every request has been answered.
    Free,
    /// Nobody does, but requests may have been left under way.
    Abandoned,
}

/// What is written into a lease. Times are for people, in RFC 3339 and UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRecord {
    format_version: u32,
    /// What it says.
    pub state: LeaseState,
    /// Who has written it.
    #[serde(flatten)]
    pub holder: Holder,
    /// Since when it is held, or was.
    pub since: String,
    /// Until when it is held if it is not renewed, or when it ended.
    pub until: String,
    /// How long it is held after it was written last.
    pub life_s: u64,
    /// Why it was taken away from somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl LeaseRecord {
    /// Returns what a holder writes.
    pub fn new(
        state: LeaseState,
        holder: Holder,
        since: String,
        until: String,
        life: Duration,
    ) -> LeaseRecord {
        let life_s = life.as_secs();
        LeaseRecord { format_version: FORMAT_VERSION, state, holder, since, until, life_s, reason: None }
    }

    /// Reads what is written in a lease. What no palisade has written is held forever: it has to be looked at.
    pub fn read(value: &str) -> LeaseRecord {
        let record = serde_json::from_str(value).ok();
        record.filter(|it: &LeaseRecord| it.format_version == FORMAT_VERSION).unwrap_or_else(|| {
            let holder = Holder { who: "somebody else than palisade".to_owned(), pid: 0, run: String::new() };
            LeaseRecord {
                life_s: u64::MAX,
                ..LeaseRecord::new(LeaseState::Held, holder, String::new(), String::new(), Duration::ZERO)
            }
        })
    }

    /// Returns it as it is written.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("its keys are texts")
    }

    /// Returns whether it is held no more, so long after it was written.
    pub fn is_expired(&self, age: Duration) -> bool {
        self.state == LeaseState::Held && Duration::from_secs(self.life_s) <= age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(state: LeaseState) -> LeaseRecord {
        let holder =
            Holder { who: "ada@build-7".to_owned(), pid: 4711, run: "20261124T100000.000Z-1f".to_owned() };
        let (since, until) = ("2026-11-24T10:00:00Z".to_owned(), "2026-11-24T10:03:00Z".to_owned());
        LeaseRecord::new(state, holder, since, until, Duration::from_secs(180))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = record(LeaseState::Held).text();
        insta::assert_snapshot!(text, @r#"{"format_version":1,"state":"held","who":"ada@build-7","pid":4711,"run":"20261124T100000.000Z-1f","since":"2026-11-24T10:00:00Z","until":"2026-11-24T10:03:00Z","life_s":180}"#);
        assert_eq!(LeaseRecord::read(&text), record(LeaseState::Held));
    }

    #[test]
    fn only_what_is_held_expires_and_only_after_its_life() {
        let (before, after) = (Duration::from_secs(179), Duration::from_secs(180));
        assert!(!record(LeaseState::Held).is_expired(before) && record(LeaseState::Held).is_expired(after));
        assert!(!record(LeaseState::Free).is_expired(after));
    }

    #[test]
    fn what_nobody_understands_is_held_forever() {
        for text in ["", "free", "{}", &record(LeaseState::Free).text().replace(":1,", ":2,")] {
            let read = LeaseRecord::read(text);
            assert!(
                read.state == LeaseState::Held && !read.is_expired(Duration::from_secs(1 << 40)),
                "{text}"
            );
        }
    }
}
