//! `EC2.18`: groups that let the internet in on other ports than the web's.

use super::{Rule, SECURITY_HUB_EC2};
use crate::packet::TCP;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::holes::Hole;

pub(super) const RULE: Rule = Rule {
    id: "EC2.18",
    also: &[],
    title: "Groups let the internet in on authorised ports only",
    weight: Weight::High,
    checks: "no group admits anything of tcp and udp from the internet but tcp 80 and 443, which the control authorises by default",
    mend: "name who may ask, or allow it here with the reason: `[policy]`",
    source: SECURITY_HUB_EC2,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let holes = case.groups.iter().flat_map(|it| it.holes.iter().map(move |hole| (it.key, hole)));
    let others = holes.filter(|(_, hole)| !is_authorised(hole));
    others
        .map(|(key, hole)| Finding::new(rule, key, hole.to_string()).because(hole.because.clone()))
        .collect()
}

fn is_authorised(hole: &Hole) -> bool {
    let mut ports = hole.ports.from..=hole.ports.to;
    hole.protocol == TCP && ports.all(|it| [80, 443].contains(&it))
}
