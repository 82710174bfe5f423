//! A plan on the wire.

use palisade_core::plan::Field;
use palisade_core::tags::TagDiff;
use palisade_core::{Change, Graph, Key, Network, Object, Owner, Problem, StepId};
use serde::Serialize;

use super::{FORMAT_VERSION, facts};
use crate::plan::existing::Existing;
use crate::plan::ipv6::Ipv6;
use crate::plan::renames::Earlier;
use crate::plan::tagging::TagChange;
use crate::plan::{Counts, Order, PlanView, Verb, code, notes, tagging};
use crate::settings;

/// What `plan --format json` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanDocument {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The blueprint's name.
    pub blueprint: String,
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// The VPC's IPv6 block: in fields, `ipv6-prefix` is all of it and `ipv6-slot(3)` the /64 number 3 in it. Null if
    /// there is none, or none yet.
    pub ipv6_prefix: Option<String>,
    /// The AWS ids of what exists already and is not the blueprint's, as far as what is wanted names it.
    pub existing: Vec<String>,
    /// The objects that change, in the order of their keys.
    pub changes: Vec<ChangeEntry>,
    /// Why the plan must not run; empty for a plan that may.
    pub problems: Vec<ProblemEntry>,
    /// What the plan does that nobody would guess from its changes, in words.
    pub notes: Vec<String>,
    /// How many objects change in each way.
    pub summary: SummaryEntry,
    /// What the run will cost.
    pub estimate: EstimateEntry,
    /// What the reading cost; null if nobody counted.
    pub reads: Option<ReadsEntry>,
    /// Every AWS request that an apply would send, in the rehearsed order.
    pub calls: Vec<CallEntry>,
}

/// What happens to one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeEntry {
    /// The object's key; an elder's is its kind and AWS id.
    pub key: String,
    /// What happens.
    pub action: Action,
    /// For a replacement, which of the two is there first; null for anything else, and for a plan with
    /// problems.
    pub replace_order: Option<ReplaceOrder>,
    /// The AWS id of what there is; null for a creation.
    pub id: Option<String>,
    /// The key whose earlier replacement left this object over; else null.
    pub left_over_of: Option<String>,
    /// The key of what AWS has made this object for, an AWS id if that is gone; null for what AWS made for nobody.
    pub made_for: Option<String>,
    /// The key that the object has had until now, if the plan renames it; else null.
    pub moved_from: Option<String>,
    /// The name that the blueprint had when it was last applied to the object, if that was another one; else null.
    pub moved_from_blueprint: Option<String>,
    /// Whether the object is protected from being deleted or replaced, by the blueprint or by its tag.
    pub protected: bool,
    /// What differs. For a creation all that is wanted, for a deletion all that there is. An object that the
    /// plan replaces goes by its kind and AWS id in here, since its key means its successor.
    pub fields: Vec<FieldEntry>,
    /// Which tags change; a new object's tags are not listed.
    pub tags: Vec<TagEntry>,
}

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is made.
    Create,
    /// It changes in place.
    Update,
    /// A new object takes its place.
    Replace,
    /// It is removed.
    Delete,
}

/// Which of the two objects of a replacement is there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplaceOrder {
    /// The new one is made before the old one goes.
    NewFirst,
    /// The old one goes first, because AWS cannot have both: an interruption.
    OldFirst,
}

/// One field, or one member of a field that is a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldEntry {
    /// Such as `cidr` or `inbound tcp 443 from security-group.app`.
    pub name: String,
    /// What there is; null if it is not there.
    pub live: Option<String>,
    /// What is wanted; null if it goes away.
    pub want: Option<String>,
    /// Whether AWS cannot change it on an object that exists.
    pub forces_replacement: bool,
}

/// One tag that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagEntry {
    /// The tag's key.
    pub name: String,
    /// Its value now; null if it is not there.
    pub live: Option<String>,
    /// Its wanted value; null if it goes away.
    pub want: Option<String>,
    /// Whether it is one that palisade writes for its own use, and none of the author's.
    pub own: bool,
}

/// A reason why the plan must not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemEntry {
    /// Its stable name: `duplicate`, `occupied`, `clash`, `tags-lost`, `name-taken`, `blocked`, `own-by-id`, `guarded`, `protected`,
    /// `run-changed`, `held` or `nothing-to-replace`.
    pub code: String,
    /// The object that it is about.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// How many objects change in each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SummaryEntry {
    /// How many are made.
    pub create: usize,
    /// How many change in place, those included that are only renamed.
    pub update: usize,
    /// How many of these get another name and change in nothing else.
    pub only_renamed: usize,
    /// How many are replaced.
    pub replace: usize,
    /// How many are removed.
    pub delete: usize,
}

