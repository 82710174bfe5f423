//! Names that authors give, and guesses at what they meant.

use std::collections::BTreeSet;

use palisade_core::Diagnostic;

use crate::codes;
use crate::grammar::one_of;
use crate::tables::sets;
use crate::text::tree::{At, Section};
use crate::words::services;

/// What a name may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameForm {
    /// The blueprint's own.
    Blueprint,
    /// A tier's or a group's.
    Plain,
    /// What SageMaker calls so too, and does not let end with a hyphen.
    Api,
    /// An endpoint's, which may be a service's short name: `sagemaker.api`.
    Dotted,
}

impl NameForm {
    pub(crate) const fn pattern(self) -> &'static str {
        match self {
            NameForm::Blueprint => "^[a-z][a-z0-9-]{0,38}$",
            NameForm::Plain => "^[a-z][a-z0-9-]{0,30}$",
            NameForm::Api => "^[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?$",
            NameForm::Dotted => "^[a-z][a-z0-9.-]{0,30}$",
        }
    }

    fn longest(self) -> usize {
        match self {
            NameForm::Blueprint => 39,
            NameForm::Plain | NameForm::Api | NameForm::Dotted => 31,
        }
    }

    fn has(self, letter: char) -> bool {
        letter.is_ascii_lowercase()
            || letter.is_ascii_digit()
            || letter == '-'
            || letter == '.' && self == NameForm::Dotted
    }

    /// Returns whether `name` is of the form that [`NameForm::pattern`] says.
    pub(crate) fn admits(self, name: &str) -> bool {
        let begins_well = name.starts_with(|it: char| it.is_ascii_lowercase());
        let ends_well = self != NameForm::Api || !name.ends_with('-');
        begins_well && ends_well && name.len() <= self.longest() && name.chars().all(|it| self.has(it))
    }

    fn rule(self) -> String {
        let dots = if self == NameForm::Dotted { ", dots" } else { "" };
        let longest = self.longest();
        let end = if self == NameForm::Api { ", the last of them no hyphen" } else { "" };
        format!(
            "a lower-case letter, then lower-case letters, digits{dots} and hyphens, at most {longest} characters{end}"
        )
    }

    /// Returns the name nearest to `name` that is of the form.
    fn repair(self, name: &str) -> Option<String> {
        let spell = |it: char| if self.has(it) { it } else { '-' };
        let spelt: String = name.to_lowercase().chars().map(spell).collect();
        let spelt: String = spelt.trim_matches('-').chars().take(self.longest()).collect();
        let spelt = spelt.trim_end_matches('-').to_owned();
        self.admits(&spelt).then_some(spelt)
    }
}

/// Reports a name that is not of its form; `thing` is what it names, such as "tier".
pub(crate) fn check_form(reports: &mut Vec<Diagnostic>, form: NameForm, name: &At<&str>, thing: &str) {
    if form.admits(name.it) {
        return;
    }
    let report =
        Diagnostic::error(codes::NAME_SYNTAX, format!("`{}` cannot be the name of {thing}", name.it));
    let report = report.at(name.span.clone(), "").help(format!("a name is {}", form.rule()));
    reports.push(match form.repair(name.it) {
        Some(better) => report.help(format!("write `{better}`")),
        None => report,
    });
}

/// The names that the blueprint gives, right or wrong in themselves, so that one mistake is not reported twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) tiers: BTreeSet<String>,
    pub(crate) groups: BTreeSet<String>,
    /// Those of sets, too.
    pub(crate) endpoints: BTreeSet<String>,
    pub(crate) prefix_lists: BTreeSet<String>,
    pub(crate) outside: BTreeSet<String>,
}

impl Names {
    pub(crate) fn read(document: &Section<'_>) -> Names {
        let names = |key: &str| document.section(key).into_iter().flat_map(|it| it.entries());
        let names = |key: &str| names(key).map(|(name, _)| name.it.to_owned()).collect::<BTreeSet<String>>();
        let mut endpoints: BTreeSet<String> = names("endpoints");
        endpoints.extend(sets::names(document));
        Names {
            tiers: names("tiers"),
            groups: names("security-groups"),
            endpoints,
            prefix_lists: names("prefix-lists"),
            outside: names("outside"),
        }
    }
}

/// Returns whether `name` is among `known`, and reports it if not; `what` is "tier", "security group" or "endpoint".
pub(crate) fn is_known(
    reports: &mut Vec<Diagnostic>,
    known: &BTreeSet<String>,
    name: &At<&str>,
    what: &str,
) -> bool {
    if known.contains(name.it) {
        return true;
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let report = Diagnostic::error(codes::NAME_UNKNOWN, format!("there is no {what} `{}`", name.it));
    let report = report.at(name.span.clone(), "");
    // An endpoint may be named by its service in full.
    let same_service = names.iter().copied().find(|it| services::short_name(it) == name.it);
    reports.push(match same_service.or_else(|| nearest(name.it, names.iter().copied())) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => report.help(format!("this blueprint has no {what}s")),
        None => report.help(format!("known are {}", listed(&names))),
    });
    false
}

/// Returns "`a`, `b` and `c`", cut short where there are many.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [few @ .., last] if few.len() < 12 => match few {
            [] => format!("`{last}`"),
            _ => one_of(names).replace(" or ", " and "),
        },
        [first @ .., _] => {
            let first = &first[..12];
            let quoted: Vec<String> = first.iter().map(|it| format!("`{it}`")).collect();
            format!("{} and {} more", quoted.join(", "), names.len() - first.len())
        }
    }
}

/// Returns "1 entry" or "3 entries".
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Returns the known word that `word` was most likely meant to be, if one is close.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let written = word.to_lowercase().replace('_', "-");
    let distances = known.into_iter().map(|it| (distance(&written, &it.to_lowercase()), it));
    distances.filter(|(distance, _)| *distance <= limit).min().map(|(_, it)| it)
}

/// Returns how many letters must be changed, added, left out or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            let mut best = change.min(last[j + 1] + 1).min(row[j] + 1);
            if 0 < i && 0 < j && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_close() {
        let guess = |word: &str| nearest(word, ["cidr", "zones", "nat-gateways", "dns-support"]);
        assert_eq!(guess("cdir"), Some("cidr"));
        assert_eq!(guess("Zone"), Some("zones"));
        assert_eq!(guess("nat_gateway"), Some("nat-gateways"));
        assert_eq!(guess("tags"), None);
    }

    #[test]
    fn names_are_repaired() {
        assert_eq!(NameForm::Plain.repair("Training_A").as_deref(), Some("training-a"));
        assert_eq!(NameForm::Plain.repair("7"), None);
        assert_eq!(NameForm::Dotted.repair("ecr.API").as_deref(), Some("ecr.api"));
    }
}
