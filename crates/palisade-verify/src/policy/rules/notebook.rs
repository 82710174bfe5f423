//! `SageMaker.1`, `SageMaker.2`, `SageMaker.3`: notebook instances.

use palisade_core::kinds::notebook::Notebook;

use super::{Rule, SECURITY_HUB_SAGEMAKER};
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::text;

pub(super) const NO_INTERNET: Rule = Rule {
    id: "SageMaker.1",
    also: &[],
    title: "Notebooks have no internet of their own",
    weight: Weight::High,
    checks: "no notebook instance has `direct-internet-access`: what it sends out would leave through a VPC of SageMaker's, about which no proof here says anything",
    mend: "write direct-internet-access = \"Disabled\"",
    source: SECURITY_HUB_SAGEMAKER,
    examine: |case, rule| {
        let message = "has internet of its own, beside this network";
        found(case, rule, message, &|it| text(&it.settings, &["DirectInternetAccess"]) != "Disabled")
    },
};

pub(super) const IN_VPC: Rule = Rule {
    id: "SageMaker.2",
    also: &[],
    title: "Notebooks stand in a VPC",
    weight: Weight::High,
    checks: "every notebook instance has a subnet; the language wants a `vpc-config` of it",
    mend: "write `vpc-config`",
    source: SECURITY_HUB_SAGEMAKER,
    examine: |case, rule| found(case, rule, "stands in no subnet", &|it| it.links.subnets.is_empty()),
};

pub(super) const NO_ROOT: Rule = Rule {
    id: "SageMaker.3",
    also: &[],
    title: "Nobody is root on a notebook",
    weight: Weight::High,
    checks: "no notebook instance has `root-access`",
    mend: "write root-access = \"Disabled\"",
    source: SECURITY_HUB_SAGEMAKER,
    examine: |case, rule| {
        let message = "lets its user be root";
        found(case, rule, message, &|it| text(&it.settings, &["RootAccess"]) != "Disabled")
    },
};

fn found(case: &Case<'_>, rule: &Rule, message: &str, is_wrong: &dyn Fn(&Notebook) -> bool) -> Vec<Finding> {
    let wrong = case.own::<Notebook>().filter(|(_, it)| is_wrong(it));
    wrong.map(|(key, _)| Finding::new(rule, key, message)).collect()
}
