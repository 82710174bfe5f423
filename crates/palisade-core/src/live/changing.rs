//! How a world changes: what the kinds' effects are made of, and what tests do behind palisade's back.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv6Net;

use super::{Found, Live, Object, Owner, State, Stranger};
use crate::block::{Block, BlockHandle};
use crate::cloud::{Reason, Refused};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::kinds::{InSpec, Kind, Resource, Spec, sagemaker};
use crate::tags::{Stamp, Tags};

/// Changing: what the kinds' `effect` is made of. AWS's refusals are checked here once for all kinds.
impl Live {
    /// Returns whose the identifier behind `handle` is.
    pub(crate) fn resolve(&self, handle: &Handle) -> Result<(Key, Part), Refused> {
        let found = match handle {
            Handle::Value(value) => self.identifiers.get(value).cloned(),
            Handle::Part { key, part } => {
                let object = self.objects.get(key);
                let has_part = |it: &&Object| *part == Part::Id || it.parts.contains_key(&part.told_as());
                object.filter(has_part).map(|_| (key.clone(), *part))
            }
        };
        found.ok_or_else(|| Refused::new(Reason::NotFound, format!("`{handle}` does not exist")))
    }

    /// Returns the key of the object whose id is behind `handle`.
    pub(crate) fn key_of(&self, handle: &Handle) -> Result<Key, Refused> {
        Ok(self.resolve(handle)?.0)
    }

    /// Returns the block that a request means in `vpc`.
    pub(crate) fn block(&self, block: &BlockHandle, vpc: &Key) -> Result<Block, Refused> {
        let handle = match block {
            BlockHandle::Cidr(block) => return Ok(Block::read(*block, self.ipv6_prefix(vpc))),
            BlockHandle::Ipv6(handle) => handle,
        };
        match self.resolve(handle)? {
            (key, Part::Ipv6Prefix) if key == *vpc => Ok(Block::Ipv6Prefix),
            (key, Part::Ipv6Slot(slot)) if key == *vpc => Ok(Block::Ipv6Slot(slot)),
            _ => Err(Refused::new(Reason::Invalid, format!("`{handle}` is no block of `{vpc}`"))),
        }
    }

    /// Returns whether nothing is behind `handle` any more.
    pub(crate) fn is_gone(&self, handle: &Handle) -> bool {
        self.resolve(handle).is_err()
    }

    /// Returns the spec of the object behind `handle`, if it is there and of this kind.
    pub(crate) fn spec_of<R: InSpec>(&self, handle: &Handle) -> Option<&R> {
        R::of(&self.objects.get(&self.key_of(handle).ok()?)?.spec)
    }

    /// Makes an object; a current one of an earlier generation becomes its elder.
    pub(crate) fn create(&mut self, stamp: &Stamp, spec: impl Into<Spec>) -> Result<(), Refused> {
        let spec: Spec = spec.into();
        let current = self.objects.get(&stamp.key).map(|it| it.generation);
        if current.is_some_and(|it| stamp.generation <= it) {
            return Err(Refused::new(Reason::Exists, format!("`{}` exists", stamp.key)));
        }
        self.refuse_clash_with_any(&stamp.key, &spec)?;
        if current.is_some() {
            self.depose(&stamp.key);
        }
        let id = self.mint(stamp.key.kind.id_prefix());
        let (parts, tags) = (BTreeMap::new(), stamp.tags.clone());
        let (generation, state) = (stamp.generation, State::Usable);
        let object = Object { id, generation, owner: Owner::Blueprint, state, spec, parts, tags };
        self.put(stamp.key.clone(), object);
        Ok(())
    }

    /// Makes an object that AWS makes for that of `key`; returns its key.
    pub(crate) fn mint_derived<R: Resource + Into<Spec>>(&mut self, key: &Key, spec: R, tags: Tags) -> Key {
        let id = self.mint(R::ID_PREFIX);
        self.insert_derived(key, &id, spec, tags)
    }

    /// Refuses a name that another object of the kind has. AWS lets domains have the same.
    pub(crate) fn refuse_taken_name(&self, name: &str, spec: &Spec) -> Result<(), Refused> {
        let kind = spec.kind();
        let mut others = self.called(kind, name).filter(|(_, it)| sagemaker::share_names(spec, &it.spec));
        match others.next().filter(|_| kind != Kind::Domain) {
            Some(_) => Err(Refused::new(Reason::Exists, format!("a {} `{name}` exists", kind.as_str()))),
            None => Ok(()),
        }
    }

    /// Ends the stay of interfaces that what they belonged to has left behind.
    pub(crate) fn release_interfaces(&mut self, interfaces: &[Handle]) {
        let is_released = |id: &str| interfaces.iter().any(|it| matches!(it, Handle::Value(it) if it == id));
        self.strangers.retain(|it| !is_released(&it.id));
    }

