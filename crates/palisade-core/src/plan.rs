//! From what there is to what is wanted: which objects change, and what stands in the way.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::diff::{Diff, Field};
use crate::key::Key;
use crate::kinds::{Kind, Spec};
use crate::live::{Duplicate, Live, Object, Owner};
use crate::network::Network;
use crate::tags::{self, TagDiff};

/// The change that each object needs. What needs none is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The changes; an elder that goes is under the key of its AWS id.
    pub changes: BTreeMap<Key, Change>,
    /// For what is made or changed: the live objects that cannot be there at the same time, and that give way.
    pub obstacles: BTreeMap<Key, BTreeSet<Key>>,
    /// Why this plan must not run. Empty for a plan that may.
    pub problems: Vec<Problem>,
}

/// What happens to one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// There is none yet.
    Create {
        /// What it will be.
        want: Spec,
    },
    /// It changes in place.
    Update {
        /// What there is.
        live: Object,
        /// What there is, with those that this plan replaces under their AWS ids: what the diff compares with.
        from: Spec,
        /// What it will be.
        want: Spec,
        /// What differs.
        diff: Diff,
        /// Which tags differ.
        tags: TagDiff,
    },
    /// A new object takes its place.
    Replace {
        /// What there is.
        live: Object,
        /// See [`Change::Update`].
        from: Spec,
        /// What it will be.
        want: Spec,
        /// What differs.
        diff: Diff,
    },
    /// It goes.
    Delete {
        /// What there is.
        live: Object,
    },
}

impl Change {
    /// Returns what there is now, if anything.
    pub fn live(&self) -> Option<&Object> {
        match self {
            Change::Create { .. } => None,
            Change::Update { live, .. } | Change::Replace { live, .. } | Change::Delete { live } => {
                Some(live)
            }
        }
    }

    /// Returns what there will be, if anything.
    pub fn want(&self) -> Option<&Spec> {
        match self {
            Change::Create { want } | Change::Update { want, .. } | Change::Replace { want, .. } => {
                Some(want)
            }
            Change::Delete { .. } => None,
        }
    }

    /// Returns whether a new object is made.
    pub fn makes(&self) -> bool {
        matches!(self, Change::Create { .. } | Change::Replace { .. })
    }

    /// Returns whether the present object is removed.
    pub fn removes(&self) -> bool {
        matches!(self, Change::Replace { .. } | Change::Delete { .. })
    }
}

/// What the caller wants beyond the network itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// Replaced on purpose, also where nothing differs. Lifts the guard on the VPC, if it names it.
    pub replace: BTreeSet<Key>,
    /// Whether everything may go.
    pub destroy: bool,
}

/// Something that makes a plan useless or dangerous, found before the first change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// Two objects claim one generation of a key, and which of them is in use cannot be told.
    Duplicate {
        /// The key.
        key: Key,
        /// Their AWS ids.
        ids: Vec<String>,
        /// The key that one of them has had until now, if it is a rename that makes them claim the same.
        moved_from: Option<Key>,
    },
    /// AWS refuses to have both, and the other one does not give way.
    Clash {
        /// What the plan makes or changes.
        key: Key,
        /// What is in the way.
        with: Key,
        /// Whether that carries the blueprint's tag, and has lost those that say what it is.
        has_lost_its_key: bool,
    },
    /// Something that is not the blueprint's uses what the plan removes.
    Blocked {
        /// What the plan removes.
        key: Key,
        /// Who uses it: keys of foreign objects, or words about things of no kind of ours.
        by: Vec<String>,
        /// Whether a new object is to take its place.
        is_replaced: bool,
    },
    /// The blueprint names one of its own objects by its AWS id, which changes when the object is replaced.
    OwnById {
        /// What names it.
        key: Key,
        /// The AWS id.
        id: String,
        /// Whose it is.
        own: Key,
    },
    /// The VPC itself would be lost, and nobody said so.
    Guarded {
        /// The VPC's key.
        key: Key,
        /// What forces its replacement; empty if it would be deleted.
        diff: Diff,
    },
    /// It is protected, and would be deleted or replaced.
    Protected {
        /// Its key.
        key: Key,
        /// Whether a new object is to take its place.
        is_replaced: bool,
        /// What protects it.
        by: Protection,
    },
    /// `--replace` names something that there is not, or that is not wanted.
    NothingToReplace {
        /// The key.
        key: Key,
        /// What there is of its kind.
        instead: Vec<Key>,
    },
}

