//! `[[moved]]` and `[protect]`: what is said about keys.

use std::collections::{BTreeMap, BTreeSet};

use palisade_core::{Diagnostic, Key, Kind, Live, Move, Moves, Network, Owner};

use crate::codes;
use crate::reports::{at_both, given_twice};
use crate::text::tree::{At, Section, Span};
use crate::words::names::{NameForm, listed, nearest};

/// What the text says about keys; whether there are such keys shows once the network is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) moves: Moves,
    moved: Vec<Moved>,
    protected: Vec<At<Subject>>,
}

/// One `[[moved]]` with its places.
#[derive(Clone, Debug)]
struct Moved {
    from: At<Subject>,
    to: At<Subject>,
}

/// One object, or a tier with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Key(Key),
    Tier(String),
}

/// Reads both.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, document: &Section<'_>) -> Keys {
    let mut keys = Keys::default();
    for section in document.list("moved") {
        moved(reports, &mut keys, &section, document);
    }
    for (at, later) in keys.moved.iter().enumerate() {
        let before = &keys.moved[..at];
        if let Some(first) = before.iter().find(|it| it.from.it == later.from.it) {
            let message = format!("`{}` is moved twice", later.from.it.text());
            let report = Diagnostic::error(codes::MOVED_TWICE, message);
            reports.push(at_both(report, &later.from.span, &first.from.span).help("leave one of them out"));
        }
        let meets = |first: &&Moved| first.meets(later, &keys.moved) || later.meets(first, &keys.moved);
        if let Some(first) = before.iter().find(meets) {
            let message = format!("two things are moved to `{}`", later.to.it.text());
            let report = Diagnostic::error(codes::MOVED_TWICE, message);
            reports
                .push(at_both(report, &later.to.span, &first.to.span).help("give one of them another name"));
        }
    }
    if let Some(section) = document.section("protect") {
        protect(reports, &mut keys, &section);
    }
    keys
}

fn moved(reports: &mut Vec<Diagnostic>, keys: &mut Keys, section: &Section<'_>, document: &Section<'_>) {
    let Some(from) = section.text("from") else { return };
    if let Some(old) = from.it.strip_prefix("blueprint:") {
        return moved_blueprint(reports, keys, section, &from, old, document);
    }
    let Some(to) = section.text("to") else {
        let report = Diagnostic::error(codes::MISSING_KEY, "`to` is missing in an entry of `moved`");
        reports.push(
            report.at(section.span.clone(), "").help("add what it is called now: `to = \"tier:training\"`"),
        );
        return;
    };
    let subjects = (subject(reports, &from), subject(reports, &to));
    let (Some(from), Some(to)) = subjects else { return };
    let rename = match (&from.it, &to.it) {
        (Subject::Tier(from), Subject::Tier(to)) => Move::Tier { from: from.clone(), to: to.clone() },
        (Subject::Key(from), Subject::Key(to)) if from.kind == to.kind => {
            Move::Key { from: from.clone(), to: to.clone() }
        }
        _ => {
            let message = format!("`{}` cannot become `{}`", from.it.text(), to.it.text());
            let report =
                Diagnostic::error(codes::MOVED_KIND, message).at(to.span, "").at(from.span, "from this");
            reports
                .push(report.help("a rename stays within a kind: key to key of one kind, or tier to tier"));
            return;
        }
    };
    if from.it == to.it {
        let report =
            Diagnostic::error(codes::MOVED_NOWHERE, format!("`{}` is moved to itself", from.it.text()));
        reports.push(report.at(to.span, "").help("leave it out"));
        return;
    }
    if let Subject::Key(key) = &from.it
        && key.kind.is_of_sagemaker()
    {
        let message = format!("`{}` cannot be renamed", from.it.text());
        let report = Diagnostic::error(codes::MOVED_NAME, message).at(from.span, "");
        let help = "SageMaker knows it by its name, which never changes: leave this out; under another name it is \
                    another one, and the old one goes";
        reports.push(report.help(help));
        return;
    }
    keys.moves.moves.push(rename);
    keys.moved.push(Moved { from, to });
}

