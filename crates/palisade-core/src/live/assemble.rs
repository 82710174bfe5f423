//! Whose is what: from objects as they were found to a [`Live`].

use std::collections::BTreeMap;

use super::{Duplicate, Found, Live, Object, Owner, State, Stranger};
use crate::key::Key;
use crate::tags::Identity;

impl Live {
    /// Finds out whose each object is, and names it and its references accordingly.
    pub fn assemble(blueprint: &str, found: Vec<Found>, strangers: Vec<Stranger>) -> Live {
        let mut claims: BTreeMap<Key, Vec<(u32, Found)>> = BTreeMap::new();
        let mut objects: Vec<(Key, Object)> = Vec::new();
        for it in found {
            let identity = Identity::read(&it.tags)
                .filter(|id| id.blueprint == blueprint && id.key.kind == it.spec.kind());
            match identity {
                Some(Identity { key, generation, .. }) => {
                    claims.entry(key).or_default().push((generation, it));
                }
                // What is not ours and on its way out is nobody's business any more.
                None if it.state == State::Leaving => {}
                None => objects.push((it.id_key(), it.into_object(0, Owner::Foreign))),
            }
        }
        let mut live = Live { strangers, ..Live::default() };
        let mut names: BTreeMap<Key, Key> = BTreeMap::new();
        for (key, mut claimed) in claims {
            claimed.sort_by(|a, b| (b.0, &b.1.id).cmp(&(a.0, &a.1.id)));
            live.duplicates.extend(duplicates(&key, &claimed));
            let newest =
                claimed.iter().position(|(_, it)| matches!(it.state, State::Usable | State::Pending));
            for (at, (generation, it)) in claimed.into_iter().enumerate() {
                if Some(at) == newest {
                    names.insert(it.id_key(), key.clone());
                    objects.push((key.clone(), it.into_object(generation, Owner::Blueprint)));
                } else {
                    objects
                        .push((it.id_key(), it.into_object(generation, Owner::Deposed { of: key.clone() })));
                }
            }
        }
        let rename = |key: &mut Key| {
            if let Some(name) = names.get(key) {
                *key = name.clone();
            }
        };
        for (key, mut object) in objects {
            object.spec.map_keys(&mut |it| rename(it));
            live.put(key, object);
        }
        live.strangers.iter_mut().flat_map(|it| &mut it.uses).for_each(rename);
        live
    }

    /// Returns the same world from the point of view of another blueprint.
    pub(crate) fn reassembled(&self, blueprint: &str) -> Live {
        let ids: BTreeMap<Key, Key> =
            self.objects.iter().map(|(key, it)| (key.clone(), Key::new(key.kind, &it.id))).collect();
        let by_id = |key: &mut Key| {
            if let Some(id) = ids.get(key) {
                *key = id.clone();
            }
        };
        let found = self.objects.values().cloned().map(|object| {
            let Object { id, state, mut spec, parts, tags, .. } = object;
            spec.map_keys(&mut |it| by_id(it));
            Found { id, state, spec, parts, tags }
        });
        let mut strangers = self.strangers.clone();
        strangers.iter_mut().flat_map(|it| &mut it.uses).for_each(by_id);
        let mut live = Live::assemble(blueprint, found.collect(), strangers);
        live.minted = self.minted;
        live
    }
}

impl Found {
    pub(super) fn id_key(&self) -> Key {
        Key::new(self.spec.kind(), &self.id)
    }

    pub(super) fn into_object(self, generation: u32, owner: Owner) -> Object {
        let Found { id, state, spec, parts, tags } = self;
        Object { id, generation, owner, state, spec, parts, tags }
    }
}

/// Expects `claimed` in order of generation.
fn duplicates(key: &Key, claimed: &[(u32, Found)]) -> Vec<Duplicate> {
    let same_generation = claimed.chunk_by(|a, b| a.0 == b.0).filter(|it| 1 < it.len());
    let duplicate = |it: &[(u32, Found)]| Duplicate {
        key: key.clone(),
        generation: it[0].0,
        ids: it.iter().map(|(_, found)| found.id.clone()).collect(),
    };
    same_generation.map(duplicate).collect()
}