    /// Refuses what a new object of `key` could not be beside those that there are, its elder included.
    fn refuse_clash_with_any(&self, key: &Key, spec: &Spec) -> Result<(), Refused> {
        let clashes = |it: &&Key| self.objects.get(*it).is_some_and(|it| spec.clashes(&it.spec));
        let with = self.rivals(spec).into_iter().find(clashes);
        with.map_or(Ok(()), |with| Err(clash(key, with, spec)))
    }

    /// Refuses what the object of `key` could not be beside the others.
    pub(crate) fn refuse_clash(&self, key: &Key, spec: &Spec) -> Result<(), Refused> {
        let clashes =
            |it: &&Key| *it != key && self.objects.get(*it).is_some_and(|it| spec.clashes(&it.spec));
        let with = self.rivals(spec).into_iter().find(clashes);
        with.map_or(Ok(()), |with| Err(clash(key, with, spec)))
    }

    /// Gives the current object of `key` the key of its id, also in all that names it.
    fn depose(&mut self, key: &Key) -> Key {
        let elder = Key::new(key.kind, &self.objects[key].id);
        let users: Vec<Key> = self.users(key).cloned().collect();
        let rename = |it: &mut Key| {
            if it == key {
                *it = elder.clone();
            }
        };
        for user in users {
            self.edit_spec(&user, |spec| spec.map_keys(&mut |it| rename(it)));
        }
        self.strangers.iter_mut().flat_map(|it| it.uses.iter_mut().chain(&mut it.of)).for_each(rename);
        // Nothing else has anything made for it, which may say so without being in its way.
        if key.kind == Kind::Domain {
            for it in self.objects.values_mut() {
                if let Owner::Derived { of } = &mut it.owner {
                    rename(of);
                    it.spec.map_keys(&mut |it| rename(it));
                }
            }
        }
        let mut object = self.take(key).expect("the caller has seen it");
        object.owner = Owner::Deposed { of: key.clone() };
        object.spec.map_keys(&mut |it| rename(it));
        self.put(elder.clone(), object);
        elder
    }

    /// Changes the spec of the object behind `handle`.
    pub(crate) fn edit<R: Resource + InSpec>(
        &mut self,
        handle: &Handle,
        edit: impl FnOnce(&mut R) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let key = self.key_of(handle)?;
        let wrong_kind = || Refused::new(Reason::NotFound, format!("`{handle}` is no {}", R::NAME));
        let mut outcome = Err(wrong_kind());
        self.edit_spec(&key, |spec| {
            if let Some(it) = R::of_mut(spec) {
                outcome = edit(it);
            }
        });
        outcome
    }

    fn edit_spec(&mut self, key: &Key, edit: impl FnOnce(&mut Spec)) {
        let Some(object) = self.objects.get_mut(key) else { return };
        let named = |spec: &Spec| spec.names().cloned().collect::<BTreeSet<Key>>();
        let (had, claimed) = (named(&object.spec), object.spec.claims());
        edit(&mut object.spec);
        let (has, claims) = (named(&object.spec), object.spec.claims());
        had.difference(&has).for_each(|it| self.forget_user(it, key));
        has.difference(&had).for_each(|it| self.remember_user(it, key));
        if claimed != claims {
            self.claims.remove(key, claimed);
            self.claims.insert(key, claims);
        }
    }

    fn remember_user(&mut self, used: &Key, user: &Key) {
        self.users.entry(used.clone()).or_default().insert(user.clone());
    }

    fn forget_user(&mut self, used: &Key, user: &Key) {
        if let Some(users) = self.users.get_mut(used) {
            users.remove(user);
            if users.is_empty() {
                self.users.remove(used);
            }
        }
    }

    /// Sets the state of the object behind `handle`.
    pub(crate) fn set_state(&mut self, handle: &Handle, state: State) -> Result<(), Refused> {
        let key = self.key_of(handle)?;
        self.objects.get_mut(&key).expect("just resolved").state = state;
        Ok(())
    }

    /// Changes the tags of the object behind `handle`.
    pub(crate) fn edit_tags(&mut self, handle: &Handle, edit: impl FnOnce(&mut Tags)) -> Result<(), Refused> {
        let key = self.key_of(handle)?;
        edit(&mut self.objects.get_mut(&key).expect("just resolved").tags);
        Ok(())
    }

    /// Gives a part of an object a new identifier, as AWS does for every association.
    pub(crate) fn mint_part(&mut self, key: &Key, part: Part, prefix: &str) {
        let value = self.mint(prefix);
        let object = self.objects.get_mut(key).expect("a part belongs to an object that is there");
        if let Some(old) = object.parts.insert(part, value.clone()) {
            self.identifiers.remove(&old);
        }
        self.identifiers.insert(value, (key.clone(), part));
    }