fn moved_blueprint(
    reports: &mut Vec<Diagnostic>,
    keys: &mut Keys,
    section: &Section<'_>,
    from: &At<&str>,
    old: &str,
    document: &Section<'_>,
) {
    let name = document.text("name").map(|it| it.it).unwrap_or_default();
    let to = section.text("to");
    let is_own = to.as_ref().is_none_or(|it| it.it.strip_prefix("blueprint:").unwrap_or(it.it) == name);
    let error = |message: String, span: Span| Diagnostic::error(codes::MOVED_NOWHERE, message).at(span, "");
    if !is_own {
        let span = section.value_span("to");
        let report = error(format!("the blueprint is called `{name}`"), span);
        reports.push(report.help(format!("write `to = \"blueprint:{name}\"`, or leave `to` out")));
    } else if old == name {
        reports.push(
            error(format!("`{name}` is the blueprint's present name"), from.span.clone())
                .help("write its old name"),
        );
    } else if old.is_empty() {
        reports.push(
            error("the old name is missing".to_owned(), from.span.clone())
                .help("write `blueprint:<old name>`"),
        );
    } else {
        keys.moves.blueprints.insert(old.to_owned());
    }
}

fn protect(reports: &mut Vec<Diagnostic>, keys: &mut Keys, section: &Section<'_>) {
    for words in section.texts("keys") {
        let Some(subject) = subject(reports, &words) else { continue };
        match keys.protected.iter().find(|it| it.it == subject.it) {
            Some(first) => reports.push(given_twice(&format!("`{}`", subject.it.text()), &subject, first)),
            None => keys.protected.push(subject),
        }
    }
}

