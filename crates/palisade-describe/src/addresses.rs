//! Which addresses the internet has.

use core::net::IpAddr;

use ipnet::IpNet;

/// What no packet of the internet has for an address: RFC 1918 and RFC 6598, and what is kept for other uses (RFC 6890).
const NOT_PUBLIC: [&str; 8] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/3",
];

/// What stands for the internet, where somebody asks for no address of it.
const SOMEWHERE: [&str; 2] = ["8.8.8.8", "2001:4860:4860::8888"];

/// Returns whether an address can be of the internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    let is_in = |it: &str| it.parse::<IpNet>().expect("a block that is written here").contains(&address);
    if address.is_ipv6() { is_in("2000::/3") } else { !NOT_PUBLIC.iter().any(|it| is_in(it)) }
}

/// Returns whether an address is of a service that no group and no ACL filters: Amazon's DNS, its clock, and what it tells
/// instances of themselves (VPC user guide, "Control subnet traffic with network access control lists").
pub(crate) fn is_amazons(address: IpAddr, blocks: &[IpNet]) -> bool {
    const OWN: [&str; 6] = [
        "169.254.169.253",
        "169.254.169.254",
        "169.254.169.123",
        "fd00:ec2::253",
        "fd00:ec2::254",
        "fd00:ec2::123",
    ];
    // The resolver is also at the third address of the VPC's first block.
    let resolver = blocks.iter().find(|it| it.addr().is_ipv4()).and_then(|it| it.hosts().nth(1));
    OWN.iter().any(|it| it.parse() == Ok(address)) || resolver == Some(address)
}

/// Returns some address of the internet.
pub(crate) fn somewhere(is_ipv6: bool) -> IpAddr {
    SOMEWHERE[usize::from(is_ipv6)].parse().expect("an address that is written here")
}
