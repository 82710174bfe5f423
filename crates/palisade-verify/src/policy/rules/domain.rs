//! `ml.domain-vpc-only`: Studio.

use palisade_core::kinds::domain::Domain;

use super::Rule;
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::text;

pub(super) const RULE: Rule = Rule {
    id: "ml.domain-vpc-only",
    also: &[],
    title: "Studio stays in the VPC",
    weight: Weight::High,
    checks: "every domain has `app-network-access-type = \"VpcOnly\"`: otherwise what its apps send out leaves through a VPC of SageMaker's, about which no proof here says anything",
    mend: "leave `app-network-access-type` out, or write app-network-access-type = \"VpcOnly\"",
    source: "SageMaker developer guide, \"Connect Studio in a VPC to external resources\"",
    examine: |case, rule| {
        let is_open = |it: &Domain| text(&it.settings, &["AppNetworkAccessType"]) != "VpcOnly";
        let open = case.own::<Domain>().filter(|(_, it)| is_open(it));
        open.map(|(key, _)| Finding::new(rule, key, "its apps have internet beside this network")).collect()
    },
};
