//! `SageMaker.4`: endpoints that one machine serves.

use palisade_core::kinds::endpoint_config::EndpointConfig;
use serde_json::Value;

use super::{Rule, SECURITY_HUB_SAGEMAKER, spoken};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::list;

pub(super) const RULE: Rule = Rule {
    id: "SageMaker.4",
    also: &[],
    title: "More than one machine serves",
    weight: Weight::Medium,
    checks: "every production variant of an endpoint configuration that has machines begins with two or more",
    mend: "write initial-instance-count = 2",
    source: SECURITY_HUB_SAGEMAKER,
    examine,
};

fn examine(case: &Case<'_>, rule: &Rule) -> Vec<Finding> {
    let is_alone = |it: &&Value| it.get("InitialInstanceCount").and_then(Value::as_u64) == Some(1);
    let name = |it: &Value| it.get("VariantName").and_then(Value::as_str).unwrap_or_default().to_owned();
    let wrong = case.own::<EndpointConfig>().filter_map(|(key, it)| {
        let alone: Vec<String> =
            list(&it.settings, &["ProductionVariants"]).iter().filter(is_alone).map(name).collect();
        let message = format!("one machine serves the variant {}", spoken(&alone));
        (!alone.is_empty()).then(|| Finding::new(rule, key, message))
    });
    wrong.collect()
}
