//! `EC2.13`, `EC2.14`, `EC2.53`, `EC2.54`: groups that let the internet in to administer machines.

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::holes::Hole;

const MEND: &str =
    "let nobody in: Session Manager needs no inbound port; or name a group or a block of yours";

pub(super) const SSH: Rule = Rule {
    id: "EC2.13",
    also: &["CIS 5: 5.3"],
    title: "No group lets the internet in on tcp 22",
    weight: Weight::High,
    checks: "no group admits tcp 22 from the internet",
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| findings(case, rule, &|it| it.has_tcp(22)),
};

pub(super) const RDP: Rule = Rule {
    id: "EC2.14",
    also: &[],
    title: "No group lets the internet in on tcp 3389",
    weight: Weight::High,
    checks: "no group admits tcp 3389 from the internet",
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| findings(case, rule, &|it| it.has_tcp(3389)),
};

pub(super) const IPV4: Rule = Rule {
    id: "EC2.53",
    also: &["CIS 5: 5.3", "CIS 7: 6.3"],
    title: "No group lets IPv4's internet in on ports of administration",
    weight: Weight::High,
    checks: "no group admits tcp 22 or 3389 from the internet of IPv4",
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| findings(case, rule, &|it| it.is_in_ipv4 && is_of_administration(it)),
};

pub(super) const IPV6: Rule = Rule {
    id: "EC2.54",
    also: &["CIS 5: 5.4", "CIS 7: 6.4"],
    title: "No group lets IPv6's internet in on ports of administration",
    weight: Weight::High,
    checks: "no group admits tcp 22 or 3389 from the internet of IPv6",
    mend: MEND,
    source: SECURITY_HUB_EC2,
    examine: |case, rule| findings(case, rule, &|it| it.is_in_ipv6 && is_of_administration(it)),
};

fn is_of_administration(hole: &Hole) -> bool {
    hole.has_tcp(22) || hole.has_tcp(3389)
}

fn findings(case: &Case<'_>, rule: &Rule, is_meant: &dyn Fn(&Hole) -> bool) -> Vec<Finding> {
    let holes = case.groups.iter().flat_map(|it| it.holes.iter().map(move |hole| (it.key, hole)));
    let meant = holes.filter(|(_, hole)| is_meant(hole));
    meant.map(|(key, hole)| Finding::new(rule, key, hole.to_string()).because(hole.because.clone())).collect()
}
