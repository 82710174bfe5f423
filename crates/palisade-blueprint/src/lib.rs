//! From the text of a blueprint to the network that it asks for.
//!
//! [`parse`] reports every mistake that can be seen without an account, all at once, each with its place and what to
//! write instead. [`Draft::resolve`] adds what only the account knows: zones, AWS's prefix lists, and which addresses
//! and numbers are taken. Nothing in here reads a file, a clock or the environment, or speaks to AWS.
//!
//! The keys of the language stand in the module `grammar` alone; what [`schema()`] returns is drawn from there.

mod acl;
mod cidr;
pub mod codes;
mod draft;
mod endpoints;
mod fixtures;
mod grammar;
mod groups;
mod head;
mod layout;
mod lower;
mod merge;
mod names;
mod nat;
mod numbers;
mod peers;
mod policy;
mod reference;
mod routes;
mod schema;
mod services;
mod set;
mod sources;
mod tiers;
mod traffic;
mod tree;
mod vpc;
mod walk;

#[cfg(test)]
mod tests;

use palisade_core::diagnostic::Severity;
use palisade_core::{Diagnostic, Live, Sources};

pub use draft::Draft;
pub use reference::reference;
pub use schema::schema;
pub use sources::Input;

use crate::endpoints::Files;
use crate::names::Names;
use crate::peers::Addresses;
use crate::sources::Texts;
use crate::tree::Section;

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
        texts.explain(&mut reports);
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
    let outlines = tiers::outlines(reports, document, vpc.as_ref(), region);
    let addresses = Addresses {
        names: &names,
        region,
        vpc: vpc.as_ref().and_then(|it| it.cidr.as_ref()).map(|it| it.it),
        tiers: outlines.blocks(),
    };
    let tiers = tiers::read(reports, document, outlines, &addresses);
    let groups = groups::read(reports, document, &addresses);
    let endpoints = endpoints::read(reports, document, &names, region, files);
    endpoints::check(reports, &endpoints, vpc.as_ref(), &names, head.quotas.interface_endpoints);
    let parts = draft::Parts { quotas: head.quotas, tiers, groups, endpoints };
    parts.view(&Live::default(), None).check(reports);
    let has_errors = reports.iter().any(|it| it.severity == Severity::Error);
    let draft = || Draft::new(head, vpc, parts).expect("what could not be read has been reported");
    (!has_errors).then(draft)
}

/// Returns the report on a blueprint that cannot be read at all.
pub fn unreadable(reason: &str) -> Diagnostic {
    Diagnostic::error(codes::BLUEPRINT_FILE, format!("the blueprint cannot be read: {reason}"))
        .help("`palisade init` writes one, or name another file")
}

/// Sorts reports by their place; of one place, in the order in which they were found.
fn in_order(mut reports: Vec<Diagnostic>) -> Vec<Diagnostic> {
    reports.sort_by_key(|it| it.labels.first().map_or(0, |it| it.span.start));
    reports
}
