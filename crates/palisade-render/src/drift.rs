//! The same difference as a plan's, told from the other side: what somebody has made of the blueprint's
//! network.

use palisade_core::live::Stranger;
use palisade_core::plan::Diff;
use palisade_core::tags::{MOVED_FROM, TagDiff};
use palisade_core::{Change, Key, Live, Network, Object, Owner, Spec};

use crate::plan::PlanView;
use crate::plan::entry::{self, Entry, Mark};
use crate::plan::existing::Terms;
use crate::plan::fields::{self, Told};
use crate::plan::groups::Groups;
use crate::plan::ipv6;
use crate::plan::renames::{Earlier, Together};
use crate::plan::{self, tagging};
use crate::style::{Ink, Style};
use crate::text;

pub(crate) mod homes;
#[cfg(test)]
mod tests;

/// How one object differs from the blueprint.
pub(crate) enum Drift<'a> {
    /// It is there, and not as the blueprint says.
    Changed {
        /// What there is.
        live: &'a Object,
        /// From what there is to what the blueprint says.
        diff: Diff,
        /// The same of its tags.
        tags: TagDiff,
    },
    /// It is in the blueprint only.
    Missing {
        /// What the blueprint says.
        want: &'a Spec,
    },
    /// It is in the account only, and palisade made it.
    Extra {
        /// What there is.
        live: &'a Object,
    },
}

/// Returns what has drifted, in the order of the keys. What a plan changes only because it replaces something
/// else has not.
pub(crate) fn drifted<'a>(view: &PlanView<'a>) -> Vec<(&'a Key, Drift<'a>)> {
    let drift = |(key, change): (&'a Key, &'a Change)| {
        let drift = match change {
            Change::Create { want } => Drift::Missing { want },
            // What AWS has made for something is as that is.
            Change::Delete { live } if is_of_something(live, view.live) => return None,
            Change::Delete { live } => Drift::Extra { live },
            Change::Update { live, want, tags, .. } => {
                Drift::Changed { live, diff: want.diff(&live.spec), tags: tags.clone() }
            }
            Change::Replace { live, want, .. } => {
                let mut tags = TagDiff::between(&live.tags, &view.want.tags_of_live(key, live));
                // Whether that is still to be remembered, is for what takes its place to say.
                tags.unset.remove(MOVED_FROM);
                Drift::Changed { live, diff: want.diff(&live.spec), tags }
            }
        };
        let is_same =
            matches!(&drift, Drift::Changed { diff, tags, .. } if diff.is_empty() && tags.is_empty());
        (!is_same).then_some((key, drift))
    };
    view.plan.changes.iter().filter_map(drift).collect()
}

/// Whether AWS has made it for something that is there.
fn is_of_something(object: &Object, live: &Live) -> bool {
    matches!(&object.owner, Owner::Derived { of } if live.object(of).is_some())
}

/// Returns the drift as text: per object `blueprint → live`, then what is in the VPC and not the blueprint's.
pub fn human(view: &PlanView<'_>, style: Style) -> String {
    let mut blocks = vec![plan::title("Drift", view, style)];
    let drifted = drifted(view);
    let only_renamed = drifted.iter().filter(|(_, it)| it.is_only_renamed());
    let renamed = only_renamed.filter_map(|(key, it)| Some((*key, it.earlier(key, view.want)?)));
    let renamed = Together::new(renamed);
    blocks.extend(renamed.block("renamed in the blueprint, not yet in the account", RENAMED, style));
    let alone = drifted.iter().filter(|(key, _)| !renamed.contains(key));
    let terms = Terms::of(view);
    for (group, objects) in Groups::new(view.want, view.live).sort(alone, |(key, _)| *key) {
        let entries: Vec<Entry> =
            objects.into_iter().map(|(key, drift)| entry(key, drift, view, &terms, style)).collect();
        blocks.push(entry::block(&group.to_string(), &entries, style));
    }
    let names = ipv6::explained(&blocks.join("\n"));
    blocks.extend(foreign(view.live, style));
    blocks.extend(names.into_iter().chain(homes::unreachable(view.live)).map(|it| plan::note(&it, style)));
    blocks.extend(plan::problems(&view.plan.problems, style));
    blocks.push(closing(view, &drifted, style));
    blocks.join("\n\n") + "\n"
}

fn entry(key: &Key, drift: &Drift<'_>, view: &PlanView<'_>, terms: &Terms<'_>, style: Style) -> Entry {
    let (cell, lines) = match drift {
        Drift::Changed { live, diff, tags } => {
            let tags = tagging::drifted(tags, &live.tags, style);
            let diff = fields::spelled(key, diff, terms);
            (
                entry::called(live),
                fields::lines(&diff, Told::AsDrift, style).into_iter().chain(tags).collect(),
            )
        }
        Drift::Missing { .. } => ("in the blueprint, not in the account".to_owned(), Vec::new()),
        Drift::Extra { live } => (why_extra(live, view.live), Vec::new()),
    };
    let cells = [cell].into_iter().chain(drift.earlier(key, view.want).map(|it| it.words())).collect();
    Entry { mark: drift.mark(), kind: key.kind, name: key.to_string(), cells, lines }
}

