//! `[prefix-lists.*]`: blocks of addresses under one name.

use std::collections::BTreeMap;

use ipnet::IpNet;
use palisade_core::Diagnostic;
use palisade_core::kinds::prefix_list::{self as core, Family};

use crate::account::limits::Limit;
use crate::codes;
use crate::grammar::walk::check_not_empty;
use crate::reports::given_twice;
use crate::text::tree::{At, Section, Span, section, text};
use crate::words::cidr;
use crate::words::names::count;

/// How many entries a list has at most by default (VPC user guide, "Amazon VPC quotas").
pub(crate) const ENTRIES_MAX: usize = 1000;
/// EC2 API reference, `AddPrefixListEntry`.
const DESCRIPTION_MAX: usize = 255;

/// A list as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct PrefixList {
    /// Its name.
    pub(crate) span: Span,
    pub(crate) spec: core::PrefixList,
}

/// An entry with its place.
struct Entry {
    block: At<IpNet>,
    description: String,
}

/// Reads every list; those with a mistake are left out.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    limit: &Limit,
) -> BTreeMap<String, PrefixList> {
    let mut lists = BTreeMap::new();
    for (name, section) in document.sections("prefix-lists") {
        let n_before = reports.len();
        check_not_empty(reports, &section, "entries");
        let entries = entries(reports, &section);
        let Some(first) = entries.first() else { continue };
        let family = family(&first.block.it);
        if let Some(other) = entries.iter().find(|it| self::family(&it.block.it) != family) {
            let message = format!("prefix list `{}` has blocks of both address families", name.it);
            let report = Diagnostic::error(codes::PREFIX_LIST_FAMILY, message);
            let report =
                report.at(other.block.span.clone(), "").at(first.block.span.clone(), "the other family");
            reports.push(report.help("write two lists: AWS takes one family in a list"));
        }
        let max_entries = max_entries(reports, &section, entries.len(), limit);
        if reports.len() == n_before {
            let entries = entries.into_iter().map(|it| (it.block.it, it.description)).collect();
            let spec = core::PrefixList { family, max_entries, entries };
            lists.insert(name.it.to_owned(), PrefixList { span: name.span, spec });
        }
    }
    lists
}

fn family(block: &IpNet) -> Family {
    match block {
        IpNet::V4(_) => Family::Ipv4,
        IpNet::V6(_) => Family::Ipv6,
    }
}

fn entries(reports: &mut Vec<Diagnostic>, list: &Section<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for value in list.one_or_many("entries") {
        let (words, description) = match section(value) {
            Some(table) => (table.text("cidr"), table.text("description")),
            None => (text(value), None),
        };
        let Some(words) = words else { continue };
        let description = description.map(|it| self::description(reports, &it)).unwrap_or_default();
        let Some(block) = cidr::any(reports, &words) else { continue };
        let block = At::new(words.span, block);
        match entries.iter().find(|it| it.block.it == block.it) {
            Some(first) => reports.push(given_twice(&format!("block `{}`", block.it), &block, &first.block)),
            None => entries.push(Entry { block, description }),
        }
    }
    entries
}

fn description(reports: &mut Vec<Diagnostic>, words: &At<&str>) -> String {
    let n_characters = words.it.chars().count();
    if DESCRIPTION_MAX < n_characters {
        let message = format!("a description has at most {DESCRIPTION_MAX} characters");
        let report = Diagnostic::error(codes::DESCRIPTION, message).at(words.span.clone(), "");
        reports.push(report.help(format!("shorten it: it has {n_characters}")));
    }
    words.it.to_owned()
}

/// Returns how many entries the list has room for: as many as it has, unless its author says more.
fn max_entries(reports: &mut Vec<Diagnostic>, list: &Section<'_>, n_entries: usize, limit: &Limit) -> u32 {
    let written = list.integer("max-entries");
    let max = written.as_ref().and_then(|it| usize::try_from(it.it).ok()).unwrap_or(n_entries);
    let place: Span =
        if written.is_some() { list.value_span("max-entries") } else { list.value_span("entries") };
    let error = |message: String| Diagnostic::error(codes::PREFIX_LIST_SIZE, message).at(place.clone(), "");
    if max < n_entries {
        let n = count(n_entries, "entry", "entries");
        let report = error(format!("the list has {n}, and room for {max}"));
        reports.push(report.help(format!("write `max-entries = {n_entries}` or more, or leave it out")));
    } else if limit.n() < max {
        let quota = limit.n();
        let report = error(format!("a list with room for {max} entries is more than the {quota} possible"));
        reports.push(limit.raise(report, "split it"));
    }
    u32::try_from(max).unwrap_or(u32::MAX)
}
