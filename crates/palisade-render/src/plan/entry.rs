//! What a plan says of one object: a line with its key, and the lines below it.

use palisade_core::plan::{Diff, Field};
use palisade_core::tags::HOME_EFS;
use palisade_core::{Change, Graph, Key, Kind, Live, Object, Owner, Part, Plan, Problem, StepId};

use super::existing::Terms;
use super::fields::{self, Told};
use super::groups::authors_key;
use super::renames::{self, Earlier};
use super::{PlanView, portrait, tagging};
use crate::style::{Ink, Style};
use crate::text;

/// How far the lines below an object's own are set in.
pub(crate) const INDENT: usize = 8;

/// What happens to an object, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Update,
    Replace(Order),
    Delete,
}

/// Which of the two objects of a replacement is there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The new one is made before the old one goes.
    NewFirst,
    /// The old one goes before the new one is made.
    OldFirst,
    /// The plan cannot be carried out, so there is no order.
    Unknown,
}

impl Verb {
    pub(crate) fn of(key: &Key, change: &Change, graph: &Graph) -> Verb {
        match change {
            Change::Create { .. } => Verb::Create,
            Change::Update { .. } => Verb::Update,
            Change::Replace { .. } => Verb::Replace(Order::of(key, graph)),
            Change::Delete { .. } => Verb::Delete,
        }
    }

    fn mark(self) -> Mark {
        match self {
            Verb::Create => Mark { glyph: "+", word: "create", ink: Ink::Create },
            Verb::Update => Mark::UPDATE,
            Verb::Replace(Order::NewFirst) => Mark { glyph: "+/-", word: "replace", ink: Ink::Replace },
            Verb::Replace(_) => Mark { glyph: "-/+", word: "replace", ink: Ink::Replace },
            Verb::Delete => Mark { glyph: "-", word: "delete", ink: Ink::Delete },
        }
    }
}

impl Order {
    fn of(key: &Key, graph: &Graph) -> Order {
        let at = |id: StepId| graph.order.iter().position(|it| *it == id);
        match (at(StepId::Make(key.clone())), at(StepId::Remove(key.clone()))) {
            (Some(make), Some(remove)) if make < remove => Order::NewFirst,
            (Some(_), Some(_)) => Order::OldFirst,
            _ => Order::Unknown,
        }
    }
}

/// Returns what the signs of replacements mean, as far as there are such.
pub(crate) fn legend(view: &PlanView<'_>, style: Style) -> Vec<String> {
    let verbs = view.plan.changes.iter().map(|(key, change)| Verb::of(key, change, view.graph));
    let orders: Vec<Order> = verbs
        .filter_map(|it| match it {
            Verb::Replace(order) => Some(order),
            _ => None,
        })
        .collect();
    let lines = [
        (Order::NewFirst, "the new one is there before the old one goes"),
        (Order::OldFirst, "the old one goes first, since AWS cannot have both"),
    ];
    let lines = lines.into_iter().filter(|(order, _)| orders.contains(order));
    lines
        .map(|(order, words)| {
            format!("{}: {words}", style.paint(Ink::Replace, Verb::Replace(order).mark().glyph))
        })
        .collect()
}

/// A glyph and its word. The word is for those who do not know the glyph, and the colour for nobody in
/// particular.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) glyph: &'static str,
    pub(crate) word: &'static str,
    pub(crate) ink: Ink,
}

impl Mark {
    pub(crate) const UPDATE: Mark = Mark { glyph: "~", word: "update", ink: Ink::Update };
    /// Nothing of the object changes but what it is called.
    pub(crate) const MOVE: Mark = Mark { glyph: "→", word: "move", ink: Ink::Update };

    /// Returns it as the beginning of a line.
    pub(crate) fn drawn(self, style: Style) -> String {
        style.paint(self.ink, &format!("{:>5} {:<7}", self.glyph, self.word))
    }
}

/// What is said of one object.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) mark: Mark,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// What stands beside the key, in columns with those of its kind.
    pub(crate) cells: Vec<String>,
    /// What stands below, without its indent.
    pub(crate) lines: Vec<String>,
}

pub(super) fn entry(
    key: &Key,
    change: &Change,
    view: &PlanView<'_>,
    terms: &Terms<'_>,
    style: Style,
) -> Entry {
    let (cells, lines) = match change {
        Change::Create { want } => portrait::of(key, want, terms, style),
        Change::Update { live, diff, tags, .. } => {
            let tags = tagging::lines(tags, &live.tags, style);
            let differences = differences(key, diff, view, terms, style);
            (vec![called(live)], differences.into_iter().chain(tags).collect())
        }
        Change::Replace { live, diff, .. } => {
            (vec![called(live)], differences(key, diff, view, terms, style))
        }
        Change::Delete { live } => (vec![departing(live, view)], Vec::new()),
    };
    let is_renamed = matches!(change, Change::Update { .. } | Change::Replace { .. });
    let live = change.live().filter(|_| is_renamed);
    let earlier = live.and_then(|it| Earlier::of(key, it, view.want)).map(|it| it.words());
    let protected = is_protected(key, change, view).then(|| "protected".to_owned());
    let homes = change.want().filter(|_| change.makes()).and_then(|_| homes(key, view));
    let cells = cells.into_iter().chain(homes).chain(earlier).chain(protected).collect();
    let mark = match renames::is_all(key, change, view.want) {
        true => Mark::MOVE,
        false => Verb::of(key, change, view.graph).mark(),
    };
    Entry { mark, kind: key.kind, name: key.to_string(), cells, lines }
}