/// The blueprint calls it otherwise, and nothing else about it has changed.
const RENAMED: Mark = Mark { glyph: "→", word: "renamed", ink: Ink::Update };

impl Drift<'_> {
    /// Returns what the object is called in the account, if the blueprint calls it otherwise.
    fn earlier(&self, key: &Key, want: &Network) -> Option<Earlier> {
        match self {
            Drift::Changed { live, .. } => Earlier::of(key, live, want),
            Drift::Missing { .. } | Drift::Extra { .. } => None,
        }
    }

    fn is_only_renamed(&self) -> bool {
        let Drift::Changed { live, diff, tags } = self else { return false };
        diff.is_empty() && !tags.is_empty() && tagging::remarks(tags, &live.tags).is_empty()
    }

    fn mark(&self) -> Mark {
        match self {
            Drift::Changed { .. } if self.is_only_renamed() => RENAMED,
            Drift::Changed { .. } => Mark { glyph: "~", word: "changed", ink: Ink::Update },
            Drift::Missing { .. } => Mark { glyph: "-", word: "missing", ink: Ink::Delete },
            Drift::Extra { .. } => Mark { glyph: "+", word: "extra", ink: Ink::Create },
        }
    }
}

fn why_extra(live: &Object, all: &Live) -> String {
    match &live.owner {
        Owner::Deposed { of } => format!("left over from `{of}`"),
        Owner::Derived { of } => entry::made_for(of, all),
        Owner::Blueprint | Owner::Foreign => format!("{}, not in the blueprint", entry::called(live)),
    }
}

/// What is in the VPC and not the blueprint's is no drift, but it is good to know.
fn foreign(live: &Live, style: Style) -> Option<String> {
    let objects = strange_objects(live).map(|it| {
        let name = it.tags.get("Name").map(|name| format!("\"{}\"", text::clean(name)));
        [text::noun(it.spec.kind()).to_owned(), it.id.clone()].into_iter().chain(name).collect()
    });
    let strangers = strangers(live).map(|it| vec![text::clean(&it.what), it.id.clone()]);
    let rows: Vec<Vec<String>> = objects.chain(strangers).collect();
    let heading = style.paint(Ink::Heading, "in the VPC and not the blueprint's (never touched)");
    let lines = text::columns(&rows).into_iter().map(|it| format!("    {it}"));
    (!rows.is_empty()).then(|| [heading].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}

/// Returns the foreign objects of our kinds that stand in the blueprint's VPC; a sandbox may hold other
/// networks too.
pub(crate) fn strange_objects(live: &Live) -> impl Iterator<Item = &Object> {
    let objects = live.objects().values().filter(|it| it.owner == Owner::Foreign);
    objects.filter(|it| leads_home(it, live))
}

/// Returns what is of none of our kinds, and nobody's of whom the blueprint knows.
pub(crate) fn strangers(live: &Live) -> impl Iterator<Item = &Stranger> {
    let is_ours = |of: &Key| live.object(of).is_some_and(|it| it.owner != Owner::Foreign);
    live.strangers().iter().filter(move |it| !it.of.iter().any(is_ours))
}

/// Whether the object was made in something of ours, or in something that was.
fn leads_home(object: &Object, live: &Live) -> bool {
    let refs = object.spec.refs().into_iter().filter_map(|key| live.object(key));
    refs.into_iter().any(|it| it.owner != Owner::Foreign || leads_home(it, live))
}

fn closing(view: &PlanView<'_>, drifted: &[(&Key, Drift<'_>)], style: Style) -> String {
    let has_problems = !view.plan.problems.is_empty();
    if drifted.is_empty() && has_problems {
        let what = style.paint(Ink::Heading, "Drift:");
        return format!("{what} cannot be told before the errors above are mended.");
    }
    if drifted.is_empty() {
        let objects = text::count(view.want.resources.len(), "object");
        let what = style.paint(Ink::Success, "No drift:");
        return format!("{what} the network is as the blueprint says.\n{objects}{}", plan::reading(view));
    }
    let counted = |word: &str| {
        let marks = drifted.iter().map(|(_, it)| it.mark()).filter(|it| it.word == word);
        let marks: Vec<Mark> = marks.collect();
        marks.first().map(|it| style.paint(it.ink, &format!("{} {word}", marks.len())))
    };
    let counts: Vec<String> =
        ["changed", "renamed", "missing", "extra"].into_iter().filter_map(counted).collect();
    let (what, help) = (style.paint(Ink::Heading, "Drift:"), style.paint(Ink::Help, "help"));
    let is_built = view.live.objects().values().any(|it| it.owner == Owner::Blueprint);
    let next = match has_problems {
        true => "`palisade apply` changes nothing before the errors above are mended",
        false if !is_built => "there is nothing yet: `palisade apply` makes it",
        false => "`palisade apply` undoes it; what should stay belongs into the blueprint",
    };
    format!("{what} {}.\n{help}: {next}", counts.join(", "))
}
