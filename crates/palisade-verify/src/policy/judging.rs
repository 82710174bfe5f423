//! Findings, and what the blueprint says of them.

use palisade_core::control::{Allowance, Stance};

use crate::policy::finding::Finding;

/// What has become of the findings on a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Each finding with what is said of it.
    pub judged: Vec<Judged>,
    /// What is allowed although nobody has found it.
    pub idle: Vec<Allowance>,
}

/// A finding, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// What is said of it.
    pub standing: Standing,
}

/// What a blueprint says of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Warned,
    /// It must not be.
    Denied,
    /// It is as it shall be, for this reason.
    Allowed(String),
}

/// Holds findings against what a blueprint says of them. What is allowed for one object is so although it is denied in
/// general.
pub fn judge(findings: Vec<Finding>, stance: &Stance) -> Judgement {
    let allows = |allowance: &Allowance, it: &Finding| allowance.id == it.id && allowance.key == it.key;
    let idle = stance.allow.iter().filter(|allowance| !findings.iter().any(|it| allows(allowance, it)));
    let idle = idle.cloned().collect();
    let judged = findings.into_iter().map(|finding| {
        let standing = match stance.allow.iter().find(|it| allows(it, &finding)) {
            Some(allowance) => Standing::Allowed(allowance.reason.clone()),
            None if stance.deny.contains(finding.id) => Standing::Denied,
            None => Standing::Warned,
        };
        Judged { finding, standing }
    });
    Judgement { judged: judged.collect(), idle }
}

impl Judgement {
    /// Returns whether something is there that must not be.
    pub fn is_violated(&self) -> bool {
        self.judged.iter().any(|it| it.standing == Standing::Denied)
    }
}
