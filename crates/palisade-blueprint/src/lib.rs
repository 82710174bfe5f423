//! From the text of a blueprint to the network that it asks for.
//!
//! [`parse`] reports every mistake that can be seen without an account, all at once, each with its place and what to
//! write instead. [`Draft::resolve`] adds what only the account knows: zones, AWS's prefix lists, and which addresses
//! and numbers are taken. Nothing in here reads a file, a clock or the environment, or speaks to AWS.
//!
//! The keys of the language stand in the module `grammar` alone; what [`schema()`] returns is drawn from there.

mod account;
pub mod codes;
mod grammar;
mod reports;
mod tables;
mod text;
mod words;

#[cfg(test)]
mod tests;

use palisade_core::{Diagnostic, Key, Kind, Live, Sources};

pub use account::draft::{Draft, Resolved};
pub use account::element_places::ElementPlaces;
pub use account::pin::Pinned;
pub use grammar::reference::reference;
pub use grammar::schema::schema;
pub use text::sources::Input;
pub use words::names::nearest;

use crate::account::places::Places;
use crate::account::view::View;
use crate::account::{draft, fixtures, placement, quotas, workloads};
use crate::grammar::walk;
use crate::reports::{has_errors, in_order};
use crate::tables::endpoints::Files;
use crate::tables::{
    endpoints, existing, groups, guarantees, head, moved, outside, policy, prefix_lists, sagemaker, tiers,
    vpc,
};
use crate::text::sources::Texts;
use crate::text::tree::Section;
use crate::words::names::Names;
use crate::words::peers::Addresses;
use crate::words::zones;

/// What has become of a blueprint.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The texts in which the places of its mistakes are, also of those that [`Draft::resolve`] finds.
    pub sources: Sources,
    /// What it says, if and only if there is no error.
    pub draft: Option<Draft>,
    /// Every mistake, and every warning.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a blueprint; `files` reads the files that it names, by their paths from the blueprint's own file.
///
/// A text that is not TOML is reported for that alone, and so is a base that is not there, since what the whole means is
/// anyone's guess.
pub fn parse(input: &Input<'_>, files: &dyn Fn(&str) -> Result<String, String>) -> Parsed {
    let mut reports = Vec::new();
    let texts = Texts::gather(&mut reports, input, files);
    let tree = texts.document(&mut reports).filter(|_| reports.is_empty());
    let draft = tree.and_then(|tree| {
        let document = Section::new(texts.beginning(), &tree);
        let draft = understand(&mut reports, &document, &|path| files(&texts.path(path)));
        texts.explain(&mut reports, &document);
        draft
    });
    Parsed { draft, diagnostics: in_order(reports), sources: texts.sources }
}

/// Returns what a document says, unless there is an error in it.
fn understand(reports: &mut Vec<Diagnostic>, document: &Section<'_>, files: Files<'_>) -> Option<Draft> {
    walk::check(reports, &grammar::DOCUMENT, document);
    let names = Names::read(document);
    let head = head::read(reports, document);
    let region = head.region.as_deref();
    let vpc = document.section("vpc").map(|it| vpc::read(reports, &it, region));
    let made_up = region.map(|it| fixtures::zones(it, &named_zones(document, region))).unwrap_or_default();
    let around = tiers::Around { vpc: vpc.as_ref(), region, zones: &made_up };
    let mut outlines = tiers::outlines(reports, document, &around);
    let space = vpc.as_ref().and_then(|it| assumed_space(it, &outlines));
    if let Some(space) = &space {
        outlines.blocks = placement::place(reports, &outlines.grounds, space, &Live::default());
        outside::check(reports, document, space);
    }
    let outside = outside::read(reports, document);
    let lists = prefix_lists::read(reports, document, &head.quotas.entries_per_list);
    let addresses = Addresses {
        names: &names,
        region,
        has_ipv6: vpc.as_ref().filter(|it| it.existing.is_none()).map(|it| it.ipv6),
        outside: &outside,
        lists: &lists,
        default_acl: vpc.as_ref().map(|it| &it.default_acl),
    };
    let tiers = tiers::read(reports, document, &outlines, space.as_ref(), &addresses);
    let groups = groups::read(reports, document, &addresses);
    let endpoints = endpoints::read(reports, document, &names, region, files);
    endpoints::check(reports, &endpoints, vpc.as_ref(), &names);
    endpoints::check_tables(reports, &endpoints, &outlines.existing);
    let sagemaker = sagemaker::read(reports, document, &names);
    let keys = moved::read(reports, document);
    let guarantees = guarantees::read(reports, document, &names, region);
    let stance = policy::read(reports, document);
    let (quotas, existing_tiers) = (head.quotas.clone(), outlines.existing);
    let parts = space.zip(region).map(|(space, region)| {
        let parts = draft::Parts {
            quotas,
            space,
            tiers,
            existing_tiers,
            groups,
            endpoints,
            lists,
            outside,
            sagemaker,
        };
        let id = vpc.as_ref().and_then(|it| it.existing.as_ref());
        let live = existing::assumed(&parts, id, &made_up);
        let view = View::new(&parts, region, &live, None);
        view.check(reports);
        workloads::check(reports, &parts, &view.layout);
        workloads::warn(reports, &parts, &view.layout);
        let key = Key::new(Kind::Vpc, id.map_or("main", |it| &it.it));
        quotas::check(reports, &parts, &view.layout, &key, &live);
        parts
    });
    let has_errors = has_errors(reports);
    let draft = || {
        let places = Places::read(document);
        let parts = vpc
            .zip(parts)
            .and_then(|(vpc, parts)| Draft::new(head, vpc, keys, (guarantees, stance), parts, places));
        parts.expect("what could not be read has been reported")
    };
    (!has_errors).then(draft)
}

/// Returns the zones that a blueprint names, so that an account that is made up has them.
fn named_zones(document: &Section<'_>, region: Option<&str>) -> Vec<zones::Name> {
    let tiers = document.sections("tiers").into_iter().map(|(_, it)| it);
    let zones = document.section("vpc").into_iter().chain(tiers);
    // Mistakes are reported where they are read for what they mean.
    let zones = zones.filter_map(|it| zones::read(&mut Vec::new(), &it, region));
    zones.flat_map(|it| it.names().cloned().collect::<Vec<_>>()).collect()
}

/// Returns the addresses of the VPC: as they are written, or as they may be in one that exists.
fn assumed_space(vpc: &vpc::Vpc, outlines: &tiers::Outlines) -> Option<vpc::Space> {
    if vpc.existing.is_some() {
        return Some(existing::assumed_space(vpc, &outlines.blocks));
    }
    let cidr = vpc.cidr.as_ref()?.it;
    let secondary_cidrs = vpc.secondary_cidrs.iter().map(|it| it.it).collect();
    Some(vpc::Space { cidr, secondary_cidrs, ipv6: vpc.ipv6 })
}

/// Returns the report on a blueprint that cannot be read at all.
pub fn unreadable(reason: &str) -> Diagnostic {
    Diagnostic::error(codes::BLUEPRINT_FILE, format!("the blueprint cannot be read: {reason}"))
        .help("`palisade init` writes one, or name another file")
}
