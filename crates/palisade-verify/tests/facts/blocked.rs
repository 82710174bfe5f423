//! VPC user guide, "Block public access to VPCs and subnets", the example: A and B are public, C leaves by the NAT gateway
//! in B, D by the egress-only gateway, over IPv6.

use palisade_core::kinds::egress_only_gateway::EgressOnlyGateway;
use palisade_core::kinds::vpc::HasIpv6;
use palisade_core::{Block, Kind};
use palisade_verify::{Blocked, Exclusion, PublicAccess};

use crate::net::{Net, key};

const ANY: [&[&str]; 2] = [&[], &[]];

fn example(blocked: Blocked, excluded: Option<Exclusion>) -> Net {
    let mut net = Net::new(HasIpv6::Yes)
        .igw()
        .subnet("a", "10.0.0.0/24", &[("0.0.0.0/0", "igw")])
        .public("a")
        .subnet("b", "10.0.1.0/24", &[("0.0.0.0/0", "igw")])
        .public("b")
        .nat("b")
        .subnet("c", "10.0.2.0/24", &[("0.0.0.0/0", "nat")])
        .subnet("d", "10.0.3.0/24", &[("::/0", "eigw")]);
    net.network
        .insert(key(Kind::EgressOnlyGateway, "main"), EgressOnlyGateway { vpc: key(Kind::Vpc, "main") });
    let exclusions = excluded.map(|it| (key(Kind::Subnet, "a"), it)).into_iter().collect();
    net.access = PublicAccess { blocked, exclusions };
    net
}

/// Who gets in and out: inA inB outA outB outC outD.
fn row(net: &Net) -> String {
    let d = match Block::Ipv6Slot(3).stand_in() {
        ipnet::IpNet::V6(it) => it.hosts().nth(9).expect("an address").to_string(),
        ipnet::IpNet::V4(_) => unreachable!("a slot is of IPv6"),
    };
    let ways = [
        ("internet", "a"),
        ("internet", "b"),
        ("a", "internet"),
        ("b", "internet"),
        ("c", "internet"),
        (d.as_str(), "2001:4860:4860::8888"),
    ];
    let is_open = |(from, to): (&str, &str)| net.tcp(from, 40000, to, 443, ANY).is_delivered();
    ways.map(|it| if is_open(it) { "Y" } else { "N" }).join(" ")
}

#[test]
fn what_remains_of_the_ways_to_the_internet() {
    use Blocked::{Bidirectional, Ingress, Nothing};
    assert_eq!(row(&example(Nothing, None)), "Y Y Y Y Y Y");
    assert_eq!(row(&example(Bidirectional, None)), "N N N N N N");
    assert_eq!(row(&example(Ingress, None)), "N N N N Y Y");
    assert_eq!(row(&example(Ingress, Some(Exclusion::Bidirectional))), "Y N Y N Y Y");
    assert_eq!(row(&example(Ingress, Some(Exclusion::Egress))), "N N N N Y Y");
    assert_eq!(row(&example(Bidirectional, Some(Exclusion::Egress))), "N N N N N N");
}
