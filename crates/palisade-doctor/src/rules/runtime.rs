//! `sm.runtime`: the way to invocations.

use palisade_core::{Severity, Spec};

use super::{Case, Rule, endpoint_edits, unreachable};
use crate::finding::Finding;
use crate::ground::WayOut;
use crate::workload::What;

pub(super) const RULE: Rule = Rule {
    id: "sm.runtime",
    title: "SageMaker's runtime",
    checks: "An endpoint of `sagemaker.runtime`, or a route to a NAT gateway: from every subnet of a domain or a notebook, and somewhere in the VPC for those who call what is served",
    symptom: "`InvokeEndpoint` hangs until `Connect timeout on endpoint URL: https://runtime.sagemaker…`",
    source: "SageMaker developer guide, \"Connect to SageMaker within your VPC\"; aws/aws-cli#3940",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let is_called = case.workload.what == What::Hosting && !case.workload.fleets.is_empty();
    if !is_called {
        return unreachable(case, &RULE, &["sagemaker.runtime"]);
    }
    let subnets = case.ground.network.resources.values().filter_map(|spec| match spec {
        Spec::Subnet(subnet) => Some(subnet),
        _ => None,
    });
    let mut ways = subnets.map(|it| case.ground.way_out(it));
    // Who has a public address can call it through the internet gateway.
    if case.ground.endpoints("sagemaker.runtime").next().is_some() || ways.any(|it| it != WayOut::Nowhere) {
        return Vec::new();
    }
    let message = "nobody in the VPC can call it: no endpoint of `sagemaker.runtime` and no way out";
    let finding = Finding::new(&RULE, Severity::Warning, case, message);
    vec![endpoint_edits(case, "sagemaker.runtime").into_iter().fold(finding, Finding::edit)]
}