/// What the run will cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EstimateEntry {
    /// How many requests, each wait counted once.
    pub requests: usize,
    /// How long it usually takes.
    pub seconds: u32,
    /// The step that takes longest, if it is a wait; else null.
    pub dominated_by: Option<StepEntry>,
}

/// What the reading cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadsEntry {
    /// How many requests.
    pub requests: usize,
    /// In how many waves of parallel ones.
    pub waves: usize,
}

/// One AWS request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallEntry {
    /// The step that it belongs to.
    pub step: StepEntry,
    /// AWS's name of the operation.
    pub operation: String,
    /// What it says, for people; `<…>` is an id that is not known before the run.
    pub details: String,
    /// Whether it runs singly and in this order, because it can change what happens to packets that flow
    /// today.
    pub lane: bool,
    /// For a wait, how long; else null.
    pub wait: Option<WaitEntry>,
}

/// How long a wait takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WaitEntry {
    /// How long it usually takes.
    pub typical_seconds: u32,
    /// After how long it counts as failed.
    pub deadline_seconds: u32,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepEntry {
    /// Which part of an object's change it is.
    pub phase: Phase,
    /// The object; null for tags, which are written on many objects at once.
    pub key: Option<String>,
}

/// Which part of an object's change a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Writes tags.
    Tag,
    /// Creates the object, or waits for it.
    Make,
    /// Adds what names others.
    Wire,
    /// Takes away what names others.
    Unwire,
    /// Takes away what others have lain in, such as a block of addresses.
    Release,
    /// Deletes the object.
    Remove,
}

impl PlanDocument {
    /// Returns the document of a plan.
    pub fn new(view: &PlanView<'_>) -> PlanDocument {
        let Counts { n_create, n_update, n_move, n_replace, n_delete } = Counts::of(view);
        let estimate = view.graph.estimate();
        let changes = view.plan.changes.iter();
        PlanDocument {
            format_version: FORMAT_VERSION,
            blueprint: view.blueprint.to_owned(),
            account: view.account.to_owned(),
            region: view.region.to_owned(),
            ipv6_prefix: Ipv6::of(view).prefix(),
            existing: Existing::ids_wanted(view).into_iter().collect(),
            changes: changes.map(|(key, it)| ChangeEntry::new(key, it, view)).collect(),
            problems: view.plan.problems.iter().map(ProblemEntry::new).collect(),
            notes: notes::all(view),
            summary: SummaryEntry {
                create: n_create,
                update: n_update + n_move,
                only_renamed: n_move,
                replace: n_replace,
                delete: n_delete,
            },
            estimate: EstimateEntry {
                requests: estimate.n_requests,
                seconds: estimate.seconds,
                dominated_by: estimate.dominated_by.as_ref().map(StepEntry::new),
            },
            reads: ReadsEntry::new(view),
            calls: calls(view.graph),
        }
    }
}

impl ChangeEntry {
    fn new(key: &Key, change: &Change, view: &PlanView<'_>) -> ChangeEntry {
        let fields = match change {
            Change::Create { want } => facts::of(want).into_iter().map(FieldEntry::wanted).collect(),
            Change::Delete { live } => facts::of(&live.spec).into_iter().map(FieldEntry::there).collect(),
            Change::Update { diff, .. } | Change::Replace { diff, .. } => {
                settings::veiled(key, diff).fields.iter().map(FieldEntry::new).collect()
            }
        };
        let tags = match change {
            Change::Update { tags, live, .. } => TagEntry::all(tags, live),
            _ => Vec::new(),
        };
        let (action, replace_order) = match Verb::of(key, change, view.graph) {
            Verb::Create => (Action::Create, None),
            Verb::Update => (Action::Update, None),
            Verb::Replace(Order::NewFirst) => (Action::Replace, Some(ReplaceOrder::NewFirst)),
            Verb::Replace(Order::OldFirst) => (Action::Replace, Some(ReplaceOrder::OldFirst)),
            Verb::Replace(Order::Unknown) => (Action::Replace, None),
            Verb::Delete => (Action::Delete, None),
        };
        let id = change.live().map(|it| it.id.clone());
        let left_over_of = change.live().and_then(left_over_of);
        let made_for = change.live().and_then(made_for);
        let (moved_from, moved_from_blueprint) = moved_from(key, change.live(), view.want);
        let is_tagged = change.live().is_some_and(tagging::is_protected);
        let protected = is_tagged || view.want.protected.contains(key);
        let key = key.to_string();
        ChangeEntry {
            key,
            action,
            replace_order,
            id,
            left_over_of,
            made_for,
            moved_from,
            moved_from_blueprint,
            protected,
            fields,
            tags,
        }
    }
}

