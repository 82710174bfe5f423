//! Requests and their answers, in time.

use std::time::{Duration, Instant};

/// A request and its answer.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// What was asked for, such as `CreateVpc`.
    pub(super) action: String,
    /// When the whole request had come.
    pub(super) began: Instant,
    /// When the whole answer had come.
    pub(super) ended: Instant,
}

impl Exchange {
    pub(super) fn took(&self) -> Duration {
        self.ended - self.began
    }
}

/// Returns how many rounds of requests waited for each other: a wave begins when none is under way.
pub(super) fn n_waves(exchanges: &[Exchange]) -> usize {
    busy(exchanges).len()
}

/// Returns for how long at least one request was under way.
pub(super) fn under_way(exchanges: &[Exchange]) -> Duration {
    busy(exchanges).iter().map(|(began, ended)| *ended - *began).sum()
}

/// The times in which something was under way.
fn busy(exchanges: &[Exchange]) -> Vec<(Instant, Instant)> {
    let mut in_order: Vec<&Exchange> = exchanges.iter().collect();
    in_order.sort_by_key(|it| it.began);
    let mut busy: Vec<(Instant, Instant)> = Vec::new();
    for it in in_order {
        match busy.last_mut() {
            Some((_, ended)) if it.began < *ended => *ended = it.ended.max(*ended),
            _ => busy.push((it.began, it.ended)),
        }
    }
    busy
}

/// Returns exchanges of which each began when the one before had ended, in order: back from what ended last, always to
/// what ended last before that began. One may have waited for the other or not; their times do not tell.
pub(super) fn chain(exchanges: &[Exchange]) -> Vec<&Exchange> {
    let mut chain: Vec<&Exchange> = Vec::new();
    let last = |before: Option<Instant>| {
        let earlier = exchanges.iter().filter(|it| before.is_none_or(|before| it.ended <= before));
        earlier.max_by_key(|it| (it.ended, it.began))
    };
    let mut link = last(None);
    while let Some(it) = link {
        chain.push(it);
        // What began in the moment in which it ended could be its own predecessor.
        link = last(Some(it.began)).filter(|earlier| earlier.began < it.began);
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exchanges named `0`, `1` and so on, from when they began to when they ended.
    fn exchanges(times: &[(u64, u64)]) -> Vec<Exchange> {
        let zero = Instant::now();
        let at = |it: u64| zero + Duration::from_millis(it);
        let exchange = |(n, (began, ended)): (usize, &(u64, u64))| Exchange {
            action: n.to_string(),
            began: at(*began),
            ended: at(*ended),
        };
        times.iter().enumerate().map(exchange).collect()
    }

    #[test]
    fn what_overlaps_is_one_wave() {
        assert_eq!(n_waves(&[]), 0);
        assert_eq!(n_waves(&exchanges(&[(0, 5), (1, 3), (4, 9)])), 1);
        assert_eq!(n_waves(&exchanges(&[(9, 12), (0, 5), (1, 7), (8, 10)])), 2);
        assert_eq!(n_waves(&exchanges(&[(0, 1), (2, 3), (4, 5)])), 3);
    }

    #[test]
    fn what_overlaps_counts_once() {
        assert_eq!(under_way(&[]), Duration::ZERO);
        assert_eq!(under_way(&exchanges(&[(0, 5), (1, 3), (4, 9), (20, 21)])), Duration::from_millis(10));
    }

    #[test]
    fn a_chain_goes_back_to_what_ended_last_before() {
        let names = |times: &[(u64, u64)]| {
            let exchanges = exchanges(times);
            chain(&exchanges).iter().map(|it| it.action.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(&[]), "");
        assert_eq!(names(&[(0, 4), (1, 3), (5, 9)]), "0 2");
        assert_eq!(names(&[(5, 9), (0, 2), (3, 6), (3, 5)]), "1 3 0");
        assert_eq!(names(&[(0, 0), (0, 0)]), "1", "what takes no time is no predecessor of itself");
    }
}
