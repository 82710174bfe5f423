//! Where a call belongs, and what is remembered for each such place.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A region of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
}

/// Something that is remembered for each place.
#[derive(Debug, Default)]
pub(crate) struct PerPlace<T>(Mutex<BTreeMap<Place, T>>);

impl<T: Default> PerPlace<T> {
    /// Looks at, or changes, what is remembered for a place.
    pub(crate) fn at<R>(&self, place: &Place, look: impl FnOnce(&mut T) -> R) -> R {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look(places.entry(place.clone()).or_default())
    }
}