/// What protects an object from being deleted and replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// The blueprint says so.
    Blueprint,
    /// Only the object's tag still says so.
    Tag,
    /// The object's tag says so, and who destroys everything has not looked at what the blueprint says.
    Unknown,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Duplicate { key, ids, moved_from: None } => {
                write!(f, "`{key}` exists more than once: {}", ids.join(", "))
            }
            Problem::Duplicate { key, ids, moved_from: Some(from) } => {
                write!(f, "`{from}` cannot become `{key}`, which is there already: {}", ids.join(", "))
            }
            Problem::Clash { key, with, has_lost_its_key: true } => {
                write!(
                    f,
                    "`{key}` cannot exist beside `{}`, which has lost the tags that say what it is",
                    with.name
                )
            }
            Problem::Clash { key, with, .. } if with.is_existing() => {
                write!(f, "`{key}` cannot exist beside `{}`, which is not this blueprint's", with.name)
            }
            Problem::Clash { key, with, .. } => write!(f, "`{key}` cannot exist beside `{with}`"),
            Problem::Blocked { key, by, .. } => {
                write!(f, "`{key}` cannot be removed while it is used by {}", by.join(", "))
            }
            Problem::OwnById { key, id, own } => {
                write!(f, "`{key}` names `{id}`, which is this blueprint's own `{own}`")
            }
            Problem::Guarded { key, diff } if diff.is_empty() => write!(f, "`{key}` would be deleted"),
            Problem::Guarded { key, diff } => {
                let fields =
                    diff.fields.iter().filter(|it| it.forces_replacement).map(|it| format!("`{}`", it.name));
                let fields: Vec<String> = fields.collect();
                write!(
                    f,
                    "`{key}` and everything in it would be replaced, since {} changes",
                    fields.join(" and ")
                )
            }
            Problem::Protected { key, is_replaced: false, .. } => {
                write!(f, "`{key}` is protected, and would be deleted")
            }
            Problem::Protected { key, .. } => write!(f, "`{key}` is protected, and would be replaced"),
            Problem::NothingToReplace { key, .. } => {
                write!(f, "`{key}` does not exist, so it cannot be replaced")
            }
        }
    }
}

impl Problem {
    /// Returns the problem that two objects claim one key.
    pub fn duplicate(of: &Duplicate) -> Problem {
        let Duplicate { key, ids, moved_from, .. } = of.clone();
        Problem::Duplicate { key, ids, moved_from }
    }

    /// Returns the next step.
    pub fn help(&self) -> String {
        match self {
            Problem::Duplicate { moved_from: Some(_), .. } => {
                "leave that `[[moved]]` out, or take what there is out of the blueprint and apply that before".to_owned()
            }
            Problem::Duplicate { .. } => {
                "find out which one is in use, and delete the other by hand".to_owned()
            }
            Problem::Clash { key, has_lost_its_key: true, .. } => {
                format!("if it is `{key}`, give it back its tags `{}` and `{}`", tags::KEY, tags::GENERATION)
            }
            Problem::Clash { .. } => "change the blueprint, or remove what is in the way".to_owned(),
            Problem::Blocked { is_replaced: true, .. } => {
                "leave it as it is; or add a new one under another name, move its users, and then take this one out"
                    .to_owned()
            }
            Problem::Blocked { .. } => {
                "remove its users first; palisade never touches what is not its own".to_owned()
            }
            Problem::OwnById { own, .. } => match own.kind {
                Kind::SecurityGroup => format!("write its name instead: `group:{}`", own.name),
                Kind::PrefixList => format!("write its name instead: `prefix-list:{}`", own.name),
                _ => format!("leave the id out: `{own}` is made by this blueprint"),
            },
            Problem::Guarded { key, diff } if diff.is_empty() => {
                format!("use `palisade destroy`, or keep `{key}` in the blueprint")
            }
            Problem::Guarded { key, .. } => format!("undo that change, or say `--replace {key}`"),
            Problem::Protected { by: Protection::Blueprint, .. } => {
                "take it out of `keys` of `[protect]` and apply that; the next plan may then go on".to_owned()
            }
            Problem::Protected { by: Protection::Unknown, .. } => {
                "take it out of `keys` of `[protect]`, if it is there, and apply that; after that it can be destroyed"
                    .to_owned()
            }
            Problem::Protected { by: Protection::Tag, .. } => {
                "undo what would remove it and apply: that takes the protection away, since `[protect]` no longer names it; the next plan may then go on"
                    .to_owned()
            }
            Problem::NothingToReplace { key, instead } if instead.is_empty() => {
                format!("the blueprint has built nothing of the kind `{}`", key.kind.as_str())
            }
            Problem::NothingToReplace { instead, .. } => {
                let instead: Vec<String> = instead.iter().map(|it| format!("`{it}`")).collect();
                format!("there is {}", instead.join(", "))
            }
        }
    }
}

