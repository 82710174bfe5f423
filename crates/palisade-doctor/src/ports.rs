//! Sets of ports.

use palisade_core::traffic::{Ports, Traffic};

/// A protocol, as far as workloads need to be told apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
    /// One without ports, by its IANA number.
    Number(u8),
}

impl Protocol {
    /// Returns the ports of the protocol that a rule speaks of; one without ports has them all or none.
    pub(crate) fn ports(self, traffic: Traffic) -> Option<Ports> {
        match (self, traffic) {
            (_, Traffic::All) => Some(Ports::ALL),
            (Protocol::Tcp, Traffic::Tcp(ports)) | (Protocol::Udp, Traffic::Udp(ports)) => Some(ports),
            (Protocol::Number(own), Traffic::Protocol(number)) if own == number => Some(Ports::ALL),
            _ => None,
        }
    }
}

/// Ports, exactly: ranges in order that neither overlap nor touch, with ends that are not in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortSet(Vec<(u32, u32)>);

impl PortSet {
    pub(crate) fn of(ports: Ports) -> PortSet {
        PortSet(vec![(u32::from(ports.from), u32::from(ports.to) + 1)])
    }

    pub(crate) fn union(&self, other: &PortSet) -> PortSet {
        let mut ranges: Vec<(u32, u32)> = self.0.iter().chain(&other.0).copied().collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (from, end) in ranges {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((from, end)),
            }
        }
        PortSet(merged)
    }

    pub(crate) fn without(&self, other: &PortSet) -> PortSet {
        let cut = |ranges: Vec<(u32, u32)>, &(from, end): &(u32, u32)| {
            let parts = ranges.into_iter().flat_map(|it| [(it.0, it.1.min(from)), (it.0.max(end), it.1)]);
            parts.filter(|it| it.0 < it.1).collect()
        };
        PortSet(other.0.iter().fold(self.0.clone(), cut))
    }

    pub(crate) fn covers(&self, ports: Ports) -> bool {
        PortSet::of(ports).without(self).is_empty()
    }

    pub(crate) fn meets(&self, ports: Ports) -> bool {
        let ports = PortSet::of(ports);
        ports.without(self) != ports
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sets() -> impl Strategy<Value = PortSet> {
        let range = (0..40_u16, 0..10_u16).prop_map(|(from, n)| Ports { from, to: from + n });
        let union =
            |it: Vec<Ports>| it.into_iter().fold(PortSet::default(), |set, it| set.union(&PortSet::of(it)));
        proptest::collection::vec(range, 0..5).prop_map(union)
    }

    proptest! {
        #[test]
        fn sets_are_what_their_ports_say(one in sets(), other in sets(), port in 0..60_u16) {
            let has = |set: &PortSet| set.covers(Ports::one(port));
            prop_assert_eq!(has(&one.union(&other)), has(&one) || has(&other));
            prop_assert_eq!(has(&one.without(&other)), has(&one) && !has(&other));
            prop_assert_eq!(one.meets(Ports::one(port)), has(&one));
        }
    }
}