fn subject(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> Option<At<Subject>> {
    if let Some(tier) = words.it.strip_prefix("tier:").filter(|it| !it.is_empty()) {
        return Some(At::new(words.span.clone(), Subject::Tier(tier.to_owned())));
    }
    match words.it.parse::<Key>() {
        Ok(key) if !key.is_existing() => Some(At::new(words.span.clone(), Subject::Key(key))),
        _ => {
            let message = format!("`{}` is no key", words.it);
            let report = Diagnostic::error(codes::KEY_SYNTAX, message).at(words.span.clone(), "");
            reports.push(report.help(meant(words.it)));
            None
        }
    }
}

impl Moved {
    /// Returns whether `other` leads to the same, or to an object of a tier to which this one leads; unless what the tier
    /// had in that place goes elsewhere by a move of its own.
    fn meets(&self, other: &Moved, all: &[Moved]) -> bool {
        let (Subject::Tier(from), Subject::Tier(to), Subject::Key(key)) =
            (&self.from.it, &self.to.it, &other.to.it)
        else {
            return self.to.it == other.to.it;
        };
        let back = Move::Tier { from: to.clone(), to: from.clone() }.apply(key).map(Subject::Key);
        back.is_some_and(|it| all.iter().all(|other| other.from.it != it))
    }
}

/// Returns what to write instead of what is no key.
pub(crate) fn meant(written: &str) -> String {
    let generic = "write a key as plans show it, such as `security-group.training`, or `tier:training`";
    let Some((kind, name)) = written.split_once(['.', ':']) else {
        let is_found = |it: &Kind| matches!(it, Kind::App | Kind::Space | Kind::MountTarget);
        let is_of_aws = |it: &Kind| {
            !is_found(it) && (it.as_str() == written || written.starts_with(&format!("{}-", it.id_prefix())))
        };
        return match NameForm::Plain.admits(written) && !Kind::ALL.iter().any(is_of_aws) {
            true => {
                format!("write `tier:{written}` for a tier, or a key, such as `security-group.{written}`")
            }
            false => generic.to_owned(),
        };
    };
    match kind {
        "tier" | "tiers" => return format!("did you mean `tier:{name}`?"),
        "sg" | "group" | "groups" => return format!("did you mean `security-group.{name}`?"),
        _ => {}
    }
    match nearest(kind, Kind::ALL.iter().map(|it| it.as_str())) {
        Some(kind) => format!("did you mean `{kind}.{name}`?"),
        None => generic.to_owned(),
    }
}

impl Subject {
    fn text(&self) -> String {
        match self {
            Subject::Key(key) => key.to_string(),
            Subject::Tier(name) => format!("tier:{name}"),
        }
    }

    /// Returns whether it is, or comprises, `key`.
    fn has(&self, key: &Key) -> bool {
        match self {
            Subject::Key(own) => own == key,
            Subject::Tier(name) => {
                let is_of_tier = matches!(key.kind, Kind::Subnet | Kind::RouteTable | Kind::NetworkAcl);
                is_of_tier && key.name.split_once('@').map_or(key.name.as_str(), |(tier, _)| tier) == name
            }
        }
    }
}

impl Keys {
    /// Returns what is protected of what is there.
    pub(crate) fn protected_in(&self, live: &Live) -> BTreeSet<Key> {
        let ours = live.objects().iter().filter(|(_, it)| it.owner == Owner::Blueprint).map(|(key, _)| key);
        ours.filter(|key| self.protected.iter().any(|it| it.it.has(key))).cloned().collect()
    }

    /// Adds what is said about keys to the network that has them; what speaks of none is reported.
    pub(crate) fn add_to(&self, network: &mut Network, reports: &mut Vec<Diagnostic>) {
        let wanted: Vec<&Key> = network.resources.keys().collect();
        let is_there = |subject: &Subject| wanted.iter().any(|key| subject.has(key));
        let targets: BTreeSet<&Subject> = self.moved.iter().map(|it| &it.to.it).collect();
        let sources: BTreeMap<&Subject, &Span> =
            self.moved.iter().map(|it| (&it.from.it, &it.from.span)).collect();
        for Moved { from, to } in &self.moved {
            // The middle of a chain has been and gone.
            if !is_there(&to.it) && !sources.contains_key(&to.it) {
                reports.push(unknown(codes::MOVED_NOWHERE, "moved to", to, &wanted));
            }
            if is_there(&from.it) && !targets.contains(&from.it) {
                let message = format!("`{}` is moved, and is still in the blueprint", from.it.text());
                let report = Diagnostic::error(codes::MOVED_STAYS, message).at(from.span.clone(), "");
                reports.push(report.help("take it out of the blueprint, or leave the move out"));
            }
        }
        let mut protected = BTreeSet::new();
        for subject in &self.protected {
            let keys = wanted.iter().filter(|key| subject.it.has(key)).map(|key| (*key).clone());
            let n_before = protected.len();
            protected.extend(keys);
            if protected.len() == n_before && !is_there(&subject.it) {
                reports.push(unknown(codes::PROTECT_UNKNOWN, "protected", subject, &wanted));
            }
        }
        network.protected = protected;
        network.moves = self.moves.clone();
    }
}

fn unknown(code: &str, what: &str, subject: &At<Subject>, wanted: &[&Key]) -> Diagnostic {
    let text = subject.it.text();
    let message = format!("`{text}` is {what}, and the blueprint has no such thing");
    let report = Diagnostic::error(code, message).at(subject.span.clone(), "");
    let alike: BTreeSet<String> = match &subject.it {
        Subject::Key(key) => {
            wanted.iter().filter(|it| it.kind == key.kind).map(ToString::to_string).collect()
        }
        Subject::Tier(_) => {
            let subnets = wanted.iter().filter(|it| it.kind == Kind::Subnet);
            subnets.filter_map(|it| Some(format!("tier:{}", it.name.split_once('@')?.0))).collect()
        }
    };
    let alike: Vec<&str> = alike.iter().map(String::as_str).collect();
    match nearest(&text, alike.iter().copied()) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None if alike.is_empty() => report.help("it has nothing of the kind: leave it out"),
        None => {
            report.help(format!("of its kind it has {}: name one of those, or leave it out", listed(&alike)))
        }
    }
}
