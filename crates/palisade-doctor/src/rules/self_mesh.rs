//! `sm.self-mesh`: the instances of one job among themselves.

use palisade_core::kinds::security_group::{Peer, Rule};
use palisade_core::traffic::{Direction, Ports, Traffic};
use palisade_core::{Key, Severity, Spec};

use super::{Case, group_table};
use crate::finding::{Edit, Finding};
use crate::groups::{Flow, passes};
use crate::ports::Protocol;
use crate::regions::Passes;
use crate::way::own_ends;
use crate::workload::What;

pub(super) const RULE: super::Rule = super::Rule {
    id: "sm.self-mesh",
    title: "Instances among themselves",
    checks: "For a job of several instances, tcp on all ports from and to its own group; with encryption between containers, udp 500 and protocol 50 too; with EFA, a rule for all traffic that names the group itself, both ways and in every group",
    symptom: "the job starts and hangs at its first collective operation, until NCCL, Gloo or MPI give up: `Connection timed out`; with EFA, `Unresponsive receiver (reachable by EFA device but handshake failed)`",
    source: "SageMaker developer guide, \"Give training jobs access to resources in your VPC\" and \"Protect communications between ML compute instances in a distributed training job\"; EC2 user guide, \"Get started with EFA\"; awslabs/awsome-distributed-ai#259 and #546, gardener/gardener-extension-provider-aws#1832",
    examine,
};

fn examine(case: &Case<'_>) -> Vec<Finding> {
    let is_job = matches!(case.workload.what, What::Training | What::Processing);
    let is_distributed = 1 < case.workload.n_instances();
    if !is_job || !(is_distributed || case.workload.has_efa()) {
        return Vec::new();
    }
    let shut =
        Direction::BOTH.map(|it| (it, open(case, it))).into_iter().filter(|(_, it)| *it != Passes::All);
    let shut: Vec<(Direction, Passes)> = shut.collect();
    if shut.is_empty() {
        return Vec::new();
    }
    // What a single instance, or a processing job, sends to its like is for its code to say.
    let is_sure =
        is_distributed && case.workload.what == What::Training && shut.iter().any(|it| it.1 == Passes::None);
    let severity = if is_sure { Severity::Error } else { Severity::Warning };
    let what = match (case.workload.has_efa(), case.workload.encrypts_between()) {
        (true, _) => "all traffic",
        (false, true) => "all tcp, udp 500 and protocol 50",
        (false, false) => "all tcp",
    };
    let ways: Vec<&str> = shut.iter().map(|(direction, _)| direction.pick("in from", "out to")).collect();
    let message = format!("its groups must let {what} {} themselves", ways.join(" and "));
    let finding = Finding::new(&RULE, severity, case, message).about(case.workload.groups.iter().cloned());
    let edits = shut.into_iter().flat_map(|(direction, _)| edits(case, direction));
    vec![edits.fold(finding, Finding::edit)]
}

fn edits(case: &Case<'_>, direction: Direction) -> Vec<Edit> {
    let (list, rule) =
        (direction.as_str(), format!("{{ {} = \"self\", protocol = \"all\" }}", direction.preposition()));
    match case.workload.has_efa() {
        true => {
            let without = case.workload.groups.iter().filter(|it| !names_itself(case, it, direction));
            without.map(|it| Edit::add(group_table(it), list, rule.clone())).collect()
        }
        false => vec![case.add_rule(list, rule)],
    }
}

fn open(case: &Case<'_>, direction: Direction) -> Passes {
    if case.workload.has_efa() {
        let named = case.workload.groups.iter().map(|it| names_itself(case, it, direction));
        return Passes::of(named.map(|it| if it { Passes::All } else { Passes::None }));
    }
    let every = Ports { from: 1, ..Ports::ALL };
    let mut flows = vec![Flow { direction, protocol: Protocol::Tcp, ports: every }];
    if case.workload.encrypts_between() {
        flows.push(Flow { direction, protocol: Protocol::Udp, ports: Ports::one(500) });
        flows.push(Flow { direction, protocol: Protocol::Number(50), ports: Ports::ALL });
    }
    let ends = own_ends(case);
    Passes::of(flows.into_iter().map(|it| passes(case.ground, &case.workload.groups, it, &ends)))
}

/// What bypasses the kernel is admitted by a rule that names the group, and by no block of addresses.
fn names_itself(case: &Case<'_>, group: &Key, direction: Direction) -> bool {
    let own = Rule { traffic: Traffic::All, peer: Peer::Group(group.clone()) };
    match case.ground.network.resources.get(group) {
        Some(Spec::SecurityGroup(it)) => direction.pick(&it.inbound, &it.outbound).contains_key(&own),
        // Nobody knows what a group that exists already admits.
        _ => true,
    }
}
