//! Leases on the wire: who is in the way of a run, and what became of one that was taken away.

use palisade_core::LeaseRecord;
use serde::Serialize;

use super::FORMAT_VERSION;

/// The one line of an apply or a destroy that somebody else keeps from beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LockedLine {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Always `locked`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The blueprint's name.
    pub blueprint: String,
    /// Who has its lease, or had it when this run needed it.
    pub by: HolderEntry,
}

/// What `palisade unlock` has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnlockDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The blueprint's name.
    pub blueprint: String,
    /// From whom the lease was taken; null if nobody had it.
    pub taken_from: Option<HolderEntry>,
    /// Why.
    pub reason: String,
}

/// Who has a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolderEntry {
    /// The user and the machine.
    pub who: String,
    /// The process on that machine.
    pub pid: u32,
    /// The run.
    pub run: String,
    /// Since when, in RFC 3339 and UTC.
    pub since: String,
    /// Until when, unless it is renewed; or when it ended.
    pub until: String,
}

impl LockedLine {
    /// Returns the line for a blueprint.
    pub(super) fn new(blueprint: &str, by: &LeaseRecord) -> LockedLine {
        let (blueprint, by) = (blueprint.to_owned(), HolderEntry::from(by));
        LockedLine { format_version: FORMAT_VERSION, kind: "locked", blueprint, by }
    }
}

impl UnlockDocument {
    /// Returns the document for a blueprint.
    pub(super) fn new(blueprint: &str, taken_from: Option<&LeaseRecord>, reason: &str) -> UnlockDocument {
        let (blueprint, reason) = (blueprint.to_owned(), reason.to_owned());
        let taken_from = taken_from.map(HolderEntry::from);
        UnlockDocument { format_version: FORMAT_VERSION, blueprint, taken_from, reason }
    }
}

impl From<&LeaseRecord> for HolderEntry {
    fn from(record: &LeaseRecord) -> HolderEntry {
        let LeaseRecord { holder, since, until, .. } = record.clone();
        HolderEntry { who: holder.who, pid: holder.pid, run: holder.run, since, until }
    }
}
