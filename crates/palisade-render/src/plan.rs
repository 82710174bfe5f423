//! A plan for people: what will happen to which object, what stands in the way, and what it will cost.

use std::collections::BTreeSet;

use palisade_core::{Change, Graph, Key, Kind, Live, Network, Plan, Problem, StepId};

use crate::style::{Ink, Style};
use crate::text;

mod calls;
pub(crate) mod entry;
pub(crate) mod existing;
pub(crate) mod fields;
pub(crate) mod groups;
pub(crate) mod ipv6;
pub(crate) mod notes;
mod policy;
mod portrait;
pub(crate) mod renames;
pub(crate) mod tagging;
#[cfg(test)]
mod tests;
mod unsaid;

pub use calls::calls;
use entry::{Mark, entry};
pub(crate) use entry::{Order, Verb};
use existing::{Existing, Terms};
use groups::Groups;
pub(crate) use notes::note;

/// A plan with all that is needed to tell it.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'a> {
    /// The blueprint's name.
    pub blueprint: &'a str,
    /// The account's number.
    pub account: &'a str,
    /// The region.
    pub region: &'a str,
    /// What is wanted; nothing for `destroy`.
    pub want: &'a Network,
    /// What there is.
    pub live: &'a Live,
    /// The difference.
    pub plan: &'a Plan,
    /// The prefix lists of others that the blueprint names: by their ids, but for AWS's own.
    pub lists: &'a BTreeSet<String>,
    /// The requests; empty for a plan that cannot be carried out.
    pub graph: &'a Graph,
    /// How many requests the reading took, and in how many waves; none if nobody counted.
    pub reads: Option<(usize, usize)>,
}

/// How many objects a plan changes in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) n_create: usize,
    pub(crate) n_update: usize,
    /// Those that get another name and change in nothing else; not among the updates.
    pub(crate) n_move: usize,
    pub(crate) n_replace: usize,
    pub(crate) n_delete: usize,
}

impl Counts {
    pub(crate) fn of(view: &PlanView<'_>) -> Counts {
        let mut counts = Counts::default();
        for (key, change) in &view.plan.changes {
            *match change {
                Change::Create { .. } => &mut counts.n_create,
                change if renames::is_all(key, change, view.want) => &mut counts.n_move,
                Change::Update { .. } => &mut counts.n_update,
                Change::Replace { .. } => &mut counts.n_replace,
                Change::Delete { .. } => &mut counts.n_delete,
            } += 1;
        }
        counts
    }
}

/// Returns the whole plan as text: changes by tier, problems, notes, the count, and last what it costs.
pub fn human(view: &PlanView<'_>, style: Style) -> String {
    let mut blocks = vec![title("Plan", view, style)];
    let changes = changes(view, style);
    let notes = notes::notes(view, &changes.join("\n"), style);
    blocks.extend(changes);
    blocks.extend(problems(&view.plan.problems, style));
    blocks.extend(notes);
    blocks.push(closing(view, style));
    blocks.join("\n\n") + "\n"
}

/// Returns what stays and costs once a plan has been carried out, as notes; empty if nothing does.
pub fn kept(view: &PlanView<'_>, style: Style) -> String {
    notes::kept(view).iter().map(|it| note(it, style) + "\n").collect()
}

/// Returns the line that says whose network is meant, and into what it is built.
pub(crate) fn title(what: &str, view: &PlanView<'_>, style: Style) -> String {
    let PlanView { blueprint, account, region, .. } = view;
    let vpc = Existing::of(view).vpc().map(|it| format!(", {it}")).unwrap_or_default();
    style.paint(Ink::Heading, &format!("{what} of `{blueprint}` in account {account}, {region}{vpc}"))
}

/// One block per group; what is only renamed stands together at the beginning, since all else speaks of the new names,
/// and what only gets the same new tags at the end.
fn changes(view: &PlanView<'_>, style: Style) -> Vec<String> {
    let groups = Groups::new(view.want, view.live);
    let terms = Terms::of(view);
    let retagged = tagging::together(view.plan);
    let renamed = renames::together(view.plan, view.want, &retagged);
    let is_alone = |key: &Key| !retagged.contains(key) && !renamed.contains(key);
    let alone = view.plan.changes.iter().filter(|(key, _)| is_alone(key));
    let sorted = groups.sort(alone, |(key, _)| *key);
    let block = |(group, changes): (groups::Group, Vec<_>)| {
        let entries = changes.into_iter().map(|(key, change)| entry(key, change, view, &terms, style));
        entry::block(&group.to_string(), &entries.collect::<Vec<_>>(), style)
    };
    let moved = renamed.block("renamed", Mark::MOVE, style);
    moved.into_iter().chain(sorted.into_iter().map(block)).chain(retagged.block(style)).collect()
}

