//! `net.s3-endpoint`: S3 over the internet, where a route would do.

use palisade_core::Key;

use super::Rule;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "net.s3-endpoint",
    also: &["CIS 7: 6.8"],
    title: "S3 is reached through its gateway endpoint",
    weight: Weight::Low,
    checks: "every table that leads to a NAT gateway has the route of an S3 gateway endpoint: it costs nothing, and its policy can say which buckets",
    mend: "name the tier in [endpoints.s3]: `tiers = [\"…\"]`",
    source: "VPC user guide, \"NAT gateways\"; CIS AWS Foundations Benchmark",
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let mut seen: Vec<&Key> = Vec::new();
    let lacking = case.behind_nat().into_iter().filter_map(|(_, subnet, routes)| {
        let table = case.own_table(subnet).filter(|it| !seen.contains(it))?;
        seen.push(table);
        let has_endpoint = case.world.gateways_in(table).iter().any(|(_, service)| service.ends_with(".s3"));
        let message = "what goes to S3 goes through the NAT gateway";
        (!has_endpoint).then(|| Finding::new(rule, table, message).because(routes))
    });
    lacking.collect()
}
