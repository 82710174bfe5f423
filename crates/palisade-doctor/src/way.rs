//! How a workload gets to a service: its name decides, then routes do.

use ipnet::Ipv4Net;
use palisade_core::kinds::endpoint::{Endpoint, Reach};
use palisade_core::kinds::subnet::Subnet;
use palisade_core::{Key, Severity};

use crate::ground::WayOut;
use crate::groups::{Ends, carried};
use crate::need::{SERVICES, need};
use crate::rules::Case;

/// The way to a service.
#[derive(Clone, Debug)]
pub(crate) enum Way<'a> {
    /// Through an interface endpoint that has the service's name to itself.
    Endpoint(&'a Key, &'a Endpoint),
    /// There is an endpoint, but the service's name leads elsewhere.
    Nameless(&'a Key),
    /// Out of the VPC.
    Out,
    /// None from these subnets.
    Nowhere(Vec<Key>),
}

/// Returns the way of a workload to a service by its short name.
pub(crate) fn way<'a>(case: &Case<'a>, service: &str) -> Way<'a> {
    let interfaces = case.ground.endpoints(service).filter_map(|(key, it)| match it.reach {
        Reach::Interface { private_dns, .. } => Some((private_dns, key, it)),
        Reach::Gateway { .. } => None,
    });
    let interfaces: Vec<_> = interfaces.collect();
    if let Some((_, key, it)) = interfaces.iter().find(|(private_dns, ..)| *private_dns) {
        return Way::Endpoint(key, it);
    }
    let subnets = case.ground.subnets(&case.workload.subnets);
    let shut = subnets.iter().filter(|(_, it)| case.ground.way_out(it) != WayOut::There);
    let shut: Vec<Key> = shut.map(|(key, _)| (*key).clone()).collect();
    match interfaces.first() {
        _ if shut.is_empty() => Way::Out,
        Some((_, key, _)) => Way::Nameless(key),
        None => Way::Nowhere(shut),
    }
}

/// Returns the services that a workload calls through an interface endpoint, with how much it needs them.
pub(crate) fn by_endpoint<'a>(case: &Case<'a>) -> Vec<(&'static str, Severity, &'a Key, &'a Endpoint)> {
    let called = SERVICES.iter().filter_map(|service| {
        let severity = need(case.workload, service)?;
        match way(case, service) {
            Way::Endpoint(key, endpoint) => Some((*service, severity, key, endpoint)),
            _ => None,
        }
    });
    called.collect()
}

/// Returns an endpoint's interfaces.
pub(crate) fn ends(case: &Case<'_>, endpoint: &Endpoint) -> Ends {
    let Reach::Interface { subnets, security_groups, .. } = &endpoint.reach else {
        return Ends { groups: Vec::new(), blocks: Vec::new() };
    };
    let groups: Vec<Key> = security_groups.iter().cloned().collect();
    Ends { groups: carried(&groups), blocks: blocks(&case.ground.subnets(subnets)) }
}

/// Returns the interfaces of the workload itself.
pub(crate) fn own_ends(case: &Case<'_>) -> Ends {
    let subnets = case.ground.subnets(&case.workload.subnets);
    Ends { groups: carried(&case.workload.groups), blocks: blocks(&subnets) }
}

fn blocks(subnets: &[(&Key, &Subnet)]) -> Vec<Ipv4Net> {
    subnets.iter().map(|(_, subnet)| subnet.cidr).collect()
}
