//! Availability zones: as the author writes them, and what they are in an account.

use std::collections::BTreeSet;

use palisade_core::{Diagnostic, Live, Spec, Zone};

use crate::account::fixtures;
use crate::codes;
use crate::grammar::walk::check_not_empty;
use crate::reports::given_twice;
use crate::text::tree::{At, Section};
use crate::words::names::listed;

/// `zones` as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Zones {
    /// Zones by name or id, in the author's order.
    Named(Vec<At<Name>>),
    /// As many as this.
    Count(At<u32>),
}

/// What a zone is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// The letter behind the region, which each account gives to another place.
    Suffix(String),
    /// The id, which is the same place in every account: `euw1-az1`.
    Id(String),
}

/// Reads `zones`; none if one of them is no zone, so that what depends on them is not reported too.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    section: &Section<'_>,
    region: Option<&str>,
) -> Option<Zones> {
    check_not_empty(reports, section, "zones");
    if let Some(number) = section.integer("zones") {
        let count = u32::try_from(number.it).ok().filter(|it| (1..=6).contains(it))?;
        return Some(Zones::Count(number.map(|_| count)));
    }
    let words = section.texts("zones");
    let names: Vec<At<Name>> =
        words.iter().filter_map(|it| Some(At::new(it.span.clone(), name(reports, it, region)?))).collect();
    for (at, later) in names.iter().enumerate() {
        if let Some(first) = names[..at].iter().find(|it| it.it == later.it) {
            reports.push(given_twice(&format!("zone `{}`", later.it.as_str()), later, first));
        }
    }
    let is_whole = names.len() == words.len() && words.len() == section.one_or_many("zones").len();
    (is_whole && !names.is_empty()).then_some(Zones::Named(names))
}

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Name::Suffix(name) | Name::Id(name) => name,
        }
    }

    /// Returns the suffix of the zone in an account that has `zones`.
    fn suffix<'a>(&'a self, zones: &'a [Zone], region: &str) -> Option<&'a str> {
        let mut suffixes =
            zones.iter().filter_map(|it| Some((it.name.strip_prefix(region)?, it.id.as_str())));
        suffixes
            .find(|(suffix, id)| match self {
                Name::Suffix(name) => suffix == name,
                Name::Id(name) => id == name,
            })
            .map(|(suffix, _)| suffix)
    }
}

fn name(reports: &mut Vec<Diagnostic>, words: &At<&str>, region: Option<&str>) -> Option<Name> {
    let is_suffix = |it: &str| it.len() == 1 && it.bytes().all(|it| it.is_ascii_lowercase());
    if is_suffix(words.it) {
        return Some(Name::Suffix(words.it.to_owned()));
    }
    let (elsewhere, suffix) = words.it.split_at(last_letter(words.it));
    let is_full_name = crate::tables::head::is_region(elsewhere) && is_suffix(suffix);
    let error = |code: &str, message: String| Diagnostic::error(code, message).at(words.span.clone(), "");
    let report = match region {
        Some(region) if is_full_name && region != elsewhere => {
            let message = format!("zone `{}` is not in region `{region}`", words.it);
            error(codes::ZONE_ELSEWHERE, message).help(format!("write `{suffix}`, or change `region`"))
        }
        _ if is_full_name => return Some(Name::Suffix(suffix.to_owned())),
        Some(region)
            if is_id(words.it)
                && !words.it.starts_with(&format!("{}-az", fixtures::abbreviation(region))) =>
        {
            let message = format!("zone `{}` is not in region `{region}`", words.it);
            let ids = format!("the ids of its zones are `{}-az1` and so on", fixtures::abbreviation(region));
            error(codes::ZONE_ELSEWHERE, message).help(ids)
        }
        _ if is_id(words.it) => return Some(Name::Id(words.it.to_owned())),
        Some(region) if words.it.starts_with(&format!("{region}-")) => {
            let message = format!("`{}` is a local zone, which palisade does not know", words.it);
            error(codes::ZONE_SYNTAX, message).help("take a zone of the region, such as `a`")
        }
        _ => {
            let message = format!("`{}` is no availability zone", words.it);
            let help = "write the letter after the region (`a`), the full name (`eu-west-1a`) or the id (`euw1-az1`)";
            error(codes::ZONE_SYNTAX, message).help(help)
        }
    };
    reports.push(report);
    None
}

/// Returns whether `text` is of the form of a zone's id.
fn is_id(text: &str) -> bool {
    let Some((region, number)) = text.split_once("-az") else { return false };
    let is_region = region.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    is_region && !region.is_empty() && !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit())
}

/// Returns where the last letter of `text` begins.
fn last_letter(text: &str) -> usize {
    text.char_indices().last().map_or(0, |(at, _)| at)
}

