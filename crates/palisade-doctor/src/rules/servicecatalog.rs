//! `sm.servicecatalog`: the way to projects.

use super::{Case, Rule, unreachable};
use crate::finding::Finding;

pub(super) const RULE: Rule = Rule {
    id: "sm.servicecatalog",
    title: "SageMaker Projects",
    checks: "An endpoint of `servicecatalog`, or a route to a NAT gateway, from every subnet of a domain",
    symptom: "projects and their templates cannot be listed or made in Studio",
    source: "SageMaker developer guide, \"Connect Studio notebooks in a VPC to external resources\"",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    unreachable(case, &RULE, &["servicecatalog"])
}
