//! Which identifier of the emulator stands for which of the cloud in memory.

use std::collections::BTreeMap;

use palisade_core::{Call, Key, Live, Owner, Part};
use serde::Serialize;
use serde_json::Value;

/// Identifiers of the cloud in memory, and what they are on the emulator.
#[derive(Default)]
pub(crate) struct Translation {
    there: BTreeMap<String, String>,
    here: BTreeMap<String, String>,
}

impl Translation {
    /// Learns what one identifier is on the emulator; returns what is wrong if it has been another, or another's.
    pub(crate) fn learn(&mut self, part: Part, here: &str, there: &str) -> Option<String> {
        // These mean themselves.
        if matches!(part, Part::Version | Part::Name) {
            return None;
        }
        let before = self.there.insert(here.to_owned(), there.to_owned());
        let other = self.here.insert(there.to_owned(), here.to_owned());
        let is_same = |it: &Option<String>, now: &str| it.as_deref().is_none_or(|it| it == now);
        let is_known = is_same(&before, there) && is_same(&other, here);
        (!is_known).then(|| format!("{here} is {there}, and not {before:?} or {other:?}"))
    }

    /// Learns the identifiers of what both worlds have; returns those that changed in one of them alone.
    pub(crate) fn pair(&mut self, memory: &Live, emulator: &Live) -> Vec<(String, String)> {
        let mut unlike = Vec::new();
        for (key, object) in memory.objects() {
            let is_same_elder =
                |owner: &Owner, generation| *owner == object.owner && generation == object.generation;
            let twin = match &object.owner {
                Owner::Blueprint => emulator.object(key),
                _ => emulator
                    .of_kind(key.kind)
                    .map(|(_, it)| it)
                    .find(|it| is_same_elder(&it.owner, it.generation)),
            };
            let Some(twin) = twin else { continue };
            let ids = [(Part::Id, (&object.id, &twin.id))].into_iter();
            let parts =
                object.parts.iter().filter_map(|(part, it)| Some((*part, (it, twin.parts.get(part)?))));
            for (part, (here, there)) in ids.chain(parts) {
                let wrong = self.learn(part, here, there);
                unlike.extend(wrong.map(|it| (format!("{}: identity of {part}", key.kind.as_str()), it)));
            }
        }
        unlike
    }

    /// Returns a key as the emulator's world has it.
    pub(crate) fn key(&self, key: &Key) -> Key {
        self.there.get(key.name.as_str()).map_or_else(|| key.clone(), |id| Key::new(key.kind, id))
    }

    /// Returns a request as the emulator understands it.
    pub(crate) fn call(&self, call: &Call) -> Call {
        serde_json::from_value(self.value(call)).expect("identifiers of the same form")
    }

    /// Returns the world in memory as it should look on the emulator.
    pub(crate) fn live(&self, live: &Live) -> Value {
        self.value(live)
    }

    fn value(&self, of: &impl Serialize) -> Value {
        let text = serde_json::to_string(of).expect("it can be written");
        let text = self.there.iter().fold(text, |text, (here, there)| text.replace(here, there));
        serde_json::from_str(&text).expect("it can be read again")
    }
}
