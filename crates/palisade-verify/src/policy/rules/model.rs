//! `SageMaker.5`, `ml.model-vpc`: models.

use palisade_core::kinds::model::Model;

use super::{Rule, SECURITY_HUB_SAGEMAKER};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::is_on;

pub(super) const ISOLATED: Rule = Rule {
    id: "SageMaker.5",
    also: &[],
    title: "Containers of models have no network",
    weight: Weight::Medium,
    checks: "every model has `enable-network-isolation`",
    mend: "write enable-network-isolation = true, or allow it here if the container has to call something",
    source: SECURITY_HUB_SAGEMAKER,
    examine: |case, rule| {
        let message = "its containers have a network";
        found(case, rule, message, &|it| !is_on(&it.settings, &["EnableNetworkIsolation"]))
    },
};

pub(super) const IN_VPC: Rule = Rule {
    id: "ml.model-vpc",
    also: &[],
    title: "Models run in the VPC",
    weight: Weight::High,
    checks: "every model has a `vpc-config`: otherwise nothing of this network holds for it",
    mend: "write `vpc-config`",
    source: "SageMaker developer guide, \"Give SageMaker AI hosted endpoints access to resources in your Amazon VPC\"",
    examine: |case, rule| found(case, rule, "runs outside of the network", &|it| it.links.subnets.is_empty()),
};

fn found(case: &Case<'_>, rule: &Rule, message: &str, is_wrong: &dyn Fn(&Model) -> bool) -> Vec<Finding> {
    let wrong = case.own::<Model>().filter(|(_, it)| is_wrong(it));
    wrong.map(|(key, _)| Finding::new(rule, key, message)).collect()
}
