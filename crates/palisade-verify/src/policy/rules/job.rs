//! `ml.job-vpc`, `ml.job-isolation`: training and processing jobs.

use palisade_core::kinds::processing_job::ProcessingJob;
use palisade_core::kinds::sagemaker::Workload;
use palisade_core::kinds::training_job::TrainingJob;
use palisade_core::{Document, Key};

use super::Rule;
use crate::policy::case::Case;
use crate::policy::finding::{Finding, Weight};
use crate::policy::settings::is_on;

pub(super) const IN_VPC: Rule = Rule {
    id: "ml.job-vpc",
    also: &[],
    title: "Jobs run in the VPC",
    weight: Weight::High,
    checks: "every training and processing job has a `vpc-config`: otherwise nothing of this network holds for it",
    mend: "write `vpc-config`",
    source: "SageMaker developer guide, \"Give SageMaker AI training jobs access to resources in your Amazon VPC\"",
    examine: |case, rule| {
        let outside = jobs(case).into_iter().filter(|it| it.n_subnets == 0);
        outside.map(|it| Finding::new(rule, it.key, "runs outside of the network")).collect()
    },
};

pub(super) const ISOLATED: Rule = Rule {
    id: "ml.job-isolation",
    also: &[],
    title: "Containers of jobs have no network",
    weight: Weight::Medium,
    checks: "every training and processing job has `enable-network-isolation`: SageMaker itself brings data and results",
    mend: "write enable-network-isolation = true, or allow it here if the code has to call something",
    source: "SageMaker developer guide, \"Run training and inference containers in internet-free mode\"",
    examine: |case, rule| {
        let open = jobs(case).into_iter().filter(|it| !it.is_isolated());
        open.map(|it| Finding::new(rule, it.key, "its containers have a network")).collect()
    },
};

/// A job of either kind.
pub(super) struct Job<'a> {
    pub(super) key: &'a Key,
    pub(super) n_subnets: usize,
    pub(super) settings: &'a Document,
}

pub(super) fn jobs<'a>(case: &Case<'a>) -> Vec<Job<'a>> {
    fn of<'a, T: Workload>(case: &Case<'a>) -> impl Iterator<Item = Job<'a>> {
        let job = |(key, it): (&'a Key, &'a T)| Job {
            key,
            n_subnets: it.links().subnets.len(),
            settings: it.settings(),
        };
        case.own::<T>().map(job)
    }
    of::<TrainingJob>(case).chain(of::<ProcessingJob>(case)).collect()
}

impl Job<'_> {
    /// Returns whether something is switched on. A processing job has it one level deeper.
    pub(super) fn is_on(&self, field: &str) -> bool {
        is_on(self.settings, &[field]) || is_on(self.settings, &["NetworkConfig", field])
    }

    fn is_isolated(&self) -> bool {
        self.is_on("EnableNetworkIsolation")
    }
}
