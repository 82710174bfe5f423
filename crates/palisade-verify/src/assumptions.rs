//! What every proof takes for granted, because it is no business of packets or nobody has read it.

use palisade_core::kinds::endpoint::Endpoint;
use palisade_core::kinds::internet_gateway::InternetGateway;

use crate::world::World;

/// Returns what a proof of this world assumes, for people.
pub fn assumptions(world: &World<'_>) -> Vec<String> {
    let Some((_, vpc)) = world.vpc else { return Vec::new() };
    let has_gateway = world.of_kind::<InternetGateway>().next().is_some();
    let has_endpoint = world.of_kind::<Endpoint>().next().is_some();
    let all = [
        // VPC user guide, "Network ACLs" and "Security group rules".
        (
            vpc.dns_support,
            "the VPC's resolver, instance metadata and time pass every ACL and group: names can carry data out",
        ),
        // AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies".
        (has_endpoint, "endpoint policies and IAM decide about requests, and nothing here speaks of them"),
        (!world.terms.lists.is_empty(), "AWS's prefix lists are as they were read: AWS changes them"),
        (has_gateway, "no interface has an elastic IP where its subnet has no route to the internet gateway"),
        (has_gateway, "the account does not block public access, which would let less pass"),
        (
            !world.attached().is_empty(),
            "what lies beyond transit gateways, peerings and VPN gateways is what `[outside.*]` says",
        ),
    ];
    all.into_iter().filter(|(is_assumed, _)| *is_assumed).map(|(_, text)| text.to_owned()).collect()
}
