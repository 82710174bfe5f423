//! `net.all-ports`: groups that let the internet in on every port.

use palisade_core::Element;

use super::Rule;
use crate::packet::{TCP, UDP};
use crate::policy::case::{Case, Opened};
use crate::policy::finding::{Finding, Weight};
use crate::policy::holes::whole;

pub(super) const RULE: Rule = Rule {
    id: "net.all-ports",
    also: &[],
    title: "No group lets the internet in on all ports",
    weight: Weight::Critical,
    checks: "no group admits every port of tcp or of udp from the internet, in whatever pieces of addresses and ports it is written",
    mend: "name the ports that are meant, and who may ask: a group, a tier or a block of yours",
    source: "VPC user guide, \"Security best practices for your VPC\"",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    case.groups.iter().filter_map(|it| open_throughout(it, rule)).collect()
}

/// Returns the finding on what lets the internet in on every port of tcp or of udp.
pub(super) fn open_throughout(opened: &Opened<'_>, rule: &Rule) -> Option<Finding> {
    let (mut protocols, mut because): (Vec<&str>, Vec<Element>) = (Vec::new(), Vec::new());
    for (protocol, name) in [(TCP, "tcp"), (UDP, "udp")] {
        let holes = [false, true].into_iter().flat_map(|it| whole(&opened.holes, protocol, it));
        for element in holes.flat_map(|it| &it.because) {
            if !because.contains(element) {
                because.push(element.clone());
            }
            if !protocols.contains(&name) {
                protocols.push(name);
            }
        }
    }
    let message = format!("lets the internet in on every port of {}", protocols.join(" and "));
    (!because.is_empty()).then(|| Finding::new(rule, opened.key, message).because(because))
}
