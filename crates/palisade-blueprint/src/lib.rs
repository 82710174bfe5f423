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
mod names;
mod nat;
mod numbers;
mod peers;
mod policy;
mod reference;
mod routes;
mod schema;
mod services;
mod tiers;
mod traffic;
mod tree;
mod vpc;
mod walk;

#[cfg(test)]
mod tests;

use palisade_core::diagnostic::Severity;
use palisade_core::{Diagnostic, Live};

pub use draft::Draft;
pub use reference::reference;
pub use schema::schema;

use crate::names::Names;
use crate::peers::Addresses;
use crate::tree::Section;

/// Reads a blueprint; `files` reads the files that it names, by their paths as written.
///
/// There is a draft if and only if there is no error; warnings may be there in either case. A text that is not TOML
/// is reported for that alone, since what it means is anyone's guess.
pub fn parse(text: &str, files: &dyn Fn(&str) -> Result<String, String>) -> (Option<Draft>, Vec<Diagnostic>) {
    let tree = match tree::parse(text) {
        Ok(tree) => tree,
        Err(reports) => return (None, in_order(reports)),
    };
    let document = Section::new(0..0, &tree);
    let mut reports = Vec::new();
    walk::check(&mut reports, &grammar::DOCUMENT, &document);
    let names = Names::read(&document);
    let head = head::read(&mut reports, &document);
    let region = head.region.as_deref();
    let vpc = document.section("vpc").map(|it| vpc::read(&mut reports, &it, region));
    let outlines = tiers::outlines(&mut reports, &document, vpc.as_ref(), region);
    let addresses = Addresses {
        names: &names,
        region,
        vpc: vpc.as_ref().and_then(|it| it.cidr.as_ref()).map(|it| it.it),
        tiers: outlines.blocks(),
    };
    let tiers = tiers::read(&mut reports, &document, outlines, &addresses);
    let groups = groups::read(&mut reports, &document, &addresses);
    let endpoints = endpoints::read(&mut reports, &document, &names, region, files);
    endpoints::check(&mut reports, &endpoints, vpc.as_ref(), &names, head.quotas.interface_endpoints);
    let parts = draft::Parts { quotas: head.quotas, tiers, groups, endpoints };
    parts.view(&Live::default(), None).check(&mut reports);
    let has_errors = reports.iter().any(|it| it.severity == Severity::Error);
    let draft = || Draft::new(head, vpc, parts).expect("what could not be read has been reported");
    ((!has_errors).then(draft), in_order(reports))
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
