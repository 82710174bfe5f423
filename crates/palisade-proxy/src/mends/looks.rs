//! Things that are on their way: coming, changing or going, for a number of looks.

use std::collections::BTreeMap;

use crate::call::{Asker, Call};
use crate::place::PerPlace;

/// Remembers by id what is on its way.
pub(crate) struct Looks {
    n_looks: u32,
    left: PerPlace<BTreeMap<String, (Way, u32)>>,
}

/// Where something is on its way to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It has been asked for, and is not yet there.
    Coming,
    /// It is there, and about to be another.
    Changing,
    /// It has been given up, and is not yet gone.
    Going,
}

impl Looks {
    /// Returns a memory in which everything is on its way for a number of looks.
    pub(crate) fn new(n_looks: u32) -> Looks {
        Looks { n_looks, left: PerPlace::default() }
    }

    /// Puts something on its way.
    pub(crate) fn put(&self, call: &Call, id: &str, way: Way) {
        if 0 < self.n_looks {
            self.left.at(&call.place, |it| it.insert(id.to_owned(), (way, self.n_looks)));
        }
    }

    /// Returns the way that something is on, without coming nearer to its end.
    pub(crate) fn way(&self, call: &Call, id: &str) -> Option<Way> {
        self.left.at(&call.place, |left| left.get(id).map(|it| it.0))
    }

    /// Returns the way that something is on.
    /// If the client looks, and not a mend, it comes nearer to its end.
    pub(crate) fn look(&self, call: &Call, id: &str) -> Option<Way> {
        self.left.at(&call.place, |left| {
            let (way, n_left) = left.get_mut(id)?;
            let way = *way;
            if call.asker == Asker::Client {
                *n_left -= 1;
                if *n_left == 0 {
                    left.remove(id);
                }
            }
            Some(way)
        })
    }
}
