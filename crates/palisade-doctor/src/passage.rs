//! What a workload's requests and their replies meet at the subnets' filters.

use std::collections::BTreeMap;

use palisade_core::kinds::endpoint::Reach;
use palisade_core::kinds::network_acl::{Action, NUMBER_MAX};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::traffic::{Direction, Ports};
use palisade_core::{Key, Severity};

use crate::acl::{Acl, Entries};
use crate::finding::{Edit, Finding};
use crate::ground::{WayOut, quoted, tier};
use crate::need::needs_s3;
use crate::ports::Protocol;
use crate::regions::{Passes, public};
use crate::rules::{Case, Rule};
use crate::way::by_endpoint;

const HTTPS: Ports = Ports { from: 443, to: 443 };
/// The client ports of Linux; AWS advises to open 1024-65535 (VPC user guide, "Ephemeral ports").
const EPHEMERAL: Ports = Ports { from: 32768, to: 60999 };

/// Which half of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Half {
    Requests,
    Replies,
}

/// What an ACL stops: in which direction, from or to whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stop {
    acl: Option<Key>,
    direction: Direction,
    half: Half,
    peer: Peer,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Peer {
    S3,
    Tier(String),
}

/// How bad it is and for which services, by what is stopped.
type Stops = BTreeMap<Stop, (Severity, Vec<&'static str>)>;

/// Returns what the ACLs stop of one half of a workload's conversations with S3 and the endpoints.
pub(crate) fn findings(case: &Case<'_>, rule: &Rule, half: Half) -> Vec<Finding> {
    let mut stops = Stops::new();
    for (key, subnet) in case.ground.subnets(&case.workload.subnets) {
        with_s3(case, subnet, &mut stops);
        for (service, severity, _, endpoint) in by_endpoint(case) {
            let Reach::Interface { subnets, .. } = &endpoint.reach else { continue };
            // Between two interfaces of one subnet, no ACL is asked.
            for (other, far) in case.ground.subnets(subnets).into_iter().filter(|(it, _)| *it != key) {
                with_endpoint(case, (key, subnet), (other, far), (service, severity), &mut stops);
            }
        }
    }
    let place = |it: &Stop| (it.acl.clone(), it.direction);
    let told = stops.iter().filter(|(stop, _)| stop.half == half).map(|(stop, (severity, services))| {
        // Two rules that go into one list have two numbers.
        let n_before =
            stops.keys().take_while(|it| *it != stop).filter(|it| place(it) == place(stop)).count();
        let edit = edit(case, stop, n_before);
        finding(case, rule, stop, *severity, services).edit(edit)
    });
    told.collect()
}

fn with_s3(case: &Case<'_>, subnet: &Subnet, stops: &mut Stops) {
    let has_way = case.ground.has_s3_gateway(subnet) || case.ground.way_out(subnet) == WayOut::There;
    if !needs_s3(case.workload) || !has_way {
        return;
    }
    let acl = case.ground.acl(subnet);
    let halves = match case.ground.s3_blocks() {
        Some(blocks) => {
            let passes = |direction, ports| {
                Passes::of(blocks.iter().map(|it| acl.passes(direction, Protocol::Tcp, ports, *it)))
                    == Passes::All
            };
            [passes(Direction::Outbound, HTTPS), passes(Direction::Inbound, EPHEMERAL)]
        }
        // Any public address may be S3's, but there and back it must be the same.
        None => {
            let there = acl.public(Direction::Outbound, Protocol::Tcp, HTTPS, &public());
            let back = acl.public(Direction::Inbound, Protocol::Tcp, EPHEMERAL, &there);
            [!there.is_empty(), there.is_empty() || !back.is_empty()]
        }
    };
    let ways = [(Half::Requests, Direction::Outbound), (Half::Replies, Direction::Inbound)];
    for ((half, direction), passes) in ways.into_iter().zip(halves) {
        if !passes {
            let stop = Stop { acl: subnet.network_acl.clone(), direction, half, peer: Peer::S3 };
            note(stops, stop, Severity::Error, "s3");
        }
    }
}

type Place<'a> = (&'a Key, &'a Subnet);

/// There and back, out of one subnet and into the other.
fn with_endpoint(
    case: &Case<'_>,
    (own, near): Place<'_>,
    (other, far): Place<'_>,
    (service, severity): (&'static str, Severity),
    stops: &mut Stops,
) {
    let checks = [
        (near, Direction::Outbound, Half::Requests, far.cidr, other),
        (far, Direction::Inbound, Half::Requests, near.cidr, own),
        (far, Direction::Outbound, Half::Replies, near.cidr, own),
        (near, Direction::Inbound, Half::Replies, far.cidr, other),
    ];
    for (subnet, direction, half, block, peer) in checks {
        let ports = if half == Half::Requests { HTTPS } else { EPHEMERAL };
        let acl = case.ground.acl(subnet);
        if acl.passes(direction, Protocol::Tcp, ports, block) != Passes::All {
            let peer = Peer::Tier(tier(peer).to_owned());
            note(stops, Stop { acl: subnet.network_acl.clone(), direction, half, peer }, severity, service);
        }
    }
}

fn note(stops: &mut Stops, stop: Stop, severity: Severity, service: &'static str) {
    let (worst, services) = stops.entry(stop).or_insert((severity, Vec::new()));
    *worst = (*worst).min(severity);
    if !services.contains(&service) {
        services.push(service);
    }
}

fn finding(case: &Case<'_>, rule: &Rule, stop: &Stop, severity: Severity, services: &[&str]) -> Finding {
    let Stop { acl, direction, half, peer } = stop;
    let name = acl.as_ref().map_or_else(|| "the VPC's default ACL".to_owned(), |it| format!("`{it}`"));
    let what = match half {
        Half::Requests => format!("requests to {}", crate::rules::spoken(services)),
        Half::Replies => format!("replies of {}", crate::rules::spoken(services)),
    };
    let (verb, preposition) = (direction.pick("in", "out"), direction.preposition());
    let far = match peer {
        Peer::S3 => "S3's addresses".to_owned(),
        Peer::Tier(tier) => format!("tier `{tier}`"),
    };
    let ports = match half {
        Half::Requests => "443",
        Half::Replies => "1024-65535",
    };
    let message = format!("{name} stops the {what}: it must let tcp {ports} {verb} {preposition} {far}");
    let about = acl.clone().or_else(|| case.ground.vpc().map(|(key, _)| key.clone()));
    let symptom = match peer {
        Peer::S3 => crate::rules::s3_symptom(case.workload.what),
        Peer::Tier(_) => "calls hang until `Connect timeout on endpoint URL`, although the endpoint is there",
    };
    Finding::new(rule, severity, case, message).about(about).symptom(symptom)
}

fn edit(case: &Case<'_>, stop: &Stop, n_before: usize) -> Edit {
    let Some(acl) = &stop.acl else {
        return Edit::Choose(
            "write a [tiers.<name>.network-acl] for its tiers, or `default-network-acl = \"leave\"` in [vpc]"
                .to_owned(),
        );
    };
    let peer = match &stop.peer {
        Peer::S3 => "s3".to_owned(),
        Peer::Tier(tier) => format!("tier:{tier}"),
    };
    let ports = match stop.half {
        Half::Requests => "443",
        Half::Replies => "\"1024-65535\"",
    };
    let subnets = case.ground.network.resources.values().filter_map(|spec| match spec {
        palisade_core::Spec::Subnet(it) if it.network_acl.as_ref() == Some(acl) => Some(it),
        _ => None,
    });
    let entries = subnets.map(|it| case.ground.acl(it)).find_map(|it: Acl<'_>| it.entries(stop.direction));
    let (list, preposition) = (stop.direction.as_str(), stop.direction.preposition());
    match entries.and_then(|it| free_number(it, n_before)) {
        Some(number) => Edit::add(
            format!("tiers.{}.network-acl", quoted(&acl.name)),
            list,
            format!("{{ rule = {number}, allow = \"tcp\", ports = {ports}, {preposition} = \"{peer}\" }}"),
        ),
        None => Edit::Choose(format!(
            "in [tiers.{}.network-acl] make room in `{list}` for a rule before the first denial: allow tcp {ports} {preposition} {peer}",
            quoted(&acl.name)
        )),
    }
}

/// Returns a number for a new rule, after `n_before` other new ones: behind all that allow, before what denies, with room
/// for the addresses that it stands for.
fn free_number(entries: &Entries, n_before: usize) -> Option<u16> {
    /// AWS lists fewer blocks of S3 in any region.
    const ROOM: usize = 30;
    let denial =
        entries.iter().find(|(_, it)| it.action == Action::Deny).map(|(number, _)| usize::from(*number));
    let numbers = entries.keys().map(|it| usize::from(*it));
    let next = numbers.filter(|it| denial.is_none_or(|denial| *it < denial)).max().map_or(1, |it| it + 1);
    let end = denial.unwrap_or(usize::from(NUMBER_MAX));
    let choices = [next.next_multiple_of(100) + 100 * n_before, next + ROOM * n_before];
    choices.into_iter().find(|it| it + ROOM <= end).and_then(|it| u16::try_from(it).ok())
}