impl Zones {
    /// Returns the words in it, for an account that is made up.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        let names = match self {
            Zones::Named(names) => names.as_slice(),
            Zones::Count(_) => &[],
        };
        names.iter().map(|it| &it.it)
    }

    /// Returns the suffixes of the zones in an account that has `zones`; what it has not is reported.
    ///
    /// A count keeps the zones that `had` names, and takes the lowest ids beside them; in which order it chose them does
    /// not show, since after an apply all of them are there.
    pub(crate) fn suffixes(
        &self,
        reports: &mut Vec<Diagnostic>,
        zones: &[Zone],
        region: &str,
        had: &BTreeSet<String>,
    ) -> Vec<At<String>> {
        match self {
            Zones::Named(names) => {
                let suffix = |it: &At<Name>| match it.it.suffix(zones, region) {
                    Some(suffix) => Some(At::new(it.span.clone(), suffix.to_owned())),
                    None => {
                        reports.push(unknown(it, zones, region));
                        None
                    }
                };
                let suffixes: Vec<At<String>> = names.iter().filter_map(suffix).collect();
                for (at, later) in suffixes.iter().enumerate() {
                    if let Some(first) = suffixes[..at].iter().find(|it| it.it == later.it) {
                        reports.push(given_twice(&format!("zone `{}`", later.it), later, first));
                    }
                }
                suffixes
            }
            Zones::Count(count) => {
                let mut known: Vec<(u32, &str)> =
                    zones.iter().filter_map(|it| numbered(it, region)).collect();
                known.sort_unstable();
                let (kept, other): (Vec<_>, Vec<_>) =
                    known.into_iter().partition(|(_, suffix)| had.contains(*suffix));
                let mut chosen: Vec<_> = kept.into_iter().chain(other).take(count.it as usize).collect();
                chosen.sort_unstable();
                if chosen.len() < count.it as usize {
                    let message = format!("the account has {} zones, not {}", chosen.len(), count.it);
                    let report = Diagnostic::error(codes::ZONE_UNKNOWN, message).at(count.span.clone(), "");
                    reports.push(report.help(format!("write `zones = {}` or less", chosen.len())));
                }
                chosen.into_iter().map(|(_, it)| At::new(count.span.clone(), it.to_owned())).collect()
            }
        }
    }
}

/// Returns a zone's suffix with the number in its id.
fn numbered<'a>(zone: &'a Zone, region: &str) -> Option<(u32, &'a str)> {
    let (_, number) = zone.id.rsplit_once("-az")?;
    Some((number.parse().ok()?, zone.name.strip_prefix(region)?))
}

fn unknown(zone: &At<Name>, zones: &[Zone], region: &str) -> Diagnostic {
    let (message, known): (String, Vec<&str>) = match &zone.it {
        Name::Suffix(suffix) => (
            format!("the account has no zone `{region}{suffix}`"),
            zones.iter().map(|it| it.name.as_str()).collect(),
        ),
        Name::Id(id) => (
            format!("the account has no zone of the id `{id}`"),
            zones.iter().map(|it| it.id.as_str()).collect(),
        ),
    };
    let report = Diagnostic::error(codes::ZONE_UNKNOWN, message).at(zone.span.clone(), "");
    report.help(format!("it has {}", listed(&known)))
}

/// Returns the zones that a tier's own choice is from: the VPC's, if it names any.
pub(crate) fn choice(zones: &[Zone], region: &str, of_vpc: Option<&[At<String>]>) -> Vec<Zone> {
    let is_of_vpc = |zone: &&Zone| {
        let suffix = zone.name.strip_prefix(region);
        of_vpc.is_none_or(|it| it.iter().any(|own| suffix == Some(own.it.as_str())))
    };
    zones.iter().filter(is_of_vpc).cloned().collect()
}

/// Returns the suffixes of the zones in which the blueprint has subnets.
pub(crate) fn lived_in(live: &Live, tiers: &BTreeSet<&str>) -> BTreeSet<String> {
    let suffix = |(key, object): (&palisade_core::Key, &palisade_core::Object)| {
        let (tier, zone) = key.name.split_once('@')?;
        (matches!(object.spec, Spec::Subnet(_)) && tiers.contains(tier)).then(|| zone.to_owned())
    };
    live.of_kind(palisade_core::Kind::Subnet).filter_map(suffix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_keeps_zones_and_takes_the_lowest_ids() {
        let zone =
            |suffix: &str, id: &str| Zone { name: format!("eu-west-1{suffix}"), id: format!("euw1-{id}") };
        let account = [zone("a", "az3"), zone("b", "az1"), zone("c", "az10"), zone("d", "az2")];
        let chosen = |count: u32, had: &[&str]| {
            let had = had.iter().map(|it| (*it).to_owned()).collect();
            let zones = Zones::Count(At::new(0..0, count));
            let suffixes = zones.suffixes(&mut Vec::new(), &account, "eu-west-1", &had).into_iter();
            suffixes.map(|it| it.it).collect::<String>()
        };
        assert_eq!(chosen(2, &[]), "bd");
        assert_eq!(chosen(3, &["c"]), "bdc");
        assert_eq!(chosen(3, &["b", "c", "d"]), "bdc");
        assert_eq!(chosen(1, &["c", "d"]), "d");
    }

    #[test]
    fn ids_are_told_from_names() {
        assert!(is_id("euw1-az1") && is_id("usgw1-az12"));
        assert!(!is_id("eu-west-1a") && !is_id("euw1-az") && !is_id("-az1"));
    }
}