/// Compares what is wanted with what there is.
pub fn plan(want: &Network, live: &Live, intent: &Intent) -> Plan {
    let replaced = replaced(want, live, intent);
    let mut plan = Plan::default();
    for (key, spec) in &want.resources {
        if let Some(change) = change(key, spec, want, live, &replaced, intent) {
            plan.changes.insert(key.clone(), change);
        }
    }
    for (key, object) in live.objects() {
        let is_left_over = match object.owner {
            Owner::Blueprint => !want.resources.contains_key(key),
            Owner::Deposed { .. } => true,
            Owner::Foreign => false,
        };
        if is_left_over {
            plan.changes.insert(key.clone(), Change::Delete { live: object.clone() });
        }
    }
    find_problems(&mut plan, want, live, &replaced, intent);
    plan
}

/// The keys that get a new object: because a field forces it, because somebody asked, or because what they refer to
/// is replaced and the reference cannot change.
fn replaced(want: &Network, live: &Live, intent: &Intent) -> BTreeSet<Key> {
    let mut replaced = BTreeSet::new();
    let mut queue = VecDeque::new();
    for (key, spec) in &want.resources {
        let forced = || live.object(key).is_some_and(|it| spec.diff(&it.spec).forces_replacement());
        if live.object(key).is_some() && (intent.replace.contains(key) || forced()) {
            replaced.insert(key.clone());
            queue.push_back(key.clone());
        }
    }
    while let Some(key) = queue.pop_front() {
        for user in live.users(&key) {
            let (Some(spec), Some(object)) = (want.resources.get(user), live.object(user)) else { continue };
            if replaced.contains(user)
                || !spec.diff(&by_id(&object.spec, &replaced, live)).forces_replacement()
            {
                continue;
            }
            replaced.insert(user.clone());
            queue.push_back(user.clone());
        }
        // One that a run which was cut short has renewed already is there, and not in use yet.
        let is_in_use = |it: &&Key| live.users(it).any(|user| *user == key);
        let renewed = want.renewals.get(&key).filter(|it| live.object(it).is_some()).filter(is_in_use);
        if let Some(it) = renewed.filter(|it| replaced.insert((*it).clone())) {
            queue.push_back(it.clone());
        }
    }
    replaced
}

/// Names those that are replaced by their AWS ids, since their keys will mean their successors.
pub(crate) fn by_id<'a>(spec: &'a Spec, replaced: &BTreeSet<Key>, live: &Live) -> Cow<'a, Spec> {
    let is_replaced = |key: &&Key| replaced.contains(*key);
    if replaced.is_empty() || !spec.refs().iter().chain(&spec.peers()).any(is_replaced) {
        return Cow::Borrowed(spec);
    }
    let mut spec = spec.clone();
    spec.map_keys(&mut |key| {
        if replaced.contains(key) {
            *key = id_key(key, live);
        }
    });
    Cow::Owned(spec)
}

/// Returns the key that `key`'s present object will have once its successor is there.
pub(crate) fn id_key(key: &Key, live: &Live) -> Key {
    live.object(key).map_or_else(|| key.clone(), |it| Key::new(key.kind, &it.id))
}

fn change(
    key: &Key,
    spec: &Spec,
    want: &Network,
    live: &Live,
    replaced: &BTreeSet<Key>,
    intent: &Intent,
) -> Option<Change> {
    let Some(object) = live.object(key) else { return Some(Change::Create { want: spec.clone() }) };
    let from = by_id(&object.spec, replaced, live);
    let mut diff = spec.diff(&from);
    if replaced.contains(key) {
        let is_renewed = want.renewals.values().any(|it| it == key);
        let why = match intent.replace.contains(key) {
            true => Some("a new one, as asked"),
            false if is_renewed => Some("a new one, so that there is no gap"),
            false => None,
        };
        diff.fields.extend(why.map(|why| Field {
            name: "object".to_owned(),
            live: Some(object.id.clone()),
            want: Some(why.to_owned()),
            forces_replacement: true,
        }));
        let (live, from, want) = (object.clone(), from.into_owned(), spec.clone());
        return Some(Change::Replace { live, from, want, diff });
    }
    let tags = TagDiff::between(&object.tags, &want.tags_of_live(key, object));
    let is_same = diff.is_empty() && tags.is_empty();
    let update =
        || Change::Update { live: object.clone(), from: from.into_owned(), want: spec.clone(), diff, tags };
    (!is_same).then(update)
}