    /// Sets a part that is no identifier of its own.
    pub(crate) fn set_part(&mut self, key: &Key, part: Part, value: String) {
        let object = self.objects.get_mut(key).expect("a part belongs to an object that is there");
        let name = value.to_ascii_lowercase();
        let old = object.parts.insert(part, value);
        if part == Part::Name {
            old.map(|it| self.names.remove(&(key.kind, it.to_ascii_lowercase(), key.clone())));
            self.names.insert((key.kind, name, key.clone()));
        }
    }

    /// Gives a VPC an IPv6 block, as Amazon would.
    pub(crate) fn mint_ipv6_prefix(&mut self, vpc: &Key) {
        self.minted += 1;
        let network = 0x2600_1f18_0000_0000_u64 | self.minted << 8;
        let prefix = Ipv6Net::new_assert((u128::from(network) << 64).into(), 56).trunc();
        self.set_part(vpc, Part::Ipv6Prefix, prefix.to_string());
    }

    /// Takes a part away.
    pub(crate) fn drop_part(&mut self, key: &Key, part: Part) {
        let old = self.objects.get_mut(key).and_then(|it| it.parts.remove(&part));
        if let Some(old) = old.filter(|_| part.identifies()) {
            self.identifiers.remove(&old);
        }
    }

    /// Deletes the object behind `handle`, if nothing names it any more.
    ///
    /// Stricter than AWS, which lets some users go on with a dead reference (a route becomes a black hole): plans
    /// never rely on that.
    pub(crate) fn delete(&mut self, handle: &Handle) -> Result<(), Refused> {
        let key = self.key_of(handle)?;
        self.refuse_if_used(&key)?;
        let object = self.take(&key).expect("just resolved");
        // What it leaves behind is not its successor's.
        let of = self.strangers.iter_mut().flat_map(|it| &mut it.of);
        of.filter(|it| **it == key).for_each(|it| *it = Key::new(key.kind, &object.id));
        Ok(())
    }

    fn refuse_if_used(&self, key: &Key) -> Result<(), Refused> {
        let users = self.users(key).filter(|it| !it.kind.goes_along()).map(Key::to_string);
        let strangers = self.strangers.iter().filter(|it| it.uses.contains(key)).map(|it| it.id.clone());
        let by: Vec<String> = users.chain(strangers).collect();
        if !by.is_empty() {
            let message = format!("`{key}` is in use by {}", by.join(", "));
            return Err(Refused::new(Reason::InUse, message));
        }
        Ok(())
    }

    /// Begins to delete the object behind `handle`: it is there, but no longer its key's object.
    pub(crate) fn start_leaving(&mut self, handle: &Handle) -> Result<(), Refused> {
        let key = self.key_of(handle)?;
        self.refuse_if_used(&key)?;
        let key = match self.objects[&key].owner {
            Owner::Blueprint => self.depose(&key),
            Owner::Deposed { .. } | Owner::Derived { .. } | Owner::Foreign => key,
        };
        self.objects.get_mut(&key).expect("it has just been seen").state = State::Leaving;
        Ok(())
    }

    /// Ends what [`Live::start_leaving`] began.
    pub(crate) fn finish_leaving(&mut self, handle: &Handle) {
        if let Ok(key) = self.key_of(handle) {
            self.take(&key);
        }
    }

    fn mint(&mut self, prefix: &str) -> String {
        self.minted += 1;
        format!("{prefix}-{:017x}", self.minted)
    }

    pub(super) fn put(&mut self, key: Key, object: Object) {
        object.spec.names().for_each(|it| self.remember_user(it, &key));
        self.identifiers.insert(object.id.clone(), (key.clone(), Part::Id));
        for (part, value) in object.parts.iter().filter(|(part, _)| part.identifies()) {
            self.identifiers.insert(value.clone(), (key.clone(), *part));
        }
        if let Owner::Deposed { of } = &object.owner {
            self.elders.entry(of.clone()).or_default().insert(key.clone());
        }
        if let Some(name) = object.parts.get(&Part::Name) {
            self.names.insert((key.kind, name.to_ascii_lowercase(), key.clone()));
        }
        self.claims.insert(&key, object.spec.claims());
        self.objects.insert(key, object);
    }

    fn take(&mut self, key: &Key) -> Option<Object> {
        let object = self.objects.remove(key)?;
        object.spec.names().for_each(|it| self.forget_user(it, key));
        self.identifiers.remove(&object.id);
        for (_, value) in object.parts.iter().filter(|(part, _)| part.identifies()) {
            self.identifiers.remove(value);
        }
        if let Owner::Deposed { of } = &object.owner
            && let Some(elders) = self.elders.get_mut(of)
        {
            elders.remove(key);
            if elders.is_empty() {
                self.elders.remove(of);
            }
        }
        if let Some(name) = object.parts.get(&Part::Name) {
            self.names.remove(&(key.kind, name.to_ascii_lowercase(), key.clone()));
        }
        self.claims.remove(key, object.spec.claims());
        Some(object)
    }
}

