//! Whether a list of entries can be changed in place without harm, and in which order.
//!
//! AWS changes one entry at a time, and the first entry that matches decides. A packet that is allowed before and
//! after must be allowed in between, and one that is denied before and after must be denied. Where no order of single
//! changes does that, a new ACL takes the place of the old one, since a subnet moves from one to the other at once.

use std::collections::{BTreeMap, BTreeSet};
use core::net::IpAddr;

use ipnet::IpNet;

use super::{Action, Entry};
use crate::traffic::{Icmp, Ports, Traffic};

pub(super) type Entries = BTreeMap<u16, Entry>;

/// Returns the numbers whose entries are written, in a good order: an entry that moves to another number is there
/// before it is overwritten at its old one; apart from that, denials come first.
pub(super) fn written(live: &Entries, want: &Entries) -> Vec<u16> {
    let changed = want.iter().filter(|(number, it)| live.get(number) != Some(it)).map(|(number, _)| *number);
    let mut left: Vec<u16> = changed.collect();
    left.sort_by_key(|number| want[number].action == Action::Allow);
    let mut order = Vec::new();
    while !left.is_empty() {
        // The old entry here is still to be written elsewhere: not yet.
        let is_early = |number: &u16| match live.get(number) {
            Some(old) => left.iter().any(|other| other != number && want[other] == *old),
            None => false,
        };
        let next = left.iter().position(|it| !is_early(it)).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Returns the numbers whose entries are deleted, in a good order: what allows goes before what denies.
pub(super) fn deleted(live: &Entries, want: &Entries) -> Vec<u16> {
    let mut gone: Vec<u16> = live.keys().filter(|it| !want.contains_key(it)).copied().collect();
    gone.sort_by_key(|number| live[number].action == Action::Deny);
    gone
}

/// Returns whether the changes in their order harm no packet. Exact, but for the block that Amazon will give, which
/// something else stands in for: it looks at one packet of every region that the entries can tell apart.
pub(super) fn is_harmless(live: &Entries, want: &Entries) -> bool {
    let written = written(live, want).into_iter().map(|number| (number, want.get(&number)));
    let deleted = deleted(live, want).into_iter().map(|number| (number, None));
    let changes: Vec<(u16, Option<&Entry>)> = written.chain(deleted).collect();
    changes.is_empty() || packets(live, want).iter().all(|packet| is_unharmed(packet, live, want, &changes))
}

/// Returns whether a packet whose fate is the same before and after has it all the while. Only the entries that match
/// it are looked at: they are few.
fn is_unharmed(packet: &Packet, live: &Entries, want: &Entries, changes: &[(u16, Option<&Entry>)]) -> bool {
    let mut now = matching(live, packet);
    let fate = decision(&now);
    if fate != decision(&matching(want, packet)) {
        return true;
    }
    changes.iter().all(|(number, entry)| {
        match entry.filter(|it| matches(it, packet)) {
            Some(entry) => now.insert(*number, entry.action),
            None => now.remove(number),
        };
        decision(&now) == fate
    })
}

/// As much of a packet as an entry looks at.
struct Packet {
    protocol: u8,
    /// The port, or type and code of ICMP.
    selector: u32,
    address: IpAddr,
}

/// What the entries that match a packet do, by their numbers.
fn matching(entries: &Entries, packet: &Packet) -> BTreeMap<u16, Action> {
    let matching = entries.iter().filter(|(_, it)| matches(it, packet));
    matching.map(|(number, it)| (*number, it.action)).collect()
}

fn decision(matching: &BTreeMap<u16, Action>) -> Action {
    matching.values().next().copied().unwrap_or(Action::Deny)
}

fn matches(entry: &Entry, packet: &Packet) -> bool {
    let is_protocol = entry.traffic.protocol_number().is_none_or(|it| it == packet.protocol);
    let (low, high) = selectors(entry.traffic);
    is_protocol && (low..=high).contains(&packet.selector) && entry.cidr.stand_in().contains(&packet.address)
}

/// The range of ports, or of ICMP's types and codes, a code being the low byte.
fn selectors(traffic: Traffic) -> (u32, u32) {
    match traffic {
        Traffic::Tcp(Ports { from, to }) | Traffic::Udp(Ports { from, to }) => (from.into(), to.into()),
        Traffic::Icmp(Icmp::Type(kind)) | Traffic::Icmpv6(Icmp::Type(kind)) => {
            (u32::from(kind) << 8, u32::from(kind) << 8 | 0xff)
        }
        Traffic::Icmp(Icmp::Code(kind, code)) | Traffic::Icmpv6(Icmp::Code(kind, code)) => {
            let selector = u32::from(kind) << 8 | u32::from(code);
            (selector, selector)
        }
        _ => (0, u32::from(u16::MAX)),
    }
}

/// Returns the lowest packet of every region: whatever the entries tell apart, they tell apart at these.
fn packets(live: &Entries, want: &Entries) -> Vec<Packet> {
    let entries = || live.values().chain(want.values());
    let mut protocols: BTreeSet<u8> = entries().filter_map(|it| it.traffic.protocol_number()).collect();
    // One that no entry singles out stands for all of those.
    protocols.extend((0..=u8::MAX).rev().find(|it| !protocols.contains(it)));
    let bounds = entries().map(|it| selectors(it.traffic)).flat_map(|(low, high)| [low, high + 1]);
    let selectors: BTreeSet<u32> = bounds.filter(|it| *it <= u32::from(u16::MAX)).chain([0]).collect();
    let addresses: BTreeSet<IpAddr> = entries().flat_map(|it| address_bounds(it.cidr.stand_in())).collect();
    let mut packets = Vec::new();
    for protocol in protocols {
        for selector in &selectors {
            packets.extend(addresses.iter().map(|it| Packet { protocol, selector: *selector, address: *it }));
        }
    }
    packets
}

/// The first address of a block and the first one behind it.
fn address_bounds(block: IpNet) -> impl Iterator<Item = IpAddr> {
    let behind = match block.broadcast() {
        IpAddr::V4(last) => u32::from(last).checked_add(1).map(|it| IpAddr::V4(it.into())),
        IpAddr::V6(last) => u128::from(last).checked_add(1).map(|it| IpAddr::V6(it.into())),
    };
    [block.network()].into_iter().chain(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(u16, Action, &str)]) -> Entries {
        let entry = |(number, action, text): &(u16, Action, &str)| {
            let (port, cidr) = text.split_once(' ').expect("port and block");
            let traffic = match port {
                "all" => Traffic::All,
                port => Traffic::Tcp(Ports::one(port.parse().expect("a port"))),
            };
            (*number, Entry { action: *action, traffic, cidr: cidr.parse().expect("a CIDR") })
        };
        list.iter().map(entry).collect()
    }

    #[test]
    fn an_entry_is_at_its_new_number_before_its_old_one_is_overwritten() {
        let live = entries(&[(100, Action::Allow, "443 0.0.0.0/0"), (110, Action::Allow, "80 0.0.0.0/0")]);
        let want = entries(&[
            (100, Action::Allow, "22 0.0.0.0/0"),
            (110, Action::Allow, "443 0.0.0.0/0"),
            (120, Action::Allow, "80 0.0.0.0/0"),
        ]);
        assert_eq!(written(&live, &want), [120, 110, 100]);
        assert!(is_harmless(&live, &want));
    }

    #[test]
    fn a_denial_outlives_what_it_excepts() {
        let live = entries(&[(90, Action::Deny, "22 0.0.0.0/0"), (100, Action::Allow, "all 0.0.0.0/0")]);
        let want = entries(&[(200, Action::Allow, "443 0.0.0.0/0")]);
        assert_eq!(deleted(&live, &want), [100, 90]);
        assert!(is_harmless(&live, &want));
    }

    #[test]
    fn entries_that_change_places_need_a_new_acl() {
        let live = entries(&[(100, Action::Allow, "443 0.0.0.0/0"), (110, Action::Allow, "80 0.0.0.0/0")]);
        let want = entries(&[(100, Action::Allow, "80 0.0.0.0/0"), (110, Action::Allow, "443 0.0.0.0/0")]);
        assert!(!is_harmless(&live, &want));
    }

    #[test]
    fn a_protocol_by_its_number_is_told_from_the_rest() {
        let all = |number| Entry {
            action: Action::Allow,
            traffic: Traffic::Protocol(number),
            cidr: "0.0.0.0/0".parse().expect("a CIDR"),
        };
        for (one, other) in [(253, 252), (255, 254)] {
            let live = Entries::from([(100, all(one)), (110, all(other))]);
            let want = Entries::from([(100, all(other)), (110, all(one))]);
            assert!(!is_harmless(&live, &want), "{one} and {other} change places");
        }
    }

    #[test]
    fn only_the_packets_that_stay_allowed_count() {
        let live = entries(&[(100, Action::Allow, "443 10.0.0.0/8")]);
        let want = entries(&[(100, Action::Allow, "443 10.0.0.0/9")]);
        assert!(is_harmless(&live, &want));
        let want = entries(&[(90, Action::Deny, "all 10.1.0.0/16"), (100, Action::Allow, "443 10.0.0.0/8")]);
        assert!(is_harmless(&live, &want));
    }
}