fn find_problems(plan: &mut Plan, want: &Network, live: &Live, replaced: &BTreeSet<Key>, intent: &Intent) {
    let duplicates = live.duplicates().iter();
    let mut problems: Vec<Problem> = duplicates.map(Problem::duplicate).collect();
    let is_there = |key: &Key| matches!(plan.changes.get(key), Some(Change::Replace { .. }));
    let nothing = intent.replace.iter().filter(|key| !is_there(key));
    problems.extend(nothing.map(|key| {
        let ours = live.of_kind(key.kind).filter(|(_, it)| it.owner == Owner::Blueprint);
        Problem::NothingToReplace { key: key.clone(), instead: ours.map(|(key, _)| key.clone()).collect() }
    }));
    problems.extend(own_by_id(want, live));
    for (key, change) in &plan.changes {
        problems.extend(guarded(key, change, intent));
        if change.removes() {
            problems.extend(protected(key, change, want, intent));
            problems.extend(blocked(key, change, live));
        }
        let Some(wanted) = change.want() else { continue };
        for other in live.rivals(wanted) {
            let Some(object) = live.object(other) else { continue };
            let is_itself = other == key && !change.makes();
            if is_itself || !wanted.clashes(&by_id(&object.spec, replaced, live)) {
                continue;
            }
            match plan.changes.contains_key(other) {
                true => {
                    plan.obstacles.entry(key.clone()).or_default().insert(other.clone());
                }
                false => {
                    let has_lost_its_key = object.tags.get(tags::BLUEPRINT) == Some(&want.blueprint);
                    let has_lost_its_key = has_lost_its_key && object.owner == Owner::Foreign;
                    problems.push(Problem::Clash { key: key.clone(), with: other.clone(), has_lost_its_key });
                }
            }
        }
    }
    plan.problems = problems;
}

fn own_by_id<'a>(want: &'a Network, live: &'a Live) -> impl Iterator<Item = Problem> + 'a {
    want.resources.iter().flat_map(move |(key, spec)| {
        let by_id = spec.refs().into_iter().chain(spec.peers()).filter(|it| it.is_existing());
        by_id.filter_map(move |named| {
            let own = live.key_of_id(&named.name);
            let own = own.filter(|it| live.object(it).is_some_and(|it| it.owner != Owner::Foreign))?;
            Some(Problem::OwnById { key: key.clone(), id: named.name.to_string(), own: own.clone() })
        })
    })
}

/// A copied example must never eat another team's network.
fn guarded(key: &Key, change: &Change, intent: &Intent) -> Option<Problem> {
    let is_guarded = key.kind == Kind::Vpc && !key.is_existing() && change.removes();
    if !is_guarded || intent.destroy || intent.replace.contains(key) {
        return None;
    }
    let diff = match change {
        Change::Replace { diff, .. } => diff.clone(),
        _ => Diff::default(),
    };
    Some(Problem::Guarded { key: key.clone(), diff })
}

/// What has never worked is worth no protection.
fn protected(key: &Key, change: &Change, want: &Network, intent: &Intent) -> Option<Problem> {
    let live = change.live().filter(|it| it.owner == Owner::Blueprint)?;
    let is_wanted = want.protected.contains(key);
    let is_tagged = live.tags.get(tags::PROTECT).is_some_and(|it| it == tags::PROTECTED);
    let is_replaced = change.makes();
    let by = match is_wanted {
        true => Protection::Blueprint,
        false if intent.destroy => Protection::Unknown,
        false => Protection::Tag,
    };
    (is_wanted || is_tagged).then(|| Problem::Protected { key: key.clone(), is_replaced, by })
}

fn blocked(key: &Key, change: &Change, live: &Live) -> Option<Problem> {
    let is_foreign = |user: &&Key| live.object(user).is_some_and(|it| it.owner == Owner::Foreign);
    let foreign = live
        .users(key)
        .filter(is_foreign)
        .filter(|it| !it.kind.goes_along())
        .map(|it| format!("`{}`", it.name));
    let strangers = live.strangers().iter().filter(|it| it.uses.contains(key));
    let strangers = strangers.map(|it| format!("`{}` ({})", it.id, it.what));
    let by: Vec<String> = foreign.chain(strangers).collect();
    (!by.is_empty()).then(|| Problem::Blocked { key: key.clone(), by, is_replaced: change.makes() })
}