/// What becomes of the homes in a new domain, some day.
fn homes(key: &Key, view: &PlanView<'_>) -> Option<String> {
    let said = view.want.memos.get(key)?.get(HOME_EFS)?;
    Some(format!("home-efs: {said}"))
}

/// Whether it is worth a word that nothing may delete or replace the object. Where that changes, it has a line.
fn is_protected(key: &Key, change: &Change, view: &PlanView<'_>) -> bool {
    let is_wanted = view.want.protected.contains(key);
    let is_tagged = change.live().is_some_and(tagging::is_protected);
    match change {
        Change::Create { .. } => is_wanted,
        Change::Update { .. } => is_wanted && is_tagged,
        Change::Replace { .. } | Change::Delete { .. } => is_wanted || is_tagged,
    }
}

fn differences(key: &Key, diff: &Diff, view: &PlanView<'_>, terms: &Terms<'_>, style: Style) -> Vec<String> {
    let mut diff = fields::spelled(key, diff, terms);
    for field in &mut diff.fields {
        let texts = [Some(&mut field.name), field.live.as_mut(), field.want.as_mut()];
        texts.into_iter().flatten().for_each(|it| name_the_old(it, key, view.plan));
    }
    let is_told_twice = |it: &Field| {
        let turned = Field { live: it.want.clone(), want: it.live.clone(), ..it.clone() };
        diff.fields.contains(&turned)
    };
    let fields = diff.fields.iter().filter(|it| !is_told_twice(it)).cloned();
    fields::lines(&Diff { fields: fields.collect() }, Told::AsPlan, style)
}

/// An object that is replaced goes by its AWS id, since its key means its successor. Nobody knows it by that.
///
/// Where it names itself nothing changes but who it is: the rule that goes and the one that comes read the
/// same then.
fn name_the_old(text: &mut String, in_key: &Key, plan: &Plan) {
    let replaced = plan.changes.iter().filter(|(_, change)| change.makes() && change.removes());
    for (key, change) in replaced {
        let Some(live) = change.live() else { continue };
        let elder = match key.kind {
            // Rules name a list that is no key's by its id alone.
            Kind::PrefixList => live.id.clone(),
            kind => Key::new(kind, &live.id).to_string(),
        };
        if text.contains(&elder) {
            let old = if key == in_key { "" } else { " (old)" };
            *text = text.replace(&elder, &format!("{key}{old}"));
        }
    }
}

fn departing(live: &Object, view: &PlanView<'_>) -> String {
    let is_in_doubt = |it: &Problem| matches!(it, Problem::Duplicate { ids, .. } if ids.contains(&live.id));
    match &live.owner {
        Owner::Deposed { of } if view.plan.problems.iter().any(is_in_doubt) => {
            format!("claims to be `{of}` too")
        }
        Owner::Deposed { of } if view.live.object(of).is_some() => {
            format!("left over from an earlier replacement of `{of}`")
        }
        Owner::Deposed { of } => format!("left over from `{of}`"),
        Owner::Derived { of } => made_for(of, view.live),
        Owner::Blueprint | Owner::Foreign => called(live),
    }
}

/// Returns for whom AWS has made something that is of no use without that.
pub(crate) fn made_for(of: &Key, live: &Live) -> String {
    match live.object(of) {
        Some(_) => format!("made by AWS for `{}`, goes with it", authors_key(of, live)),
        None => format!("made by AWS for `{}`, which is gone", of.name),
    }
}

/// Returns how AWS calls an object. The ARNs of SageMaker say nothing more than the names in them.
pub(crate) fn called(live: &Object) -> String {
    let name = live.parts.get(&Part::Name).filter(|_| live.spec.kind().is_of_sagemaker());
    name.unwrap_or(&live.id).clone()
}

/// Returns a heading and its entries: keys in one column, and what stands beside those of one kind in columns
/// too.
pub(crate) fn block(heading: &str, entries: &[Entry], style: Style) -> String {
    let mut lines = vec![style.paint(Ink::Heading, heading)];
    let name_width = entries.iter().filter(|it| !it.cells.is_empty()).map(|it| text::width(&it.name)).max();
    let mut asides = beside(entries).into_iter();
    for entry in entries {
        let Entry { mark, name, .. } = entry;
        let (name, aside) = (text::clean(name), text::clean(&asides.next().unwrap_or_default()));
        let does = mark.drawn(style);
        let indent = " ".repeat(INDENT);
        let named = text::pad(&name, name_width.unwrap_or(0));
        let is_wide = style.width < 14 + text::width(&named) + 2 + text::width(&aside);
        match aside.as_str() {
            "" => lines.push(format!("{does} {name}")),
            _ if is_wide => lines.extend([format!("{does} {name}"), format!("{indent}{aside}")]),
            _ => lines.push(format!("{does} {named}  {aside}")),
        }
        lines.extend(entry.lines.iter().map(|it| format!("{indent}{it}")));
    }
    lines.join("\n")
}

/// Returns the cells of each entry as a line, in columns with the entries of its kind and verb.
fn beside(entries: &[Entry]) -> Vec<String> {
    let mut lines = Vec::with_capacity(entries.len());
    for chunk in entries.chunk_by(|a, b| (a.kind, a.mark.word) == (b.kind, b.mark.word)) {
        let rows: Vec<Vec<String>> = chunk.iter().map(|it| it.cells.clone()).collect();
        lines.extend(text::columns(&rows));
    }
    lines
}
