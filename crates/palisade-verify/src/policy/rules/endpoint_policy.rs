//! `net.endpoint-policy`: endpoints through which anybody reaches anything.

use palisade_core::kinds::endpoint::Endpoint;
use serde_json::Value;

use super::Rule;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};

pub(super) const RULE: Rule = Rule {
    id: "net.endpoint-policy",
    also: &[],
    title: "Policies of endpoints draw a boundary of trust",
    weight: Weight::Medium,
    checks: "no statement of an endpoint's policy lets everybody do what it allows with anything: it names who, or which resources, or has a condition on `aws:PrincipalAccount`, `aws:PrincipalArn`, `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:ResourceAccount`, `aws:ResourceOrgID`, `aws:ResourceOrgPaths` or `s3:ResourceAccount`. Endpoints of S3 and DynamoDB need a policy; of the others one is judged if it is written",
    mend: "write `policy = { file = \"…\" }` with the buckets, tables, accounts or the organisation that are yours",
    source: "AWS PrivateLink guide, \"Control access to VPC endpoints using endpoint policies\"; AWS whitepaper, \"Building a Data Perimeter on AWS\"",
    examine,
};

/// What a condition must be on to bound who asks or what is asked for. `aws:SourceVpc` is none of them: whatever passes
/// the endpoint comes from its VPC.
const BOUNDS: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "s3:resourceaccount",
];

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let open = case.own::<Endpoint>().filter_map(|(key, endpoint)| {
        let message = match &endpoint.policy {
            None if holds_data(&endpoint.service) => {
                "without a policy, anybody's credentials reach anybody's data through it"
            }
            Some(policy) if policy.statements().iter().any(is_open) => {
                "its policy lets everybody do what it allows with anything"
            }
            _ => return None,
        };
        Some(Finding::new(rule, key, message))
    });
    open.collect()
}

/// Returns whether a service keeps what it is sent, for whomever the sender likes.
fn holds_data(service: &str) -> bool {
    ["s3", "s3express", "dynamodb"].iter().any(|it| service.ends_with(&format!(".{it}")))
}

/// Returns whether a statement, in the form in which policies compare, bounds neither who nor what.
fn is_open(statement: &Value) -> bool {
    let is = |field: &str, word: &str| statement.get(field).and_then(Value::as_str) == Some(word);
    let anybody = statement.get("Principal").is_some_and(has_star) || statement.get("NotPrincipal").is_some();
    let anything = statement.get("Resource").is_none_or(has_star);
    is("Effect", "Allow") && anybody && anything && !is_bounded(statement)
}

/// Returns whether a value is or has `*`, or stands for every bucket or table of everybody.
fn has_star(value: &Value) -> bool {
    match value {
        Value::String(text) => text == "*" || is_everybodys(text),
        Value::Array(list) => list.iter().any(has_star),
        Value::Object(fields) => fields.values().any(has_star),
        _ => false,
    }
}

/// Returns whether an ARN stands for things of every account; a bucket's names none.
fn is_everybodys(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, _, _, account, resource] = parts.as_slice() else { return false };
    *account == "*" || (account.is_empty() && resource.starts_with('*'))
}

/// Returns whether a condition holds for some accounts or organisations only. An operator that is negated, or lets pass
/// what has no such key, bounds nothing.
fn is_bounded(statement: &Value) -> bool {
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else { return false };
    let bounds = |operator: &str| {
        let operator = operator.rsplit(':').next().unwrap_or_default();
        ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"]
            .iter()
            .any(|it| it.eq_ignore_ascii_case(operator))
    };
    let is_on_bound = |(key, value): (&String, &Value)| {
        BOUNDS.contains(&key.to_ascii_lowercase().as_str()) && !has_star(value)
    };
    let bounding = conditions.iter().filter(|(operator, _)| bounds(operator));
    bounding.filter_map(|(_, it)| it.as_object()).any(|it| it.iter().any(is_on_bound))
}
