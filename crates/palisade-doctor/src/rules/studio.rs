//! `sm.studio`: the way to Studio's own service.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.studio",
    title: "Studio's service",
    checks: "An endpoint of `studio`, or a route to a NAT gateway, from every subnet of a domain",
    symptom: "Studio opens to an empty page, and spaces do not start: the app cannot reach its control plane",
    source: "SageMaker developer guide, \"Connect Studio in a VPC to external resources\"",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["studio"])
}