pub(crate) fn problems(problems: &[Problem], style: Style) -> Option<String> {
    let helps: Vec<String> = problems.iter().map(Problem::help).collect();
    let problem = |(at, it): (usize, &Problem)| {
        let code = format!("error[{}]", code(it));
        let message =
            style.paint_first(Ink::Error, &code, &text::filled(&code, &it.to_string(), style.width));
        // What helps against several that follow each other is said once.
        if helps.get(at + 1) == Some(&helps[at]) {
            return message;
        }
        let help = style.paint_first(Ink::Help, "help", &text::filled("  help", &helps[at], style.width));
        format!("{message}\n{help}")
    };
    (!problems.is_empty()).then(|| problems.iter().enumerate().map(problem).collect::<Vec<_>>().join("\n"))
}

/// Returns the stable name of a problem. `docs/reference/codes.md` says what each means.
pub fn code(problem: &Problem) -> &'static str {
    match problem {
        Problem::Duplicate { moved_from: None, .. } => "duplicate",
        Problem::Duplicate { moved_from: Some(_), .. } => "occupied",
        Problem::Clash { .. } => "clash",
        Problem::TagsLost { .. } => "tags-lost",
        Problem::NameTaken { .. } => "name-taken",
        Problem::Blocked { .. } => "blocked",
        Problem::OwnById { .. } => "own-by-id",
        Problem::Guarded { .. } => "guarded",
        Problem::Protected { .. } => "protected",
        Problem::RunChanged { .. } => "run-changed",
        Problem::Held { .. } => "held",
        Problem::NothingToReplace { .. } => "nothing-to-replace",
    }
}

fn closing(view: &PlanView<'_>, style: Style) -> String {
    let is_empty = view.plan.changes.is_empty();
    let last = match view.plan.problems.len() {
        0 if is_empty => return unchanged(view, style),
        0 => cost(view.graph),
        1 => "Nothing will be changed: there is 1 problem to solve first.".to_owned(),
        n => format!("Nothing will be changed: there are {n} problems to solve first."),
    };
    let counts = (!is_empty).then(|| counted(&Counts::of(view), style));
    entry::legend(view, style).into_iter().chain(counts).chain([last]).collect::<Vec<_>>().join("\n")
}

fn counted(counts: &Counts, style: Style) -> String {
    let Counts { n_create, n_update, n_move, n_replace, n_delete } = *counts;
    let parts = [
        (n_create, "to create", Ink::Create),
        (n_update, "to update", Ink::Update),
        (n_move, "to move", Ink::Update),
        (n_replace, "to replace", Ink::Replace),
        (n_delete, "to delete", Ink::Delete),
    ];
    let parts = parts.into_iter().filter(|(n, ..)| 0 < *n);
    let parts: Vec<String> = parts.map(|(n, what, ink)| style.paint(ink, &format!("{n} {what}"))).collect();
    format!("{} {}.", style.paint(Ink::Heading, "Plan:"), parts.join(", "))
}

/// Returns what the run will cost: `41 requests, about 2 min: NAT gateways`.
fn cost(graph: &Graph) -> String {
    let estimate = graph.estimate();
    let requests = text::count(estimate.n_requests, "request");
    let cause = estimate.dominated_by.as_ref().and_then(StepId::key).map(|it| awaited(it.kind));
    let cause = cause.filter(|_| !text::is_moment(estimate.seconds)).map(|it| format!(": {it}"));
    format!("{requests}, {}{}", text::about(estimate.seconds), cause.unwrap_or_default())
}

/// Returns what takes its time when an object of a kind is waited for.
fn awaited(kind: Kind) -> String {
    match kind {
        Kind::Vpc | Kind::Subnet => "address blocks".to_owned(),
        kind => format!("{}s", text::noun(kind)),
    }
}

fn unchanged(view: &PlanView<'_>, style: Style) -> String {
    let good = |what: &str| style.paint(Ink::Success, what);
    match view.want.resources.len() {
        0 => format!(
            "{} there is nothing of `{}` in this account.",
            good("Nothing to destroy:"),
            view.blueprint
        ),
        n => {
            let objects = text::count(n, "object");
            format!(
                "{} the network is as the blueprint says.\n{objects}{}",
                good("No changes:"),
                reading(view)
            )
        }
    }
}

/// Returns the end of the sentence about how many objects there are.
pub(crate) fn reading(view: &PlanView<'_>) -> String {
    let words = |(n_requests, n_waves)| {
        format!(", read in {} and {}", text::count(n_requests, "request"), text::count(n_waves, "wave"))
    };
    view.reads.map(words).unwrap_or_default()
}
