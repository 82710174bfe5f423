//! What a plan does to what runs in the network that nobody would guess from its changes.

use std::collections::BTreeMap;

use palisade_core::kinds::InSpec;
use palisade_core::kinds::domain::HomeEfs;
use palisade_core::kinds::mount_target::MountTarget;
use palisade_core::kinds::sagemaker::Action;
use palisade_core::tags::HOME_EFS;
use palisade_core::{Call, Change, Key, Kind, Live, Object, Owner, Part, StepId};

use super::{PlanView, calls};
use crate::text;

/// Returns what is to be noted.
pub(super) fn all(view: &PlanView<'_>) -> Vec<String> {
    let notes = [
        restarted(view),
        without_a_gap(view),
        renamed(view),
        emptied(view),
        left(view),
        homes_lost(view),
        started(view),
    ];
    notes.into_iter().flatten().chain(going_on(view)).chain(kept(view)).collect()
}

/// A notebook changes only while it is stopped.
fn restarted(view: &PlanView<'_>) -> Option<String> {
    let stops = |key: &&Key| {
        let stop = |it: &Call| matches!(it, Call::Notebook(it) if matches!(it.action, Action::Stop { .. }));
        calls(view, &StepId::Wire((*key).clone())).any(stop)
    };
    let keys = text::quoted(view.plan.changes.keys().filter(stops));
    (!keys.is_empty()).then(|| {
        let (keys, is) = (keys.join(", "), if keys.len() == 1 { "is" } else { "are" });
        format!("{keys} {is} stopped to be changed, and started again: what runs there ends, and nobody can work there for minutes")
    })
}

/// Who sees a new configuration come and the old one go may fear that nothing serves in between.
fn without_a_gap(view: &PlanView<'_>) -> Option<String> {
    let goes_over = |key: &&Key| {
        let update = |it: &Call| matches!(it, Call::InferenceEndpoint(it) if matches!(it.action, Action::Update { .. }));
        calls(view, &StepId::Wire((*key).clone())).any(update)
    };
    let keys = text::quoted(view.plan.changes.keys().filter(goes_over));
    (!keys.is_empty()).then(|| {
        let (keys, goes) = (keys.join(", "), if keys.len() == 1 { "goes" } else { "go" });
        format!("{keys} {goes} over without a gap: what serves now does so until the new machines are there, and both cost for that long")
    })
}

/// A successor cannot have the name that its elder still has, and people and programs know it by that.
fn renamed(view: &PlanView<'_>) -> Option<String> {
    let is_called = |key: &Key| {
        matches!(key.kind, Kind::InferenceEndpoint | Kind::Notebook | Kind::Domain | Kind::UserProfile)
    };
    let of_change = |(key, change): (&Key, &Change)| {
        let Change::Replace { live, .. } = change else { return None };
        let old = live.parts.get(&Part::Name)?;
        let new = calls(view, &StepId::Make(key.clone())).find_map(named).filter(|it| *it != old)?;
        Some(text::clean(&format!("`{key}` is `{new}` at AWS, and no longer `{old}`")))
    };
    let changes = view.plan.changes.iter().filter(|(key, _)| is_called(key));
    let names: Vec<String> = changes.filter_map(of_change).collect();
    (!names.is_empty()).then(|| format!("{}: who has its name or its URL has to know", names.join(", ")))
}

/// Returns the name that a call gives to something of SageMaker.
fn named(call: &Call) -> Option<&String> {
    let action = match call {
        Call::InferenceEndpoint(it) => &it.action,
        Call::Notebook(it) => &it.action,
        Call::Domain(it) => &it.action,
        Call::UserProfile(it) => &it.action,
        _ => return None,
    };
    match action {
        Action::Create { name, .. } => Some(name),
        _ => None,
    }
}

/// What people have written is in no blueprint.
fn emptied(view: &PlanView<'_>) -> Option<String> {
    let removed = view.plan.changes.iter().filter(|(key, it)| key.kind == Kind::Notebook && it.removes());
    let removed: Vec<(&Key, &Change)> = removed.collect();
    let has_successors = removed.iter().any(|(_, it)| it.makes());
    let keys = text::quoted(removed.into_iter().map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        let successors = if has_successors { "; a new one begins empty" } else { "" };
        format!("what is on the disk of {} is lost with it{successors}", keys.join(", "))
    })
}

