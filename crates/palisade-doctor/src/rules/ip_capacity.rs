//! `sm.ip-capacity`: free addresses.

use palisade_core::kinds::endpoint::Reach;
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Key, Severity, Spec};

use super::{Case, Rule, tiers};
use crate::finding::Subject;
use crate::finding::{Edit, Finding};
use crate::workload::{What, Workload, profiles};

pub(super) const RULE: Rule = Rule {
    id: "sm.ip-capacity",
    title: "Free addresses",
    checks: "Two free addresses per instance, five with EFA, one per notebook, up to four per profile of a domain, beside the five that AWS keeps of a subnet, endpoints, NAT gateways and mount targets: in the subnets of each workload for itself, and for all that have no others",
    symptom: "the job fails before it begins, or the endpoint cannot scale out: AWS finds no free address in the subnets",
    source: "SageMaker developer guide, \"Give training jobs access to resources in your VPC\"; VPC user guide, \"Subnet CIDR blocks\"",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let own = case.workload;
    let demand = demand(case, own);
    if case.ground.subnets(&own.subnets).len() < own.subnets.len() || demand == 0 {
        return Vec::new();
    }
    let free: Vec<u64> = own.subnets.iter().map(|it| free(case, it)).collect();
    // Instances with EFA are in one zone, so in one subnet of it.
    let room = if own.has_efa() { free.iter().copied().max().unwrap_or(0) } else { free.iter().sum() };
    if room < demand {
        let message = format!("it needs {demand} addresses and its subnets have {room} free");
        return vec![told(case, Severity::Error, message, demand - room)];
    }
    let lies_in = |it: &&Workload<'_>| it.subnets.iter().all(|it| own.subnets.contains(it));
    let neighbours: Vec<&Workload<'_>> = case.ground.workloads.iter().filter(lies_in).collect();
    let together: u64 = neighbours.iter().map(|it| self::demand(case, it)).sum();
    let room: u64 = free.iter().sum();
    if room < together && is_widest(case, &neighbours) {
        let message = format!(
            "{} workloads need {together} addresses at a time and these subnets have {room} free",
            neighbours.len()
        );
        return vec![told(case, Severity::Warning, message, together - room)];
    }
    Vec::new()
}

/// What several have in common is told once: for the first of those that have all of these subnets.
fn is_widest(case: &Case<'_>, neighbours: &[&Workload<'_>]) -> bool {
    let first = neighbours.iter().find(|it| it.subnets == case.workload.subnets);
    first.is_some_and(|it| it.subject == case.workload.subject)
}

fn told(case: &Case<'_>, severity: Severity, message: String, n_missing: u64) -> Finding {
    let names = tiers(&case.workload.subnets).join("], [tiers.");
    let words = format!(
        "{n_missing} more addresses: a larger `cidr` or more zones in [tiers.{names}], or fewer instances"
    );
    let finding = Finding::new(&RULE, severity, case, message).about(case.workload.subnets.iter().cloned());
    finding.edit(Edit::Choose(words))
}

/// Returns how many addresses a workload has at a time.
fn demand(case: &Case<'_>, workload: &Workload<'_>) -> u64 {
    match workload.what {
        What::Training | What::Processing | What::Hosting => {
            workload.n_instances() * if workload.has_efa() { 5 } else { 2 }
        }
        What::Notebook => 1,
        What::Studio => match &workload.subject {
            Subject::Workload(key) => 4 * profiles(case.ground.network, key).count() as u64,
            Subject::VpcConfig(_) => 0,
        },
        What::Place => 0,
    }
}

/// Returns how many addresses of a subnet nothing of the network has.
fn free(case: &Case<'_>, subnet: &Key) -> u64 {
    let has_one = |spec: &&Spec| match spec {
        Spec::Endpoint(it) => {
            matches!(&it.reach, Reach::Interface { subnets, .. } if subnets.contains(subnet))
        }
        Spec::NatGateway(it) => it.subnet == *subnet,
        Spec::Domain(it) => it.links.subnets.contains(subnet),
        _ => false,
    };
    let taken = case.ground.network.resources.values().filter(has_one).count() as u64;
    case.ground.subnet(subnet).map_or(0, size).saturating_sub(taken)
}

/// AWS keeps five (VPC user guide, "Subnet CIDR blocks").
fn size(subnet: &Subnet) -> u64 {
    (1 << (32 - u64::from(subnet.cidr.prefix_len()))) - 5
}
