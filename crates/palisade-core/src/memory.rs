//! The cloud in memory: [`Live`] behind the port, changed by each call's `effect`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cloud::{Cloud, CloudError, Facts, Needs, Observed, PrefixList, Reason, Refused};
use crate::handle::{Known, Learned, Part};
use crate::key::Key;
use crate::kinds::{Call, Kind};
use crate::live::{Live, Object, Owner};
use crate::tags::Identity;

/// A cloud that is nothing but a [`Live`]. What `--sandbox` and most tests run against.
#[derive(Debug, Default)]
pub struct Memory {
    world: Mutex<Observed>,
}

impl Memory {
    /// Returns the cloud whose one account is in the state of `world`.
    pub fn new(world: Observed) -> Memory {
        Memory { world: Mutex::new(world) }
    }

    /// Returns an account in which nothing is.
    pub fn empty(account: &str, region: &str, facts: Facts) -> Memory {
        Memory::new(Observed {
            account: account.to_owned(),
            region: region.to_owned(),
            live: Live::default(),
            facts,
        })
    }

    /// Returns the whole world as it is now.
    pub fn world(&self) -> MutexGuard<'_, Observed> {
        // An effect that panicked is a bug that the panicking test reports; the state is still worth looking at.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cloud for Memory {
    async fn observe(&self, needs: &Needs) -> Result<Observed, CloudError> {
        let mut world = self.world();
        // Requests will speak of what is seen by the keys that it is seen under.
        if !world.live.is_seen_by(needs) {
            world.live = world.live.reassembled(needs);
        }
        let mut seen = world.clone();
        let asked =
            |name: &&String| needs.prefix_lists.contains(*name) || needs.prefix_list_entries.contains(*name);
        let lists = world.facts.prefix_lists.iter().filter(|(name, _)| asked(name));
        let only_asked = |(name, list): (&String, &PrefixList)| {
            let cidrs =
                if needs.prefix_list_entries.contains(name) { list.cidrs.clone() } else { Vec::new() };
            (name.clone(), PrefixList { cidrs, ..list.clone() })
        };
        seen.facts.prefix_lists = lists.map(only_asked).collect();
        seen.facts.gateways.retain(|it| needs.gateways.contains(it));
        let made = world.live.of_kind(Kind::SecurityGroup).map(|(_, it)| it.id.clone());
        seen.facts.groups.extend(made);
        seen.facts.groups.retain(|it| needs.groups.contains(it));
        seen.facts.quotas.retain(|it, _| needs.quotas.contains(it));
        Ok(seen)
    }

    async fn call(&self, call: &Call, known: &Known) -> Result<Learned, CloudError> {
        let request = call.request();
        if let Some(unknown) = request.handles().into_iter().find(|it| known.resolve(it).is_none()) {
            return Err(CloudError::Unusable(format!(
                "`{call}` needs `{unknown}`, which nobody has asked for"
            )));
        }
        let mut world = self.world();
        call.effect(&mut world.live).map_err(CloudError::Refused)?;
        world.live.taught_by(call).map_err(CloudError::Refused)
    }
}

impl Live {
    /// Returns the identifiers that the answer to `call` teaches, once its effect is done.
    pub fn taught_by(&self, call: &Call) -> Result<Learned, Refused> {
        let request = call.request();
        let taught = request.learns().into_iter().map(|(key, part)| {
            let object = self.find(key);
            let value = object.and_then(|it| match part {
                Part::Id => Some(&it.id),
                part => it.parts.get(&part),
            });
            let value =
                value.ok_or_else(|| Refused::new(Reason::NotFound, format!("`{key}` does not exist")))?;
            Ok((key.clone(), part, value.clone()))
        });
        taught.collect()
    }

    /// Returns whether this is how the owner of a blueprint sees the world: its objects by their present keys, those of
    /// other blueprints as foreign.
    fn is_seen_by(&self, needs: &Needs) -> bool {
        let is_seen_so = |(key, object): (&Key, &Object)| {
            let ours = Identity::read(&object.tags).filter(|it| needs.owns(&it.blueprint));
            let means = ours.map(|it| needs.moves.meaning(&it.key, it.moved_from.as_ref()));
            match (&object.owner, means) {
                (Owner::Foreign | Owner::Derived { .. }, means) => means.is_none(),
                // What is changed by hand to have failed is as on AWS.
                (Owner::Blueprint, means) => means.as_ref() == Some(key) && object.state.is_present(key.kind),
                (Owner::Deposed { of }, means) => means.as_ref() == Some(of),
            }
        };
        self.objects().iter().all(is_seen_so)
    }
}