/// AWS deletes a profile with its private spaces, and nobody else gets to its home (SageMaker API reference,
/// `DeleteUserProfile`). Where the domain goes too, its file system is the greater loss.
fn left(view: &PlanView<'_>) -> Option<String> {
    let goes = |key: &Key| view.plan.changes.get(key).is_some_and(Change::removes);
    let stays = |it: &Object| !it.spec.refs().into_iter().any(|it| it.kind == Kind::Domain && goes(it));
    let removed =
        view.plan.changes.iter().filter(|(key, it)| {
            key.kind == Kind::UserProfile && it.removes() && it.live().is_some_and(stays)
        });
    let removed: Vec<(&Key, &Change)> = removed.collect();
    let has_successors = removed.iter().any(|(_, it)| it.makes());
    let keys = text::quoted(removed.into_iter().map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        let (keys, its) = (keys.join(", "), if keys.len() == 1 { "its" } else { "their" });
        let successors = if has_successors { "; a new one begins empty" } else { "" };
        format!("nobody gets to the home of {keys} any more, and {its} private spaces go with what is in them{successors}")
    })
}

/// Returns whether a domain's file system goes with it. Without a word on it nothing is lost.
fn loses_homes(domain: &Object) -> bool {
    domain.tags.get(HOME_EFS).and_then(|it| HomeEfs::of(it)) == Some(HomeEfs::Delete)
}

fn homes_lost(view: &PlanView<'_>) -> Option<String> {
    let is_lost = |(key, change): &(&Key, &Change)| {
        key.kind == Kind::Domain && change.removes() && change.live().is_some_and(loses_homes)
    };
    let keys = text::quoted(view.plan.changes.iter().filter(is_lost).map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        format!("the homes in {} are lost: the file system goes too, as its `home-efs` says", keys.join(", "))
    })
}

/// Nobody should wait for the end of a job, or change the blueprint to have another run of it.
fn started(view: &PlanView<'_>) -> Option<String> {
    let is_new_run = |(key, change): &(&Key, &Change)| key.kind.is_run() && change.makes();
    let keys = text::quoted(view.plan.changes.iter().filter(is_new_run).map(|(key, _)| key));
    (!keys.is_empty()).then(|| {
        let (keys, is) = (keys.join(", "), if keys.len() == 1 { "is" } else { "are" });
        format!("{keys} {is} started and not waited for: a run is made once, and never changed or ended")
    })
}

/// What the blueprint says no longer, and nothing ends.
fn going_on(view: &PlanView<'_>) -> Vec<String> {
    let runs = [
        (Kind::TrainingJob, "stop-training-job --training-job-name"),
        (Kind::ProcessingJob, "stop-processing-job --processing-job-name"),
    ];
    let running = |(kind, stop)| {
        let is_left = |(key, object): &(&Key, &Object)| {
            // Where it runs is known as long as it does.
            let is_running = !object.spec.refs().is_empty();
            is_running && object.owner != Owner::Foreign && !view.want.resources.contains_key(*key)
        };
        view.live.of_kind(kind).filter(is_left).map(move |(key, object)| {
            let name = object.parts.get(&Part::Name).map_or(key.name.as_str(), String::as_str);
            let note = format!(
                "`{key}` goes on, since palisade ends no run; to end it: `aws sagemaker {stop} {name}`"
            );
            text::clean(&note)
        })
    };
    runs.into_iter().flat_map(running).collect()
}

/// Returns what stays when all is done, and costs: the file systems of domains that go, or are gone.
pub(crate) fn kept(view: &PlanView<'_>) -> Vec<String> {
    let mut kept: BTreeMap<&str, String> = BTreeMap::new();
    for (key, object) in view.live.of_kind(Kind::MountTarget) {
        let (Some(target), Owner::Derived { of }) = (MountTarget::of(&object.spec), &object.owner) else {
            continue;
        };
        let goes = |key: &Key| view.plan.changes.get(key).is_some_and(Change::removes);
        let of = match view.live.object(of) {
            Some(domain) if goes(of) && !loses_homes(domain) => format!("of `{}`", authors(of, view.live)),
            None if goes(key) => "of a domain that is gone".to_owned(),
            _ => continue,
        };
        kept.insert(&target.file_system, of);
    }
    let note = |(id, of): (&str, String)| {
        let command = format!("aws efs delete-file-system --file-system-id {id}");
        text::clean(&format!(
            "the file system `{id}` {of} is kept, with the homes on it, and goes on costing; delete it with `{command}`"
        ))
    };
    kept.into_iter().map(note).collect()
}

fn authors<'a>(key: &'a Key, live: &'a Live) -> &'a Key {
    crate::plan::groups::authors_key(key, live)
}
