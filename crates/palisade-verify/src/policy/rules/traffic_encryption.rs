//! `ml.traffic-encryption`: jobs on several machines.

use serde_json::Value;

use super::Rule;
use super::job::{Job, jobs};
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::{at, list};

pub(super) const RULE: Rule = Rule {
    id: "ml.traffic-encryption",
    also: &["Security Hub: SageMaker.15, of monitoring jobs"],
    title: "What goes between the machines of a job is encrypted",
    weight: Weight::Medium,
    checks: "every training and processing job on two machines or more has `enable-inter-container-traffic-encryption`",
    mend: "write enable-inter-container-traffic-encryption = true, or allow it here if training would take too long",
    source: "SageMaker developer guide, \"Protect communications between ML compute instances in a distributed training job\"",
    examine: |case, rule| {
        let several = jobs(case).into_iter().filter(|it| 2 <= n_machines(it));
        let open = several.filter(|it| !it.is_on("EnableInterContainerTrafficEncryption"));
        open.map(|it| Finding::new(rule, it.key, "its machines talk to each other in clear")).collect()
    },
};

fn n_machines(job: &Job<'_>) -> u64 {
    let count = |it: &Value| it.get("InstanceCount").and_then(Value::as_u64).unwrap_or(0);
    let places = [&["ResourceConfig"][..], &["ProcessingResources", "ClusterConfig"]];
    let ones = places.iter().filter_map(|it| at(job.settings, it)).map(count);
    let groups = list(job.settings, &["ResourceConfig", "InstanceGroups"]).iter().map(count);
    ones.chain(groups).sum()
}
