//! What exists already and is somebody else's: where a plan names it, it says so.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::kinds::InSpec;
use palisade_core::kinds::route_table::{RouteTable, Target};
use palisade_core::{Key, Kind, Owner, Spec};

use super::PlanView;
use super::ipv6::Ipv6;
use crate::text;

/// What stands behind a name.
const MARK: &str = " (existing)";

/// By which words a plan calls things.
#[derive(Clone, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) ipv6: Ipv6<'a>,
    pub(crate) existing: Existing,
}

impl<'a> Terms<'a> {
    pub(crate) fn of(view: &PlanView<'a>) -> Terms<'a> {
        Terms { ipv6: Ipv6::of(view), existing: Existing::of(view) }
    }
}

/// What a network names and does not have, whether it is wanted so or has been made so.
#[derive(Clone, Debug)]
pub(crate) struct Existing {
    /// AWS ids by the words by which texts call them: keys, or ids for what has none.
    ids: BTreeMap<String, String>,
    vpc: Option<String>,
}

impl Existing {
    /// Returns what the blueprint names, and what its objects do.
    pub(crate) fn of(view: &PlanView<'_>) -> Existing {
        let own = view.live.objects().values().filter(|it| it.owner == Owner::Blueprint);
        Existing::in_specs(view.want.resources.values().chain(own.map(|it| &it.spec)), view)
    }

    /// Returns the AWS ids of what the blueprint itself names.
    pub(crate) fn ids_wanted(view: &PlanView<'_>) -> BTreeSet<String> {
        Existing::in_specs(view.want.resources.values(), view).ids.into_values().collect()
    }

    fn in_specs<'a>(specs: impl Iterator<Item = &'a Spec> + Clone, view: &PlanView<'_>) -> Existing {
        // An elder of ours goes by its id as well, and so do AWS's own lists, which nobody has to be told of.
        let is_others = |key: &&Key| {
            let is_foreign = view.live.find(key).is_none_or(|it| it.owner == Owner::Foreign);
            let is_named = key.kind != Kind::PrefixList || view.lists.contains(key.name.as_str());
            key.is_existing() && is_foreign && is_named
        };
        let named = |it: &'a Spec| it.refs().into_iter().chain(it.peers()).collect::<Vec<&Key>>();
        let keys: BTreeSet<&Key> = specs.clone().flat_map(named).filter(is_others).collect();
        let vpc = keys.iter().find(|it| it.kind == Kind::Vpc).map(|it| it.name.to_string());
        let word = |key: &&Key| match key.kind {
            Kind::PrefixList => key.name.to_string(),
            _ => key.to_string(),
        };
        let mut ids: BTreeMap<String, String> =
            keys.iter().map(|key| (word(key), key.name.to_string())).collect();
        ids.extend(specs.flat_map(gateways).map(|it| (it.to_owned(), it.to_owned())));
        Existing { ids, vpc }
    }

    /// Returns the VPC into which the network is built, if it was there before, with its mark.
    pub(crate) fn vpc(&self) -> Option<String> {
        self.vpc.as_ref().map(|it| format!("{}{MARK}", text::clean(it)))
    }

    /// Returns a key as text, with its mark if it has one.
    pub(crate) fn key(&self, key: &Key) -> String {
        self.marked(&key.to_string())
    }

    /// Returns a text with marks behind the names in it.
    pub(crate) fn marked(&self, text: &str) -> String {
        let mut marked = String::with_capacity(text.len());
        let words = text.split_inclusive(|it: char| !is_of_word(it));
        for word in words {
            let bare = word.trim_end_matches(|it: char| !is_of_word(it));
            marked.push_str(bare);
            marked.push_str(if self.ids.contains_key(bare) { MARK } else { "" });
            marked.push_str(&word[bare.len()..]);
        }
        marked
    }
}

/// Returns where routes lead, apart from what is of our kinds.
fn gateways(spec: &Spec) -> impl Iterator<Item = &str> {
    let routes = RouteTable::of(spec).into_iter().flat_map(|it| it.routes.values());
    routes.filter_map(|it| match it {
        Target::Existing(id) => Some(id.as_str()),
        Target::InternetGateway(_) | Target::NatGateway(_) | Target::EgressOnlyGateway(_) => None,
    })
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '@')
}
