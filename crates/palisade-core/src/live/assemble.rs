//! Whose is what: from objects as they were found to a [`Live`].

use std::collections::{BTreeMap, BTreeSet};

use super::{Duplicate, Found, Live, Object, Owner, State, Stranger};
use crate::cloud::Needs;
use crate::key::Key;
use crate::tags::{Identity, Origin};

/// An object that says to be of a key, with what it says of itself.
struct Claim {
    identity: Identity,
    found: Found,
}

impl Live {
    /// Finds out whose each object is, and names it and its references accordingly.
    pub fn assemble(needs: &Needs, found: Vec<Found>, strangers: Vec<Stranger>) -> Live {
        let mut claims: BTreeMap<Key, Vec<Claim>> = BTreeMap::new();
        let mut objects: Vec<(Key, Object)> = Vec::new();
        for it in found {
            let identity = Identity::read(&it.tags)
                .filter(|id| needs.owns(&id.blueprint) && id.key.kind == it.spec.kind());
            match identity {
                Some(identity) => {
                    let key = needs.moves.meaning(&identity.key, identity.moved_from.as_ref());
                    claims.entry(key).or_default().push(Claim { identity, found: it });
                }
                // What is not ours and on its way out is nobody's business any more.
                None if it.state == State::Leaving => {}
                None => objects.push((it.id_key(), it.into_object(0, Owner::Foreign))),
            }
        }
        let mut live = Live { strangers, ..Live::default() };
        let mut names: BTreeMap<Key, Key> = BTreeMap::new();
        for (key, mut claimed) in claims {
            let order = |it: &Claim| (it.identity.generation, it.found.id.clone());
            claimed.sort_by_key(|it| std::cmp::Reverse(order(it)));
            live.duplicates.extend(duplicates(needs, &key, &claimed));
            live.duplicates.extend(occupied(needs, &key, &claimed));
            let newest = claimed.iter().position(|it| it.found.state.is_present(key.kind));
            for (at, Claim { identity, found }) in claimed.into_iter().enumerate() {
                let id_key = found.id_key();
                if Some(at) == newest {
                    names.insert(id_key, key.clone());
                    objects.push((key.clone(), found.into_object(identity.generation, Owner::Blueprint)));
                } else {
                    let owner = Owner::Deposed { of: key.clone() };
                    objects.push((id_key, found.into_object(identity.generation, owner)));
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
            let made_for = object.spec.derived_from(&object.tags).filter(|_| object.owner == Owner::Foreign);
            if let Some(mut of) = made_for {
                rename(&mut of);
                object.owner = Owner::Derived { of };
            }
            live.put(key, object);
        }
        live.disown_what_is_others();
        live.strangers.iter_mut().flat_map(|it| it.uses.iter_mut().chain(&mut it.of)).for_each(rename);
        live
    }

    /// What AWS has made for somebody else's domain is as foreign as that.
    fn disown_what_is_others(&mut self) {
        let is_others = |of: &Key| self.objects.get(of).is_some_and(|it| matches!(it.owner, Owner::Foreign));
        let others =
            self.objects.iter().filter(|(_, it)| matches!(&it.owner, Owner::Derived { of } if is_others(of)));
        let others: Vec<Key> = others.map(|(key, _)| key.clone()).collect();
        for key in others {
            self.objects.get_mut(&key).expect("just seen").owner = Owner::Foreign;
        }
    }

    /// Returns the same world from the point of view of another blueprint, or of other renames.
    pub(crate) fn reassembled(&self, needs: &Needs) -> Live {
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
        strangers.iter_mut().flat_map(|it| it.uses.iter_mut().chain(&mut it.of)).for_each(by_id);
        let mut live = Live::assemble(needs, found.collect(), strangers);
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
fn duplicates(needs: &Needs, key: &Key, claimed: &[Claim]) -> Vec<Duplicate> {
    let same_generation = claimed.chunk_by(|a, b| a.identity.generation == b.identity.generation);
    same_generation
        .filter(|it| 1 < it.len())
        .map(|it| duplicate(key, it, moved_onto(needs, key, it)))
        .collect()
}

/// A rename to a key that something else has.
fn occupied(needs: &Needs, key: &Key, claimed: &[Claim]) -> Option<Duplicate> {
    let from = moved_onto(needs, key, claimed)?;
    let generations: BTreeSet<u32> = claimed.iter().map(|it| it.identity.generation).collect();
    // Of one generation they are duplicates anyway.
    (generations.len() == claimed.len()).then(|| duplicate(key, claimed, Some(from)))
}

/// Returns the name of what would be renamed to one that something else has. What is called otherwise, or is made in the
/// place of what is, says what it was called; the others must all have had one name.
fn moved_onto(needs: &Needs, key: &Key, claimed: &[Claim]) -> Option<Origin> {
    let is_told = |it: &&Claim| {
        it.identity.moved_from.as_ref().is_some_and(|from| needs.moves.end_of(&from.key) == *key)
    };
    let name = |it: &Claim| (it.identity.blueprint.clone(), it.identity.key.clone());
    let names: BTreeSet<(String, Key)> = claimed.iter().filter(|it| !is_told(it)).map(name).collect();
    let is_other = |(blueprint, it): &(String, Key)| *blueprint != needs.blueprint || it != key;
    let n_names = names.len();
    let (blueprint, from) = names.into_iter().find(is_other).filter(|_| 1 < n_names)?;
    Some(Origin { blueprint: Some(blueprint).filter(|it| *it != needs.blueprint), key: from })
}

fn duplicate(key: &Key, claimed: &[Claim], moved_from: Option<Origin>) -> Duplicate {
    let ids = claimed.iter().map(|it| it.found.id.clone()).collect();
    Duplicate { key: key.clone(), generation: claimed[0].identity.generation, ids, moved_from }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;
    use crate::handle::Part;
    use crate::kinds::elastic_ip::ElasticIp;
    use crate::moves::{Move, Moves};
    use crate::tags::{self, Stamp, Tags};

    /// Objects by their ids, keys and generations, of which `eip.a` is renamed to `eip.b`.
    fn problems(objects: &[(&str, &str, u32)]) -> String {
        let key = |text: &str| text.parse::<Key>().expect("a key");
        let found = |(id, of, generation): &(&str, &str, u32)| {
            let tags = Stamp::new(&key(of), *generation, &tags::wanted("t", &key(of), &Tags::new())).tags;
            let (spec, parts) = (ElasticIp {}.into(), BTreeMap::<Part, String>::new());
            Found { id: (*id).to_owned(), state: State::Usable, spec, parts, tags }
        };
        let moves = vec![Move::Key { from: key("eip.a"), to: key("eip.b") }];
        let moves = Moves { moves, ..Moves::default() };
        let needs = Needs { blueprint: "t".to_owned(), moves, ..Needs::default() };
        let live = Live::assemble(&needs, objects.iter().map(found).collect(), Vec::new());
        let problems = live.duplicates().iter().map(|it| Problem::duplicate(it).to_string());
        problems.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_rename_to_what_is_there_is_told_as_such() {
        let occupied = "`eip.a` cannot become `eip.b`, which is there already: eipalloc-2, eipalloc-1";
        assert_eq!(problems(&[("eipalloc-1", "eip.a", 1), ("eipalloc-2", "eip.b", 1)]), occupied);
        assert_eq!(problems(&[("eipalloc-1", "eip.a", 1), ("eipalloc-2", "eip.b", 2)]), occupied);
        assert_eq!(problems(&[("eipalloc-1", "eip.a", 1)]), "");
    }

    #[test]
    fn what_was_there_twice_is_so_by_any_name() {
        let twice = "`eip.b` exists more than once: eipalloc-2, eipalloc-1";
        assert_eq!(problems(&[("eipalloc-1", "eip.a", 1), ("eipalloc-2", "eip.a", 1)]), twice);
        assert_eq!(problems(&[("eipalloc-1", "eip.b", 1), ("eipalloc-2", "eip.b", 1)]), twice);
    }
}
