//! `[outside.*]`: networks beyond a transit gateway, a peering or a VPN.

use std::collections::BTreeMap;

use ipnet::IpNet;
use palisade_core::Diagnostic;

use crate::codes;
use crate::grammar::walk::check_not_empty;
use crate::reports::given_twice;
use crate::tables::vpc::Space;
use crate::text::tree::At;
use crate::text::tree::Section;
use crate::words::cidr;

/// A network that packets can come from and go to, and that is nobody's to make here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outside {
    pub(crate) cidrs: Vec<IpNet>,
    /// Whether it leads on to the internet.
    pub(crate) internet: bool,
}

/// Reads every network; blocks with a mistake are left out.
pub(crate) fn read(reports: &mut Vec<Diagnostic>, document: &Section<'_>) -> BTreeMap<String, Outside> {
    let mut networks = BTreeMap::new();
    for (name, section) in document.sections("outside") {
        check_not_empty(reports, &section, "cidrs");
        let mut cidrs: Vec<At<IpNet>> = Vec::new();
        for words in section.texts("cidrs") {
            let Some(block) = cidr::any(reports, &words) else { continue };
            let block = At::new(words.span, block);
            match cidrs.iter().find(|it| it.it == block.it) {
                Some(first) => reports.push(given_twice(&format!("block `{}`", block.it), &block, first)),
                None => cidrs.push(block),
            }
        }
        let cidrs = cidrs.into_iter().map(|it| it.it).collect();
        let internet = section.boolean("internet") == Some(true);
        networks.insert(name.it.to_owned(), Outside { cidrs, internet });
    }
    networks
}

/// Reports networks that are said to be outside and lie in the VPC.
pub(crate) fn check(reports: &mut Vec<Diagnostic>, document: &Section<'_>, space: &Space) {
    for (name, section) in document.sections("outside") {
        for words in section.texts("cidrs") {
            let Ok(IpNet::V4(block)) = words.it.parse() else { continue };
            let Some(own) = space.cidrs().find(|it| cidr::overlap(it, &block)) else { continue };
            let message = format!("`{block}` of outside network `{}` is inside of the VPC", name.it);
            let report = Diagnostic::error(codes::OUTSIDE_INSIDE, message).at(words.span, "");
            reports.push(report.help(format!("name blocks beside {own}")));
        }
    }
}
