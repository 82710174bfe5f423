//! Requests and their answers, in time.

use std::time::Instant;

/// A request and its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    /// When the whole request had come.
    pub(super) began: Instant,
    /// When the whole answer had come.
    pub(super) ended: Instant,
}

/// Returns how many rounds of requests waited for each other: a wave begins when none is under way.
pub(super) fn n_waves(exchanges: &[Exchange]) -> usize {
    let mut in_order = exchanges.to_vec();
    in_order.sort_by_key(|it| it.began);
    let mut n_waves = 0;
    let mut quiet_from: Option<Instant> = None;
    for it in in_order {
        if quiet_from.is_none_or(|quiet_from| quiet_from <= it.began) {
            n_waves += 1;
        }
        quiet_from = quiet_from.max(Some(it.ended));
    }
    n_waves
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_overlaps_is_one_wave() {
        let zero = Instant::now();
        let at = |it: u64| zero + Duration::from_millis(it);
        let exchanges = |times: &[(u64, u64)]| {
            let exchange = |(began, ended): &(u64, u64)| Exchange { began: at(*began), ended: at(*ended) };
            times.iter().map(exchange).collect::<Vec<_>>()
        };
        assert_eq!(n_waves(&[]), 0);
        assert_eq!(n_waves(&exchanges(&[(0, 5), (1, 3), (4, 9)])), 1);
        assert_eq!(n_waves(&exchanges(&[(9, 12), (0, 5), (1, 7), (8, 10)])), 2);
        assert_eq!(n_waves(&exchanges(&[(0, 1), (2, 3), (4, 5)])), 3);
    }
}
