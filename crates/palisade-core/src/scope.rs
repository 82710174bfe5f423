//! What a kind may know while it writes its requests: which handle stands for a key.

use std::collections::BTreeSet;

use crate::block::{Block, BlockHandle};
use crate::handle::{Handle, Part};
use crate::key::Key;
use crate::kinds::vpc::{HasIpv6, Vpc};
use crate::kinds::{InSpec, Kind, Spec, sagemaker};
use crate::live::{Live, Owner};
use crate::network::Network;
use crate::plan::by_id;
use crate::tags::Stamp;

/// The surroundings of one plan: what is wanted, what there is, and which keys get a new object.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub(crate) want: &'a Network,
    pub(crate) live: &'a Live,
    pub(crate) made: &'a BTreeSet<Key>,
    pub(crate) waiting: &'a BTreeSet<Key>,
}

impl Scope<'_> {
    /// Returns the handle of the object that `key` means once the plan is done with it.
    pub fn id(&self, key: &Key) -> Handle {
        match self.live.object(key) {
            Some(object) if !self.made.contains(key) => Handle::Value(object.id.clone()),
            _ if key.is_existing() => Handle::Value(key.name.to_string()),
            _ => Handle::new_id(key),
        }
    }

    /// Returns the handle of the object that there is for `key` now, to take it away.
    pub fn live_id(&self, key: &Key) -> Handle {
        Handle::Value(self.live.find(key).map_or_else(|| key.name.to_string(), |it| it.id.clone()))
    }

    /// Returns the handle of a part of `key`.
    ///
    /// The parts of an elder are written out, since its key will soon mean its successor. Those of a current object
    /// are looked up when the request is made, since an earlier request of the plan may change them.
    pub fn part(&self, key: &Key, part: Part) -> Handle {
        let known = self.live.find(key).and_then(|it| it.parts.get(&part));
        match known {
            Some(value) if key.is_existing() => Handle::Value(value.clone()),
            _ => Handle::Part { key: key.clone(), part },
        }
    }

    /// Returns whether `part` must be asked for before a request can name it.
    pub fn must_learn(&self, key: &Key, part: Part) -> bool {
        let known = self.live.find(key).is_some_and(|it| it.parts.contains_key(&part));
        self.made.contains(key) || !known
    }

    /// Returns what a request calls a block of addresses in `vpc`. In a VPC that is replaced its own addresses are
    /// written out, since its key will soon mean its successor.
    pub fn block(&self, block: Block, vpc: &Key) -> BlockHandle {
        let known = block.addresses(self.live.ipv6_prefix(vpc)).filter(|_| vpc.is_existing());
        match (block, block.part(), known) {
            (Block::Cidr(block), ..) | (_, _, Some(block)) => BlockHandle::Cidr(block),
            (_, Some(part), None) => BlockHandle::Ipv6(Handle::Part { key: vpc.clone(), part }),
            (_, None, None) => unreachable!("what Amazon gives is a part of the VPC"),
        }
    }

    /// Returns whether a VPC has IPv6 while this plan makes things in it.
    pub fn has_ipv6(&self, vpc: &Key) -> HasIpv6 {
        let of = |it: &Spec| Vpc::of(it).map(Vpc::has_ipv6);
        let wanted = self.want.resources.get(vpc).and_then(of);
        let live = self.live.find(vpc).filter(|_| !self.made.contains(vpc)).and_then(|it| of(&it.spec));
        if wanted.into_iter().chain(live).any(|it| it == HasIpv6::Yes) { HasIpv6::Yes } else { HasIpv6::No }
    }

    /// Returns whether what is made for `key` gets all that it shall have only once its elder, or another that goes,
    /// has given it room.
    pub fn waits_for_room(&self, key: &Key) -> bool {
        self.waiting.contains(key)
    }

    /// Returns the stamp of the object that the plan makes for `key`.
    pub fn stamp(&self, key: &Key) -> Stamp {
        let generation = self.live.next_generation(key);
        Stamp::new(key, generation, &self.want.tags_of_new(key, self.live.object(key)))
    }

    /// Returns a tag of the object that there is for `key` now.
    pub(crate) fn live_tag(&self, key: &Key, tag: &str) -> Option<&str> {
        self.live.find(key)?.tags.get(tag).map(String::as_str)
    }

    /// Returns what the blueprint wants a tag to remember of the object that there is for `key` now.
    pub(crate) fn wanted_memo(&self, key: &Key, tag: &str) -> Option<&str> {
        let named = self.live.key_of_id(&key.name).unwrap_or(key);
        self.want.memos.get(named)?.get(tag).map(String::as_str)
    }

    /// Returns the interfaces that may belong to the object that there is for `key` now.
    pub(crate) fn interfaces_of(&self, key: &Key) -> Vec<Handle> {
        let is_it = |it: &Key| it == key || self.live.object(it).is_some_and(|it| it.id == *key.name);
        let its = self.live.strangers().iter().filter(|it| it.of.iter().any(is_it));
        its.map(|it| Handle::Value(it.id.clone())).collect()
    }

    /// Returns the name for AWS of what SageMaker makes for `key`: the author's, for a successor with its number. The
    /// author's is not given up for what others have called so, which is a problem of the plan.
    pub(crate) fn workload_name(&self, key: &Key, spec: &Spec) -> String {
        let numbers = first_number(key, self.live)..;
        let mut names = numbers.map(|number| match number {
            1 => (key.name.to_string(), true),
            number => (format!("{}-{number}", key.name), false),
        });
        let is_anothers = |it: &str| self.want.resources.contains_key(&Key::new(key.kind, it));
        let is_taken = |name: &str, is_authors: bool| {
            let mut named = self.live.called(key.kind, name);
            named.any(|(_, it)| {
                let is_ours = matches!(it.owner, Owner::Blueprint | Owner::Deposed { .. });
                // The key of what is replaced means its successor already.
                let share = sagemaker::share_names(spec, &by_id(&it.spec, self.made, self.live));
                share && (is_ours || !is_authors)
            })
        };
        let is_free = |(it, is_authors): &(String, bool)| {
            !is_taken(it, *is_authors) && (*is_authors || !is_anothers(it))
        };
        names.find(is_free).expect("there are more numbers than names").0
    }

    /// Returns the name for AWS of what is made for `key`: unique, also beside its elder, and beside what has had the
    /// key before a rename.
    pub fn unique_name(&self, key: &Key) -> String {
        let numbers = self.live.next_generation(key)..;
        let mut names = numbers.map(|number| format!("{}.{}.{number}", self.want.blueprint, key.name));
        names
            .find(|it| self.live.called(key.kind, it).next().is_none())
            .expect("there are more numbers than names")
    }
}

/// Returns where the numbers begin with which new objects of `key` are told from their elders. In another domain, a
/// profile can be called as it was.
pub(crate) fn first_number(key: &Key, live: &Live) -> u32 {
    if key.kind == Kind::UserProfile { 1 } else { live.next_generation(key) }
}
