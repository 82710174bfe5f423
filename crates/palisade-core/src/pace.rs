//! How fast AWS takes requests: a bucket of tokens for each operation of an account and region (*Amazon EC2 Developer
//! Guide*, "Request throttling for the Amazon EC2 API"; `aws-semantics.md` §3.1).
//!
//! Who knows the buckets waits for a token instead of being turned away, and can say beforehand how long that takes.

use std::collections::BTreeMap;
use std::time::Duration;

/// The bucket of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many tokens it holds.
    pub burst: u32,
    /// How long it takes for one to come back, in milliseconds.
    pub refill_ms: u32,
}

const fn rate(burst: u32, refill_ms: u32) -> Rate {
    Rate { burst, refill_ms }
}

/// Requests that look.
const READING: Rate = rate(100, 50);
/// Requests that change something. The operations that AWS calls resource-intensive have buckets of the same size.
const CHANGING: Rate = rate(50, 200);

impl Rate {
    /// Returns the bucket of an operation, such as `CreateSubnet`. What other services than EC2 take is not documented.
    pub fn of(operation: &str) -> Rate {
        match operation {
            "CreateVpcEndpoint" | "ModifyVpcEndpoint" | "DeleteVpcEndpoints" => rate(4, 3334),
            "CreateNatGateway" | "DeleteNatGateway" => rate(10, 1000),
            "CreateTags" | "DeleteTags" => rate(100, 100),
            "DeleteNetworkInterface" => rate(100, 200),
            _ if operation.starts_with("Describe") || operation.starts_with("Get") => READING,
            _ => CHANGING,
        }
    }
}

/// How far a request may stray from its time on its way to AWS, and still find its token.
const JITTER: Duration = Duration::from_millis(200);

/// The buckets of one account and region, full at first. They belong to whoever sends.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    /// By operation, when its bucket is full again.
    full_at: BTreeMap<&'static str, Duration>,
}

impl Buckets {
    /// Takes the next token of an operation, and returns when it is there: now, or later. Times are counted from any
    /// moment, always the same.
    pub fn take(&mut self, operation: &'static str, now: Duration) -> Duration {
        let Rate { burst, refill_ms } = Rate::of(operation);
        let refill = Duration::from_millis(refill_ms.into());
        let full_at = self.full_at.entry(operation).or_default();
        let all_but_one = (refill * (burst - 1)).saturating_sub(JITTER);
        let at = now.max(full_at.saturating_sub(all_but_one));
        *full_at = (*full_at).max(at) + refill;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(operation: &'static str, n: usize) -> Vec<u128> {
        let mut buckets = Buckets::default();
        (0..n).map(|_| buckets.take(operation, Duration::ZERO).as_millis()).collect()
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_as_tokens_come_back() {
        assert_eq!(times("CreateVpcEndpoint", 6), [0, 0, 0, 200, 3534, 6868]);
        assert_eq!(times("CreateSubnet", 52)[48..], [0, 200, 400, 600]);
    }

    #[test]
    fn a_bucket_fills_up_again_and_no_further() {
        let mut buckets = Buckets::default();
        (0..4).for_each(|_| _ = buckets.take("CreateVpcEndpoint", Duration::ZERO));
        let later = Duration::from_secs(3600);
        let times: Vec<Duration> = (0..5).map(|_| buckets.take("CreateVpcEndpoint", later) - later).collect();
        assert_eq!(times.iter().map(Duration::as_millis).collect::<Vec<_>>(), [0, 0, 0, 200, 3534]);
    }

    #[test]
    fn operations_have_buckets_of_their_own() {
        let mut buckets = Buckets::default();
        (0..9).for_each(|_| _ = buckets.take("CreateVpcEndpoint", Duration::ZERO));
        assert_eq!(buckets.take("CreateSubnet", Duration::ZERO), Duration::ZERO);
    }
}