fn clash(key: &Key, with: &Key, spec: &Spec) -> Refused {
    Refused::new(spec.refusal(), format!("`{key}` cannot exist beside `{with}`"))
}

/// What tests and the sandbox put into a world from outside.
impl Live {
    /// Adds an object that is not the blueprint's, as a colleague's hand would.
    pub fn insert_foreign(&mut self, id: &str, spec: impl Into<Spec>) {
        self.insert_existing(id, spec, []);
    }

    /// Adds an object that is not the blueprint's, with what hangs on it.
    pub fn insert_existing(
        &mut self,
        id: &str,
        spec: impl Into<Spec>,
        parts: impl IntoIterator<Item = (Part, String)>,
    ) {
        let (spec, parts, tags) = (spec.into(), parts.into_iter().collect(), Tags::new());
        let found = Found { id: id.to_owned(), state: State::Usable, spec, parts, tags };
        self.put(found.id_key(), found.into_object(0, Owner::Foreign));
    }

    /// Adds an object that AWS, or somebody who works there, has made for that of `of`; returns its key.
    pub fn insert_derived(&mut self, of: &Key, id: &str, spec: impl Into<Spec>, tags: Tags) -> Key {
        let (id, spec, parts) = (id.to_owned(), spec.into(), BTreeMap::new());
        let found = Found { id, state: State::Usable, spec, parts, tags };
        let key = found.id_key();
        self.put(key.clone(), found.into_object(0, Owner::Derived { of: of.clone() }));
        key
    }

    /// Adds a thing of no kind of ours.
    pub fn insert_stranger(&mut self, stranger: Stranger) {
        self.strangers.push(stranger);
    }

    /// Keeps only some of the things of no kind of ours.
    pub fn retain_strangers(&mut self, stays: impl Fn(&Live, &Stranger) -> bool) {
        let strangers = std::mem::take(&mut self.strangers);
        self.strangers = strangers.into_iter().filter(|it| stays(self, it)).collect();
    }

    /// Changes the spec of `key` behind palisade's back; returns whether there was such an object.
    pub fn tamper<R: Resource + InSpec>(&mut self, key: &Key, change: impl FnOnce(&mut R)) -> bool {
        let mut found = false;
        self.edit_spec(key, |spec| {
            if let Some(it) = R::of_mut(spec) {
                change(it);
                found = true;
            }
        });
        found
    }

    /// Changes the tags of `key` behind palisade's back; returns whether there was such an object.
    pub fn tamper_tags(&mut self, key: &Key, change: impl FnOnce(&mut Tags)) -> bool {
        self.objects.get_mut(key).map(|it| change(&mut it.tags)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use ipnet::Ipv4Net;

    use super::*;
    use crate::kinds::flow_log::{self, Destination, Recorded};
    use crate::kinds::vpc::{self, HasIpv6, Vpc};
    use crate::kinds::{Call, Kind};

    fn refusal(live: &mut Live, call: &Call) -> Option<Reason> {
        call.effect(live).err().map(|it| it.reason)
    }

    fn with_vpc() -> Live {
        let mut live = Live::default();
        let cidr = Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 16);
        live.insert_foreign("vpc-1", Vpc::as_created(cidr, HasIpv6::No));
        live
    }

    /// The classes of AWS's codes, as `palisade-aws` sorts them.
    #[test]
    fn a_second_one_is_refused_as_aws_does() {
        let mut live = with_vpc();
        let vpc = || Handle::Value("vpc-1".to_owned());
        let log = |generation| {
            let stamp = Stamp::new(&Key::new(Kind::FlowLog, "vpc"), generation, &Tags::new());
            let destination = Destination::Bucket { arn: "arn:aws:s3:::logs".to_owned() };
            Call::FlowLog(flow_log::Call::Create {
                stamp,
                vpc: vpc(),
                destination,
                recorded: Recorded::All,
                interval_s: 600,
            })
        };
        assert_eq!(refusal(&mut live, &log(1)), None);
        // `FlowLogAlreadyExists`.
        assert_eq!(refusal(&mut live, &log(2)), Some(Reason::Exists));
        let cidr = Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 128, 0), 17);
        // `CidrConflict`.
        let overlapping =
            Call::Vpc(vpc::Call::AssociateCidr { key: Key::new(Kind::Vpc, "vpc-1"), vpc: vpc(), cidr });
        assert_eq!(refusal(&mut live, &overlapping), Some(Reason::Clash));
    }
}
