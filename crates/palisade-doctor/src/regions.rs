//! Addresses, cut where somebody's rules tell them apart.

use ipnet::Ipv4Net;

/// How much of some packets passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passes {
    All,
    Some,
    None,
}

impl Passes {
    /// Returns what passes of the whole by what passes of its parts; all of nothing.
    pub(crate) fn of(parts: impl IntoIterator<Item = Passes>) -> Passes {
        let both = |one: Passes, other: Passes| if one == other { one } else { Passes::Some };
        parts.into_iter().reduce(both).unwrap_or(Passes::All)
    }
}

/// Returns the parts of a block that none of the `cuts` divides any further.
pub(crate) fn regions(block: Ipv4Net, cuts: &[Ipv4Net]) -> Vec<Ipv4Net> {
    let inside: Vec<Ipv4Net> = cuts.iter().copied().filter(|it| block != *it && block.contains(it)).collect();
    let halves = block.subnets(block.prefix_len() + 1).ok().filter(|_| !inside.is_empty());
    match halves {
        Some(halves) => halves.flat_map(|it| regions(it, &inside)).collect(),
        None => vec![block],
    }
}

/// Addresses that nobody has on the internet (RFC 1122, 1918, 3927, 5771 and 6598).
const PRIVATE: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([224, 0, 0, 0], 3),
];

fn private() -> impl Iterator<Item = Ipv4Net> {
    PRIVATE.iter().map(|(start, len)| Ipv4Net::new_assert((*start).into(), *len))
}

/// Returns whether no address of a block is public.
pub(crate) fn is_private(block: Ipv4Net) -> bool {
    private().any(|it| it.contains(&block))
}

/// Returns all public addresses, in parts.
pub(crate) fn public() -> Vec<Ipv4Net> {
    let everywhere = Ipv4Net::new_assert([0, 0, 0, 0].into(), 0);
    let parts = regions(everywhere, &private().collect::<Vec<_>>());
    parts.into_iter().filter(|it| !is_private(*it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_cut_where_rules_cut_it() {
        let net = |it: &str| it.parse::<Ipv4Net>().expect("a block");
        let cut = |block, cuts: &[&str]| {
            regions(net(block), &cuts.iter().map(|it| net(it)).collect::<Vec<_>>())
                .iter()
                .map(Ipv4Net::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(cut("10.0.0.0/24", &["10.0.0.0/8", "10.0.0.0/24", "10.1.0.0/26"]), ["10.0.0.0/24"]);
        assert_eq!(cut("10.0.0.0/24", &["10.0.0.64/26"]), ["10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/25"]);
    }

    #[test]
    fn public_addresses_are_those_that_are_not_private() {
        let size = |it: &Ipv4Net| 1_u64 << (32 - it.prefix_len());
        let n_private: u64 = private().map(|it| size(&it)).sum();
        assert_eq!(public().iter().map(size).sum::<u64>(), (1 << 32) - n_private);
    }
}
