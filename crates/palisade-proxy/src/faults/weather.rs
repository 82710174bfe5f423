//! How much goes wrong by chance, which is no chance: the same seed makes the same weather, request by request.

/// How many of a hundred requests go wrong, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// What tells one day from another.
    pub seed: u64,
    /// AWS says that it has been asked too often; nothing happens.
    pub throttled: u32,
    /// AWS says that something is wrong with itself, in half of them after it has carried out the request.
    pub failed: u32,
    /// The connection is closed without an answer, in half of them after the request was carried out.
    pub reset: u32,
    /// The connection is closed in the middle of the answer.
    pub cut: u32,
    /// The answer pauses in its middle.
    pub slow: u32,
    /// For how many readings, at most, a change of EC2 is not seen.
    pub longest_lag: u32,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Served,
    Throttled,
    FailedBefore,
    FailedAfter,
    LostBefore,
    LostAfter,
    Cut,
    Slow,
}

impl Weather {
    /// Returns a storm: 30 % throttled, 10 % failed, 10 % lost without an answer or in the middle of it, and readings
    /// that lag by up to five.
    pub fn storm(seed: u64) -> Weather {
        Weather { seed, throttled: 30, failed: 10, reset: 8, cut: 2, slow: 1, longest_lag: 5 }
    }

    /// Returns what becomes of the `n`th request.
    pub(super) fn fate(&self, n: usize) -> Fate {
        let mut dice = Dice::new(self.seed, n, 0);
        let (mut left, is_carried_out) = (dice.roll(100), dice.roll(2) == 0);
        let either = |before, after| if is_carried_out { after } else { before };
        let fates = [
            (self.throttled, Fate::Throttled),
            (self.failed, either(Fate::FailedBefore, Fate::FailedAfter)),
            (self.reset, either(Fate::LostBefore, Fate::LostAfter)),
            (self.cut, Fate::Cut),
            (self.slow, Fate::Slow),
        ];
        for (percent, fate) in fates {
            match left.checked_sub(percent) {
                Some(rest) => left = rest,
                None => return fate,
            }
        }
        Fate::Served
    }
}

/// Numbers that look like chance (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    /// Returns the dice of a request, for one of several purposes.
    pub(super) fn new(seed: u64, n: usize, purpose: u64) -> Dice {
        let n = u64::try_from(n).unwrap_or_default();
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n << 1 | purpose))
    }

    /// Returns a number below that of the sides.
    pub(super) fn roll(&mut self, n_sides: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(n_sides)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_has_the_rates_that_it_says() {
        let storm = Weather::storm(7);
        let n_of = |wanted: &[Fate]| (0..10_000).filter(|n| wanted.contains(&storm.fate(*n))).count();
        let about = |n: usize| (n + 50) / 100;
        assert_eq!(about(n_of(&[Fate::Throttled])), 30);
        assert_eq!(about(n_of(&[Fate::FailedBefore, Fate::FailedAfter])), 10);
        assert_eq!(about(n_of(&[Fate::LostBefore, Fate::LostAfter, Fate::Cut])), 10);
    }

    #[test]
    fn fair_weather_serves_everybody() {
        assert!((0..1000).all(|n| Weather::default().fate(n) == Fate::Served));
    }
}
