//! `EC2.19`: groups that let the internet in where nobody from there has business.

use super::{Rule, SECURITY_HUB_EC2};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "EC2.19",
    also: &[],
    title: "No group lets the internet in on ports of high risk",
    weight: Weight::Critical,
    checks: "no group admits from the internet tcp 20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200 or 9300",
    mend: "name who may ask: a group, a tier or a block of yours",
    source: SECURITY_HUB_EC2,
    examine,
};

/// As the control lists them.
const PORTS: &[u16] = &[
    20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
    8088, 8888, 9200, 9300,
];

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let holes = case.groups.iter().flat_map(|it| it.holes.iter().map(move |hole| (it.key, hole)));
    let risky = holes.filter(|(_, hole)| PORTS.iter().any(|it| hole.has_tcp(*it)));
    risky.map(|(key, hole)| Finding::new(rule, key, hole.to_string()).because(hole.because.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{PORTS, RULE};

    #[test]
    fn the_list_that_is_told_is_the_list_that_is_checked() {
        let told = PORTS.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        let told = told.replace(", 9300", " or 9300");
        assert!(RULE.checks.ends_with(&told), "{told}");
    }
}
