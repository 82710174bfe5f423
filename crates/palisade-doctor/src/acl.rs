//! What a subnet's filter lets through: the first entry that matches decides.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use palisade_core::Block;
use palisade_core::kinds::network_acl::{Action, Entry};
use palisade_core::traffic::{Direction, Ports};

use crate::ports::{PortSet, Protocol};
use crate::regions::{Passes, regions};

/// Entries by their numbers.
pub(crate) type Entries = BTreeMap<u16, Entry>;

/// The filter of a subnet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Acl<'a> {
    /// Everything passes, or nobody knows: AWS's own, as it was made.
    Open,
    /// Both directions.
    Entries { inbound: &'a Entries, outbound: &'a Entries },
}

impl<'a> Acl<'a> {
    pub(crate) fn entries(self, direction: Direction) -> Option<&'a Entries> {
        match self {
            Acl::Open => None,
            Acl::Entries { inbound, outbound } => Some(direction.pick(inbound, outbound)),
        }
    }

    /// Returns how much passes from or to the addresses of a block.
    pub(crate) fn passes(
        self,
        direction: Direction,
        protocol: Protocol,
        ports: Ports,
        block: Ipv4Net,
    ) -> Passes {
        let Some(entries) = self.entries(direction) else { return Passes::All };
        let parts = regions(block, &cuts(entries)).into_iter().map(|it| {
            let allowed = allowed(entries, protocol, it);
            match (allowed.covers(ports), allowed.meets(ports)) {
                (true, _) => Passes::All,
                (false, true) => Passes::Some,
                (false, false) => Passes::None,
            }
        });
        Passes::of(parts)
    }

    /// Returns the public addresses, in parts, to which requests can go.
    pub(crate) fn public(
        self,
        direction: Direction,
        protocol: Protocol,
        ports: Ports,
        within: &[Ipv4Net],
    ) -> Vec<Ipv4Net> {
        let Some(entries) = self.entries(direction) else { return within.to_vec() };
        let cut = within.iter().flat_map(|it| regions(*it, &cuts(entries)));
        cut.filter(|it| allowed(entries, protocol, *it).covers(ports)).collect()
    }
}

fn allowed(entries: &Entries, protocol: Protocol, region: Ipv4Net) -> PortSet {
    let (mut decided, mut allowed) = (PortSet::default(), PortSet::default());
    let here = entries.values().filter(|it| v4(it).is_some_and(|it| it.contains(&region)));
    for entry in here {
        let Some(ports) = protocol.ports(entry.traffic) else { continue };
        let new = PortSet::of(ports).without(&decided);
        decided = decided.union(&new);
        if entry.action == Action::Allow {
            allowed = allowed.union(&new);
        }
    }
    allowed
}

fn cuts(entries: &Entries) -> Vec<Ipv4Net> {
    entries.values().filter_map(v4).collect()
}

fn v4(entry: &Entry) -> Option<Ipv4Net> {
    match entry.cidr {
        Block::Cidr(IpNet::V4(block)) => Some(block),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use palisade_core::traffic::Traffic;

    use super::*;

    fn passes(entries: &[(u16, Action, Traffic, &str)], ports: Ports, block: &str) -> Passes {
        let entry = |(number, action, traffic, cidr): &(u16, Action, Traffic, &str)| {
            let cidr = cidr.parse().expect("a block");
            (*number, Entry { action: *action, traffic: *traffic, cidr })
        };
        let entries: Entries = entries.iter().map(entry).collect();
        let acl = Acl::Entries { inbound: &entries, outbound: &entries };
        acl.passes(Direction::Inbound, Protocol::Tcp, ports, block.parse().expect("a block"))
    }

    #[test]
    fn the_first_that_matches_decides() {
        let tcp = |from, to| Traffic::Tcp(Ports { from, to });
        let entries = [
            (90, Action::Deny, tcp(8000, 8000), "10.0.0.0/25"),
            (100, Action::Allow, tcp(1024, 65535), "10.0.0.0/24"),
            (110, Action::Deny, Traffic::All, "0.0.0.0/0"),
        ];
        let high = Ports { from: 1024, to: 65535 };
        assert_eq!(passes(&entries, high, "10.0.0.128/25"), Passes::All);
        assert_eq!(passes(&entries, high, "10.0.0.0/24"), Passes::Some);
        assert_eq!(passes(&entries, Ports::one(8000), "10.0.0.0/24"), Passes::Some);
        assert_eq!(passes(&entries, Ports::one(8000), "10.0.0.0/26"), Passes::None);
        assert_eq!(passes(&entries, Ports::one(443), "10.0.0.0/24"), Passes::None);
        assert_eq!(passes(&entries, high, "10.0.0.0/23"), Passes::Some);
    }
}
