//! `[endpoint-sets]`: the endpoints that a kind of workload is known to need.

use std::collections::BTreeSet;

use palisade_core::{Diagnostic, Key};

use crate::codes;
use crate::tables::endpoints::{self, Endpoint, Reach};
use crate::text::tree::{At, Section, Span};
use crate::words::names::Names;
use crate::words::services;

/// The sets, each with the short names of its services.
pub(crate) const SETS: &[(&str, &[&str])] = &[
    (
        "sagemaker-training",
        &["s3", "sagemaker.api", "sts", "logs", "monitoring", "ecr.api", "ecr.dkr", "kms"],
    ),
    (
        "sagemaker-hosting",
        &["s3", "sagemaker.runtime", "sts", "logs", "monitoring", "ecr.api", "ecr.dkr", "kms"],
    ),
    ("sagemaker-notebook", &["s3", "sagemaker.api", "sagemaker.runtime", "notebook", "sts", "logs", "kms"]),
    (
        "sagemaker-studio",
        &[
            "s3",
            "sagemaker.api",
            "sagemaker.runtime",
            "studio",
            "servicecatalog",
            "sts",
            "logs",
            "monitoring",
            "ecr.api",
            "ecr.dkr",
            "kms",
        ],
    ),
    (
        "sagemaker-hyperpod",
        &[
            "s3",
            "ssm",
            "ssmmessages",
            "ec2messages",
            "eks",
            "sts",
            "logs",
            "monitoring",
            "ecr.api",
            "ecr.dkr",
            "kms",
        ],
    ),
];

/// One endpoint that a set asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Its short name, which is its key unless an explicit endpoint is the same.
    pub(crate) name: &'static str,
    /// The full name of its service.
    pub(crate) service: String,
    /// The set's table.
    pub(crate) span: Span,
    pub(crate) tiers: Vec<At<String>>,
    pub(crate) groups: Vec<Key>,
}

/// Returns the names of the endpoints that the sets of a document ask for.
pub(crate) fn names(document: &Section<'_>) -> BTreeSet<String> {
    let written = document.section("endpoint-sets");
    let chosen = SETS.iter().filter(|(set, _)| written.as_ref().is_some_and(|it| it.has(set)));
    chosen.flat_map(|(_, services)| services.iter().map(|it| (*it).to_owned())).collect()
}

/// Reads the sets into the endpoints that they ask for, several times the same if several sets do.
pub(crate) fn read(
    reports: &mut Vec<Diagnostic>,
    document: &Section<'_>,
    names: &Names,
    region: &str,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    let Some(written) = document.section("endpoint-sets") else { return asked };
    for (set, services) in SETS {
        let Some(section) = written.section(set) else { continue };
        let tiers = endpoints::tiers(reports, &section, names);
        // A key that is missing has been reported.
        let has_groups = section.has("security-groups");
        let groups = has_groups.then(|| endpoints::groups(reports, &section, names)).flatten();
        let (Some(tiers), Some(groups)) = (tiers, groups) else { continue };
        asked.extend(services.iter().map(|name| Asked {
            name,
            service: services::full_name(region, name),
            span: written.key_span(set),
            tiers: tiers.clone(),
            groups: groups.clone(),
        }));
    }
    asked
}

impl Asked {
    /// Adds what is asked for to an endpoint of the same service: tiers and groups by union.
    pub(crate) fn merge_into(&self, endpoint: &mut Endpoint) {
        for tier in &self.tiers {
            if endpoint.tiers.iter().all(|it| it.it != tier.it) {
                endpoint.tiers.push(tier.clone());
            }
        }
        if let Reach::Interface { groups, .. } = &mut endpoint.reach {
            let new = self.groups.iter().filter(|it| !groups.contains(it)).cloned().collect::<Vec<Key>>();
            groups.extend(new);
        }
    }

    /// Returns whether an explicit endpoint is what is asked for: S3 may have an interface beside the gateway.
    pub(crate) fn is(&self, endpoint: &Endpoint) -> bool {
        let is_gateway = matches!(endpoint.reach, Reach::Gateway { .. });
        self.service == endpoint.service && is_gateway == services::has_gateway(&self.service)
    }

    /// Returns the endpoint that nobody has written out.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let reach = match services::has_gateway(&self.service) {
            true => Reach::Gateway { route_tables: Vec::new() },
            false => Reach::Interface {
                groups: self.groups.clone(),
                private_dns: At::new(self.span.clone(), true),
            },
        };
        let (service, tiers) = (self.service.clone(), self.tiers.clone());
        Endpoint { span: self.span.clone(), service, policy: None, tiers, reach }
    }

    /// Returns the report on an explicit endpoint that has the name of this one, and is another service's.
    pub(crate) fn name_taken(&self, by: &Endpoint) -> Diagnostic {
        let message = format!("endpoint `{}` is for another service than the one of the set", self.name);
        let report = Diagnostic::error(codes::SET_NAME, message).at(by.span.clone(), "");
        report
            .at(self.span.clone(), "this set has an endpoint of that name")
            .help("give this one another name")
    }
}
