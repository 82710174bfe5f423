//! Bad days: every request may go wrong, and the same seed makes the same day.

use palisade_core::CloudError;

use crate::faults::{Fault, Lag};

/// A day on which AWS throttles, fails, loses answers and lags behind itself, at the usual rates of this kit: of a
/// hundred requests, thirty are throttled, ten end with AWS's own error and ten without an answer, in half of each the
/// request having been carried out. What is carried out is seen by the next reading, or by the sixth at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storm {
    seed: u64,
}

/// How many of a hundred requests are throttled.
const THROTTLED: u64 = 30;
/// How many more have no clear answer: five and five of either kind of AWS's errors and of lost connections.
const LOST: u64 = 20;
/// The most readings for which a change is not seen.
const LONGEST_LAG: u64 = 5;

impl Storm {
    /// Returns the day of a seed.
    pub fn new(seed: u64) -> Storm {
        Storm { seed }
    }

    /// Returns what goes wrong with the `n`th request.
    pub(crate) fn fault(self, n: usize) -> Option<Fault> {
        let mut dice = self.dice(n, 0);
        let fate = dice.roll(100);
        let is_carried_out = dice.roll(2) == 0;
        let lag = Lag(usize::try_from(dice.roll(LONGEST_LAG + 1)).unwrap_or_default());
        match fate {
            0..THROTTLED => Some(Fault::Throttled),
            it if it < THROTTLED + LOST && is_carried_out => Some(Fault::LostAfter(lag)),
            it if it < THROTTLED + LOST => Some(Fault::LostBefore),
            _ => Some(Fault::Unseen(lag)),
        }
    }

    /// Returns why the `n`th reading fails, if it does. What only looks is never in doubt.
    pub(crate) fn reading(self, n: usize) -> Option<CloudError> {
        let is_bad = self.dice(n, 1).roll(100) < THROTTLED + LOST;
        is_bad.then(|| CloudError::Transient("RequestLimitExceeded".to_owned()))
    }

    fn dice(self, n: usize, of: u64) -> Dice {
        let n = u64::try_from(n).unwrap_or_default();
        Dice(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n << 1 | of))
    }
}

/// Numbers that look like chance and are not (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n_sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % n_sides
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_has_the_rates_that_it_says() {
        let storm = Storm::new(1);
        let (mut n_throttled, mut n_before, mut n_after, mut longest) = (0, 0, 0, 0);
        for n in 0..10_000 {
            match storm.fault(n) {
                Some(Fault::Throttled) => n_throttled += 1,
                Some(Fault::LostBefore) => n_before += 1,
                Some(Fault::LostAfter(Lag(lag))) => (n_after, longest) = (n_after + 1, longest.max(lag)),
                Some(Fault::Unseen(Lag(lag))) => longest = longest.max(lag),
                _ => {}
            }
        }
        let is_about = |n: usize, percent: usize| (n + 50) / 100 == percent;
        assert!(is_about(n_throttled, 30) && is_about(n_before, 10) && is_about(n_after, 10));
        assert_eq!(longest, 5);
        assert_ne!(
            (0..20).map(|n| storm.fault(n)).collect::<Vec<_>>(),
            (0..20).map(|n| Storm::new(2).fault(n)).collect::<Vec<_>>()
        );
    }
}