/// Returns the key whose elder the object is.
pub(super) fn left_over_of(object: &Object) -> Option<String> {
    match &object.owner {
        Owner::Deposed { of } => Some(of.to_string()),
        Owner::Blueprint | Owner::Derived { .. } | Owner::Foreign => None,
    }
}

/// Returns the key of what AWS has made the object for.
pub(super) fn made_for(object: &Object) -> Option<String> {
    match &object.owner {
        Owner::Derived { of } => Some(of.to_string()),
        Owner::Blueprint | Owner::Deposed { .. } | Owner::Foreign => None,
    }
}

/// Returns the key and the blueprint that the current object of `key` had before, as far as they were other ones.
pub(super) fn moved_from(
    key: &Key,
    live: Option<&Object>,
    want: &Network,
) -> (Option<String>, Option<String>) {
    let live = live.filter(|it| it.owner == Owner::Blueprint);
    let earlier = live.and_then(|it| Earlier::of(key, it, want));
    earlier.map_or((None, None), |it| (it.key.map(|key| key.to_string()), it.blueprint))
}

impl FieldEntry {
    fn new(field: &Field) -> FieldEntry {
        let Field { name, live, want, forces_replacement } = field.clone();
        FieldEntry { name, live, want, forces_replacement }
    }

    fn wanted((name, value): (String, String)) -> FieldEntry {
        FieldEntry { name, live: None, want: Some(value), forces_replacement: false }
    }

    fn there((name, value): (String, String)) -> FieldEntry {
        FieldEntry { name, live: Some(value), want: None, forces_replacement: false }
    }
}

impl TagEntry {
    fn all(diff: &TagDiff, live: &Object) -> Vec<TagEntry> {
        let changes = tagging::changes(diff, &live.tags).into_iter();
        let entry = |it: TagChange| {
            let own = tagging::is_own(&it.name);
            TagEntry { name: it.name, live: it.live, want: it.want, own }
        };
        changes.map(entry).collect()
    }
}

impl ProblemEntry {
    pub(super) fn new(problem: &Problem) -> ProblemEntry {
        let (Problem::Duplicate { key, .. }
        | Problem::Clash { key, .. }
        | Problem::TagsLost { key, .. }
        | Problem::NameTaken { key, .. }
        | Problem::Blocked { key, .. }
        | Problem::OwnById { key, .. }
        | Problem::Guarded { key, .. }
        | Problem::Protected { key, .. }
        | Problem::RunChanged { key, .. }
        | Problem::Held { key, .. }
        | Problem::NothingToReplace { key, .. }) = problem;
        let (code, key) = (code(problem).to_owned(), key.to_string());
        ProblemEntry { code, key, message: problem.to_string(), help: problem.help() }
    }
}

impl ReadsEntry {
    pub(super) fn new(view: &PlanView<'_>) -> Option<ReadsEntry> {
        view.reads.map(|(requests, waves)| ReadsEntry { requests, waves })
    }
}

fn calls(graph: &Graph) -> Vec<CallEntry> {
    let steps = graph.order.iter().filter_map(|id| Some((id, graph.steps.get(id)?)));
    let calls = steps.flat_map(|(id, step)| {
        step.calls.iter().enumerate().map(move |(at, call)| {
            let request = call.request();
            let wait = request
                .wait()
                .map(|it| WaitEntry { typical_seconds: it.typical_s, deadline_seconds: it.deadline_s });
            CallEntry {
                step: StepEntry::new(id),
                operation: request.operation().to_owned(),
                details: request.details(),
                lane: at < step.n_lane_calls,
                wait,
            }
        })
    });
    calls.collect()
}

impl StepEntry {
    pub(super) fn new(step: &StepId) -> StepEntry {
        let phase = match step {
            StepId::Tag => Phase::Tag,
            StepId::Make(_) => Phase::Make,
            StepId::Wire(_) => Phase::Wire,
            StepId::Unwire(_) => Phase::Unwire,
            StepId::Release(_) => Phase::Release,
            StepId::Remove(_) => Phase::Remove,
        };
        StepEntry { phase, key: step.key().map(Key::to_string) }
    }
}
