//! What differs between an object that is wanted and the one that there is.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The fields that differ. Empty if nothing does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// In the order in which a person reads them.
    pub fields: Vec<Field>,
}

/// One field, or one member of a field that is a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Such as `cidr`, `route 0.0.0.0/0` or `inbound tcp 443 from security-group.app`.
    pub name: String,
    /// What there is; none if it is not there.
    pub live: Option<String>,
    /// What is wanted; none if it goes away.
    pub want: Option<String>,
    /// Whether AWS cannot change it on an object that exists.
    pub forces_replacement: bool,
}

impl Diff {
    /// Adds a field that changes in place, if it differs.
    #[must_use]
    pub fn update<T: PartialEq + fmt::Display>(self, name: &str, live: &T, want: &T) -> Diff {
        self.entry(name, Some(live), Some(want))
    }

    /// Adds a field that only a new object can have otherwise, if it differs.
    #[must_use]
    pub fn replace<T: PartialEq + fmt::Display>(self, name: &str, live: &T, want: &T) -> Diff {
        let n_before = self.fields.len();
        let mut diff = self.update(name, live, want);
        diff.fields.iter_mut().skip(n_before).for_each(|it| it.forces_replacement = true);
        diff
    }

    /// Adds one member of a field, if it comes, goes or changes.
    #[must_use]
    pub fn entry<T: PartialEq + fmt::Display>(
        mut self,
        name: impl fmt::Display,
        live: Option<&T>,
        want: Option<&T>,
    ) -> Diff {
        if live != want {
            let (live, want) = (live.map(T::to_string), want.map(T::to_string));
            self.fields.push(Field { name: name.to_string(), live, want, forces_replacement: false });
        }
        self
    }

    /// Adds the members that come and go of a set.
    #[must_use]
    pub fn set<T: Ord + fmt::Display>(self, name: &str, live: &BTreeSet<T>, want: &BTreeSet<T>) -> Diff {
        live.union(want).fold(self, |diff, member| {
            let had = live.contains(member).then_some(member);
            let wanted = want.contains(member).then_some(member);
            diff.entry(name, had, wanted)
        })
    }

    /// Returns whether a new object is needed.
    pub fn forces_replacement(&self) -> bool {
        self.fields.iter().any(|it| it.forces_replacement)
    }

    /// Returns whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}
